//! `feedback step`: a step of a source's pipeline is recorded, and shown on the merge request that the pipeline is of. No gate reads it.
//! It needs no config repository: it runs where the source is built, with the job's own token.

use std::ffi::OsString;
use std::time::Duration;

use serde_json::Value;

use crate::domain::commit::CommitId;
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::report::told_step::{RecordedIn, ShownIn, StepReport};
use crate::domain::secrets::{Secrets, without_tokens};
use crate::domain::steering::one_line;
use crate::domain::step::{Details, FailedTest, Link, MOST_TESTS, StepName, StepState, Told};
use crate::forge::own_request::{self, OwnRequest};
use crate::forge::site::{self, Site};
use crate::forge::token::{self, Token};
use crate::forge::{self, Door, Found, Outcome, Status, job};
use crate::git::repo::Repo;
use crate::process::Surroundings;
use crate::records::junit;
use crate::text::steps::steps;

use super::step_comment::{Own, PREFIX, Place, fit};
use crate::ops::telling::talk::{let_in, patient};

pub use crate::records::junit::MOST_BYTES;

/// The names of variables that hold secrets end so.
const SECRET: [&str; 12] = [
    "TOKEN",
    "SECRET",
    "PASSWORD",
    "PASSWD",
    "PASSPHRASE",
    "CREDENTIALS",
    "PRIVATE_KEY",
    "API_KEY",
    "APIKEY",
    "ACCESS_KEY",
    "SIGNING_KEY",
    "WEBHOOK_URL",
];
/// What is shorter is a word that a text may have for another reason.
const LEAST: usize = 8;

/// Which merge request.
#[derive(Debug, Clone)]
pub enum Which {
    /// The one that the job is of.
    Auto,
    Number(u64),
    /// By the address of its page.
    Page(String),
}

/// What was asked.
#[derive(Debug)]
pub struct Request {
    pub which: Which,
    pub name: StepName,
    pub state: StepState,
    pub message: Option<String>,
    pub links: Vec<Link>,
    /// Files of results by their names, one byte more than is read at most.
    pub junit: Vec<(String, Vec<u8>)>,
    /// The commit that the step ran for.
    pub commit: Option<CommitId>,
    /// What the file of `GITHUB_EVENT_PATH` holds.
    pub event: Value,
    pub patience: Duration,
    /// What was seen on the way here.
    pub notes: Vec<String>,
}

/// Records the step and shows it.
///
/// # Errors
/// No forge is known there; it does not answer, or does not take the token; a link holds a secret.
pub fn run(surroundings: &Surroundings, mut request: Request) -> Result<StepReport, Error> {
    let notes = std::mem::take(&mut request.notes);
    let mut report = blank(&request, notes);
    let details = details(surroundings, &request, &mut report)?;
    let Some(own) = which(surroundings, &request)? else {
        report.notes.push("this is no pipeline of a merge request: nothing was written".into());
        return Ok(report);
    };
    report.commit = own.head.map(|head| head.to_string());
    let variables = &surroundings.variables;
    let site = site::find(&own.address, &[], variables, request.patience)?.ok_or_else(|| no_forge(&own.address))?;
    let token = token::of_variables(&site, variables).filter(|token| !token.is_of_job(site.kind, variables));
    let Some(token) = token else {
        let why = token::missing(&site, variables).refusal();
        return Ok(elsewhere(report, own.head, &details.of(own.head), said(&why)));
    };
    at_the_forge(surroundings, (site, &token), &own, (details, &request), report)
}

