//! Whose an instance says to be: the record of one that comes, or that says it anew, names nobody but who signs.

use crate::domain::plan::Proposal;
use crate::domain::preview::InstanceChange;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::settings::Settings;
use crate::domain::testimony::Who;

use super::people::{people_of, with_principals};
use super::vouching::Signature;
use super::{Answers, Gate, Judged, Policy, Question, Subject, Verdict};

/// The part of the scope gate that can be judged only when somebody has signed.
pub(super) struct SignedPreview;

impl Gate for SignedPreview {
    fn name(&self) -> &'static str {
        "scope"
    }

    fn needs(&self, _: &Proposal, _: Policy<'_>, _: &Answers) -> Vec<Question> {
        Vec::new()
    }

    fn judge(&self, proposal: &Proposal, policy: Policy<'_>, answers: &Answers) -> Vec<Judged> {
        let signature = Signature::of(policy, answers);
        let of = |change: &InstanceChange| {
            let why = anothers(change, policy.settings, &signature)?;
            Some(Judged::lasting(Subject::File(change.record.clone()), Verdict::Fail(why)))
        };
        proposal.instances.iter().filter_map(of).collect()
    }
}

/// Why the record of an instance may not say so who made it; `None`: it may, it says what it said before, or nobody is known to have
/// signed whom it could be held against.
pub(super) fn anothers(change: &InstanceChange, settings: &Settings, signature: &Signature<'_>) -> Option<Refusal> {
    let is = change.is.as_ref()?;
    // Whoever moves what somebody else made leaves it theirs.
    if change.was.as_ref().is_some_and(|was| was.by == is.by) {
        return None;
    }
    let principals = signature.principals()?;
    (!are_of(settings, principals, &is.by)).then(|| {
        let who = principals.first().map_or("a key without a name".to_string(), |one| format!("`{one}`"));
        let what = format!("`{}` says that `{}` made it, and it is signed by {who}", is.place(), is.by);
        Refusal::new(Code::NotASigner, what)
            .hint("leave it to `stageline preview create`, which names who signs; an address of theirs beside the key's: `email:` of `people:`")
    })
}

/// Whether "Name <address>" has an address of somebody who has one of these principals.
pub fn are_of(settings: &Settings, principals: &[String], by: &str) -> bool {
    let Some(address) = address(by) else { return false };
    let signers = with_principals(settings, principals);
    principals.iter().any(|one| is_of(one, address))
        || people_of(settings, &Who::Mail(address.to_string())).iter().any(|name| signers.contains(name))
}

/// The address in "Name <address>", or all of it; `None` where there is a second one, which would be read as whoever that is.
fn address(by: &str) -> Option<&str> {
    let Some((name, rest)) = by.split_once('<') else { return Some(by.trim()).filter(|_| !by.contains('>')) };
    let inside = rest.strip_suffix('>')?;
    let is_plain = !name.contains(['>', '@']) && !inside.is_empty() && !inside.contains(['<', '>', ' ']);
    is_plain.then_some(inside)
}

