//! The release baselines of environments, as they count: signed annotated tags of their own name, by keys that are known at the base,
//! of a landing of the environment's branch. What a tag says gives no rights; what ran is what the tree of its commit says.

use jiff::Timestamp;

use crate::domain::baseline::{self, Which};
use crate::domain::commit::{CommitId, Known};
use crate::domain::names::{BaselineName, EnvName};
use crate::domain::refusal::{Code, Error, Objection, Refusal};
use crate::domain::signature::SignatureWord;
use crate::git::release_baselines::{FoundTag, TagText, Tagged};
use crate::git::source::Network;
use crate::git::vouched::{self, Vouched};
use crate::records;

use crate::ops::context::{Context, Freshness};
use crate::ops::judging::keys::{self, Ring};
use crate::ops::reading::stack::{Stack, Tips};
use crate::ops::reading::world::World;

/// One of them, good or not.
#[derive(Debug, Clone)]
pub struct Baseline {
    pub env: EnvName,
    pub name: BaselineName,
    /// The commit of the config repository, where the tag says one.
    pub commit: Option<CommitId>,
    /// Who made the tag, by its own words, and when.
    pub by: Option<String>,
    pub when: Option<Timestamp>,
    pub reason: Option<String>,
    pub signature: SignatureWord,
    /// The principals of the key, where it is good.
    pub signers: Vec<String>,
    /// Whether it counts; `Err`: why it does not.
    pub counts: Result<(), Objection>,
}

/// Which tags there are, and whether the remote was asked.
pub struct Tags {
    pub all: Vec<FoundTag>,
    /// Whether these are the remote's of now.
    pub are_of_now: bool,
}

/// Looks for the tags: at the remote where a landing is to come of it or `--fetch` asks for that, else here.
///
/// # Errors
/// The remote cannot be asked.
pub fn tags(context: &mut Context<'_>, stack: &Stack, tips: Tips) -> Result<Tags, Error> {
    let looks = tips == Tips::Known && context.options.freshness == Freshness::Fetched;
    let asks = (looks || tips == Tips::Fetched) && context.options.network != Network::Offline;
    let remote = stack.remote.as_ref().filter(|_| asks);
    Ok(Tags { all: context.repo.baselines(remote)?, are_of_now: remote.is_some() || stack.remote.is_none() })
}

/// Those of an environment, the newest state first.
///
/// # Errors
/// The base cannot be read, a signature cannot be checked.
pub fn of(context: &Context<'_>, stack: &Stack, env: &EnvName, tags: &[FoundTag]) -> Result<Vec<Baseline>, Error> {
    let (world, _) = stack.environment(env)?;
    let ring = keys::of_main(stack)?;
    let names_people = keys::names_people(stack, &stack.main, &stack.main.branch);
    let own: Vec<(&FoundTag, BaselineName)> = tags
        .iter()
        .filter_map(|tag| baseline::of_tag(&tag.name).map(|(of, name)| (tag, of, name)))
        .filter(|(_, of, _)| of == env)
        .map(|(tag, _, name)| (tag, name))
        .collect();
    let texts: Vec<&[u8]> = own.iter().filter_map(|(tag, _)| text(tag)).map(|text| text.raw.as_slice()).collect();
    let mut vouched = match &ring {
        Ok(ring) => vouched::of_tags(context.repo.surroundings(), &texts, &ring.keys)?,
        Err(_) => vouched::of_tags(context.repo.surroundings(), &texts, &vouched::Keys::default())?,
    }
    .into_iter();
    let mut out = Vec::new();
    for (tag, name) in own {
        let mut one = Baseline {
            env: env.clone(),
            name,
            commit: None,
            by: None,
            when: None,
            reason: None,
            signature: SignatureWord::Unknown,
            signers: Vec::new(),
            counts: Ok(()),
        };
        let Some(text) = text(tag) else {
            one.commit = if let Tagged::Unknown { commit } = tag.tagged { commit } else { None };
            one.counts = Err(no_text(context, (stack, env), tag));
            out.push(one);
            continue;
        };
        let vouched = vouched.next().unwrap_or_else(unvouched);
        (one.commit, one.by, one.when) = (Some(text.of), Some(text.tagger.name.clone()), Some(text.tagger.when));
        one.reason = records::baseline::reason(&text.words().1);
        (one.signature, one.signers) = (vouched.state, vouched.principals);
        one.counts = counts(context, &world, (tag, text), &one, (&ring, names_people))?;
        out.push(one);
    }
    sort(context, &mut out);
    Ok(out)
}

fn unvouched() -> Vouched {
    Vouched { state: SignatureWord::Unknown, principals: Vec::new(), fingerprint: None, lacks: None }
}

fn text(tag: &FoundTag) -> Option<&TagText> {
    if let Tagged::Annotated(text) = &tag.tagged { Some(text) } else { None }
}

/// The newest state first: a later landing has a later date, and of one landing the later tag.
fn sort(context: &Context<'_>, all: &mut [Baseline]) {
    let dated = |one: &Baseline| {
        let landed = one.commit.and_then(|commit| context.repo.commit(commit).ok()).map(|info| info.committer.when);
        (landed, one.when)
    };
    all.sort_by_cached_key(|one| std::cmp::Reverse((dated(one), one.name.clone())));
}

