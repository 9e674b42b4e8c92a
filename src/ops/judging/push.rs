//! Judging a push before it lands: how each ref moves, and what every commit that comes to a governed branch changes.

use std::collections::HashSet;

use jiff::SignedDuration;

use crate::domain::commit::{CommitId, Known, TreeId};
use crate::domain::names::BranchName;
use crate::domain::path::RepoPath;
use crate::domain::plan::Class;
use crate::domain::receipt;
use crate::domain::refusal::{Code, Error, Objection, Refusal};
use crate::domain::report::verify::{ChangeWord, JudgedChange, RefVerdict};
use crate::domain::settings::SoakClock;
use crate::domain::statement;
use crate::git::growth::Breach;
use crate::git::pushed::{Advance, Past};

use crate::ops::context::Context;
use crate::ops::judging::baselines;
use crate::ops::judging::first::First;
use crate::ops::judging::judge::{Brought, Judge, Ruling};
use crate::ops::judging::makers::Work;
use crate::ops::judging::reviews::Reviews;
use crate::ops::judging::told;
use crate::ops::judging::voucher::{By, Vouchers};
use crate::ops::landing::classes::Classes;
use crate::ops::reading::stack::Stack;
use crate::policy::{Policy, Signed};

/// Branches that keep records of the tool's own: they only grow.
const RECORDS: [&str; 3] = [statement::BRANCH, "stageline/told", receipt::BRANCH];
/// How a record comes to what is there already.
const ON_TOP: &str = "fetch, and put what is new on top of what is there";
/// Tags that say what was known to be good.
const BASELINES: &str = "refs/tags/baseline/";
/// How far the date of a landing may be from the server's clock: soaks are measured by it.
const CLOCK: SignedDuration = SignedDuration::from_mins(5);

/// One line of what a hook is told: a ref, what it held, and what it is to hold. `None`: nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub name: String,
    pub old: Option<CommitId>,
    pub new: Option<CommitId>,
}

impl Line {
    /// Reads `OLD NEW REF`; the id of zeros is nothing.
    pub fn read(text: &str) -> Option<Self> {
        let mut words = text.trim_end_matches('\n').splitn(3, ' ');
        let id = |word: &str| match word.bytes().all(|byte| byte == b'0') && word.len() == 40 {
            true => Some(None),
            false => CommitId::from_hex(word).map(Some),
        };
        let (old, new) = (id(words.next()?)?, id(words.next()?)?);
        Some(Self { name: words.next()?.to_string(), old, new })
    }
}

/// Whether a landing moves pins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Moves {
    Pins,
    Nothing,
}

/// Whether rules may be about a ref, or it is refused whatever they are. Forges keep heads of requests in refs of their own, and push
/// them through the hook as well: those need no look at the rules.
///
/// # Errors
/// The repository cannot be read.
fn may_concern(context: &Context<'_>, line: &Line) -> Result<bool, Error> {
    let name = context.repo.leads_to(&line.name)?.unwrap_or_else(|| line.name.clone()).to_ascii_lowercase();
    Ok(["refs/heads/", "refs/replace/", "refs/tags/", "refs/remotes/"].iter().any(|start| name.starts_with(start)))
}

/// The lines of what a hook is told that rules may be about.
///
/// # Errors
/// There are none, or one cannot be read.
pub fn lines(context: &Context<'_>, text: &str) -> Result<Vec<Line>, Error> {
    if text.trim().is_empty() {
        let what = "cannot tell what is pushed: nothing came on the standard input";
        return Err(Refusal::new(Code::EmptyRange, what)
            .hint("git hands a hook OLD NEW REF, a line a ref")
            .cannot_tell());
    }
    let mut out = Vec::new();
    for text in text.lines() {
        let line = Line::read(text).ok_or_else(|| {
            let what = format!("cannot tell what is pushed: `{text}` is no line of a hook");
            Refusal::new(Code::Usage, what).hint("git hands it OLD NEW REF on its standard input").cannot_tell()
        })?;
        if may_concern(context, &line)? {
            out.push(line);
        }
    }
    Ok(out)
}

