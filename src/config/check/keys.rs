//! The keys of `stageline.yaml`, mapping by mapping; the schema is tested against them.

pub const TOP: &[&str] =
    &["version", "git", "owners", "environments", "people", "groups", "signers-file", "applications", "feedback"];
pub const GIT: &[&str] = &["branch", "remote", "signing"];
pub const ENVIRONMENT: &[&str] = &[
    "name",
    "after",
    "branches",
    "ephemeral",
    "git",
    "clusters",
    "landing",
    "gates",
    "signers",
    "landers",
    "override",
    "rollback",
    "stable-after",
];
pub const ENVIRONMENT_GIT: &[&str] = &["branch"];
pub const AFTER: &[&str] = &["environment", "same"];
pub const EPHEMERAL: &[&str] = &["template", "path", "ttl"];
pub const GATES: &[&str] = &["soak", "freeze", "checks", "approvals"];
pub const FREEZE: &[&str] = &["from", "until", "days", "timezone", "reason"];
pub const CHECK: &[&str] = &["name", "by"];
pub const APPROVALS: &[&str] = &["count", "from"];
pub const ROLLBACK: &[&str] = &["landing", "exempt"];
pub const PERSON: &[&str] = &["principals", "forge"];
pub const APPLICATION: &[&str] = &["name", "source", "path", "members", "version", "pins"];
/// The keys of a pin; each kind takes some of them (`pins::KINDS`).
pub const PIN: &[&str] = &[
    "image",
    "base",
    "chart",
    "revision",
    "literal",
    "label",
    "annotation",
    "imagepolicy",
    "file",
    "marker",
    "in",
    "path",
    "inside",
    "as",
    "digest-path",
    "kind",
    "name",
    "namespace",
    "apiVersion",
    "digest",
    "environments",
];
pub const FEEDBACK: &[&str] = &["slack", "dingtalk", "email", "webhook", "secret", "events"];

/// The keys of `feedback` that say where a message goes.
pub const SINKS: &[&str] = &["slack", "dingtalk", "email", "webhook"];
/// The events that `feedback` tells of.
pub const EVENTS: &[&str] = &["promote", "rollback", "hold", "preview", "baseline", "approve", "attest", "verify"];
/// The gates that somebody may be permitted to override.
pub const OVERRIDABLE: &[&str] = &["branches", "order", "soak", "freeze", "hold", "checks", "approvals"];
/// The gates that never can be overridden.
pub const NEVER_OVERRIDDEN: &[&str] = &["signature", "scope", "policy"];
/// The gates that a rollback may be exempt from.
pub const EXEMPTIBLE: &[&str] = &["soak", "freeze", "checks", "approvals"];
