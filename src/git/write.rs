//! Builds a commit in the object store from its base: never through the index or the work tree.

use std::collections::HashMap;
use std::path::PathBuf;

use anyhow::Context;
use git2::{Buf, ObjectType, Odb, Repository};

use crate::domain::commit::{BlobId, CommitId, CommitInfo, ObjectId, TreeId};
use crate::domain::plan::FileEdit;
use crate::domain::refusal::{Code, Error, Refusal};
use crate::process::{Finished, Kind};

use super::loose;
use super::program::words;
use super::repo::Repo;
use super::splice::splice;
use super::store::{id_of, oid, parse_commit};

/// Whether the commit is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// As the user's git is set up; a missing key is an error with the commands that set one up.
    Yes,
    No,
}

/// How git says that a file could not be written, whatever it was for.
const WRITES: [&str; 7] = [
    "No space left on device",
    "Disk quota exceeded",
    "Read-only file system",
    "create temporary file",
    "insufficient permission for adding an object",
    "unable to write file",
    "failed writing",
];

/// Up to so many objects are stored one by one, as git does after a small fetch; more become one pack.
const LOOSE: usize = 100;

impl Repo {
    /// The id that a blob of these bytes has. Writes nothing.
    pub fn blob_id(bytes: &[u8]) -> BlobId {
        // Hashing bytes in memory has no way to fail; the zero id names nothing.
        id_of(ObjectType::Blob, bytes).unwrap_or(ObjectId::from_bytes([0; 20]))
    }

    /// The id that a commit of these bytes has, and what it says; `None`: they are no commit. Needs no repository.
    pub fn read_commit(bytes: &[u8]) -> Option<CommitInfo> {
        let id = id_of(ObjectType::Commit, bytes).ok()?;
        parse_commit(id, bytes)
    }

    /// The bytes of a commit, as `git cat-file commit` prints them.
    ///
    /// # Errors
    /// It is not here.
    pub fn raw_commit(&self, id: CommitId) -> Result<Vec<u8>, Error> {
        self.store().raw_commit(id)
    }

    /// Whether the user's git has what signing needs; the error has the two commands that set a key up.
    pub fn can_sign(&self) -> Result<(), Error> {
        let key = self.config("user.signingkey")?.filter(|key| !key.is_empty());
        match self.config("gpg.format")?.unwrap_or("openpgp") {
            "ssh" => match key {
                None if self.config("gpg.ssh.defaultkeycommand")?.is_some() => Ok(()),
                None => Err(self.no_key("git is set up to sign with SSH, but no key is named").invalid()),
                Some(key) if key.starts_with("key::") || key.starts_with("ssh-") || key.contains(' ') => Ok(()),
                Some(key) if self.expanded(key).exists() => Ok(()),
                Some(key) => Err(self.no_key(&format!("the signing key `{key}` does not exist")).invalid()),
            },
            // Without a key git asks gpg for one of the committer. Only where gpg was never used is the answer known.
            "openpgp"
                if key.is_none()
                    && self.config("gpg.program")?.is_none()
                    && self.config("gpg.openpgp.program")?.is_none() =>
            {
                let home = match self.surroundings().variable("GNUPGHOME") {
                    Some(home) => PathBuf::from(home),
                    None => self.expanded("~/.gnupg"),
                };
                if home.exists() { Ok(()) } else { Err(self.no_key("git has no key to sign commits with").invalid()) }
            }
            _ => Ok(()),
        }
    }

    /// Signing is not set up, and what sets it up: with a key that is there, else with the one that is made first.
    pub(super) fn no_key(&self, message: &str) -> Refusal {
        let mut keys: Vec<String> = std::fs::read_dir(self.expanded("~/.ssh"))
            .into_iter()
            .flatten()
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .filter(|name| name.starts_with("id_") && name.ends_with(".pub"))
            .collect();
        // The kind that is made today comes first.
        keys.sort_by_key(|name| (name != "id_ed25519.pub", name.clone()));
        let refusal = Refusal::new(Code::CannotSign, message);
        let refusal = if keys.is_empty() { refusal.hint("ssh-keygen -t ed25519") } else { refusal };
        let key = keys.first().map_or("id_ed25519.pub", String::as_str);
        refusal
            .hint("git config --global gpg.format ssh")
            .hint(format!("git config --global user.signingkey ~/.ssh/{key}"))
    }