/// Why a tag that says nothing itself does not count.
fn no_text(context: &Context<'_>, (stack, env): (&Stack, &EnvName), tag: &FoundTag) -> Objection {
    let refused = |what: String, hint: &str| Objection::Refused(Refusal::new(Code::BadBaseline, what).hint(hint));
    let name = &tag.name;
    let remote = stack.remote.as_ref().map_or("origin".to_string(), ToString::to_string);
    match &tag.tagged {
        Tagged::Moved { seen, now } => {
            let what = format!("`{name}` was moved since this clone saw it: a baseline stays where it is");
            let by_git = |words: String| context.options.by_git(&words);
            let moved = Refusal::new(Code::BadBaseline, what)
                .detail(format!("seen here: {seen}"))
                .detail(format!("there now: {now}"))
                .hint(format!(
                    "if it was not meant, who may push it puts the right one back: {}",
                    by_git(format!("push {remote} +refs/tags/{name}"))
                ));
            // A tag that is here names its commit without what the remote says of it.
            let moved = match context.repo.resolve(&seen.to_string()) {
                Ok(state) => moved.hint(format!(
                    "without the tag: `{}`",
                    context.options.command(&format!("rollback APP --env {env} --to config:{state}"))
                )),
                Err(_) => moved,
            };
            Objection::Refused(moved.hint(format!(
                "if that was meant, take it over yourself: {}",
                by_git(format!("fetch {remote} +refs/tags/{name}:refs/tags/{name}"))
            )))
        }
        Tagged::OnlyHere(_) => refused(
            format!("`{name}` is in this clone alone: the remote has not got it, or has lost it"),
            "mark the state again by another name; or have whoever may push the tag",
        ),
        Tagged::Unknown { .. } if context.repo.is_shallow() => {
            let what = format!("cannot tell what `{name}` is of: this history is shallow, and hides it");
            Objection::CannotTell(Refusal::new(Code::Shallow, what).hint(context.repo.how_to_deepen()))
        }
        Tagged::Unknown { .. } => refused(
            format!("`{name}` is not of a commit of the branch that says what runs"),
            "mark a state of the environment: `stageline baseline mark ENV`",
        ),
        Tagged::Plain | Tagged::Annotated(_) => refused(
            format!("`{name}` is no annotated tag, so nobody has signed it"),
            "mark the state by another name: `stageline baseline mark ENV --name NAME`",
        ),
    }
}

/// The tags of this clone alone that an earlier run may have left when it ended: each with the commit that it is of, as if the remote
/// had it.
///
/// # Errors
/// As of `of`.
pub fn left(context: &Context<'_>, stack: &Stack, env: &EnvName, tags: &[FoundTag]) -> Result<Vec<Baseline>, Error> {
    let as_there = |tag: &FoundTag| match &tag.tagged {
        Tagged::OnlyHere(Some(text)) => {
            Some(FoundTag { name: tag.name.clone(), tagged: Tagged::Annotated(text.clone()) })
        }
        _ => None,
    };
    let all: Vec<FoundTag> = tags.iter().filter_map(as_there).collect();
    Ok(of(context, stack, env, &all)?.into_iter().filter(|one| one.counts.is_ok()).collect())
}

/// Whether an annotated tag counts.
fn counts(
    context: &Context<'_>,
    world: &World,
    (tag, text): (&FoundTag, &TagText),
    read: &Baseline,
    (ring, names_people): (&Result<Ring, String>, bool),
) -> Result<Result<(), Objection>, Error> {
    let refused = |what: String| Ok(Err(Objection::Refused(Refusal::new(Code::BadBaseline, what).hint(ANOTHER))));
    if text.name != tag.name {
        let own = text.name.escape_debug();
        return refused(format!("`{}` was renamed: the tag that was signed is called `{own}`", tag.name));
    }
    if let Some(what) = unsigned(read, ring, names_people) {
        return refused(format!("`{}` {what}", tag.name));
    }
    match context.repo.landing_of(world.base, text.of)? {
        Known::Is(Some(landing)) if landing == text.of => Ok(Ok(())),
        Known::Is(_) => refused(format!("`{}` is not of a landing of `{}`", tag.name, world.branch)),
        Known::CannotTell(why) => {
            let what = format!("cannot tell whether `{}` is of a landing of `{}`: {why}", tag.name, world.branch);
            Ok(Err(Objection::CannotTell(Refusal::new(Code::Shallow, what).hint(context.repo.how_to_deepen()))))
        }
    }
}

/// So many that do not count are named where the newest is meant.
const PASSED_OVER: usize = 5;
const ANOTHER: &str = "see which ones count: `stageline baseline list`";

