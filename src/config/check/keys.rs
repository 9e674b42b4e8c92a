//! The keys of `stageline.yaml`, mapping by mapping; the schema is tested against them.

use crate::domain::settings::NamedGate;

pub const TOP: &[&str] = &[
    "version",
    "id",
    "git",
    "owners",
    "environments",
    "freeze",
    "people",
    "groups",
    "signers-file",
    "receipts",
    "trust-before",
    "forges",
    "requests",
    "issues",
    "applications",
    "feedback",
];
pub const GIT: &[&str] = &["branch", "remote", "signing"];
pub const OWNERS: &[&str] = &["from", "approvals"];
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
    "hotfix",
    "requests",
    "stable-after",
];
pub const ENVIRONMENT_GIT: &[&str] = &["branch"];
pub const AFTER: &[&str] = &["environment", "same"];
pub const EPHEMERAL: &[&str] = &["template", "path", "from", "namespace", "ttl", "limit", "url", "register", "forks"];
pub const REGISTER: &[&str] = &["file", "path", "entry"];
pub const GATES: &[&str] = &["soak", "freeze", "checks", "approvals"];
pub const SOAK: &[&str] = &["for", "counts", "since", "clock"];
/// A freeze of one environment or application.
pub const FREEZE: &[&str] = &["from", "until", "days", "timezone", "allow", "reason", "exempt"];
/// A freeze of the whole file.
pub const TOP_FREEZE: &[&str] = &["environments", "from", "until", "days", "timezone", "allow", "reason", "exempt"];
pub const CHECK: &[&str] = &["name", "by", "in", "max-age", "applications"];
pub const APPROVALS: &[&str] = &["count", "from", "max-age"];
pub const OVERRIDE: &[&str] = &["from", "alone"];
pub const ROLLBACK: &[&str] = &["landing", "exempt", "reviewers"];
pub const HOTFIX: &[&str] = &["branches", "exempt", "from"];
pub const PERSON: &[&str] = &["principals", "forge", "email", "mobile"];
pub const FORGE: &[&str] = &["kind", "api"];
pub const REQUESTS: &[&str] = &["template", "labels", "reviewers", "assignees", "draft", "auto-merge"];
pub const ISSUES: &[&str] = &["pattern", "url"];
pub const APPLICATION: &[&str] =
    &["name", "each", "names", "born", "was", "source", "path", "owners", "gates", "members", "version", "tag", "pins"];
/// The keys that only one application takes, not a family.
pub const OF_ONE: &[&str] = &["name", "was", "members"];
/// The keys that only a family takes.
pub const OF_MANY: &[&str] = &["names", "born"];
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
    "has",
    "document",
    "digest",
    "version",
    "was",
    "aliases",
    "optional",
    "environments",
];
pub const FEEDBACK: &[&str] = &[
    "slack",
    "slack-token",
    "channel",
    "dingtalk",
    "mobiles",
    "email",
    "from",
    "to",
    "teams",
    "feishu",
    "wecom",
    "webhook",
    "format",
    "secret",
    "events",
    "environments",
    "applications",
    "template",
];

/// The placeholders of a pin's place.
pub const OF_PINS: &[&str] = &["environment", "application", "cluster"];
/// Those of them that are filled for each place of one application.
pub const OF_PLACES: &[&str] = &["environment", "cluster"];

/// The keys of `feedback` that say where a message goes.
pub const SINKS: &[&str] = &["slack", "slack-token", "dingtalk", "email", "teams", "feishu", "wecom", "webhook"];
/// The gates that never can be overridden.
pub const NEVER_OVERRIDDEN: &[&str] = &["signature", "scope", "policy"];
/// The gates that a rollback or a hotfix may be exempt from: neither passes a commit's hold, and where a commit is from is no wait.
pub const EXEMPTIBLE: &[NamedGate] =
    &[NamedGate::Order, NamedGate::Soak, NamedGate::Freeze, NamedGate::Checks, NamedGate::Approvals];

/// The words alone of a list of words.
pub fn words<T>(words: &[(&'static str, T)]) -> Vec<&'static str> {
    words.iter().map(|(word, _)| *word).collect()
}
