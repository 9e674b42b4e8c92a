//! `history`: its flags, and the request that they become.

use clap::{ArgGroup, Args, ValueEnum};
use clap_complete::engine::ArgValueCompleter;

use super::looking::LookingArgs;
use crate::cli::complete;
use crate::domain::names::EnvName;
use crate::domain::refusal::Error;
use crate::domain::report::Report;
use crate::domain::settings::NamePattern;
use crate::domain::sieve::Whose;
use crate::domain::verb::Verb;
use crate::ops::context::Context;
use crate::ops::verbs::history::{self, OfVerb, Request, Wanted};
use crate::ops::verbs::locate;

const EXAMPLES: &str = "\
Examples:
  stageline history checkout --env production
      every landed change, hand edits included
  stageline history --since 2026-11-01 -o csv
  stageline history --at '2026-11-20T12:00Z'        what ran then
  stageline history checkout --contains 9d3e7aa
      since when the commit is in each environment
  stageline history 'shop-*' web --env staging,production
  stageline history --by mei --verb rollback,undo   what she took back
  stageline history --env production --verb hotfix  what came as one
  stageline history --env production --unsigned --since 30d
  stageline history --request 12                    what came by a request
  stageline history --env preview                   what became of instances

PERSON is a part of a name, of an e-mail address or of a login, in letters of
any case, or with `*` or `?` the whole of it; or somebody of `people:`, whatever
address their commits have. Filters leave numbers as they are.

REV counts the changes of one application in one environment, the oldest is
`r1`; `*` runs now. A commit ID stands there where they cannot be counted: the
history is cut, or `--max` hides the rest.";

/// Show every landed pin change, newest first; what ran at a time; where a commit is
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, group = ArgGroup::new("sifting").multiple(true))]
pub struct History {
    /// Only these applications: names and globs
    #[arg(value_name = "APP", add = ArgValueCompleter::new(complete::applications))]
    applications: Vec<NamePattern>,
    /// Only these environments
    #[arg(long, value_name = "ENV", value_delimiter = ',', add = ArgValueCompleter::new(complete::environments))]
    env: Vec<EnvName>,
    /// What ran at TIME
    #[arg(long, value_name = "TIME", conflicts_with_all = ["contains", "since", "until", "max", "sifting"])]
    at: Option<String>,
    /// Where this application commit is and was: `stageline locate COMMIT`
    #[arg(long, value_name = "COMMIT", conflicts_with_all = ["since", "until", "max", "sifting"],
          add = ArgValueCompleter::new(complete::commits))]
    contains: Option<String>,
    /// Only changes since TIME: a time, a date, or a span such as `7d`
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
    /// Only changes until TIME
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
    /// Only what this person made, or asked a job for; several: of any of them
    #[arg(long, value_name = "PERSON", value_parser = Whose::new, group = "sifting")]
    by: Vec<Whose>,
    /// Only what was made by these verbs
    #[arg(long, value_name = "VERB", value_delimiter = ',', group = "sifting")]
    verb: Vec<VerbArg>,
    /// Only what no verb made: `--verb by-hand`
    #[arg(long, group = "sifting")]
    by_hand: bool,
    /// Only what has no good signature
    #[arg(long, group = "sifting")]
    unsigned: bool,
    /// Only what came by this request: its number, its page, or its branch
    #[arg(long, value_name = "URL|N", group = "sifting")]
    request: Option<String>,
    /// At most this many of them
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..))]
    max: Option<u32>,
    #[command(flatten)]
    looking: LookingArgs,
}

/// What made a change. Those that move no pin are read all the same, so that it can be said where they are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum VerbArg {
    Promote,
    Rollback,
    Undo,
    /// A promotion that brought a hotfix: `promote --hotfix`
    Hotfix,
    /// No verb: somebody's edit
    ByHand,
    #[value(hide = true)]
    Hold,
    #[value(hide = true)]
    Lift,
    #[value(hide = true)]
    Sync,
    /// What came to or moved in an instance: `preview create`
    Preview,
    /// An instance that went: `preview destroy`, `preview prune`
    Destroy,
}

impl VerbArg {
    fn meant(self) -> OfVerb {
        OfVerb::Verb(match self {
            Self::ByHand => return OfVerb::ByHand,
            Self::Hotfix => return OfVerb::Hotfix,
            Self::Promote => Verb::Promote,
            Self::Rollback => Verb::Rollback,
            Self::Undo => Verb::Undo,
            Self::Hold => Verb::HoldSet,
            Self::Lift => Verb::HoldLift,
            Self::Sync => Verb::Sync,
            Self::Preview => Verb::Preview,
            Self::Destroy => Verb::Destroy,
        })
    }
}

impl History {
    pub fn run(self, context: &mut Context<'_>) -> Result<Report, Error> {
        self.looking.apply(context);
        let wanted = Wanted { applications: self.applications, environments: self.env };
        if let Some(commit) = self.contains {
            return locate::run(context, &locate::Request { commit, wanted }).map(Report::Contains);
        }
        let request = Request {
            wanted,
            at: self.at,
            since: self.since,
            until: self.until,
            max: self.max.map(|max| max as usize),
            by: self.by,
            verbs: self.verb.into_iter().chain(self.by_hand.then_some(VerbArg::ByHand)).map(VerbArg::meant).collect(),
            unsigned: self.unsigned,
            request: self.request,
        };
        history::run(context, &request)
    }
}
