//! What has to be edited so that a site says another version, and where that is refused whatever the kind of pin.

use crate::domain::path::RepoPath;
use crate::domain::pin::PinSite;
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::scalar::SiteEdit;
use crate::domain::version::Version;
use crate::lines;
use crate::yaml::apart::differ_only_at;
use crate::yaml::edit::{self, Edit};
use crate::yaml::tree::Fault;

/// The edits that make one site say a version.
#[derive(Debug, Clone)]
pub struct SiteChange {
    pub file: RepoPath,
    /// In its YAML.
    pub edits: Vec<Edit>,
    /// In its lines, where the file is no YAML.
    pub lines: Vec<lines::edit::Edit>,
    /// The scalars that change, for reports.
    pub shown: Vec<SiteEdit>,
    /// What may come of it elsewhere.
    pub notes: Vec<String>,
}

/// The edits of one file.
#[derive(Debug, Clone, Default)]
pub struct Edits {
    pub yaml: Vec<Edit>,
    pub lines: Vec<lines::edit::Edit>,
}

impl Edits {
    /// Those of several.
    pub fn all<'e>(many: impl IntoIterator<Item = &'e Self>) -> Self {
        let mut out = Self::default();
        for one in many {
            out.yaml.extend_from_slice(&one.yaml);
            out.lines.extend_from_slice(&one.lines);
        }
        out
    }

    /// The file after these edits; nothing but what they lead to changes.
    ///
    /// # Errors
    /// An edit leads nowhere, or cannot be made so that nothing else changes.
    pub fn apply(&self, bytes: &[u8]) -> Result<Vec<u8>, Fault> {
        let new = match self.yaml.as_slice() {
            [] => bytes.to_vec(),
            edits => edit::apply(bytes, edits)?,
        };
        if self.lines.is_empty() { Ok(new) } else { lines::edit::apply(&new, &self.lines) }
    }

    /// Whether two texts differ in nothing but what the edits of each lead to. Where one of them is YAML and the other is
    /// none, more differs.
    pub fn differ_only_at((old, here): (&[u8], &Self), (new, there): (&[u8], &Self)) -> bool {
        match (here.lines.is_empty(), there.lines.is_empty()) {
            (true, true) => differ_only_at((old, &here.yaml), (new, &there.yaml)),
            (false, false) if here.yaml.is_empty() && there.yaml.is_empty() => {
                lines::edit::differ_only_at((old, &here.lines), (new, &there.lines))
            }
            _ => false,
        }
    }
}

impl SiteChange {
    /// What is edited.
    pub fn all(&self) -> Edits {
        Edits { yaml: self.edits.clone(), lines: self.lines.clone() }
    }
}

/// The file that a pin was read from has no pin any more.
pub fn file_gone(site: &PinSite) -> Error {
    Refusal::new(Code::FileGone, format!("`{}` is not there any more", site.file)).invalid()
}

/// The digest of an old tag may not survive a new one unasked.
pub fn digest_needed(pin: &str, site: &PinSite, old: &str, version: &Version) -> Error {
    Refusal::new(
        Code::DigestNeeded,
        format!("`{pin}` is pinned by a digest, which belongs to its old tag; `{}` comes without one", version.short()),
    )
    .detail(format!("{site}: digest: {old}"))
    .hint("give the digest of the new image: `--digest sha256:...`")
    .hint("or let the tool drop digests: `digest: drop` beside the pin in `stageline.yaml`")
    .refused()
}
