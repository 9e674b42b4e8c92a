//! `--env` where a verb says `--to`, and `--to` where it says `--env`: taken for what is meant where the verb has only one of them.

use std::ffi::{OsStr, OsString};

use clap::Command;

/// The command line as it is meant, and what is said of it; `None`: it is meant as it was typed. `args`: with the program's name.
pub fn meant(command: &Command, args: &[OsString]) -> Option<(Vec<OsString>, String)> {
    let mut out = args.to_vec();
    let (verb, leaf, first) = verb(command, args)?;
    let pairs = [("--env", "--to"), ("--to", "--env")];
    let slip = pairs.into_iter().find(|(typed, own)| !has(leaf, typed) && names_environments(leaf, own));
    // `undo --to` could mean a version as well; and who types both has said two things.
    let (typed, own) = slip.filter(|(_, own)| verb != "undo" && !is_typed(&args[first..], own))?;
    let mut is_changed = false;
    for arg in out.iter_mut().skip(first).take_while(|arg| *arg != "--") {
        if let Some(rest) = arg.to_str().and_then(|text| text.strip_prefix(typed)).map(str::to_string)
            && (rest.is_empty() || rest.starts_with('='))
        {
            *arg = format!("{own}{rest}").into();
            is_changed = true;
        }
    }
    let said = format!("`{verb}` names the environment with `{own}`: `{typed}` was taken for that");
    is_changed.then_some((out, said))
}

/// Whether a flag is among these words.
fn is_typed(args: &[OsString], flag: &str) -> bool {
    let is_it = |arg: &OsString| {
        arg.to_str()
            .and_then(|text| text.strip_prefix(flag))
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('='))
    };
    args.iter().take_while(|arg| *arg != "--").any(is_it)
}

/// The verb that is asked for, as it is typed, with where its own words begin.
fn verb<'c>(command: &'c Command, args: &[OsString]) -> Option<(String, &'c Command, usize)> {
    let is_verb = |of: &'c Command, arg: &OsStr| of.get_subcommands().find(|sub| arg == sub.get_name());
    let mut first = 1;
    while let Some(text) = args.get(first)?.to_str().filter(|text| text.starts_with('-')) {
        first += if takes_the_next(command, text) { 2 } else { 1 };
    }
    let leaf = is_verb(command, args.get(first)?)?;
    let inner = args.get(first + 1).and_then(|arg| is_verb(leaf, arg));
    Some(match inner {
        Some(inner) => (format!("{} {}", leaf.get_name(), inner.get_name()), inner, first + 2),
        None => (leaf.get_name().to_string(), leaf, first + 1),
    })
}

/// Whether the word behind an option before the verb is its value.
fn takes_the_next(command: &Command, option: &str) -> bool {
    let is_it = |arg: &&clap::Arg| match option.strip_prefix("--") {
        Some(long) => arg.get_long() == Some(long),
        None => option.len() == 2 && arg.get_short() == option.chars().nth(1),
    };
    command.get_arguments().find(is_it).is_some_and(|arg| arg.get_action().takes_values())
}

fn has(command: &Command, flag: &str) -> bool {
    command.get_arguments().any(|arg| arg.get_long() == flag.strip_prefix("--"))
}

/// Whether a verb has a flag whose values are environments.
fn names_environments(command: &Command, flag: &str) -> bool {
    let mut own = command.get_arguments().filter(|arg| arg.get_long() == flag.strip_prefix("--"));
    own.any(|arg| arg.get_value_names().is_some_and(|names| names.iter().any(|name| name.starts_with("ENV"))))
}

#[cfg(test)]
mod tests {
    use super::super::args::Cli;
    use super::*;
    use clap::CommandFactory as _;

    fn typed(line: &str) -> (String, Option<String>) {
        let args: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        let (out, said) = meant(&Cli::command(), &args).map_or((args, None), |(out, said)| (out, Some(said)));
        (out.iter().map(|arg| arg.to_str().unwrap()).collect::<Vec<_>>().join(" "), said)
    }

    #[test]
    fn the_flag_that_a_verb_has_not_is_taken_for_the_one_that_it_has() {
        for (line, wanted) in [
            ("stageline promote web --env production", "stageline promote web --to production"),
            ("stageline -C there why web --env=production", "stageline -C there why web --to=production"),
            ("stageline hold lift web --to production", "stageline hold lift web --env production"),
            ("stageline -C promote hold list --to production", "stageline -C promote hold list --env production"),
        ] {
            let (line, said) = typed(line);
            assert_eq!(line, wanted);
            assert!(said.is_some_and(|said| said.contains("names the environment with")), "{line}");
        }
    }

    #[test]
    fn nothing_is_changed_where_a_verb_has_both_or_neither_or_behind_two_dashes() {
        for line in [
            "stageline rollback web --env production --to r2",
            "stageline promote web --to production",
            "stageline promote web --to production -- --env",
            "stageline doctor --env production",
            "stageline undo --to production",
            "stageline promote web --to staging --env production",
            "stageline -C promote rollback web --env production",
            "stageline help promote --env",
            "stageline completions bash",
            "stageline --env production",
            "stageline promote web --environment production",
        ] {
            assert_eq!(typed(line), (line.to_string(), None));
        }
    }
}
