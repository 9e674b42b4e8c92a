//! Gathers a folder of evidence: the landings of all governed branches in a span, the bytes of their commits, the rules and keys at
//! the base of each, and all statements; in memory, so that whoever writes it writes all of it or nothing.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;

use crate::domain::commit::{CommitId, CommitInfo, Known};
use crate::domain::files::Files as Tree;
use crate::domain::hex::sha256;
use crate::domain::hold::RecordChange;
use crate::domain::hotfix::HotfixChange;
use crate::domain::landing::BY_HAND;
use crate::domain::path::RepoPath;
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::settings::FILE;
use crate::domain::statement::{BRANCH, NAMESPACE as STATEMENTS};
use crate::domain::trailer::Trailers;
use crate::git::repo::Repo;
use crate::git::vouched::{self, Keys, SealedBytes};
use crate::process::Surroundings;
use crate::records;
use crate::records::envelope;
use crate::records::evidence::{
    self, Branch, Change, FORMAT, Kept, KeyFiles, LANDINGS, Landing, Landings, MANIFEST, Manifest, Merged,
    NOT_RECORDED, Policy, Recorded, SIGNATURE, Signature, StatementFile, TABLE,
};

use crate::ops::context::Context;
use crate::ops::evidence::folder::{self, Files};
use crate::ops::judging::keys;
use crate::ops::judging::recorded::Records;
use crate::ops::judging::statements::{Found, Statements};
use crate::ops::reading::stack::Stack;
use crate::ops::reading::world::World;

const README: &str = include_str!("README.md");

/// From when to when.
#[derive(Debug, Clone, Copy)]
pub struct Span {
    pub since: Option<Timestamp>,
    pub until: Option<Timestamp>,
}

/// A folder that is ready to be written.
pub struct Gathered {
    pub files: Files,
    pub manifest: Manifest,
    pub landings: usize,
    pub statements: usize,
    pub notes: Vec<String>,
}

/// Gathers all of it. `changes`: the pins that landings moved, by their commits.
///
/// # Errors
/// The clone cannot be read, or is too shallow for the span.
pub fn gather(
    context: &Context<'_>,
    stack: &Stack,
    span: Span,
    mut changes: BTreeMap<String, Vec<Change>>,
) -> Result<Gathered, Error> {
    let mut gathering =
        Gathering { context, stack, records: Records::of(context, stack)?, files: Files::new(), notes: Vec::new() };
    let (mut branches, mut landings) = (Vec::new(), Vec::new());
    for world in stack.worlds() {
        let chain = chain(context, world.base, span)?;
        let id = |info: Option<&CommitInfo>| info.map(|info| info.id.to_string());
        let before = chain.first().and_then(|first| first.parents.first()).map(ToString::to_string);
        branches.push(Branch {
            name: world.branch.to_string(),
            tip: world.base.to_string(),
            before,
            first: id(chain.first()),
            last: id(chain.last()),
        });
        context.face.step(&format!("gathering the landings of {}", world.branch));
        let count = context.meter().count("landings", chain.len());
        for info in chain {
            count.one();
            let moved = changes.remove(&info.id.to_string()).unwrap_or_default();
            landings.push(gathering.landing(world, &info, moved)?);
        }
    }
    gathering.sign_off(&mut landings)?;
    let (statements, statement_keys) = gathering.statements()?;
    let Gathering { mut files, notes, .. } = gathering;
    files.insert(TABLE.into(), folder::csv(&landings));
    files.insert("README.md".into(), README.as_bytes().to_vec());
    let count = (landings.len(), statements.len());
    let all = Landings { landings, statements, statement_keys, notes: notes.clone() };
    files.insert(LANDINGS.into(), evidence::render(&all));
    let manifest = Manifest {
        format: FORMAT.into(),
        tool: env!("CARGO_PKG_VERSION").into(),
        written: context.now,
        since: span.since,
        until: span.until,
        signed: false,
        branches,
        files: files.iter().map(|(path, bytes)| (path.clone(), sha256(bytes))).collect(),
    };
    let mut out = Gathered { files, manifest, landings: count.0, statements: count.1, notes };
    seal(context, &mut out);
    Ok(out)
}

