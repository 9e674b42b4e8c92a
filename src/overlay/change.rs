//! What has to be edited so that a site says another version, and where that is refused whatever the kind of pin.

use crate::domain::path::RepoPath;
use crate::domain::pin::PinSite;
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::scalar::SiteEdit;
use crate::domain::version::Version;
use crate::yaml::edit::Edit;

/// The edits that make one site say a version.
#[derive(Debug, Clone)]
pub struct SiteChange {
    pub file: RepoPath,
    pub edits: Vec<Edit>,
    /// The scalars that change, for reports.
    pub shown: Vec<SiteEdit>,
    /// What may come of it elsewhere.
    pub notes: Vec<String>,
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