/// The step at the forge: recorded, shown, or told in another place where the token may not write.
fn at_the_forge(
    surroundings: &Surroundings,
    (site, token): (Site, &Token),
    own: &OwnRequest,
    (details, request): (Unheaded, &Request),
    mut report: StepReport,
) -> Result<StepReport, Error> {
    let door = Door::new(site, token, request.patience, &surroundings.variables)?;
    let found = match let_in(forge::of(&door).one(own.number))? {
        Ok(found) => found,
        Err(why) => return Ok(elsewhere(report, own.head, &details.of(own.head), why)),
    };
    let head = head(&door, &found)?;
    let commit = own.head.unwrap_or(head);
    report.request = Some(found.page);
    (report.commit, report.head) = (Some(commit.to_string()), Some(head.to_string()));
    let mut details = details.of_commit(commit);
    let mut place = Place { door: &door, request: own.number, status_by: None, me: None };
    let denied = record(&mut place, &details, &mut report)?;
    report.notes.extend(denied.clone());
    if commit != head {
        let what = format!(
            "the comment is about {}, which the request is at by now; this step was of {}",
            head.short(),
            commit.short()
        );
        report.notes.push(what);
        return Ok(report);
    }
    place.me = match place.status_by.and_then(|writer| writer.0) {
        Some(me) => Some(me),
        None => forge::talking(&door).who()?.and_then(|writer| writer.0),
    };
    details.is_alone = denied.is_some();
    let fits = fit(&details.line);
    let told = Told {
        name: details.name.clone(),
        state: details.state,
        line: fits.clone(),
        page: details.page.clone(),
        began: None,
        at: None,
    };
    let has_more = details.are_more_than(&fits) || details.is_alone || place.me.is_none();
    let own = Own { commit, told: denied.is_none().then_some(told), details: has_more.then_some(details) };
    match let_in(shown(&mut place, &own, &mut report))? {
        Ok(()) => Ok(report),
        Err(why) => {
            let seen = place.seen(head, &own);
            Ok(told_elsewhere(report, steps(Some(head), &seen), why))
        }
    }
}

/// The commit that a request is at.
fn head(door: &Door, found: &Found) -> Result<CommitId, Error> {
    found.head.ok_or_else(|| door.strange("the head of the request"))
}

/// Writes the status of the commit; why it may not be, where the token may not write one.
fn record(place: &mut Place<'_>, details: &Details, report: &mut StepReport) -> Result<Option<String>, Error> {
    let outcome = match details.state {
        StepState::Running => Outcome::Pending,
        StepState::Passed | StepState::Skipped => Outcome::Success,
        StepState::Failed => Outcome::Failure,
    };
    let (context, description) = (format!("{PREFIX}{}", details.name), fit(&details.line));
    let status = Status { context: &context, outcome, description: &description, page: details.page.as_deref() };
    match let_in(patient(place.door, || forge::talking(place.door).state(details.head, &status)))? {
        Ok(writer) => {
            place.status_by = Some(writer);
            report.records.push(RecordedIn::Status);
            Ok(None)
        }
        Err(why) => Ok(Some(format!("the status `{context}` is not written: {why}"))),
    }
}

/// Keeps what a status has no room for, and shows all steps.
fn shown(place: &mut Place<'_>, own: &Own, report: &mut StepReport) -> Result<(), Error> {
    let name = own.details.as_ref().map(|one| &one.name).or(own.told.as_ref().map(|one| &one.name));
    if let Some(name) = name {
        place.keep((name, own.commit), own.details.as_ref())?;
    }
    if own.details.is_some() {
        report.records.push(RecordedIn::Comment);
    }
    let shown = place.show(own)?;
    report.comment = shown.page;
    report.shown = if shown.is_whole { ShownIn::Comment } else { ShownIn::Incomplete };
    if !shown.is_whole {
        report.notes.push("the step is recorded, and the comment may lack it: others wrote it again and again; the next step completes it".into());
    }
    Ok(())
}

/// The request that is meant; `None`: the job is of none.
fn which(surroundings: &Surroundings, request: &Request) -> Result<Option<OwnRequest>, Error> {
    let of_job = own_request::of_job(&surroundings.variables, &request.event);
    let found = match &request.which {
        Which::Auto => of_job,
        Which::Page(page) => {
            let found = own_request::of_page(page).ok_or_else(|| no_page(page))?;
            Some(with_head(found, of_job))
        }
        Which::Number(number) => {
            let address = match own_request::repository(&surroundings.variables) {
                Some(address) => address,
                None => of_clone(surroundings)?,
            };
            Some(with_head(OwnRequest { address, number: *number, head: None }, of_job))
        }
    };
    Ok(found.map(|own| OwnRequest { head: request.commit.or(own.head), ..own }))
}