    /// A path of the configuration, with the user's home for `~`; relative ones start where git runs.
    pub(super) fn expanded(&self, path: &str) -> PathBuf {
        match (path.strip_prefix("~/"), self.surroundings().variable("HOME")) {
            (Some(rest), Some(home)) => PathBuf::from(home).join(rest),
            _ => self.place.dir.join(path),
        }
    }

    /// The author as git has it ("Name <email>"); an error with hints where there is none.
    pub fn author(&self) -> Result<String, Error> {
        let plain = |text: &String| {
            !text.is_empty()
                && !text.contains(['<', '>', '\n'])
                && !text.starts_with(|c: char| c.is_whitespace() || ".,:;\"\\'".contains(c))
                && !text.ends_with(|c: char| c.is_whitespace() || ".,:;\"\\'".contains(c))
        };
        let config = self.place.config()?;
        let part = |variable: &str, keys: [&str; 2]| {
            let set = self.surroundings().variable(variable).map(|value| value.to_string_lossy().into_owned());
            set.or_else(|| keys.iter().find_map(|key| config.get(key)).map(str::to_string)).filter(plain)
        };
        let name = part("GIT_AUTHOR_NAME", ["author.name", "user.name"]);
        let email = part("GIT_AUTHOR_EMAIL", ["author.email", "user.email"]);
        if let (Some(name), Some(email)) = (name, email) {
            return Ok(format!("{name} <{email}>"));
        }
        let finished = self.git(Kind::Plumbing, ["var", "GIT_AUTHOR_IDENT"]).finish()?;
        let text = String::from_utf8_lossy(&finished.stdout);
        match (finished.code, text.rfind('>')) {
            (Some(0), Some(end)) => Ok(text[..=end].to_string()),
            _ => Err(no_identity()),
        }
    }

    /// An error with hints where git knows no committer.
    fn committer(&self) -> Result<(), Error> {
        let finished = self.git(Kind::Plumbing, ["var", "GIT_COMMITTER_IDENT"]).finish()?;
        if finished.code == Some(0) { Ok(()) } else { Err(no_identity()) }
    }

    /// Writes the edited tree and a commit on `base` to the clone's object store; no ref moves.
    pub(super) fn commit_edits(
        &self,
        base: CommitId,
        edits: &[FileEdit],
        message: &str,
        sign: Sign,
    ) -> Result<CommitId, Error> {
        self.commit_on(Some(base), edits, message, sign)
    }

    /// The same; `None`: a first commit of all.
    pub(super) fn commit_on(
        &self,
        base: Option<CommitId>,
        edits: &[FileEdit],
        message: &str,
        sign: Sign,
    ) -> Result<CommitId, Error> {
        let below = base.map(|base| self.store().link(base)).transpose()?.map(|link| link.tree);
        let splice = splice(self.store(), below, edits)?;
        self.write_objects(&splice.objects)?;
        let (kind, option) = match sign {
            Sign::Yes => (Kind::Interactive, "--gpg-sign"),
            Sign::No => (Kind::Plumbing, "--no-gpg-sign"),
        };
        let mut args = ["-c", "i18n.commitEncoding=UTF-8", "commit-tree", option].map(String::from).to_vec();
        args.extend(base.iter().flat_map(|base| ["-p".to_string(), base.to_string()]));
        args.extend(["-F".to_string(), "-".to_string(), splice.root.to_string()]);
        let text = format!("{}\n", message.trim_end_matches('\n'));
        let git = self.git(kind, args).stdin(text.into_bytes());
        let finished = git.finish()?;
        let printed = String::from_utf8_lossy(&finished.stdout);
        if let (Some(0), Some(id)) = (finished.code, CommitId::from_hex(printed.trim_end())) {
            return Ok(id);
        }
        if !finished.timed_out {
            self.author()?;
            self.committer()?;
        }
        if sign == Sign::No || finished.timed_out {
            return Err(git.failure(&finished));
        }
        Err(self.not_signed(&finished, "commit")?)
    }

