//! The marks of what was told: read where the remote has them now, and appended before and after each try.

use std::collections::BTreeSet;
use std::hash::{BuildHasher as _, RandomState};

use jiff::Timestamp;

use crate::domain::commit::{CommitId, Known};
use crate::domain::files::Files as _;
use crate::domain::growth::Arrived;
use crate::domain::hex::sha256;
use crate::domain::names::BranchName;
use crate::domain::path::RepoPath;
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::settings::Signing;
use crate::domain::signature::SignatureWord;
use crate::domain::told::{self, BRANCH, Mark, MarkWord, Standing};
use crate::git::fetch::Rewound;
use crate::git::write::Sign;
use crate::records::told as records;

use crate::ops::context::Context;
use crate::ops::judging::keys;
use crate::ops::reading::stack::Stack;

/// The marks of some landings, as far as they count.
#[derive(Debug, Default)]
pub struct Marks {
    /// In the order in which they came.
    marks: Vec<Mark>,
    /// Files that count for nothing, as nobody known signed the commit that brought them.
    pub strange: usize,
}

impl Marks {
    /// What the marks of one landing and sink come to.
    pub fn standing(&self, id: &str, sink: &str, now: Timestamp) -> Standing {
        Standing::of(self.marks.iter().filter(|mark| mark.id == id && mark.sink == sink), now)
    }

    /// The run that tells a landing to a sink in one try: of several that began at once, the one whose mark came first.
    pub fn teller(&self, id: &str, sink: &str, attempt: u32) -> Option<&str> {
        let is_it = |mark: &&Mark| mark.id == id && mark.sink == sink && mark.attempt == attempt;
        let mut begun = self.marks.iter().filter(is_it).filter(|mark| mark.word == MarkWord::Sending);
        begun.next().map(|mark| mark.run.as_str())
    }

    /// Whether anybody has begun to tell of a landing.
    pub fn knows(&self, id: &str) -> bool {
        self.marks.iter().any(|mark| mark.id == id)
    }

    /// What messages of a thread are sent to a sink with, where one was told there before.
    pub fn reference(&self, thread: &str, sink: &str) -> Option<String> {
        let id = thread_id(thread);
        let mut all = self.marks.iter().filter(|mark| mark.id == id && mark.sink == sink);
        all.find_map(|mark| mark.reference.clone())
    }
}

/// What a thread is known by among marks: a name of a file whatever its own is.
fn thread_id(thread: &str) -> String {
    sha256(format!("thread {thread}"))[..40].to_string()
}

/// What tells this run from others that say the same at once.
pub fn run_id() -> String {
    let random = || RandomState::new().hash_one(std::process::id());
    format!("{:016x}{:016x}", random(), random())
}

/// The marks of these landings and threads, as the remote has them now.
///
/// # Errors
/// The remote cannot be asked; what was told there cannot be seen from here, or the branch that says it is gone.
pub fn read(context: &mut Context<'_>, stack: &Stack, ids: &[String], threads: &[String]) -> Result<Marks, Error> {
    let Some(tip) = tip(context, stack)? else { return Ok(Marks::default()) };
    let grown = match context.repo.grown(tip)? {
        Known::Is(grown) => grown,
        Known::CannotTell(why) => return Err(unknown(why)),
    };
    let ids = ids.iter().cloned().chain(threads.iter().map(|thread| thread_id(thread)));
    let folders: BTreeSet<RepoPath> =
        ids.map(|id| told::folder(&id).map_err(anyhow::Error::msg)).collect::<Result<_, _>>()?;
    let is_asked = |path: &RepoPath| {
        let of_landing = path.parent().and_then(|of_sink| of_sink.parent());
        of_landing.is_some_and(|folder| folders.contains(&folder))
    };
    let mut found: Vec<(Mark, Arrived)> = Vec::new();
    for (path, arrived) in grown.files.iter().filter(|(path, _)| is_asked(path)) {
        // As it came: what somebody made of it since is nobody's word.
        let then = context.repo.snapshot(arrived.commit)?;
        let mark = then.read(path)?.and_then(|bytes| records::parse(&bytes));
        // A file that was put elsewhere is about something else.
        let mark = mark.filter(|mark| mark.path().ok().as_ref() == Some(path));
        found.extend(mark.map(|mark| (mark, *arrived)));
    }
    // What one commit brought is of one run.
    found.sort_by_key(|(_, arrived)| arrived.nth);
    counting(context, stack, found)
}

/// Those of some marks whose commit is signed by somebody known. Where the rules know nobody, all count.
fn counting(context: &Context<'_>, stack: &Stack, found: Vec<(Mark, Arrived)>) -> Result<Marks, Error> {
    let Ok(ring) = keys::of_main(stack)? else {
        return Ok(Marks { marks: found.into_iter().map(|(mark, _)| mark).collect(), strange: 0 });
    };
    let commits: BTreeSet<CommitId> = found.iter().map(|(_, arrived)| arrived.commit).collect();
    let commits: Vec<CommitId> = commits.into_iter().collect();
    let vouched = context.repo.vouched(&commits, &ring.keys)?;
    let good = |commit: &CommitId| {
        let nth = commits.iter().position(|one| one == commit);
        nth.and_then(|nth| vouched.get(nth)).is_some_and(|one| one.state == SignatureWord::Good)
    };
    let all = found.len();
    let marks: Vec<Mark> =
        found.into_iter().filter(|(_, arrived)| good(&arrived.commit)).map(|(mark, _)| mark).collect();
    Ok(Marks { strange: all - marks.len(), marks })
}

/// Where the branch is: the remote's, as it is now; without a remote this clone's own.
fn tip(context: &mut Context<'_>, stack: &Stack) -> Result<Option<CommitId>, Error> {
    let branch = BranchName::new(BRANCH).map_err(|bad| anyhow::anyhow!("`{BRANCH}`: {}", bad.0))?;
    match &stack.remote {
        None => context.repo.tip(&branch.full()),
        Some(remote) => {
            let seen = context.repo.tip(&format!("refs/remotes/{remote}/{branch}"))?;
            let now =
                context.repo.fetch(remote, std::slice::from_ref(&branch), Rewound::Refused)?.first().copied().flatten();
            match (seen, now) {
                (Some(seen), None) => {
                    Err(unknown(format!("the branch is gone, which was at {} when it was last seen", seen.short())))
                }
                _ => Ok(now),
            }
        }
    }
}

fn unknown(why: String) -> Error {
    Refusal::new(Code::ToldUnknown, format!("cannot tell what was told already: {why}"))
        .hint(format!("see `git log {BRANCH}`; `--again` tells it whatever was told"))
        .cannot_tell()
}

/// Appends marks.
///
/// # Errors
/// They cannot be signed, or the remote does not take them.
pub fn write(context: &mut Context<'_>, stack: &Stack, marks: &[Mark], words: &str) -> Result<(), Error> {
    if marks.is_empty() {
        return Ok(());
    }
    let file = |mark: &Mark| Ok::<_, Error>((mark.path().map_err(anyhow::Error::msg)?, records::render(mark)));
    let files: Vec<(RepoPath, Vec<u8>)> = marks.iter().map(file).collect::<Result<_, _>>()?;
    let sign = if stack.main.settings.git.signing == Signing::Required { Sign::Yes } else { Sign::No };
    context.repo.add_marks(stack.remote.as_ref(), &files, words, sign).map(drop)
}

/// The mark of the first message of a thread.
pub fn of_thread(thread: &str, mark: &Mark) -> Mark {
    Mark { id: thread_id(thread), attempt: 1, word: MarkWord::Told, why: None, ..mark.clone() }
}
