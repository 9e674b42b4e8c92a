//! `promote`: its flags, and the request that they become.

use std::str::FromStr;

use clap::{Args, ValueEnum};
use clap_complete::engine::ArgValueCompleter;

use super::at::{EnvAt, split};
use super::writing::WritingArgs;
use crate::cli::{complete, exit};
use crate::domain::names::{BadName, EnvName};
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::report::{RefusalReport, Report};
use crate::domain::report::{StepsReport, StoppedReport};
use crate::domain::settings::NamePattern;
use crate::ops::context::Context;
use crate::ops::verbs::apart::Apart;
use crate::ops::verbs::eligible::{self, Unbuilt};
use crate::ops::verbs::hotfixing::Urgency;
use crate::ops::verbs::promote::{self, Holds, Request, What};
use crate::ops::verbs::{keep, steps};

const EXAMPLES: &str = "\
Examples:
  stageline promote checkout --to production
      what runs in the environment before
  stageline promote checkout web --to production
      both in one commit, or neither
  stageline promote --all --exclude web --to production
  stageline promote checkout --to production --dry-run
      the plan; nothing is written
  stageline promote checkout@9d3e7aa --to staging
      an application commit, branch or tag
  stageline promote checkout --latest --to staging
      the newest commit
  stageline promote checkout --to qa --from staging@2026-11-20
  stageline promote --all --to production --from staging/2026-w47
      the very set that a release baseline has
  stageline promote checkout --to production --landing merge-request \\
      -m 'release 1.8'
  stageline promote --all --to production --landing merge-request --by owners
  stageline promote checkout --commit 9d3e7aa --to staging,production
      one landing after the other
  stageline promote --all --eligible --to production
      whatever may go now; for cron
  stageline promote checkout --to production --lift-hold
      what is held there, by one who may lift it
  stageline promote checkout@hotfix/orders --to production --hotfix \\
      -m 'orders are lost'
  stageline promote --refresh   bring all open requests to the tip of today
  stageline promote checkout --to production --withdraw
      take an open request back";

// Which of the flags are needed depends on the others, which no line made of them would say.
const USAGE: &str = "\
stageline promote <APP[@REV]>... --to <ENV[,ENV]> [OPTIONS]
       stageline promote --all --to <ENV[,ENV]> [--exclude <APP>]... [OPTIONS]
       stageline promote <APP>... --to <ENV> --withdraw [OPTIONS]
       stageline promote --refresh [--to <ENV>] [OPTIONS]";

/// Pin applications in an environment to what another one runs, or to a commit
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, override_usage = USAGE)]
pub struct Promote {
    /// The applications, each with its own revision where one is written
    #[arg(value_name = "APP[@REV]", required_unless_present_any = ["all", "refresh"], conflicts_with_all = ["all", "refresh"],
          add = ArgValueCompleter::new(complete::applications_with_revision))]
    applications: Vec<AppAt>,
    /// The environment that changes; of several, one landing after the other, up to the first that does not go
    #[arg(long, value_name = "ENV[,ENV]", required_unless_present = "refresh", value_delimiter = ',',
          add = ArgValueCompleter::new(complete::environments))]
    to: Vec<EnvName>,
    /// Copy what ENV runs, or ran at TIME, at a config commit, with its change `rN` or by a release baseline [default: the
    /// environment before]; with `same: tree`, where the target's branches lack that commit, their newest one with the same content
    #[arg(long, value_name = "ENV[@TIME|@REV|@rN|/BASELINE]", group = "what", add = ArgValueCompleter::new(complete::environments_and_baselines))]
    from: Option<EnvAt>,
    /// An application commit: full or abbreviated id, branch, tag, or the version of a tag (`tag:` in stageline.yaml)
    #[arg(long, value_name = "REV", group = "what", add = ArgValueCompleter::new(complete::commits))]
    commit: Option<String>,
    /// The tip of the branch that the environment deploys; with `path:`, the newest commit (along first parents) that concerns the application
    #[arg(long, group = "what")]
    latest: bool,
    /// This very text, as it is written at the pin (at pins of another form: its commit)
    #[arg(long = "version", value_name = "TEXT", group = "what")]
    text: Option<String>,
    /// Every application of the environment
    #[arg(long)]
    all: bool,
    /// With --all: but not these; may be given several times
    #[arg(long, value_name = "APP", requires = "all", conflicts_with = "applications", value_delimiter = ',',
          add = ArgValueCompleter::new(complete::applications))]
    exclude: Vec<NamePattern>,
    /// Of each application the newest version that every gate lets pass; what has none is left as it is
    #[arg(long, conflicts_with_all = ["what", "each", "by", "refresh", "withdraw", "digest"])]
    eligible: bool,
    /// With --eligible: in the first environment take commits of which nothing says that there is an image
    #[arg(long, requires = "eligible")]
    unbuilt: bool,
    /// A request for each application, in place of one for all that is named
    #[arg(long)]
    each: bool,
    /// A request for each group of the same owners (`owners:` of applications)
    #[arg(long, value_name = "WHOSE", value_enum, conflicts_with = "each")]
    by: Option<ByArg>,
    /// Promote even if application commits are lost
    #[arg(long)]
    allow_older: bool,
    /// The digest that belongs to the new tag, of one application with one image
    #[arg(long, value_name = "DIGEST", conflicts_with = "all")]
    digest: Option<String>,
    /// Bring the open requests of all verbs (of ENV with --to) to the tip of today: rebuilt where what they change has moved, closed
    /// where nothing is left of them
    #[arg(long, conflicts_with_all = ["all", "what", "allow_older", "digest", "withdraw", "each", "by"])]
    refresh: bool,
    /// Take the applications out of the open requests that move them in ENV, and close those that are left without any
    #[arg(long, conflicts_with_all = ["what", "allow_older", "digest", "exclude", "each", "by"])]
    withdraw: bool,
    /// Take the holds that stop it away in the same signed commit: those of the pins in ENV, and of commits that come with them
    #[arg(long, conflicts_with_all = ["all", "refresh", "withdraw"])]
    lift_hold: bool,
    /// Land this commit as a hotfix, by `hotfix:` of ENV: past the gates that it is exempt from, and recorded, so that no promotion loses it
    #[arg(long, conflicts_with_all = ["all", "from", "latest", "text", "eligible", "each", "by", "allow_older", "refresh", "withdraw"])]
    hotfix: bool,
    #[command(flatten)]
    writing: WritingArgs,
}