    /// Why git made no signed commit or tag (`what`), where it knows who we are: it cannot write, there is no key, or the key does not
    /// work. Each has another way out, so each is looked for.
    pub(super) fn not_signed(&self, finished: &Finished, what: &str) -> Result<Error, Error> {
        let said: Vec<String> = words(&finished.stderr)
            .into_iter()
            // ssh-keygen ends its lines in CR LF, and git shows a control character as a question mark.
            .map(|line| line.strip_suffix('?').unwrap_or(&line).to_string())
            .collect();
        if said.iter().any(|line| WRITES.iter().any(|words| line.contains(words))) {
            let scratch = self.surroundings().variable("TMPDIR").map_or(PathBuf::from("/tmp"), PathBuf::from);
            return Ok(Refusal::new(Code::CannotWrite, format!("the {what} could not be written"))
                .details(said)
                .hint(format!(
                    "look at the room and the rights of `{}` and of the temporary folder `{}`",
                    self.place.objects.display(),
                    scratch.display()
                ))
                .invalid());
        }
        if let Err(no) = self.can_sign() {
            return Ok(no.refusal().details(said).invalid());
        }
        // gpg was asked for any key of the committer, and git does not hand on what it answered.
        if self.config("user.signingkey")?.is_none() {
            return Ok(self
                .no_key(&format!("the {what} could not be signed, and git has no key named"))
                .details(said)
                .invalid());
        }
        Ok(Refusal::new(Code::CannotSign, format!("the {what} could not be signed"))
            .details(said)
            .hint("see whether git signs by itself: `git commit-tree -S -m test HEAD^{tree}`")
            .invalid())
    }

    /// The tree that `base` with `edits` has, without keeping anything.
    pub fn tree_with(&self, base: CommitId, edits: &[FileEdit]) -> Result<TreeId, Error> {
        Ok(splice(self.store(), Some(self.store().link(base)?.tree), edits)?.root)
    }

    /// Stores new objects, each whole under its name: what a kill leaves is unreachable and harmless.
    pub(super) fn write_objects(&self, objects: &HashMap<ObjectId, (ObjectType, Vec<u8>)>) -> Result<(), Error> {
        if objects.is_empty() {
            return Ok(());
        }
        // Who may read new objects, and how they reach the disk: what the user has set up there is git's to do.
        let plain = ["core.sharedrepository", "core.fsync", "core.fsyncobjectfiles", "core.fsyncmethod"];
        let config = self.place.config()?;
        if objects.len() <= LOOSE && plain.iter().all(|key| config.get(key).is_none()) {
            return objects
                .iter()
                .try_for_each(|(id, (kind, bytes))| loose::write(&self.place.objects, *id, *kind, bytes));
        }
        let pack = pack(objects).context("cannot pack the new objects")?;
        let git = if objects.len() <= LOOSE {
            self.git(Kind::Plumbing, ["unpack-objects", "-q"])
        } else {
            self.git(Kind::Plumbing, ["index-pack", "--stdin"])
        };
        git.stdin(pack).stdout()?;
        Ok(())
    }
}

/// Git has no name and address to commit with, and what gives it some.
fn no_identity() -> Error {
    Refusal::new(Code::NoIdentity, "git does not know who you are")
        .hint("git config --global user.name \"Your Name\"")
        .hint("git config --global user.email you@example.com")
        .invalid()
}

/// One pack of these objects, in memory.
fn pack(objects: &HashMap<ObjectId, (ObjectType, Vec<u8>)>) -> Result<Vec<u8>, git2::Error> {
    let odb = Odb::new()?;
    odb.add_new_mempack_backend(1)?;
    for (kind, bytes) in objects.values() {
        odb.write(*kind, bytes)?;
    }
    let repository = Repository::from_odb(odb)?;
    let mut builder = repository.packbuilder()?;
    let mut ids: Vec<ObjectId> = objects.keys().copied().collect();
    ids.sort_unstable();
    for id in ids {
        builder.insert_object(oid(id), None)?;
    }
    let mut out = Buf::new();
    builder.write_buf(&mut out)?;
    Ok(out.to_vec())
}

#[cfg(test)]
mod tests {
    use super::super::fixture::Ground;
    use super::*;
    use crate::domain::files::{EntryKind, Files};
    use crate::domain::path::RepoPath;
    use crate::domain::plan::Mode;

    fn path(text: &str) -> RepoPath {
        RepoPath::new(text).unwrap()
    }

    fn edit(repo: &Repo, at: CommitId, file: &str, becomes: Option<&str>) -> FileEdit {
        let was = repo.snapshot(at).unwrap().entry(&path(file)).unwrap().map(|entry| entry.id);
        FileEdit { path: path(file), was, becomes: becomes.map(|text| text.as_bytes().to_vec()), mode: Mode::Kept }
    }

    const STAGING: &str = "apps/web/staging/kustomization.yaml";

