//! Where a pin is written: one file a kind. A tree's files -> pin sites; a site and a version -> edits.

pub mod above;
mod base;
pub mod beneath;
mod build;
mod change;
mod chart;
mod charts;
pub mod effect;
mod encrypted;
mod entries;
mod field;
pub mod fill;
mod form;
pub mod here;
mod image;
mod kustomization;
mod kustomize;
mod label;
pub mod line;
mod literal;
pub mod lock;
mod marker;
pub mod mentions;
pub mod names;
mod objects;
mod policy;
mod reader;
mod revision;
#[cfg(test)]
mod sample;
mod slot;
pub mod survey;
mod unlisted;
pub mod untold;
mod values;

pub use change::{Edits, SiteChange};
pub use objects::same_repository;
pub use reader::Reader;

use crate::domain::names::{AppName, ClusterName, EnvName};
use crate::domain::path::RepoPath;
use crate::domain::pin::Reading;
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::settings::{Aliases, DigestRule, PinKind, PinRule};
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

/// What stands at the rule's site in one overlay, and stays what it is; `None` where there is no such overlay.
pub fn read(
    reader: &Reader<'_>,
    rule: &PinRule,
    at: &RepoPath,
    cluster: Option<&ClusterName>,
) -> Result<Option<Reading>, Error> {
    let found = read_any(reader, rule, at, cluster)?;
    match &rule.kind {
        PinKind::Image { .. } if kustomize::stands_at(reader, at)? => Ok(found),
        _ => found.map(slot::fixed).transpose(),
    }
}

/// The same of what is going to be set whatever it says: a template's pin may say what moves (`latest`, `main`).
pub fn read_any(
    reader: &Reader<'_>,
    rule: &PinRule,
    at: &RepoPath,
    cluster: Option<&ClusterName>,
) -> Result<Option<Reading>, Error> {
    let is_optional = rule.more.optional == Some(true);
    let found = match &rule.kind {
        PinKind::Image { image, .. } if kustomize::stands_at(reader, at)? => {
            let found = kustomize::read(reader, image, at, cluster);
            return found.map(|found| found.filter(|reading| !is_optional || reading.version.is_some()));
        }
        _ => spot(reader, rule, at),
    };
    match found {
        Ok(Some(spot)) => slot::read_any(&spot, &rule.kind.identity(), cluster).map(Some),
        Ok(None) => Ok(None),
        Err(Error::Invalid(why)) if is_optional && why.code == Code::NoSuchPin => Ok(None),
        Err(error) => Err(error),
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
fn spot(reader: &Reader<'_>, rule: &PinRule, at: &RepoPath) -> Result<Option<Spot>, Error> {
    match &rule.kind {
        PinKind::Image { image, .. } => image::spot(reader, image, at),
        PinKind::KustomizeBase { repository } => base::spot(reader, repository, at),
        PinKind::Chart { chart } => chart::spot(reader, chart, at),
        PinKind::Revision { repository } => revision::spot(reader, repository, at),
        PinKind::Literal { key, generator } => literal::spot(reader, key, generator.as_deref(), at),
        PinKind::Label { key } => label::spot(reader, What::Label, key, at),
        PinKind::Annotation { key } => label::spot(reader, What::Annotation, key, at),
        PinKind::ImagePolicy { policy, .. } => policy::spot(reader, policy, at),
        PinKind::Field(field) => field::spot(reader, field, at, rule.more.optional == Some(true)),
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
    encrypted::refuse_covered(reader, &reading.site.file)?;
    let mut change = match &rule.kind {
        PinKind::Image { image, .. } if kustomize::stands_at(reader, &reading.site.file)? => {
            kustomize::change(reader, image, reading, version, digests)
        }
        PinKind::Label { key } if !label::is_value(version.as_str()) => Err(label::no_value(key, version)),
        _ => match spot(reader, rule, &reading.site.file)? {
            Some(spot) => slot::change(&spot, reading, version, digests),
            None => Err(change::file_gone(&reading.site)),
        },
    }?;
    if rule.more.aliases == Some(Aliases::Follow) {
        for edit in &mut change.edits {
            edit.action = edit.action.clone().shared();
        }
    }
    Ok(change)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::memory::Memory;
    use crate::domain::settings::PinKind;

    #[test]
    fn a_pin_whose_file_went_after_it_was_read_is_not_written() {
        let image = PinKind::Image { image: "r/web".into(), digest: DigestRule::Ask };
        for (file, text) in
            [("kustomization.yaml", "images: [{name: r/web, newTag: v1}]\n"), ("x.yaml", "image: r/web:v1\n")]
        {
            let rule =
                PinRule { kind: image.clone(), within: file.into(), environments: vec![], more: Default::default() };
            let (there, gone) = (Memory::new([(file, text)]), Memory::default());
            let place = RepoPath::new(file).unwrap();
            let reading = read(&Reader::new(&there), &rule, &place, None).unwrap().unwrap();
            let version = Version::new("v2").unwrap();
            let error = change(&Reader::new(&gone), &rule, &reading, &version, DigestRule::Ask).unwrap_err();
            assert_eq!(error.refusal().code, Code::FileGone, "{file}");
        }
    }
}
