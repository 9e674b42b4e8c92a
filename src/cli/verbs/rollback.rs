//! `rollback`: its flags, and the request that they become.

use clap::Args;
use clap_complete::engine::ArgValueCompleter;

use super::writing::WritingArgs;
use crate::cli::complete;
use crate::domain::names::{AppName, EnvName};
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::report::Report;
use crate::domain::settings::NamePattern;
use crate::ops::context::Context;
use crate::ops::verbs::rollback::{self, Request};
use crate::ops::verbs::undo;

const EXAMPLES: &str = "\
Examples:
  stageline rollback checkout --env production
      the last stable version that differs
  stageline rollback checkout --env production --to r15
      a revision that `history` shows
  stageline rollback checkout --env production --to 41c09b2
  stageline rollback --all --env production --to baseline
      the newest known-good state; `stageline baseline list`
  stageline rollback --all --to @2026-11-20T12:00Z --env production
  stageline rollback checkout --env production --until 2d \\
      -m 'errors on checkout'
  stageline hold lift checkout --env production   let promotions through again

`rollback` goes back to the last good version, and keeps it there by a hold. To
take exactly one landing back: `stageline undo`.";

const USAGE: &str = "\
stageline rollback <APP>... --env <ENV> [--to <TARGET>] [OPTIONS]
       stageline rollback --all --env <ENV> --to <TARGET> [--exclude <APP>]... [OPTIONS]";

/// Go back to the last good version by a new commit, and keep it there
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, override_usage = USAGE)]
pub struct Rollback {
    /// The applications
    #[arg(value_name = "APP", required_unless_present = "all", conflicts_with = "all",
          add = ArgValueCompleter::new(complete::applications))]
    applications: Vec<NamePattern>,
    /// The environment that changes
    #[arg(long, value_name = "ENV", add = ArgValueCompleter::new(complete::environments))]
    env: Option<EnvName>,
    /// Where to: `rN`, an application commit, `config:REV`, `@TIME`, `baseline` (the newest), `baseline/NAME` [default: the last stable version that differs]
    #[arg(long, value_name = "TARGET", conflicts_with = "last", add = ArgValueCompleter::new(complete::revisions))]
    to: Option<String>,
    /// Every application of the environment; needs --to
    #[arg(long)]
    all: bool,
    /// The same as `stageline undo --env ENV`
    #[arg(long, hide = true, conflicts_with = "until")]
    last: bool,
    /// With --all: but not these; may be given several times
    #[arg(long, value_name = "APP", requires = "all", conflicts_with = "applications", value_delimiter = ',',
          add = ArgValueCompleter::new(complete::applications))]
    exclude: Vec<NamePattern>,
    /// Leave no hold: the next promotion may bring the version back
    #[arg(long, conflicts_with = "until")]
    no_hold: bool,
    /// When the hold ends: a time, a date, or a span such as `2d` [default: when it is lifted]
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
    #[command(flatten)]
    writing: WritingArgs,
}

/// The names where one application each is meant.
fn exactly(patterns: &[NamePattern]) -> Result<Vec<AppName>, Error> {
    let one = |pattern: &NamePattern| {
        AppName::new(pattern.as_str()).map_err(|why| Refusal::new(Code::Usage, why.to_string()).invalid())
    };
    patterns.iter().map(one).collect()
}

impl Rollback {
    pub fn run(self, context: &mut Context<'_>) -> Result<Report, Error> {
        if let (true, Some(env)) = (self.last, &self.env) {
            let request = undo::Request {
                landing: None,
                env: Some(env.clone()),
                only: exactly(&self.applications)?,
                exclude: exactly(&self.exclude)?,
                writing: self.writing.request(),
            };
            return undo::run(context, &request).map(Report::from);
        }
        rollback::run(context, &self.request()?).map(Report::from)
    }

    fn request(self) -> Result<Request, Error> {
        // Said here and not by the parser: who writes `--to production`, as in `promote`, means `--env`.
        let Some(env) = self.env else {
            let missing = Refusal::new(Code::NoEnvironment, "`rollback` needs the environment that changes");
            return Err(match &self.to {
                Some(to) => missing.hint(format!("if `{to}` is an environment: `--env {to}`")),
                None => missing.hint("name it: `--env ENV`"),
            }
            .invalid());
        };
        Ok(Request {
            applications: self.applications,
            all: self.all,
            exclude: self.exclude,
            env,
            to: self.to,
            hold: !self.no_hold,
            until: self.until,
            writing: self.writing.request(),
        })
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::cli::args::Cli;
    use crate::cli::verbs::Verb;

    fn request(line: &str) -> Result<Request, clap::Error> {
        match Cli::try_parse_from(line.split(' '))?.verb {
            Verb::Rollback(verb) => Ok(verb.request().expect("an environment")),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_rollback_holds_unless_told_otherwise() {
        assert!(request("stageline rollback web --env production").unwrap().hold);
        assert!(!request("stageline rollback web --env production --no-hold").unwrap().hold);
    }

    #[test]
    fn flags_that_contradict_each_other_are_refused() {
        for line in [
            "stageline rollback web --env production --no-hold --until 2d",
            "stageline rollback --all --env production --last --to r3",
            "stageline rollback --env production",
            "stageline rollback web --all --env production",
        ] {
            assert_eq!(request(line).unwrap_err().exit_code(), 2, "{line}");
        }
    }
}
