//! The request of a pushed branch: found by its branch and the mark in its text, opened, or brought up to date; never twice, and
//! not against a person who closed it.

use crate::domain::change_digest::ChangeDigest;
use crate::domain::hex;
use crate::domain::names::BranchName;
use crate::domain::plan::Plan;
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::trailer::Trailers;
use crate::forge::{self, Door, Dress, Forge, Found, State, Text, Wanted};
use crate::text::markdown;

use crate::ops::context::Closed;
use crate::ops::landing::branches;
use crate::ops::landing::dress::Dressed;
use crate::ops::landing::prepared::{Prepared, Words};

/// How the mark in a request's text begins. It is an HTML comment: nobody sees it, and every forge keeps it.
const MARK: &str = "<!-- stageline:request ";
/// How the mark begins that names what the change is known by.
const CHANGE: &str = "<!-- stageline:change ";
/// Where our text begins in that of a request.
const START: &str = "<!-- stageline -->";
/// Stands in our text until labels and people are added: a run that ends in between leaves that to the next one.
const BARE: &str = "<!-- stageline:bare -->\n";
/// Stands in our text once the forge is told to merge the request by itself, so that it is told once for what it asks for: whoever
/// takes that back means it. It names which telling was ours.
const TOLD: &str = "<!-- stageline:merges ";
/// Stands there in place of a telling that we have taken back; nobody and no event at a forge has that name.
const LET_GO: &str = "-";
/// How the title of a draft begins, where it is the title that tells: whoever made one of it, or none, meant it.
const DRAFTS: [&str; 2] = [forge::WIP, forge::DRAFT];

/// The open request of a branch.
///
/// # Errors
/// Somebody closed the one with this very content (exit 1), unless it is asked for again.
pub fn look(door: &Door, plan: &Plan, branch: &BranchName, closed: Closed) -> Result<Option<Found>, Error> {
    let forge = forge::of(door);
    let found = forge.of_branch(branch, &plan.target.branch)?;
    let open = found.iter().find(|one| one.state == State::Open).cloned();
    let mut asked = newest_that_asked(found, plan, branch);
    if open.is_none() && asked.as_ref().is_none_or(|one| one.state != State::Closed) {
        let beside = said_beside(&*forge, plan, branch)?;
        asked = asked.into_iter().chain(beside).max_by_key(|one| one.number);
    }
    match asked.filter(|one| one.state == State::Closed) {
        Some(one) if closed == Closed::Stays => {
            let number = forge.mark(one.number);
            Err(Refusal::new(
                Code::RequestClosed,
                format!("{number} asked for this very change, and was closed without a merge: that is a no"),
            )
            .detail(one.page)
            .hint("to ask once more, by a new request: `--reopen`")
            .refused())
        }
        _ => Ok(open),
    }
}

/// The newest of a branch's requests that asked for this, whatever the reason: what became of that one counts, and another that is
/// open asks for something else.
fn newest_that_asked(found: Vec<Found>, plan: &Plan, branch: &BranchName) -> Option<Found> {
    found.into_iter().find(|one| has_content(&one.body, plan, branch))
}

/// The newest of those on the branches beside one: a plan goes to another of them as soon as somebody's work is gone from the first.
fn said_beside(forge: &dyn Forge, plan: &Plan, branch: &BranchName) -> Result<Option<Found>, Error> {
    let mut newest: Option<Found> = None;
    for other in branches::alike(branch)? {
        let found = forge.of_branch(&other, &plan.target.branch)?;
        let is_last = found.is_empty() && other.as_str() != branches::unnumbered(branch);
        let asked = newest_that_asked(found, plan, &other);
        newest = newest.into_iter().chain(asked).max_by_key(|one| one.number);
        if is_last {
            break;
        }
    }
    Ok(newest)
}

/// The open request from a branch that a person has turned to another branch than it was opened for, and that branch.
///
/// # Errors
/// The forge does not answer.
pub fn turned(door: &Door, branch: &BranchName, base: &BranchName) -> Result<Option<(String, BranchName)>, Error> {
    let forge = forge::of(door);
    let all = forge.all_open()?;
    let mut of_it = all.into_iter().filter_map(|one| one.branches.map(|branches| (one.number, branches)));
    let found = of_it.find(|(_, (head, into))| head == branch && into != base);
    Ok(found.map(|(number, (_, into))| (forge.mark(number), into)))
}

/// What the request of a branch came to.
pub struct Opened {
    pub found: Found,
    /// `#12`, `!12`.
    pub mark: String,
    pub how: How,
    /// What the forge did not let be added.
    pub notes: Vec<String>,
}

