//! What others make: images and charts of vendors, whose versions are no commits of anybody here.

use crate::domain::image;

use super::naming::{OTHERS, last_part, shares};
use super::versions::has_commit;

/// Images that Docker Hub keeps without a namespace, and that people deploy as they are.
const LIBRARY: [&str; 40] = [
    "httpd",
    "caddy",
    "kong",
    "tomcat",
    "jetty",
    "wordpress",
    "ghost",
    "nextcloud",
    "drupal",
    "joomla",
    "matomo",
    "sonarqube",
    "registry",
    "docker",
    "consul",
    "etcd",
    "influxdb",
    "telegraf",
    "chronograf",
    "kapacitor",
    "cassandra",
    "couchdb",
    "couchbase",
    "neo4j",
    "arangodb",
    "percona",
    "solr",
    "logstash",
    "kibana",
    "fluentd",
    "mosquitto",
    "eclipse-mosquitto",
    "rethinkdb",
    "odoo",
    "redmine",
    "node",
    "python",
    "golang",
    "openjdk",
    "amazonlinux",
];
/// Registries that hold nothing but their owner's images.
const REGISTRIES: [&str; 12] = [
    "registry.k8s.io",
    "k8s.gcr.io",
    "mcr.microsoft.com",
    "docker.elastic.co",
    "nvcr.io",
    "registry.access.redhat.com",
    "registry.redhat.io",
    "gcr.io/google-containers",
    "gcr.io/google_containers",
    "gcr.io/distroless",
    "docker.io/library",
    "public.ecr.aws/docker/library",
];
/// Namespaces of public registries (Docker Hub, quay.io, ghcr.io, gcr.io) that are well-known vendors'.
const VENDORS: [&str; 72] = [
    "argoproj",
    "argoprojlabs",
    "aquasec",
    "authelia",
    "bitnami",
    "bitnamicharts",
    "bitnamilegacy",
    "boky",
    "brancz",
    "calico",
    "cilium",
    "cloudflare",
    "cloudnative-pg",
    "coredns",
    "coreos",
    "crunchydata",
    "curlimages",
    "datadog",
    "dexidp",
    "dpage",
    "elastic",
    "emberstack",
    "envoyproxy",
    "external-secrets",
    "falcosecurity",
    "fluent",
    "fluxcd",
    "gitea",
    "goauthentik",
    "goharbor",
    "grafana",
    "groundnuty",
    "haproxytech",
    "hashicorp",
    "istio",
    "jaegertracing",
    "jenkins",
    "jetstack",
    "k8tz",
    "keycloak",
    "kedacore",
    "kiali",
    "kiwigrid",
    "kubernetesui",
    "kyverno",
    "linkerd",
    "longhornio",
    "linuxserver",
    "metallb",
    "minio",
    "mittwald",
    "nginxinc",
    "oauth2-proxy",
    "oliver006",
    "open-telemetry",
    "openpolicyagent",
    "opensearchproject",
    "operator-framework",
    "otel",
    "pomerium",
    "prom",
    "prometheus",
    "prometheus-operator",
    "prometheuscommunity",
    "rancher",
    "sealed-secrets",
    "stakater",
    "strimzi",
    "thanos",
    "traefik",
    "velero",
    "victoriametrics",
];
/// More of them that publish one product: their names alone may be of anything.
const OWNERS: [&str; 60] = [
    "amazon",
    "apicurio",
    "argoproj-labs",
    "authzed",
    "axllent",
    "bitwarden",
    "clickhouse",
    "cloudnativepg",
    "confluentinc",
    "containrrr",
    "dragonflydb",
    "ealen",
    "edoburu",
    "emqx",
    "flagsmith",
    "flyway",
    "getmeili",
    "getsentry",
    "growthbook",
    "hasura",
    "kartoza",
    "kennethreitz",
    "kubernetes-sigs",
    "liquibase",
    "localstack",
    "louislam",
    "mailhog",
    "mailserver",
    "mccutchen",
    "metabase",
    "n8nio",
    "netdata",
    "nginx-ingress",
    "nocodb",
    "obsidiandynamics",
    "ollama",
    "openfga",
    "openzipkin",
    "oryd",
    "pgbouncer",
    "pgvector",
    "portainer",
    "postgis",
    "provectuslabs",
    "qdrant",
    "rediscommander",
    "redpandadata",
    "selenium",
    "sonatype",
    "tchiotludo",
    "temporalio",
    "timescale",
    "traefikio",
    "typesense",
    "unleashorg",
    "valkey",
    "vaultwarden",
    "wiremock",
    "zabbix",
    "zitadel",
];
/// Names that people give to what others make, where no image or chart beside them says whose it is.
const PRODUCTS: [&str; 83] = [
    "adminer",
    "airbyte",
    "airflow",
    "akhq",
    "alertmanager",
    "argo-cd",
    "argo-rollouts",
    "argo-workflows",
    "argocd",
    "authentik",
    "aws-cli",
    "blackbox-exporter",
    "clickhouse",
    "cloudflared",
    "cluster-autoscaler",
    "cockroachdb",
    "debezium",
    "eck-operator",
    "external-dns",
    "filebeat",
    "fluent-bit",
    "fluentbit",
    "fluentd",
    "gitlab-runner",
    "growthbook",
    "harbor",
    "hasura",
    "httpbin",
    "imgproxy",
    "influxdb",
    "ingress-nginx",
    "istiod",
    "jaeger",
    "kafdrop",
    "kafka-ui",
    "karpenter",
    "keda",
    "kibana",
    "kong",
    "kube-prometheus-stack",
    "kube-state-metrics",
    "linkerd",
    "localstack",
    "logstash",
    "loki",
    "maildev",
    "mailhog",
    "mailpit",
    "meilisearch",
    "metabase",
    "metrics-server",
    "n8n",
    "neo4j",
    "nginx-ingress",
    "node-exporter",
    "ollama",
    "opencost",
    "openfga",
    "opentelemetry-collector",
    "otel-collector",
    "pgadmin",
    "pgbouncer",
    "phpmyadmin",
    "postgres-exporter",
    "promtail",
    "pushgateway",
    "qdrant",
    "redis-commander",
    "redis-exporter",
    "redisinsight",
    "redpanda",
    "schema-registry",
    "seaweedfs",
    "sonarqube",
    "spicedb",
    "superset",
    "typesense",
    "unleash",
    "valkey",
    "vaultwarden",
    "wiremock",
    "zipkin",
    "zitadel",
];
const PUBLIC: [&str; 6] = ["docker.io", "index.docker.io", "registry-1.docker.io", "quay.io", "ghcr.io", "gcr.io"];
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
    let is_named = app.is_some_and(|app| shares(app, name));
    let is_other = is_others(image) || (OTHERS.contains(&name) && !is_named);
    (is_other && !has_commit(versions)).then(|| told(name))
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
    if REGISTRIES.iter().any(|registry| begins(registry)) {
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
        ] {
            assert!(image(Some("redis"), other, &["7.2.1"]).is_some(), "{other}");
        }
        for own in ["web", "ghcr.io/shop/web", "registry.example.com/shop/redis-proxy", "r:5000/redis"] {
            assert_eq!(image(Some("redis"), own, &["7.2.1"]), None, "{own}");
        }
        let id = "9d3e7aa1c0ffee00112233445566778899aabbcc";
        assert_eq!(image(Some("web"), "nginx", &[id]), None, "nobody tags a vendor's image with a commit");
        assert!(image(Some("web"), "registry.example.com/mirror/redis", &["7.2.1"]).is_some());
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
