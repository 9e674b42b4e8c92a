//! The tags of release baselines: as a remote has them now, made, and pushed to where there is none of that name yet.

use std::collections::BTreeMap;
use std::time::Duration;

use git2::ObjectType;

use crate::domain::baseline::FOLDER;
use crate::domain::commit::{Actor, CommitId, ObjectId};
use crate::domain::names::RemoteName;
use crate::domain::refusal::{Code, Error, Refusal};
use crate::process::{Kind, OnStop, Tell};

use super::program::{Hooks, asks_who_we_are, words};
use super::push::one_ref;
use super::remote::{FETCH, denied, refs_in, unreachable};
use super::repo::Repo;
use super::store::parse_tag;

const TAGS: &str = "refs/tags/";
/// A tag beside which none of a baseline can be.
const IN_THE_WAY: &str = "refs/tags/baseline";
const LISTED: &str = "--format=%(objectname) %(refname)";
/// How long the look at what became of an interrupted push may take: the process has five seconds to end.
const LOOK_LIMIT: Duration = Duration::from_secs(2);

/// An annotated tag of a commit. All texts are untrusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagText {
    /// The name that it has in itself.
    pub name: String,
    pub of: CommitId,
    pub tagger: Actor,
    /// With its signature, where it has one.
    pub message: String,
    pub raw: Vec<u8>,
}

/// What a tag was found to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tagged {
    Annotated(Box<TagText>),
    /// It says nothing itself: a ref alone.
    Plain,
    /// The remote has another one now than this clone saw there.
    Moved {
        seen: ObjectId,
        now: ObjectId,
    },
    /// This clone has it, and the remote does not, or no more; with what it says, where it is annotated.
    OnlyHere(Option<Box<TagText>>),
    /// What it is of is not in this clone.
    Unknown {
        commit: Option<CommitId>,
    },
}

/// A tag by its ref, without `refs/tags/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundTag {
    pub name: String,
    pub tagged: Tagged,
}

/// What became of a tag that was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marking {
    Done,
    /// Somebody else has made one of that name meanwhile.
    Taken,
}

impl Repo {
    /// The tags of release baselines, in the order of their names: as the remote has them now, else as this clone has them. Those
    /// that are not here yet are brought, as `git fetch` does; none that is here is replaced.
    ///
    /// # Errors
    /// The remote cannot be asked; a tag cannot be read.
    pub fn baselines(&mut self, remote: Option<&RemoteName>) -> Result<Vec<FoundTag>, Error> {
        let Some(remote) = remote else {
            let here = self.baselines_here()?;
            return here.iter().map(|(name, id)| self.tagged(name, *id)).collect();
        };
        let listed = self.ask_refs(remote, [format!("{TAGS}{FOLDER}*")], "ask for the baselines of")?;
        let names: Vec<&String> = listed.keys().filter(|name| !name.ends_with("^{}")).collect();
        if !names.is_empty() {
            // Whether a commit is here is told by the whole history of what stands in for a clone.
            self.deepen()?;
        }
        let of = |name: &str| listed.get(&format!("{name}^{{}}")).or_else(|| listed.get(name)).copied();
        let is_known = |name: &str| of(name).is_some_and(|commit| self.store().has(commit));
        let here = self.baselines_here()?;
        let lacking = names.iter().filter(|name| here.get(**name) != listed.get(**name) && is_known(name));
        self.bring_tags(remote, lacking.map(|name| name.as_str()))?;
        let here = self.baselines_here()?;
        let mut out = Vec::new();
        for name in names {
            let now = listed[name];
            out.push(match here.get(name) {
                Some(seen) if *seen != now => named(name, Tagged::Moved { seen: *seen, now }),
                Some(_) => self.tagged(name, now)?,
                None => named(name, Tagged::Unknown { commit: of(name) }),
            });
        }
        for (name, id) in here.iter().filter(|(name, _)| !listed.contains_key(*name)) {
            let text = match self.tagged(name, *id)?.tagged {
                Tagged::Annotated(text) => Some(text),
                _ => None,
            };
            out.push(named(name, Tagged::OnlyHere(text)));
        }
        out.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(out)
    }

