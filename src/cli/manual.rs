//! The manual pages: of the program and of each verb, as people know them of git.

mod common;
mod roff;

use clap::{Arg, ArgAction, Command};

use self::roff::{bold, broken, italic, plain, prose, verbatim};
use super::exit;

/// When what the pages say beyond the flags last changed.
const DATE: &str = "2026-11-27";

/// A page, and the file that it is found by.
pub struct Page {
    pub file: String,
    pub text: String,
}

/// The pages of a command and of all below it; the first is its own. `line`: all that may be typed.
pub fn pages(line: Command) -> Vec<Page> {
    let mut root = line.disable_help_subcommand(true);
    root.build();
    let mut pages = Vec::new();
    collect(&root, &mut vec![&root], &mut pages);
    pages
}

fn collect<'c>(root: &'c Command, path: &mut Vec<&'c Command>, pages: &mut Vec<Page>) {
    pages.push(Page { file: format!("{}.1", name(path)), text: page(root, path) });
    let Some(command) = path.last().copied() else { return };
    for verb in shown(command) {
        path.push(verb);
        collect(root, path, pages);
        path.pop();
    }
}

fn shown(command: &Command) -> impl Iterator<Item = &Command> {
    command.get_subcommands().filter(|verb| !verb.is_hide_set())
}

/// The words of a command, as they are typed.
fn words<'c>(path: &[&'c Command]) -> Vec<&'c str> {
    path.iter().map(|command| command.get_name()).collect()
}

/// What a page is called: `stageline-hold-set`.
fn name(path: &[&Command]) -> String {
    words(path).join("-")
}

fn page(root: &Command, path: &[&Command]) -> String {
    let Some(command) = path.last().copied() else { return String::new() };
    let (name, version) = (name(path), root.get_version().unwrap_or_default());
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    let said = Said::of(command);
    let verb = words(&path[1..]);
    let mut out = format!(
        ".TH {} 1 {DATE} \"{} {version}\" \"Stageline Manual\"\n.nh\n.ad l\n",
        plain(&name.to_uppercase()),
        root.get_name()
    );
    out += &format!(".SH NAME\n{}", broken(format!("{} \\- {}", plain(&name), plain(&about)).split_whitespace()));
    // `.YS` and `.EE` turn hyphenation on again, and a hyphen in what is copied from a page is wrong.
    out += &format!(".SH SYNOPSIS\n{}.nh\n", synopsis(path));
    out += &format!(".SH DESCRIPTION\n{}", prose(&format!("{about}.")));
    for paragraph in &said.prose {
        out += &format!(".PP\n{}", prose(paragraph));
    }
    out += &format!(".SH OPTIONS\n{}", options(command));
    if shown(command).next().is_some() {
        out += ".SH COMMANDS\n";
        for below in shown(command) {
            let about = below.get_about().map(ToString::to_string).unwrap_or_default();
            out += &entry(&bold(&format!("{} {}", words(path).join(" "), below.get_name())), &about);
        }
    }
    out += &format!(".SH EXAMPLES\n{}.nh\n", verbatim(examples(command).iter().map(String::as_str)));
    out += &format!(".SH EXIT STATUS\n{}", exit_status(&said));
    out += ".SH ENVIRONMENT\n";
    for (names, text) in common::variables(&verb, command) {
        let names: Vec<String> = names.iter().map(|name| bold(name)).collect();
        out += &entry(&names.join(", "), text);
    }
    out += ".SH FILES\n";
    for (file, text) in common::files(&verb, command) {
        out += &entry(&italic(file), text);
    }
    out + &format!(".SH SEE ALSO\n{}", see_also(root, path, &said))
}

/// A thing and what is said of it.
fn entry(header: &str, text: &str) -> String {
    format!(".TP\n{header}\n{}", prose(text))
}

/// What stands below the flags in `--help`, by its parts.
#[derive(Default)]
struct Said {
    examples: Vec<String>,
    prose: Vec<String>,
    /// Exit codes that mean something of their own here.
    codes: Vec<(String, String)>,
}

impl Said {
    fn of(command: &Command) -> Self {
        let text = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        let mut said = Self::default();
        for block in text.split("\n\n") {
            if let Some(examples) = block.strip_prefix("Examples:\n") {
                let typed = |line: &str| line.strip_prefix("  ").unwrap_or(line).to_string();
                said.examples = examples.lines().map(typed).collect();
            } else if !block.starts_with("Exit codes:") {
                let (before, codes) = block.split_once("Exit code ").unwrap_or((block, ""));
                said.prose.extend(Some(before.trim().to_string()).filter(|text| !text.is_empty()));
                said.codes.extend(own_codes(codes));
            }
        }
        said
    }
}

/// The examples of a verb; of one that only has verbs below it, theirs.
fn examples(command: &Command) -> Vec<String> {
    let own = Said::of(command).examples;
    if own.is_empty() { shown(command).flat_map(examples).collect() } else { own }
}

