//! The hotfix gate: a change is a hotfix by its record, the branch of its commit, what that contains and who signs it; and what
//! comes after it contains it.

use crate::domain::hotfix::{Hotfix, HotfixChange, HotfixFile};
use crate::domain::plan::Proposal;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::settings::{Environment, Hotfix as Rules};
use crate::domain::version::Version;

use super::hotfix_case::{Case, No, by_signers, signed_by};
use super::of_moves::worst;
use super::vouching::Signature;
use super::{Answers, Carries, Gate, Judged, Policy, Question, Subject, Verdict};

pub struct HotfixGate;

/// The part of it that can be judged only when somebody has signed.
pub(super) struct SignedHotfix;

const NAME: &str = "hotfix";

impl Gate for HotfixGate {
    fn name(&self) -> &'static str {
        NAME
    }

    fn needs(&self, proposal: &Proposal, policy: Policy<'_>, told: &Answers) -> Vec<Question> {
        let mut out: Vec<Question> = cases(proposal, policy, told).flat_map(Case::asks).collect();
        out.extend(unmoved(proposal).into_iter().flat_map(|change| Left { change, policy, told }.asks()));
        out.sort();
        out.dedup();
        out
    }

    fn judge(&self, proposal: &Proposal, policy: Policy<'_>, answers: &Answers) -> Vec<Judged> {
        let moved = cases(proposal, policy, answers).filter_map(judged);
        let unmoved = unmoved(proposal).into_iter();
        let unmoved = unmoved.map(|change| {
            let left = Left { change, policy, told: answers };
            Judged::lasting(Subject::File(change.path.clone()), left.verdict())
        });
        moved.chain(unmoved).collect()
    }
}

impl Gate for SignedHotfix {
    fn name(&self) -> &'static str {
        NAME
    }

    fn needs(&self, _: &Proposal, _: Policy<'_>, _: &Answers) -> Vec<Question> {
        Vec::new()
    }

    fn judge(&self, proposal: &Proposal, policy: Policy<'_>, answers: &Answers) -> Vec<Judged> {
        let of = |case: Case<'_>| {
            let recorded = case.change.is_some_and(|change| change.is.is_some());
            let no = case.rules().filter(|_| recorded).and_then(|rules| case.signed(rules).err())?;
            Some(Judged::lasting(Subject::pin(case.moved), no.verdict()))
        };
        let unmoved = unmoved(proposal).into_iter().filter_map(|change| {
            let left = Left { change, policy, told: answers };
            let no = left.signed().filter(|_| change.is.is_none() || left.former().is_some())?.err()?;
            Some(Judged::lasting(Subject::File(change.path.clone()), no.verdict()))
        });
        cases(proposal, policy, answers).filter_map(of).chain(unmoved).collect()
    }
}

/// `None`: nothing there has to do with a hotfix.
fn judged(case: Case<'_>) -> Option<Judged> {
    let verdicts = case.verdicts().into_iter().map(|verdict| (verdict, None)).collect();
    worst(verdicts).map(|(verdict, _)| Judged::lasting(Subject::pin(case.moved), verdict))
}

/// The moved pins of environments that last.
fn cases<'c>(
    proposal: &'c Proposal,
    policy: Policy<'c>,
    told: &'c Answers,
) -> impl Iterator<Item = Case<'c>> + use<'c> {
    let lasting = proposal.moves.iter().filter(|moved| moved.instance.is_none());
    lasting.map(move |moved| Case::of(proposal, moved, policy, told))
}

/// The changed records with which no pin of theirs moves.
fn unmoved(proposal: &Proposal) -> Vec<&HotfixChange> {
    let moves = |change: &HotfixChange| {
        proposal.moves.iter().any(|one| one.instance.is_none() && (&one.env, &one.app) == (&change.env, &change.app))
    };
    proposal.hotfixes.iter().filter(|change| !moves(change)).collect()
}

/// A record that comes, changes or goes, and no pin of its own moves.
#[derive(Clone, Copy)]
struct Left<'c> {
    change: &'c HotfixChange,
    policy: Policy<'c>,
    told: &'c Answers,
}