impl Promote {
    pub fn run(self, context: &mut Context<'_>) -> Result<Report, Error> {
        if self.refresh {
            let request = keep::Request {
                env: self.one_environment()?,
                what: keep::What::Refresh,
                writing: self.writing.request(),
            };
            return keep::run(context, &request).map(Report::Tended);
        }
        if self.withdraw {
            let env = self.one_environment()?;
            let applications = self.applications.into_iter().map(AppAt::without_revision).collect::<Result<_, _>>()?;
            let what = keep::What::Withdraw(applications);
            let request = keep::Request { env, what, writing: self.writing.request() };
            return keep::run(context, &request).map(Report::Tended);
        }
        let (apart, environments) = (self.apart(), self.to.clone());
        let eligible = self.eligible.then_some(if self.unbuilt { Unbuilt::Counts } else { Unbuilt::No });
        if environments.len() > 1 {
            self.refuse_several()?;
        }
        let request = self.request()?;
        if environments.len() > 1 {
            let (report, stopped) = steps::run(context, &request, &environments)?;
            let stopped = stopped.map(|(env, error)| StoppedReport {
                environment: env.to_string(),
                exit: exit::of_error(&error),
                refusal: RefusalReport::of(&error),
            });
            return Ok(Report::Steps(StepsReport { stopped, ..report }));
        }
        if let Some(unbuilt) = eligible {
            return eligible::run(context, &request, unbuilt).map(Report::from);
        }
        match apart {
            Some(apart) => promote::run_apart(context, &request, apart).map(Report::Apart),
            None => promote::run(context, &request).map(Report::from),
        }
    }

    /// The environment that is named, where one may be.
    fn one_environment(&self) -> Result<Option<EnvName>, Error> {
        match self.to.as_slice() {
            [] => Ok(None),
            [one] => Ok(Some(one.clone())),
            _ => Err(Refusal::new(Code::Usage, "`--to` takes one environment here").invalid()),
        }
    }

    /// Several environments go one after the other, and nothing else is several then.
    fn refuse_several(&self) -> Result<(), Error> {
        if self.apart().is_none() && !self.eligible && !self.hotfix {
            return Ok(());
        }
        Err(Refusal::new(
            Code::Usage,
            "`--to` takes one environment with `--each`, `--by`, `--eligible` and `--hotfix`",
        )
        .hint("run it once for each environment")
        .invalid())
    }

    fn apart(&self) -> Option<Apart> {
        match self.by {
            Some(ByArg::Owners) => Some(Apart::Owners),
            None => self.each.then_some(Apart::Each),
        }
    }

