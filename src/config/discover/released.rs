//! Releases of charts that others make: a tag in their values is no application's, though nothing beside it says whose image it is.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::files::Files;
use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;

use super::naming::{last_part, shares};
use super::sites::{Site, is_template};
use super::strangers;

/// The names of such releases.
pub type Released = BTreeSet<String>;

/// One item of a list as it stands, wherever that is: its lines begin in this column.
#[derive(Debug, Default)]
struct Item<'t> {
    column: usize,
    name: &'t str,
    chart: &'t str,
    url: &'t str,
}

/// Those in the helmfiles among these files. They are mostly templates, which no parser of YAML reads.
pub fn of_helmfiles<'p>(files: &dyn Files, paths: impl Iterator<Item = &'p RepoPath>) -> Result<Released, Error> {
    let is_one = |path: &&RepoPath| {
        path.name().starts_with("helmfile") || path.parent().is_some_and(|folder| folder.name() == "helmfile.d")
    };
    let mut out = Released::new();
    for path in paths.filter(is_one) {
        let Some(bytes) = files.read(path)? else { continue };
        out.extend(of_helmfile(&String::from_utf8_lossy(&bytes)));
    }
    Ok(out)
}

fn of_helmfile(text: &str) -> Released {
    let mut items: Vec<Item<'_>> = Vec::new();
    for line in text.lines() {
        let entry = line.trim_start().trim_start_matches("- ").trim_start();
        let column = line.len() - entry.len();
        if line.trim_start().starts_with("- ") {
            items.push(Item { column, ..Item::default() });
        }
        let Some((key, value)) = entry.split_once(": ") else { continue };
        let value = value.split(" #").next().unwrap_or_default().trim().trim_matches(['"', '\'']);
        let Some(item) = items
            .iter_mut()
            .rev()
            .find(|item| item.column <= column)
            .filter(|item| item.column == column && !is_template(value))
        else {
            continue;
        };
        match key {
            "name" => item.name = value,
            "chart" => item.chart = value,
            "url" => item.url = value,
            _ => {}
        }
    }
    let urls: BTreeMap<&str, &str> =
        items.iter().map(|item| (item.name, item.url)).filter(|(_, url)| !url.is_empty()).collect();
    let is_others = |item: &&Item<'_>| {
        let repository = item.chart.split_once('/').map_or("", |(repository, _)| repository);
        let from = urls.get(repository).copied().unwrap_or(item.chart);
        is_product(item.name, item.chart) && (strangers::is_public(from) || strangers::is_named(repository))
    };
    items.iter().filter(is_others).map(|item| item.name.to_string()).collect()
}

/// The name of what a document deploys, where a text of it versions such a chart.
pub fn of_document(owner: Option<&str>, sites: &[Site]) -> Option<String> {
    let name = owner?;
    let mut charts = sites.iter().filter(|site| site.from.as_deref().is_some_and(strangers::is_public));
    charts.any(|site| site.thing.as_deref().is_some_and(|chart| is_product(name, chart))).then(|| name.to_string())
}

/// Whether a chart is the product that is released, and none for any application: by its own name, or by the release's.
fn is_product(release: &str, chart: &str) -> bool {
    let chart = last_part(chart);
    !release.is_empty() && !chart.is_empty() && (strangers::is_named(chart) || shares(release, chart))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_of_a_product_from_a_public_repository_is_others() {
        let text = "repositories:\n  - name: bit\n    url: https://charts.bitnami.com/bitnami\n  - name: own\n    url: https://charts.example.com\n---\nreleases:\n{{ if .x }}\n  - name: cache # it\n    values:\n      - name: x\n    chart: bit/redis\n  - chart: own/web\n    name: web\n  - name: api\n    chart: \"bit/application\"\n  - name: dns\n    chart: oci://ghcr.io/grafana/dns\n  - {{ .y }}\n  - name: loki\n    chart: grafana/loki\n";
        let found = of_helmfile(text);
        assert_eq!(found.iter().map(String::as_str).collect::<Vec<_>>(), ["cache", "dns", "loki"]);
    }
}
