//! A request that is to merge by itself: told so once for each head that was judged, and only where its branch asks for something
//! first; what it still needs; and the same called off before another head comes.

use crate::domain::commit::CommitId;
use crate::domain::names::{BranchName, RemoteName};
use crate::domain::refusal::Error;
use crate::domain::settings::ForgeKind;
use crate::forge::merging::{self, Wish};
use crate::forge::{self, Door, Forge, Found, Needs, State, Text};

use crate::ops::context::Context;
use crate::ops::landing::opening;

/// The commit that a request is opened for.
#[derive(Debug, Clone, Copy)]
pub struct Head {
    pub commit: CommitId,
    /// Whether nobody else's commit stands on its branch.
    pub is_ours: bool,
    /// Whether this run has put it there.
    pub is_new: bool,
    /// Whether its request was to merge by itself until that was called off for it.
    pub was_scheduled: bool,
}

/// How a request stands once it is open.
#[derive(Debug, Default)]
pub struct Stands {
    /// What its branch asks for; `None`: that cannot be told.
    pub needs: Option<Needs>,
    /// Whether it merges by itself; `None`: that cannot be told.
    pub by_itself: Option<bool>,
    pub notes: Vec<String>,
    /// Why it was not told to merge by itself though it was to be.
    pub failed: Option<String>,
}

/// How an open request stands, after it is told to merge by itself where that is `wanted`. Nothing fails by that: the branch is
/// pushed, and a rerun takes up what is left.
pub fn settle(door: &Door, found: &Found, head: Head, wanted: bool) -> Stands {
    let mark = forge::of(door).mark(found.number);
    let mut stands = Stands::default();
    // Who is asked to approve is put on after it is opened.
    let needs = forge::of(door).one(found.number).and_then(|now| forge::merging(door).needs(&now));
    match needs {
        Ok(needs) => stands.needs = Some(needs),
        Err(error) => {
            stands.notes.push(format!("what {mark} still needs cannot be told: {}", error.refusal().on_one_line()));
        }
    }
    let asked = if wanted { ask(door, found, head, &mut stands) } else { is_scheduled(door, found) };
    match asked {
        Ok(by_itself) => stands.by_itself = by_itself,
        Err(error) => stands.failed = Some(error.refusal().on_one_line()),
    }
    if head.was_scheduled && stands.by_itself != Some(true) {
        stands.notes.push(format!("{mark} was to merge by itself, and is not any more: it has another commit"));
    }
    stands
}

fn is_scheduled(door: &Door, found: &Found) -> Result<Option<bool>, Error> {
    // Who only looks at that is not kept from anything by a forge that does not tell.
    Ok(forge::merging(door).is_on_its_way(found).ok())
}

/// Tells the forge to merge a request by itself, where nothing speaks against that; whether it does.
fn ask(door: &Door, found: &Found, head: Head, stands: &mut Stands) -> Result<Option<bool>, Error> {
    let (forge, merging) = (forge::of(door), forge::merging(door));
    let mark = forge.mark(found.number);
    let now = match merging::confirmed(&*forge, door, found.number, head.commit)? {
        Ok(now) => now,
        Err(other) => {
            let other = other.map_or("no commit that it tells".to_string(), |other| other.short());
            stands.failed = Some(format!("`{}` still has {mark} at {other}", door.site.host));
            return Ok(Some(false));
        }
    };
    if now.state != State::Open {
        let is = if now.state == State::Merged { "merged" } else { "closed" };
        stands.notes.push(format!("{mark} is {is} already"));
        return Ok(Some(false));
    }
    let is_on_its_way = merging.is_on_its_way(&now)?;
    if is_on_its_way && opening::is_told(&now.body) {
        return Ok(Some(true));
    }
    if is_on_its_way {
        // A run that ended in between has told it, or a person.
        return mark_told(&*forge, now.number).map(|()| Some(true));
    }
    if let Some(why) = against(door, &now, head, stands.needs.as_ref()) {
        stands.notes.push(format!("{mark} does not merge by itself: {why}"));
        return Ok(Some(false));
    }
    match merging::schedule(&*forge, &*merging, door, now.number, head.commit)? {
        Wish::Granted => {
            stands.notes.push(format!("{mark} merges by itself, once all that its branch asks for is there"));
        }
        Wish::Merged => {
            stands.notes.push(format!("{mark} is merged: all that its branch asks for was there"));
            return Ok(Some(false));
        }
        Wish::Refused(why) => {
            stands.failed = Some(format!("{mark}: {why}"));
            return Ok(Some(false));
        }
    }
    mark_told(&*forge, now.number).map(|()| Some(true))
}

/// Says in the text of a request that it was told to merge by itself.
fn mark_told(forge: &dyn Forge, number: u64) -> Result<(), Error> {
    // Somebody may have written into it meanwhile.
    let Found { title, body, .. } = forge.one(number)?;
    if let Some(body) = opening::told(&body) {
        forge.edit(number, &Text { title, body })?;
    }
    Ok(())
}

/// Why a request is left to be merged by hand.
fn against(door: &Door, now: &Found, head: Head, needs: Option<&Needs>) -> Option<String> {
    let host = &door.site.host;
    let base = now.branches.as_ref().map_or("the branch", |(_, base)| base.as_str());
    let by_hand = "merge it by hand";
    if opening::is_told(&now.body) {
        return Some("somebody has called that off".into());
    }
    if !head.is_ours {
        return Some("somebody else's commit stands on it".into());
    }
    if now.is_draft {
        return Some("it is a draft; once it is none, the same command again sees to it".into());
    }
    let Some(needs) = needs else {
        return Some(format!("cannot tell what `{base}` asks for; {by_hand}"));
    };
    match needs.are_any() {
        Some(false) => {
            return Some(format!(
                "`{base}` asks for no approval and no check by its name, so `{host}` would merge at once: {by_hand}, or protect the branch"
            ));
        }
        None if forge::merging(door).merges_at_once() => {
            return Some(format!("what `{base}` asks for `{host}` does not tell this token; {by_hand}"));
        }
        _ => {}
    }
    let old = needs.outdated(head.commit);
    // Where it is not said of which commit an approval is, nobody can have given one for a commit of just now.
    let is_unsaid = head.is_new && needs.given.iter().any(|one| one.of.is_none());
    if !old.is_empty() || is_unsaid {
        let by = if old.is_empty() { String::new() } else { format!(" (of {})", old.join(", ")) };
        return Some(format!(
            "approvals of another commit{by} still count at `{host}`: {by_hand}, or let the branch dismiss them"
        ));
    }
    None
}

/// Takes back that a request merges by itself, before another commit comes to its branch: forges keep that for whatever comes.
/// Whether it was so.
///
/// # Errors
/// The forge keeps it, or does not answer: then nothing may be pushed.
pub fn call_off(door: &Door, open: &Found) -> Result<bool, Error> {
    let merging = forge::merging(door);
    let is_scheduled = merging.is_scheduled(open)?;
    if is_scheduled {
        merging.call_off(open)?;
    }
    Ok(is_scheduled)
}

/// Whether a request stands in a queue of its forge, which is about to merge it: it is not touched. GitHub makes a branch for each
/// that is being tried, and says of the others when it is asked.
///
/// # Errors
/// The remote or the forge cannot be asked.
pub fn is_queued(
    context: &Context<'_>,
    (remote, door): (&RemoteName, &Door),
    found: &Found,
    base: &BranchName,
) -> Result<bool, Error> {
    let is_tried = door.site.kind == ForgeKind::Github && context.repo.is_queued(remote, base, found.number)?;
    Ok(is_tried || forge::merging(door).is_queued(found)?)
}