/// Whether an address is a principal's, which may be a pattern in the signers file: `*@example.com`.
fn is_of(principal: &str, address: &str) -> bool {
    let (principal, address) = (principal.to_ascii_lowercase(), address.to_ascii_lowercase());
    match principal.split_once('*') {
        None => principal == address,
        Some((begins, ends)) => {
            address.len() > begins.len() + ends.len() && address.starts_with(begins) && address.ends_with(ends)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::of_moves::sample::{answers, judged, now, settings};
    use super::*;
    use crate::domain::commit::{CommitId, Known};
    use crate::domain::names::{BranchName, EnvName};
    use crate::domain::path::RepoPath;
    use crate::domain::plan::sample::proposal;
    use crate::domain::preview::{Preview, Slug};
    use crate::domain::settings::{MailAddress, PartyName, Person, Principal};
    use crate::policy::{Answer, Signed};

    fn person(name: &str, email: Option<&str>) -> Person {
        let principals = vec![Principal::new(&format!("{name}@keys.example.com")).unwrap()];
        let email = email.map(|text| MailAddress::new(text).unwrap());
        Person { name: PartyName::new(name).unwrap(), principals, forge: None, email, mobile: None }
    }

    /// What is said of an instance that `was` and `is` of these, with that signature.
    fn said(was: Option<&str>, is: &str, signed: Option<Signed>) -> Vec<Judged> {
        let settings = Settings {
            people: vec![person("alice", Some("alice@example.com")), person("ci", None)],
            ..settings(|_| {})
        };
        let (env, slug) = (EnvName::new("production").unwrap(), Slug::new("pr-1").unwrap());
        let of = |by: &str| Preview {
            env: env.clone(),
            slug: slug.clone(),
            applications: Default::default(),
            request: None,
            by: by.to_string(),
            since: now(),
            until: None,
        };
        let record = RepoPath::new(".stageline/previews/production/pr-1.yaml").unwrap();
        let (was, is) = (was.map(of), Some(of(is)));
        let change = InstanceChange { env: env.clone(), slug: slug.clone(), record, was, is, count: 1 };
        let proposal = Proposal { instances: vec![change], ..proposal() };
        let question = Question::Signed(BranchName::new("main").unwrap());
        let told = answers(signed.map(|signed| (question, Known::Is(Answer::Signed(signed)))));
        judged(&SignedPreview, &proposal, &settings, &told)
    }

    fn by(name: &str) -> Option<Signed> {
        let principals = vec![format!("{name}@keys.example.com")];
        Some(Signed::By { principals, commit: CommitId::from_bytes([1; 20]) })
    }

    #[test]
    fn a_principal_that_is_a_pattern_has_the_addresses_that_it_fits() {
        for (principal, address, wanted) in [
            ("*@example.com", "alice@Example.com", true),
            ("*@example.com", "@example.com", false),
            ("*@example.com", "alice@example.com.evil.org", false),
            ("ci-*@example.com", "ci-preview@example.com", true),
            ("ci-*@example.com", "ci@example.com", false),
            ("alice@example.com", "alice@example.com", true),
        ] {
            assert_eq!(is_of(principal, address), wanted, "{principal} {address}");
        }
    }

    #[test]
    fn a_record_names_who_signs_by_the_key_or_by_the_address_that_the_rules_have() {
        for (is, signer) in [
            ("Alice <alice@keys.example.com>", "alice"),
            ("Alice <ALICE@example.com>", "alice"),
            ("ci@keys.example.com", "ci"),
            ("Preview Bot <ci@keys.example.com>", "ci"),
        ] {
            assert_eq!(said(None, is, by(signer)), [], "{is}");
        }
        for (is, signer) in [
            ("Alice <alice@example.com>", "ci"),
            ("Alice <alice@keys.example.com>", "ci"),
            ("Alice <alice@examp1e.com>", "alice"),
            ("alice", "alice"),
            ("ci <ci@keys.example.com> <alice@example.com>", "ci"),
            ("alice <alice@example.com> <ci@keys.example.com>", "ci"),
            ("alice (alice@example.com) <ci@keys.example.com>", "ci"),
            ("", "ci"),
        ] {
            let said = said(None, is, by(signer));
            assert!(
                matches!(&said[..], [Judged { verdict: Verdict::Fail(why), .. }] if why.code == Code::NotASigner),
                "{is}: {said:?}"
            );
        }
    }

    #[test]
    fn who_moves_what_another_made_leaves_it_theirs_or_takes_it_but_gives_it_to_nobody() {
        let (alices, cis) = ("Alice <alice@example.com>", "ci <ci@keys.example.com>");
        assert_eq!(said(Some(alices), alices, by("ci")), []);
        assert_eq!(said(Some(alices), cis, by("ci")), []);
        assert_eq!(said(Some(cis), alices, by("ci")).len(), 1);
    }

    #[test]
    fn where_nobody_is_known_to_have_signed_there_is_nobody_to_hold_it_against() {
        for signed in [None, Some(Signed::Here(None)), Some(Signed::Not(Refusal::new(Code::NotSigned, "no")))] {
            assert_eq!(said(None, "Alice <alice@example.com>", signed), []);
        }
        let here = Signed::Here(Some(vec!["ci@keys.example.com".to_string()]));
        assert_eq!(said(None, "Alice <alice@example.com>", Some(here)).len(), 1);
    }
}
