//! A request that is to merge by itself: told so once for each head that was judged, and only where its branch asks for something
//! first; what it still needs; and the same called off before another head comes.

use crate::domain::commit::CommitId;
use crate::domain::names::{BranchName, RemoteName};
use crate::domain::refusal::Error;
use crate::domain::settings::ForgeKind;
use crate::forge::merging::{self, Telling, Wish};
use crate::forge::{self, Door, Forge, Found, Merging, Needs, State, Text};

use crate::ops::context::Context;
use crate::ops::landing::opening;

/// What the step is called that only another token can do.
pub const FORBIDDEN: &str = "merging by itself, which this token may not";

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
    /// Whether that is so because this token may not, so that no rerun with it helps.
    pub is_forbidden: bool,
}

/// How an open request stands, after it is told to merge by itself where that is `wanted`. Nothing fails by that: the branch is
/// pushed, and a rerun takes up what is left.
pub fn settle(door: &Door, found: &Found, head: Head, wanted: bool) -> Stands {
    let mark = forge::of(door).mark(found.number);
    let mut stands = Stands::default();
    // Who is asked to approve is put on after it is opened.
    let new = head.is_new.then_some(head.commit);
    let needs = merging::needs(&*forge::of(door), &*forge::merging(door), door, found.number, new);
    match needs {
        Ok(needs) => stands.needs = Some(needs),
        Err(error) => {
            stands.notes.push(format!("what {mark} still needs cannot be told: {}", error.refusal().on_one_line()));
        }
    }
    let asked = if wanted { ask(door, found, head, &mut stands) } else { left(door, found, head, &mut stands) };
    match asked {
        Ok(by_itself) => stands.by_itself = by_itself,
        Err(error) => stands.failed = Some(error.refusal().on_one_line()),
    }
    if head.was_scheduled && stands.by_itself != Some(true) {
        stands.notes.push(format!("{mark} was to merge by itself, and is not any more: it has another commit"));
    }
    stands
}

/// Whether a request merges by itself that nobody wants to.
fn left(door: &Door, found: &Found, head: Head, stands: &mut Stands) -> Result<Option<bool>, Error> {
    if !head.is_ours && let_go(door, found.number)? {
        stands.notes.push(not_any_more(&forge::of(door).mark(found.number), FOREIGN));
        return Ok(Some(false));
    }
    // Who only looks at that is not kept from anything by a forge that does not tell.
    Ok(forge::merging(door).is_on_its_way(found).ok())
}

/// Why a request is left to people on whose branch somebody has worked.
const FOREIGN: &str = "somebody else's commit stands on it";

fn not_any_more(mark: &str, why: &str) -> String {
    format!("{mark} was to merge by itself, and is not any more: {why}")
}

/// Who has told a request to merge by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whose {
    Ours,
    Theirs,
}

/// Who has told a request to merge by itself; `None`: nobody. Where our mark does not tell, it is ours if whoever opened the request
/// has said it: a run that ended in between has left none.
fn whose(merging: &dyn Merging, now: &Found) -> Result<Option<Whose>, Error> {
    let Some(telling) = merging.telling(now)? else { return Ok(None) };
    let is_ours = match (opening::telling(&now.body), telling.name()) {
        (Some(ours), Some(name)) => ours == name,
        _ if opening::is_told(&now.body) => true,
        _ => telling.by.is_none() || now.by.is_none() || telling.by == now.by,
    };
    Ok(Some(if is_ours { Whose::Ours } else { Whose::Theirs }))
}

/// Whether a person has told a request to merge by itself, as far as that can be told from what we have.
///
/// # Errors
/// The forge cannot be asked.
pub fn is_theirs(door: &Door, found: &Found) -> Result<bool, Error> {
    Ok(whose(&*forge::merging(door), found)? == Some(Whose::Theirs))
}

/// Leaves a request to people on whose branch somebody has worked; what is to be said of that, `None`: nothing was ours to take back.
///
/// # Errors
/// The forge keeps it, or does not answer.
pub fn leave(door: &Door, number: u64) -> Result<Option<String>, Error> {
    Ok(let_go(door, number)?.then(|| not_any_more(&forge::of(door).mark(number), FOREIGN)))
}

