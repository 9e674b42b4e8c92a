//! `attest`: says as a signed statement how a check of a commit ended.

use crate::domain::commit::{CommitId, Known};
use crate::domain::names::{AppName, EnvName};
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::report::statements::{AttestReport, SaidWord};
use crate::domain::settings::Application;
use crate::domain::statement::{self, BRANCH, Check, CheckResult, Statement, Tests};
use crate::domain::steering;
use crate::domain::version::{Version, is_digest};
use crate::records::junit;

pub use crate::records::junit::MOST_BYTES;

use super::carry;
use crate::ops::context::{Context, Opening, Reach, Run, Taking, Writing};
use crate::ops::landing::saying::{self, Signed};
use crate::ops::reading::lived;
use crate::ops::reading::sources::Sources;
use crate::ops::reading::stack::Stack;
use crate::ops::reports::statements;

/// So many characters a check's name may have.
const LONGEST_NAME: usize = 100;
const LONGEST_URL: usize = 2000;

/// What was asked for.
#[derive(Debug, Clone)]
pub struct Request {
    pub app: AppName,
    /// `--commit REV`.
    pub commit: String,
    /// `--env`; none: it is of the commit alone.
    pub env: Option<EnvName>,
    pub check: String,
    /// `--status`; none: as the file says.
    pub status: Option<CheckResult>,
    pub digest: Option<String>,
    pub url: Option<String>,
    /// `--junit`: the name of the file, and what is in it.
    pub junit: Option<(String, Vec<u8>)>,
    pub run: Run,
}

/// How the check ended, with its tests and what is to be said of them.
struct Ended {
    result: CheckResult,
    tests: Tests,
    notes: Vec<String>,
}

/// Runs the verb.
///
/// # Errors
/// What is said makes no sense, the commit is not there or never was where it says; nobody would know whose word it is; it cannot be
/// pushed.
pub fn run(context: &mut Context<'_>, request: &Request) -> Result<AttestReport, Error> {
    check_words(request)?;
    let ended = ended(request)?;
    let stack = carry::begin(context, &writing(request.run, None))?;
    let check = {
        let app = stack.main.application(&request.app)?;
        let sources = Sources::new(context);
        let source = sources.needed(app, "a check")?;
        let commit = sources.resolve(app, &source, &request.commit)?;
        let digest = digest(context, &stack, &sources, request, commit)?;
        Check {
            app: app.name.clone(),
            source: source_name(app),
            commit,
            name: request.check.clone(),
            environment: request.env.clone(),
            digest,
            result: ended.result,
            url: request.url.clone(),
            tests: ended.tests,
            at: saying::now(context),
        }
    };
    let subject = subject(&check);
    let statement = Statement::Check(check);
    let signed = saying::sign(context, &stack, &statement)?;
    let mut report = say(context, &stack, "attest", (&statement, signed), (&subject, request.run))?;
    report.notes.splice(..0, ended.notes);
    if let Some(why) = &report.statement.why_not {
        report.notes.push(format!("no rule counts it: {why}"));
    }
    Ok(report)
}

/// The first line of the commit that brings it.
fn subject(check: &Check) -> String {
    let ended = match check.result {
        CheckResult::Passed => "passed",
        CheckResult::Warned => "warned",
        CheckResult::Failed => "failed",
    };
    let place = check.environment.as_ref().map_or(String::new(), |env| format!(" in {env}"));
    format!("attest {} of {} {}{place}: {ended}", check.name, check.app, check.commit.short())
}

/// Appends a signed statement to the branch, unless this is a dry run.
pub(super) fn say(
    context: &mut Context<'_>,
    stack: &Stack,
    verb: &str,
    (statement, signed): (&Statement, Signed),
    (subject, run): (&str, Run),
) -> Result<AttestReport, Error> {
    let told = statements::said(&stack.main.settings, signed.path.to_string(), statement, Some(&signed.by));
    let mut report = AttestReport {
        verb: verb.to_string(),
        stage: SaidWord::Planned,
        statement: told,
        branch: BRANCH.to_string(),
        remote: stack.remote.as_ref().map(ToString::to_string),
        notes: stack.notes.clone(),
    };
    if run == Run::Real {
        let said = saying::say(context, stack, vec![signed], subject)?;
        report.statement.arrived = said.first().map(|said| said.commit.to_string());
        report.stage = SaidWord::Landed;
    }
    Ok(report)
}

/// What the options of writing verbs come to for one that only appends.
pub(super) fn writing(run: Run, reason: Option<String>) -> Writing {
    Writing {
        run,
        reach: Reach::Remote,
        landing: None,
        reason,
        opening: Opening::ByHand,
        taking: Taking::Waits,
        overriding: Vec::new(),
    }
}

fn source_name(app: &Application) -> String {
    app.source.as_ref().map(statement::source_name).unwrap_or_default()
}

