//! `preview create`, `preview destroy`, `preview list`, `preview prune`: their flags, and the requests that they become.

use std::str::FromStr;

use clap::{Args, Subcommand};
use clap_complete::engine::ArgValueCompleter;

use super::at::{self, EnvAt};
use super::looking::LookingArgs;
use super::writing::WritingArgs;
use crate::cli::complete;
use crate::domain::names::{AppName, BadName, EnvName};
use crate::domain::preview::Slug;
use crate::domain::refusal::Error;
use crate::domain::report::Report;
use crate::ops::context::Context;
use crate::ops::verbs::{preview, preview_end, preview_list};

const CREATE: &str = "\
Examples:
  stageline preview create web@9d3e7aa --request 12
      the instance pr-12, for a merge request of the source
  stageline preview create web@feature/cart
      feature-cart, of the tip of a branch
  stageline preview create web@9d3e7aa api@41c09b2 --slug demo
  stageline preview create --from production --slug incident-7
      what production runs now
  stageline preview create web --from production@r15 --slug r15
      what it ran then";
const DESTROY: &str = "\
Examples:
  stageline preview destroy pr-12
  stageline preview destroy pr-12 pr-13 --env preview";
const LIST: &str = "\
Examples:
  stageline preview list
  stageline preview list --fetch
      asks sources and their forges whether each is still needed";
const PRUNE: &str = "\
Examples:
  stageline preview prune
      destroys what is over, merged, closed, or on no branch any more
  stageline preview prune --check   names that, and leaks, and ends with 1";

/// Environments that are born with a merge request and die with it
#[derive(Debug, Subcommand)]
pub enum Preview {
    /// Make an instance from the template, or move the one that is there
    #[command(after_help = CREATE)]
    Create(Create),
    /// Take instances away: folder, entry and record
    #[command(after_help = DESTROY)]
    Destroy(Destroy),
    /// List instances: what they run, of which request, until when
    #[command(after_help = LIST)]
    List(List),
    /// Take away what nobody needs any more
    #[command(after_help = PRUNE)]
    Prune(Prune),
}

#[derive(Debug, Args)]
pub struct Create {
    /// What is to run, each by a commit, branch or tag of its source; without one: what --from runs
    #[arg(value_name = "APP[@REV]", add = ArgValueCompleter::new(complete::applications_with_revision))]
    applications: Vec<NamedArg>,
    /// The environment that has instances [default: the only one]
    #[arg(long, value_name = "ENV", add = ArgValueCompleter::new(complete::environments))]
    env: Option<EnvName>,
    /// The merge request of the source that it is of: its number or its address; names the instance pr-NUMBER
    #[arg(long, value_name = "URL|N")]
    request: Option<String>,
    /// The name of the instance: small letters, digits and `-`
    #[arg(long, value_name = "NAME")]
    slug: Option<Slug>,
    /// Take from this environment what is named without a commit, as it is or as it was at a time, rN, landing or release baseline
    #[arg(long, value_name = "ENV[@WHEN|/BASELINE]", add = ArgValueCompleter::new(complete::environments_and_baselines))]
    from: Option<EnvAt>,
    /// Go back also where the instance already runs something newer
    #[arg(long)]
    allow_older: bool,
    #[command(flatten)]
    writing: WritingArgs,
}

#[derive(Debug, Args)]
pub struct Destroy {
    /// The instances
    #[arg(value_name = "NAME", required = true)]
    slugs: Vec<Slug>,
    /// The environment that has them [default: the only one]
    #[arg(long, value_name = "ENV", add = ArgValueCompleter::new(complete::environments))]
    env: Option<EnvName>,
    #[command(flatten)]
    writing: WritingArgs,
}

#[derive(Debug, Args)]
pub struct List {
    /// Only this environment
    #[arg(long, value_name = "ENV", add = ArgValueCompleter::new(complete::environments))]
    env: Option<EnvName>,
    #[command(flatten)]
    looking: LookingArgs,
}

#[derive(Debug, Args)]
pub struct Prune {
    /// Only this environment
    #[arg(long, value_name = "ENV", add = ArgValueCompleter::new(complete::environments))]
    env: Option<EnvName>,
    /// Write nothing; name what should not be there, and end with 1 where something is
    #[arg(long)]
    check: bool,
    #[command(flatten)]
    writing: WritingArgs,
}

impl Preview {
    pub fn run(self, context: &mut Context<'_>) -> Result<Report, Error> {
        match self {
            Preview::Create(args) => {
                let request = preview::Request {
                    applications: args.applications.into_iter().map(|NamedArg(app, rev)| (app, rev)).collect(),
                    env: args.env,
                    request: args.request,
                    slug: args.slug,
                    from: args.from.map(|EnvAt { environment, at }| (environment, at)),
                    allow_older: args.allow_older,
                    writing: args.writing.request(),
                };
                preview::create(context, &request).map(Report::from)
            }
            Preview::Destroy(args) => {
                let request =
                    preview_end::Destroy { slugs: args.slugs, env: args.env, writing: args.writing.request() };
                preview_end::destroy(context, &request).map(Report::from)
            }
            Preview::List(args) => {
                args.looking.apply(context);
                preview_list::list(context, args.env.as_ref()).map(Report::Previews)
            }
            Preview::Prune(args) => {
                let request = preview_end::Prune { env: args.env, check: args.check, writing: args.writing.request() };
                preview_end::prune(context, &request).map(Report::Pruned)
            }
        }
    }
}

/// `APP` or `APP@REV`.
#[derive(Debug, Clone)]
struct NamedArg(AppName, Option<String>);

impl FromStr for NamedArg {
    type Err = BadName;

    fn from_str(text: &str) -> Result<Self, BadName> {
        let (app, rev) = at::split(text, "a revision")?;
        Ok(Self(AppName::new(app)?, rev))
    }
}
