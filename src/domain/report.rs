//! What each verb returns: the same data for people and for machines. JSON output is these types as they stand.

pub mod approve;
pub mod baselines;
pub mod doctor;
pub mod evidence;
pub mod feedback;
mod gates;
mod holds;
mod hotfixes;
pub mod landings;
mod past;
mod path_word;
pub mod previews;
mod requests;
pub mod statements;
pub mod telling;
pub mod tend;
pub mod told_step;
pub mod verify;
pub mod why;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::fault::Fault;
use super::relation::{CommitLine, CommitList, Direction};
use super::scalar::SiteEdit;
use super::signature::SignatureWord;

pub use gates::{GateReport, OverrideReport, RefusalReport, VerdictWord};
pub use holds::{HoldReport, HoldsReport};
pub use hotfixes::{HotfixChanged, HotfixReport};
pub use past::{AtReport, AtRow, ContainsReport, ContainsRow, HistoryReport, HistoryRow, StayReport};
pub use path_word::PathWord;
pub use requests::{
    ApprovalReport, BecameWord, ChecksWord, NeedsReport, OpenRequest, RequestedMove, Tended, TendedReport,
};

/// The version of the JSON shapes; it grows when a field changes its meaning or goes.
pub const SCHEMA_VERSION: u32 = 1;

/// What a verb returns.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Report {
    Change(Box<ChangeReport>),
    Apart(ApartReport),
    Steps(StepsReport),
    Diff(DiffReport),
    History(HistoryReport),
    At(AtReport),
    Contains(ContainsReport),
    Show(Box<ShowReport>),
    Status(StatusReport),
    Holds(HoldsReport),
    Previews(previews::PreviewsReport),
    Pruned(PruneReport),
    Marked(Box<baselines::MarkReport>),
    Baselines(baselines::BaselinesReport),
    Baseline(Box<baselines::BaselineShown>),
    Tended(TendedReport),
    Tend(tend::TendReport),
    Init(InitReport),
    ConfigCheck(ConfigCheckReport),
    ConfigShow(ConfigShowReport),
    Verify(verify::VerifyReport),
    Why(why::WhyReport),
    Hook(verify::HookReport),
    Doctor(doctor::DoctorReport),
    Approve(Box<approve::ApproveReport>),
    Attest(Box<statements::AttestReport>),
    Statements(statements::StatementsReport),
    Evidence(evidence::EvidenceReport),
    Checked(Box<evidence::EvidenceVerdict>),
    Step(told_step::StepReport),
    FeedbackSend(telling::FeedbackSendReport),
    FeedbackTest(feedback::FeedbackTestReport),
}

impl From<ChangeReport> for Report {
    fn from(report: ChangeReport) -> Self {
        Report::Change(Box::new(report))
    }
}

/// How far a writing verb got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// A dry run, or the plan as it is shown before the question.
    Planned,
    /// Every pin already is as asked.
    NothingToDo,
    /// Something newer came since this was asked, and stands.
    Superseded,
    /// Committed on the branch, and pushed where a remote is configured.
    Landed,
    /// Pushed as a merge request branch.
    Proposed,
    /// All of it waits behind other open requests; nothing was written.
    Waiting,
}

/// promote, rollback, hold set, hold lift, config sync.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ChangeReport {
    pub verb: String,
    pub stage: Stage,
    pub environment: Option<String>,
    pub moves: Vec<MoveReport>,
    /// Applications that were asked for and left as they are.
    pub skipped: Vec<Skipped>,
    /// What was asked for and waits behind another open request for the same pin.
    pub waiting: Vec<BehindReport>,
    /// Holds that the change sets or lifts.
    pub holds: Vec<HoldReport>,
    pub gates: Vec<GateReport>,
    /// The next moment at which a gate could say something else; none: no clock changes them.
    #[schemars(with = "Option<String>")]
    pub not_after: Option<Timestamp>,
    /// Why the plan may not land; empty where it may.
    pub refusals: Vec<RefusalReport>,
    /// What comes to an environment's own rules; none but of `config sync`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sync: Option<SyncReport>,
    /// Instances that come, move or go; none but of `preview`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub instances: Vec<previews::InstanceReport>,
    /// Files that change.
    pub files: Vec<String>,
    /// The branch of the config repository that the plan is for.
    pub branch: String,
    /// The config commit the plan was made on.
    pub base: String,
    /// What the change is known by, whatever commit lands it; none where nothing tells which repository it is of.
    pub change: Option<String>,
    /// The commit that landed.
    pub commit: Option<String>,
    /// Whether the commit carries a signature.
    pub signed: bool,
    /// The remote that was pushed to; none for a local commit.
    pub remote: Option<String>,
    pub request: Option<RequestReport>,
    /// Why a rollback or an undo is a request though the rules let one land directly: what it goes back to is not shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_direct: Option<String>,
    /// Why a rollback or an undo waits as a request though it was to land directly: the server's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub push_refused: Option<String>,
    /// The command that undoes this.
    pub undo: Option<String>,
    /// What came after the landing: that something of it failed takes nothing back, and a rerun takes it up.
    pub follow_ups: Vec<FollowUpReport>,
    /// Remarks: what the tool could not do or the user should know.
    pub notes: Vec<String>,
}

