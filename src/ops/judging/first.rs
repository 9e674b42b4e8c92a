//! The first rules of a repository: they land by a key that whoever runs the hook or job has given, and so does the way back from
//! lost keys.

use crate::domain::commit::CommitId;
use crate::domain::names::BranchName;
use crate::domain::refusal::{Code, Error, Objection, Refusal};
use crate::domain::report::verify::RefVerdict;
use crate::domain::settings::FILE;
use crate::domain::signature::SignatureWord;
use crate::git::vouched::Keys;

use crate::ops::context::Context;
use crate::ops::judging::told;
use crate::ops::reading::world::World;
use crate::ops::remembered::shelf::Shelf;

/// The keys by which first rules land.
#[derive(Debug, Clone, Default)]
pub struct First {
    /// An allowed-signers file; `None`: there are none.
    pub keys: Option<Vec<u8>>,
    /// The one commit that may land by them where there are rules.
    pub tip: Option<CommitId>,
}

impl First {
    /// What is said of a tip that lands by these keys.
    ///
    /// # Errors
    /// The commit cannot be read.
    pub fn judge(
        &self,
        context: &Context<'_>,
        branch: &BranchName,
        (base, head): (Option<CommitId>, CommitId),
    ) -> Result<RefVerdict, Error> {
        let (name, ends) = (branch.as_str(), (base, Some(head)));
        let of_ref = |refusals| told::of_ref(name, ends, Vec::new(), Vec::new(), refusals);
        Ok(match self.lets(context, branch, head)? {
            Ok(()) => of_ref(Vec::new()),
            Err(why) if self.keys.is_none() => of_ref(vec![Objection::CannotTell(why)]),
            Err(why) => told::refused(name, ends, why),
        })
    }

    /// Whether a tip may land by these keys, or why not. It must bring rules that can be read.
    fn lets(&self, context: &Context<'_>, branch: &BranchName, tip: CommitId) -> Result<Result<(), Refusal>, Error> {
        let Some(ssh) = &self.keys else {
            let what =
                format!("`{branch}` has no `{FILE}`, so there are no rules to judge by, and no bootstrap key is set");
            return Ok(Err(Refusal::new(Code::NoPolicy, what)
                .hint("whoever runs the server names an allowed-signers file: `bootstrap: { keys: FILE }` of the hook's settings; in a job: `--bootstrap FILE`")));
        };
        let keys = Keys { ssh: Some(ssh.clone()), ..Keys::default() };
        let is_signed = context.repo.vouched(&[tip], &keys)?.iter().all(|one| one.state == SignatureWord::Good);
        if !is_signed {
            let what = format!("`{branch}` has no rules yet, and {} is not signed by the bootstrap key", tip.short());
            return Ok(Err(Refusal::new(Code::NotSigned, what)
                .hint("sign the first rules with it: `git commit --amend --no-edit -S`")));
        }
        match World::read(&context.repo, &Shelf::default(), branch, tip, None) {
            Ok(world) if world.has_file => Ok(Ok(())),
            Ok(_) => {
                let what =
                    format!("{} has no `{FILE}`: what lands by the bootstrap key brings the first rules", tip.short());
                Ok(Err(Refusal::new(Code::NoPolicy, what).hint("write one: `stageline init`")))
            }
            Err(Error::Invalid(why)) => Ok(Err(why)),
            Err(error) => Err(error),
        }
    }
}
