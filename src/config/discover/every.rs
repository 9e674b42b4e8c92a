//! Every text of one file that may be a pin, whatever kind of file that is.

use crate::domain::files::KUSTOMIZATIONS;
use crate::domain::path::RepoPath;
use crate::domain::settings::PinKind;
use crate::overlay::survey::Parsed;

use super::sites::Site;
use super::{charts, kustomized, objects, rest};

/// The texts of a file; `None` where it is a kustomization that cannot be read.
pub fn sites(file: &RepoPath, parsed: &Parsed<'_>, bytes: &[u8]) -> Option<Vec<Site>> {
    Some(match file.name() {
        name if KUSTOMIZATIONS.contains(&name) => {
            let kustomization = kustomized::read(file, bytes).ok()?;
            kustomization.images.iter().filter_map(kustomized::Image::site).chain(kustomization.sites).collect()
        }
        "Chart.yaml" => charts::read(parsed.tree()).sites.into_iter().filter(|site| site.component.is_some()).collect(),
        name => {
            let read = objects::read(parsed.tree(), name.contains("values"));
            let mut sites: Vec<Site> = read.into_iter().flat_map(|owned| owned.sites).collect();
            for site in rest::sites(parsed.tree(), bytes) {
                if !sites.iter().any(|other| other.line == site.line) {
                    sites.push(site);
                }
            }
            sites
        }
    })
}

/// How a pin of it is written: by the name of what it versions, where that finds it.
pub fn kind<'s>(site: &'s Site, parsed: &Parsed<'_>) -> &'s PinKind {
    site.named.as_ref().filter(|kind| parsed.reading(kind).is_some()).unwrap_or(&site.kind)
}
