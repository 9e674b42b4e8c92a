//! What names tell: the thing that an address ends with, whether it is the application's, and what others make.

/// What an application is called that nothing names.
pub const GUESS: &str = "app";

/// What others build: its version is no commit of the application.
pub const OTHERS: [&str; 30] = [
    "redis",
    "postgres",
    "postgresql",
    "mysql",
    "mariadb",
    "mongo",
    "mongodb",
    "rabbitmq",
    "kafka",
    "zookeeper",
    "nats",
    "memcached",
    "elasticsearch",
    "opensearch",
    "nginx",
    "haproxy",
    "traefik",
    "envoy",
    "busybox",
    "alpine",
    "ubuntu",
    "debian",
    "curl",
    "prometheus",
    "grafana",
    "vault",
    "minio",
    "kubectl",
    "istio-proxy",
    "cert-manager",
];

/// Whether one of the two names has the other in it: `web` and `web-worker`.
pub fn shares(app: &str, image: &str) -> bool {
    !image.is_empty() && (image.contains(app) || app.contains(image))
}

/// What an address ends with: `web` of `registry.example.com/shop/web`.
pub fn last_part(image: &str) -> &str {
    image.rsplit('/').next().unwrap_or_default()
}
