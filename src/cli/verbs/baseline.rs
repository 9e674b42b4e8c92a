//! `baseline mark`, `baseline list`, `baseline show`: their flags, and the requests that they become.

use std::str::FromStr;

use clap::{Args, Subcommand};
use clap_complete::engine::ArgValueCompleter;

use super::at::EnvAt;
use super::looking::LookingArgs;
use super::writing::run;
use crate::cli::complete;
use crate::domain::baseline::Which;
use crate::domain::names::{BadName, BaselineName, EnvName};
use crate::domain::refusal::Error;
use crate::domain::report::Report;
use crate::ops::context::{Context, Reach};
use crate::ops::verbs::baseline;

const MARK: &str = "\
Examples:
  stageline baseline mark production   what it runs now, by the name of today
  stageline baseline mark production --name 2026-w47 -m 'a quiet week'
  stageline baseline mark production@2026-11-20 --name before-the-sale
  stageline baseline mark production@config:9d3e7aa

A baseline is a signed tag of the config repository, baseline/ENV/NAME, and is
never moved. It gives no rights: what goes back to it is judged like any other
change. With `stable-after:` in stageline.yaml `stageline tend` marks them by
itself.";
const LIST: &str = "\
Examples:
  stageline baseline list
  stageline baseline list production --fetch";
const SHOW: &str = "\
Examples:
  stageline baseline show production
      the newest one that counts, and what runs by now
  stageline baseline show production/2026-11-23
  stageline diff production/2026-11-23 production
      with the application commits between";

/// Known-good states of an environment, to go back to: mark, list, show
#[derive(Debug, Subcommand)]
pub enum BaselineVerb {
    /// Mark what an environment runs, or ran, as known to be good
    #[command(after_help = MARK)]
    Mark(Mark),
    /// List them, with whether each counts and why not
    #[command(after_help = LIST)]
    List(List),
    /// Show what an environment runs by one, beside what it runs now
    #[command(after_help = SHOW)]
    Show(Show),
}

#[derive(Debug, Args)]
pub struct Mark {
    /// The environment; as it was at a time or a config commit where one is written
    #[arg(value_name = "ENV[@TIME|@REV]", add = ArgValueCompleter::new(complete::environments))]
    env: EnvAt,
    /// Its name [default: the date of today, in UTC]
    #[arg(long, value_name = "NAME")]
    name: Option<BaselineName>,
    /// Why; written into the tag
    #[arg(short = 'm', long, value_name = "TEXT")]
    reason: Option<String>,
    /// Show what would be marked, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Leave the tag in this clone
    #[arg(long)]
    no_push: bool,
}

#[derive(Debug, Args)]
pub struct List {
    /// Only of this environment
    #[arg(value_name = "ENV", add = ArgValueCompleter::new(complete::environments))]
    env: Option<EnvName>,
    #[command(flatten)]
    looking: LookingArgs,
}

#[derive(Debug, Args)]
pub struct Show {
    /// The environment and the baseline [default: the newest one that counts]
    #[arg(value_name = "ENV[/NAME]", add = ArgValueCompleter::new(complete::environments_and_baselines))]
    which: OneOf,
    #[command(flatten)]
    looking: LookingArgs,
}

impl BaselineVerb {
    pub fn run(self, context: &mut Context<'_>) -> Result<Report, Error> {
        match self {
            BaselineVerb::Mark(args) => {
                let request = baseline::Mark {
                    env: args.env.environment,
                    name: args.name,
                    at: args.env.at,
                    reason: args.reason,
                    run: run(args.dry_run),
                    reach: if args.no_push { Reach::Local } else { Reach::Remote },
                };
                baseline::mark(context, &request).map(|report| Report::Marked(Box::new(report)))
            }
            BaselineVerb::List(args) => {
                args.looking.apply(context);
                baseline::list(context, args.env.as_ref()).map(Report::Baselines)
            }
            BaselineVerb::Show(args) => {
                args.looking.apply(context);
                let OneOf(env, which) = args.which;
                baseline::show(context, &env, &which).map(|report| Report::Baseline(Box::new(report)))
            }
        }
    }
}

/// `ENV` or `ENV/NAME`.
#[derive(Debug, Clone)]
struct OneOf(EnvName, Which);

impl FromStr for OneOf {
    type Err = BadName;

    fn from_str(text: &str) -> Result<Self, BadName> {
        match text.split_once('/') {
            Some((env, name)) => Ok(Self(EnvName::new(env)?, Which::read(name)?)),
            None => Ok(Self(EnvName::new(text)?, Which::Newest)),
        }
    }
}
