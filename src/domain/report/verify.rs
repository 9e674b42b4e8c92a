//! What `verify` found: of each branch that somebody wants to change, what every gate says.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::gates::{GateReport, RefusalReport, VerdictWord};
use crate::domain::steering::one_line;

/// verify: a request, a range, or a push of several refs.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct VerifyReport {
    /// The worst of all: `fail`, else `unknown`, else `pending`, else `pass`.
    pub verdict: VerdictWord,
    /// Whether a push is judged.
    pub push: bool,
    /// Whether what does not pass is refused.
    pub enforced: bool,
    pub refs: Vec<RefVerdict>,
    /// The next moment at which a gate could say something else: a `pass` is stale after it.
    #[schemars(with = "Option<String>")]
    pub not_after: Option<Timestamp>,
    /// `--status`: what the forge was told of the head.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<CommitStatus>,
    /// `--record`: what was recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recorded: Option<RecordedReport>,
    pub notes: Vec<String>,
}

/// verify --record: the landings whose verdicts were kept.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RecordedReport {
    /// The commits, oldest first.
    pub landings: Vec<String>,
    /// How many of those that were looked at were recorded before.
    pub before: usize,
    /// The branch that statements are on.
    pub branch: String,
}

impl VerifyReport {
    /// All of it on one line, for where no more is shown: the verdict, the first gate that says so, why, and whom to ask.
    pub fn summary(&self) -> String {
        self.line(Lasts::ThisMoment)
    }

    /// The same as it stays until a gate says something else: asked again, it is no other one.
    pub fn lasting_summary(&self) -> String {
        self.line(Lasts::UntilItChanges)
    }

    fn line(&self, lasts: Lasts) -> String {
        let word = self.verdict.of_a_check();
        let all: Vec<Reason<'_>> =
            self.refs.iter().flat_map(reasons).filter(|one| one.verdict == self.verdict).collect();
        let Some(first) = all.first() else {
            return match (self.refs.is_empty(), self.not_after) {
                (true, _) => "nothing that anybody governs changes".to_string(),
                (false, Some(at)) => format!("{word}, until a gate may change at {at}"),
                (false, None) => word.to_string(),
            };
        };
        let gate = first.gate.map_or(String::new(), |gate| format!(" by `{gate}`"));
        let when = first.eligible_at.map_or(String::new(), |at| format!(", before {at}"));
        let more = match all.len() - 1 {
            0 => String::new(),
            more => format!(" (and {more} more)"),
        };
        let hint = first.hint.map_or(String::new(), |hint| format!("; {hint}"));
        // How long something has soaked is another thing each time that it is asked, and from when on it may land is not.
        let why = match (first.gate, first.eligible_at) {
            (Some("soak"), Some(_)) if lasts == Lasts::UntilItChanges => String::new(),
            _ => format!(": {}", first.why),
        };
        let ends = match (first.eligible_at, self.not_after) {
            (None, Some(at)) if lasts == Lasts::UntilItChanges => format!(", or something else from {at} on"),
            _ => String::new(),
        };
        one_line(&format!("{word}{gate}{when}{ends}{why}{more}{hint}"))
    }
}

/// How long a line is to be true.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lasts {
    ThisMoment,
    UntilItChanges,
}

/// Why something does not pass.
struct Reason<'r> {
    verdict: VerdictWord,
    /// `None`: no gate says it, but how the ref moves, or that what it brings cannot be read.
    gate: Option<&'r str>,
    why: &'r str,
    eligible_at: Option<Timestamp>,
    hint: Option<&'r String>,
}

fn of_refusal(refusal: &RefusalReport) -> Reason<'_> {
    let RefusalReport { verdict, message, hints, .. } = refusal;
    Reason { verdict: *verdict, gate: None, why: message, eligible_at: None, hint: hints.first() }
}

/// All that keeps a ref from moving, each once; what several commits are refused for is said of the first.
fn reasons(one: &RefVerdict) -> Vec<Reason<'_>> {
    let mut out: Vec<Reason<'_>> = one.refusals.iter().map(of_refusal).collect();
    for change in &one.changes {
        if change.gates.is_empty() {
            out.extend(change.refusals.iter().map(of_refusal));
        }
        for gate in change.gates.iter().filter(|gate| gate.verdict != VerdictWord::Pass) {
            let own = change.refusals.iter().find(|refusal| refusal.message == gate.detail);
            let hint = own.and_then(|refusal| refusal.hints.first());
            let GateReport { gate, verdict, detail, eligible_at, .. } = gate;
            let is_new = |known: &Reason<'_>| known.gate != Some(gate.as_str()) || known.why != detail;
            if out.iter().all(is_new) {
                out.push(Reason {
                    verdict: *verdict,
                    gate: Some(gate.as_str()),
                    why: detail,
                    eligible_at: *eligible_at,
                    hint,
                });
            }
        }
    }
    out
}

/// verify --status: the commit status that protection of the branch may require.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CommitStatus {
    /// What it is called there: `stageline/verify`, with the branch behind it for an environment on one of its own.
    pub context: String,
    /// The commit that it is of.
    pub commit: String,
    pub state: StateWord,
    pub description: String,
    /// The page that it leads to: that of the job.
    pub page: Option<String>,
    /// Whether the forge has it now.
    pub written: bool,
    /// Why not.
    pub message: Option<String>,
}

/// What a commit status says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum StateWord {
    Success,
    Failure,
    /// Not yet.
    Pending,
    /// It cannot be told.
    Error,
}

impl From<VerdictWord> for StateWord {
    fn from(verdict: VerdictWord) -> Self {
        match verdict {
            VerdictWord::Pass => StateWord::Success,
            VerdictWord::Fail => StateWord::Failure,
            VerdictWord::Pending => StateWord::Pending,
            VerdictWord::Unknown => StateWord::Error,
        }
    }
}