/// What was done with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    Opened,
    Updated,
    Unchanged,
    /// Somebody has merged it in the meantime.
    Merged,
}

impl How {
    /// As it is told, in front of the request's number.
    pub fn word(self) -> &'static str {
        match self {
            How::Opened => "opened",
            How::Updated => "brought up to date:",
            How::Unchanged => "is open already:",
            How::Merged => "was merged while its text was written:",
        }
    }
}

/// Opens the request of a branch that is pushed, or brings the text of the open one up to date. Labels and people are added when
/// it is opened, and not again: who has taken one away meant it.
pub fn open(
    door: &Door,
    prepared: &Prepared,
    branch: &BranchName,
    open: Option<Found>,
    dressed: &Dressed,
) -> Result<Opened, Error> {
    let forge = forge::of(door);
    let (found, how) = match open {
        // What a person has made of the words stays, as long as they ask for the same.
        Some(open) if is_as_asked(&open.body, prepared.plan(), branch) => (open, How::Unchanged),
        Some(open) => {
            let Text { title, body } = text(prepared, branch, bare_if(open.body.contains(BARE)));
            let draft = DRAFTS.into_iter().find(|start| open.title.starts_with(start)).unwrap_or_default();
            let text = Text { title: format!("{draft}{title}"), body: within(&open.body, &body) };
            let edited = forge.edit(open.number, &text)?;
            let mark = forge.mark(edited.number);
            match edited.state {
                State::Open => (edited, How::Updated),
                State::Merged => (edited, How::Merged),
                State::Closed => return Err(closed_meanwhile(&mark)),
            }
        }
        None => {
            let base = &prepared.plan().target.branch;
            let text = text(prepared, branch, bare_if(dressed.dress != Dress::default()));
            let opened = forge.open(&Wanted { head: branch, base, text: &text, draft: dressed.draft })?;
            match first_of(&*forge, &opened, (branch, base))? {
                Some(first) => (first, How::Unchanged),
                None => (opened, How::Opened),
            }
        }
    };
    let is_bare = found.body.contains(BARE) && how != How::Merged;
    let notes = if is_bare { dress_up(&*forge, found.number, &dressed.dress, &door.site.host)? } else { Vec::new() };
    let mark = forge.mark(found.number);
    Ok(Opened { found, mark, how, notes })
}

/// Adds labels and people to a request that has none yet, and says in its text that they are there; what the forge does not let. What it
/// does not answer leaves the text as it is, so that the next run takes it up.
fn dress_up(forge: &dyn Forge, number: u64, dress: &Dress, host: &str) -> Result<Vec<String>, Error> {
    let refused = forge.dress(number, dress)?;
    // Somebody may have written into it meanwhile.
    let Found { title, body, labels, .. } = forge.one(number)?;
    // A Gitea takes a label that it does not have without a word.
    let is_lacking = |label: &&String| !labels.contains(label) && !refused.iter().any(|note| note.contains(*label));
    let note = |label| format!("the label `{label}` is not added: `{host}` has none of that name");
    let lacking: Vec<String> = dress.labels.iter().filter(is_lacking).map(note).collect();
    forge.edit(number, &Text { title, body: body.replace(BARE, "") })?;
    Ok(refused.into_iter().chain(lacking).collect())
}

/// The request of the same branches that somebody else has opened in the same moment: of several the first one stays, and each run
/// closes its own.
fn first_of(
    forge: &dyn Forge,
    opened: &Found,
    (branch, base): (&BranchName, &BranchName),
) -> Result<Option<Found>, Error> {
    if !forge.may_open_twice() {
        return Ok(None);
    }
    let all = forge.of_branch(branch, base)?;
    let first = all.into_iter().filter(|one| one.state == State::Open).min_by_key(|one| one.number);
    let Some(first) = first.filter(|first| first.number < opened.number) else { return Ok(None) };
    forge.close(opened.number, &ended(opened, &format!("opened twice at once; see {}", forge.mark(first.number))))?;
    Ok(Some(first))
}

/// Somebody closed a request while its text was written: whether they meant the change of before or that of now nobody can tell.
fn closed_meanwhile(mark: &str) -> Error {
    Refusal::new(Code::RequestClosed, format!("{mark} was closed while its text was written: that is a no"))
        .hint("to ask once more, by a new request: `--reopen`")
        .refused()
}

fn bare_if(is_so: bool) -> &'static str {
    if is_so { BARE } else { "" }
}

/// Whether the text of a request says that the forge was told to merge it by itself, and not that we have taken it back.
pub fn is_told(body: &str) -> bool {
    body.contains(TOLD) && telling(body) != Some(LET_GO)
}

