//! What a verb lacks is picked from lists on a terminal: the environment, then the applications; of holds the one to lift. What comes of
//! it is the command line that somebody would have typed.

use std::ffi::OsString;

use clap::error::{Error as ClapError, ErrorKind};
use clap::{ArgMatches, Command, FromArgMatches as _};
use console::Term;
use dialoguer::theme::{ColorfulTheme, SimpleTheme, Theme};
use dialoguer::{MultiSelect, Select};

use super::face::Terminal;
use super::options::Global;
use crate::domain::names::EnvName;
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::report::{HoldReport, StatusCell, StatusReport, StatusRow};
use crate::domain::version::Version;
use crate::ops::context::Context;
use crate::ops::verbs::hold;
use crate::ops::verbs::status::{self, Waiting};
use crate::text;

/// What was typed without what the verb needs.
pub struct Typed {
    args: Vec<OsString>,
    pub global: Global,
    lacks: Lacks,
}

/// What a verb lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Lacks {
    /// Of `promote` (`--to`) and `rollback` (`--env`): the environment where none is named, and applications where none are.
    Pins { flag: &'static str, env: Option<EnvName>, apps: bool },
    /// Of `hold lift`.
    Hold,
}

impl Typed {
    /// What somebody has typed who may be asked for the rest; `None`: `error` is about something else.
    pub fn of(command: Command, args: &[OsString], error: &ClapError) -> Option<Self> {
        let whole = args.iter().all(|arg| arg != "--" && arg != "-y" && arg != "--yes");
        if error.kind() != ErrorKind::MissingRequiredArgument || !whole {
            return None;
        }
        let matches = command.ignore_errors(true).try_get_matches_from(args).ok()?;
        let lacks = lacks(&matches)?;
        Some(Self { args: args.to_vec(), global: Global::from_arg_matches(&matches).ok()?, lacks })
    }

    /// Asks for what is lacking; the whole command line.
    ///
    /// # Errors
    /// Nothing was picked, there is nothing to pick from, or the repository cannot be read.
    pub fn completed(self, context: &mut Context<'_>, face: &Terminal, colour: bool) -> Result<Vec<OsString>, Error> {
        let lists = Lists { theme: if colour { Box::new(ColorfulTheme::default()) } else { Box::new(SimpleTheme) } };
        let more = match self.lacks {
            Lacks::Hold => {
                let holds = hold::list(context, None)?.holds;
                face.finish();
                lists.hold(&holds)?
            }
            Lacks::Pins { flag, env, apps } => {
                let asked =
                    status::Request { applications: Vec::new(), environments: Vec::new(), waiting: Waiting::Left };
                let report = status::run(context, &asked)?;
                face.finish();
                lists.pins(&report, flag, (env, apps))?
            }
        };
        let mut out = self.args;
        out.extend(more.into_iter().map(OsString::from));
        Ok(out)
    }
}

fn lacks(matches: &ArgMatches) -> Option<Lacks> {
    let is_there = |of: &ArgMatches, id: &str| of.try_contains_id(id).unwrap_or(false);
    let is_set = |of: &ArgMatches, id: &str| of.try_get_one::<bool>(id).ok().flatten().copied().unwrap_or(false);
    let first = |of: &ArgMatches, id: &str| of.try_get_many::<EnvName>(id).ok().flatten()?.next().cloned();
    let apps = |of: &ArgMatches| !is_there(of, "applications") && !is_set(of, "all");
    match matches.subcommand()? {
        ("promote", own) => Some(Lacks::Pins { flag: "--to", env: first(own, "to"), apps: apps(own) }),
        ("rollback", own) => Some(Lacks::Pins { flag: "--env", env: first(own, "env"), apps: apps(own) }),
        ("hold", own) => match own.subcommand()? {
            ("lift", own) => apps(own).then_some(Lacks::Hold),
            _ => None,
        },
        _ => None,
    }
}

/// The lists, on the terminal.
struct Lists {
    theme: Box<dyn Theme>,
}