/// preview prune
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PruneReport {
    /// Whether it was only looked (`--check`).
    pub check: bool,
    /// Those that have come to their end, each with its reason.
    pub due: Vec<previews::PreviewReport>,
    pub leaks: Vec<previews::LeakReport>,
    /// Those of which nobody can tell, and what is held: they stay.
    pub unknown: Vec<previews::PreviewReport>,
    /// What became of each environment's; none where nothing was due, or it was only looked.
    pub changes: Vec<ChangeReport>,
    pub notes: Vec<String>,
}

impl PruneReport {
    /// Whether something is there that should not be.
    pub fn has_leaks(&self) -> bool {
        self.check && !(self.due.is_empty() && self.leaks.is_empty())
    }
}

/// The main branch's rules, and the files that they read, on their way to an environment's own branch.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SyncReport {
    /// The branch whose rules come, and its config commit.
    pub from_branch: String,
    pub from_commit: String,
    pub files: Vec<SyncedFile>,
    /// Where the environment's own rules judge otherwise until then, one a part.
    pub differences: Vec<String>,
}

#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SyncedFile {
    pub path: String,
    pub change: SyncWord,
}

/// What becomes of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SyncWord {
    New,
    Changed,
    /// The main branch has none.
    Gone,
}

/// promote --each, --by: one change in several requests.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ApartReport {
    pub verb: String,
    pub environment: Option<String>,
    /// What became of each, in the order in which they were made; one alone where there was nothing to take apart.
    pub requests: Vec<ChangeReport>,
    /// Those that could not be made; the same command takes them up again.
    pub failed: Vec<FailedRequest>,
    /// Applications that were asked for and left as they are.
    pub skipped: Vec<Skipped>,
    pub notes: Vec<String>,
}

/// promote --to ENV,ENV
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct StepsReport {
    pub verb: String,
    /// What became of each environment, in their order.
    pub steps: Vec<ChangeReport>,
    /// Where it stopped; none: it came to its end, or waits for what it has asked for.
    pub stopped: Option<StoppedReport>,
    pub notes: Vec<String>,
}

/// The environment that it stopped at.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct StoppedReport {
    pub environment: String,
    /// The code that the process ends with.
    pub exit: u8,
    pub refusal: RefusalReport,
}

/// A request of several that could not be made.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FailedRequest {
    pub applications: Vec<String>,
    pub branch: String,
    pub message: String,
}

/// Something that comes after a landing.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FollowUpReport {
    /// `the local branch`.
    pub what: String,
    pub done: bool,
    /// Why it failed.
    pub message: Option<String>,
}

/// One pin that moves.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct MoveReport {
    pub application: String,
    /// What moves with it, where it is a group.
    pub members: Vec<String>,
    pub environment: String,
    /// The instance of the environment that it is in, where that has some.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    pub from: Option<String>,
    pub to: Option<String>,
    /// The full application commits, where the versions could be read.
    pub from_commit: Option<String>,
    pub to_commit: Option<String>,
    pub direction: Direction,
    /// Where the version comes from: `staging`, a revision, `r15`.
    pub origin: String,
    /// The full application commit that runs there, where another build of the same content comes in its place (`same: tree`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counterpart_of: Option<String>,
    /// Application commits that come in, newest first; at most 50.
    pub commits: Vec<CommitLine>,
    pub commits_total: Option<usize>,
    /// The page that shows those that come in; none where the source's forge is not known.
    pub commits_page: Option<String>,
    /// Application commits that go, newest first; at most 50.
    pub lost: Vec<CommitLine>,
    pub lost_total: Option<usize>,
    /// The page that shows those that go.
    pub lost_page: Option<String>,
    pub sites: Vec<SiteEdit>,
}

