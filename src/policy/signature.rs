//! The signature gate: where signing is required, a landing that cannot be signed does not land.

use crate::domain::plan::Proposal;
use crate::domain::refusal::Refusal;
use crate::domain::settings::{Settings, Signing};

use super::{Answers, Gate, Question, Verdict};

pub struct SignatureGate;

impl Gate for SignatureGate {
    fn name(&self) -> &'static str {
        "signature"
    }

    fn needs(&self, _: &Proposal, settings: &Settings) -> Vec<Question> {
        match settings.git.signing {
            Signing::Required => vec![Question::CanSign],
            Signing::Optional => Vec::new(),
        }
    }

    fn judge(&self, _: &Proposal, settings: &Settings, answers: &Answers) -> Vec<(String, Verdict)> {
        let verdict = match (settings.git.signing, &answers.can_sign) {
            (Signing::Optional, _) => Verdict::Pass("optional".into()),
            (Signing::Required, Some(Ok(()))) => Verdict::Pass("required, a key is set up".into()),
            (Signing::Required, Some(Err(why))) => Verdict::Refuse(why.clone()),
            (Signing::Required, None) => {
                Verdict::CannotTell(Refusal::new("signing-unknown", "cannot tell whether the commit can be signed"))
            }
        };
        vec![("commit".into(), verdict)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(signing: Signing, can_sign: Option<Result<(), Refusal>>) -> Verdict {
        let mut settings = Settings::default();
        settings.git.signing = signing;
        let answers = Answers { now: jiff::Timestamp::UNIX_EPOCH, holds: None, can_sign };
        let proposal = Proposal { moves: vec![], others: vec![], environments: vec![], rollback: false };
        SignatureGate.judge(&proposal, &settings, &answers).remove(0).1
    }

    #[test]
    fn a_required_signature_needs_a_key() {
        let missing = Refusal::new("no-signing-key", "no key");
        assert_eq!(verdict(Signing::Required, Some(Err(missing.clone()))), Verdict::Refuse(missing));
        assert!(matches!(verdict(Signing::Required, Some(Ok(()))), Verdict::Pass(_)));
    }

    #[test]
    fn an_optional_signature_asks_nothing() {
        assert!(matches!(verdict(Signing::Optional, None), Verdict::Pass(_)));
    }

    #[test]
    fn an_unanswered_question_is_not_a_yes() {
        assert!(matches!(verdict(Signing::Required, None), Verdict::CannotTell(_)));
    }
}