/// `0: told, or nothing to tell; 5: one failed.`
fn own_codes(text: &str) -> Vec<(String, String)> {
    let mut codes: Vec<(String, String)> = Vec::new();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in text.trim_end_matches('.').split("; ").filter(|part| !part.is_empty()) {
        let is_code = |code: &str| !code.is_empty() && code.bytes().all(|byte| byte.is_ascii_digit());
        match (part.split_once(": "), codes.last_mut()) {
            (Some((code, meaning)), _) if is_code(code) => codes.push((code.into(), meaning.into())),
            (_, Some((_, meaning))) => {
                meaning.push_str("; ");
                meaning.push_str(part);
            }
            (_, None) => {}
        }
    }
    codes
}

fn exit_status(said: &Said) -> String {
    let mut out = String::new();
    for (code, meaning) in &said.codes {
        out += &entry(&bold(code), &format!("{meaning}."));
    }
    if !said.codes.is_empty() {
        out += ".PP\nWhatever else happens ends as it does with every verb:\n";
    }
    // Two ways to be done would only be puzzling.
    let is_done_of_its_own = said.codes.iter().any(|(code, _)| code == "0");
    for (code, meaning) in exit::MEANINGS.into_iter().filter(|(code, _)| *code != 0 || !is_done_of_its_own) {
        out += &entry(&bold(&code.to_string()), &format!("{meaning}."));
    }
    out
}

/// How it is typed, and below a verb how each of its verbs is.
fn synopsis(path: &[&Command]) -> String {
    let Some(command) = path.last().copied() else { return String::new() };
    let is_program = path.len() == 1;
    let mut out = if is_program || !command.is_subcommand_required_set() { forms(path) } else { String::new() };
    for below in shown(command).filter(|_| !is_program) {
        out += &synopsis(&[path, &[below]].concat());
    }
    out
}

/// As its help has it where that was written by hand, else what it needs before what it may have.
fn forms(path: &[&Command]) -> String {
    let Some(command) = path.last().copied() else { return String::new() };
    let typed = words(path).join(" ");
    let by_hand = command.get_overridden_usage().map(ToString::to_string);
    let forms: Vec<String> = match by_hand {
        Some(text) => text.lines().map(|form| marked(form.trim().strip_prefix(&typed).unwrap_or(form))).collect(),
        None => vec![arguments(command)],
    };
    forms.iter().map(|form| format!(".SY {}\n{form}.YS\n", quoted(&typed))).collect()
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", plain(text))
}

/// A form that was written by hand: what stands for something else is in angle brackets there.
fn marked(form: &str) -> String {
    let mut out = String::new();
    for (i, piece) in form.split(['<', '>']).enumerate() {
        out += &if i % 2 == 1 { italic(piece) } else { plain(piece) };
    }
    broken(out.split_whitespace())
}

fn arguments(command: &Command) -> String {
    let own = |arg: &&Arg| {
        use ArgAction::{Help, HelpLong, HelpShort, Version};
        let is_help = matches!(arg.get_action(), Help | HelpShort | HelpLong | Version);
        !arg.is_hide_set() && !arg.is_global_set() && !is_help
    };
    let of = |positional: bool, required: bool| {
        let fits = move |arg: &&Arg| arg.is_positional() == positional && arg.is_required_set() == required;
        command.get_arguments().filter(own).filter(fits).map(argument)
    };
    let needed = of(true, true).chain(of(false, true));
    let mut all: Vec<String> = needed.chain(of(true, false)).chain(of(false, false)).collect();
    all.push(format!("[{}]", italic("options of every verb").replace(' ', "\\ ")));
    if command.is_subcommand_required_set() {
        all.push(italic("COMMAND"));
    }
    broken(all.iter().map(String::as_str))
}

/// One argument as it is typed; it is not broken.
fn argument(arg: &Arg) -> String {
    let short = || arg.get_short().map(|short| format!("-{short}"));
    let name = arg.get_long().map(|long| format!("--{long}")).or_else(short).map(|name| bold(&name));
    let typed = name.into_iter().chain(value(arg)).collect::<Vec<_>>().join("\\ ");
    // No sentence ends at its dots.
    let more = if is_several(arg) { "...\\&" } else { "" };
    if arg.is_required_set() { format!("{typed}{more}") } else { format!("[{typed}]{more}") }
}

fn is_several(arg: &Arg) -> bool {
    matches!(arg.get_action(), ArgAction::Append | ArgAction::Count)
}