impl MoveReport {
    /// The environment, with the instance where it has some: `preview/pr-12`.
    pub fn place(&self) -> String {
        match &self.instance {
            Some(slug) => format!("{}/{slug}", self.environment),
            None => self.environment.clone(),
        }
    }

    /// Where the version comes from, where that is not what runs there itself.
    pub fn counterpart(&self) -> Option<String> {
        let commit = self.counterpart_of.as_deref()?;
        let short = commit.get(..7).unwrap_or(commit);
        Some(format!("another build of the same content as {short} in {}", self.origin))
    }

    /// The application commits that come in.
    pub fn gained(&self) -> CommitList<'_> {
        CommitList { commits: &self.commits, total: self.commits_total, page: self.commits_page.as_deref() }
    }

    /// Those that go.
    pub fn lost(&self) -> CommitList<'_> {
        CommitList { commits: &self.lost, total: self.lost_total, page: self.lost_page.as_deref() }
    }
}

#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Skipped {
    pub application: String,
    pub reason: String,
}

/// A pin that waits behind another open request.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct BehindReport {
    pub application: String,
    pub environment: String,
    /// `#12`, `!12`.
    pub request: String,
    pub address: String,
    /// Why that one keeps the pin: who approved of it or worked on it.
    pub reason: String,
}

/// A branch that waits for its request.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RequestReport {
    pub branch: String,
    /// The page of the request, or where it is opened by hand; none where the remote's host is not known.
    pub address: Option<String>,
    /// As people write it, `#12`; none where it is opened by hand.
    pub number: Option<String>,
    /// Whether the branch already held this very plan.
    pub unchanged: bool,
    /// Whether it was pushed for review (AGit), so that there is no branch, and its name is only what it is found again by.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schemars(default)]
    pub for_review: bool,
    /// The login at the forge by which it was opened; none where it is opened by hand.
    pub opened_by: Option<String>,
    /// Whether the forge merges it by itself, once what its branch asks for is there; none where that is not known.
    pub auto_merge: Option<bool>,
    /// What its branch still asks for; none where the forge was not asked or does not tell.
    pub needs: Option<NeedsReport>,
}

/// diff
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct DiffReport {
    pub left: DiffSide,
    pub right: DiffSide,
    /// Every application asked for, the equal ones too.
    pub applications: Vec<DiffRow>,
    /// The built manifests that differ, where `--rendered` asked for them.
    pub rendered: Option<Vec<RenderedDiff>>,
    /// What landed between the sides, where `--landings` asked for it.
    pub landings: Option<landings::LandingsReport>,
    /// How many applications differ.
    pub differences: usize,
    pub notes: Vec<String>,
}

#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct DiffSide {
    pub environment: String,
    /// The config commit it was read at.
    pub commit: String,
}

#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct DiffRow {
    pub application: String,
    pub left: Option<String>,
    pub right: Option<String>,
    pub same: bool,
    /// Application commits that the left side has and the right side lacks.
    pub ahead: Option<usize>,
    /// Application commits that the right side has and the left side lacks.
    pub behind: Option<usize>,
    /// At most 50 each, newest first.
    pub ahead_commits: Vec<CommitLine>,
    pub behind_commits: Vec<CommitLine>,
    /// The pages that show them all; none where the source's forge is not known.
    pub ahead_page: Option<String>,
    pub behind_page: Option<String>,
    pub sites: Vec<DiffSite>,
    pub note: Option<String>,
}

impl DiffRow {
    /// The application commits that the left side alone has.
    pub fn only_left(&self) -> CommitList<'_> {
        CommitList { commits: &self.ahead_commits, total: self.ahead, page: self.ahead_page.as_deref() }
    }

    /// Those that the right side alone has.
    pub fn only_right(&self) -> CommitList<'_> {
        CommitList { commits: &self.behind_commits, total: self.behind, page: self.behind_page.as_deref() }
    }
}

