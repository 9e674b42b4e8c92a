//! Signing bytes that are no commit, with the SSH key that git signs commits with.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::domain::refusal::{Code, Error, Refusal};
use crate::process::{self, Command, Finished, Kind, OnStop};

use super::own_key::literal;
use super::program::{NETWORK_LIMIT, words};
use super::repo::Repo;
use super::vouched::{self, armor};

/// A signature, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seal {
    /// In its binary form (openssh, PROTOCOL.sshsig).
    pub signature: Vec<u8>,
    /// `SHA256:...` of the key, also of one in a certificate.
    pub key: String,
}

/// The key as `ssh-keygen -f` takes it.
struct KeyFile {
    path: PathBuf,
    /// Whether an agent alone has its private half.
    is_agents: bool,
}

impl Repo {
    /// Signs bytes for a namespace with the key that git is set up to sign with, which has to be an SSH key.
    ///
    /// # Errors
    /// There is none, or it does not work: with what there is to do.
    pub fn sign_bytes(&self, namespace: &str, bytes: &[u8]) -> Result<Seal, Error> {
        let format = self.config("gpg.format")?.unwrap_or("openpgp");
        if format != "ssh" {
            let what = format!("statements are signed by an SSH key, and git is set up for `gpg.format` {format} here");
            return Err(self.no_key(&what).invalid());
        }
        self.can_sign()?;
        let folder = tempfile::Builder::new().prefix("stageline-").tempdir().context("cannot make a scratch folder")?;
        let key = self.key_file(folder.path())?;
        let statement = folder.path().join("statement");
        std::fs::write(&statement, bytes).with_context(|| format!("cannot write `{}`", statement.display()))?;
        let mut args: Vec<OsString> = ["-Y", "sign", "-n", namespace, "-f"].map(OsString::from).to_vec();
        args.push(key.path.clone().into());
        args.extend(key.is_agents.then(|| "-U".into()));
        args.push(statement.clone().into());
        let program = self.ssh_program()?;
        let finished = self.ask(program.clone(), args, Kind::Interactive)?;
        let text = std::fs::read_to_string(statement.with_extension("sig")).unwrap_or_default();
        let seal = seal(&text).filter(|_| finished.code == Some(0));
        seal.ok_or_else(|| {
            let program = program.to_string_lossy();
            let named = if key.is_agents { "KEY.pub".into() } else { key.path.display().to_string() };
            let mut said = words(&finished.stderr);
            said.extend(finished.timed_out.then(|| format!("`{program}` did not end in time")));
            Refusal::new(Code::CannotSign, "the statement could not be signed")
                .details(said)
                .hint(format!("see whether the key signs by itself: `{program} -Y sign -n test -f {named} FILE`"))
                .invalid()
        })
    }

    /// The program that signs in git's stead.
    fn ssh_program(&self) -> Result<OsString, Error> {
        let set = self.config("gpg.ssh.program")?.filter(|program| !program.is_empty());
        Ok(match set {
            Some(program) if program.starts_with("~/") => self.expanded(program).into(),
            Some(program) => program.into(),
            None => "ssh-keygen".into(),
        })
    }

    /// The key that git would take. One that is no file is written to the folder.
    fn key_file(&self, folder: &Path) -> Result<KeyFile, Error> {
        let named = match self.config("user.signingkey")?.filter(|key| !key.is_empty()) {
            Some(key) => key.to_string(),
            None => self.default_key()?,
        };
        let Some(literal) = literal(&named) else {
            return Ok(KeyFile { path: self.expanded(&named), is_agents: false });
        };
        let path = folder.join("key.pub");
        std::fs::write(&path, format!("{literal}\n")).with_context(|| format!("cannot write `{}`", path.display()))?;
        Ok(KeyFile { path, is_agents: true })
    }

