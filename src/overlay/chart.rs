//! Chart versions by the chart's name: kustomize's `helmCharts:`, dependencies in `Chart.yaml` or `requirements.yaml`, Argo CD sources, Flux HelmReleases.

use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;
use crate::domain::settings::Form;
use crate::yaml::locate::{get, text};
use crate::yaml::route::{Route, Step};
use crate::yaml::tree::Node;

use super::lock::has_dependencies;
use super::objects::{At, File, Seen, keys, look, then};
use super::reader::Reader;
use super::revision::sources;
use super::slot::Spot;

/// The version of `chart` in the files at a place; `None` where nothing stands there.
pub fn spot(reader: &Reader<'_>, chart: &str, place: &RepoPath) -> Result<Option<Spot>, Error> {
    let found = look(reader, place, |file, document, root, found| {
        for (name, route, node) in charts(file, root) {
            found.add(name, name == chart, At { file: &file.path, document, route }, node, Form::Whole)?;
        }
        Ok(())
    })?;
    found.map(|found| found.together(chart, place)).transpose()
}

/// Every chart that the files at a place name with a version.
pub fn all(reader: &Reader<'_>, place: &RepoPath) -> Result<Vec<Seen>, Error> {
    let found = look(reader, place, |file, document, root, found| {
        for (name, route, node) in charts(file, root) {
            found.add(name, false, At { file: &file.path, document, route }, node, Form::Whole)?;
        }
        Ok(())
    })?;
    Ok(found.unwrap_or_default().seen)
}

/// Every chart of a document: its name, and the route and node of its version.
fn charts<'t>(file: &File, root: &'t Node) -> Vec<(&'t str, Route, &'t Node)> {
    let mut out = Vec::new();
    let named = |list: &str, out: &mut Vec<(&'t str, Route, &'t Node)>| {
        for (index, item) in get(root, &[list]).and_then(Node::items).unwrap_or_default().iter().enumerate() {
            if let (Some(name), Some(version)) = (text(item, &["name"]), get(item, &["version"])) {
                out.push((name, then(&keys(&[list]), [Step::Index(index), Step::Key("version".into())]), version));
            }
        }
    };
    named("helmCharts", &mut out);
    if has_dependencies(&file.path) {
        named("dependencies", &mut out);
    }
    for (route, source) in sources(root) {
        if let (Some(name), Some(version)) = (text(source, &["chart"]), get(source, &["targetRevision"])) {
            out.push((name, then(&route, [Step::Key("targetRevision".into())]), version));
        }
    }
    if text(root, &["kind"]) == Some("HelmRelease")
        && let (Some(name), Some(version)) =
            (text(root, &["spec", "chart", "spec", "chart"]), get(root, &["spec", "chart", "spec", "version"]))
    {
        out.push((name, keys(&["spec", "chart", "spec", "version"]), version));
    }
    out
}