/// Refuses what no statement may say.
fn check_words(request: &Request) -> Result<(), Error> {
    let bad = |what: String| Err(Refusal::new(Code::BadCheckName, what).invalid());
    let name = &request.check;
    if name.trim().is_empty() || name.trim() != name {
        return bad("the name of a check is empty, or begins or ends with a blank".to_string());
    }
    if name.chars().count() > LONGEST_NAME {
        return bad(format!("the name of a check has at most {LONGEST_NAME} characters"));
    }
    if steering::one_line(name) != *name {
        return bad("the name of a check is one line, without characters that steer or are not seen".to_string());
    }
    if let Some(digest) = request.digest.as_deref().filter(|digest| !is_digest(digest)) {
        return Err(Refusal::new(Code::BadDigest, format!("`{digest}` is not an image digest"))
            .hint("a digest is `sha256:` and 64 hex digits")
            .invalid());
    }
    let is_page = |url: &&String| {
        let is_web = url.starts_with("https://") || url.starts_with("http://");
        is_web && url.len() <= LONGEST_URL && url.chars().all(|c| c.is_ascii_graphic())
    };
    if let Some(url) = request.url.as_ref().filter(|url| !is_page(url)) {
        let what = format!("`{}` is no address of a page: `https://...`", steering::one_line(url));
        return Err(Refusal::new(Code::BadPlace, what).invalid());
    }
    Ok(())
}

/// How it ended, by `--status` and by the file of results, which may not contradict each other.
fn ended(request: &Request) -> Result<Ended, Error> {
    let Some((name, text)) = &request.junit else {
        let result = request.status.ok_or_else(|| {
            let what = "nothing says how the check ended";
            Refusal::new(Code::Usage, what).hint("`--status passed|warned|failed`, or `--junit FILE`").invalid()
        })?;
        return Ok(Ended { result, tests: Tests::default(), notes: Vec::new() });
    };
    let found = junit::parse(text).map_err(|why| {
        Refusal::new(Code::BadJunit, format!("`{name}` cannot be read as JUnit XML: {why}")).invalid()
    })?;
    let result = match request.status {
        Some(CheckResult::Passed | CheckResult::Warned) if found.failed > 0 => {
            let what = format!("`{name}` has tests that failed ({} of {})", found.failed, found.passed + found.failed);
            return Err(Refusal::new(Code::ResultsDiffer, what)
                .details(found.tests.failed.iter().take(5).cloned())
                .hint("leave `--status` out, and it is told as the file has it; or attest without the file")
                .invalid());
        }
        Some(said) => said,
        None => found.result(),
    };
    let kept = found.tests.passed.len() + found.tests.failed.len();
    let left = (found.passed + found.failed).saturating_sub(kept);
    let mut notes = Vec::new();
    if found.skipped > 0 {
        notes.push(format!("`{name}` says that {} were skipped: they stand in neither list", found.skipped));
    }
    if left > 0 {
        notes.push(format!("the names of {left} more tests are left out of the statement"));
    }
    Ok(Ended { result, tests: found.tests, notes })
}

/// The image that it is of: as typed, or as the only one of that commit that ever ran there. Refused where the commit never did.
fn digest(
    context: &Context<'_>,
    stack: &Stack,
    sources: &Sources<'_>,
    request: &Request,
    commit: CommitId,
) -> Result<Option<Version>, Error> {
    let typed = request.digest.as_deref().map(Version::new).transpose();
    let typed = typed.map_err(|why| Refusal::new(Code::BadDigest, why.to_string()).invalid())?;
    let Some(env) = &request.env else { return Ok(typed) };
    let app = &request.app;
    let stood = match lived::versions_of(context, stack, sources, (app, env), commit)? {
        Known::Is(stood) => stood,
        Known::CannotTell(why) => {
            let what = format!("cannot tell whether {} of `{app}` ever was in `{env}`: {why}", commit.short());
            return Err(Refusal::new(Code::LiveUnknown, what).cannot_tell());
        }
    };
    let refused = |what: String| {
        let hint = context.options.command(&format!("history {app} --env {env}"));
        let hint = format!("what was there: `{hint}`; without `--env` it speaks of the commit alone");
        Err(Refusal::new(Code::NotLive, what).hint(hint).refused())
    };
    if stood.is_empty() {
        return refused(format!("{} of `{app}` never was in `{env}`", commit.short()));
    }
    let digests: Vec<Option<&str>> = stood.iter().map(Version::digest).collect();
    match (typed, digests.as_slice()) {
        (Some(typed), all) if !all.contains(&None) && !all.contains(&typed.digest()) => {
            refused(format!("{} of `{app}` never was in `{env}` as {}", commit.short(), typed.short()))
        }
        (None, [Some(first), rest @ ..]) if rest.iter().all(|other| *other == Some(*first)) => {
            Ok(Version::new(*first).ok())
        }
        (typed, _) => Ok(typed),
    }
}