    fn request(self) -> Result<Request, Error> {
        let to = self.to.into_iter().next().ok_or_else(|| anyhow::anyhow!("`promote` without an environment"))?;
        let what = match (self.from, self.commit, self.text) {
            (Some(EnvAt { environment, at }), _, _) => What::From { environment, at },
            (_, Some(rev), _) => What::Commit(rev),
            (_, _, Some(text)) => What::Version(text),
            _ if self.latest => What::Latest,
            _ => What::Before,
        };
        Ok(Request {
            applications: self.applications.into_iter().map(|AppAt { app, rev }| (app, rev)).collect(),
            all: self.all,
            exclude: self.exclude,
            to,
            what,
            allow_older: self.allow_older,
            digest: self.digest,
            urgency: if self.hotfix { Urgency::Hotfix } else { Urgency::Ordinary },
            holds: if self.lift_hold { Holds::Lift } else { Holds::Stand },
            writing: self.writing.request(),
        })
    }
}

/// `--by`
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ByArg {
    Owners,
}

/// `APP` or `APP@REV`.
#[derive(Debug, Clone)]
pub(super) struct AppAt {
    pub(super) app: NamePattern,
    pub(super) rev: Option<String>,
}

impl AppAt {
    /// The application, where no revision can be meant.
    fn without_revision(self) -> Result<NamePattern, Error> {
        match self.rev {
            None => Ok(self.app),
            Some(rev) => {
                Err(Refusal::new(Code::Usage, format!("`@{rev}` says which commit comes, and here none does"))
                    .hint(format!("name the application alone: `{}`", self.app.as_str()))
                    .invalid())
            }
        }
    }
}

impl FromStr for AppAt {
    type Err = BadName;

    fn from_str(text: &str) -> Result<Self, BadName> {
        let (app, rev) = split(text, "a revision")?;
        Ok(Self { app: app.parse()?, rev })
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::cli::args::Cli;
    use crate::cli::verbs::Verb;
    use crate::domain::settings::LandingMode;
    use crate::ops::context::{Reach, Run};

    fn request(line: &str) -> Result<Request, clap::Error> {
        match Cli::try_parse_from(line.split(' '))?.verb {
            Verb::Promote(verb) => Ok(verb.request().expect("an environment")),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn without_a_source_it_is_the_environment_before() {
        let request = request("stageline promote web --to production").unwrap();
        assert_eq!(request.what, What::Before);
        assert_eq!(request.applications, [("web".parse().unwrap(), None)]);
        assert_eq!((request.writing.run, request.writing.reach), (Run::Real, Reach::Remote));
    }

    #[test]
    fn each_application_may_have_its_own_revision() {
        let request = request("stageline promote web@v1 api@feature/x@y --to staging").unwrap();
        let revisions: Vec<_> = request.applications.iter().map(|(_, rev)| rev.as_deref()).collect();
        assert_eq!(revisions, [Some("v1"), Some("feature/x@y")]);
        assert!(super::AppAt::from_str("web@").is_err());
    }

    #[test]
    fn a_source_may_be_an_environment_at_a_time() {
        let request = request("stageline promote web --to qa --from staging@2026-11-20").unwrap();
        let environment = EnvName::new("staging").unwrap();
        assert_eq!(request.what, What::From { environment, at: Some("2026-11-20".into()) });
    }

    #[test]
    fn only_one_source_can_be_meant() {
        for line in [
            "stageline promote web --to qa --from staging --latest",
            "stageline promote web --to qa --commit a --version b",
            "stageline promote web --all --to qa",
            "stageline promote web --to qa --exclude api",
            "stageline promote --to qa",
            "stageline promote web",
            "stageline promote --refresh web",
            "stageline promote --refresh --all",
            "stageline promote --refresh --withdraw",
            "stageline promote --refresh --each",
            "stageline promote --all --to qa --each --by owners",
            "stageline promote --all --to qa --by people",
            "stageline promote web --to qa --withdraw --commit a",
            "stageline promote web --withdraw",
        ] {
            assert_eq!(request(line).unwrap_err().exit_code(), 2, "{line}");
        }
    }

    #[test]
    fn how_it_is_written_is_asked_for_by_flags() {
        let request =
            request("stageline promote --all --to qa --dry-run --no-push --landing merge-request -m why").unwrap();
        assert!(request.all);
        assert_eq!((request.writing.run, request.writing.reach), (Run::Dry, Reach::Local));
        assert_eq!(request.writing.landing, Some(LandingMode::MergeRequest));
        assert_eq!(request.writing.reason.as_deref(), Some("why"));
    }
}