/// Writes the list of all files, signed where a key is set up.
fn seal(context: &Context<'_>, out: &mut Gathered) {
    let signed = evidence::render(&Manifest { signed: true, ..out.manifest.clone() });
    match context.repo.sign_bytes(folder::NAMESPACE, &signed) {
        Ok(seal) => {
            out.manifest.signed = true;
            out.files.insert(SIGNATURE.into(), vouched::armored(&seal.signature));
            out.files.insert(MANIFEST.into(), signed);
        }
        Err(error) => {
            out.notes.push(format!("nobody signed it: {}", error.refusal().on_one_line()));
            out.files.insert(MANIFEST.into(), evidence::render(&out.manifest));
        }
    }
}

/// The landings of a branch within a span, oldest first: without a gap, whatever their clocks say.
fn chain(context: &Context<'_>, tip: CommitId, span: Span) -> Result<Vec<CommitInfo>, Error> {
    let (mut out, mut at): (Vec<CommitInfo>, _) = (Vec::new(), Some(tip));
    while let Some(id) = at {
        let info = context.repo.commit(id)?;
        let when = info.committer.when;
        if span.since.is_some_and(|since| when < since) {
            break;
        }
        at = context.repo.before(&info)?;
        if !out.is_empty() || span.until.is_none_or(|until| when <= until) {
            out.push(info);
        }
    }
    out.reverse();
    Ok(out)
}

struct Gathering<'a> {
    context: &'a Context<'a>,
    stack: &'a Stack,
    records: Records<'a>,
    files: Files,
    notes: Vec<String>,
}

