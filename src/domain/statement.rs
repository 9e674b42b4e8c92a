//! Statements: what somebody vouches for with a key, each a file of a branch that only grows, and where it stands there.

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use super::address::{Address, Parts};
use super::change_digest::ChangeDigest;
use super::commit::{BlobId, CommitId, TreeId};
use super::hex;
use super::names::{AppName, BranchName, EnvName};
use super::path::RepoPath;
use super::settings::{Alone, NamedGate, SourceAddress};
use super::version::Version;

/// The branch that statements are on.
pub const BRANCH: &str = "stageline/attestations";
/// What signatures of statements are made for (ssh-keygen(1), "namespace"): never what commits are signed for.
pub const NAMESPACE: &str = "stageline-statement";

/// The check by which somebody approves the head of a fork's request, so that a preview may run it.
pub const FORK_APPROVED: &str = "fork-approved";

/// The folders of its branch below which all statements stand: what is told of commits, of changes and of landings.
pub const FOLDERS: [&str; 3] = ["checks", "changes", LANDINGS];

/// The one of them that records of landings stand in.
pub const LANDINGS: &str = "landings";

/// What a statement says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Statement {
    Check(Check),
    Consent(Consent),
    Record(Record),
    Withdrawal(Withdrawal),
}

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckResult {
    Passed,
    /// Passed, with something to look at.
    Warned,
    Failed,
}

/// That a check of a commit of an application ended so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    pub app: AppName,
    /// The source of the application, in the one form that its addresses have.
    pub source: String,
    pub commit: CommitId,
    pub name: String,
    /// Where it ran; `None`: it is of the commit alone, as a build is.
    pub environment: Option<EnvName>,
    /// The image that it is of, where that is known.
    pub digest: Option<Version>,
    pub result: CheckResult,
    /// The page of the run.
    pub url: Option<String>,
    pub tests: Tests,
    /// When it was said, by the clock of whoever said it.
    pub at: Timestamp,
}

/// The names of single tests.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tests {
    pub passed: Vec<String>,
    pub warned: Vec<String>,
    pub failed: Vec<String>,
}

/// What somebody agrees to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Agreed {
    /// That the change lands.
    Approval,
    /// That it lands though a gate does not let it pass.
    Override { gate: NamedGate, reason: String, until: Timestamp },
}

/// That somebody agrees to a change, for one landing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    pub change: ChangeDigest,
    pub target: BranchName,
    /// Where the target was when it was given: what landed since may have used it up.
    pub base: CommitId,
    /// What was to be merged, where something was.
    pub head: Option<CommitId>,
    /// The tree that the merge made.
    pub tree: TreeId,
    pub agreed: Agreed,
    pub at: Timestamp,
}

/// What every gate said of a landing when it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The commit that landed, and the branch that it is on.
    pub landing: CommitId,
    pub branch: BranchName,
    /// The version of the tool that judged.
    pub version: String,
    /// The files of the rules that judged it.
    pub policies: Vec<PolicyFile>,
    pub verdicts: Vec<Recorded>,
    /// The moment by which it was judged: that of the landing, where it was judged after it.
    pub judged: Timestamp,
    pub at: Timestamp,
}

/// A file of rules as it stood at the base.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyFile {
    pub branch: BranchName,
    pub path: RepoPath,
    pub blob: BlobId,
}

/// What one gate said of one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    pub gate: String,
    pub subject: String,
    pub verdict: RecordedWord,
    pub detail: String,
    /// The branch whose rules say so, where two policies judged and differed.
    pub branch: Option<BranchName>,
    /// Who let it be passed; then it passes.
    pub overridden: Option<RecordedOverride>,
}

/// A verdict in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RecordedWord {
    Pass,
    Pending,
    Unknown,
    Fail,
}

impl RecordedWord {
    const WORDS: [(&str, Self); 4] =
        [("pass", Self::Pass), ("pending", Self::Pending), ("unknown", Self::Unknown), ("fail", Self::Fail)];

    /// As it is written.
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, own)| *own == self).map_or("unknown", |(word, _)| word)
    }

    /// As it is read; `None`: it is none.
    pub fn read(text: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(word, _)| *word == text).map(|(_, own)| *own)
    }
}

/// An override that a verdict rested on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedOverride {
    pub by: String,
    pub alone: Alone,
    pub reason: String,
    pub until: Timestamp,
}

impl Record {
    /// All of it in a few words: `pass`, `pass, soak overridden`, `fail: soak, order`.
    pub fn summary(&self) -> String {
        let worst = self.verdicts.iter().map(|one| one.verdict).max().unwrap_or(RecordedWord::Pass);
        let names = |of: &dyn Fn(&&Recorded) -> bool| {
            let mut names: Vec<&str> = self.verdicts.iter().filter(of).map(|one| one.gate.as_str()).collect();
            names.dedup();
            names.join(", ")
        };
        let overridden = names(&|one| one.overridden.is_some());
        let stops = match worst {
            RecordedWord::Pass => String::new(),
            worst => format!(": {}", names(&|one| one.verdict == worst)),
        };
        let more = if overridden.is_empty() { String::new() } else { format!(", {overridden} overridden") };
        format!("{}{stops}{more}", worst.word())
    }
}

/// That an earlier statement counts no more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawal {
    /// The file of that statement, and the SHA-256 of its bytes as hex digits.
    pub of: RepoPath,
    pub sha256: String,
    pub reason: Option<String>,
    pub at: Timestamp,
}

impl Statement {
    /// When it was said, by the clock of whoever said it.
    pub fn at(&self) -> Timestamp {
        match self {
            Statement::Check(check) => check.at,
            Statement::Consent(consent) => consent.at,
            Statement::Record(record) => record.at,
            Statement::Withdrawal(withdrawal) => withdrawal.at,
        }
    }

