//! Checks a folder of evidence by itself: every file against the list, the list's signature, every commit against its name and the
//! keys of its base, every statement, and that no landing is missing between the first and the last.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::commit::CommitInfo;
use crate::domain::hex::sha256;
use crate::domain::refusal::Error;
use crate::domain::report::VerdictWord;
use crate::domain::report::evidence::{EvidenceFinding, EvidenceVerdict};
use crate::domain::report::verify::worst;
use crate::domain::signature::SignatureWord;
use crate::domain::statement::{Record, Statement};
use crate::git::repo::Repo;
use crate::git::vouched::{self, Keys, SealedBytes};
use crate::process::Surroundings;
use crate::records::evidence::{
    self, FORMAT, KeyFiles, LANDINGS, Landing, Landings, MANIFEST, Manifest, NOT_RECORDED, SIGNATURE, Signature,
    StatementFile, TABLE,
};
use crate::records::{envelope, statement};

use crate::ops::evidence::folder::{self, Files};
use crate::ops::evidence::gather::of_envelopes;

/// What is checked.
pub struct Asked<'a> {
    /// The folder as it was typed.
    pub folder: String,
    pub files: Files,
    /// What stands there and is no file.
    pub odd: Vec<String>,
    /// `--signers`: an allowed-signers file of those whose word it is taken on.
    pub signers: Option<Vec<u8>>,
    pub surroundings: &'a Surroundings,
}

/// What was found so far.
struct Check<'a> {
    asked: &'a Asked<'a>,
    findings: Vec<EvidenceFinding>,
    notes: Vec<String>,
    key: Option<String>,
    signers: Vec<String>,
}

/// Checks all of it.
///
/// # Errors
/// A program could not be run to its end.
pub fn check(asked: &Asked<'_>) -> Result<EvidenceVerdict, Error> {
    let (findings, notes, signers) = Default::default();
    let mut check = Check { asked, findings, notes, key: None, signers };
    let manifest: Option<Manifest> = check.read(MANIFEST);
    let landings: Option<Landings> = check.read(LANDINGS);
    if let Some(manifest) = &manifest {
        check.seal(manifest)?;
        check.listed(manifest);
    }
    if let (Some(manifest), Some(all)) = (&manifest, &landings) {
        check.table(all);
        check.chains(manifest, all);
        let commits = check.commits(all);
        check.landings(all, &commits);
        check.signatures(all)?;
        check.statements(all)?;
    }
    let Check { mut findings, notes, key, signers, .. } = check;
    findings.sort_by(|one, other| (&one.file, &one.says).cmp(&(&other.file, &other.says)));
    findings.dedup();
    let all = landings.as_ref().map_or(&[][..], |all| &all.landings);
    Ok(EvidenceVerdict {
        folder: asked.folder.clone(),
        verdict: worst(findings.iter().map(|one| one.verdict)),
        key,
        signers,
        files: asked.files.len(),
        landings: all.len(),
        statements: landings.as_ref().map_or(0, |all| all.statements.len()),
        unvouched: all.iter().filter(|one| !is_vouched_for(one)).count(),
        unrecorded: all.iter().filter(|one| one.recorded.is_none()).count(),
        findings,
        notes,
    })
}

fn is_vouched_for(landing: &Landing) -> bool {
    std::iter::once(&landing.signature)
        .chain(landing.merged.iter().map(|one| &one.signature))
        .any(|one| one.state == "good")
}

