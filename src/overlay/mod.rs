//! Where a pin is written: one file a kind. A tree's files -> pin sites; a site and a version -> edits.

mod closure;
mod kustomize;
mod reader;

pub use reader::Reader;

use crate::domain::names::{AppName, ClusterName, EnvName};
use crate::domain::path::RepoPath;
use crate::domain::pin::Reading;
use crate::domain::refusal::{Error, Refusal};
use crate::domain::report::SiteEdit;
use crate::domain::settings::{DigestRule, PinKind, PinRule};
use crate::domain::version::Version;
use crate::yaml::edit::Edit;

/// The edits that make one site say a version.
#[derive(Debug, Clone)]
pub struct SiteChange {
    pub file: RepoPath,
    pub edits: Vec<Edit>,
    /// The scalars that change, for reports.
    pub shown: Vec<SiteEdit>,
}

/// The overlay's folder or file for one application, environment and cluster.
pub fn place(rule: &PinRule, app: &AppName, env: &EnvName, cluster: Option<&ClusterName>) -> Result<RepoPath, Error> {
    let text = rule.place(app, env, cluster);
    RepoPath::new(&text).map_err(|why| {
        Refusal::new("bad-place", format!("`in: {}` of `{app}` leads nowhere in `{env}`: {why}", rule.within)).invalid()
    })
}

/// What stands at the rule's site in one overlay; `None` where there is no such overlay.
pub fn read(
    reader: &Reader<'_>,
    rule: &PinRule,
    at: &RepoPath,
    cluster: Option<&ClusterName>,
) -> Result<Option<Reading>, Error> {
    match &rule.kind {
        PinKind::KustomizeImage { image, .. } => kustomize::read(reader, image, at, cluster),
    }
}

/// The edits that make the site of `reading` say `version`. `digests`: what becomes of a digest that the version lacks.
pub fn change(
    reader: &Reader<'_>,
    rule: &PinRule,
    reading: &Reading,
    version: &Version,
    digests: DigestRule,
) -> Result<SiteChange, Error> {
    match &rule.kind {
        PinKind::KustomizeImage { image, .. } => kustomize::change(reader, image, reading, version, digests),
    }
}

/// An error where the site cannot hold a pin at all: nothing that the overlay builds on uses it.
pub fn check(reader: &Reader<'_>, rule: &PinRule, reading: &Reading) -> Result<(), Error> {
    match &rule.kind {
        PinKind::KustomizeImage { image, .. } => kustomize::check(reader, image, reading),
    }
}