/// Whether a ref may only come when there are rules: without them nobody knows which branches are governed.
pub fn waits_for_rules(line: &Line) -> bool {
    ["refs/heads/", "refs/replace/", BASELINES].iter().any(|start| line.name.starts_with(start))
}

/// What is said of a release baseline that comes in one push with another of its name but for case: what is there tells of neither.
/// `None`: nothing.
pub fn twin_of(all: &[Line], line: &Line) -> Option<RefVerdict> {
    let is_new = |one: &Line| one.new.is_some() && one.name.starts_with(BASELINES);
    let is_twin =
        |other: &&Line| is_new(other) && other.name != line.name && other.name.eq_ignore_ascii_case(&line.name);
    let twin = all.iter().find(is_twin).filter(|_| is_new(line))?;
    let what = format!("it differs from `{}`, which comes with it, only by case", twin.name);
    let refusal = Refusal::new(Code::BadBaseline, what).hint("push one of the two");
    Some(told::refused(&line.name, (line.old, line.new), refusal))
}

/// What is said of one ref of a push; `None`: nobody governs it.
///
/// # Errors
/// The repository cannot be read, or something cannot be told.
pub fn judge(context: &Context<'_>, stack: &Stack, line: &Line, first: &First) -> Result<Option<RefVerdict>, Error> {
    // What is pushed to a symbolic ref comes to what that leads to.
    let name = context.repo.leads_to(&line.name)?.unwrap_or_else(|| line.name.clone());
    let ends = (line.old, line.new);
    if let Some(why) = refused_by_name(stack, &name, line) {
        return Ok(Some(told::refused(&name, ends, why)));
    }
    let Some(branch) = governed(stack, &name) else { return own_ref(context, stack, &name, line) };
    if let (Some(new), true) = (line.new, is_by_first_keys(stack, &branch, line, first)) {
        return first.judge(context, &branch, (line.old, new)).map(Some);
    }
    let (Some(old), Some(new)) = ends else {
        return made_or_gone(context, stack, &branch, line).map(Some);
    };
    let Some(judge) = Judge::of(context, stack, &branch)? else {
        return Err(anyhow::anyhow!("the rules of `{branch}` are not here").into());
    };
    let advance = match context.repo.pushed(old, new)? {
        Known::Is(advance) => advance,
        Known::CannotTell(why) => return Err(Refusal::new(Code::Shallow, why).cannot_tell()),
    };
    if let Some(why) = rewound(&branch, advance.past) {
        return Ok(Some(told::refused(branch.as_str(), ends, why)));
    }
    if let Some((commit, what)) = context.repo.malformed(old, new)? {
        return Ok(Some(told::malformed(branch.as_str(), ends, commit, &what)));
    }
    let before = context.repo.commit(old)?.tree;
    let trees = match context.repo.well_formed_trees(Some(before), &advance.landings)? {
        Ok(trees) => trees,
        Err((landing, what)) => return Ok(Some(told::malformed(branch.as_str(), ends, landing, &what))),
    };
    let changes = landings(&judge, old, &trees)?;
    let moving: HashSet<&str> =
        changes.iter().filter(|change| !change.moves.is_empty()).map(|change| change.commit.as_str()).collect();
    let moves = |landing: &CommitId| {
        if moving.contains(landing.to_string().as_str()) { Moves::Pins } else { Moves::Nothing }
    };
    // Dates matter only where something soaks by them.
    let by_dates = |policy: &Policy<'_>| policy.settings.soaks_by(SoakClock::Committer);
    let soaks = stack.policies(&judge.base).iter().any(by_dates);
    let dated = advance.landings.iter().filter(|_| soaks);
    let late = dated.map(|landing| off_clock(context, *landing, moves(landing)));
    let late: Vec<Objection> = late.filter_map(Result::transpose).collect::<Result<_, Error>>()?;
    let policies = told::policies(stack, &judge.base);
    Ok(Some(told::of_ref(branch.as_str(), ends, policies, changes, late)))
}

