//! `hold set`, `hold lift`, `hold fixed`, `hold list`: their flags, and the requests that they become.

use std::str::FromStr;

use clap::{Args, Subcommand};
use clap_complete::engine::ArgValueCompleter;

use super::at;
use super::writing::WritingArgs;
use crate::cli::complete;
use crate::domain::names::{AppName, BadName, EnvName};
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::report::Report;
use crate::domain::settings::NamePattern;
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

const SET_USAGE: &str = "\
stageline hold set [<APP[@REV]>...] --env <ENV> [OPTIONS]
       stageline hold set [<APP>...] --all [OPTIONS]";
const LIFT_USAGE: &str = "\
stageline hold lift [<APP[@REV]>...] --env <ENV> [OPTIONS]
       stageline hold lift [<APP>...] --all [OPTIONS]";

/// Say that a pin stays where it is, and why; or that it may move again
#[derive(Debug, Subcommand)]
pub enum Hold {
    /// Hold applications of an environment, all of it, or everything
    #[command(after_help = SET, override_usage = SET_USAGE)]
    Set(Set),
    /// Lift holds
    #[command(after_help = LIFT, override_usage = LIFT_USAGE)]
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
    #[arg(long, value_name = "REV", add = ArgValueCompleter::new(complete::commits))]
    by: String,
    #[command(flatten)]
    writing: WritingArgs,
}

#[derive(Debug, Args)]
struct Which {
    /// The applications, or commits of their sources with all that contains them; for `lift` also globs [default: the environment
    /// as a whole]
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
        match self {
            Hold::Set(args) => {
                let request = args.which.request(args.until, args.writing);
                hold::set(context, &of_names(request)?).map(Report::from)
            }
            Hold::Lift(args) => hold::lift(context, &args.which.request(None, args.writing)).map(Report::from),
            Hold::Fixed(args) => {
                let request = of_names(args.which.request(None, args.writing))?;
                hold::fixed(context, &request, &args.by).map(Report::from)
            }
            Hold::List(args) => hold::list(context, args.env.as_ref()).map(Report::Holds),
        }
    }
}

impl Which {
    fn request(self, until: Option<String>, writing: WritingArgs) -> Request {
        let (mut applications, mut patterns) = (Vec::new(), Vec::new());
        for one in self.applications {
            match one {
                NamedArg::One(named) => applications.push(named),
                NamedArg::Several(pattern) => patterns.push(pattern),
            }
        }
        Request { applications, patterns, env: self.env, until, writing: writing.request() }
    }
}

/// A request that names each application: what a pattern finds is what is held, and only lifting asks for that.
fn of_names(request: Request) -> Result<Request, Error> {
    match request.patterns.first() {
        None => Ok(request),
        Some(pattern) => {
            let what = format!("`{}` names several: a hold is set application by application", pattern.as_str());
            Err(Refusal::new(Code::Usage, what)
                .hint("name each; or all of an environment: `stageline hold set --env ENV -m TEXT`")
                .invalid())
        }
    }
}

/// `APP`, `APP@REV`, or a glob of applications.
#[derive(Debug, Clone)]
enum NamedArg {
    One(Named),
    Several(NamePattern),
}

impl FromStr for NamedArg {
    type Err = BadName;

    fn from_str(text: &str) -> Result<Self, BadName> {
        if text.contains('*') {
            return Ok(Self::Several(NamePattern::new(text)?));
        }
        let (app, rev) = at::split(text, "a revision")?;
        Ok(Self::One(Named { app: AppName::new(app)?, rev }))
    }
}
