//! The remote bases and the charts of a kustomization with their values, as sites.

use crate::config::check::secret_of_a_repository;
use crate::domain::secrets::without_secrets;
use crate::domain::settings::PinKind;
use crate::overlay::survey::{reference, same_repository};
use crate::yaml::locate::{get, text};
use crate::yaml::tree::{Node, Tree};

use super::naming::{last_part, shares};
use super::sites::{Says, Scope, Site, Stand, item, items, key, revision, tag};
use super::values;

/// What is told of a chart that is released under another name.
pub const CHARTS_ALONE: &str = "its version may be the chart's alone";

/// The sites of a kustomization's remote bases and `helmCharts`.
pub fn sites(tree: &Tree) -> Vec<Site> {
    let mut out: Vec<Site> = Vec::new();
    for document in &tree.documents {
        let nodes: Vec<&Node> =
            ["resources", "bases", "components"].iter().flat_map(|list| items(document, &[list])).collect();
        let is_same = |one: &Node, other: &Node| matches!((one.as_str(), other.as_str()), (Some(one), Some(other)) if same_repository(one, other));
        for node in nodes.iter().filter(|node| node.as_str().is_some_and(|text| reference(text).is_some())) {
            let is_repeated = nodes.iter().filter(|other| is_same(node, other)).count() > 1;
            out.extend(base(node, is_repeated));
        }
        let charts = items(document, &["helmCharts"]);
        for (index, chart) in charts.iter().enumerate() {
            let Some(name) = text(chart, &["name"]) else { continue };
            let steps = [key("helmCharts"), item(charts, index, "name"), key("valuesInline")];
            let inline = get(chart, &["valuesInline"]).map(|node| values::sites(&Scope::default(), node, &steps));
            out.extend(inline.into_iter().flatten().map(|site| {
                let name = Some(last_part(name).to_string());
                let component = site.component.clone().or_else(|| name.clone().filter(|_| charts.len() > 1));
                Site { component, thing: site.thing.clone().or(name), ..site }
            }));
            // A chart for any application that is released under a name of its own versions none of them.
            let release = text(chart, &["releaseName"]).filter(|release| !shares(name, release));
            if let Some(says) = text(chart, &["version"]).and_then(tag) {
                let says = match release {
                    Some(release) => Says::Loose(format!("chart `{name}` is released as `{release}`: {CHARTS_ALONE}")),
                    None => says,
                };
                let kind = PinKind::Chart { chart: name.to_string() };
                let from = text(chart, &["repo"]).map(str::to_string);
                out.push(Site { from, ..site(kind, format!("chart {name}"), says, chart, name) });
            }
        }
    }
    // One folder of a repository, or one chart, twice: nobody can tell which is meant.
    let keys: Vec<String> = out.iter().map(|site| site.key.clone()).collect();
    for site in &mut out {
        if keys.iter().filter(|key| **key == site.key).count() > 1 {
            site.says =
                Says::Loose(format!("{} stands there more than once: declare each by its file and path", site.key));
        }
    }
    out
}

/// The ref of a remote base; by its folder, where several are of one repository.
fn base(node: &Node, is_repeated: bool) -> Option<Site> {
    let text = node.as_str()?;
    let (start, end) = reference(text)?;
    let says = revision(&text[start..end])?;
    let address = text.split('?').next().unwrap_or_default();
    let repository = repository(address);
    let says = if is_address(repository) { says } else { Says::Loose("the address has a password in it".into()) };
    let name = repository_name(of_two(repository))?;
    let by = if is_repeated { address } else { repository };
    let kind = PinKind::KustomizeBase { repository: by.to_string() };
    Some(site(kind, format!("base {}", without_secrets(by)), says, node, &name))
}

fn site(kind: PinKind, key: String, says: Says, node: &Node, name: &str) -> Site {
    let name = Some(last_part(name).to_string());
    Site { key, component: name.clone(), thing: name, stand: Stand::Namesake, ..Site::of(kind, says, node.line) }
}

/// The address without the folder inside the repository.
fn repository(address: &str) -> &str {
    let start = address.find("://").map_or(0, |at| at + 3);
    match address[start..].find("//") {
        Some(at) => &address[..start + at],
        None => match address.find(".git/") {
            Some(at) => &address[..at + 4],
            None => address,
        },
    }
}

/// The repository of an address that says nowhere where its folder begins: kustomize takes the first two parts of the path.
fn of_two(address: &str) -> &str {
    let start = address.find("://").map_or(0, |at| at + 3);
    let is_plain = start > 0 && !address.ends_with(".git") && !address.contains("/_git/");
    let mut slashes = address[start..].match_indices('/').map(|(at, _)| start + at);
    slashes.nth(2).filter(|_| is_plain).map_or(address, |end| &address[..end])
}

/// `web` of `https://git.example.com/shop/web.git`.
pub fn repository_name(address: &str) -> Option<String> {
    let name = last_part(repository(address).trim_end_matches('/'));
    let name = name.rsplit(':').next().unwrap_or_default();
    let name = name.strip_suffix(".git").unwrap_or(name);
    Some(name.to_string()).filter(|name| !name.is_empty())
}

/// A pin by the address of a repository; `None` for what cannot be one.
pub fn by_repository(address: &str) -> Option<PinKind> {
    is_address(address).then(|| PinKind::Revision { repository: address.to_string() })
}

/// Whether an address can stand in `stageline.yaml`: one word without a password.
fn is_address(text: &str) -> bool {
    !text.is_empty()
        && !text.contains(|c: char| c.is_whitespace() || "{}$".contains(c))
        && !text.contains("?ref=")
        && secret_of_a_repository(text).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_tells_its_repository() {
        for (address, wanted) in [
            ("https://git.example.com/shop/web.git/deploy/base", "https://git.example.com/shop/web.git"),
            ("https://git.example.com/shop/web//deploy", "https://git.example.com/shop/web"),
            ("git@git.example.com:shop/web", "git@git.example.com:shop/web"),
            ("git::ssh://git@git.example.com/shop/web.git//deploy", "git::ssh://git@git.example.com/shop/web.git"),
        ] {
            assert_eq!(repository(address), wanted);
            assert_eq!(repository_name(address).as_deref(), Some("web"));
        }
        for secret in [
            "https://user:secret@git.example.com/shop/web",
            "https://user:sec/ret@git.example.com/shop/web",
            "https://git.example.com/shop/web?token=secret",
        ] {
            assert!(!is_address(secret), "{secret}");
        }
    }
}
