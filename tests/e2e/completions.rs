//! Completions: the scripts in the repository, and what stands on the line of a real shell once TAB was typed.

use std::fs;
use std::path::Path;

use crate::support::World;
use crate::support::run::program;

#[test]
fn the_completions_in_the_repository_are_current() {
    let world = World::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("completions");
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        for (folder, more) in [("static", None), ("dynamic", Some("--dynamic"))] {
            let mut args = vec!["completions", shell];
            args.extend(more);
            let printed = world.run(&args).exits(0).stdout;
            let kept = fs::read_dir(root.join(folder))
                .expect("completions/")
                .any(|entry| fs::read_to_string(entry.expect("readable").path()).is_ok_and(|text| text == printed));
            assert!(kept, "no file under completions/{folder} is what `stageline {}` prints", args.join(" "));
        }
    }
}

/// Keys that are typed.
const TAB: &str = "\t";
/// All that is offered, onto the line: readline's `insert-completions`.
const ALL: &str = "\u{1b}*";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shell {
    Bash,
    Zsh,
    Fish,
}

impl Shell {
    const EVERY: [Shell; 3] = [Shell::Bash, Shell::Zsh, Shell::Fish];

    fn name(self) -> &'static str {
        match self {
            Shell::Bash => "bash",
            Shell::Zsh => "zsh",
            Shell::Fish => "fish",
        }
    }

    /// How it is started with nothing but our own lines.
    fn start(self, settings: &Path) -> Vec<String> {
        let file = settings.display().to_string();
        let words = match self {
            Shell::Bash => vec!["bash", "--noprofile", "--rcfile", &file, "-i"],
            // It reads `.zshrc` in ZDOTDIR.
            Shell::Zsh => vec!["zsh", "-d", "-i"],
            Shell::Fish => vec!["fish", "--no-config", "-i", "-C", "source $STAGELINE_SETTINGS"],
        };
        words.into_iter().map(str::to_owned).collect()
    }

    /// A prompt that can be waited for, and Ctrl-T, which writes the line into the file `line`: whole, by its new name.
    fn settings(self) -> &'static str {
        match self {
            Shell::Bash => {
                "PS1=PROMPT_\nbind 'set bell-style none'\nbind 'set enable-bracketed-paste off'\n\
                 dump() { printf '%s\\n' \"$READLINE_LINE\" > \"$TMPDIR/new\"; mv \"$TMPDIR/new\" \"$TMPDIR/line\"; }\n\
                 bind -x '\"\\C-t\": dump'\nprintf %s \"$COMP_WORDBREAKS\" > \"$TMPDIR/breaks\"\n"
            }
            Shell::Zsh => {
                "PS1=PROMPT_\nautoload -U compinit; compinit -u -D\nunsetopt beep\n\
                 dump() { print -r -- \"$BUFFER\" > \"$TMPDIR/new\"; mv \"$TMPDIR/new\" \"$TMPDIR/line\" }\n\
                 zle -N dump; bindkey '^T' dump; bindkey '^U' kill-whole-line\n"
            }
            Shell::Fish => {
                "function fish_prompt; echo -n PROMPT_; end\n\
                 function dump; commandline > $TMPDIR/new; mv $TMPDIR/new $TMPDIR/line; end\n\
                 bind \\ct dump\nbind \\cu kill-whole-line\n"
            }
        }
    }
}

/// What stands on the line of a shell after each of the lines, keys and all, was typed; none: it or python3 is not here.
fn typed(world: &World, shell: Shell, script: &[&str], lines: &[String]) -> Option<Vec<String>> {
    if !world.environment.has(shell.name()) || !world.environment.has("python3") {
        return None;
    }
    let args: Vec<&str> = ["completions", shell.name()].iter().chain(script).copied().collect();
    let script = world.run(&args).exits(0).stdout;
    let folder = world.path("tmp");
    // The name by which zsh finds it; to the others it is one like any.
    let settings = folder.join(".zshrc");
    fs::write(&settings, format!("{}{script}", shell.settings())).expect("a file");
    let program = program();
    let environment = world.environment.with_first_on_path(program.parent().expect("it is in a folder"));
    let environment = environment.with("TERM", "xterm").with("ZDOTDIR", folder.as_os_str());
    let environment = environment.with("STAGELINE_SETTINGS", settings.as_os_str());
    let driver = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/e2e/support/typed.py");
    let mut args = vec![driver.display().to_string(), folder.join("line").display().to_string()];
    args.extend(lines.iter().cloned());
    args.push("--".into());
    args.extend(shell.start(&settings));
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let found = environment.tool("python3", &world.clone, &args);
    Some(serde_json::from_str(&found).expect("a list of lines"))
}

/// Types the first of each pair and expects the second.
#[track_caller]
fn becomes(world: &World, shell: Shell, script: &[&str], pairs: &[(String, String)]) {
    let lines: Vec<String> = pairs.iter().map(|(line, _)| line.clone()).collect();
    let Some(found) = typed(world, shell, script, &lines) else { return };
    let wrong: Vec<_> = pairs.iter().zip(&found).filter(|((_, wanted), found)| wanted != *found).collect();
    assert!(wrong.is_empty() && found.len() == pairs.len(), "{shell:?}: {wrong:#?}");
}