    #[test]
    fn a_commit_of_edits_is_what_git_makes_of_them_and_touches_no_ref() {
        let ground = Ground::new();
        ground.repository("r");
        std::fs::write(ground.path("r/run.sh"), "#!/bin/sh\n").unwrap();
        ground.git("r", &["add", "-A"]);
        ground.git("r", &["update-index", "--chmod=+x", "run.sh"]);
        ground.git("r", &["commit", "-qm", "second"]);
        ground.git("r", &["reset", "-q", "--hard"]);
        let base = ground.id("r", "HEAD");
        let repo = ground.open("r");
        let edits = [
            edit(&repo, base, STAGING, Some("tag: v2\n")),
            edit(&repo, base, "run.sh", Some("#!/bin/sh\ntrue\n")),
            edit(&repo, base, ".stageline/holds/production/web.yaml", Some("why: x\n")),
            edit(&repo, base, "apps/web/production/kustomization.yaml", None),
        ];
        let tree = repo.tree_with(base, &edits).unwrap();
        assert!(!repo.store().has(tree), "asking for the tree writes nothing");
        let commit = repo.commit_edits(base, &edits, "promote web\n\nwhy: because", Sign::No).unwrap();
        assert_eq!(ground.id("r", "HEAD"), base);
        assert_eq!(ground.status("r"), "");
        assert_eq!(ground.id("r", &format!("{commit}^{{tree}}")), tree);
        assert_eq!(
            ground.git("r", &["diff-tree", "-r", "--name-status", &base.to_string(), &commit.to_string()]),
            format!(
                "A\t.stageline/holds/production/web.yaml\nD\tapps/web/production/kustomization.yaml\nM\t{STAGING}\nM\trun.sh"
            )
        );
        let info = repo.commit(commit).unwrap();
        assert_eq!((info.message.as_str(), info.signed), ("promote web\n\nwhy: because\n", false));
        let after = repo.snapshot(commit).unwrap();
        assert_eq!(after.entry(&path("run.sh")).unwrap().unwrap().kind, EntryKind::Executable);
        assert_eq!(after.entry(&path("apps/web/production")).unwrap(), None, "an empty folder vanishes");
        assert_eq!(after.read(&path(STAGING)).unwrap().unwrap(), b"tag: v2\n");
        ground.fsck("r");
    }

