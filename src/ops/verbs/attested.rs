//! `attest list`, `attest export`, `attest withdraw`: what was said, as it stands on its branch.

use std::collections::BTreeMap;

use crate::domain::commit::Known;
use crate::domain::hex::sha256;
use crate::domain::names::AppName;
use crate::domain::path::RepoPath;
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::report::statements::{AttestReport, StatementReport, StatementsReport};
use crate::domain::statement::{BRANCH, Statement, Withdrawal};
use crate::domain::steering;
use crate::records::envelope;

use super::attest::{say, writing};
use super::carry;
use crate::ops::context::{Context, Run};
use crate::ops::judging::keys::{self, Ring};
use crate::ops::judging::statements::{Found, Heard, Statements};
use crate::ops::landing::saying;
use crate::ops::reading::sources::Sources;
use crate::ops::reading::stack::{Stack, Tips};
use crate::ops::reports::statements as told;

/// Which of them are shown.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    pub app: Option<AppName>,
    /// `--commit REV`: needs the application.
    pub commit: Option<String>,
    pub check: Option<String>,
}

/// What is printed of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The bare statement.
    Payload,
    /// The envelope, as its file has it.
    Envelope,
}

/// Lists them, newest first.
///
/// # Errors
/// The clone cannot be read, or a name means nothing. That the branch cannot be trusted is one, too.
pub fn list(context: &mut Context<'_>, wanted: &Wanted) -> Result<StatementsReport, Error> {
    let stack = read(context)?;
    let is_meant = meant(context, &stack, wanted)?;
    let statements = opened(context, &stack)?;
    let ring = keys::of_main(&stack)?;
    let mut notes = stack.notes.clone();
    let mut all: Vec<(usize, StatementReport)> = Vec::new();
    for folder in statements.all_folders()? {
        match statements.in_folder(&folder)? {
            Known::Is(found) => all.extend(rows(&stack, &statements, &ring, &found)?),
            Known::CannotTell(why) => notes.push(format!("what stands in `{folder}` counts for nothing: {why}")),
        }
    }
    all.retain(|(_, row)| is_meant(row));
    all.sort_by(|(one, row), (other, next)| other.cmp(one).then_with(|| row.path.cmp(&next.path)));
    let commit = statements.tip().map(|tip| tip.to_string());
    if commit.is_none() {
        let command = context.options.command("attest list --fetch");
        notes.push(format!("`{BRANCH}` is not known here; to ask the remote: `{command}`"));
    }
    let statements = all.into_iter().map(|(_, row)| row).collect();
    Ok(StatementsReport { statements, branch: BRANCH.to_string(), commit, notes })
}

/// The text of one of them.
///
/// # Errors
/// There is none of that name, or it is no statement.
pub fn export(context: &mut Context<'_>, name: &str, part: Part) -> Result<String, Error> {
    let stack = read(context)?;
    let statements = opened(context, &stack)?;
    let found = named(&statements, name)?;
    let unreadable = |why: String| {
        Refusal::new(Code::RecordUnreadable, format!("`{}` is not shown: {why}", found.path))
            .hint(format!("as it is: {}", context.options.by_git(&format!("show {BRANCH}:{}", found.path))))
            .refused()
    };
    let envelope = envelope::parse(&found.bytes).map_err(&unreadable)?;
    let bytes = match part {
        Part::Payload => envelope.payload,
        Part::Envelope => found.bytes.clone(),
    };
    let text = String::from_utf8(bytes).map_err(|_| unreadable("it is no text".to_string()))?;
    let mut before = None;
    for c in text.chars() {
        if c != '\n' && steering::steers(c, before) {
            return Err(unreadable(format!("it has {}, which steers a terminal", c.escape_unicode())));
        }
        before = Some(c);
    }
    Ok(text)
}

/// Says that one of them counts no more.
///
/// # Errors
/// There is none of that name, somebody else made it, or it cannot be pushed.
pub fn withdraw(
    context: &mut Context<'_>,
    name: &str,
    reason: Option<String>,
    run: Run,
) -> Result<AttestReport, Error> {
    let mut stack = carry::begin(context, &writing(run, reason.clone()))?;
    let tips = if stack.remote.is_some() { Tips::Fetched } else { Tips::Local };
    stack.need_statements(context, tips)?;
    let (withdrawal, made_by) = {
        let statements = opened(context, &stack)?;
        let found = named(&statements, name)?;
        let heard = heard_as(&stack, &statements, &found)?;
        let (of, sha256, at) = (found.path.clone(), sha256(&found.bytes), saying::now(context));
        (Withdrawal { of, sha256, reason: reason.map(|text| steering::one_line(&text)), at }, heard.by)
    };
    let subject = format!("attest withdraw {}", withdrawal.of);
    let (of, ring) = (withdrawal.of.clone(), keys::of_main(&stack)?);
    let statement = Statement::Withdrawal(withdrawal);
    let signed = saying::sign(context, &stack, &statement)?;
    let by = &signed.by;
    if !ring.as_ref().is_ok_and(|ring| ring.is_one(by, &made_by)) {
        let what = format!("`{of}` is the word of {}, and only they can take it back", made_by.join(", "));
        return Err(Refusal::new(Code::NotASigner, what).hint(format!("you sign as {}", by.join(", "))).refused());
    }
    say(context, &stack, "attest withdraw", (&statement, signed), (&subject, run))
}

/// The stack for a verb that only looks, with where the branch is.
fn read(context: &mut Context<'_>) -> Result<Stack, Error> {
    let mut stack = Stack::read(context, Tips::Known)?;
    stack.need_statements(context, Tips::Known)?;
    Ok(stack)
}