/// Whether a branch moves by the bootstrap key: its first rules, or the one tip that was named beforehand.
fn is_by_first_keys(stack: &Stack, branch: &BranchName, line: &Line, first: &First) -> bool {
    let is_named = first.tip.is_some() && first.tip == line.new;
    *branch == stack.main.branch && (!stack.main.has_file || is_named)
}

/// What is said of one ref where the branch with the rules is not there yet: its first rules land by the bootstrap key, and nothing
/// before them, for without them nobody knows which branches are governed.
///
/// # Errors
/// The commit cannot be read.
pub fn before_rules(
    context: &Context<'_>,
    first: &First,
    branch: &BranchName,
    line: &Line,
) -> Result<RefVerdict, Error> {
    if let (true, Some(new)) = (branch.full() == line.name, line.new) {
        return first.judge(context, branch, (line.old, new));
    }
    let what = format!("`{branch}`, the branch with the rules, is not there, so nothing can be judged");
    let refusal = Refusal::new(Code::NoPolicy, what).hint(
        "push the first rules to it; if they are on another branch, correct `branch:` in the settings of the hook",
    );
    Ok(told::of_ref(&line.name, (line.old, line.new), Vec::new(), Vec::new(), vec![Objection::CannotTell(refusal)]))
}

/// The branches that rules are about: those that are here, and those that environments name.
fn branches(stack: &Stack) -> impl Iterator<Item = &BranchName> {
    let own = stack.main.settings.environments.iter().filter_map(|env| env.branch.as_ref());
    stack.worlds().map(|world| &world.branch).chain(own)
}

/// The branch of a full name, where rules are about it.
pub fn governed(stack: &Stack, name: &str) -> Option<BranchName> {
    branches(stack).find(|branch| branch.full() == name).cloned()
}

/// Why a ref of this name is refused, whatever it brings.
fn refused_by_name(stack: &Stack, name: &str, line: &Line) -> Option<Refusal> {
    if name.starts_with("refs/replace/") {
        let what = "a replacement would show another content than the one that was judged";
        return Some(Refusal::new(Code::RefProtected, what));
    }
    let is_above =
        |record: &&&str| name.strip_prefix("refs/heads/").is_some_and(|own| record.starts_with(&format!("{own}/")));
    if let Some(record) = RECORDS.iter().find(is_above).filter(|_| line.new.is_some()) {
        let what = format!("beside `{name}` there can be no branch `{record}`, on which records are kept");
        return Some(Refusal::new(Code::RefProtected, what).hint("give it another name"));
    }
    if line.new.is_some() && is_taken_for_another(stack, name) {
        let what = format!("`{name}` would be taken for a branch that says what runs, or for another ref");
        return Some(Refusal::new(Code::RefProtected, what).hint("give it another name"));
    }
    let records = RECORDS.iter().map(|name| format!("refs/heads/{name}"));
    let mut protected = branches(stack).map(BranchName::full).chain(records);
    let folds = |one: &String| one != name && one.eq_ignore_ascii_case(name);
    let twin = protected.find(folds).filter(|_| line.new.is_some());
    twin.map(|twin| {
        Refusal::new(
            Code::RefProtected,
            format!("it differs from `{twin}` only by case, and some file systems take one for the other"),
        )
        .hint("give it another name")
    })
}

