//! By which requests landings came: as their forge tells it where it is asked, else as it was remembered.

use crate::domain::commit::CommitId;
use crate::domain::refusal::Error;
use crate::domain::trailer::Trailers;
use crate::forge::{self, Door, Found};

use crate::ops::context::{Context, Freshness};
use crate::ops::landing::door;
use crate::ops::reading::stack::Stack;
use crate::ops::remembered::arrivals::{Arrival, Arrivals};

/// Of so many landings a run asks the forge, two or three calls each; the next one asks of the next.
const ASKED: usize = 30;

/// What is known of the requests of these landings, and what is to be said of how much that is. `--fetch` asks the forge of those
/// of which nothing is remembered.
///
/// # Errors
/// A commit cannot be read, or somebody wants us to end.
pub fn of(context: &Context<'_>, stack: &Stack, landings: &[CommitId]) -> Result<(Arrivals, Vec<String>), Error> {
    let cache = context.repo.cache(&context.build);
    let mut known = Arrivals::load(&cache);
    if context.options.freshness == Freshness::AsKnown {
        return Ok((known, Vec::new()));
    }
    let mut unknown = Vec::new();
    for landing in landings {
        if known.of(*landing).is_none() && !unknown.contains(landing) && may_be_of_a_request(context, *landing)? {
            unknown.push(*landing);
        }
    }
    if unknown.is_empty() {
        return Ok((known, Vec::new()));
    }
    let notes = match ask(context, stack, &unknown, &mut known) {
        Ok(notes) => notes,
        Err(Error::Interrupted(why)) => return Err(Error::Interrupted(why)),
        Err(error) => {
            vec![format!("requests are told as far as git knows them: {}", error.refusal().on_one_line())]
        }
    };
    known.store(&cache);
    Ok((known, notes))
}

/// What lands directly by this tool says so: it has our trailers, and names no request's branch.
fn may_be_of_a_request(context: &Context<'_>, landing: CommitId) -> Result<bool, Error> {
    let info = context.repo.commit(landing)?;
    let says = Trailers::read(&info.message);
    Ok(info.parents.len() > 1 || says.verb.is_none() || says.branch.is_some())
}

fn ask(context: &Context<'_>, stack: &Stack, unknown: &[CommitId], known: &mut Arrivals) -> Result<Vec<String>, Error> {
    let Some(remote) = &stack.remote else { return Ok(Vec::new()) };
    let Some(door) = door::to_look(context, stack, remote)? else { return Ok(Vec::new()) };
    context.face.step("asking the forge by which requests they came");
    let forge = forge::of(&door);
    let mut found = Vec::new();
    for landing in unknown.iter().take(ASKED) {
        // A request into another branch has brought the same commit there, too.
        let of = forge.of_commit(*landing)?.into_iter().find(|found| found.branches.is_some());
        found.extend(of.map(|of| (*landing, of)));
    }
    let numbers: Vec<u64> = found.iter().map(|(_, of)| of.number).collect();
    // What a squash has left behind: the forge keeps it for good, also where the branch was used again.
    let heads = context.repo.fetch_heads(remote, door.site.kind, &numbers);
    for (landing, of) in found {
        let head = heads.get(&of.number).copied().or(of.head);
        known.add(landing, arrival(&door, &of, head)?);
    }
    let more = unknown.len().saturating_sub(ASKED);
    let note = || format!("the forge was asked of the newest {ASKED} landings; {more} more are asked by the next run");
    Ok(if more > 0 { vec![note()] } else { Vec::new() })
}

fn arrival(door: &Door, found: &Found, head: Option<CommitId>) -> Result<Arrival, Error> {
    let forge = forge::of(door);
    let opinion = forge.opinion(found)?;
    let text = |id: &CommitId| id.to_string();
    Ok(Arrival {
        request: forge.mark(found.number),
        page: found.page.clone(),
        approvals: opinion.approvals.iter().map(|one| (one.by.clone(), one.of.as_ref().map(text))).collect(),
        merged_by: opinion.merged_by,
        head: head.as_ref().map(text),
    })
}
