//! What a landing changed besides the pins that it moved: the scalars of those, and the paths where there is more.

use std::collections::BTreeMap;

use crate::domain::files::{ChangedPath, PathChange};
use crate::domain::hold::RecordChange;
use crate::domain::path::RepoPath;
use crate::domain::pin::{Pin, Reading};
use crate::domain::refusal::Error;
use crate::domain::scalar::SiteEdit;
use crate::overlay::SiteChange;

use crate::ops::reading::scalars::{self, Scalars, Side};
use crate::ops::reading::timeline::Moved;
use crate::ops::reading::world::World;

/// A pin that a landing moved: what each site was and is, and the scalars that say so.
pub struct PinMoved {
    pub moved: Moved,
    /// In the order of the sites, with where they stand after the landing (before it, where they are gone).
    pub scalars: Vec<SiteEdit>,
}

/// A path that changed besides pins and holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherChange {
    pub changed: ChangedPath,
    /// Whether a pin moved in the same file.
    pub has_pin: bool,
}

/// One site of a moved pin.
struct Site<'m> {
    was: Option<&'m Reading>,
    is: Option<&'m Reading>,
    /// The edits that lead from what it said to what it says, where the tool could have made them.
    planned: Option<SiteChange>,
    /// Those that lead back.
    back: Option<SiteChange>,
}

/// Tells the moved pins from the rest: with the scalars of each, and the paths that changed besides pins and records. A file
/// with a moved pin is one of them where more of it changed.
pub fn look(
    moves: Vec<Moved>,
    paths: Vec<ChangedPath>,
    before: Option<&World>,
    after: &World,
    records: &[RecordChange],
) -> Result<(Vec<PinMoved>, Vec<OtherChange>), Error> {
    let (old, new) = (before.map(Side::of), Side::of(after));
    let sites: Vec<Vec<Site<'_>>> = moves.iter().map(|moved| sites(old.as_ref(), &new, moved)).collect();
    let mut sites_of: BTreeMap<&str, Vec<&Site<'_>>> = BTreeMap::new();
    for site in sites.iter().flatten() {
        let mut files: Vec<&str> = site.was.iter().chain(&site.is).map(|reading| reading.site.file.as_str()).collect();
        files.dedup();
        for file in files {
            sites_of.entry(file).or_default().push(site);
        }
    }
    let mut others = Vec::new();
    for changed in paths {
        if records.iter().any(|record| record.path.as_str() == changed.path) {
            continue;
        }
        let pinned = sites_of.get(changed.path.as_str());
        if let (Some(old), PathChange::Modified) = (&old, changed.change) {
            let file = RepoPath::new(&changed.path).map_err(anyhow::Error::from)?;
            let of = |file: &RepoPath| {
                let sites = sites_of.get(file.as_str())?;
                Some(sites.iter().map(|site| site.scalars_of_both()).collect())
            };
            if scalars::are_all_of(&file, old, &new, of)? {
                continue;
            }
        }
        others.push(OtherChange { has_pin: pinned.is_some(), changed });
    }
    let scalars: Vec<Vec<SiteEdit>> =
        sites.iter().map(|sites| sites.iter().flat_map(Site::scalars).collect()).collect();
    let moves = moves.into_iter().zip(scalars).map(|(moved, scalars)| PinMoved { moved, scalars }).collect();
    Ok((moves, others))
}

/// The sites that say something else than before.
fn sites<'m>(before: Option<&Side<'_>>, after: &Side<'_>, moved: &'m Moved) -> Vec<Site<'m>> {
    let readings = |pin: &'m Option<Pin>| pin.iter().flat_map(|pin| &pin.readings);
    let mut pairs: Vec<(Option<&Reading>, Option<&Reading>)> =
        readings(&moved.is).map(|is| (readings(&moved.was).find(|was| was.key == is.key), Some(is))).collect();
    let gone = readings(&moved.was).filter(|was| !readings(&moved.is).any(|is| is.key == was.key));
    pairs.extend(gone.map(|was| (Some(was), None)));
    let version = |reading: Option<&Reading>| reading.and_then(|reading| reading.version.clone());
    let differ = pairs.into_iter().filter(|(was, is)| version(*was) != version(*is));
    let pair = (&moved.change.app, &moved.change.env);
    // What cannot be planned is shown as it was read.
    let site = |(was, is)| Site {
        was,
        is,
        planned: before.zip(was.zip(is)).and_then(|(before, (was, is))| before.change(pair, was, is)),
        back: is.zip(was).and_then(|(is, was)| after.change(pair, is, was)),
    };
    differ.map(site).collect()
}

