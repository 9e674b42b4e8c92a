//! Where a pin is written: one file a kind. A tree's files -> pin sites; a site and a version -> edits.

mod base;
pub mod beneath;
mod change;
mod chart;
mod closure;
mod field;
mod image;
mod kustomization;
mod kustomize;
mod label;
mod literal;
mod marker;
pub mod names;
mod objects;
mod policy;
mod reader;
mod revision;
#[cfg(test)]
mod sample;
mod slot;
pub mod survey;

pub use change::SiteChange;
pub use reader::Reader;

use crate::domain::names::{AppName, ClusterName, EnvName};
use crate::domain::path::RepoPath;
use crate::domain::pin::Reading;
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::settings::{DigestRule, PinKind, PinRule};
use crate::domain::version::Version;

use label::What;
use slot::Spot;

/// The overlay's folder or file for one application, environment and cluster.
pub fn place(rule: &PinRule, app: &AppName, env: &EnvName, cluster: Option<&ClusterName>) -> Result<RepoPath, Error> {
    let text = rule.place(app, env, cluster);
    RepoPath::new(&text).map_err(|why| {
        Refusal::new(Code::BadPlace, format!("`in: {}` of `{app}` leads nowhere in `{env}`: {why}", rule.within))
            .invalid()
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
        PinKind::Image { image, .. } if kustomize::stands_at(reader, at)? => {
            kustomize::read(reader, image, at, cluster)
        }
        kind => match spot(reader, kind, at)? {
            Some(spot) => slot::read(&spot, &kind.identity(), cluster).map(Some),
            None => Ok(None),
        },
    }
}

/// Whether an error of `read` says no more than that nothing stands there by this rule, or nothing that is a version: the
/// files are whole, and another rule may find something in them.
pub fn is_lack(reader: &Reader<'_>, rule: &PinRule, at: &RepoPath, why: &Refusal) -> bool {
    match why.code {
        Code::NoSuchPin | Code::Untagged | Code::MovingRef | Code::NoKustomization => true,
        Code::BadYaml => matches!(&rule.kind, PinKind::Field(field) if field::lacks(reader, field, at)),
        _ => false,
    }
}

/// The scalars of every kind but the entries of a kustomization's `images:`, which may have to be inserted.
fn spot(reader: &Reader<'_>, kind: &PinKind, at: &RepoPath) -> Result<Option<Spot>, Error> {
    match kind {
        PinKind::Image { image, .. } => image::spot(reader, image, at),
        PinKind::KustomizeBase { repository } => base::spot(reader, repository, at),
        PinKind::Chart { chart } => chart::spot(reader, chart, at),
        PinKind::Revision { repository } => revision::spot(reader, repository, at),
        PinKind::Literal { key, generator } => literal::spot(reader, key, generator.as_deref(), at),
        PinKind::Label { key } => label::spot(reader, What::Label, key, at),
        PinKind::Annotation { key } => label::spot(reader, What::Annotation, key, at),
        PinKind::ImagePolicy { policy, .. } => policy::spot(reader, policy, at),
        PinKind::Field(field) => field::spot(reader, field, at),
        PinKind::Marker { name } => marker::spot(reader, name, at),
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
        PinKind::Image { image, .. } if kustomize::stands_at(reader, &reading.site.file)? => {
            kustomize::change(reader, image, reading, version, digests)
        }
        PinKind::Label { key } if !label::is_value(version.as_str()) => Err(label::no_value(key, version)),
        kind => match spot(reader, kind, &reading.site.file)? {
            Some(spot) => slot::change(&spot, reading, version, digests),
            None => Err(anyhow::anyhow!("`{}` is not there any more", reading.site.file).into()),
        },
    }
}

/// An error where the site cannot hold a pin at all: nothing that the overlay builds on uses it.
pub fn check(reader: &Reader<'_>, rule: &PinRule, reading: &Reading) -> Result<(), Error> {
    match &rule.kind {
        PinKind::Image { image, .. } if kustomize::stands_at(reader, &reading.site.file)? => {
            kustomize::check(reader, image, reading)
        }
        _ => Ok(()),
    }
}
