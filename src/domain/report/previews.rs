//! Previews, as reports tell of them.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

/// An instance that a change makes, moves or takes away.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct InstanceReport {
    pub environment: String,
    pub instance: String,
    /// Where it will be; one address, or one for each application.
    pub addresses: Vec<String>,
    /// The page of the merge request that it is of.
    pub request: Option<String>,
    /// Whether it goes.
    pub destroyed: bool,
}

/// What a landing did to an instance.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct InstanceChanged {
    pub environment: String,
    pub instance: String,
    /// What ran in it before; empty: it was born.
    pub before: Vec<PreviewedReport>,
    /// What runs in it then; empty: it was destroyed.
    pub after: Vec<PreviewedReport>,
}

/// preview list
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PreviewsReport {
    pub previews: Vec<PreviewReport>,
    /// What no recorded preview accounts for, or records of what is not there.
    pub leaks: Vec<LeakReport>,
    pub notes: Vec<String>,
}

/// status: the instances of an environment.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct InstancesReport {
    pub environment: String,
    /// How many there are, of the applications that are shown.
    pub count: usize,
    /// How many there may be; none: any number.
    pub limit: Option<u32>,
    /// How many of them have outlived their end.
    pub over: usize,
    /// Each of them, where the environment was asked for by its name.
    pub instances: Vec<PreviewReport>,
}

/// One instance.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PreviewReport {
    pub environment: String,
    pub instance: String,
    pub applications: Vec<PreviewedReport>,
    pub addresses: Vec<String>,
    /// The page of the merge request that it is of.
    pub request: Option<String>,
    /// Who made it.
    pub by: String,
    #[schemars(with = "String")]
    pub since: Timestamp,
    #[schemars(with = "Option<String>")]
    pub until: Option<Timestamp>,
    pub lives: LivesWord,
    /// Why it has come to its end, or cannot be told to.
    pub reason: Option<String>,
    pub file: String,
}

/// One application of an instance.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PreviewedReport {
    pub application: String,
    /// What its pins say, each version once.
    pub version: String,
    /// The full application commit, where it is known.
    pub commit: Option<String>,
    /// Where the version was taken from; none: somebody asked for the commit.
    pub origin: Option<String>,
}

/// Whether an instance is still needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LivesWord {
    Yes,
    /// It has come to its end: `preview prune` takes it away.
    Due,
    /// What would tell was not asked, or cannot be.
    Unknown,
}

/// Something that no recorded preview accounts for.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct LeakReport {
    pub environment: String,
    pub instance: Option<String>,
    pub path: String,
    /// What it is.
    pub what: String,
}
