//! `hold set`, `hold lift`, `hold fixed`, `hold list`: their flags, and the requests that they become.

use std::str::FromStr;

use clap::{Args, Subcommand};
use clap_complete::engine::ArgValueCompleter;

use super::at;
use super::writing::WritingArgs;
use crate::cli::complete;
use crate::domain::names::{AppName, BadName, EnvName};
use crate::domain::refusal::Error;
use crate::domain::report::Report;
use crate::ops::context::Context;
use crate::ops::verbs::hold::{self, Named, Request};

const SET: &str = "\
Examples:
  stageline hold set checkout --env production -m 'waiting for the database'
  stageline hold set --env production --until 2d -m 'code freeze'
      everything in production
  stageline hold set --all -m 'stop the line'   everything, everywhere
  stageline hold set checkout@9d3e7aa --env production -m 'loses orders'
      a commit, and all that contains it";
const LIFT: &str = "\
Examples:
  stageline hold lift checkout --env production
  stageline hold lift --env production   the hold on the whole environment
  stageline hold lift --all              the hold on everything
  stageline hold lift checkout@9d3e7aa --env production
      that on a commit";
const FIXED: &str = "\
Examples:
  stageline hold fixed checkout@9d3e7aa --env production --by 41c09b2
      what contains 41c09b2 may come";
const LIST: &str = "\
Examples:
  stageline hold list
  stageline hold list --env production -o json";

/// Say that a pin stays where it is, and why; or that it may move again
#[derive(Debug, Subcommand)]
pub enum Hold {
    /// Hold applications of an environment, all of it, or everything
    #[command(after_help = SET)]
    Set(Set),
    /// Lift holds
    #[command(after_help = LIFT)]
    Lift(Lift),
    /// Say which commit mends a held one: what contains it is free
    #[command(after_help = FIXED)]
    Fixed(Fixed),
    /// List holds
    #[command(after_help = LIST)]
    List(List),
}

#[derive(Debug, Args)]
pub struct Set {
    #[command(flatten)]
    which: Which,
    /// When it ends: a time, a date, or a span such as `2d` [default: when it is lifted]
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
    #[command(flatten)]
    writing: WritingArgs,
}

#[derive(Debug, Args)]
pub struct Lift {
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    writing: WritingArgs,
}

#[derive(Debug, Args)]
pub struct Fixed {
    #[command(flatten)]
    which: Which,
    /// The commit that mends it, and contains it
    #[arg(long, value_name = "REV")]
    by: String,
    #[command(flatten)]
    writing: WritingArgs,
}

#[derive(Debug, Args)]
struct Which {
    /// The applications, or commits of their sources with all that contains them [default: the environment as a whole]
    #[arg(value_name = "APP[@REV]", add = ArgValueCompleter::new(complete::applications_with_revision))]
    applications: Vec<NamedArg>,
    /// The environment
    #[arg(long, value_name = "ENV", required_unless_present = "all", conflicts_with = "all",
          add = ArgValueCompleter::new(complete::environments))]
    env: Option<EnvName>,
    /// The one hold on all environments together, of APP or of everything; not those on single environments
    #[arg(long)]
    all: bool,
}

#[derive(Debug, Args)]
pub struct List {
    /// Only this environment
    #[arg(long, value_name = "ENV", add = ArgValueCompleter::new(complete::environments))]
    env: Option<EnvName>,
}

impl Hold {
    pub fn run(self, context: &mut Context<'_>) -> Result<Report, Error> {
        let request = |which: Which, until, writing: WritingArgs| Request {
            applications: which.applications.into_iter().map(|NamedArg(named)| named).collect(),
            env: which.env,
            until,
            writing: writing.request(),
        };
        match self {
            Hold::Set(args) => hold::set(context, &request(args.which, args.until, args.writing)).map(Report::from),
            Hold::Lift(args) => hold::lift(context, &request(args.which, None, args.writing)).map(Report::from),
            Hold::Fixed(args) => {
                let request = request(args.which, None, args.writing);
                hold::fixed(context, &request, &args.by).map(Report::from)
            }
            Hold::List(args) => hold::list(context, args.env.as_ref()).map(Report::Holds),
        }
    }
}

/// `APP` or `APP@REV`.
#[derive(Debug, Clone)]
struct NamedArg(Named);

impl FromStr for NamedArg {
    type Err = BadName;

    fn from_str(text: &str) -> Result<Self, BadName> {
        let (app, rev) = at::split(text, "a revision")?;
        Ok(Self(Named { app: AppName::new(app)?, rev }))
    }
}