impl Gathering<'_> {
    /// A landing, its signatures still to be looked at.
    fn landing(&mut self, world: &World, info: &CommitInfo, changes: Vec<Change>) -> Result<Landing, Error> {
        self.commit(info.id)?;
        let unread = || Signature { state: "unknown".into(), principals: Vec::new() };
        let mut merged = Vec::new();
        for parent in info.parents.iter().skip(1) {
            self.commit(*parent)?;
            merged.push(Merged { commit: parent.to_string(), signature: unread() });
        }
        let (keys, policies) = match info.parents.first() {
            Some(before) => self.rules(world, *before, info.committer.when)?,
            None => (None, Vec::new()),
        };
        let told = self.records.of_landing(info.id)?;
        self.notes.extend(told.notes);
        let verdict = told.kept.as_ref().map_or(NOT_RECORDED.to_string(), |kept| kept.record.summary());
        let recorded = told.kept.map(|kept| Recorded {
            by: kept.by,
            at: kept.record.at,
            file: format!("statements/{}", kept.heard.path),
        });
        let said = Trailers::read(&info.message);
        let records = if changes.is_empty() { self.kept(info)? } else { Vec::new() };
        let is_of_records = !records.is_empty();
        Ok(Landing {
            verb: is_of_records.then(|| said.verb.unwrap_or_else(|| BY_HAND.to_string())),
            reason: said.reason.filter(|_| is_of_records),
            records,
            commit: info.id.to_string(),
            branch: world.branch.to_string(),
            before: info.parents.first().map(ToString::to_string),
            when: info.committer.when,
            subject: info.subject().to_string(),
            by: info.author.name.clone(),
            signature: unread(),
            merged,
            keys,
            policies,
            verdict,
            recorded,
            changes,
        })
    }

    /// The records that a landing changed.
    fn kept(&self, info: &CommitInfo) -> Result<Vec<Kept>, Error> {
        let repo = &self.context.repo;
        let before = match info.parents.first() {
            Some(before) => Some(repo.snapshot(*before)?),
            None => None,
        };
        let (before, after) = (before.as_ref().map(|files| files as &dyn Tree), repo.snapshot(info.id)?);
        let or_all = |name: Option<String>| name.unwrap_or_else(|| "*".to_string());
        let told = |file: &RepoPath, kind: &str, sides: (bool, bool), place: (String, String), reason| Kept {
            file: file.to_string(),
            kind: kind.to_string(),
            change: match sides {
                (false, _) => "added",
                (true, true) => "changed",
                (true, false) => "removed",
            }
            .to_string(),
            application: place.0,
            environment: place.1,
            reason,
        };
        let of_hold = |one: RecordChange| {
            let file = &one.is.as_ref().or(one.was.as_ref())?.file;
            let place = (or_all(file.cover.told()), or_all(file.cover.env.as_ref().map(ToString::to_string)));
            let reason = file.hold.as_ref().ok().map(|hold| hold.reason.clone());
            Some(told(&one.path, "hold", (one.was.is_some(), one.is.is_some()), place, reason))
        };
        let of_hotfix = |one: HotfixChange| {
            let file = one.is.as_ref().or(one.was.as_ref())?;
            let place = (one.app.to_string(), one.env.to_string());
            let reason = file.hotfix.as_ref().ok().map(|hotfix| hotfix.reason.clone());
            Some(told(&one.path, "hotfix", (one.was.is_some(), one.is.is_some()), place, reason))
        };
        let holds = records::hold::changes(before, &after, &|_| true)?.into_iter().filter_map(of_hold);
        let hotfixes = records::hotfix::changes(before, &after)?.into_iter().filter_map(of_hotfix);
        Ok(holds.chain(hotfixes).collect())
    }

    fn commit(&mut self, id: CommitId) -> Result<(), Error> {
        self.files.insert(format!("commits/{id}"), self.context.repo.raw_commit(id)?);
        Ok(())
    }

    /// The keys and the files of rules that counted for what landed on a commit.
    fn rules(
        &mut self,
        world: &World,
        before: CommitId,
        when: Timestamp,
    ) -> Result<(Option<KeyFiles>, Vec<Policy>), Error> {
        let main = &self.stack.main;
        let then = match world.branch == main.branch {
            true => Some(before),
            false => self.context.repo.tip_at(main.base, when)?,
        };
        let mut places = vec![(&main.branch, then)];
        if world.branch != main.branch {
            places.push((&world.branch, Some(before)));
        }
        let (mut keys, mut policies) = (None, Vec::new());
        let file = RepoPath::new(FILE).map_err(anyhow::Error::from)?;
        for (branch, commit) in places {
            let Some(commit) = commit else { continue };
            let there = match World::read(&self.context.repo, &self.stack.shelf, branch, commit, None) {
                Ok(there) if there.has_file => there,
                Ok(_) | Err(Error::Invalid(_)) => continue,
                Err(error) => return Err(error),
            };
            if let Some(bytes) = there.files.read(&file)? {
                let blob = Repo::blob_id(&bytes).to_string();
                let path = format!("policy/{blob}.yaml");
                self.files.insert(path.clone(), bytes);
                policies.push(Policy { branch: branch.to_string(), path: FILE.into(), blob, file: path });
            }
            if *branch == main.branch
                && let Ok(ring) = keys::ring(&there, &there.settings)?
            {
                keys = Some(self.keys(&ring.keys));
            }
        }
        Ok((keys, policies))
    }

    /// Keys as files, each content once.
    fn keys(&mut self, keys: &Keys) -> KeyFiles {
        let mut file = |bytes: &Vec<u8>, ending: &str| {
            let path = format!("keys/{}{ending}", sha256(bytes));
            self.files.insert(path.clone(), bytes.clone());
            path
        };
        KeyFiles {
            allowed_signers: keys.ssh.as_ref().map(|bytes| file(bytes, ".allowed_signers")),
            openpgp: keys.openpgp.iter().map(|bytes| file(bytes, ".openpgp")).collect(),
            revoked: keys.revoked_ssh.as_ref().map(|bytes| file(bytes, ".revoked")),
        }
    }

    /// Looks at the signatures of all landings, those by the same keys together.
    fn sign_off(&self, landings: &mut [Landing]) -> Result<(), Error> {
        let mut by_keys: BTreeMap<KeyFiles, Vec<String>> = BTreeMap::new();
        for landing in &*landings {
            let all = std::iter::once(&landing.commit).chain(landing.merged.iter().map(|one| &one.commit));
            if let Some(keys) = &landing.keys {
                by_keys.entry(keys.clone()).or_default().extend(all.cloned());
            }
        }
        let mut signatures: HashMap<(KeyFilesId, String), Signature> = HashMap::new();
        for (named, commits) in &by_keys {
            let keys = folder::keys(&self.files, named).map_err(|path| anyhow::anyhow!("`{path}` was not gathered"))?;
            let raw: Vec<&[u8]> = commits.iter().map(|id| self.files[&format!("commits/{id}")].as_slice()).collect();
            let vouched = vouched::of_raw(self.context.repo.surroundings(), &raw, &keys)?;
            for (commit, vouched) in commits.iter().zip(&vouched) {
                signatures.insert((id(named), commit.clone()), folder::told(vouched));
            }
        }
        for landing in landings {
            let Some(named) = landing.keys.as_ref().map(id) else { continue };
            let of = |commit: &String| signatures.get(&(named.clone(), commit.clone())).cloned();
            if let Some(signature) = of(&landing.commit) {
                landing.signature = signature;
            }
            for one in &mut landing.merged {
                if let Some(signature) = of(&one.commit) {
                    one.signature = signature;
                }
            }
        }
        Ok(())
    }

    /// All statements as they stand on their branch, and the keys by which they count.
    fn statements(&mut self) -> Result<(Vec<StatementFile>, Option<KeyFiles>), Error> {
        let keys = keys::of_main(self.stack)?.map(|ring| ring.keys).unwrap_or_default();
        let statements = match Statements::of(self.context, &self.stack.statements)? {
            Known::Is(statements) => statements,
            Known::CannotTell(why) => {
                let what = format!("cannot tell what stands on `{BRANCH}`: {why}");
                return Err(Refusal::new(Code::ChecksUnknown, what).cannot_tell());
            }
        };
        let mut found: Vec<Found> = Vec::new();
        for one in statements.all_folders()? {
            match statements.in_folder(&one)? {
                Known::Is(files) => found.extend(files),
                Known::CannotTell(why) => self.notes.push(format!("`{one}` is left out: {why}")),
            }
        }
        let mut out = Vec::new();
        for (one, signature) in found.iter().zip(signatures(self.context, &found, &keys)?) {
            let kind = one.read.as_ref().map_or("unreadable", |(said, _)| said.word()).to_string();
            let file = format!("statements/{}", one.path);
            self.files.insert(file.clone(), one.bytes.clone());
            out.push(StatementFile { file, kind, signature });
        }
        let named = (!out.is_empty()).then(|| self.keys(&keys));
        Ok((out, named))
    }
}