/// Takes back that a request merges by itself, where that was ours to say; whether it was. What a person has told stays.
///
/// # Errors
/// The forge keeps it, or does not answer.
pub fn let_go(door: &Door, number: u64) -> Result<bool, Error> {
    let (forge, merging) = (forge::of(door), forge::merging(door));
    let now = forge.one(number)?;
    if now.state != State::Open || whose(&*merging, &now)? != Some(Whose::Ours) {
        return Ok(false);
    }
    merging.call_off(&now)?;
    // A run that ends before this leaves it looking like somebody's no, which merges nothing.
    if let Some(body) = opening::let_go(&now.body) {
        forge.edit(number, &Text { title: now.title, body })?;
    }
    Ok(true)
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
    match whose(&*merging, &now)? {
        Some(Whose::Theirs) => return Ok(Some(true)),
        Some(Whose::Ours) => {
            let Some(why) = no_longer(door, &now, head, stands.needs.as_ref()) else {
                return mark_told(&*forge, &*merging, now.number).map(|()| Some(true));
            };
            if let_go(door, now.number)? {
                stands.notes.push(not_any_more(&mark, &why));
            }
            return Ok(Some(false));
        }
        // Somebody's way into a queue, or ours, of which the forge says no more.
        None if merging.is_queued(&now)? => return mark_told(&*forge, &*merging, now.number).map(|()| Some(true)),
        None => {}
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
        Wish::Forbidden(why) => {
            stands.failed = Some(format!("{mark}: {why}"));
            stands.is_forbidden = true;
            return Ok(Some(false));
        }
        Wish::Refused(why) => {
            stands.failed = Some(format!("{mark}: {why}"));
            return Ok(Some(false));
        }
    }
    mark_told(&*forge, &*merging, now.number).map(|()| Some(true))
}

/// Says in the text of a request that it was told to merge by itself, where it does not yet.
fn mark_told(forge: &dyn Forge, merging: &dyn Merging, number: u64) -> Result<(), Error> {
    // Somebody may have written into it meanwhile.
    let now = forge.one(number)?;
    if opening::is_told(&now.body) {
        return Ok(());
    }
    let telling = merging.telling(&now)?;
    if let Some(body) = opening::told(&now.body, telling.as_ref().and_then(Telling::name)) {
        forge.edit(number, &Text { title: now.title, body })?;
    }
    Ok(())
}

/// Why a request is left to be merged by hand.
fn against(door: &Door, now: &Found, head: Head, needs: Option<&Needs>) -> Option<String> {
    let host = &door.site.host;
    let base = base_of(now);
    if opening::is_told(&now.body) {
        return Some("somebody has called that off".into());
    }
    if now.is_draft && head.is_ours {
        return Some("it is a draft; once it is none, the same command again sees to it".into());
    }
    if let Some(why) = no_longer(door, now, head, needs) {
        return Some(why);
    }
    match needs.map(Needs::are_any) {
        None => Some(format!("cannot tell what `{base}` asks for; {BY_HAND}")),
        Some(None) if forge::merging(door).merges_at_once() => {
            Some(format!("what `{base}` asks for `{host}` does not tell this token; {BY_HAND}"))
        }
        Some(_) => None,
    }
}

const BY_HAND: &str = "merge it by hand";

fn base_of(now: &Found) -> &str {
    now.branches.as_ref().map_or("the branch", |(_, base)| base.as_str())
}

/// Why a request must not merge by itself, also where it is told so already.
fn no_longer(door: &Door, now: &Found, head: Head, needs: Option<&Needs>) -> Option<String> {
    let host = &door.site.host;
    if !head.is_ours {
        return Some(FOREIGN.into());
    }
    let needs = needs?;
    if needs.are_any() == Some(false) {
        return Some(format!(
            "`{}` asks for no approval and no check by its name, so `{host}` would merge at once: {BY_HAND}, or protect the branch",
            base_of(now)
        ));
    }
    let old = needs.outdated(head.commit);
    // Where it is not said of which commit an approval is, nobody can have given one for a commit of just now.
    let is_unsaid = head.is_new && needs.given.iter().any(|one| one.of.is_none());
    if !old.is_empty() || is_unsaid {
        let by = if old.is_empty() { String::new() } else { format!(" (of {})", old.join(", ")) };
        return Some(format!(
            "approvals of another commit{by} still count at `{host}`: {BY_HAND}, or let the branch dismiss them"
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