fn opened<'a>(context: &'a Context<'a>, stack: &Stack) -> Result<Statements<'a>, Error> {
    match Statements::of(context, &stack.statements)? {
        Known::Is(statements) => Ok(statements),
        Known::CannotTell(why) => {
            let what = format!("cannot tell what stands on `{BRANCH}`: {why}");
            Err(Refusal::new(Code::ChecksUnknown, what).cannot_tell())
        }
    }
}

/// The files of one folder as rows, each with its place in the order in which they came.
fn rows(
    stack: &Stack,
    statements: &Statements<'_>,
    ring: &Result<Ring, String>,
    found: &[Found],
) -> Result<Vec<(usize, StatementReport)>, Error> {
    let settings = &stack.main.settings;
    let (heard, unheard) = match ring {
        Ok(ring) => statements.heard(found, ring)?,
        Err(_) => (Vec::new(), Vec::new()),
    };
    let heard: BTreeMap<_, _> = heard.iter().map(|one| (&one.path, one)).collect();
    let unheard: BTreeMap<_, _> = unheard.into_iter().map(|one| (one.path, one.why)).collect();
    let row = |one: &Found| {
        let own = heard.get(&one.path).copied();
        let nobody = || ring.as_ref().err().cloned().filter(|_| own.is_none());
        let why_not = unheard.get(&one.path).cloned().or_else(nobody);
        (one.arrived.nth, told::found(settings, one, own, why_not))
    };
    Ok(found.iter().map(row).collect())
}

/// Tells which rows are meant.
fn meant(
    context: &Context<'_>,
    stack: &Stack,
    wanted: &Wanted,
) -> Result<impl Fn(&StatementReport) -> bool + use<>, Error> {
    let app = wanted.app.as_ref().map(|app| stack.main.application(app)).transpose()?;
    let commit = match (&wanted.commit, app) {
        (Some(rev), Some(app)) => {
            let sources = Sources::new(context);
            let source = sources.needed(app, "a commit")?;
            Some(sources.resolve(app, &source, rev)?.to_string())
        }
        _ => None,
    };
    let (app, check) = (wanted.app.as_ref().map(ToString::to_string), wanted.check.clone());
    let is = |own: &Option<String>, wanted: &Option<String>| wanted.is_none() || own == wanted;
    Ok(move |row: &StatementReport| is(&row.application, &app) && is(&row.commit, &commit) && is(&row.check, &check))
}

/// The file of a name: its path, or the start of its own name (`check-1a2b`, `1a2b`).
fn named(statements: &Statements<'_>, name: &str) -> Result<Found, Error> {
    let mut all: Vec<Found> = Vec::new();
    for folder in statements.all_folders()? {
        let found = match statements.in_folder(&folder)? {
            Known::Is(found) => found,
            Known::CannotTell(why) if RepoPath::new(name).is_ok_and(|path| path.is_within(&folder)) => {
                return Err(
                    Refusal::new(Code::ChecksUnknown, format!("`{name}` cannot be told any more: {why}")).cannot_tell()
                );
            }
            Known::CannotTell(_) => continue,
        };
        all.extend(found.into_iter().filter(|one| is_called(&one.path, name)));
    }
    match <[Found; 1]>::try_from(all) {
        Ok([one]) => Ok(one),
        Err(none) if none.is_empty() => {
            Err(Refusal::new(Code::NoSuchStatement, format!("there is no statement `{name}`"))
                .hint("those that are there: `stageline attest list`")
                .invalid())
        }
        Err(several) => {
            let what = format!("`{name}` is the beginning of {} statements", several.len());
            Err(Refusal::new(Code::AmbiguousStatement, what)
                .details(several.iter().map(|one| one.path.to_string()))
                .hint("write more of it, or its whole path")
                .invalid())
        }
    }
}

fn is_called(path: &RepoPath, name: &str) -> bool {
    let file = path.name();
    let hash = file.split_once('-').map_or(file, |(_, hash)| hash);
    let is_start = |whole: &str| name.len() >= 4 && whole.starts_with(name);
    path.as_str() == name || is_start(file) || is_start(hash)
}

/// A statement as whoever judges hears it.
fn heard_as(stack: &Stack, statements: &Statements<'_>, found: &Found) -> Result<Heard, Error> {
    let folder = found.path.parent().unwrap_or_else(RepoPath::root);
    let all = match statements.in_folder(&folder)? {
        Known::Is(all) => all,
        Known::CannotTell(why) => return Err(Refusal::new(Code::ChecksUnknown, why).cannot_tell()),
    };
    let no = |why: String| {
        let what = format!("`{}` counts for nothing, so there is nothing to take back: {why}", found.path);
        Refusal::new(Code::NoEffect, what).refused()
    };
    let ring = keys::of_main(stack)?.map_err(no)?;
    let (heard, unheard) = statements.heard(&all, &ring)?;
    let why = unheard.into_iter().find(|one| one.path == found.path).map(|one| one.why);
    let one = heard.into_iter().find(|one| one.path == found.path);
    let one = one.ok_or_else(|| no(why.unwrap_or_else(|| "nobody hears it".to_string())))?;
    match &one.statement {
        Statement::Withdrawal(_) => {
            let what = format!("`{}` is a withdrawal, which stands", found.path);
            Err(Refusal::new(Code::NoEffect, what).hint("say it again: `stageline attest`").refused())
        }
        Statement::Check(_) | Statement::Consent(_) | Statement::Record(_) => Ok(one),
    }
}
