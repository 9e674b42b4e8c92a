//! What others make: images and charts of vendors, whose versions are no commits of anybody here.

use crate::domain::image;

use super::naming::{OTHERS, last_part, shares};
use super::vendors::{LIBRARY, OWNERS, PRODUCTS, REGISTRIES, VENDORS};
use super::versions::has_commit;

const PUBLIC: [&str; 7] =
    ["docker.io", "index.docker.io", "registry-1.docker.io", "quay.io", "ghcr.io", "gcr.io", "public.ecr.aws"];
/// Accounts whose registries hold what a cloud gives to everybody's clusters: of Amazon's EKS.
const ACCOUNTS: [&str; 3] = ["602401143452.", "900889452093.", "877085696533."];
/// Hosts of charts that anybody may install.
const CHARTS: [&str; 12] = [
    "charts.bitnami.com",
    "charts.jetstack.io",
    "charts.helm.sh",
    "charts.external-secrets.io",
    "helm.releases.hashicorp.com",
    "helm.elastic.co",
    "helm.datadoghq.com",
    "helm.traefik.io",
    "traefik.github.io",
    "kubernetes-charts.storage.googleapis.com",
    "charts.rancher.io",
    "releases.rancher.com",
];

/// Why an image is not the application's own; `None` where something speaks for it: a version with a commit in it, or a
/// name of one's own.
pub fn image(app: Option<&str>, image: &str, versions: &[&str]) -> Option<String> {
    let name = last_part(image::parts(image).0);
    // What is called as a product is one in a registry of one's own, too; an application of that name moves.
    let is_moved = versions.iter().any(|version| Some(version) != versions.first());
    let is_named = app.is_some_and(|app| shares(app, name)) && is_moved;
    let is_product = OTHERS.contains(&name) || PRODUCTS.contains(&name);
    let is_other = is_others(image) || (is_product && !is_named);
    (is_other && !has_commit(versions)).then(|| told(name))
}

/// Whether what runs in the place of an image is a copy of what others publish: it keeps the name of that, perhaps behind a
/// beginning of one's own (`pln-nginx-exporter`).
pub fn is_mirror(image: &str, runs: &str) -> bool {
    let (name, copy) = (last_part(image::parts(image).0), last_part(image::parts(runs).0));
    let begins = copy.strip_suffix(name).is_some_and(|start| start.is_empty() || start.ends_with(['-', '_', '.']));
    image != runs && begins && is_others(image)
}

/// What is told of it, behind its name.
pub const OTHERS_MAKE: &str = "is made by others: its version is not the application's";

/// What is told of it.
pub fn told(name: &str) -> String {
    format!("`{name}` {OTHERS_MAKE}")
}

/// Whether a name alone is one of what others make.
pub fn is_named(name: &str) -> bool {
    [&OTHERS[..], &VENDORS, &PRODUCTS].iter().any(|names| names.contains(&name))
}

/// Whether an image is of a registry or a namespace that is a vendor's.
pub fn is_others(image: &str) -> bool {
    let name = image::parts(image).0;
    let Some((first, rest)) = name.split_once('/') else {
        return OTHERS.contains(&name) || LIBRARY.contains(&name);
    };
    let begins = |start: &str| name.strip_prefix(start).is_some_and(|rest| rest.starts_with('/'));
    if REGISTRIES.iter().any(|registry| begins(registry)) || ACCOUNTS.iter().any(|account| first.starts_with(account)) {
        return true;
    }
    let is_host = first.contains(['.', ':']) || first == "localhost";
    let is_vendor = |name: &str| VENDORS.contains(&name) || OWNERS.contains(&name);
    match (is_host, rest.split_once('/')) {
        (false, _) => is_vendor(first) || first == "library",
        (true, Some((namespace, _))) => PUBLIC.contains(&first) && is_vendor(namespace),
        (true, None) => PUBLIC.contains(&first) && (OTHERS.contains(&rest) || LIBRARY.contains(&rest)),
    }
}

/// Whether the charts of a repository are for everybody.
pub fn is_public(repository: &str) -> bool {
    let rest = repository.split_once("://").map_or(repository, |(_, rest)| rest);
    let host = rest.split(['/', ':']).next().unwrap_or_default();
    let is_vendor = repository.starts_with("oci://") && is_others(&format!("{}/x", rest.trim_end_matches('/')));
    CHARTS.contains(&host) || host.ends_with(".github.io") || is_vendor
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_of_vendors_are_others_whatever_the_application_is_called() {
        for other in [
            "redis",
            "docker.io/library/redis",
            "quay.io/prometheus/node-exporter",
            "registry.k8s.io/ingress-nginx/controller",
            "ghcr.io/fluxcd/source-controller",
            "bitnami/postgresql",
            "docker.io/nginx",
            "grafana/loki",
            "hasura/graphql-engine",
            "ghcr.io/metabase/metabase",
            "602401143452.dkr.ecr.eu-west-1.amazonaws.com/eks/coredns",
            "php",
            "apache/airflow",
        ] {
            assert!(image(Some("redis"), other, &["7.2.1"]).is_some(), "{other}");
        }
        for own in ["web", "ghcr.io/shop/web", "registry.example.com/shop/redis-proxy"] {
            assert_eq!(image(Some("redis"), own, &["7.2.1"]), None, "{own}");
        }
        assert_eq!(image(Some("redis"), "r:5000/redis", &["7.2.1", "7.2.2"]), None, "it moves");
        for copy in ["r:5000/redis", "123.dkr.ecr.eu-west-1.amazonaws.com/infra/mysqld-exporter"] {
            assert!(image(Some("redis"), copy, &["7.2.1", "7.2.1"]).is_some(), "{copy}");
        }
        let id = "9d3e7aa1c0ffee00112233445566778899aabbcc";
        assert_eq!(image(Some("web"), "nginx", &[id]), None, "nobody tags a vendor's image with a commit");
        assert!(image(Some("web"), "registry.example.com/mirror/redis", &["7.2.1"]).is_some());
    }

    #[test]
    fn a_copy_of_what_others_publish_keeps_its_name() {
        for (image, runs) in [
            ("nginx/nginx-prometheus-exporter", "1.dkr.ecr.eu-west-1.amazonaws.com/shop-nginx-prometheus-exporter"),
            ("docker.io/redis", "r.example.com/cache/redis"),
            ("grafana/loki", "r.example.com/loki"),
        ] {
            assert!(is_mirror(image, runs), "{image} {runs}");
        }
        for (image, runs) in [
            ("nginx", "r.example.com/shop/web"),
            ("node", "r.example.com/shop/node-service"),
            ("redis", "redis"),
            ("web", "r.example.com/shop/web"),
        ] {
            assert!(!is_mirror(image, runs), "{image} {runs}");
        }
    }

    #[test]
    fn charts_of_public_repositories_are_told_by_the_host() {
        for public in ["https://charts.bitnami.com/bitnami", "https://x.github.io/charts", "oci://ghcr.io/grafana/helm"]
        {
            assert!(is_public(public), "{public}");
        }
        for own in ["https://charts.example.com", "oci://ghcr.io/shop/charts", "https://git.example.com/shop/web.git"] {
            assert!(!is_public(own), "{own}");
        }
    }
}
