//! `-o name`: one word a line, for pipes.

use std::collections::BTreeSet;

use crate::domain::report::doctor::StandingWord;
use crate::domain::report::why::WhyWord;
use crate::domain::report::{HoldReport, Report};
use crate::text;

/// Applications for most reports (of previews: the instances; of baselines: their names) (`diff`: those that differ; holds: `ENV/APP`, all of them: `*`); config commits for a history or a landing; branches of requests, or their numbers where they are people's as well.
pub(super) fn name(report: &Report) -> String {
    let words: Vec<&str> = match report {
        Report::Change(r) if r.sync.is_some() => r.files.iter().map(String::as_str).collect(),
        Report::Change(r) if !r.instances.is_empty() => r.instances.iter().map(|one| one.instance.as_str()).collect(),
        Report::Change(r) if r.moves.is_empty() => {
            r.holds.iter().map(|hold| hold.application.as_deref().unwrap_or("*")).collect()
        }
        Report::Change(r) => r.moves.iter().map(|row| row.application.as_str()).collect(),
        Report::Steps(r) => r.steps.iter().flat_map(|one| &one.moves).map(|row| row.application.as_str()).collect(),
        Report::Apart(r) => r.requests.iter().flat_map(|one| &one.moves).map(|row| row.application.as_str()).collect(),
        Report::Diff(r) => r.applications.iter().filter(|row| !row.same).map(|row| row.application.as_str()).collect(),
        Report::History(r) => r.changes.iter().map(|row| row.config_commit.as_str()).collect(),
        Report::Show(r) => vec![r.config_commit.as_str()],
        Report::At(r) => r.rows.iter().map(|row| row.application.as_str()).collect(),
        Report::Contains(r) => {
            r.rows.iter().filter(|row| row.contained == Some(true)).map(|row| row.environment.as_str()).collect()
        }
        Report::Status(r) if r.is_of_previews() => {
            r.previews.iter().flat_map(|one| one.instances.iter().map(|one| one.instance.as_str())).collect()
        }
        Report::Status(r) => r.applications.iter().map(|row| row.application.as_str()).collect(),
        Report::Holds(r) => return lines(r.holds.iter().map(held)),
        Report::Previews(r) => r.previews.iter().map(|one| one.instance.as_str()).collect(),
        Report::Pruned(r) => r.due.iter().map(|one| one.instance.as_str()).collect(),
        Report::Marked(r) => vec![r.baseline.name.as_str()],
        Report::Baselines(r) => r.baselines.iter().map(|one| one.name.as_str()).collect(),
        Report::Baseline(r) => vec![r.baseline.name.as_str()],
        Report::Tended(r) => r.requests.iter().map(|one| one.request.branch.as_str()).collect(),
        Report::Tend(r) => r.statuses.iter().flat_map(|one| one.requests.iter().map(String::as_str)).collect(),
        Report::Init(r) => r.applications.iter().map(String::as_str).collect(),
        Report::ConfigCheck(r) => vec![r.file.as_str()],
        Report::ConfigShow(r) => vec![r.origin.as_str()],
        Report::Why(r) => r
            .applications
            .iter()
            .filter(|row| row.state == WhyWord::Ready)
            .map(|row| row.application.as_str())
            .collect(),
        Report::Step(r) => vec![r.step.as_str()],
        Report::Attest(r) => vec![r.statement.path.as_str()],
        Report::Statements(r) => r.statements.iter().map(|one| one.path.as_str()).collect(),
        Report::Evidence(r) => vec![r.folder.as_str()],
        Report::Checked(r) => r.findings.iter().map(|one| one.file.as_str()).collect(),
        Report::FeedbackSend(r) => r.told.iter().map(|one| one.landing.as_str()).collect(),
        Report::FeedbackTest(r) => r.sinks.iter().map(|one| one.kind.as_str()).collect(),
        Report::Hook(r) => vec![r.script.as_str()],
        Report::Doctor(r) => {
            r.findings.iter().filter(|one| one.state != StandingWord::Ok).map(|one| one.about.as_str()).collect()
        }
        Report::Approve(r) => r.statements.iter().map(|one| one.path.as_str()).collect(),
        Report::Verify(r) => r.refs.iter().map(|one| one.name.as_str()).collect(),
    };
    lines(words)
}

/// Each word once, on a line of its own.
fn lines(words: impl IntoIterator<Item = impl AsRef<str> + Ord + Clone>) -> String {
    let mut seen = BTreeSet::new();
    let new = words.into_iter().filter(|word| seen.insert(word.clone()));
    new.map(|word| format!("{}\n", text::terminal(word.as_ref()))).collect()
}

/// `production/web`; `*` for all of them.
fn held(hold: &HoldReport) -> String {
    format!("{}/{}", hold.environment, hold.application.as_deref().unwrap_or("*"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::report::HoldsReport;
    use crate::render::table::samples;

    #[test]
    fn applications_or_config_commits_one_a_line_and_each_once() {
        assert_eq!(name(&Report::from(samples::change())), "checkout\n");
        assert_eq!(name(&Report::from(samples::synced())), "stageline.yaml\n");
        assert_eq!(name(&Report::Diff(samples::diff())), "checkout\n");
        assert_eq!(name(&Report::Show(Box::new(samples::show()))), format!("{}\n", samples::id("aaaaaaa")));
        let holds = HoldsReport { holds: vec![samples::hold()] };
        assert_eq!(name(&Report::Holds(holds)), "production/checkout\n");
        let mut history = samples::history();
        history.changes.push(history.changes[0].clone());
        assert_eq!(name(&Report::History(history)).lines().count(), 3);
    }
}
