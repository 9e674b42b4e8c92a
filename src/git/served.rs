//! The refs of this repository as a server has them: of any folder, and what a symbolic one leads to.

use crate::domain::commit::CommitId;
use crate::domain::refusal::Error;
use crate::process::Kind;

use super::repo::Repo;

/// One ref that leads to a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Served {
    /// The full name.
    pub name: String,
    /// The commit; that of a tag, where the ref holds one.
    pub tip: CommitId,
    /// The full name of the ref that a symbolic one leads to in the end.
    pub target: Option<String>,
}

const FORMAT: &str =
    "--format=%(objecttype)%00%(objectname)%00%(*objecttype)%00%(*objectname)%00%(refname)%00%(symref)";

impl Repo {
    /// The refs of a folder (`refs/heads/`) or of a pattern (`refs/pull/*/head`, where `*` is one part of a name), as they are
    /// now, in the order of their names. Without those that hold no commit, and without symbolic ones that lead nowhere:
    /// see `leads_to`.
    pub fn served(&self, pattern: &str) -> Result<Vec<Served>, Error> {
        let listed = self.git(Kind::Plumbing, ["for-each-ref", FORMAT, pattern]).stdout()?;
        let text = String::from_utf8_lossy(&listed);
        let read = |line: &str| {
            let fields: Vec<&str> = line.split('\0').collect();
            let [kind, id, peeled_kind, peeled, name, symbolic] = fields[..] else { return None };
            let id = [(kind, id), (peeled_kind, peeled)].into_iter().find(|(kind, _)| *kind == "commit")?.1;
            let target = Some(symbolic.to_string()).filter(|target| !target.is_empty());
            Some(Served { name: name.to_string(), tip: CommitId::from_hex(id)?, target })
        };
        Ok(text.lines().filter_map(read).collect())
    }

    /// The full name of the ref that a symbolic ref leads to in the end, also where that is not there yet; `None` where it is
    /// not symbolic, or not there.
    pub fn leads_to(&self, full_ref: &str) -> Result<Option<String>, Error> {
        let git = self.git(Kind::Plumbing, ["symbolic-ref", "--quiet", full_ref]);
        let answer = git.finish()?;
        match answer.code {
            Some(0) => Ok(Some(String::from_utf8_lossy(&answer.stdout).trim_end().to_string())),
            // With `--quiet`: it is not symbolic.
            Some(1) => Ok(None),
            _ => Err(git.failure(&answer)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::Sample;
    use super::*;

    #[test]
    fn refs_of_a_folder_and_of_a_pattern_are_listed_with_what_they_lead_to() {
        let sample = Sample::new();
        let dir = sample.init("config");
        let first = sample.commit(&dir, "a", Some("1"));
        let second = sample.commit(&dir, "a", Some("2"));
        for (name, id) in [("pull/1/head", first), ("pull/1/merge", second), ("pull/1/x/head", first)] {
            sample.git(&dir, &["update-ref", &format!("refs/{name}"), &id.to_string()]);
        }
        sample.git(&dir, &["tag", "-a", "-m", "t", "v1", &first.to_string()]);
        sample.git(&dir, &["tag", "tree", &format!("{first}^{{tree}}")]);
        sample.git(&dir, &["symbolic-ref", "refs/heads/alias", "refs/heads/main"]);
        sample.git(&dir, &["symbolic-ref", "refs/heads/nowhere", "refs/heads/later"]);
        let repo = Repo::open(&dir, &sample.surroundings).unwrap();
        let names = |pattern: &str| {
            let all = repo.served(pattern).unwrap().into_iter();
            all.map(|one| (one.name, one.tip, one.target)).collect::<Vec<_>>()
        };
        let plain = |name: &str, id| (name.to_string(), id, None);
        assert_eq!(names("refs/pull/*/head"), [plain("refs/pull/1/head", first)]);
        assert_eq!(names("refs/tags/"), [plain("refs/tags/v1", first)]);
        let alias = ("refs/heads/alias".to_string(), second, Some("refs/heads/main".to_string()));
        assert_eq!(names("refs/heads"), [alias, plain("refs/heads/main", second)]);
        assert_eq!(names("refs/merge-requests/*/head"), []);
        let leads = |name: &str| repo.leads_to(name).unwrap();
        assert_eq!(leads("refs/heads/alias").as_deref(), Some("refs/heads/main"));
        assert_eq!(leads("refs/heads/nowhere").as_deref(), Some("refs/heads/later"));
        assert_eq!((leads("refs/heads/main"), leads("refs/heads/none")), (None, None));
    }
}