/// What is said of a tag that nobody known has signed; `None`: somebody has, or nobody says whose signatures are wanted.
fn unsigned(read: &Baseline, ring: &Result<Ring, String>, names_people: bool) -> Option<String> {
    match (read.signature, ring) {
        (SignatureWord::Good, Ok(ring)) if ring.is_lander(&read.signers) => {
            Some("is signed by a key that only signs merges or receipts".to_string())
        }
        (SignatureWord::Good, _) => None,
        (SignatureWord::None, _) => Some("is not signed".to_string()),
        (SignatureWord::Bad, _) => Some("has a signature that does not fit it".to_string()),
        (_, Err(_)) if !names_people => None,
        (_, Err(why)) => Some(format!("cannot be trusted: {why}")),
        (_, Ok(_)) => Some("is not signed by a key that is known at the base and good now".to_string()),
    }
}

/// Why a tag that is pushed is not taken; `None`: it is one that counts. `full`: the name of its ref.
///
/// # Errors
/// The repository cannot be read, or what it is of cannot be told.
pub fn pushed(context: &Context<'_>, stack: &Stack, full: &str, new: CommitId) -> Result<Option<Refusal>, Error> {
    let tag = context.repo.tagged(full, new)?;
    let refused = |what: &str| Ok(Some(Refusal::new(Code::BadBaseline, what)));
    let Some((env, name)) = baseline::of_tag(&tag.name) else {
        return refused("a release baseline is called `baseline/ENVIRONMENT/NAME`");
    };
    if stack.environment(&env).is_err() {
        return refused(&format!("`{env}` is no environment that lasts, so it has no release baseline"));
    }
    let is_twin = |other: &str| other != full && other.eq_ignore_ascii_case(full);
    let there = context.repo.served(&format!("refs/tags/{}", baseline::FOLDER))?;
    if let Some(twin) = there.iter().find(|one| is_twin(&one.name)) {
        return refused(&format!("it differs from `{}` only by case", twin.name));
    }
    let found = of(context, stack, &env, &[tag])?.into_iter().find(|one| one.name == name);
    match found.map(|one| one.counts) {
        Some(Ok(())) => Ok(None),
        Some(Err(Objection::Refused(why))) => {
            Ok(Some(Refusal::new(why.code, why.message).hint("sign it, of a landing that is there already")))
        }
        Some(Err(why)) => Err(why.into()),
        None => refused("it cannot be read"),
    }
}

/// The one of an environment that is meant, which counts.
///
/// # Errors
/// There is none, or it does not count: with why.
pub fn meant(all: &[Baseline], env: &EnvName, which: &Which, are_of_now: bool) -> Result<Baseline, Error> {
    let found = match which {
        Which::Named(name) => all.iter().find(|one| one.name == *name),
        Which::Newest => all.iter().find(|one| one.counts.is_ok()).or(all.first()),
    };
    let Some(found) = found else {
        let what = match which {
            Which::Named(name) => format!("`{env}` has no release baseline `{name}`"),
            Which::Newest => format!("`{env}` has no release baseline"),
        };
        let there: Vec<&str> = all.iter().take(5).map(|one| one.name.as_str()).collect();
        let refusal = Refusal::new(Code::NoSuchBaseline, what);
        let refusal = match there.as_slice() {
            [] => refusal.hint(format!("mark what runs now as one: `stageline baseline mark {env}`")),
            there => refusal.hint(format!("there are: {}", there.join(", "))),
        };
        let refusal = if are_of_now { refusal } else { refusal.hint("ask the remote for its tags: `--fetch`") };
        return Err(refusal.invalid());
    };
    match &found.counts {
        Ok(()) => Ok(found.clone()),
        Err(why) => Err(why.clone().into()),
    }
}

/// Finds out, before anything is resolved, which commit a point of the past is at that names a release baseline, and has the stack
/// know it; any other point is left as it is. What is said of it.
///
/// # Errors
/// There is none of that name, or it does not count.
pub fn settle(
    context: &mut Context<'_>,
    stack: &mut Stack,
    tips: Tips,
    (env, at): (&EnvName, &str),
) -> Result<(), Error> {
    let Some(which) = Which::at(env, at) else { return Ok(()) };
    let which = which.map_err(|why| Refusal::new(Code::NoSuchBaseline, why.to_string()).invalid())?;
    let tags = tags(context, stack, tips)?;
    let all = of(context, stack, env, &tags.all)?;
    let found = meant(&all, env, &which, tags.are_of_now)?;
    if let (Which::Newest, Some(commit)) = (&which, found.commit) {
        stack.notes.push(format!("the newest baseline of `{env}` is `{}`, {}", found.name, commit.short()));
        // What does not count may have been newer.
        for one in all.iter().filter(|one| one.counts.is_err()).take(PASSED_OVER) {
            let why = one.counts.as_ref().err().map(|why| why.refusal().message.clone()).unwrap_or_default();
            stack.notes.push(format!("`{}` is passed over: {why}", one.name));
        }
    }
    know(stack, &found, &which)
}

/// Has the stack know which commit a baseline is at, as a point of the past has it.
///
/// # Errors
/// It is of no commit, and cannot count.
pub fn know(stack: &mut Stack, found: &Baseline, which: &Which) -> Result<(), Error> {
    let commit = found.commit.ok_or_else(|| anyhow::anyhow!("a baseline that counts is of no commit"))?;
    stack.baselines.insert((found.env.clone(), which.point()), (found.name.clone(), commit));
    Ok(())
}