/// One pin site on one side.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct DiffSite {
    pub side: String,
    pub file: String,
    pub line: u32,
    pub pin: String,
    pub version: Option<String>,
}

#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RenderedDiff {
    pub application: String,
    /// A unified diff of the built manifests, left to right.
    pub diff: String,
}

/// show
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ShowReport {
    pub config_commit: String,
    /// The branch of the config repository that it landed on.
    pub branch: String,
    /// The config commit that was named, where a merge brought it in: what is shown is that merge.
    pub named: Option<String>,
    /// The config commit that it is compared with, its first parent; none where it is the first of all.
    pub before: Option<String>,
    /// When it landed: the committer's date.
    #[schemars(with = "String")]
    pub when: Timestamp,
    /// `promote`, `rollback`, `hold`, `lift`, `by hand`; `several` where its moves have different ones.
    pub verb: String,
    /// Who made the changes.
    pub by: String,
    /// Who put them into the branch, where that is somebody else.
    pub merged_by: Option<String>,
    /// The request it came through (`!12`, `#12`), or its branch.
    pub request: Option<String>,
    /// The page of that request, and who approved of it; only where the forge was asked once (`--fetch`).
    pub request_address: Option<String>,
    pub approvals: Vec<ApprovalReport>,
    pub reason: Option<String>,
    /// The gates that were overridden for it, each with who did and why, as the commit that made it tells.
    pub overrides: Vec<String>,
    pub origin: Option<String>,
    /// What the change is known by, as the commit that made it names it.
    pub change: Option<String>,
    /// The subject of the landing.
    pub subject: String,
    pub landing: LandingCommit,
    /// The commits that a merge brought in and that made its changes; empty where the landing made them itself.
    pub made_by: Vec<LandingCommit>,
    /// What the gates said when it landed; none where that is not recorded.
    pub gates: Option<Vec<GateReport>>,
    /// Who recorded that, and when; none where it is not recorded.
    pub recorded: Option<RecordedBy>,
    pub moves: Vec<LandedMove>,
    /// Holds that it wrote, changed or took away.
    pub records: Vec<RecordReport>,
    /// Records of hotfixes that it brought, changed or took away.
    pub hotfixes: Vec<HotfixChanged>,
    /// Previews that it made, moved or took away, as their records say.
    pub previews: Vec<previews::InstanceChanged>,
    /// Other paths that it changed.
    pub others: Vec<OtherPath>,
    pub notes: Vec<String>,
}

/// Who recorded the verdicts of a landing.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RecordedBy {
    /// All of them in a few words: `pass`, `pass, soak overridden`, `fail: soak`.
    pub verdict: String,
    pub by: Vec<String>,
    #[schemars(with = "String")]
    pub at: Timestamp,
    /// The moment by which it was judged.
    #[schemars(with = "String")]
    pub judged_at: Timestamp,
    /// The statement's file on its branch, and the commit that brought it there.
    pub statement: String,
    pub arrived: String,
}

/// A commit of the config repository with who and how.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct LandingCommit {
    pub commit: String,
    pub author: Person,
    pub committer: Person,
    pub message: String,
    pub signature: SignatureWord,
    /// Whom the signature names.
    pub signer: Option<String>,
}

/// Who did something, and when by their own clock.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Person {
    pub name: String,
    pub email: String,
    #[schemars(with = "String")]
    pub when: Timestamp,
}

/// A pin that a landing moved.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct LandedMove {
    #[serde(flatten)]
    pub moved: MoveReport,
    /// `promote`, `rollback`, or `by hand`.
    pub verb: String,
    /// The config commit that made it: the landing, or one that its merge brought in.
    pub made_by: String,
    /// Why something of it is not known.
    pub note: Option<String>,
}

/// A hold before and after a landing; none where there is none.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RecordReport {
    pub change: PathWord,
    pub before: Option<HoldReport>,
    pub after: Option<HoldReport>,
    pub file: String,
}

/// A path that a landing changed besides pins and holds.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct OtherPath {
    pub change: PathWord,
    pub path: String,
    /// Whether a pin moved in the same file: more than the pin changed there.
    pub has_pin: bool,
    /// What the path is, by the rules before and after.
    pub class: ClassWord,
    /// The environments under whose overlays it stands, or that build on it.
    pub environments: Vec<String>,
}