type KeyFilesId = String;

fn id(named: &KeyFiles) -> KeyFilesId {
    format!("{named:?}")
}

/// What is known of the signature of each of these files.
fn signatures(context: &Context<'_>, found: &[Found], keys: &Keys) -> Result<Vec<Signature>, Error> {
    let bytes: Vec<&[u8]> = found.iter().map(|one| one.bytes.as_slice()).collect();
    of_envelopes(context.repo.surroundings(), &bytes, keys).map(|all| all.into_iter().map(|(one, _)| one).collect())
}

/// What is known of the signature of each envelope, and the program that would have to be there to know.
///
/// # Errors
/// A program could not be run to its end.
pub fn of_envelopes(
    surroundings: &Surroundings,
    files: &[&[u8]],
    keys: &Keys,
) -> Result<Vec<(Signature, Option<&'static str>)>, Error> {
    let read = |bytes: &&[u8]| {
        let envelope = envelope::parse(bytes).ok()?;
        let [only] = <[_; 1]>::try_from(envelope.signatures).ok()?;
        Some((envelope::to_sign(&envelope.payload), only.signature))
    };
    let all: Vec<Option<(Vec<u8>, Vec<u8>)>> = files.iter().map(read).collect();
    let sealed: Vec<SealedBytes<'_>> =
        all.iter().flatten().map(|(payload, signature)| SealedBytes { payload, signature }).collect();
    let mut vouched = vouched::of_sealed(surroundings, STATEMENTS, &sealed, keys)?.into_iter();
    let none = || Signature { state: "none".into(), principals: Vec::new() };
    let told = |one: &Option<_>| match one.as_ref().and_then(|_| vouched.next()) {
        Some(vouched) => (folder::told(&vouched), vouched.lacks),
        None => (none(), None),
    };
    Ok(all.iter().map(told).collect())
}