/// The head that the job runs for, where it is the job of that very request.
fn with_head(found: OwnRequest, of_job: Option<OwnRequest>) -> OwnRequest {
    let is_same = |own: &OwnRequest| own.number == found.number && own.address.eq_ignore_ascii_case(&found.address);
    let head = of_job.filter(is_same).and_then(|own| own.head);
    OwnRequest { head, ..found }
}

/// The repository that the folder is a clone of.
fn of_clone(surroundings: &Surroundings) -> Result<String, Error> {
    let unknown = || {
        Refusal::new(
            Code::NoForge,
            "nothing says which repository the request is of: neither the job's variables nor a clone here",
        )
        .hint("give the address of its page: `--request https://git.example.com/shop/web/pulls/12`")
        .invalid()
    };
    let repo = Repo::open(&surroundings.current_dir, surroundings).map_err(|_| unknown())?;
    let remote = repo.remotes()?.into_iter().next().ok_or_else(unknown)?;
    repo.push_address(&remote)?.ok_or_else(unknown)
}

fn no_page(page: &str) -> Error {
    Refusal::new(Code::BadRef, format!("`{}` is no page of a merge request", one_line(&without_tokens(page))))
        .hint("`--request 12`, `--request auto`, or the address of its page: https://git.example.com/shop/web/pulls/12")
        .invalid()
}

fn no_forge(address: &str) -> Error {
    Refusal::new(Code::NoForge, format!("no forge is known at `{}`", crate::domain::address::shown(address)))
        .hint("GitHub, GitLab, Gitea and Forgejo are spoken to; `GH_HOST`, `GITLAB_HOST`, `GITEA_SERVER_URL` say which a host is")
        .cannot_tell()
}

/// A step before it is known of which commit.
struct Unheaded(Details);

impl Unheaded {
    fn of_commit(self, head: CommitId) -> Details {
        Details { head, ..self.0 }
    }

    /// The same, where it is shown alone.
    fn of(&self, head: Option<CommitId>) -> Details {
        Details { head: head.unwrap_or(self.0.head), ..self.0.clone() }
    }
}

/// What is told of the step, without anything that a job keeps secret.
fn details(surroundings: &Surroundings, request: &Request, report: &mut StepReport) -> Result<Unheaded, Error> {
    let values = secrets(surroundings);
    let known = Secrets::of([], values.iter().map(String::as_str));
    if let Some(link) = request.links.iter().find(|link| values.iter().any(|value| link.page.contains(value.as_str())))
    {
        let what = format!("the link `{}` holds what a variable of this job keeps secret", link.name);
        return Err(Refusal::new(Code::BadRef, what).hint("everybody who sees the request would see it").invalid());
    }
    let clean = |text: &str| one_line(&without_tokens(&known.out_of(text)));
    let (mut passed, mut failed, mut tests, mut unread) = (0, 0, Vec::new(), 0);
    for (name, bytes) in &request.junit {
        match junit::parse(bytes) {
            Ok(found) => {
                passed += found.passed;
                failed += found.failed;
                // More are not told by name, however many files there are.
                let room = MOST_TESTS.saturating_sub(tests.len());
                let said = found.tests.failed.iter().zip(&found.said).take(room);
                tests.extend(said.map(|(name, lines)| FailedTest {
                    name: clean(name),
                    lines: lines.iter().map(|line| clean(line)).collect(),
                }));
            }
            Err(why) => {
                unread += 1;
                report.notes.push(format!("`{}` is no JUnit XML that can be read: {why}", one_line(name)));
            }
        }
    }
    let more = failed - tests.len();
    let line = line(request.state, (passed, failed), unread, request.message.as_deref().map(clean));
    let details = Details {
        name: request.name.clone(),
        head: CommitId::from_hex(&"0".repeat(40)).ok_or_else(|| anyhow::anyhow!("no zero id"))?,
        state: request.state,
        line,
        page: job::page(&surroundings.variables),
        links: request.links.clone(),
        failed: tests,
        more,
        is_alone: false,
    };
    let details = details.bounded();
    (report.line, report.failed_tests) = (details.line.clone(), failed);
    Ok(Unheaded(details))
}