/// What a changed path is where it is more than a pin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ClassWord {
    /// State that is kept in files: holds, previews, hotfixes.
    Record,
    /// Under an environment's overlays, or something that they build on.
    Environment,
    /// It says what may land.
    Policy,
    Outside,
}

/// status
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct StatusReport {
    pub environments: Vec<String>,
    pub applications: Vec<StatusRow>,
    pub holds: Vec<HoldReport>,
    /// Requests that wait for an environment and an application that are shown.
    pub requests: Vec<OpenRequest>,
    /// What the environments have that have instances; none where there is no such environment.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub previews: Vec<previews::InstancesReport>,
    pub notes: Vec<String>,
}

impl StatusReport {
    /// Whether nothing that lasts was asked for, so that the instances are all there is to show.
    pub fn is_of_previews(&self) -> bool {
        self.environments.is_empty() && !self.previews.is_empty()
    }
}

#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct StatusRow {
    pub application: String,
    /// What its version serves, where it is a group.
    pub members: Vec<String>,
    pub cells: Vec<StatusCell>,
}

#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct StatusCell {
    pub environment: String,
    /// Whether the application has an overlay there at all.
    pub present: bool,
    pub version: Option<String>,
    pub commit: Option<String>,
    /// Since when it runs; none where the history that is here does not tell.
    #[schemars(with = "Option<String>")]
    pub since: Option<Timestamp>,
    /// Commits against the environment before.
    pub ahead: Option<usize>,
    pub behind: Option<usize>,
    pub compared_with: Option<String>,
    pub held: bool,
    /// The hotfix that stands there, which what comes has to contain.
    pub hotfix: Option<HotfixReport>,
    /// The sites, where they disagree.
    pub disagree: Vec<DiffSite>,
    pub note: Option<String>,
    /// Where the environment before runs another version: whether that could come now, as `why` says. None where it was not
    /// looked at (`-o wide`, `--ready`, or applications by name look), or nothing is left to come.
    pub waits: Option<Waits>,
}

/// Whether what the environment before runs could come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Waits {
    pub state: why::WhyWord,
    /// From when on it may come, where only time keeps it back.
    #[schemars(with = "Option<String>")]
    pub eligible_at: Option<Timestamp>,
    /// The first gate that keeps it back, or what no gate says (`would-lose-commits`); where it cannot be told, why.
    pub by: Option<String>,
}

/// init
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct InitReport {
    /// The file that was written; none for a dry run.
    pub written: Option<String>,
    /// The commit that it was committed by, where that was asked for.
    pub committed: Option<String>,
    pub environments: Vec<String>,
    pub applications: Vec<String>,
    /// What was seen and left out, with the reason.
    pub left_out: Vec<Remark>,
    /// What is in the file and has to be looked at, with the reason.
    pub to_look_at: Vec<Remark>,
    /// Applications that no entry of the file that exists finds.
    pub lacking: Vec<Remark>,
    /// Entries of it that find nothing.
    pub idle: Vec<Remark>,
    /// The members that families of an existing file have gained since it last changed.
    pub gained: Vec<Remark>,
    /// With `--check`: whether the file lacks nothing, and each of its entries finds something.
    pub complete: Option<bool>,
    /// The text of the file; of one that exists the entries that it lacks.
    pub text: String,
    pub next: Vec<String>,
}

#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Remark {
    pub place: String,
    pub reason: String,
    /// The entry of `applications:` that would pin it all the same: for the first place of each judgement that has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry: Option<String>,
}

impl Remark {
    /// A place with its reason.
    pub fn new(place: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { place: place.into(), reason: reason.into(), entry: None }
    }
}

/// config check
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ConfigCheckReport {
    pub file: String,
    /// Where that one is: in the work tree, or on a branch; none where `--config` names it.
    pub place: Option<String>,
    pub valid: bool,
    pub faults: Vec<Fault>,
    pub notices: Vec<String>,
}

/// config show
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ConfigShowReport {
    /// `stageline.yaml`, or `discovered`.
    pub origin: String,
    /// The settings in force, defaults filled in, in the form of the file.
    pub settings: serde_json::Value,
    pub notices: Vec<String>,
}