/// What is said of one ref.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RefVerdict {
    /// The branch; a full name where it is none.
    pub name: String,
    /// What stands there now; none: it is new.
    pub base: Option<String>,
    /// What is to stand there; none: it is to go.
    pub head: Option<String>,
    pub verdict: VerdictWord,
    /// The branches whose rules judge, each with the commit that they were read at.
    pub policies: Vec<PolicyReport>,
    pub changes: Vec<JudgedChange>,
    /// What is wrong with how the ref moves, whatever it brings.
    pub refusals: Vec<RefusalReport>,
}

/// A branch whose rules judge.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PolicyReport {
    pub branch: String,
    pub commit: String,
}

/// What is said of one change.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct JudgedChange {
    /// The commit; of a whole push, its last one.
    pub commit: String,
    pub what: ChangeWord,
    /// What the change is known by.
    pub change: Option<String>,
    pub moves: Vec<VerifiedMove>,
    /// How many changed paths no rule is about.
    pub outside: usize,
    pub gates: Vec<GateReport>,
    /// Why it may not land, or not yet.
    pub refusals: Vec<RefusalReport>,
}

/// Which change it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeWord {
    /// What merging the head would make of the branch.
    Merge,
    /// One commit of the branch.
    Commit,
    /// All of a push together.
    Whole,
}

/// A pin that moves by it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct VerifiedMove {
    pub application: String,
    pub environment: String,
    pub from: Option<String>,
    pub to: Option<String>,
    /// The first file that its version stands in.
    pub file: Option<String>,
}

/// verify --install-hook
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct HookReport {
    /// What git runs before a push is accepted.
    pub script: String,
    /// What git runs after a push, where receipts are written.
    pub recorder: Option<String>,
    pub settings: String,
    /// Whether it was written now.
    pub installed: bool,
    /// What keeps it from judging; none: it judges.
    pub faults: Vec<String>,
}

/// The worst of these verdicts; a pass for none.
pub fn worst(all: impl IntoIterator<Item = VerdictWord>) -> VerdictWord {
    let rank = |word: &VerdictWord| match word {
        VerdictWord::Pass => 0,
        VerdictWord::Pending => 1,
        VerdictWord::Unknown => 2,
        VerdictWord::Fail => 3,
    };
    all.into_iter().max_by_key(rank).unwrap_or(VerdictWord::Pass)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::code::Code;
    use crate::domain::refusal::Refusal;

    #[test]
    fn a_fail_counts_before_what_is_unknown_and_that_before_what_waits() {
        use VerdictWord::{Fail, Pass, Pending, Unknown};
        assert_eq!(worst([Pass, Fail, Unknown]), Fail);
        assert_eq!(worst([Pending, Unknown, Pass]), Unknown);
        assert_eq!(worst([Pass, Pending]), Pending);
        assert_eq!(worst([]), Pass);
    }

    fn gate(gate: &str, verdict: VerdictWord, detail: &str) -> GateReport {
        let (gate, detail) = (gate.to_string(), detail.to_string());
        GateReport {
            gate,
            subject: "web".into(),
            verdict,
            detail,
            branch: None,
            eligible_at: None,
            not_after: None,
            exempt: false,
            overridden: None,
        }
    }

    fn report(verdict: VerdictWord, gates: Vec<GateReport>, refusals: Vec<RefusalReport>) -> VerifyReport {
        let change = JudgedChange {
            commit: "1".repeat(40),
            what: ChangeWord::Commit,
            change: None,
            moves: vec![],
            outside: 0,
            gates,
            refusals,
        };
        let (base, head) = (None, None);
        // A push of several commits says the same of each.
        let changes = vec![change.clone(), change];
        let one = RefVerdict { name: "main".into(), base, head, verdict, policies: vec![], changes, refusals: vec![] };
        VerifyReport {
            verdict,
            push: true,
            enforced: true,
            refs: vec![one],
            not_after: None,
            status: None,
            recorded: None,
            notes: vec![],
        }
    }

    #[test]
    fn one_line_has_the_worst_gate_its_reason_how_many_more_there_are_and_whom_to_ask() {
        use VerdictWord::{Fail, Pass, Pending};
        let refusal =
            Refusal::new(Code::NotASigner, "it is signed by `eve`\nand nobody else").hint("ask one of `managers`");
        let refusals = vec![RefusalReport::new(&refusal, Fail)];
        let waits =
            GateReport { eligible_at: "2026-11-24T10:00:00Z".parse().ok(), ..gate("soak", Pending, "2h of 24h") };
        let gates = vec![
            gate("hold", Pass, "no hold"),
            waits.clone(),
            gate("signature", Fail, "it is signed by `eve`\nand nobody else"),
            gate("order", Fail, "never live there"),
        ];
        assert_eq!(
            report(Fail, gates, refusals).summary(),
            "refused by `signature`: it is signed by `eve` and nobody else (and 1 more); ask one of `managers`"
        );
        let waiting = report(Pending, vec![waits], vec![]);
        assert_eq!(waiting.summary(), "not yet by `soak`, before 2026-11-24T10:00:00Z: 2h of 24h");
        assert_eq!(waiting.lasting_summary(), "not yet by `soak`, before 2026-11-24T10:00:00Z");
        let mut waits = report(Pending, vec![gate("approvals", Pending, "1 of 2")], vec![]);
        waits.not_after = "2026-11-24T10:00:00Z".parse().ok();
        assert_eq!(
            waits.lasting_summary(),
            "not yet by `approvals`, or something else from 2026-11-24T10:00:00Z on: 1 of 2"
        );
        assert_eq!(report(Pass, vec![], vec![]).summary(), "verified");
    }
}
