//! Whose key this clone signs with, by an allowed-signers file: as far as that shows before anything is signed.

use crate::domain::refusal::Error;

use super::repo::Repo;
use super::vouched::COMMITS;

/// Whose the key is that this clone signs with, for one purpose.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OwnKey {
    /// Whom an allowed-signers file gives it for that.
    pub principals: Vec<String>,
    /// Whom it gives it for other purposes alone (`namespaces=`): what they sign for this one does not count.
    pub barred: Vec<String>,
}

impl Repo {
    /// The principals that an allowed-signers file gives the SSH key that git is set up to sign with; `None`: which key that is, or
    /// whose, shows only when it has signed (OpenPGP, an agent's choice, a certificate).
    ///
    /// # Errors
    /// git's configuration cannot be read.
    pub fn own_principals(&self, signers: &[u8]) -> Result<Option<Vec<String>>, Error> {
        let own = self.own_key_for(COMMITS, signers)?;
        Ok(own.filter(|own| own.barred.is_empty()).map(|own| own.principals))
    }

    /// The same for what is signed for another namespace, and whom the key is given for others alone.
    ///
    /// # Errors
    /// git's configuration cannot be read.
    pub fn own_key_for(&self, namespace: &str, signers: &[u8]) -> Result<Option<OwnKey>, Error> {
        if self.config("gpg.format")? != Some("ssh") {
            return Ok(None);
        }
        let Some(key) = self.config("user.signingkey")?.filter(|key| !key.is_empty()) else { return Ok(None) };
        let text = match literal(key) {
            Some(literal) => Some(literal.to_string()),
            None => self.public_key(key),
        };
        let Some(own) = text.as_deref().and_then(|text| ssh_key::PublicKey::from_openssh(text.trim()).ok()) else {
            return Ok(None);
        };
        let signers = String::from_utf8_lossy(signers);
        let lines = signers.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let mut told = OwnKey::default();
        for line in lines {
            let Some((names, options, there)) = entry(line) else { continue };
            let names = names.split(',').map(str::to_string);
            let is_own = there.key_data() == own.key_data();
            // Dates, patterns and certificates are ssh-keygen's to judge.
            match is_own.then(|| is_for(namespace, &options)).flatten() {
                Some(true) => told.principals.extend(names),
                Some(false) => told.barred.extend(names),
                None if is_own || options.contains("cert-authority") => return Ok(None),
                None => {}
            }
        }
        Ok(Some(told))
    }

    /// The public half of a key file, or of its neighbour.
    fn public_key(&self, key: &str) -> Option<String> {
        let path = self.expanded(key);
        let mut public = path.clone().into_os_string();
        public.push(".pub");
        let read = |path: &std::path::Path| {
            std::fs::read_to_string(path)
                .ok()
                .filter(|text| text.starts_with("ssh-") || text.starts_with("ecdsa-") || text.starts_with("sk-"))
        };
        read(&path).or_else(|| read(std::path::Path::new(&public)))
    }
}

/// The key that stands in the configuration itself rather than in a file.
pub(super) fn literal(key: &str) -> Option<&str> {
    key.strip_prefix("key::").or(Some(key).filter(|key| key.starts_with("ssh-")))
}

/// Whether the options of a line give the key for what is signed for a namespace; `None`: they say more than that.
fn is_for(namespace: &str, options: &str) -> Option<bool> {
    if options.is_empty() {
        return Some(true);
    }
    let names = options.strip_prefix("namespaces=\"").and_then(|rest| rest.strip_suffix('"'))?;
    let is_plain = !names.contains(['*', '?', '!', '"']);
    is_plain.then(|| names.split(',').any(|name| name == namespace))
}

/// One line of an allowed-signers file: principals, options, key.
pub(super) fn entry(line: &str) -> Option<(&str, String, ssh_key::PublicKey)> {
    let (names, rest) = line.split_once(char::is_whitespace)?;
    let words: Vec<&str> = rest.split_whitespace().collect();
    let at = words
        .iter()
        .position(|word| word.starts_with("ssh-") || word.starts_with("ecdsa-") || word.starts_with("sk-"))?;
    let key = words.get(at..at + 2)?.join(" ");
    Some((names, words[..at].join(" "), ssh_key::PublicKey::from_openssh(&key).ok()?))
}

#[cfg(test)]
mod tests {
    use super::super::sample::Sample;
    use super::*;

    #[test]
    fn a_key_has_the_principals_of_its_line_and_one_with_conditions_is_not_judged_beforehand() {
        let sample = Sample::new();
        let dir = sample.init("config");
        let key = sample.path("mei");
        let made = std::process::Command::new("ssh-keygen")
            .args(["-q", "-t", "ed25519", "-N", "", "-C", "mei", "-f"])
            .arg(&key)
            .output();
        assert!(made.unwrap().status.success());
        let public = std::fs::read_to_string(key.with_extension("pub")).unwrap();
        let told = |format: &str, named: &str, signers: &str| {
            sample.git(&dir, &["config", "gpg.format", format]);
            sample.git(&dir, &["config", "user.signingkey", named]);
            Repo::open(&dir, &sample.surroundings).unwrap().own_principals(signers.as_bytes()).unwrap()
        };
        let (file, line) = (key.display().to_string(), format!("# who\nmei@example.com,release {public}"));
        let both = Some(vec!["mei@example.com".to_string(), "release".to_string()]);
        assert_eq!(told("ssh", &file, &line), both);
        assert_eq!(told("ssh", &format!("{file}.pub"), &line), both);
        assert_eq!(told("ssh", &format!("key::{}", public.trim()), &line), both);
        let for_git = format!("mei@example.com,release namespaces=\"file,git\" {public}");
        assert_eq!(told("ssh", &file, &for_git), both);
        assert_eq!(told("ssh", &file, &for_git.replace("git", "mail")), None);
        assert_eq!(told("ssh", &file, ""), Some(vec![]), "a key that nobody lists");
        let of_git = format!("mei@example.com namespaces=\"git\" {public}");
        assert_eq!(
            told("ssh", &file, &of_git),
            Some(vec!["mei@example.com".to_string()]),
            "commits are what it is for"
        );
        let repo = Repo::open(&dir, &sample.surroundings).unwrap();
        let told_for = |namespace: &str, signers: &str| repo.own_key_for(namespace, signers.as_bytes()).unwrap();
        let (mei, none) = (vec!["mei@example.com".to_string()], Vec::new());
        let is = |principals: &[String], barred: &[String]| {
            Some(OwnKey { principals: principals.to_vec(), barred: barred.to_vec() })
        };
        assert_eq!(told_for("stageline", &of_git), is(&none, &mei), "statements are not what it is for");
        assert_eq!(told_for("stageline", &of_git.replace("git", "git,stageline")), is(&mei, &none));
        assert_eq!(told_for("stageline", &of_git.replace("git", "stage*")), None, "a pattern is not judged here");
        assert_eq!(told_for("stageline", &format!("mei@example.com {public}")), is(&mei, &none));
        let until = format!("mei@example.com valid-before=\"20300101\" {public}");
        assert_eq!(told("ssh", &file, &until), None);
        assert_eq!(told("openpgp", &file, &line), None);
    }
}