/// What the step says: its word, its tests, and the words of whoever told it.
fn line(state: StepState, (passed, failed): (usize, usize), unread: usize, message: Option<String>) -> String {
    let tests = match (passed, failed) {
        (0, 0) => None,
        (_, 0) => Some(format!("{passed} tests passed")),
        _ => Some(format!("{failed} of {} tests failed", passed + failed)),
    };
    let unread = (unread > 0).then(|| format!("files of results that cannot be read: {unread}"));
    let parts: Vec<String> = [tests, unread, message.filter(|text| !text.is_empty())].into_iter().flatten().collect();
    match parts.is_empty() {
        true => state.word().to_string(),
        false => format!("{}: {}", state.word(), parts.join("; ")),
    }
}

/// The values of the job's variables that are secret by their names.
fn secrets(surroundings: &Surroundings) -> Vec<String> {
    let is_secret = |name: &OsString| {
        let name = name.to_string_lossy().to_uppercase();
        SECRET.iter().any(|end| name.ends_with(end))
    };
    let all = surroundings.variables.iter().filter(|(name, _)| is_secret(name));
    let lines = all.filter_map(|(_, value)| value.to_str()).flat_map(str::lines).map(str::trim);
    lines.filter(|line| line.len() >= LEAST).map(str::to_string).collect()
}

fn blank(request: &Request, notes: Vec<String>) -> StepReport {
    StepReport {
        step: request.name.to_string(),
        status: request.state.word().to_string(),
        line: String::new(),
        request: None,
        commit: None,
        head: None,
        records: Vec::new(),
        shown: ShownIn::Nowhere,
        comment: None,
        failed_tests: 0,
        text: None,
        notes,
    }
}

fn said(why: &Refusal) -> String {
    std::iter::once(why.on_one_line()).chain(why.hints.iter().cloned()).collect::<Vec<_>>().join("; ")
}

/// The step alone, where nothing of the request can be seen.
fn elsewhere(report: StepReport, head: Option<CommitId>, details: &Details, why: String) -> StepReport {
    told_elsewhere(report, steps(head, &[crate::domain::step::alone(details)]), why)
}

fn told_elsewhere(mut report: StepReport, text: String, why: String) -> StepReport {
    report.notes.push(format!("no comment is written: {why}"));
    report.shown = ShownIn::Output;
    report.text = Some(text);
    report
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_says_its_word_its_tests_and_what_was_said_of_it() {
        let of = |state, tests, unread, message: Option<&str>| line(state, tests, unread, message.map(str::to_string));
        assert_eq!(of(StepState::Running, (0, 0), 0, None), "running");
        assert_eq!(of(StepState::Passed, (120, 0), 0, Some("on arm64")), "passed: 120 tests passed; on arm64");
        assert_eq!(
            of(StepState::Failed, (117, 3), 1, None),
            "failed: 3 of 120 tests failed; files of results that cannot be read: 1"
        );
    }

    #[test]
    fn what_a_variable_keeps_secret_is_known_by_its_name() {
        let of = |name: &str, value: &str| {
            let mut surroundings = Surroundings::default();
            surroundings.variables.insert(name.into(), value.into());
            secrets(&surroundings)
        };
        assert_eq!(of("NPM_TOKEN", "canary-0001"), ["canary-0001"]);
        assert_eq!(of("deploy_private_key", "-----BEGIN\ncanary-line-1\n-"), ["-----BEGIN", "canary-line-1"]);
        for (name, value) in [("PATH", "/usr/bin:/bin"), ("X_TOKEN", "short"), ("TOKEN_COUNT", "canary-0001")] {
            assert!(of(name, value).is_empty(), "{name}");
        }
    }
}
