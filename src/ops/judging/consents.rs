//! Who agrees to a change: statements that name its digest, and reviews at the forge of a head that has it. Each counts for one landing.

use std::collections::BTreeSet;

use crate::domain::change_digest::ChangeDigest;
use crate::domain::commit::{CommitId, Known, TreeId};
use crate::domain::path::RepoPath;
use crate::domain::plan::{Class, Proposal};
use crate::domain::refusal::Error;
use crate::domain::statement::{self, Agreed, Consent, Statement};
use crate::domain::testimony::{ConsentTold, Consents, Who};
use crate::git::pushed::Past;

use crate::ops::context::Context;
use crate::ops::judging::keys::Ring;
use crate::ops::judging::makers::{self, Work};
use crate::ops::judging::reviews::Reviews;
use crate::ops::judging::statements::{Heard, Statements};
use crate::ops::judging::tree;
use crate::ops::landing::between::between;
use crate::ops::landing::digest;
use crate::ops::previews::told;
use crate::ops::reading::scalars::Side;
use crate::ops::reading::stack::Stack;
use crate::ops::reading::world::World;

/// The change that somebody may agree to, as it is judged.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// What it is known by; `None`: nothing tells which repository it is of.
    pub change: Option<ChangeDigest>,
    pub work: Work,
    pub reviews: Reviews,
    /// Every path that it changes and somebody governs.
    pub paths: BTreeSet<RepoPath>,
}

impl Asked {
    /// Of what this run is about to make.
    pub fn ours(proposal: &Proposal, change: Option<ChangeDigest>) -> Self {
        Self::of(proposal, change, Work::Ours, Reviews::default())
    }

    /// Of what is proposed.
    pub fn of(proposal: &Proposal, change: Option<ChangeDigest>, work: Work, reviews: Reviews) -> Self {
        let sites = proposal.moves.iter().flat_map(|moved| moved.sites.iter().map(|site| site.file.clone()));
        let others = proposal.others.iter().filter(|other| other.class != Class::Outside);
        let paths = sites.chain(others.map(|other| other.path.clone())).collect();
        Self { change, work, reviews, paths }
    }
}

/// Who agrees to it, by a ring of keys.
///
/// # Errors
/// The clone cannot be read.
pub fn of(
    context: &Context<'_>,
    (stack, world): (&Stack, &World),
    statements: &Statements<'_>,
    ring: &Ring,
    asked: &Asked,
) -> Result<Known<Consents>, Error> {
    let Some(change) = asked.change else {
        let what = "nothing tells which repository the change is of, so nobody can agree to it: write `id: NAME` into `stageline.yaml`";
        return Ok(Known::CannotTell(what.to_string()));
    };
    let made = makers::of(context, &asked.work, ring)?;
    let mut out = Consents { makers: made.makers, ..Consents::default() };
    let folder = statement::consents_of(change).map_err(anyhow::Error::msg)?;
    let found = match statements.in_folder(&folder)? {
        Known::Is(found) => found,
        Known::CannotTell(why) => return Ok(Known::CannotTell(why)),
    };
    let (heard, unheard) = statements.heard(&found, ring)?;
    out.notes.extend(unheard.into_iter().map(|one| format!("`{}` does not count: {}", one.path.name(), one.why)));
    for one in heard {
        let Statement::Consent(consent) = &one.statement else { continue };
        match used(context, (stack, world), asked, consent)? {
            Some(why) => out.notes.push(format!("`{}` does not count: {why}", one.path.name())),
            None => {
                if matches!(asked.work, Work::Ours) && out.makers.who.contains(&Who::Key(one.by.clone())) {
                    let what = "whoever lands it counts as one of those who made it: have somebody else land it, or bring the approved commit itself to the branch";
                    out.notes.push(what.to_string());
                }
                out.given.push(told(&one, consent));
            }
        }
    }
    let reviews = unspent(context, (stack, world), asked, &mut out.notes)?;
    reviews.add(change, made.says_who_asked, &mut out);
    Ok(Known::Is(out))
}

fn told(heard: &Heard, consent: &Consent) -> ConsentTold {
    ConsentTold { agreed: consent.agreed.clone(), by: Who::Key(heard.by.clone()), since: heard.since }
}

