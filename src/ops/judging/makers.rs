//! Who made a change: whoever signed, wrote or asked for any commit of it, who made the job run that did, and who opened its request. None of them approves it.

use crate::domain::commit::CommitId;
use crate::domain::refusal::Error;
use crate::domain::signature::SignatureWord;
use crate::domain::testimony::{Makers, Who};
use crate::domain::trailer::Trailers;
use crate::forge::job;

use crate::ops::context::Context;
use crate::ops::judging::keys::Ring;

/// So many commits of a change are looked at.
const MOST: usize = 500;

/// What a change is made of.
#[derive(Debug, Clone, Default)]
pub enum Work {
    /// This run makes it.
    #[default]
    Ours,
    /// What heads have that tips lack, each by itself.
    Commits(Vec<(CommitId, CommitId)>),
}

/// Who made a change, as far as its commits tell.
#[derive(Debug, Clone, Default)]
pub struct Made {
    pub makers: Makers,
    /// Whether a known key vouches for every commit, and each says who asked for it: then it is known who made a program open its request.
    pub says_who_asked: bool,
}

/// Who made it, by the keys of some rules.
///
/// # Errors
/// The clone cannot be read.
pub fn of(context: &Context<'_>, work: &Work, ring: &Ring) -> Result<Made, Error> {
    let (mut out, mut says_who_asked) = (Makers::default(), false);
    match work {
        Work::Ours => {
            let own = match &ring.keys.ssh {
                Some(signers) => context.repo.own_principals(signers)?,
                None => None,
            };
            match own {
                Some(principals) => out.who.push(Who::Key(principals)),
                None => out.unknown = Some("whose key signs here shows only when it has signed".to_string()),
            }
            // Without a name for the author nothing lands either.
            out.who.extend(context.repo.author().ok().and_then(|author| mail(&author)));
            out.who.extend(job::triggered_by(&context.repo.surroundings().variables).map(Who::Login));
        }
        Work::Commits(all) => {
            says_who_asked = !all.is_empty();
            for (lacks, has) in all {
                says_who_asked &= of_commits(context, (*lacks, *has), ring, &mut out)?;
            }
        }
    }
    Ok(Made { makers: out, says_who_asked })
}

/// Adds who made these commits; whether each says who asked for it, under a key that is known.
fn of_commits(
    context: &Context<'_>,
    (lacks, has): (CommitId, CommitId),
    ring: &Ring,
    out: &mut Makers,
) -> Result<bool, Error> {
    let commits = context.repo.between(lacks, has, MOST + 1)?;
    if commits.len() > MOST {
        out.unknown = Some(format!("it has more than {MOST} commits"));
    }
    let mut says_who_asked = commits.len() <= MOST;
    for commit in &commits {
        let info = context.repo.commit(*commit)?;
        out.who.extend([info.author.email, info.committer.email].map(Who::Mail));
        let asked: Vec<Who> = Trailers::read(&info.message).asked_by.iter().filter_map(|who| mail(who)).collect();
        says_who_asked &= !asked.is_empty();
        out.who.extend(asked);
        out.who.extend(authors_beside(&info.message));
    }
    for (commit, vouched) in commits.iter().zip(context.repo.vouched(&commits, &ring.keys)?) {
        match vouched.state {
            SignatureWord::Good => out.who.push(Who::Key(vouched.principals)),
            _ => {
                says_who_asked = false;
                if !is_plain_merge(context, *commit)? {
                    out.unknown.get_or_insert_with(|| unsigned(*commit));
                }
            }
        }
    }
    Ok(says_who_asked)
}

/// Whether a commit is a merge that says nothing of its own: a forge makes such.
fn is_plain_merge(context: &Context<'_>, commit: CommitId) -> Result<bool, Error> {
    let info = context.repo.commit(commit)?;
    let [one, other] = info.parents.as_slice() else { return Ok(false) };
    context.repo.is_merge(*one, *other, info.tree)
}

/// Anybody may write any name into a commit.
fn unsigned(commit: CommitId) -> String {
    format!(
        "nobody known has signed {}, so nobody knows who wrote it: sign each commit (`git rebase --exec 'git commit --amend --no-edit -S' BASE`)",
        commit.short()
    )
}

/// Those whom a message names as authors beside the commit's own (git-interpret-trailers(1), as forges write it).
fn authors_beside(message: &str) -> impl Iterator<Item = Who> + '_ {
    let named = message.lines().filter_map(|line| {
        let (key, value) = line.split_once(':')?;
        key.trim().eq_ignore_ascii_case("co-authored-by").then_some(value.trim())
    });
    named.filter_map(mail)
}

/// The address of `Name <address>`; a login stands alone.
fn mail(who: &str) -> Option<Who> {
    match who.rsplit_once('<') {
        Some((_, rest)) => Some(Who::Mail(rest.trim_end_matches('>').to_string())),
        None => Some(Who::Login(who.trim().trim_start_matches('@').to_string())).filter(|_| !who.trim().is_empty()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_asked_is_known_by_an_address_or_a_login() {
        assert_eq!(mail("Mei Lin <mei@example.com>"), Some(Who::Mail("mei@example.com".into())));
        assert_eq!(mail("@mei"), Some(Who::Login("mei".into())));
        assert_eq!(mail(" "), None);
    }
}