impl<'c> Left<'c> {
    fn env(self) -> Option<&'c Environment> {
        self.policy.settings.environment(&self.change.env)
    }

    /// What the rules say of hotfixes there; `None`: they are over, or the names mean nothing any more.
    fn rules(self) -> Option<&'c Rules> {
        self.policy.settings.application(&self.change.app)?;
        self.env()?.rules.hotfix.as_ref()
    }

    /// What it was of, where that can be read.
    fn gone(self) -> Option<&'c Hotfix> {
        self.change.was.as_ref()?.hotfix.as_ref().ok()
    }

    /// The hotfix that its record becomes that of again: the very record that stood there before the one of the base, or before
    /// there was none.
    fn former(self) -> Option<&'c Hotfix> {
        let HotfixChange { env, app, is, .. } = self.change;
        let former = is.as_ref()?;
        let stood = self.told.former(env, app)?;
        (former.text.is_some() && former.text == stood.text).then_some(former.hotfix.as_ref().ok()?)
    }

    /// Whether that is what runs there, at all sites.
    fn runs_former(self) -> Result<bool, String> {
        let Some(former) = self.former() else { return Ok(false) };
        let runs = self.told.runs(&self.runs()).ok_or("nobody looked")?.map_err(str::to_string)?;
        Ok(!runs.is_empty() && runs.iter().all(|version| *version == former.version))
    }

    fn runs(self) -> Question {
        Question::Runs(self.change.env.clone(), self.change.app.clone())
    }

    fn carries(self, version: &Version, hotfix: &Hotfix) -> Question {
        Question::Carries(self.change.app.clone(), version.clone(), hotfix.commit)
    }

    fn asks(self) -> Vec<Question> {
        let mut out = vec![Signature::question(self.policy)];
        let HotfixChange { env, app, is, .. } = self.change;
        out.extend(is.iter().flat_map(|_| [Question::Former(env.clone(), app.clone()), self.runs()]));
        if let (Some(hotfix), Some(_)) = (self.gone(), self.rules()) {
            let runs = self.told.runs(&self.runs()).and_then(Result::ok).unwrap_or_default();
            out.extend(runs.iter().map(|version| self.carries(version, hotfix)));
            out.push(self.runs());
        }
        out.retain(|ask| self.told.of(ask).is_none());
        out
    }

    /// Whether one of those signs who land hotfixes; `None`: no rule says who that is.
    fn signed(self) -> Option<Result<String, No>> {
        let HotfixChange { env, app, .. } = self.change;
        Some(signed_by(self.rules()?, (env, app), self.policy, self.told))
    }

    fn verdict(self) -> Verdict {
        let HotfixChange { env, app, is, was, .. } = self.change;
        if is.is_some() && self.runs_former() != Ok(true) {
            let what = format!("it records a hotfix of `{app}` in `{env}`, and no pin of that moves with it");
            return Verdict::Fail(Refusal::new(Code::HotfixUnfit, what).hint(format!(
                "land the hotfix itself, which records it: `stageline promote {app}@COMMIT --to {env} --hotfix`"
            )));
        }
        let Some(signed) = self.signed() else { return by_signers(self.env(), self.policy, self.told) };
        if was.is_none() {
            let stands =
                |who| Verdict::Pass(format!("`{env}` runs the hotfix again: it stands again, signed by {who}"));
            return signed.map_or_else(No::verdict, stands);
        }
        match self.is_behind() {
            Ok(true) => match signed {
                Ok(who) => {
                    let over = if is.is_some() { "the one before it stands again" } else { "it is over" };
                    Verdict::Pass(format!("`{env}` runs the hotfix itself no more: {over}, signed by {who}"))
                }
                Err(no) => no.verdict(),
            },
            Ok(false) => {
                let what = format!(
                    "it takes the record of a hotfix of `{app}` in `{env}` away, and the promotion that contains it does that"
                );
                let leave =
                    format!("leave the file, and promote what contains it: `stageline promote {app} --to {env}`");
                let told = was.iter().map(HotfixFile::told);
                Verdict::Fail(
                    Refusal::new(Code::HotfixLost, what)
                        .details(told)
                        .hint(leave)
                        .hint("to give it up: `stageline undo LANDING` of its landing, by who may land one"),
                )
            }
            Err(why) => {
                let what = format!("cannot tell whether `{env}` runs the hotfix of `{app}` whose record goes: {why}");
                Verdict::Unknown(Refusal::new(Code::HotfixUnknown, what).hint(format!(
                    "where its commit is gone for good: have the owners take `hotfix:` away from `{env}` first"
                )))
            }
        }
    }

    /// Whether nothing that runs there is the hotfix itself any more: it went back behind it, or something came that contains it and
    /// left its record.
    fn is_behind(self) -> Result<bool, String> {
        let Some(hotfix) = self.gone() else { return Err("it cannot be read".to_string()) };
        let nobody = || "nobody looked".to_string();
        let runs = self.told.runs(&self.runs()).ok_or_else(nobody)?.map_err(str::to_string)?;
        for version in runs {
            let carries = self.told.carries(&self.carries(version, hotfix)).ok_or_else(nobody)?;
            if matches!(carries.map_err(str::to_string)?, Carries::It(commit) if *commit == hotfix.commit) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

#[cfg(test)]
mod tests;