impl Lists {
    fn pins(
        &self,
        report: &StatusReport,
        flag: &'static str,
        (env, apps): (Option<EnvName>, bool),
    ) -> Result<Vec<String>, Error> {
        let mut out = Vec::new();
        let env = match env {
            Some(env) => env.to_string(),
            None => {
                let all = environments(report, flag);
                let labels: Vec<String> = all.iter().map(|env| of_environment(report, env)).collect();
                let env = all[self.one("environment", &labels)?].clone();
                out.extend([flag.to_string(), env.clone()]);
                env
            }
        };
        if apps {
            let rows = applications(report, &env, flag);
            let labels: Vec<String> = rows.iter().map(|(name, cell)| of_application(name, cell)).collect();
            let picked = self.some("applications (space picks one, enter goes on)", &labels)?;
            out.extend(picked.into_iter().map(|at| rows[at].0.to_string()));
        }
        Ok(out)
    }

    fn hold(&self, all: &[HoldReport]) -> Result<Vec<String>, Error> {
        let labels: Vec<String> = all.iter().map(of_hold).collect();
        let hold = &all[self.one("hold to lift", &labels)?];
        let place = match hold.environment.as_str() {
            "*" => vec!["--all".to_string()],
            env => vec!["--env".to_string(), env.to_string()],
        };
        Ok(hold.what().into_iter().chain(place).collect())
    }

    fn one(&self, prompt: &str, labels: &[String]) -> Result<usize, Error> {
        refuse_nothing(prompt, labels)?;
        let list = Select::with_theme(self.theme.as_ref()).with_prompt(prompt).items(labels).default(0);
        answered(list.interact_on_opt(&Term::stderr()))
    }

    fn some(&self, prompt: &str, labels: &[String]) -> Result<Vec<usize>, Error> {
        refuse_nothing(prompt, labels)?;
        let list = MultiSelect::with_theme(self.theme.as_ref()).with_prompt(prompt).items(labels);
        let picked = answered(list.interact_on_opt(&Term::stderr()))?;
        if picked.is_empty() { Err(declined()) } else { Ok(picked) }
    }
}

/// What was picked; whatever became of it, the cursor is back.
fn answered<T>(answer: Result<Option<T>, dialoguer::Error>) -> Result<T, Error> {
    drop(Term::stderr().show_cursor());
    match answer {
        Ok(Some(picked)) => Ok(picked),
        Ok(None) => Err(declined()),
        Err(dialoguer::Error::IO(why)) if why.kind() == std::io::ErrorKind::Interrupted => Err(Error::interrupted()),
        Err(dialoguer::Error::IO(why)) => Err(why.into()),
    }
}

fn declined() -> Error {
    Refusal::new(Code::Declined, "nothing was picked; nothing was written").refused()
}

fn refuse_nothing(what: &str, labels: &[String]) -> Result<(), Error> {
    if !labels.is_empty() {
        return Ok(());
    }
    let what = what.split(" (").next().unwrap_or(what);
    Err(Refusal::new(Code::Usage, format!("there is nothing to pick from: no {what}"))
        .hint("see `stageline status`, `stageline hold list`")
        .invalid())
}

/// The environments that may be meant: to be promoted to, those that come after another one where there are such.
fn environments<'r>(report: &'r StatusReport, flag: &str) -> Vec<&'r String> {
    let cells =
        |env: &String| report.applications.iter().filter_map(|row| cell_of(&row.cells, env)).collect::<Vec<_>>();
    let filled = report.environments.iter().filter(|env| !cells(env).is_empty());
    let (after, first): (Vec<&String>, Vec<&String>) =
        filled.partition(|env| cells(env).iter().any(|cell| cell.compared_with.is_some()));
    match flag {
        "--to" if !after.is_empty() => after,
        _ => first.into_iter().chain(after).collect(),
    }
}

fn cell_of<'c>(cells: &'c [StatusCell], env: &str) -> Option<&'c StatusCell> {
    cells.iter().find(|cell| cell.environment == env && cell.present)
}

/// `production  3 of 4 behind staging`
fn of_environment(report: &StatusReport, env: &str) -> String {
    let cells: Vec<&StatusCell> = report.applications.iter().filter_map(|row| cell_of(&row.cells, env)).collect();
    let behind = cells.iter().filter(|cell| cell.behind.is_some_and(|count| count > 0)).count();
    let before = cells.iter().find_map(|cell| cell.compared_with.as_deref());
    let told = match before {
        Some(before) if behind > 0 => format!("{env}  {behind} of {} behind {before}", cells.len()),
        _ => env.to_string(),
    };
    text::terminal(&told)
}