impl Site<'_> {
    /// How many lines the site stands lower after the landing; `None` where it is not in the same file.
    fn shift(&self) -> Option<i64> {
        let (was, is) = (&self.was?.site, &self.is?.site);
        (was.file == is.file).then_some(i64::from(is.line) - i64::from(was.line))
    }

    fn scalars(&self) -> Vec<SiteEdit> {
        let shown = self.planned.as_ref().map_or(&[][..], |planned| &planned.shown);
        if let (Some(shift), true) = (self.shift(), self.was.is_some_and(|was| was.version.is_some()))
            && !shown.is_empty()
        {
            return shown.iter().map(|edit| SiteEdit { line: lower(edit.line, shift), ..edit.clone() }).collect();
        }
        let Some(here) = self.is.or(self.was) else { return Vec::new() };
        let own = || here.key.cluster.as_ref().map_or(here.key.pin.clone(), |c| format!("{} ({c})", here.key.pin));
        let version = |reading: Option<&Reading>| reading.and_then(|r| r.version.as_ref()).map(ToString::to_string);
        vec![SiteEdit {
            file: here.site.file.to_string(),
            line: here.site.line,
            column: here.site.column,
            key: shown.first().map_or_else(own, |edit| edit.key.clone()),
            from: version(self.was),
            to: version(self.is),
        }]
    }

    /// The edits that lead to its scalars in both texts.
    fn scalars_of_both(&self) -> Option<Scalars> {
        Scalars::of(self.planned.as_ref(), self.back.as_ref())
    }
}

fn lower(line: u32, shift: i64) -> u32 {
    u32::try_from(i64::from(line) + shift).unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::pin::{PinSite, SiteKey};
    use crate::domain::version::Version;
    use crate::yaml;
    use crate::yaml::edit::Edit;

    fn reading(line: u32, version: &str) -> Reading {
        Reading {
            key: SiteKey { pin: "web".into(), nth: 0, cluster: None },
            site: PinSite {
                file: RepoPath::new("k.yaml").unwrap(),
                document: 0,
                route: "images[0].newTag".into(),
                line,
                column: 9,
            },
            version: Version::new(version).ok(),
            says: None,
            is_loose: false,
        }
    }

    #[test]
    fn what_a_tool_would_write_is_only_the_pin_wherever_it_stands() {
        let (was, is) = (reading(2, "v1"), reading(2, "v2"));
        let edit = |key: &str, text: &str| Edit {
            document: None,
            route: crate::yaml::route::Route(vec![crate::yaml::route::Step::Key(key.into())]),
            action: yaml::edit::Action::Set(text.into()),
        };
        let file = RepoPath::new("k.yaml").unwrap();
        let edits = vec![edit("tag", "v2"), edit("digest", "sha256:b")];
        let planned = SiteChange { file, edits, lines: Vec::new(), shown: Vec::new(), notes: Vec::new() };
        let site = Site { was: Some(&was), is: Some(&is), planned: Some(planned), back: None };
        let old = b"a: 1\ntag: v1\nb: 1\ndigest: sha256:a\n";
        assert!(scalars::only(&[site.scalars_of_both().unwrap()], old, b"a: 1\ntag: v2\nb: 1\ndigest: sha256:b\n"));
        assert!(!scalars::only(&[site.scalars_of_both().unwrap()], old, b"a: 1\ntag: v2\nb: 2\ndigest: sha256:b\n"));
    }

    #[test]
    fn a_scalar_stands_where_it_is_after_the_landing_and_one_that_is_gone_where_it_was() {
        let (was, is) = (reading(2, "v1"), reading(3, "v2"));
        let told = |site: Site<'_>| {
            let edit = site.scalars().remove(0);
            (edit.line, edit.from, edit.to)
        };
        let v = |text: &str| Some(text.to_string());
        assert_eq!(told(Site { was: Some(&was), is: Some(&is), planned: None, back: None }), (3, v("v1"), v("v2")));
        assert_eq!(told(Site { was: Some(&was), is: None, planned: None, back: None }), (2, v("v1"), None));
        assert_eq!(told(Site { was: None, is: Some(&is), planned: None, back: None }), (3, None, v("v2")));
    }
}
