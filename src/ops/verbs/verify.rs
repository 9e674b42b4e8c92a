//! `verify`: judges a request before it merges, or a push before it lands, by the rules that stand on the branch now.

use std::time::Duration;

use crate::domain::commit::{CommitId, Known};
use crate::domain::names::BranchName;
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::report::verify::VerifyReport;
use crate::git::judged::Judged;
use crate::git::receipts::ServerKey;
use crate::git::source::Network;

use crate::ops::context::Context;
pub use crate::ops::judging::first::First;
use crate::ops::judging::opinions;
use crate::ops::judging::push;
use crate::ops::judging::receipts;
use crate::ops::judging::request;
use crate::ops::judging::status::{self, Told};
use crate::ops::judging::told;
use crate::ops::landing::door;
use crate::ops::reading::stack::{Stack, Tips};

/// What is to be judged.
#[derive(Debug, Clone)]
pub struct Request {
    /// `BASE..HEAD`; without a base the branch as it stands now.
    pub base: Option<String>,
    pub head: String,
    /// `--onto`: the branch that it is to be merged into; `None`: the main one.
    pub onto: Option<BranchName>,
    pub telling: Telling,
}

/// Whether the forge is told what was judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Telling {
    Nobody,
    /// `--status`: by a commit status of the head. `patience`: how long one that does not answer is asked again.
    Forge {
        patience: Duration,
    },
}

/// Judges merging a head into a branch, and tells the forge where that is asked for.
///
/// # Errors
/// There are no rules, or it cannot be told what would change.
pub fn run(context: &mut Context<'_>, request: &Request, first: &First) -> Result<VerifyReport, Error> {
    refuse_given_rules(context)?;
    context.repo.forget();
    let mut told = Told { onto: request.onto.clone(), ..Told::default() };
    let Telling::Forge { patience } = request.telling else { return judge(context, request, first, &mut told) };
    // By what was fetched last week a head would be told to be fine today.
    if request.base.is_some() || context.options.network == Network::Offline {
        let what =
            "a status is of the branch as it stands now: `--status` goes neither with a base nor with `--offline`";
        return Err(Refusal::new(Code::Usage, what)
            .hint("name the head alone: `stageline verify --status HEAD`")
            .invalid());
    }
    let head = context.repo.resolve(&request.head)?;
    status::refuse_merge(context, head)?;
    let judged = judge(context, request, first, &mut told);
    status::tell(context, &Told { patience, ..told }, head, judged)
}

fn judge(context: &mut Context<'_>, request: &Request, first: &First, told: &mut Told) -> Result<VerifyReport, Error> {
    let has_remote = !context.repo.remotes()?.is_empty();
    let fetches = has_remote && context.options.network == Network::Allowed;
    let mut stack = Stack::read(context, if fetches { Tips::Fetched } else { Tips::Known })?;
    let branch = request.onto.clone().unwrap_or_else(|| stack.main.branch.clone());
    *told = Told {
        onto: Some(branch.clone()).filter(|branch| *branch != stack.main.branch),
        forges: stack.main.settings.forges.clone(),
        remote: stack.remote.clone(),
        patience: Duration::ZERO,
    };
    let head = context.repo.resolve(&request.head)?;
    if request.onto.is_none() {
        refuse_of_another(context, &stack, head)?;
    }
    if let Some(base) = &request.base {
        let base = base_of(context, base)?;
        stack.go_back(context, &branch, base)?;
    }
    let mut notes = stack.notes.clone();
    if has_remote && !fetches {
        notes.push("offline: judged on the branch as it was last fetched".to_string());
    }
    let is_first = !stack.main.has_file && branch == stack.main.branch && first.keys.is_some();
    let verdict = match is_first {
        true => first.judge(context, &branch, (Some(stack.main.base), head))?,
        false => {
            let patience = match request.telling {
                Telling::Nobody => door::A_LOOK,
                Telling::Forge { patience } => patience,
            };
            let reviews = opinions::of_head(context, &stack, (&branch, head), patience)?;
            request::judge(context, &stack, (&branch, head), reviews)?
        }
    };
    Ok(told::report(vec![verdict], notes))
}