    /// Makes a signed tag of a commit in this clone; `None`: it has one of that name.
    ///
    /// # Errors
    /// It cannot be written, or not signed.
    pub fn make_baseline(&self, name: &str, commit: CommitId, message: &str) -> Result<Option<FoundTag>, Error> {
        let full = format!("{TAGS}{name}");
        if self.baselines_here()?.contains_key(&full) {
            return Ok(None);
        }
        let of = commit.to_string();
        let args = ["tag", "--sign", "--file=-", "--cleanup=verbatim", "--", name, &of];
        if self.names_in_the_way(self.git(Kind::Plumbing, ["for-each-ref", LISTED, IN_THE_WAY]).stdout()?) {
            return Err(in_the_way("this clone", "git tag -d baseline"));
        }
        let made = self.git(Kind::Interactive, args).stdin(message.as_bytes().to_vec()).finish()?;
        match self.baselines_here()?.get(&full) {
            Some(id) if made.code == Some(0) => self.tagged(&full, *id).map(Some),
            // Somebody at work in the same clone was faster.
            Some(_) => Ok(None),
            None => Err(self.not_signed(&made, "tag")?),
        }
    }

    /// Takes a tag of this clone back that was made for a baseline and did not become one.
    ///
    /// # Errors
    /// The ref cannot be written.
    pub fn unmake_baseline(&self, name: &str) -> Result<(), Error> {
        let full = format!("{TAGS}{name}");
        let Some(id) = self.baselines_here()?.get(&full).copied() else { return Ok(()) };
        let args = ["update-ref", "-d", &full, &id.to_string()].map(String::from);
        self.git(Kind::Plumbing, args).on_stop(OnStop::Finish).stdout().map(drop)
    }

    /// Pushes a tag of this clone to where there is none of that name. Where it is not taken none of it is left here; where nobody
    /// knows what became of it, it stays, and the next run takes it up.
    ///
    /// # Errors
    /// The server refuses it, or what became of it is not known.
    pub fn push_baseline(&mut self, remote: &RemoteName, name: &str) -> Result<Marking, Error> {
        let full = format!("{TAGS}{name}");
        let object = self.baselines_here()?.get(&full).copied();
        let object = object.ok_or_else(|| anyhow::anyhow!("the tag `{name}` is not here any more"))?;
        let pushed = match self.push_tag(remote, &full, object) {
            Err(Error::Interrupted(_)) => self.after_an_interrupted_tag(remote, &full, object),
            pushed => pushed,
        };
        let is_unknown = matches!(&pushed, Err(Error::CannotTell(_) | Error::Interrupted(_)));
        if !matches!(pushed, Ok(Marking::Done)) && !is_unknown {
            self.unmake_baseline(name)?;
        }
        pushed
    }

    fn push_tag(&mut self, remote: &RemoteName, full: &str, object: ObjectId) -> Result<Marking, Error> {
        self.surroundings().stop.clone().tell(Tell::Something);
        let mut args = one_ref(remote, &[]);
        args.extend([format!("--force-with-lease={full}:"), remote.to_string(), format!("{object}:{full}")]);
        let finished = self.place.git(Kind::Interactive, Hooks::Own, args).finish()?;
        if finished.code == Some(0) {
            return Ok(Marking::Done);
        }
        let called = self.place.called(remote.as_str());
        if asks_who_we_are(&finished.stderr) {
            return Err(unreachable(called, &finished, "push to"));
        }
        if let Some(error) = denied(called, &finished, "push to") {
            return Err(error);
        }
        // git's words do not tell a refusal from a line that was cut after the server took it: the ref does.
        let asked = [full.to_string(), IN_THE_WAY.to_string()];
        let there = self.ask_refs(remote, asked, "look what became of a tag on")?;
        match there.get(full) {
            Some(now) if *now == object => Ok(Marking::Done),
            Some(_) => Ok(Marking::Taken),
            None if there.contains_key(IN_THE_WAY) => {
                Err(in_the_way(&called.to_string(), &format!("git push {called} :{IN_THE_WAY}")))
            }
            None => Err(Refusal::new(
                Code::PushRefused,
                format!("`{called}` does not take the tag `{}`; nothing was written", short(full)),
            )
            .details(words(&finished.stderr).into_iter().filter(|line| !line.trim().is_empty()))
            .hint("ask who administers the remote whether tags of this name may be pushed, and by whom")
            .refused()),
        }
    }

