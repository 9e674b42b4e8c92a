//! The hold gate: what is held does not move, except by a rollback.

use crate::domain::hold::HoldFile;
use crate::domain::plan::Proposal;
use crate::domain::refusal::Refusal;
use crate::domain::settings::Settings;

use super::{Answers, Gate, Question, Verdict};

pub struct HoldGate;

impl Gate for HoldGate {
    fn name(&self) -> &'static str {
        "hold"
    }

    fn needs(&self, proposal: &Proposal, _: &Settings) -> Vec<Question> {
        if proposal.moves.is_empty() { Vec::new() } else { vec![Question::Holds] }
    }

    fn judge(&self, proposal: &Proposal, _: &Settings, answers: &Answers) -> Vec<(String, Verdict)> {
        let Some(holds) = &answers.holds else {
            let unknown = Refusal::new("holds-unread", "cannot tell what is held");
            return proposal.moves.iter().map(|m| (m.app.to_string(), Verdict::CannotTell(unknown.clone()))).collect();
        };
        proposal
            .moves
            .iter()
            .map(|one| {
                let held = holds.iter().find(|h| h.is_active(answers.now) && h.cover.covers(&one.env, &one.app));
                let verdict = match held {
                    None => Verdict::Pass("no hold".into()),
                    Some(_) if proposal.rollback => Verdict::Pass("held, but a rollback may move it".into()),
                    Some(file) => Verdict::Refuse(refusal(file, one.app.as_str(), one.env.as_str())),
                };
                (one.app.to_string(), verdict)
            })
            .collect()
    }
}

/// What is said of a pin that is held.
pub fn refusal(file: &HoldFile, app: &str, env: &str) -> Refusal {
    let refusal = Refusal::new("held", format!("`{app}` is held in `{env}`"));
    if let Some(slip) = &file.slip {
        let what = if file.cover.env.is_some() { "all of the environment" } else { "everything" };
        let reason = file.hold.as_ref().map_or_else(|why| why.clone(), |hold| hold.reason.clone());
        return refusal
            .detail(format!("{}: {slip}, so it holds {what}: {reason}", file.place()))
            .hint("give the file the name that is meant, or take it away, in a commit of its own");
    }
    match &file.hold {
        Ok(hold) => {
            let until = hold.until.map_or("until it is lifted".to_string(), |t| format!("until {t}"));
            refusal
                .detail(format!("{}: {} (by {}, since {}, {until})", file.place(), hold.reason, hold.by, hold.since))
                .hint(format!("when it may move again: `stageline {}`", file.cover.lift()))
        }
        Err(why) => refusal
            .detail(format!("{} cannot be read, so it holds: {why}", file.place()))
            .hint("mend the file, or take it away, in a commit of its own".to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::hold::{Cause, Cover, Hold};
    use crate::domain::names::{AppName, EnvName};
    use crate::domain::path::RepoPath;
    use crate::domain::pin::PinMove;
    use crate::domain::version::Version;

    fn proposal(rollback: bool) -> Proposal {
        Proposal {
            moves: vec![PinMove {
                app: AppName::new("web").unwrap(),
                env: EnvName::new("production").unwrap(),
                from: Version::new("a").ok(),
                to: Version::new("b").ok(),
            }],
            others: vec![],
            environments: vec![],
            rollback,
        }
    }

    fn held(app: Option<&str>, until: Option<&str>) -> Answers {
        let cover = Cover { env: EnvName::new("production").ok(), app: app.map(|a| AppName::new(a).unwrap()) };
        let hold = Hold {
            cover: cover.clone(),
            reason: "it burns".into(),
            by: "Mei".into(),
            since: "2026-11-01T00:00:00Z".parse().unwrap(),
            until: until.map(|t| t.parse().unwrap()),
            cause: Cause::Asked,
        };
        let path = RepoPath::new(&cover.path()).unwrap();
        Answers {
            now: "2026-11-02T00:00:00Z".parse().unwrap(),
            holds: Some(vec![HoldFile::new(path, cover, Ok(hold))]),
            can_sign: None,
        }
    }

    fn verdict(proposal: &Proposal, answers: &Answers) -> Verdict {
        HoldGate.judge(proposal, &Settings::default(), answers).remove(0).1
    }

    #[test]
    fn a_held_pin_does_not_move() {
        for app in [Some("web"), None] {
            let Verdict::Refuse(refusal) = verdict(&proposal(false), &held(app, None)) else { panic!("it moved") };
            assert!(refusal.details[0].contains("it burns"), "{refusal:?}");
            assert!(refusal.hints[0].contains("stageline hold lift"), "{refusal:?}");
        }
    }

    #[test]
    fn a_hold_on_another_application_does_not_matter() {
        assert!(matches!(verdict(&proposal(false), &held(Some("api"), None)), Verdict::Pass(_)));
    }

    #[test]
    fn a_hold_ends_at_its_time() {
        assert!(matches!(verdict(&proposal(false), &held(None, Some("2026-11-01T12:00:00Z"))), Verdict::Pass(_)));
        assert!(matches!(verdict(&proposal(false), &held(None, Some("2026-11-03T12:00:00Z"))), Verdict::Refuse(_)));
    }

    #[test]
    fn a_rollback_moves_what_is_held() {
        assert!(matches!(verdict(&proposal(true), &held(None, None)), Verdict::Pass(_)));
    }

    #[test]
    fn without_the_answer_nobody_knows() {
        let mut answers = held(None, None);
        answers.holds = None;
        assert!(matches!(verdict(&proposal(false), &answers), Verdict::CannotTell(_)));
    }
}