/// Judges a push, as a pre-receive hook is told of it. `branch`: the one with the rules. `judged`: where it is noted when, for receipts.
///
/// # Errors
/// A line cannot be read, there are no rules, or something cannot be told.
pub fn pre_receive(
    context: &mut Context<'_>,
    lines: &str,
    branch: Option<&BranchName>,
    first: &First,
    judged: Option<&Judged>,
) -> Result<VerifyReport, Error> {
    refuse_given_rules(context)?;
    context.repo.forget();
    let all = push::lines(context, lines)?;
    for (judged, line) in judged.iter().flat_map(|judged| all.iter().map(move |line| (judged, line))) {
        line.new.iter().for_each(|new| judged.note(&line.name, *new, context.now));
    }
    let (mut refs, mut notes) = (Vec::new(), Vec::new());
    if all.is_empty() {
        return Ok(VerifyReport { push: true, ..told::report(refs, notes) });
    }
    match Stack::read(context, Tips::Local) {
        Ok(stack) => {
            for line in &all {
                refs.extend(match push::twin_of(&all, line) {
                    Some(verdict) => Some(verdict),
                    None => push::judge(context, &stack, line, first)?,
                });
            }
            notes.extend(stack.notes.iter().cloned());
        }
        // Nothing has landed here yet.
        Err(error) if error.refusal().code == Code::NoSuchBranch && branch.is_some() => {
            for line in all.iter().filter(|line| push::waits_for_rules(line)) {
                refs.extend(branch.map(|branch| push::before_rules(context, first, branch, line)).transpose()?);
            }
        }
        Err(error) => return Err(error),
    }
    Ok(VerifyReport { push: true, ..told::report(refs, notes) })
}

/// A head that builds on what only an environment's own branch has is a request for that: by the main branch's view of it nobody
/// governs what it changes there.
fn refuse_of_another(context: &Context<'_>, stack: &Stack, head: CommitId) -> Result<(), Error> {
    let main = stack.main.base;
    for own in stack.worlds().filter(|world| world.branch != stack.main.branch) {
        let Some(common) = context.repo.merge_base(own.base, head)? else { continue };
        let is_its = context.repo.is_ancestor(common, main)? == Known::Is(false);
        if is_its || (common == own.base && request::touches(context, stack, (&own.branch, head))?) {
            let what = format!(
                "{} may be for `{}`, so it cannot be told by the rules of `{}` alone what it does there",
                head.short(),
                own.branch,
                stack.main.branch
            );
            return Err(Refusal::new(Code::WhichBranch, what)
                .hint(format!(
                    "judge it for that branch: `stageline verify --onto {}`; or say which it is for: `--onto {}`",
                    own.branch, stack.main.branch
                ))
                .cannot_tell());
        }
    }
    Ok(())
}

/// Records a push that was accepted, as a post-receive hook is told of it.
///
/// # Errors
/// A line cannot be read, or a receipt cannot be written.
pub fn post_receive(
    context: &mut Context<'_>,
    lines: &str,
    key: &ServerKey,
    judged: &Judged,
) -> Result<VerifyReport, Error> {
    receipts::record(context, lines, (key, judged))
}

/// The commit of a base: an id, full or short, or a branch by its name; then counted back from there as git does (`~2`, `^`). Anybody
/// may push a tag that is called like one, and what is checked out may be the change itself: neither is asked.
pub(super) fn base_of(context: &Context<'_>, text: &str) -> Result<CommitId, Error> {
    let (start, back) = text.split_at(text.find(['~', '^']).unwrap_or(text.len()));
    let is_count = back.bytes().all(|byte| matches!(byte, b'~' | b'^' | b'0'..=b'9'));
    let found = match named(context, start)? {
        Some(commit) if back.is_empty() => return Ok(commit),
        Some(commit) if is_count => context.repo.resolve(&format!("{commit}{back}")).map(Some),
        _ => Ok(None),
    };
    match found {
        Ok(Some(commit)) => return Ok(commit),
        Err(Error::Invalid(_)) | Ok(None) => {}
        Err(error) => return Err(error),
    }
    Err(Refusal::new(Code::NoSuchBranch, format!("`{text}` is no branch, and no commit id"))
        .hint("a base is a branch (`origin/main`) or a commit id, and what git counts back from there (`~1`, `^`); without one it is the branch as it is now")
        .hint("what a tag or `HEAD` stands for may be anybody's: name its id, as `git rev-parse` tells it")
        .invalid())
}

/// The branch or the id of a commit that is meant.
fn named(context: &Context<'_>, text: &str) -> Result<Option<CommitId>, Error> {
    if let Some(id) = CommitId::from_hex(text) {
        return Ok(Some(id));
    }
    for full in [text.to_string(), format!("refs/remotes/{text}"), format!("refs/heads/{text}")] {
        if full.starts_with("refs/")
            && !full.starts_with("refs/tags/")
            && let Some(tip) = context.repo.tip(&full)?
        {
            return Ok(Some(tip));
        }
    }
    context.repo.by_digits(text)
}

/// Rules are those of the branch.
pub(super) fn refuse_given_rules(context: &Context<'_>) -> Result<(), Error> {
    if context.options.config.is_none() {
        return Ok(());
    }
    Err(Refusal::new(Code::ConfigForDryRuns, "rules are read from the branch that is judged, not from `--config`")
        .hint("leave `--config` away")
        .invalid())
}