    /// Somebody wants us to end while a tag is pushed: one short look, then the truth as far as it is known.
    fn after_an_interrupted_tag(&self, remote: &RemoteName, full: &str, object: ObjectId) -> Result<Marking, Error> {
        let args = ["ls-remote", "--quiet", remote.as_str(), full].map(String::from);
        let looked = self.git(Kind::Plumbing, args).on_stop(OnStop::Look).limit(LOOK_LIMIT).finish();
        let listed = looked.ok().filter(|finished| finished.code == Some(0));
        let (called, name) = (self.place.called(remote.as_str()), short(full));
        match listed.map(|finished| refs_in(&finished.stdout).get(full).copied()) {
            Some(Some(now)) if now == object => return Ok(Marking::Done),
            // The receiver was ended with the push: what it had not taken by now it never will.
            Some(_) if self.is_local(remote) && !self.surroundings().interactive => {
                let args = ["update-ref", "-d", full, &object.to_string()].map(String::from);
                // Nothing else is started by whoever is to end.
                let undone = self.git(Kind::Plumbing, args).on_stop(OnStop::Look).stdout();
                if undone.is_ok() {
                    let what = format!("interrupted; the tag `{name}` did not come to `{called}`, nothing was written");
                    return Err(Refusal::new(Code::Interrupted, what).interrupted());
                }
            }
            _ => {}
        }
        let what = format!("interrupted while the tag `{name}` was pushed to `{called}`: it may have come there");
        Err(Refusal::new(Code::Interrupted, what)
            .hint("mark the same state by the same name again: that takes it up")
            .interrupted())
    }

    fn names_in_the_way(&self, listed: Vec<u8>) -> bool {
        String::from_utf8_lossy(&listed).lines().any(|line| line.ends_with(&format!(" {IN_THE_WAY}")))
    }

    /// The tags of baselines that this clone has, by their full names.
    fn baselines_here(&self) -> Result<BTreeMap<String, ObjectId>, Error> {
        let folder = format!("{TAGS}{FOLDER}");
        let listed = self.git(Kind::Plumbing, ["for-each-ref", LISTED, &folder]).stdout()?;
        let read = |line: &str| {
            let (id, name) = line.split_once(' ')?;
            Some((name.to_string(), ObjectId::from_hex(id)?))
        };
        Ok(String::from_utf8_lossy(&listed).lines().filter_map(read).collect())
    }

    /// Brings tags as git keeps them. In what stands in for a clone what an earlier run has seen is no opinion of the user's.
    fn bring_tags<'n>(&self, remote: &RemoteName, names: impl Iterator<Item = &'n str>) -> Result<(), Error> {
        let force = if self.place.stand_in.is_some() { "+" } else { "" };
        let here = self.baselines_here()?;
        let is_new = |name: &&str| !force.is_empty() || !here.contains_key(*name);
        let specs: Vec<String> = names.filter(is_new).map(|name| format!("{force}{name}:{name}")).collect();
        if specs.is_empty() {
            return Ok(());
        }
        let args = FETCH.map(String::from).into_iter().chain([remote.to_string()]).chain(specs);
        let finished = self.git(Kind::Interactive, args).finish()?;
        match finished.code {
            Some(0) => Ok(()),
            _ => Err(unreachable(self.place.called(remote.as_str()), &finished, "get the baselines of")),
        }
    }

    /// What an object is, of which a ref of this full name is made.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn tagged(&self, full: &str, id: ObjectId) -> Result<FoundTag, Error> {
        let tagged = match self.store().local(id, ObjectType::Tag)? {
            None => Tagged::Plain,
            Some(raw) => match parse_tag(&raw) {
                Some((of, name, tagger, message)) if self.store().has(of) => {
                    Tagged::Annotated(Box::new(TagText { name, of, tagger, message, raw }))
                }
                read => Tagged::Unknown { commit: read.map(|(of, ..)| of) },
            },
        };
        Ok(named(full, tagged))
    }
}

fn in_the_way(place: &str, command: &str) -> Error {
    let what = format!("a tag `baseline` is in {place}, and beside it there can be no `{FOLDER}...`");
    Refusal::new(Code::Exists, what).hint(format!("nobody needs it: `{command}`")).refused()
}

fn named(full: &str, tagged: Tagged) -> FoundTag {
    FoundTag { name: short(full).to_string(), tagged }
}

fn short(full: &str) -> &str {
    full.strip_prefix(TAGS).unwrap_or(full)
}

impl TagText {
    /// What it says, without the signature: the first line and the rest.
    pub fn words(&self) -> (&str, String) {
        let end = self.message.lines().take_while(|line| !line.starts_with("-----BEGIN ")).collect::<Vec<_>>();
        let (first, rest) = end.split_first().map_or(("", &[][..]), |(first, rest)| (*first, rest));
        (first, rest.join("\n").trim().to_string())
    }
}
