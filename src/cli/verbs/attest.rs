//! `attest`, `attest withdraw`, `attest list`, `attest export`: their flags, and the requests that they become.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Args, Subcommand, ValueEnum, ValueHint};
use clap_complete::engine::ArgValueCompleter;

use super::looking::LookingArgs;
use super::writing;
use crate::cli::answer::Answer;
use crate::cli::complete;
use crate::domain::names::{AppName, EnvName};
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::report::Report;
use crate::domain::statement::CheckResult;
use crate::ops::context::Context;
use crate::ops::verbs::attest::{self, MOST_BYTES, Request};
use crate::ops::verbs::attested::{self, Part, Wanted};

const EXAMPLES: &str = "\
Examples:
  stageline attest web --commit 9d3e7aa --check build --status passed
      of the commit: a build, an image
  stageline attest web --commit 9d3e7aa --env staging --check smoke \\
      --status failed --url https://ci.example.com/7
  stageline attest web --commit \"$GIT_COMMIT\" --env staging --check smoke \\
      --junit report.xml
  stageline attest withdraw check-1a2b -m 'the wrong cluster'
  stageline attest list web --commit 9d3e7aa

With `--env` it is refused for a commit that never was live there. It is signed
by the SSH key that git signs commits with, and counts where `checks:` of an
environment names whoever has that key in `by:`.";
const WITHDRAW: &str = "\
Examples:
  stageline attest withdraw check-1a2b -m 'the wrong cluster'

Only whoever made a statement can take it back.";
const LIST: &str = "\
Examples:
  stageline attest list
  stageline attest list web --commit 9d3e7aa --check smoke
  stageline attest list --fetch -o json";
const EXPORT: &str = "\
Examples:
  stageline attest export check-1a2b > statement.json
      the in-toto statement alone, for others to wrap
  stageline attest export check-1a2b --envelope
      the DSSE envelope; its signature is an SSHSIG";

/// Say as a signed statement how a check of a commit ended; list, show and take back what was said
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Attest {
    #[command(subcommand)]
    verb: Option<AttestVerb>,
    #[command(flatten)]
    say: Option<Say>,
}

#[derive(Debug, Subcommand)]
pub enum AttestVerb {
    /// Take a statement of one's own back
    #[command(after_help = WITHDRAW)]
    Withdraw(Withdraw),
    /// List all statements, newest first, with whether each counts and why not
    #[command(after_help = LIST)]
    List(List),
    /// Print a statement
    #[command(after_help = EXPORT)]
    Export(Export),
}

#[derive(Debug, Args)]
pub struct Say {
    /// The application
    #[arg(value_name = "APP", add = ArgValueCompleter::new(complete::applications))]
    app: AppName,
    /// The application commit: full or abbreviated id, branch, tag, or the version of a tag (`tag:` in stageline.yaml)
    #[arg(long, value_name = "REV", add = ArgValueCompleter::new(complete::commits))]
    commit: String,
    /// Where it ran: an environment in which the commit is or was live [default: nowhere, it is of the commit alone]
    #[arg(long, value_name = "ENV", add = ArgValueCompleter::new(complete::environments))]
    env: Option<EnvName>,
    /// The name of the check, as `checks:` in stageline.yaml has it
    #[arg(long, value_name = "NAME")]
    check: String,
    /// How it ended [default: as the file of `--junit` says]
    #[arg(long, value_name = "HOW", value_enum, required_unless_present = "junit")]
    status: Option<StatusArg>,
    /// The digest of the image that it is of: sha256:...
    #[arg(long, value_name = "DIGEST")]
    digest: Option<String>,
    /// The page of the run
    #[arg(long, value_name = "URL", value_hint = ValueHint::Url)]
    url: Option<String>,
    /// The results of its tests as JUnit XML; `-`: from standard input
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    junit: Option<PathBuf>,
    /// Sign it, show it, and write nothing
    #[arg(long)]
    dry_run: bool,
}

/// `--status`
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum StatusArg {
    Passed,
    Warned,
    Failed,
}