fn value(arg: &Arg) -> Option<String> {
    let takes = arg.get_num_args().is_some_and(|range| range.takes_values());
    let names = arg.get_value_names().filter(|_| takes)?;
    Some(italic(&names.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")).replace(' ', "\\ "))
}

/// The arguments and options, those that many verbs share below headings of their own.
fn options(command: &Command) -> String {
    let mut headings: Vec<Option<&str>> = vec![None];
    let all: Vec<&Arg> = command.get_arguments().filter(|arg| !arg.is_hide_set()).collect();
    for arg in &all {
        if !headings.contains(&arg.get_help_heading()) {
            headings.push(arg.get_help_heading());
        }
    }
    let mut out = String::new();
    for heading in headings {
        out += &heading.map_or(String::new(), |heading| format!(".SS {}\n", plain(heading)));
        let below = || all.iter().filter(|arg| arg.get_help_heading() == heading);
        let (typed, named) = (below().filter(|arg| arg.is_positional()), below().filter(|arg| !arg.is_positional()));
        out.extend(typed.chain(named).map(|arg| option(arg)));
    }
    out
}

fn option(arg: &Arg) -> String {
    let names = [
        arg.get_short().map(|short| bold(&format!("-{short}"))),
        arg.get_long().map(|long| bold(&format!("--{long}"))),
    ];
    let names = names.into_iter().flatten().collect::<Vec<_>>().join(", ");
    let header: Vec<String> =
        [Some(names).filter(|names| !names.is_empty()), value(arg)].into_iter().flatten().collect();
    let help = arg.get_long_help().or(arg.get_help()).map(ToString::to_string).unwrap_or_default();
    let mut text = if help.ends_with(['.', ']']) { help } else { format!("{help}.") };
    let takes = arg.get_num_args().is_some_and(|range| range.takes_values());
    let values: Vec<String> = arg
        .get_possible_values()
        .iter()
        .filter(|value| takes && !value.is_hide_set())
        .map(|value| match value.get_help() {
            Some(help) => format!("`{}` ({help})", value.get_name()),
            None => format!("`{}`", value.get_name()),
        })
        .collect();
    if !values.is_empty() && !arg.is_hide_possible_values_set() {
        text += &format!(" One of {}.", values.join(", "));
    }
    let usual: Vec<_> = arg.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
    if takes && !usual.is_empty() && !arg.is_hide_default_value_set() {
        text += &format!(" [default: {}]", usual.join(","));
    }
    entry(&header.join(" "), &text)
}

/// The pages above and below, and those of verbs that the page speaks of.
fn see_also(root: &Command, path: &[&Command], said: &Said) -> String {
    let own = name(path);
    let mut pages = vec![root.get_name().to_string()];
    pages.extend((1..path.len()).map(|depth| name(&path[..depth])));
    if let Some(command) = path.last() {
        pages.extend(shown(command).map(|verb| format!("{own}-{}", verb.get_name())));
    }
    for text in said.examples.iter().chain(&said.prose) {
        let start = format!("{} ", root.get_name());
        for (at, _) in text.match_indices(&start) {
            pages.extend(named(root, &text[at + start.len()..]));
        }
    }
    pages.sort();
    pages.dedup();
    pages.retain(|page| *page != own);
    pages.push("git".into());
    let last = pages.len() - 1;
    let line = |(i, page): (usize, &String)| format!(".BR {} (1){}\n", plain(page), if i < last { "," } else { "" });
    pages.iter().enumerate().map(line).collect()
}

/// The page of the verb that a text begins with.
fn named(root: &Command, text: &str) -> Option<String> {
    let mut path = vec![root];
    for word in text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-')) {
        match path.last().and_then(|command| shown(command).find(|verb| verb.get_name() == word)) {
            Some(verb) => path.push(verb),
            None => break,
        }
    }
    (path.len() > 1).then(|| name(&path))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;
    use crate::cli::args::Cli;

    #[test]
    fn codes_of_a_verb_s_own_are_read_from_its_help() {
        let codes = own_codes("0: told, or\nnothing; to tell; 5: one failed.");
        assert_eq!(codes, [("0".into(), "told, or nothing; to tell".into()), ("5".into(), "one failed".into())]);
        assert!(own_codes("").is_empty());
    }

    #[test]
    fn every_form_that_is_written_by_hand_can_be_typed() {
        fn look(command: &Command, found: &mut Vec<String>) {
            let by_hand = command.get_overridden_usage().map(ToString::to_string).unwrap_or_default();
            found.extend(by_hand.lines().map(|form| form.trim().to_string()));
            command.get_subcommands().for_each(|verb| look(verb, found));
        }
        let mut found = Vec::new();
        look(&Cli::command(), &mut found);
        assert!(found.iter().any(|form| form.starts_with("stageline promote ")), "{found:?}");
        for form in found {
            let pieces = form.replace("[OPTIONS]", "");
            // What is in angle brackets stands for a word.
            let pieces = pieces.split(['<', '>']).enumerate().map(|(i, piece)| if i % 2 == 1 { "x" } else { piece });
            let typed = pieces.collect::<String>().replace("...", "").replace(['[', ']'], "");
            let parsed = Cli::command().try_get_matches_from(typed.split_whitespace());
            assert!(parsed.is_ok(), "{form}: {typed}: {}", parsed.unwrap_err());
        }
    }

    #[test]
    fn what_is_needed_comes_before_what_may_be_left_out() {
        let arg = |name: &'static str| Arg::new(name).value_name(name.to_uppercase());
        let line = Command::new("x")
            .arg(arg("b"))
            .arg(arg("a").long("a").required(true))
            .arg(arg("c").long("c").action(ArgAction::Append));
        let page = &pages(line)[0].text;
        let typed = "\\fB\\-\\-a\\fR\\ \\fIA\\fR [\\fIB\\fR] [\\fB\\-\\-c\\fR\\ \\fIC\\fR]...\\&";
        assert!(page.contains(typed), "{page}");
    }
}