    /// The first key that `gpg.ssh.defaultKeyCommand` says.
    fn default_key(&self) -> Result<String, Error> {
        let command = self.config("gpg.ssh.defaultkeycommand")?.unwrap_or_default();
        let parts = split(command);
        let Some((program, args)) = parts.split_first() else {
            return Err(self.no_key("git is set up to sign with SSH, but no key is named").invalid());
        };
        let finished = self.ask(program.into(), args.iter().map(OsString::from).collect(), Kind::Interactive)?;
        let said = String::from_utf8_lossy(&finished.stdout);
        let key = said.lines().next().filter(|line| finished.code == Some(0) && literal(line).is_some());
        key.map(str::to_string).ok_or_else(|| {
            Refusal::new(Code::CannotSign, format!("`gpg.ssh.defaultKeyCommand` says no key: `{command}`"))
                .details(words(&finished.stderr))
                .hint("name the key itself: `git config --global user.signingkey KEY.pub`")
                .invalid()
        })
    }

    fn ask(&self, program: OsString, args: Vec<OsString>, kind: Kind) -> Result<Finished, Error> {
        let command = Command {
            program,
            args,
            dir: Some(self.place.dir.clone()),
            kind,
            on_stop: OnStop::End,
            set: vec![("LC_ALL".into(), "C".into())],
            stdin: None,
            limit: NETWORK_LIMIT,
            hear: None,
        };
        process::run(self.surroundings(), &command)
    }
}

/// What ssh-keygen wrote.
fn seal(text: &str) -> Option<Seal> {
    let signature = armor::blob(text)?;
    let key = vouched::fingerprint(&signature)?;
    Some(Seal { signature, key })
}

/// The words of a command line, with quotes as git reads them.
fn split(command: &str) -> Vec<String> {
    let (mut out, mut quote, mut word) = (Vec::new(), None, None::<String>);
    let mut rest = command.chars();
    while let Some(c) = rest.next() {
        match (c, quote) {
            (c, Some(open)) if c == open => quote = None,
            ('\'' | '"', None) => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            ('\\', None | Some('"')) => word.get_or_insert_default().extend(rest.next()),
            (c, None) if c.is_whitespace() => out.extend(word.take()),
            (c, _) => word.get_or_insert_default().push(c),
        }
    }
    out.extend(word);
    out
}

#[cfg(test)]
mod tests {
    use super::super::sample::Sample;
    use super::super::vouched::{Keys, SealedBytes};
    use super::*;
    use crate::domain::signature::SignatureWord;

    const NAMESPACE: &str = "stageline-test";

    /// A repository, and a key file with its public half.
    fn with_key() -> (Sample, PathBuf, PathBuf, String) {
        let sample = Sample::new();
        let dir = sample.init("config");
        let key = sample.path("mei");
        let mut command = std::process::Command::new("ssh-keygen");
        let made = command.args(["-q", "-t", "ed25519", "-N", "", "-C", "mei", "-f"]).arg(&key).status();
        assert!(made.unwrap().success());
        let public = std::fs::read_to_string(key.with_extension("pub")).unwrap().trim().to_string();
        sample.git(&dir, &["config", "gpg.format", "ssh"]);
        (sample, dir, key, public)
    }

    fn open(sample: &Sample, dir: &Path) -> Repo {
        Repo::open(dir, &sample.surroundings).unwrap()
    }

    #[test]
    fn what_the_key_of_git_signs_is_vouched_for_and_its_key_is_told() {
        let (sample, dir, key, public) = with_key();
        let own = ssh_key::PublicKey::from_openssh(&public).unwrap();
        for named in [key.clone(), key.with_extension("pub")] {
            sample.git(&dir, &["config", "user.signingkey", &named.display().to_string()]);
            let repo = open(&sample, &dir);
            let seal = repo.sign_bytes(NAMESPACE, b"a statement\0\n").unwrap();
            assert_eq!(seal.key, own.fingerprint(ssh_key::HashAlg::Sha256).to_string());
            let keys = Keys { ssh: Some(format!("mei@x {public}\n").into_bytes()), ..Keys::default() };
            let sealed = |payload| SealedBytes { payload, signature: &seal.signature };
            let both = [sealed(b"a statement\0\n"), sealed(b"another")];
            let found = repo.vouched_bytes(NAMESPACE, &both, &keys).unwrap();
            let told: Vec<_> = found.iter().map(|one| (one.state, one.principals.len())).collect();
            assert_eq!(told, [(SignatureWord::Good, 1), (SignatureWord::Bad, 0)]);
            assert_eq!(found[0].fingerprint.as_ref(), Some(&seal.key));
        }
    }

