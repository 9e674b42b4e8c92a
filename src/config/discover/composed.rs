//! The services of a Compose file: each image is an application by its own name, whatever the service is called.

use crate::yaml::locate::{get, text};
use crate::yaml::tree::Node;

use super::sites::{Scope, Site, then};

/// Keys that a Compose file has at its top, beside those that begin with `x-`.
const TOP: [&str; 8] = ["services", "version", "name", "include", "volumes", "networks", "configs", "secrets"];

/// The images of the services; `None` where it is no Compose file.
pub fn sites(scope: &Scope, document: &Node) -> Option<Vec<Site>> {
    let services = get(document, &["services"])?.entries()?;
    let is_top = |key: &str| TOP.contains(&key) || key.starts_with("x-");
    let is_whole = document.entries()?.iter().all(|(key, _)| key.as_str().is_some_and(is_top));
    let is_service = services.iter().all(|(_, service)| service.entries().is_some());
    let has_image = services.iter().any(|(_, service)| text(service, &["image"]).is_some());
    // Values say the tag beside the image.
    let is_split = services.iter().any(|(_, service)| {
        get(service, &["image"]).is_some_and(|image| image.entries().is_some())
            || ["tag", "version"].iter().any(|key| get(service, &[key]).is_some())
    });
    if !is_whole || !is_service || !has_image || is_split {
        return None;
    }
    let site = |(name, service): &(Node, Node)| {
        let steps = then(&[], &["services", name.as_str()?, "image"]);
        let site = scope.image(&steps, get(service, &["image"])?)?;
        Some(Site { component: site.thing.clone(), ..site })
    };
    Some(services.iter().filter_map(site).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::tree::Tree;

    fn found(text: &str) -> Option<Vec<String>> {
        let tree = Tree::parse(text.as_bytes()).unwrap();
        let sites = sites(&Scope::default(), &tree.documents[0])?;
        Some(
            sites
                .into_iter()
                .map(|site| format!("{} {}", site.component.unwrap_or_default(), site.key.trim()))
                .collect(),
        )
    }

    #[test]
    fn services_are_told_by_their_images() {
        let compose =
            "services:\n  a: {image: r/web:v1}\n  b: {image: r/web:v1, command: [x]}\n  c: {build: .}\nx-log: {}\n";
        assert_eq!(found(compose).unwrap(), ["web services.a.image", "web services.b.image"]);
        for other in [
            "services: {a: {image: r/web, tag: v1}}\n",
            "services: {a: {image: {tag: v1}}}\n",
            "services: {a: {image: r/web:v1}}\nreplicas: 1\n",
            "services: [a]\n",
        ] {
            assert_eq!(found(other), None, "{other}");
        }
    }
}
