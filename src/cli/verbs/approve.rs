//! `approve`: its flags, and the request that they become.

use clap::Args;

use crate::domain::names::{AppName, BranchName};
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::report::Report;
use crate::domain::settings::NamedGate;
use crate::ops::context::{Context, Run};
use crate::ops::verbs::approve::{self, Request, Say};
use crate::ops::verbs::approve_head;

const EXAMPLES: &str = "\
Examples:
  stageline approve 12                       the request of that number
  stageline approve promote/production/web   its branch, where there is no forge
  stageline approve 8843ff8 --onto production
      a commit, for the branch of an environment of its own
  stageline approve 12 --withdraw            it counts no more
  stageline approve web@8843ff8 --request 12
      the head of a fork's request of the source, for previews
  stageline approve 12 --override soak --reason 'fixes the outage' --expires 2h

What is approved is the change, by its digest: the same content counts whatever
commit brings it, for one landing. Nobody approves what they made, signed,
opened or asked for.";

/// Agree to a change that waits, or override a gate for it, by a signed statement
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Approve {
    /// A request by its number or page, a branch, or a commit
    #[arg(value_name = "REQUEST|BRANCH|COMMIT|APP@COMMIT")]
    what: String,
    /// The merge request of the source whose head that is, by its number or page: with APP@COMMIT
    #[arg(long, value_name = "NUMBER|PAGE", conflicts_with_all = ["onto", "override", "reason"])]
    request: Option<String>,
    /// The branch that it is to be merged into [default: the request's, else the one with the rules]
    #[arg(long, value_name = "BRANCH")]
    onto: Option<BranchName>,
    /// Take back what you agreed to
    #[arg(long, conflicts_with = "override")]
    withdraw: bool,
    /// Let it pass this gate though it does not, where `override:` lets you
    #[arg(long, value_name = "GATE", value_parser = gate)]
    r#override: Option<NamedGate>,
    /// Until when the override counts: a time, or a span such as `4h`
    #[arg(long, value_name = "TIME", requires = "override", default_value = "4h")]
    expires: String,
    /// Why; an override needs it
    #[arg(long, short = 'm', visible_alias = "message", value_name = "TEXT")]
    reason: Option<String>,
    /// Show what would be said, and write nothing
    #[arg(long)]
    dry_run: bool,
}

/// A gate that can be overridden.
pub fn gate(text: &str) -> Result<NamedGate, String> {
    let known = NamedGate::WORDS.iter().filter(|(_, gate)| *gate != NamedGate::Hold);
    match known.clone().find(|(word, _)| *word == text) {
        Some((_, gate)) => Ok(*gate),
        None => {
            let words: Vec<&str> = known.map(|(word, _)| *word).collect();
            Err(format!("only these gates can be overridden: {}", words.join(", ")))
        }
    }
}

/// An application with a commit of its source.
fn of_source(text: &str) -> Result<(AppName, String), Error> {
    let parts = text.split_once('@').and_then(|(app, commit)| Some((AppName::new(app).ok()?, commit.to_string())));
    parts.ok_or_else(|| {
        let what = format!("`{}` is no application with a commit of its source", text.escape_debug());
        Refusal::new(Code::Usage, what).hint("`stageline approve APP@COMMIT --request NUMBER`").invalid()
    })
}

impl Approve {
    pub fn run(self, context: &mut Context<'_>) -> Result<Report, Error> {
        if let Some(request) = self.request {
            let (app, commit) = of_source(&self.what)?;
            let say = if self.withdraw { approve_head::Say::No } else { approve_head::Say::Yes };
            let run = if self.dry_run { Run::Dry } else { Run::Real };
            let request = approve_head::Request { app, commit, request, say, run };
            return approve_head::run(context, &request).map(|report| Report::Attest(Box::new(report)));
        }
        let say = match (self.withdraw, self.r#override) {
            (true, _) => Say::Withdraw,
            (false, Some(gate)) => Say::Override { gate, expires: self.expires },
            (false, None) => Say::Approve,
        };
        let run = if self.dry_run { Run::Dry } else { Run::Real };
        let of_source = of_source(&self.what).is_ok();
        let request = Request { what: self.what, onto: self.onto, say, reason: self.reason, run };
        let hint = "the head of a fork's request of the source is approved with that: `--request NUMBER`";
        let said = approve::run(context, &request).map_err(|error| if of_source { error.hint(hint) } else { error });
        said.map(|report| Report::Approve(Box::new(report)))
    }
}