/// Which telling was ours, by the text of a request; `None`: none, or it does not say. No telling has the name of what we have taken
/// back.
pub fn telling(body: &str) -> Option<&str> {
    let (_, rest) = body.split_once(TOLD)?;
    let (name, _) = rest.split_once("-->")?;
    Some(name.trim()).filter(|name| !name.is_empty())
}

/// The text of a request with a word that the forge was told to merge it by itself, and which telling that was; `None`: it has
/// that, or is not ours.
pub fn told(body: &str, telling: Option<&str>) -> Option<String> {
    let is_plain = |name: &&str| {
        let is_one = |letter: char| letter.is_ascii_alphanumeric() || "-_.[]".contains(letter);
        name.chars().all(is_one) && !name.contains("--")
    };
    if is_told(body) { None } else { marked(body, telling.filter(is_plain).unwrap_or_default()) }
}

/// The text of a request with a word that we have taken that back, so that it is nobody's no; `None`: it is not ours.
pub fn let_go(body: &str) -> Option<String> {
    marked(body, LET_GO)
}

fn marked(body: &str, name: &str) -> Option<String> {
    let line = |at: &str| {
        let start = body.find(at)?;
        Some(body[..start].rfind('\n').map_or(0, |end| end + 1))
    };
    let own = line(MARK)?;
    let (start, end) = match line(TOLD) {
        Some(start) if start < own => (start, start + body[start..].find('\n').map_or(0, |end| end + 1)),
        _ => (own, own),
    };
    let space = if name.is_empty() { "" } else { " " };
    Some(format!("{}{TOLD}{name}{space}-->\n{}", &body[..start], &body[end..]))
}

/// The text of a request that is closed by us: it says why, and asks for nothing any more, so that it is no "no".
pub fn ended(found: &Found, why: &str) -> Text {
    let title = found.title.clone();
    let Some(start) = found.body.find(MARK) else { return Text { title, body: found.body.clone() } };
    let end = found.body[start..].find("-->").map_or(found.body.len(), |end| start + end + "-->".len());
    let (before, after) = (&found.body[..start], &found.body[end..]);
    // Nor does it name a change any more: that stands on the line of the mark.
    let change = before.rfind(CHANGE).filter(|at| !before[*at..].contains('\n'));
    let before = &before[..change.unwrap_or(start)];
    let body = format!("{before}**Closed**: {}\n\n{MARK}ended -->{after}", markdown(why));
    Text { title, body }
}

/// Whether it was us who closed a request.
pub fn is_ended(found: &Found) -> bool {
    found.state == State::Closed && found.body.contains(&format!("{MARK}ended -->"))
}

/// A request's text with ours in the place of our earlier one: what people wrote before and behind it stays.
fn within(there: &str, ours: &str) -> String {
    let place = there.find(START).and_then(|start| {
        let end = start + there[start..].find(MARK)?;
        Some((start, end + there[end..].find("-->")? + "-->".len()))
    });
    match place {
        Some((start, end)) => format!("{}{}{}", &there[..start], ours.trim_end(), &there[end..]),
        None => ours.to_string(),
    }
}

/// Whether a text asks for this plan: by its mark, and by what the change is known by where it names that.
fn is_as_asked(body: &str, plan: &Plan, branch: &BranchName) -> bool {
    let names_another = |change| body.contains(CHANGE) && !body.contains(&change_mark(change));
    let is_meant = match reason(plan) {
        Some(_) => body.contains(&mark(plan, branch)),
        None => has_content(body, plan, branch),
    };
    is_meant && !plan.change.is_some_and(names_another)
}

/// What the change is known by, for those who read the text of a request.
fn change_mark(change: ChangeDigest) -> String {
    format!("{CHANGE}{change} -->")
}

/// The beginning of the mark of a branch with this content: which values come, where, and what is recorded beside them; not when
/// that begins, and not why it is asked for.
fn content(plan: &Plan, branch: &BranchName) -> String {
    let moved = plan.proposal.moves.iter().map(|one| {
        let to = one.to.as_ref().map(ToString::to_string);
        format!("pin {} {} {}", one.app, one.env, to.unwrap_or_else(|| "none".into()))
    });
    let recorded = plan.proposal.records.iter().map(|record| {
        let is_set = if record.is.is_some() { "set" } else { "lifted" };
        format!("record {} {is_set}", record.path)
    });
    let hotfixes = plan.proposal.hotfixes.iter().map(|change| {
        let is_set = if change.is.is_some() { "set" } else { "ended" };
        format!("record {} {is_set}", change.path)
    });
    let mut lines: Vec<String> = moved.chain(recorded).chain(hotfixes).collect();
    lines.sort();
    format!("{MARK}{branch} {} ", hex::sha256(lines.join("\n")))
}