/// `checkout` came to production by a landing, and its source has a tag, a branch, and a branch that would do harm on a line.
fn landed() -> World {
    let world = World::new();
    let source = &world.sources["checkout"].path;
    for args in [["tag", "v1.4.0"], ["branch", "feature/cart"], ["branch", "evil$(reboot)"]] {
        world.environment.git(source, &args);
    }
    world.run(&["promote", "checkout", "--to", "production"]).exits(0);
    world
}

/// What TAB makes of lines in every shell: the beginning of each, and the last word as it is typed and as it becomes.
fn lines(world: &World) -> Vec<(String, String)> {
    let landing = world.environment.git(&world.remote, &["rev-parse", "main"]);
    let commit = world.pin("checkout", "production");
    let (some, few) = (&landing[..9], &commit[..9]);
    [
        ("promote", "ch", "checkout "),
        ("promote", &format!("checkout@{few}"), &format!("checkout@{commit} ")),
        ("promote", "checkout@v1", "checkout@v1.4.0 "),
        ("promote", "checkout@fea", "checkout@feature/cart "),
        ("promote", "checkout@ev", "checkout@ev"),
        ("promote checkout", "--commit=v1", "--commit=v1.4.0 "),
        ("promote checkout", "--to=pr", "--to=production "),
        ("promote checkout", "--to pr", "--to production "),
        ("promote checkout", "--to=staging,pr", "--to=staging,production "),
        ("locate v1.4.0", "ch", "checkout "),
        ("diff", &format!("production@{some}"), &format!("production@{landing} ")),
        ("diff staging", &format!("production@{some}"), &format!("production@{landing} ")),
        (
            "why checkout --to production",
            &format!("--from=production@{some}"),
            &format!("--from=production@{landing} "),
        ),
        ("rollback checkout --env production", "--to r", "--to r1 "),
        ("rollback checkout --env=production", &format!("--to=config:{some}"), &format!("--to=config:{landing} ")),
        ("rollback checkout --env production", &format!("--to config:{some}"), &format!("--to config:{landing} ")),
        ("show", some, &format!("{landing} ")),
        ("show --env=production", "checkout:r2", "checkout:r2 "),
        ("undo", some, &format!("{landing} ")),
        ("undo --env=production", "checkout:r1", "checkout:r1 "),
        ("hold set --env=production -m 'a b=c: d'", "ch", "checkout "),
    ]
    .into_iter()
    .map(|(start, word, becomes)| (format!("stageline {start} {word}{TAB}"), format!("stageline {start} {becomes}")))
    .collect()
}

#[test]
fn in_every_shell_tab_completes_environments_applications_commits_tags_branches_and_landings() {
    let world = landed();
    let lines = lines(&world);
    for shell in Shell::EVERY {
        becomes(&world, shell, &["--dynamic"], &lines);
    }
}

#[test]
fn bash_breaks_words_as_it_does_by_itself_and_still_what_is_there_already_is_not_typed_again() {
    let world = landed();
    let pairs = [
        (format!("stageline promote checkout --to={ALL}"), "stageline promote checkout --to=staging production "),
        (format!("stageline status --color={ALL}"), "stageline status --color=auto always never "),
        (format!("true; stageline promote ch{TAB}"), "true; stageline promote checkout "),
        (format!("A=b stageline promote checkout@v1{TAB}"), "A=b stageline promote checkout@v1.4.0 "),
        (format!("stageline promote \"checkout@v1{TAB}"), "stageline promote \"checkout@v1.4.0\" "),
        (format!("stageline promote checkout --to 'pr{TAB}"), "stageline promote checkout --to 'production' "),
        // Nothing is offered, and the machine's hosts are not either.
        (format!("stageline promote checkout@loc{TAB}"), "stageline promote checkout@loc"),
    ];
    let pairs = pairs.map(|(line, becomes)| (line, becomes.to_owned()));
    becomes(&world, Shell::Bash, &["--dynamic"], &pairs);
    if let Ok(breaks) = fs::read_to_string(world.path("tmp/breaks")) {
        assert!(breaks.contains('=') && breaks.contains(':') && breaks.contains('@'), "{breaks:?}");
    }
}

#[test]
fn the_scripts_that_ask_nobody_complete_verbs_and_options_also_behind_an_equals_sign_and_an_argument() {
    let world = World::new();
    let pairs = [
        ("stageline hold se", "stageline hold set "),
        ("stageline status --color al", "stageline status --color always "),
        ("stageline status --color=al", "stageline status --color=always "),
        ("stageline promote web --landing=di", "stageline promote web --landing=direct "),
        ("stageline promote web --dry", "stageline promote web --dry-run "),
    ];
    let pairs = pairs.map(|(line, becomes)| (format!("{line}{TAB}"), becomes.to_owned()));
    for shell in Shell::EVERY {
        becomes(&world, shell, &[], &pairs);
    }
}