/// The applications of an environment: to be promoted, those that are behind first; to go back, what changed last.
fn applications<'r>(report: &'r StatusReport, env: &str, flag: &str) -> Vec<(&'r str, &'r StatusCell)> {
    let row = |row: &'r StatusRow| Some((row.application.as_str(), cell_of(&row.cells, env)?));
    let mut out: Vec<_> = report.applications.iter().filter_map(row).collect();
    match flag {
        "--to" => out.sort_by_key(|(_, cell)| cell.behind.is_none_or(|count| count == 0)),
        _ => out.sort_by_key(|(_, cell)| std::cmp::Reverse(cell.since)),
    }
    out
}

/// `web  0603f41  2 behind staging, held`
fn of_application(name: &str, cell: &StatusCell) -> String {
    let version = cell.version.as_deref().map_or("-".to_string(), shortened);
    let before = cell.compared_with.as_deref().unwrap_or("the environment before");
    let far = |count: Option<usize>, word: &str| {
        count.filter(|count| *count > 0).map(|count| format!("{count} {word} {before}"))
    };
    let told: Vec<String> = [
        far(cell.behind, "behind"),
        far(cell.ahead, "ahead of"),
        cell.held.then(|| "held".to_string()),
        cell.hotfix.as_ref().map(|_| "hotfix".to_string()),
    ]
    .into_iter()
    .flatten()
    .collect();
    text::terminal(format!("{name}  {version}  {}", told.join(", ")).trim_end())
}

fn shortened(version: &str) -> String {
    Version::new(version).map_or_else(|_| version.to_string(), |version| version.short())
}

/// `web@41c09b2 in production: it burns (Mei Lin <mei@example.com>)`
fn of_hold(hold: &HoldReport) -> String {
    let what = hold.what().unwrap_or_else(|| "everything".to_string());
    let place = if hold.environment == "*" { "every environment" } else { hold.environment.as_str() };
    text::terminal(&format!("{what} in {place}: {} ({})", hold.reason, hold.by))
}

#[cfg(test)]
mod tests {
    use super::super::args::Cli;
    use super::*;
    use clap::CommandFactory as _;

    fn lacking(line: &str) -> Option<Lacks> {
        let args: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        let error = Cli::command().try_get_matches_from(&args).err()?;
        Typed::of(Cli::command(), &args, &error).map(|typed| typed.lacks)
    }

    #[test]
    fn it_is_told_what_a_verb_lacks_and_what_it_has() {
        let env = EnvName::new("production").ok();
        for (line, wanted) in [
            ("stageline promote", Lacks::Pins { flag: "--to", env: None, apps: true }),
            ("stageline promote --to production", Lacks::Pins { flag: "--to", env: env.clone(), apps: true }),
            ("stageline promote web", Lacks::Pins { flag: "--to", env: None, apps: false }),
            ("stageline promote --all --dry-run", Lacks::Pins { flag: "--to", env: None, apps: false }),
            ("stageline rollback", Lacks::Pins { flag: "--env", env: None, apps: true }),
            ("stageline rollback --env production", Lacks::Pins { flag: "--env", env, apps: true }),
            ("stageline hold lift", Lacks::Hold),
        ] {
            assert_eq!(lacking(line), Some(wanted), "{line}");
        }
    }

    #[test]
    fn nothing_is_asked_for_what_is_whole_mistyped_of_another_verb_or_told_yes() {
        for line in [
            "stageline promote web --to production",
            "stageline promote --to a/b",
            "stageline promote --nonsense",
            "stageline promote -y",
            "stageline hold set",
            "stageline hold lift web",
            "stageline why",
            "stageline",
        ] {
            assert_eq!(lacking(line), None, "{line}");
        }
    }

    fn cell(environment: &str, behind: Option<usize>, held: bool) -> StatusCell {
        StatusCell {
            environment: environment.into(),
            present: true,
            version: Some("41c09b2e8ff4b0f1a60a1b2c3d4e5f60718293a4".into()),
            commit: None,
            since: None,
            ahead: Some(0),
            behind,
            compared_with: behind.map(|_| "staging".to_string()),
            held,
            hotfix: None,
            disagree: Vec::new(),
            note: None,
            waits: None,
        }
    }

    #[test]
    fn a_list_says_how_far_each_is_and_what_is_held() {
        assert_eq!(of_application("web", &cell("production", Some(2), true)), "web  41c09b2  2 behind staging, held");
        assert_eq!(of_application("web", &cell("staging", None, false)), "web  41c09b2");
    }
}