    #[test]
    fn a_key_in_the_configuration_is_an_agents_and_another_program_is_asked_as_git_asks_it() {
        let (sample, dir, key, public) = with_key();
        let program = sample.path("signs");
        let said = sample.path("said");
        // As an agent would: by the private half, whatever key is named.
        let script = format!(
            "#!/bin/sh\necho \"$@\" > '{}'\nfor last; do :; done\nexec ssh-keygen -q -Y sign -n \"$4\" -f '{}' \"$last\"\n",
            said.display(),
            key.display()
        );
        std::fs::write(&program, script).unwrap();
        std::fs::set_permissions(&program, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        sample.git(&dir, &["config", "gpg.ssh.program", &program.display().to_string()]);
        let agrees = |args: &[&str]| {
            sample.git(&dir, args);
            open(&sample, &dir).sign_bytes(NAMESPACE, b"x").unwrap();
            let said = std::fs::read_to_string(&said).unwrap();
            assert!(said.starts_with(&format!("-Y sign -n {NAMESPACE} -f /")) && said.contains(" -U /"), "{said}");
        };
        agrees(&["config", "user.signingkey", &format!("key::{public}")]);
        agrees(&["config", "user.signingkey", &public]);
        sample.git(&dir, &["config", "--unset", "user.signingkey"]);
        agrees(&["config", "gpg.ssh.defaultKeyCommand", &format!("echo 'key::{public}'")]);
        sample.git(&dir, &["config", "gpg.ssh.defaultKeyCommand", "echo no key"]);
        let why = open(&sample, &dir).sign_bytes(NAMESPACE, b"x").unwrap_err().refusal();
        assert!(why.code == Code::CannotSign && why.message.contains("says no key"), "{why:?}");
    }

    #[test]
    fn what_cannot_sign_is_told_with_what_sets_it_up() {
        let (sample, dir, key, _) = with_key();
        let why = || open(&sample, &dir).sign_bytes(NAMESPACE, b"x").unwrap_err().refusal();
        let sets_up = |why: &Refusal| why.hints.iter().filter(|hint| hint.starts_with("git config --global")).count();
        let none = why();
        assert_eq!((none.code, sets_up(&none)), (Code::CannotSign, 2), "{none:?}");
        sample.git(&dir, &["config", "user.signingkey", &key.with_extension("pub").display().to_string()]);
        std::fs::remove_file(&key).unwrap();
        let lost = why();
        assert!(lost.details.iter().any(|line| line.contains("No private key")), "{lost:?}");
        assert_eq!((lost.code, sets_up(&lost)), (Code::CannotSign, 0), "{lost:?}");
        for format in ["openpgp", "x509"] {
            sample.git(&dir, &["config", "gpg.format", format]);
            let other = why();
            assert!(other.message.contains("statements are signed by an SSH key"), "{other:?}");
            assert_eq!((other.code, sets_up(&other)), (Code::CannotSign, 2), "{other:?}");
        }
    }

    #[test]
    fn a_command_line_is_read_with_its_quotes() {
        assert_eq!(split(" ssh-add  -L "), ["ssh-add", "-L"]);
        assert_eq!(split("a 'b c'd \"e\\\"f\" '' g\\ h"), ["a", "b cd", "e\"f", "", "g h"]);
        assert_eq!(split(""), [""; 0]);
    }
}
