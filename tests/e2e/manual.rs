//! The manual pages, each of them: what they have, that they say what the program does, and that readers of pages take them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::support::World;
use crate::tidy::sources::sources;

/// What people look for on a page, in the order in which they look for it.
const SECTIONS: [&str; 9] =
    ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXAMPLES", "EXIT STATUS", "ENVIRONMENT", "FILES", "SEE ALSO"];

/// A page as it is written, and what it is about: `stageline hold set`.
struct Page {
    file: PathBuf,
    words: Vec<String>,
    source: String,
}

impl Page {
    fn name(&self) -> String {
        self.words.join("-")
    }

    /// The lines of a section, as they are shown, with the requests that are among them.
    fn section(&self, name: &str) -> Vec<String> {
        let heading = format!(".SH {name}");
        let lines = self.source.lines().skip_while(|line| *line != heading).skip(1);
        lines.take_while(|line| !line.starts_with(".SH ")).map(shown).collect()
    }

    /// What follows the request that begins each entry of a section.
    fn entries(&self, name: &str) -> Vec<String> {
        let lines = self.section(name);
        lines.windows(2).filter(|pair| pair[0] == ".TP").map(|pair| pair[1].clone()).collect()
    }
}

/// A line of the source as a reader shows it.
fn shown(line: &str) -> String {
    let mut out = line.to_owned();
    for (from, to) in [
        ("\\fB", ""),
        ("\\fI", ""),
        ("\\fR", ""),
        ("\\&", ""),
        ("\\ ", " "),
        ("\\-", "-"),
        ("\\(aq", "'"),
        ("\\(ga", "`"),
        ("\\(ha", "^"),
        ("\\(ti", "~"),
        ("\\e", "\\"),
    ] {
        out = out.replace(from, to);
    }
    out
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// All pages, as the program writes them, by the verbs that `--help` lists.
fn pages(world: &World) -> Vec<Page> {
    let dir = world.path("man1");
    world.run(&["man", &dir.to_string_lossy()]).exits(0);
    let mut all = Vec::new();
    collect(world, vec!["stageline".into()], &mut all);
    let written = fs::read_dir(&dir).expect("the folder of the pages").count();
    assert_eq!(written, all.len(), "there are pages of no verb");
    all
}

fn collect(world: &World, words: Vec<String>, all: &mut Vec<Page>) {
    let file = world.path("man1").join(format!("{}.1", words.join("-")));
    let source = fs::read_to_string(&file).unwrap_or_else(|why| panic!("{}: {why}", file.display()));
    all.push(Page { file, words: words.clone(), source });
    let help = help(world, &words);
    // The program's own help has its verbs in groups.
    const GROUPS: [&str; 5] = ["Commands:", "Move:", "Look:", "Vouch:", "Set up:"];
    let below = help.split("\n\n").filter(|part| GROUPS.contains(&part.lines().next().unwrap_or_default()));
    for line in
        below.flat_map(|part| part.lines().skip(1)).filter(|line| line.starts_with("  ") && !line.starts_with("   "))
    {
        let verb = line.split_whitespace().next().expect("a verb");
        if verb != "help" {
            collect(world, words.iter().cloned().chain([verb.to_owned()]).collect(), all);
        }
    }
}

fn help(world: &World, words: &[String]) -> String {
    let args: Vec<&str> = words[1..].iter().map(String::as_str).chain(["--help"]).collect();
    world.run(&args).exits(0).stdout
}

#[test]
fn every_page_has_what_people_look_for_in_the_order_in_which_they_look() {
    let world = World::new();
    let pages = pages(&world);
    assert!(pages.len() > 40, "{}", pages.len());
    for page in &pages {
        let found: Vec<&str> = page.source.lines().filter_map(|line| line.strip_prefix(".SH ")).collect();
        let known: Vec<&str> = found.iter().copied().filter(|name| *name != "COMMANDS").collect();
        assert_eq!(known, SECTIONS, "{}", page.name());
        for name in SECTIONS {
            assert!(!page.section(name).is_empty(), "{}: nothing in {name}", page.name());
        }
        let title = format!(".TH {} 1 20", page.name().to_uppercase().replace('-', "\\-"));
        assert!(page.source.starts_with(&title), "{}", page.source);
        assert!(page.section("NAME")[0].starts_with(&format!("{} - ", page.name())), "{:?}", page.section("NAME"));
    }
    let own = world.run(&["man"]).exits(0).stdout;
    assert_eq!(own, pages[0].source);
}

#[test]
fn a_synopsis_is_typed_as_it_stands_and_has_what_is_needed_first() {
    let world = World::new();
    for page in pages(&world) {
        let typed = page.words.join(" ");
        let lines = page.section("SYNOPSIS");
        let starts: Vec<&String> = lines.iter().filter(|line| line.starts_with(".SY ")).collect();
        assert!(starts.iter().all(|line| line.starts_with(&format!(".SY \"{typed}"))), "{typed}: {starts:?}");
        let text = lines.join(" ");
        for form in text.split(".YS").filter(|form| !form.trim().is_empty()) {
            let form = form.split("\" ").nth(1).unwrap_or_default();
            // By hand a verb may say where in a line something optional stands.
            let is_derived = form.contains("options of every verb");
            let first = form.find(" [").unwrap_or(form.len());
            let late = form[first..].split(' ').find(|word| word.starts_with("--"));
            assert!(!is_derived || late.is_none(), "{typed}: {late:?} comes late in {form}");
        }
        // What the help needs, the page needs.
        let help = help(&world, &page.words);
        let usage = help.lines().find_map(|line| line.strip_prefix("Usage: ")).expect("a usage");
        let needed =
            usage.split(" <").skip(1).filter_map(|part| part.split('>').next()).filter(|one| *one != "COMMAND");
        for one in needed {
            assert!(words(&text).contains(one), "{typed}: `{one}` is not in {text}");
        }
    }
}

#[test]
fn examples_stand_as_the_help_shows_them_and_are_neither_filled_nor_broken() {
    let world = World::new();
    for page in pages(&world) {
        let mut lines = page.section("EXAMPLES");
        lines.retain(|line| line != ".nh");
        assert_eq!((lines.first().map(String::as_str), lines.last().map(String::as_str)), (Some(".EX"), Some(".EE")));
        let lines = &lines[1..lines.len() - 1];
        let help = help(&world, &page.words);
        let Some((_, examples)) = help.split_once("\nExamples:\n") else {
            assert!(help.contains("\nCommands:\n"), "{}: no examples", page.name());
            continue;
        };
        let examples = examples.split("\n\n").next().unwrap_or_default();
        // The help breaks what is longer than a hundred columns; the page never does.
        assert_eq!(words(&lines.join(" ")), words(examples), "{}", page.name());
        // What is not broken there is the same to the blank; the rest of a broken line is no line here.
        let whole = examples.lines().filter(|line| line.starts_with("  stageline "));
        for typed in whole.filter_map(|line| line.strip_prefix("  ")) {
            assert!(lines.iter().any(|own| own.starts_with(typed)), "{}: {typed:?} in {lines:#?}", page.name());
        }
    }
}

#[test]
fn every_exit_code_is_on_every_page_and_what_a_verb_means_by_one_is_too() {
    let world = World::new();
    for page in pages(&world) {
        let codes: BTreeSet<String> = page.entries("EXIT STATUS").into_iter().collect();
        assert_eq!(codes.len(), 8, "{}: {codes:?}", page.name());
        let text = words(&page.section("EXIT STATUS").join(" "));
        let help = help(&world, &page.words);
        if let Some((_, own)) = help.split_once("Exit code ") {
            let own = words(own.split("\n\n").next().unwrap_or_default());
            for meaning in own.trim_end_matches('.').split("; ") {
                let meaning = meaning.trim_start_matches(|c: char| c.is_ascii_digit()).trim_start_matches(": ");
                assert!(text.contains(&meaning.replace('`', "")), "{}: {meaning}: {text}", page.name());
            }
        }
    }
}

/// The variables that a text names.
fn variables(text: &str) -> BTreeSet<String> {
    let is_of_a_name = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    let all = text.split(|c: char| !is_of_a_name(c)).filter(|word| word.len() > 3);
    all.map(str::to_owned).collect()
}

/// The text of each source that is built into the program, without its tests; that of the pages is none that reads anything.
fn built() -> String {
    let files = sources().into_iter().filter(|file| !file.place().starts_with("cli/manual"));
    files.map(|file| file.text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn every_variable_of_a_page_is_read_by_the_program_and_its_own_are_all_on_one() {
    let world = World::new();
    let built = built();
    let mut told: BTreeMap<String, String> = BTreeMap::new();
    for page in pages(&world) {
        for line in page.section("ENVIRONMENT") {
            told.extend(variables(&line).into_iter().map(|name| (name, page.name())));
        }
    }
    assert!(told.len() > 20, "{told:?}");
    // The options of `less` that it is given, and how wide help is, which the parser of the command line reads.
    for name in told.keys().filter(|name| !["FRX", "COLUMNS"].contains(&name.as_str())) {
        assert!(built.contains(&format!("\"{name}\"")), "nothing reads {name}, which stands in {}", told[name]);
    }
    for quoted in built.split('"').filter(|text| text.starts_with("STAGELINE_") && variables(text).contains(*text)) {
        // A beginning of names, such as `STAGELINE_ALLOW_`, is no name.
        let is_beginning = told.keys().any(|name| name.starts_with(quoted) && name != quoted);
        assert!(told.contains_key(quoted) || is_beginning || quoted.ends_with('_'), "no page has {quoted}");
    }
    let narrow =
        world.environment.with("COLUMNS", "60").stageline(&world.clone, &["promote", "--help"]).exits(0).stdout;
    let is_within = |width: usize| {
        let flags = narrow.split("Examples:").next().unwrap_or_default();
        flags.lines().skip_while(|line| !line.starts_with("Arguments")).all(|line| line.chars().count() <= width)
    };
    assert!(is_within(60) && !is_within(50), "{narrow}");
}

#[test]
fn pages_lead_to_each_other_and_to_none_that_is_not_there() {
    let world = World::new();
    let pages = pages(&world);
    let names: BTreeSet<String> = pages.iter().map(Page::name).collect();
    for page in &pages {
        let lines = page.section("SEE ALSO");
        let seen: BTreeSet<String> =
            lines.iter().filter_map(|line| Some(line.strip_prefix(".BR ")?.split(' ').next()?.to_owned())).collect();
        assert_eq!(seen.len(), lines.len(), "{}: {lines:?}", page.name());
        assert!(seen.contains("git") && !seen.contains(&page.name()), "{}: {seen:?}", page.name());
        for name in seen.iter().filter(|name| *name != "git") {
            assert!(names.contains(name), "{} leads to {name}, which is not there", page.name());
        }
        let above = (1..page.words.len()).map(|depth| page.words[..depth].join("-"));
        let below = pages.iter().filter(|other| other.words.len() == page.words.len() + 1);
        let below = below.filter(|other| other.words.starts_with(&page.words)).map(Page::name);
        for name in above.chain(below) {
            assert!(seen.contains(&name), "{} does not lead to {name}", page.name());
        }
    }
}

/// What a checker of pages has to say of them all.
fn said_by(world: &World, program: &str, args: &[&str]) -> String {
    let mut said = String::new();
    for page in pages(world) {
        let mut command: Command = world.environment.command(program, &world.clone);
        let output = command.args(args).arg(&page.file).output().expect("it starts");
        said += &String::from_utf8_lossy(&output.stderr);
        if args.contains(&"-Tlint") {
            said += &String::from_utf8_lossy(&output.stdout);
        }
    }
    said
}

#[test]
fn the_page_of_a_verb_is_printed_by_the_words_of_the_verb_and_no_folder_is_made_for_it() {
    let world = World::new();
    let written = pages(&world);
    for words in [&["promote"][..], &["hold", "set"]] {
        let page = written.iter().find(|page| page.words[1..] == *words).expect("a page of it");
        assert_eq!(world.run(&[&["man"], words].concat()).exits(0).stdout, page.source, "{words:?}");
    }
    assert!(!world.clone.join("promote").exists());
    world.run(&["man", "no", "verb"]).exits(2).says("is no verb");
}

#[test]
fn mandoc_finds_nothing_in_any_page() {
    let world = World::new();
    if !world.environment.has("mandoc") {
        return;
    }
    assert_eq!(said_by(&world, "mandoc", &["-Tlint"]), "");
}

#[test]
fn groff_warns_of_nothing_in_any_page() {
    let world = World::new();
    if !world.environment.has("groff") {
        return;
    }
    assert_eq!(said_by(&world, "groff", &["-ww", "-man", "-Tutf8", "-P-c"]), "");
}

#[test]
fn what_is_copied_from_a_page_that_groff_shows_is_what_was_meant() {
    let world = World::new();
    if !world.environment.has("groff") {
        return;
    }
    for page in pages(&world) {
        let mut command: Command = world.environment.command("groff", &world.clone);
        let output = command.args(["-man", "-Tutf8", "-P-cbou"]).arg(&page.file).output().expect("it starts");
        let text = String::from_utf8(output.stdout).expect("text");
        // No hyphen that is no minus, no quote that is no apostrophe, no accent that is no backtick.
        let other: Vec<&str> =
            text.lines().filter(|line| line.contains(['\u{2010}', '\u{2019}', '\u{2018}'])).collect();
        assert!(other.is_empty(), "{}: {other:#?}", page.name());
        for line in page.section("EXAMPLES").iter().filter(|line| line.starts_with("stageline ")) {
            assert!(text.contains(line.as_str()), "{}: {line}", page.name());
        }
    }
}