/// The mark of a branch with this content, for the reason that is given.
pub fn mark(plan: &Plan, branch: &BranchName) -> String {
    let reason = reason(plan).map_or("-".to_string(), hex::sha256);
    format!("{}{reason} -->", content(plan, branch))
}

fn reason(plan: &Plan) -> Option<String> {
    Trailers::read(&plan.message).reason
}

/// Whether the text of a request asks for this very content, whatever the reason.
pub fn has_content(body: &str, plan: &Plan, branch: &BranchName) -> bool {
    body.contains(&content(plan, branch))
}

/// Title and text, with the marks that it is found by. `bare`: the one that says that labels and people are to come.
fn text(prepared: &Prepared, branch: &BranchName, bare: &str) -> Text {
    let Words { title, body } = &prepared.words;
    let beside: String = prepared.beside.iter().map(|line| format!("\n{line}\n")).collect();
    let plan = prepared.plan();
    let change = plan.change.map_or(String::new(), |change| format!("{} ", change_mark(change)));
    let mark = mark(plan, branch);
    Text { title: title.clone(), body: format!("{START}\n{body}{beside}\n{bare}{change}{mark}\n") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::plan::sample;

    fn plan(change: Option<ChangeDigest>) -> Plan {
        Plan { change, message: "subject\n".into(), ..sample::plan() }
    }

    #[test]
    fn a_text_asks_for_the_change_that_it_names_and_one_that_names_none_for_any() {
        let branch = BranchName::new("promote/production/web").unwrap();
        let (one, other) = (ChangeDigest::of(b"1"), ChangeDigest::of(b"2"));
        let mark = mark(&plan(None), &branch);
        let named = format!("{START}\nx\n{} {mark}\n", change_mark(one));
        assert!(is_as_asked(&named, &plan(Some(one)), &branch) && !is_as_asked(&named, &plan(Some(other)), &branch));
        assert!(is_as_asked(&named, &plan(None), &branch), "what is not known says nothing against it");
        assert!(is_as_asked(&format!("x\n{mark}\n"), &plan(Some(one)), &branch), "an earlier build named none");
        assert!(!is_as_asked(&change_mark(one), &plan(Some(one)), &branch));
    }

    #[test]
    fn what_merges_by_itself_says_so_once_until_it_asks_for_something_else() {
        let branch = BranchName::new("promote/production/web").unwrap();
        let body = format!("{START}\nx\n{}\n", mark(&plan(None), &branch));
        let once = told(&body, Some("12")).unwrap();
        assert!(is_told(&once) && !is_told(&body) && is_as_asked(&once, &plan(None), &branch), "{once}");
        assert_eq!((told(&once, None), told("somebody's own words", None)), (None, None));
        assert_eq!(telling(&once), Some("12"));
        for odd in ["a--b", "x --> y", "a b"] {
            assert_eq!(telling(&told(&body, Some(odd)).unwrap()), None, "{odd}");
        }
        let back = let_go(&once).unwrap();
        assert!(!is_told(&back) && telling(&back).is_some() && back.lines().count() == once.lines().count(), "{back}");
        assert_eq!(told(&back, Some("12")).as_deref(), Some(once.as_str()));
        assert_eq!((let_go(&body), let_go("somebody's own words")), (Some(back), None));
        assert!(!is_told(&within(&once, &body)), "another plan is another question");
    }

    #[test]
    fn a_request_that_we_close_names_no_change_any_more_and_what_people_wrote_stays() {
        let ended = |body: &str| {
            let found = Found {
                number: 1,
                node: None,
                by: None,
                is_by_program: false,
                asked: vec![],
                page: String::new(),
                state: State::Open,
                branches: None,
                into: None,
                head: None,
                opened: None,
                is_draft: false,
                is_scheduled: false,
                scheduled_by: None,
                merge: None,
                title: "title".into(),
                labels: vec![],
                body: body.into(),
            };
            ended(&found, "it landed").body
        };
        let change = change_mark(ChangeDigest::of(b"1"));
        let closed = "**Closed**: it landed\n\n<!-- stageline:request ended -->";
        assert_eq!(ended(&format!("before\n{change} {MARK}x y -->\nbehind")), format!("before\n{closed}\nbehind"));
        let theirs = format!("they quote {change}\n{MARK}x y -->\n");
        assert_eq!(ended(&theirs), format!("they quote {change}\n{closed}\n"));
    }
}