    /// The folder in which it stands: that of a commit of a source, of a change, or of what it withdraws. So nobody has to read all.
    ///
    /// # Errors
    /// A part of it is no path.
    pub fn folder(&self) -> Result<RepoPath, String> {
        match self {
            Statement::Check(check) => checks_of(&check.source, check.commit),
            Statement::Consent(consent) => consents_of(consent.change),
            Statement::Record(record) => records_of(record.landing),
            Statement::Withdrawal(withdrawal) => {
                withdrawal.of.parent().ok_or_else(|| format!("`{}` stands in no folder", withdrawal.of))
            }
        }
    }

    /// The word that its file begins with.
    pub fn word(&self) -> &'static str {
        match self {
            Statement::Check(_) => "check",
            Statement::Consent(Consent { agreed: Agreed::Approval, .. }) => "approval",
            Statement::Consent(Consent { agreed: Agreed::Override { .. }, .. }) => "override",
            Statement::Record(_) => "record",
            Statement::Withdrawal(_) => "withdrawal",
        }
    }
}

/// What statements call the source of an application: the same for every way to reach it, and no secret.
pub fn source_name(address: &SourceAddress) -> String {
    let ended = |text: &str| text.trim_end_matches('/').trim_end_matches(".git").trim_end_matches('/').to_string();
    match Address::read(&address.0) {
        Address::Remote(Parts { host, path, .. }) => {
            format!("{}/{}", host.to_lowercase(), ended(path).trim_start_matches('/'))
        }
        Address::Folder(path) => ended(path),
        Address::Unclear(scheme, _) => ended(scheme),
    }
}

/// The folder of the checks of all commits of a source: its last name for people, and what tells it from all others.
///
/// # Errors
/// It is no path.
pub fn checks_of_source(source: &str) -> Result<RepoPath, String> {
    let last: String = source.rsplit(['/', ':']).next().unwrap_or_default().chars().map(plain).collect();
    let hash = hex::text(&Sha256::digest(source)[..8]);
    RepoPath::new(&format!("checks/{}-{hash}", last.trim_start_matches('.'))).map_err(|why| why.to_string())
}

fn plain(c: char) -> char {
    if c.is_ascii_alphanumeric() || c == '.' || c == '_' { c.to_ascii_lowercase() } else { '-' }
}

/// The folder of the checks of a commit of a source.
///
/// # Errors
/// It is no path.
pub fn checks_of(source: &str, commit: CommitId) -> Result<RepoPath, String> {
    let id = commit.to_string();
    RepoPath::new(&format!("{}/{}/{id}", checks_of_source(source)?, &id[..2])).map_err(|why| why.to_string())
}

/// The folder of what people agree to of a change.
///
/// # Errors
/// It is no path.
pub fn consents_of(change: ChangeDigest) -> Result<RepoPath, String> {
    let id = change.to_string();
    RepoPath::new(&format!("changes/{}/{id}", &id[..2])).map_err(|why| why.to_string())
}

/// The folder of what was recorded of a landing.
///
/// # Errors
/// It is no path.
pub fn records_of(landing: CommitId) -> Result<RepoPath, String> {
    let id = landing.to_string();
    RepoPath::new(&format!("{LANDINGS}/{}/{id}", &id[..2])).map_err(|why| why.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_has_one_name_whatever_the_way_to_it() {
        let name = |text: &str| source_name(&SourceAddress(text.into()));
        for text in [
            "https://git.example.com/shop/web.git",
            "https://me:secret@Git.example.com/shop/web",
            "git@git.example.com:shop/web.git",
            "ssh://git@git.example.com/shop/web/",
        ] {
            assert_eq!(name(text), "git.example.com/shop/web", "{text}");
        }
        assert_eq!(name("../web.git"), "../web");
    }

    #[test]
    fn checks_of_a_commit_stand_in_a_folder_of_their_own() {
        let commit = CommitId::from_hex(&"ab".repeat(20)).unwrap();
        let folder = |source: &str| checks_of(source, commit).unwrap().to_string();
        let web = folder("git.example.com/shop/web");
        assert!(web.starts_with("checks/web-") && web.ends_with(&format!("/ab/{}", "ab".repeat(20))), "{web}");
        assert_ne!(web, folder("git.example.com/other/web"));
        for odd in ["../..", "", "a b/../c;d", "/srv/.git"] {
            let found = folder(odd);
            assert_eq!(found.split('/').count(), 4, "{odd}: {found}");
        }
    }

    #[test]
    fn a_record_in_a_few_words_names_what_stopped_it_and_what_was_overridden() {
        let at: Timestamp = "2026-11-26T22:00:00Z".parse().unwrap();
        let one = |gate: &str, verdict, overridden: bool| Recorded {
            gate: gate.into(),
            subject: "web".into(),
            verdict,
            detail: String::new(),
            branch: None,
            overridden: overridden.then(|| RecordedOverride {
                by: "mei".into(),
                alone: Alone::No,
                reason: "it burns".into(),
                until: at,
            }),
        };
        let said = |verdicts| {
            let landing = CommitId::from_bytes([1; 20]);
            let (branch, policies) = (BranchName::new("main").unwrap(), Vec::new());
            Record { landing, branch, version: "1".into(), policies, verdicts, judged: at, at }.summary()
        };
        let (pass, fail) = (RecordedWord::Pass, RecordedWord::Fail);
        assert_eq!(said(vec![]), "pass");
        assert_eq!(said(vec![one("order", pass, false), one("soak", pass, true)]), "pass, soak overridden");
        let failed =
            vec![one("order", fail, false), one("soak", RecordedWord::Pending, false), one("scope", fail, false)];
        assert_eq!(said(failed), "fail: order, scope");
    }
}
