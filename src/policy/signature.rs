//! The signature gate: where signing is required, a landing that cannot be signed does not land.

use crate::domain::plan::Proposal;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::settings::{Settings, Signing};

use crate::domain::commit::Known;

use super::{Answer, Answers, Gate, Judged, Question, Subject, Verdict};

pub struct SignatureGate;

impl Gate for SignatureGate {
    fn name(&self) -> &'static str {
        "signature"
    }

    fn needs(&self, _: &Proposal, settings: &Settings, told: &Answers) -> Vec<Question> {
        match (settings.git.signing, told.of(&Question::CanSign)) {
            (Signing::Required, None) => vec![Question::CanSign],
            (Signing::Required, Some(_)) | (Signing::Optional, _) => Vec::new(),
        }
    }

    fn judge(&self, _: &Proposal, settings: &Settings, answers: &Answers) -> Vec<Judged> {
        let verdict = match (settings.git.signing, answers.of(&Question::CanSign)) {
            (Signing::Optional, _) => Verdict::Pass("optional".into()),
            (Signing::Required, Some(Known::Is(Answer::CanSign(Ok(()))))) => {
                Verdict::Pass("required, a key is set up".into())
            }
            (Signing::Required, Some(Known::Is(Answer::CanSign(Err(why))))) => Verdict::Fail(why.clone()),
            (Signing::Required, _) => {
                Verdict::Unknown(Refusal::new(Code::SigningUnknown, "cannot tell whether the commit can be signed"))
            }
        };
        vec![Judged::lasting(Subject::Commit, verdict)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::plan::sample;

    fn verdict(signing: Signing, can_sign: Option<Result<(), Refusal>>) -> Verdict {
        let mut settings = Settings::default();
        settings.git.signing = signing;
        let mut answers = Answers::at(jiff::Timestamp::UNIX_EPOCH);
        if let Some(can_sign) = can_sign {
            answers.note(Question::CanSign, Known::Is(Answer::CanSign(can_sign)));
        }
        SignatureGate.judge(&sample::proposal(), &settings, &answers).remove(0).verdict
    }

    #[test]
    fn a_required_signature_needs_a_key() {
        let missing = Refusal::new(Code::CannotSign, "no key");
        assert_eq!(verdict(Signing::Required, Some(Err(missing.clone()))), Verdict::Fail(missing));
        assert!(matches!(verdict(Signing::Required, Some(Ok(()))), Verdict::Pass(_)));
    }

    #[test]
    fn an_optional_signature_asks_nothing() {
        assert!(matches!(verdict(Signing::Optional, None), Verdict::Pass(_)));
    }

    #[test]
    fn an_unanswered_question_is_not_a_yes() {
        let Verdict::Unknown(why) = verdict(Signing::Required, None) else { panic!("it was known") };
        assert_eq!(why.code, Code::SigningUnknown);
    }
}