/// Why what somebody agreed to does not count any more; `None`: it does.
fn used(
    context: &Context<'_>,
    (stack, world): (&Stack, &World),
    asked: &Asked,
    consent: &Consent,
) -> Result<Option<String>, Error> {
    if consent.target != world.branch {
        return Ok(Some(format!("it is for `{}`", consent.target)));
    }
    let what = match consent.agreed {
        Agreed::Approval => "an approval",
        Agreed::Override { .. } => "an override",
    };
    spent_since(context, (stack, world), asked, (consent.base, what))
}

/// The reviews at the forge that no landing has used up. When one was given its forge says, and when something landed its committer: so
/// whatever landed since the head that was seen left the branch counts, and takes its approval along.
fn unspent(
    context: &Context<'_>,
    (stack, world): (&Stack, &World),
    asked: &Asked,
    notes: &mut Vec<String>,
) -> Result<Reviews, Error> {
    let mut reviews = asked.reviews.clone();
    let mut kept = Vec::new();
    for one in std::mem::take(&mut reviews.given) {
        let head = one.of.filter(|head| asked.change.is_some() && reviews.changes.get(head).copied() == asked.change);
        let base = head.map(|head| context.repo.merge_base(head, world.base)).transpose()?.flatten();
        let spent = base.map(|base| spent_since(context, (stack, world), asked, (base, "an approval"))).transpose()?;
        match spent.flatten() {
            Some(why) => notes.push(format!("what {} said at the forge does not count: {why}; build it anew", one.by)),
            None => kept.push(one),
        }
    }
    Ok(Reviews { given: kept, ..reviews })
}

/// The landing since a commit that has used up what somebody agreed to, as it is said.
fn spent_since(
    context: &Context<'_>,
    (stack, world): (&Stack, &World),
    asked: &Asked,
    (base, what): (CommitId, &str),
) -> Result<Option<String>, Error> {
    let since = match context.repo.pushed(base, world.base) {
        Ok(Known::Is(advance)) if base == world.base || advance.past == Past::Kept => advance.landings,
        Ok(Known::CannotTell(why)) => return Ok(Some(format!("what has landed since cannot be told: {why}"))),
        Ok(Known::Is(_)) | Err(_) => {
            return Ok(Some(format!("it was given on {}, which is not in `{}`", base.short(), world.branch)));
        }
    };
    let mut at = base;
    for landing in since {
        if let (Some(change), true) = (asked.change, touches(context, (at, landing), asked)?)
            && digest_of(context, (stack, world), (tree_of(context, at)?, tree_of(context, landing)?))? == Some(change)
        {
            return Ok(Some(format!("{} has used it up: {what} counts for one landing", landing.short())));
        }
        at = landing;
    }
    Ok(None)
}

/// Whether a landing changes everything that the change does.
fn touches(context: &Context<'_>, (from, to): (CommitId, CommitId), asked: &Asked) -> Result<bool, Error> {
    let changed: BTreeSet<String> =
        context.repo.changed_paths(Some(from), to)?.into_iter().map(|one| one.path).collect();
    Ok(asked.paths.iter().all(|path| changed.contains(path.as_str())))
}

fn tree_of(context: &Context<'_>, commit: CommitId) -> Result<TreeId, Error> {
    Ok(context.repo.commit(commit)?.tree)
}

/// What a change from one tree to another is known by, by the rules of now.
///
/// # Errors
/// The clone cannot be read.
pub fn digest_of(
    context: &Context<'_>,
    (stack, world): (&Stack, &World),
    (from, to): (TreeId, TreeId),
) -> Result<Option<ChangeDigest>, Error> {
    let side = |tree: TreeId| tree::world(context, stack, world, tree);
    let (before, after) = match (side(from), side(to)) {
        (Ok(before), Ok(after)) => (before, after),
        (Err(Error::Failed(error)), _) | (_, Err(Error::Failed(error))) => return Err(Error::Failed(error)),
        // What cannot be read is another change.
        _ => return Ok(None),
    };
    let proposal = between(&Side::of(&before), &Side::of(&after), &stack.main.branch)?;
    let proposal = told::with(stack, (&before, &after), proposal)?;
    digest::of(context, stack, world, &proposal)
}