/// Whether git, or somebody who types a short name, would take a ref of this name for another one: a tag called like a governed
/// branch or a remote's, a branch called like a full name, what only a clone has.
fn is_taken_for_another(stack: &Stack, name: &str) -> bool {
    let short = ["refs/heads/", "refs/tags/"].iter().find_map(|folder| name.strip_prefix(folder));
    match short {
        None => name.starts_with("refs/remotes/") || name == "refs/stash",
        Some(short) => {
            let is_tag = name.starts_with("refs/tags/");
            let is_like = |branch: &BranchName| {
                let ends =
                    short.strip_suffix(branch.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'));
                ends && is_tag
            };
            short.starts_with("refs/")
                || short.starts_with("heads/")
                || short.eq_ignore_ascii_case("HEAD")
                || branches(stack).any(is_like)
                || (is_tag && RECORDS.contains(&short))
        }
    }
}

/// What is said of refs that nobody's environment lives on.
fn own_ref(context: &Context<'_>, stack: &Stack, name: &str, line: &Line) -> Result<Option<RefVerdict>, Error> {
    let ends = (line.old, line.new);
    let is_record = RECORDS.iter().any(|own| name.strip_prefix("refs/heads/") == Some(own));
    if is_record {
        let what = match ends {
            // The hook appends to it in the repository itself.
            _ if name == format!("refs/heads/{}", receipt::BRANCH) => Some("receipts are written by the server alone"),
            (Some(_), None) => Some("records are not taken away"),
            (old, Some(new)) if name == format!("refs/heads/{}", statement::BRANCH) => {
                return statements(context, name, (old, new));
            }
            (Some(old), Some(new)) if context.repo.is_ancestor(old, new)? != Known::Is(true) => {
                Some("records only grow")
            }
            _ => None,
        };
        return Ok(what.map(|what| told::refused(name, ends, Refusal::new(Code::RefProtected, what))));
    }
    let folder = BASELINES.trim_end_matches('/');
    let folded = name.to_ascii_lowercase();
    let is_beside = folded == folder || (folded.starts_with(BASELINES) && !name.starts_with(BASELINES));
    if is_beside && line.new.is_some() {
        let what = "a tag of this name keeps release baselines from being made, or is taken for one";
        return Ok(Some(told::refused(
            name,
            ends,
            Refusal::new(Code::RefProtected, what).hint("give it another name"),
        )));
    }
    if name.starts_with(BASELINES) && line.old.is_some() {
        let what = "a release baseline is neither moved nor taken away";
        return Ok(Some(told::refused(name, ends, Refusal::new(Code::RefProtected, what).hint("mark another one"))));
    }
    if let (true, Some(new)) = (name.starts_with(BASELINES), line.new) {
        return Ok(baselines::pushed(context, stack, name, new)?.map(|why| told::refused(name, ends, why)));
    }
    Ok(None)
}

/// What is said of the branch of statements: its past stays on its first-parent chain, and every commit of that only brings files.
fn statements(
    context: &Context<'_>,
    name: &str,
    (old, new): (Option<CommitId>, CommitId),
) -> Result<Option<RefVerdict>, Error> {
    let (repo, ends) = (&context.repo, (old, Some(new)));
    let protected = |what: &str| Refusal::new(Code::RefProtected, what);
    let known = match old {
        Some(old) => repo.pushed(old, new)?,
        None => repo.whole_growth(new)?.map(|landings| Advance { landings, past: Past::Kept }),
    };
    let landings = match known {
        Known::Is(Advance { landings, past: Past::Kept }) => landings,
        Known::Is(Advance { past: Past::Rewound, .. }) => {
            return Ok(Some(told::refused(name, ends, protected("records only grow").hint(ON_TOP))));
        }
        Known::Is(_) => {
            let what = "records only grow: what has landed there would become a side branch of its history";
            return Ok(Some(told::refused(name, ends, protected(what).hint(ON_TOP))));
        }
        Known::CannotTell(why) => return Err(Refusal::new(Code::Shallow, why).cannot_tell()),
    };
    if let Some((commit, what)) = repo.first_malformed(&landings)? {
        return Ok(Some(told::malformed(name, ends, commit, &what)));
    }
    let before = old.map(|old| repo.commit(old)).transpose()?.map(|old| old.tree);
    if let Err((landing, what)) = repo.well_formed_trees(before, &landings)? {
        return Ok(Some(told::malformed(name, ends, landing, &what)));
    }
    let breach = repo.first_breach(&landings)?.map(|Breach { commit, path, how }| {
        let what = format!("records only grow, and commit {} {how} `{}`", commit.short(), path.escape_debug());
        protected(&what).hint("bring what is new as a file of its own, in commits that leave all others as they are")
    });
    Ok(breach.map(|why| told::refused(name, ends, why)))
}

/// A governed branch is never deleted; a new one begins with what has landed on the main branch.
fn made_or_gone(context: &Context<'_>, stack: &Stack, branch: &BranchName, line: &Line) -> Result<RefVerdict, Error> {
    let ends = (line.old, line.new);
    let Some(new) = line.new else {
        let what = format!("`{branch}` says what runs, and is not deleted");
        return Ok(told::refused(branch.as_str(), ends, Refusal::new(Code::RefProtected, what)));
    };
    let main = stack.main.base;
    let is_landed = match context.repo.pushed(new, main)? {
        Known::Is(advance) => new == main || advance.past == Past::Kept,
        Known::CannotTell(why) => return Err(Refusal::new(Code::Shallow, why).cannot_tell()),
    };
    if is_landed {
        return Ok(told::of_ref(branch.as_str(), ends, Vec::new(), Vec::new(), Vec::new()));
    }
    let what = format!("`{branch}` is new, and begins with something that has not landed on `{}`", stack.main.branch);
    let hint = format!("begin it there: `git push REMOTE {main}:refs/heads/{branch}`");
    Ok(told::refused(branch.as_str(), ends, Refusal::new(Code::RefProtected, what).hint(hint)))
}

/// What is wrong with where the old tip is left.
fn rewound(branch: &BranchName, past: Past) -> Option<Refusal> {
    match past {
        Past::Kept => None,
        Past::Rewound => Some(
            Refusal::new(Code::PastTurned, format!("`{branch}` would lose what has landed there"))
                .hint("fetch, and put the change on top of it"),
        ),
        Past::Turned => Some(
            Refusal::new(
                Code::PastTurned,
                format!("what has landed on `{branch}` would become a side branch of its history"),
            )
            .hint(format!("merge the other way round: check `{branch}` out, and merge the change into it")),
        ),
    }
}

/// A landing whose date is far from this clock: one of the future would hold up all soaks after it, one of the past would have
/// soaked before it came.
fn off_clock(context: &Context<'_>, landing: CommitId, moves: Moves) -> Result<Option<Objection>, Error> {
    let now = context.now;
    let when = context.repo.commit(landing)?.committer.when;
    let is_late = when.duration_since(now) > CLOCK;
    let is_early = now.duration_since(when) > CLOCK && moves == Moves::Pins;
    if !(is_late || is_early) {
        return Ok(None);
    }
    let what = format!("commit {} is dated {when}, and this server's clock says {now}", landing.short());
    Ok(Some(Objection::Refused(
        Refusal::new(Code::ClockOff, what)
            .detail("how long something has soaked is measured by the dates of landings")
            .hint("use a merge, or make it anew: `git commit --amend --no-edit --reset-author`"),
    )))
}

/// What is said of each commit of a push, and of all together where there are several.
fn landings(judge: &Judge<'_>, old: CommitId, landings: &[(CommitId, TreeId)]) -> Result<Vec<JudgedChange>, Error> {
    let vouchers = Vouchers::of(judge.context, judge.stack, &judge.base)?;
    let (mut out, mut all): (Vec<JudgedChange>, Vec<By>) = (Vec::new(), Vec::new());
    let mut works = Vec::new();
    let (mut before, mut at) = (None, old);
    let classes = Classes::new([&judge.base, &judge.base], &judge.stack.main.branch);
    judge.context.face.step("judging landings");
    let counted = judge.context.meter().count("landings", landings.len());
    for (landing, tree) in landings {
        counted.one();
        // As long as nothing governed has changed, the base tells what is.
        if before.is_none()
            && let Some(count) = outside(judge, &classes, (at, *landing))?
        {
            out.push(told::outside(*landing, count));
            at = *landing;
            continue;
        }
        let signed = vouchers.of_landing(at, *landing)?;
        all.push(signed.clone());
        let work = work_of(&signed, (at, *landing));
        works.extend(work.iter().copied());
        let world = before.as_ref().unwrap_or(judge.base.as_ref());
        let brought = Brought { signed, work: Work::Commits(work), reviews: unseen() };
        let ruling = judge.change(world, *tree, brought)?;
        out.push(told::change(*landing, ChangeWord::Commit, &ruling));
        match ruling {
            Ruling::Unread(_) => return Ok(out),
            Ruling::Judged { after, .. } => before = Some(*after),
        }
        at = *landing;
    }
    if let (Some((last, tree)), true) = (landings.last(), all.len() > 1) {
        let brought = Brought { signed: together(&all), work: Work::Commits(works), reviews: unseen() };
        let ruling = judge.change(&judge.base, *tree, brought)?;
        out.push(told::change(*last, ChangeWord::Whole, &ruling));
    }
    Ok(out)
}

/// The commits that a landing is made of: what it brings to the branch, and the head that a forge made it of.
fn work_of(signed: &By, (at, landing): (CommitId, CommitId)) -> Vec<(CommitId, CommitId)> {
    let heads = signed.values().filter_map(|known| match known {
        Known::Is(Signed::By { commit, .. }) => Some(*commit),
        _ => None,
    });
    // What a forge made of a head is that head's work.
    let mut out: Vec<(CommitId, CommitId)> = heads.map(|head| (at, head)).collect();
    out.sort();
    out.dedup();
    if out.is_empty() { vec![(at, landing)] } else { out }
}

/// A hook asks no forge.
fn unseen() -> Reviews {
    let note = "approvals at a forge are not seen from here: `stageline approve` gives one that is";
    Reviews { notes: vec![note.to_string()], ..Reviews::default() }
}

/// How many paths a landing changes, where nobody governs any of them.
fn outside(judge: &Judge<'_>, classes: &Classes<'_>, (from, to): (CommitId, CommitId)) -> Result<Option<usize>, Error> {
    let changed = judge.context.repo.changed_paths(Some(from), to)?;
    for one in &changed {
        // A name that is no path of ours is looked at with everything else.
        let Ok(path) = RepoPath::new(&one.path) else { return Ok(None) };
        if path.as_str() != one.path || classes.of(&path, Default::default())? != Class::Outside {
            return Ok(None);
        }
    }
    Ok(Some(changed.len()))
}

/// Who vouches for several commits together: whoever vouches for any, since each is judged by itself, too.
fn together(all: &[By]) -> By {
    let mut out = By::new();
    for by in all {
        for (branch, known) in by {
            let joined = match (out.remove(branch), known) {
                (None, known) => known.clone(),
                (
                    Some(Known::Is(Signed::By { mut principals, commit })),
                    Known::Is(Signed::By { principals: more, .. }),
                ) => {
                    principals.extend(more.iter().cloned());
                    Known::Is(Signed::By { principals, commit })
                }
                (Some(by @ Known::Is(Signed::By { .. })), _) => by,
                (Some(_), by @ Known::Is(Signed::By { .. })) => by.clone(),
                (Some(first), _) => first,
            };
            out.insert(branch.clone(), joined);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_a_hook_is_read_and_zeros_are_nothing() {
        let (one, zeros) = ("1".repeat(40), "0".repeat(40));
        let id = CommitId::from_hex(&one);
        let line = |text: String| Line::read(&text);
        assert_eq!(
            line(format!("{zeros} {one} refs/heads/a b\n")),
            Some(Line { name: "refs/heads/a b".into(), old: None, new: id })
        );
        assert_eq!(line(format!("{one} {zeros} refs/heads/main")).map(|line| (line.old, line.new)), Some((id, None)));
        for bad in ["", "x y z", &format!("{one} refs/heads/main"), &format!("{} {one} r", &one[1..])] {
            assert_eq!(Line::read(bad), None, "{bad}");
        }
    }

    #[test]
    fn several_commits_are_vouched_for_by_whoever_signed_any_of_them() {
        let branch = BranchName::new("main").unwrap();
        let by = |name: &str| {
            let signed = Signed::By { principals: vec![name.to_string()], commit: CommitId::from_bytes([1; 20]) };
            By::from([(branch.clone(), Known::Is(signed))])
        };
        let none = By::from([(branch.clone(), Known::Is(Signed::Not(Refusal::new(Code::NotSigned, "no"))))]);
        let told = together(&[none.clone(), by("a"), by("b")]);
        assert!(matches!(&told[&branch], Known::Is(Signed::By { principals, .. }) if *principals == ["a", "b"]));
        assert!(matches!(&together(&[none])[&branch], Known::Is(Signed::Not(_))));
    }
}