impl Check<'_> {
    fn says(&mut self, file: &str, verdict: VerdictWord, says: impl Into<String>) {
        self.findings.push(EvidenceFinding { file: file.to_string(), verdict, says: says.into() });
    }

    fn wrong(&mut self, file: &str, says: impl Into<String>) {
        self.says(file, VerdictWord::Fail, says);
    }

    fn read<T: serde::de::DeserializeOwned>(&mut self, file: &str) -> Option<T> {
        let Some(bytes) = self.asked.files.get(file) else {
            self.wrong(file, "it is not there");
            return None;
        };
        match evidence::parse(bytes) {
            Ok(read) => Some(read),
            Err(why) => {
                self.wrong(file, why);
                None
            }
        }
    }

    /// Who signed the list of files.
    fn seal(&mut self, manifest: &Manifest) -> Result<(), Error> {
        if manifest.format != FORMAT {
            self.wrong(MANIFEST, format!("it is a `{}`, and this version knows `{FORMAT}`", manifest.format));
        }
        let Some(file) = self.asked.files.get(SIGNATURE) else {
            match manifest.signed {
                true => self.wrong(SIGNATURE, "it is not there, and the list says that it is signed"),
                false => self.says(
                    SIGNATURE,
                    VerdictWord::Unknown,
                    "nobody signed the list, so anybody may have made all of it",
                ),
            }
            return Ok(());
        };
        let signature = std::str::from_utf8(file).ok().and_then(vouched::unarmored);
        let (Some(signature), Some(payload)) = (signature, self.asked.files.get(MANIFEST)) else {
            self.wrong(SIGNATURE, "it is no SSH signature");
            return Ok(());
        };
        let keys = Keys { ssh: self.asked.signers.clone(), ..Keys::default() };
        let sealed = [SealedBytes { payload, signature: &signature }];
        let by = vouched::of_sealed(self.asked.surroundings, folder::NAMESPACE, &sealed, &keys)?;
        let Some(by) = by.into_iter().next() else { return Ok(()) };
        self.key = vouched::fingerprint(&signature);
        self.signers.clone_from(&by.principals);
        match (by.lacks, by.state) {
            (Some(program), _) => self.lacks(SIGNATURE, program),
            (_, SignatureWord::Good) => {}
            (_, SignatureWord::Unknown) if self.asked.signers.is_none() => {
                self.notes.push(
                    "nobody vouches for whoever signed the list: `--signers FILE` says whose word is taken".into(),
                );
            }
            (_, SignatureWord::Bad | SignatureWord::None) => {
                self.wrong(MANIFEST, "it is not what was signed: the signature does not fit");
            }
            _ => {
                self.wrong(SIGNATURE, "it is signed by nobody whom the file of signers knows, for `stageline-evidence` (a line with `namespaces=` has to name that)")
            }
        }
        Ok(())
    }

    fn lacks(&mut self, file: &str, program: &str) {
        self.says(file, VerdictWord::Unknown, format!("its signature cannot be checked without a newer `{program}`"));
    }

    /// Every file is the one of the list, and there is no other.
    fn listed(&mut self, manifest: &Manifest) {
        for (file, hash) in &manifest.files {
            match self.asked.files.get(file) {
                None => self.wrong(file, "it is not there"),
                Some(bytes) if sha256(bytes) != *hash => {
                    self.wrong(file, "it is not what the list says: its hash differs")
                }
                Some(_) => {}
            }
        }
        for file in self.asked.files.keys() {
            if ![MANIFEST, SIGNATURE].contains(&file.as_str()) && !manifest.files.contains_key(file) {
                self.wrong(file, "it is not in the list");
            }
        }
        for file in &self.asked.odd {
            self.wrong(file, "it is no plain file");
        }
        for (file, bytes) in &self.asked.files {
            let name = file.rsplit('/').next().unwrap_or_default();
            let stem = name.split('.').next().unwrap_or_default();
            let is_named = match file.split('/').next() {
                Some("keys") => sha256(bytes) == stem,
                Some("policy") => Repo::blob_id(bytes).to_string() == stem,
                _ => true,
            };
            if !is_named {
                self.wrong(file, "it is not what its name says: its hash differs");
            }
        }
    }

    fn table(&mut self, all: &Landings) {
        if self.asked.files.get(TABLE).is_some_and(|bytes| *bytes != folder::csv(&all.landings)) {
            self.wrong(TABLE, format!("it does not say what `{LANDINGS}` does"));
        }
    }

    /// No landing is missing between the first and the last of each branch.
    fn chains(&mut self, manifest: &Manifest, all: &Landings) {
        for branch in &manifest.branches {
            let mut at = branch.before.clone();
            let own: Vec<&Landing> = all.landings.iter().filter(|one| one.branch == branch.name).collect();
            for landing in &own {
                if landing.before != at {
                    let says = format!(
                        "a landing of `{}` is missing before {}: the one before it is {}",
                        branch.name,
                        short(&landing.commit),
                        landing.before.as_deref().map_or("none", short)
                    );
                    self.wrong(LANDINGS, says);
                }
                at = Some(landing.commit.clone());
            }
            let is_cut = manifest.until.is_none() && branch.last.as_ref() != Some(&branch.tip)
                || manifest.since.is_none() && branch.before.is_some();
            if is_cut {
                let says = format!("it does not tell of all that landed on `{}` in its span", branch.name);
                self.wrong(MANIFEST, says);
            }
            let ends = [own.first(), own.last()].map(|one| one.map(|one| one.commit.clone()));
            if ends != [branch.first.clone(), branch.last.clone()] {
                self.wrong(
                    LANDINGS,
                    format!("it does not begin and end where `{MANIFEST}` says that `{}` does", branch.name),
                );
            }
        }
        let known: BTreeSet<&str> = manifest.branches.iter().map(|branch| branch.name.as_str()).collect();
        for landing in all.landings.iter().filter(|one| !known.contains(one.branch.as_str())) {
            self.wrong(LANDINGS, format!("`{}` is no branch of `{MANIFEST}`", landing.branch));
        }
    }

    /// The commits that are what their names say.
    fn commits(&mut self, all: &Landings) -> BTreeMap<String, CommitInfo> {
        let mut out = BTreeMap::new();
        for landing in &all.landings {
            for id in std::iter::once(&landing.commit).chain(landing.merged.iter().map(|one| &one.commit)) {
                let file = commit_file(id);
                match self.asked.files.get(&file).map(|bytes| Repo::read_commit(bytes)) {
                    None => self.wrong(&file, "it is not there"),
                    Some(Some(info)) if info.id.to_string() == *id => drop(out.insert(id.clone(), info)),
                    Some(_) => self.wrong(&file, "it is not the commit that its name says: its hash differs"),
                }
            }
        }
        out
    }

    /// What is said of each landing is what its commit says, and what its record says.
    fn landings(&mut self, all: &Landings, commits: &BTreeMap<String, CommitInfo>) {
        for landing in &all.landings {
            let named = landing.policies.iter().map(|policy| &policy.file);
            for file in named.filter(|file| !self.asked.files.contains_key(*file)).cloned().collect::<Vec<_>>() {
                self.wrong(&file, "it is not there");
            }
            if let Some(info) = commits.get(&landing.commit) {
                let parents: Vec<String> = info.parents.iter().map(ToString::to_string).collect();
                let merged: Vec<&String> = landing.merged.iter().map(|one| &one.commit).collect();
                let is_its = parents.first() == landing.before.as_ref()
                    && parents.iter().skip(1).eq(merged)
                    && info.committer.when == landing.when
                    && info.author.name == landing.by
                    && info.subject() == landing.subject;
                if !is_its {
                    let says = format!("what it says of {} is not what that commit says", short(&landing.commit));
                    self.wrong(LANDINGS, says);
                }
            }
            self.record(landing, all);
        }
    }

    fn record(&mut self, landing: &Landing, all: &Landings) {
        let Some(recorded) = &landing.recorded else {
            if landing.verdict != NOT_RECORDED {
                self.wrong(LANDINGS, format!("it has a verdict of {} that nobody recorded", short(&landing.commit)));
            }
            return;
        };
        let is_good = |one: &StatementFile| one.file == recorded.file && one.signature.state == "good";
        if !all.statements.iter().any(is_good) {
            self.wrong(&recorded.file, format!("it is signed by nobody known, and `{LANDINGS}` takes it for a record"));
        }
        let read = self.asked.files.get(&recorded.file).map(|bytes| {
            let payload = envelope::parse(bytes)?.payload;
            statement::parse(&payload)
        });
        let is_its = |record: &Record| {
            record.landing.to_string() == landing.commit
                && record.branch.as_str() == landing.branch
                && record.summary() == landing.verdict
                && record.at == recorded.at
        };
        match read {
            None => self.wrong(&recorded.file, "it is not there"),
            Some(Ok(Statement::Record(record))) if is_its(&record) => {}
            Some(_) => self.wrong(
                &recorded.file,
                format!("it does not record what `{LANDINGS}` says of {}", short(&landing.commit)),
            ),
        }
    }

    /// Every commit is signed as is said, by the keys of its base.
    fn signatures(&mut self, all: &Landings) -> Result<(), Error> {
        let mut by_keys: BTreeMap<&KeyFiles, Vec<(&String, &Signature)>> = BTreeMap::new();
        for landing in &all.landings {
            let own = std::iter::once((&landing.commit, &landing.signature));
            let merged = landing.merged.iter().map(|one| (&one.commit, &one.signature));
            match &landing.keys {
                Some(keys) => by_keys.entry(keys).or_default().extend(own.chain(merged)),
                // Nobody was known there.
                None => {
                    for (commit, said) in own.chain(merged).filter(|(_, said)| said.state != "unknown") {
                        let says =
                            format!("{} is said to be signed ({}), and no keys counted", short(commit), said.state);
                        self.wrong(LANDINGS, says);
                    }
                }
            }
        }
        for (named, commits) in by_keys {
            let keys = match folder::keys(&self.asked.files, named) {
                Ok(keys) => keys,
                Err(file) => {
                    self.wrong(&file, "it is not there");
                    continue;
                }
            };
            let there = |(commit, said): &(&String, &Signature)| {
                let file = commit_file(commit);
                let bytes = self.asked.files.get(&file)?;
                Some((file, bytes.as_slice(), (*said).clone()))
            };
            let there: Vec<(String, &[u8], Signature)> = commits.iter().filter_map(there).collect();
            let raw: Vec<&[u8]> = there.iter().map(|(_, bytes, _)| *bytes).collect();
            let vouched = vouched::of_raw(self.asked.surroundings, &raw, &keys)?;
            for ((file, _, said), vouched) in there.into_iter().zip(vouched) {
                self.compare(&file, &said, (&folder::told(&vouched), vouched.lacks));
            }
        }
        Ok(())
    }

    /// Every statement is signed as is said.
    fn statements(&mut self, all: &Landings) -> Result<(), Error> {
        let keys = match all.statement_keys.as_ref().map(|named| folder::keys(&self.asked.files, named)) {
            None => Keys::default(),
            Some(Ok(keys)) => keys,
            Some(Err(file)) => {
                self.wrong(&file, "it is not there");
                return Ok(());
            }
        };
        let mut there = Vec::new();
        for one in &all.statements {
            match self.asked.files.get(&one.file) {
                None => self.wrong(&one.file, "it is not there"),
                Some(bytes) => there.push((one, bytes.as_slice())),
            }
        }
        let known: BTreeSet<&String> = all.statements.iter().map(|one| &one.file).collect();
        let unknown = |file: &&String| file.starts_with("statements/") && !known.contains(file);
        for file in self.asked.files.keys().filter(unknown).cloned().collect::<Vec<_>>() {
            self.wrong(&file, format!("`{LANDINGS}` does not know it"));
        }
        let bytes: Vec<&[u8]> = there.iter().map(|(_, bytes)| *bytes).collect();
        let found = of_envelopes(self.asked.surroundings, &bytes, &keys)?;
        for ((one, bytes), (found, lacks)) in there.into_iter().zip(found) {
            self.compare(&one.file, &one.signature, (&found, lacks));
            let word = envelope::parse(bytes).and_then(|envelope| statement::parse(&envelope.payload));
            if word.as_ref().map_or("unreadable", Statement::word) != one.kind {
                self.wrong(&one.file, format!("it is not the `{}` that `{LANDINGS}` says", one.kind));
            }
        }
        Ok(())
    }

    /// A signature as it is found against what is said of it.
    fn compare(&mut self, file: &str, said: &Signature, (found, lacks): (&Signature, Option<&str>)) {
        match lacks {
            _ if found == said => {}
            Some(program) => self.lacks(file, program),
            None if said.state == "good" && found.state == "expired" => {
                self.notes.push(format!("`{file}` was signed by a key that has expired since"));
            }
            None => {
                let who = |one: &Signature| match one.principals.as_slice() {
                    [] => one.state.clone(),
                    all => format!("{} ({})", one.state, all.join(", ")),
                };
                self.wrong(file, format!("its signature is {}, and is said to be {}", who(found), who(said)));
            }
        }
    }
}

fn commit_file(id: &str) -> String {
    format!("commits/{id}")
}

fn short(id: &str) -> &str {
    id.get(..7).unwrap_or(id)
}
