//! `approve APP@COMMIT --request N`: agrees that a preview may run the head of a fork's request, by a statement about that very commit.

use crate::domain::commit::{CommitId, Known};
use crate::domain::names::AppName;
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::report::statements::AttestReport;
use crate::domain::settings::Application;
use crate::domain::statement::{self, Check, CheckResult, FORK_APPROVED, Statement, Tests};

use super::attest;
use super::carry;
use super::preview_request;
use crate::ops::context::{Context, Run};
use crate::ops::landing::saying;
use crate::ops::previews::pages;
use crate::ops::reading::sources::Sources;

/// So many digits of the commit have to be said: whoever approves has read that one, and not what was pushed since.
const LEAST_DIGITS: usize = 7;

/// What was asked for.
#[derive(Debug, Clone)]
pub struct Request {
    pub app: AppName,
    /// The commit that was read, or how its ID begins.
    pub commit: String,
    /// The request, by its number or page.
    pub request: String,
    pub say: Say,
    pub run: Run,
}

/// What is said of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Say {
    Yes,
    /// What was said before counts no more.
    No,
}

/// Says it.
///
/// # Errors
/// The request is at another commit, nobody would know whose word it is, or it cannot be pushed.
pub fn run(context: &mut Context<'_>, request: &Request) -> Result<AttestReport, Error> {
    let stack = carry::begin(context, &attest::writing(request.run, None))?;
    let (check, page) = {
        let app = stack.main.application(&request.app)?;
        let page = preview_request::page(&stack, Some(&request.request), &[&request.app])?;
        let page = page.ok_or_else(|| no_forge(app))?;
        let number = pages::number(&stack.main.settings, app, &page).unwrap_or_default();
        let commit = head(&Sources::new(context), app, number, &request.commit)?;
        let check = Check {
            app: app.name.clone(),
            source: app.source.as_ref().map(statement::source_name).unwrap_or_default(),
            commit,
            name: FORK_APPROVED.to_string(),
            environment: None,
            digest: None,
            result: if request.say == Say::Yes { CheckResult::Passed } else { CheckResult::Failed },
            url: Some(page.clone()),
            tests: Tests::default(),
            at: saying::now(context),
        };
        (check, page)
    };
    let verb = if request.say == Say::Yes { "approve" } else { "refuse" };
    let subject = format!("{verb} {} of {} for previews, the head of {page}", check.commit.short(), check.app);
    let statement = Statement::Check(check);
    let signed = saying::sign(context, &stack, &statement)?;
    let mut report = attest::say(context, &stack, "approve", (&statement, signed), (&subject, request.run))?;
    if let Some(why) = &report.statement.why_not {
        report.notes.push(format!("it is recorded, and counts for nothing: {why}"));
    }
    Ok(report)
}

/// The commit that a request is at, where that is the one that was read.
fn head(sources: &Sources<'_>, app: &Application, number: u64, read: &str) -> Result<CommitId, Error> {
    let digits = read.to_ascii_lowercase();
    let is_id = (LEAST_DIGITS..=40).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !is_id {
        let what = format!("`{}` is no commit ID: what is approved is the commit that was read", read.escape_debug());
        let hint = format!("write at least {LEAST_DIGITS} digits of it: `{}@COMMIT --request {number}`", app.name);
        return Err(Refusal::new(Code::BadRef, what).hint(hint).invalid());
    }
    let source = sources.needed(app, "what is approved")?;
    match source.head_of_request(number)? {
        Known::CannotTell(why) => {
            Err(Refusal::new(Code::SourceUnreachable, format!("cannot tell where request {number} is: {why}"))
                .cannot_tell())
        }
        Known::Is(None) => {
            let what = format!("the source of `{}` has no request {number}", app.name);
            Err(Refusal::new(Code::NoSuchRevision, what).invalid())
        }
        Known::Is(Some(head)) if head.to_string().starts_with(&digits) => Ok(head),
        Known::Is(Some(head)) => {
            let what = format!("request {number} of `{}` is at {}, and not at `{digits}`", app.name, head.short());
            Err(Refusal::new(Code::FileChanged, what)
                .hint("read what came since, then approve the commit that you have read")
                .refused())
        }
    }
}

fn no_forge(app: &Application) -> Error {
    let what = format!("no forge is known at the source of `{}`, so it has no requests", app.name);
    Refusal::new(Code::NoForge, what).hint("say which it is, by `forges:` in `stageline.yaml`").invalid()
}