#[derive(Debug, Args)]
pub struct Withdraw {
    /// The path of its file, or the start of its name: check-1a2b
    #[arg(value_name = "STATEMENT")]
    statement: String,
    /// Why; written into the withdrawal
    #[arg(short = 'm', long, value_name = "TEXT")]
    reason: Option<String>,
    /// Sign it, show it, and write nothing
    #[arg(long)]
    dry_run: bool,
}

#[derive(Debug, Args)]
pub struct List {
    /// Only of this application
    #[arg(value_name = "APP", add = ArgValueCompleter::new(complete::applications))]
    app: Option<AppName>,
    /// Only of this commit of it
    #[arg(long, value_name = "REV", requires = "app", add = ArgValueCompleter::new(complete::commits))]
    commit: Option<String>,
    /// Only checks of this name
    #[arg(long, value_name = "NAME")]
    check: Option<String>,
    #[command(flatten)]
    looking: LookingArgs,
}

#[derive(Debug, Args)]
pub struct Export {
    /// The path of its file, or the start of its name: check-1a2b
    #[arg(value_name = "STATEMENT")]
    statement: String,
    /// Print the DSSE envelope, as the branch has it
    #[arg(long)]
    envelope: bool,
}

impl Attest {
    pub fn run(self, context: &mut Context<'_>) -> Result<Answer, Error> {
        let report = match (self.verb, self.say) {
            (Some(AttestVerb::Withdraw(args)), _) => {
                let run = writing::run(args.dry_run);
                let said = attested::withdraw(context, &args.statement, args.reason, run)?;
                Report::Attest(Box::new(said))
            }
            (Some(AttestVerb::List(List { app, commit, check, looking })), _) => {
                looking.apply(context);
                Report::Statements(attested::list(context, &Wanted { app, commit, check })?)
            }
            (Some(AttestVerb::Export(args)), _) => {
                let part = if args.envelope { Part::Envelope } else { Part::Payload };
                return attested::export(context, &args.statement, part).map(Answer::Text);
            }
            (None, Some(say)) => Report::Attest(Box::new(attest::run(context, &say.request()?)?)),
            (None, None) => {
                let what = "nothing says of which application";
                return Err(Refusal::new(Code::Usage, what).hint("stageline attest --help").invalid());
            }
        };
        Ok(Answer::Report(Box::new(report)))
    }

    /// The words it is called by.
    pub fn name(&self) -> &'static str {
        match &self.verb {
            None => "attest",
            Some(AttestVerb::Withdraw(_)) => "attest withdraw",
            Some(AttestVerb::List(_)) => "attest list",
            Some(AttestVerb::Export(_)) => "attest export",
        }
    }

    /// Whether it prints a text as it stands.
    pub fn is_text(&self) -> bool {
        matches!(self.verb, Some(AttestVerb::Export(_)))
    }
}

impl Say {
    fn request(self) -> Result<Request, Error> {
        let status = self.status.map(|status| match status {
            StatusArg::Passed => CheckResult::Passed,
            StatusArg::Warned => CheckResult::Warned,
            StatusArg::Failed => CheckResult::Failed,
        });
        Ok(Request {
            app: self.app,
            commit: self.commit,
            env: self.env,
            check: self.check,
            status,
            digest: self.digest,
            url: self.url,
            junit: self.junit.map(results).transpose()?,
            run: writing::run(self.dry_run),
        })
    }
}

/// The name of a file of results and what is in it, one byte more than is read at most.
fn results(file: PathBuf) -> Result<(String, Vec<u8>), Error> {
    let name = if file.as_os_str() == "-" { "standard input".to_string() } else { file.display().to_string() };
    let (most, mut bytes) = (MOST_BYTES as u64 + 1, Vec::new());
    let read = match file.as_os_str() == "-" {
        true => io::stdin().lock().take(most).read_to_end(&mut bytes),
        false => File::open(&file).and_then(|open| open.take(most).read_to_end(&mut bytes)),
    };
    read.with_context(|| format!("cannot read `{name}`"))?;
    Ok((name, bytes))
}