    #[test]
    fn a_thousand_pins_are_one_quick_commit() {
        let ground = Ground::new();
        ground.git("", &["init", "-q", "r"]);
        let names: Vec<String> =
            (0..1000).map(|n| format!("apps/app-{n}/overlays/staging/kustomization.yaml")).collect();
        let files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "tag: v1\n")).collect();
        let base = ground.commit("r", &files, "first");
        let repo = ground.open("r");
        let edits: Vec<FileEdit> = names
            .iter()
            .enumerate()
            .map(|(n, name)| edit(&repo, base, name, Some(&format!("tag: v{}\n", n + 2))))
            .collect();
        let begun = std::time::Instant::now();
        let commit = repo.commit_edits(base, &edits, "all", Sign::No).unwrap();
        assert!(begun.elapsed().as_secs() < 10, "{:?}", begun.elapsed());
        let listed = ground.git("r", &["diff-tree", "-r", "--name-only", &base.to_string(), &commit.to_string()]);
        assert_eq!(listed.lines().count(), 1000);
        ground.fsck("r");
    }

    #[test]
    fn an_edit_of_another_file_than_planned_is_refused() {
        let ground = Ground::new();
        let base = ground.repository("r");
        let repo = ground.open("r");
        let stale = FileEdit {
            path: path(STAGING),
            was: Some(Repo::blob_id(b"other")),
            becomes: Some(b"x".to_vec()),
            mode: Mode::Kept,
        };
        let Err(Error::Raced(why)) = repo.tree_with(base, &[stale]) else { panic!("it was written") };
        assert_eq!(why.code, Code::FileChanged);
        let below =
            FileEdit { path: path(&format!("{STAGING}/x")), was: None, becomes: Some(b"x".to_vec()), mode: Mode::Kept };
        let Err(Error::Invalid(why)) = repo.tree_with(base, &[below]) else { panic!("it was written") };
        assert_eq!(why.code, Code::NotAFolder);
    }

    #[test]
    fn signing_that_is_not_set_up_says_the_two_commands() {
        let ground = Ground::new();
        let base = ground.repository("r");
        let repo = ground.open("r");
        let error = repo.can_sign().unwrap_err().refusal();
        assert_eq!(error.hints.len(), 3, "the key has to be made first: {error:?}");
        std::fs::create_dir(ground.path("home/.ssh")).unwrap();
        std::fs::write(ground.path("home/.ssh/id_rsa.pub"), "x").unwrap();
        let error = repo.can_sign().unwrap_err().refusal();
        assert_eq!(error.hints.len(), 2, "{error:?}");
        assert!(error.hints[1].ends_with("~/.ssh/id_rsa.pub"), "{error:?}");
        let edits = [edit(&repo, base, STAGING, Some("tag: v2\n"))];
        let error = repo.commit_edits(base, &edits, "x", Sign::Yes).unwrap_err().refusal();
        assert_eq!((error.code, error.hints.len()), (Code::CannotSign, 2), "{error:?}");
        ground.git("r", &["config", "gpg.format", "ssh"]);
        ground.git("r", &["config", "user.signingkey", "~/no-such-key.pub"]);
        assert!(ground.open("r").can_sign().unwrap_err().to_string().contains("no-such-key"));
    }

    /// The repository `r` with an SSH key; the key's file.
    fn with_key(ground: &Ground) -> PathBuf {
        let key = ground.path("home/key");
        let made =
            std::process::Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(&key).status();
        assert!(made.unwrap().success());
        ground.git("r", &["config", "gpg.format", "ssh"]);
        ground.git("r", &["config", "user.signingkey", "~/key.pub"]);
        key
    }

    #[test]
    fn a_key_that_does_not_work_is_told_in_its_programs_words_and_not_taken_for_none() {
        let ground = Ground::new();
        let base = ground.repository("r");
        let key = with_key(&ground);
        std::fs::remove_file(&key).unwrap();
        let repo = ground.open("r");
        let error = repo.commit_edits(base, &[edit(&repo, base, STAGING, Some("x"))], "x", Sign::Yes).unwrap_err();
        let refusal = error.refusal();
        assert_eq!(refusal.code, "cannot-sign");
        assert!(refusal.details.iter().any(|line| line.contains("No private key")), "{refusal:?}");
        assert!(!refusal.details.iter().any(|line| line.ends_with('?')), "{refusal:?}");
        assert!(!refusal.hints.iter().any(|hint| hint.contains("git config")), "{refusal:?}");
    }

    #[test]
    fn what_cannot_be_written_for_want_of_a_temporary_folder_is_not_taken_for_a_missing_key() {
        let ground = Ground::new();
        let base = ground.repository("r");
        with_key(&ground);
        let mut surroundings = ground.surroundings();
        surroundings.variables.insert("TMPDIR".into(), "/no/such/folder".into());
        let repo = Repo::open(&ground.path("r"), &surroundings).unwrap();
        let error = repo.commit_edits(base, &[edit(&repo, base, STAGING, Some("x"))], "x", Sign::Yes).unwrap_err();
        let refusal = error.refusal();
        assert_eq!(refusal.code, "cannot-write");
        assert!(refusal.hints[0].contains("/no/such/folder") && refusal.hints.len() == 1, "{refusal:?}");
    }

    #[test]
    fn a_commit_is_signed_with_the_users_own_ssh_key() {
        let ground = Ground::new();
        let base = ground.repository("r");
        let key = with_key(&ground);
        let public = std::fs::read_to_string(key.with_extension("pub")).unwrap();
        std::fs::write(ground.path("home/signers"), format!("mei@example.com {public}")).unwrap();
        ground.git("r", &["config", "gpg.ssh.allowedSignersFile", "~/signers"]);
        let repo = ground.open("r");
        repo.can_sign().unwrap();
        let edits = [edit(&repo, base, STAGING, Some("tag: v2\n"))];
        let commit = repo.commit_edits(base, &edits, "signed", Sign::Yes).unwrap();
        ground.git("r", &["verify-commit", &commit.to_string()]);
        assert!(repo.commit(commit).unwrap().signed);
    }

    #[test]
    fn the_author_is_gits_own_answer() {
        let ground = Ground::new();
        ground.repository("r");
        assert_eq!(ground.open("r").author().unwrap(), "Mei Lin <mei@example.com>");
        ground.git("r", &["config", "author.name", " Mei, Lin, "]);
        assert_eq!(ground.open("r").author().unwrap(), "Mei, Lin <mei@example.com>");
        ground.git("r", &["config", "user.useConfigOnly", "true"]);
        std::fs::write(ground.path("home/.gitconfig"), "").unwrap();
        assert_eq!(ground.open("r").author().unwrap_err().refusal().code, "no-identity");
        // Whether or not the commit were signed.
        let (repo, base) = (ground.open("r"), ground.id("r", "HEAD"));
        let error = repo.commit_edits(base, &[edit(&repo, base, STAGING, Some("x"))], "x", Sign::No).unwrap_err();
        assert_eq!((error.refusal().code, error.refusal().hints.len()), (Code::NoIdentity, 2));
    }
}
