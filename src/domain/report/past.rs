//! history, locate: what landed, what ran at a moment, and where a commit is and was.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::super::signature::SignatureWord;
use super::requests::ApprovalReport;

/// history
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct HistoryReport {
    /// The application that was asked for; none: all of them.
    pub application: Option<String>,
    /// The environment that was asked for; none: all of them.
    pub environment: Option<String>,
    /// Newest first.
    pub changes: Vec<HistoryRow>,
    /// Whether the changes reach back to the first one: not cut by `--max`, nor by a shallow clone, nor by what cannot be read.
    pub complete: bool,
    /// Whether none is told and a shallow clone may hide some: there may be any number.
    pub hidden: bool,
    /// Whether more was asked for than applications, environments and times, so that others may have landed between.
    pub sifted: bool,
    pub notes: Vec<String>,
}

#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct HistoryRow {
    /// `r17`, counted from the oldest; none in an incomplete history.
    pub rev: Option<String>,
    /// Whether this is what the environment runs now.
    pub live: bool,
    pub config_commit: String,
    /// When it landed: the committer's date of the landing.
    #[schemars(with = "String")]
    pub when: Timestamp,
    pub application: String,
    pub environment: String,
    /// The instance of that environment, where it has some.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    pub from: Option<String>,
    /// None where there is no pin any more, or where the sites disagree.
    pub to: Option<String>,
    pub to_commit: Option<String>,
    /// Whether the sites disagreed after the change.
    pub disagrees: bool,
    /// What the image, chart or repository was called before this landing, where it was renamed by it.
    pub renamed_from: Option<String>,
    /// `promote`, `rollback`, or `by hand`.
    pub verb: String,
    /// Whether the record of a hotfix came, or became another one, with it, as the trees say.
    pub hotfix: bool,
    /// Who made the change.
    pub by: String,
    /// Who asked the job that made it: `Name <address>`, or `@login` at the forge.
    pub asked_by: Vec<String>,
    /// Who merged it, where that is another commit.
    pub merged_by: Option<String>,
    /// The request it came through (`!12`, `#12`), or its branch.
    pub request: Option<String>,
    /// The page of that request, and who approved of it; only where the forge was asked once (`--fetch`).
    pub request_address: Option<String>,
    pub approvals: Vec<ApprovalReport>,
    pub signature: SignatureWord,
    /// Whom the signature names.
    pub signer: Option<String>,
    pub reason: Option<String>,
    /// The gates that were overridden for it, each with who did and why, as the commit that made it tells.
    pub overrides: Vec<String>,
    pub origin: Option<String>,
    /// The subject of the commit that made the change.
    pub subject: String,
    /// What the gates said when it landed: `pass`, `pass, soak overridden`, `fail: soak`; `not recorded` where nobody known kept it.
    pub verdict: String,
}

impl HistoryRow {
    /// Where it is: an environment, or an instance of one (`preview/pr-12`).
    pub fn place(&self) -> String {
        placed(&self.environment, self.instance.as_deref())
    }
}

impl AtRow {
    /// The same.
    pub fn place(&self) -> String {
        placed(&self.environment, self.instance.as_deref())
    }
}

fn placed(environment: &str, instance: Option<&str>) -> String {
    instance.map_or_else(|| environment.to_string(), |instance| format!("{environment}/{instance}"))
}

/// history --at
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AtReport {
    #[schemars(with = "String")]
    pub at: Timestamp,
    /// The config commits that were the tips then, one for each branch.
    pub commits: Vec<String>,
    pub rows: Vec<AtRow>,
    pub notes: Vec<String>,
}

#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct AtRow {
    pub application: String,
    pub environment: String,
    /// The instance of that environment, where it has some.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    pub version: Option<String>,
    /// Whether the sites disagreed.
    pub disagrees: bool,
    #[schemars(with = "Option<String>")]
    pub since: Option<Timestamp>,
    /// The landing that brought it; where a shallow clone hides that, the commit that it was read at.
    pub config_commit: String,
    /// That landing; none where it is hidden. All that follows is of it, as a history tells it.
    pub landing: Option<String>,
    /// `promote`, `rollback`, `undo`, or `by hand`.
    pub verb: Option<String>,
    pub by: Option<String>,
    pub asked_by: Vec<String>,
    pub merged_by: Option<String>,
    pub request: Option<String>,
    pub request_address: Option<String>,
    pub signature: Option<SignatureWord>,
    pub signer: Option<String>,
    pub origin: Option<String>,
    pub reason: Option<String>,
    /// The subject of the commit that made the change.
    pub subject: Option<String>,
}

/// locate, history --contains
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ContainsReport {
    pub commit: String,
    /// What the commit says of itself; none where its source cannot be read.
    pub subject: Option<String>,
    pub author: Option<String>,
    #[schemars(with = "Option<String>")]
    pub when: Option<Timestamp>,
    /// Whether it is or was in any of these environments; none where that cannot be told.
    pub found: Option<bool>,
    /// Whether all is told: of every place whether it is there, whether it ever was, and since when.
    pub complete: bool,
    /// By application, in the order of the environments.
    pub rows: Vec<ContainsRow>,
    pub notes: Vec<String>,
}

#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct ContainsRow {
    pub application: String,
    pub environment: String,
    /// Whether what runs now contains the commit; none where it cannot be told.
    pub contained: Option<bool>,
    /// Since when without a break.
    #[schemars(with = "Option<String>")]
    pub since: Option<Timestamp>,
    pub version: Option<String>,
    /// The landing since which it has contained it.
    pub config_commit: Option<String>,
    /// Why it cannot be told whether it is there.
    pub note: Option<String>,
    /// Whether the history does not reach back to the first change there.
    pub cut: bool,
    /// Every time that it was there, and where that cannot be told; newest first.
    pub stays: Vec<StayReport>,
    /// The environment that it would come from, where it never was here.
    pub comes_from: Option<String>,
    /// The command that would bring it.
    pub next: Option<String>,
}

/// A time in which a commit was in an environment, or in which that cannot be told.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct StayReport {
    /// Why it cannot be told; none: it was there.
    pub unknown: Option<String>,
    /// None where it stood there before the oldest change that is known.
    #[schemars(with = "Option<String>")]
    pub since: Option<Timestamp>,
    /// None where it lasts.
    #[schemars(with = "Option<String>")]
    pub until: Option<Timestamp>,
    /// The version with which it came.
    pub version: Option<String>,
    /// The landings with which it began and ended, as a history tells them.
    pub brought: Option<HistoryRow>,
    pub taken: Option<HistoryRow>,
}
