//! The help of the program itself: its verbs in four groups, in the order in which somebody meets them.

use std::fmt::Write as _;

use clap::Command;

use crate::render;

/// Each group by what its verbs are for. The README has the same.
const GROUPS: [(&str, &[&str]); 4] = [
    ("Move", &["promote", "rollback", "undo", "hold", "preview"]),
    ("Look", &["status", "diff", "history", "show", "locate", "why"]),
    ("Vouch", &["verify", "approve", "attest", "baseline", "report", "tend"]),
    ("Set up", &["init", "config", "doctor", "feedback", "schema", "completions", "man", "help"]),
];

/// The command line whose own help has its verbs in groups; what is parsed, and the help of each verb, is as before.
/// `width`: how many columns a line may have.
pub fn grouped(command: Command, width: usize) -> Command {
    let groups = text(&command, width);
    let names: Vec<String> = command.get_subcommands().map(|verb| verb.get_name().to_string()).collect();
    // clap lists what is not hidden, and has one list for all.
    let hidden = names.iter().fold(command, |command, name| command.mut_subcommand(name, |verb| verb.hide(true)));
    let header = hidden.get_styles().get_header().to_owned();
    hidden.override_usage("stageline [OPTIONS] <COMMAND>").help_template(format!(
        "{{about-with-newline}}\n{{usage-heading}} {{usage}}\n\n{groups}{header}Options of every verb:{header:#}\n{{options}}{{after-help}}"
    ))
}

fn text(command: &Command, width: usize) -> String {
    let (header, literal) = (command.get_styles().get_header(), command.get_styles().get_literal());
    let widest = GROUPS.iter().flat_map(|(_, verbs)| *verbs).map(|verb| verb.len()).max().unwrap_or_default();
    let mut out = String::new();
    for (group, verbs) in GROUPS {
        let _ = writeln!(out, "{header}{group}:{header:#}");
        for name in verbs {
            let about = command.find_subcommand(name).and_then(Command::get_about).map(ToString::to_string);
            let about = about.unwrap_or_else(|| "Print this message or the help of the given verb".into());
            let lines = render::wrap(&about, width.saturating_sub(widest + 4).max(20));
            for (nth, line) in lines.iter().enumerate() {
                let _ = match nth {
                    0 => writeln!(out, "  {literal}{name}{literal:#}{}  {line}", " ".repeat(widest - name.len())),
                    _ => writeln!(out, "{}{line}", " ".repeat(widest + 4)),
                };
            }
        }
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;
    use crate::cli::args::Cli;

    #[test]
    fn every_verb_is_in_one_group() {
        let mut grouped: Vec<&str> = GROUPS.iter().flat_map(|(_, verbs)| *verbs).copied().collect();
        grouped.sort_unstable();
        let command = Cli::command();
        let mut verbs: Vec<&str> = command
            .get_subcommands()
            .filter(|verb| !verb.is_hide_set())
            .map(Command::get_name)
            .chain(["help"])
            .collect();
        verbs.sort_unstable();
        assert_eq!(grouped, verbs);
    }

    #[test]
    fn the_groups_keep_to_the_width_and_each_verb_says_what_it_does() {
        let help = grouped(Cli::command(), 80).render_long_help().to_string();
        let (_, listed) = help.split("Options of every verb:").next().unwrap().split_once("Move:").unwrap();
        assert!(listed.lines().all(|line| line.chars().count() <= 80), "{listed}");
        for line in ["\n  promote      Pin applications", "Look:\n  status       Show what runs where\n"] {
            assert!(listed.contains(line), "{listed}");
        }
        assert_eq!(help.matches("Options of every verb:").count(), 1);
        assert!(help.contains("--repo <URL>") && help.contains("Exit codes:"), "{help}");
    }

    #[test]
    fn what_is_parsed_is_as_before() {
        let grouped = || grouped(Cli::command(), 80);
        assert!(grouped().try_get_matches_from(["stageline", "status", "--env", "production"]).is_ok());
        let of_a_verb = |command: Command| {
            let error = command.try_get_matches_from(["stageline", "diff", "--help"]).unwrap_err();
            error.render().to_string()
        };
        assert_eq!(of_a_verb(grouped()), of_a_verb(Cli::command()));
    }
}
