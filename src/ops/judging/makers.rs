//! Who made a change: whoever signed, wrote or asked for any commit of it, and who opened its request. None of them approves it.

use crate::domain::commit::CommitId;
use crate::domain::refusal::Error;
use crate::domain::signature::SignatureWord;
use crate::domain::testimony::{Makers, Who};
use crate::domain::trailer::Trailers;

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

/// Who made it, by the keys of some rules. `extra`: whom a forge names.
///
/// # Errors
/// The clone cannot be read.
pub fn of(context: &Context<'_>, work: &Work, ring: &Ring) -> Result<Makers, Error> {
    let mut out = Makers::default();
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
        }
        Work::Commits(all) => {
            for (lacks, has) in all {
                of_commits(context, (*lacks, *has), ring, &mut out)?;
            }
        }
    }
    Ok(out)
}

fn of_commits(
    context: &Context<'_>,
    (lacks, has): (CommitId, CommitId),
    ring: &Ring,
    out: &mut Makers,
) -> Result<(), Error> {
    let commits = context.repo.between(lacks, has, MOST + 1)?;
    if commits.len() > MOST {
        out.unknown = Some(format!("it has more than {MOST} commits"));
    }
    for commit in &commits {
        let info = context.repo.commit(*commit)?;
        out.who.extend([info.author.email, info.committer.email].map(Who::Mail));
        out.who.extend(Trailers::read(&info.message).asked_by.iter().filter_map(|who| mail(who)));
    }
    for vouched in context.repo.vouched(&commits, &ring.keys)? {
        if vouched.state == SignatureWord::Good {
            out.who.push(Who::Key(vouched.principals));
        }
    }
    Ok(())
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
