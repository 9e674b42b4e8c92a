//! How a forge on the loopback puts a request into its base, in each of its styles.

use super::Kind;
use super::state::{REPOSITORY, Request, Standing, State};
use crate::support::run::Environment;

/// How a request becomes part of its base.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// A commit of both.
    Merge,
    /// One new commit.
    Squash,
    /// Its commits anew, on top.
    Rebase,
}

impl State {
    /// Merges an open request as somebody; `words`: other ones than the forge's own. The commit that its base is at then.
    pub fn merge(&mut self, who: &str, number: u64, style: Style, words: Option<&str>) -> Result<String, String> {
        self.refresh();
        let request = self.request(number).cloned().ok_or("there is no such request")?;
        if !request.is_open() {
            return Err("Pull Request is not mergeable".into());
        }
        if let Some(lack) = self.lacks(&request) {
            return Err(format!("it is not mergeable: {lack:?}"));
        }
        let base = self.tip(&request.base).expect("main stays").to_owned();
        let merged = ["merge-tree", "--write-tree", &base, &request.tip];
        let merged = self.environment.try_git(&self.remote, &merged);
        if !merged.status.success() {
            return Err("Merge conflict".into());
        }
        let tree = String::from_utf8_lossy(&merged.stdout).lines().next().unwrap_or_default().to_owned();
        let hands = Hands { state: self, who: self.by_the_forge(who), tree, base, request: &request };
        let landed = match (self.kind, style) {
            (_, Style::Merge) => vec![hands.merge(words)],
            (Kind::Github, Style::Squash) => vec![hands.squash(words)],
            // GitLab puts the squashed commit in by a merge commit, where its merge method is that.
            (Kind::Gitlab, Style::Squash) => {
                let squashed = hands.squash(words);
                let onto = ["-p", hands.base.as_str(), "-p", squashed.as_str()];
                let merged = hands.commit(&onto, &hands.merge_words(None), None);
                vec![squashed, merged]
            }
            (_, Style::Rebase) => vec![hands.rebase()],
        };
        let tip = landed.last().expect("a commit").clone();
        self.git(&["update-ref", &format!("refs/heads/{}", request.base), &tip]);
        let kept = self.request(number).expect("it is there");
        kept.standing = Standing::Merged;
        kept.merged_by = Some(who.to_owned());
        kept.landed = landed;
        self.refresh();
        Ok(tip)
    }

    /// Commits are the forge's, in the name of whoever presses the button.
    fn by_the_forge(&self, who: &str) -> Environment {
        let forge = if self.kind == Kind::Github { "GitHub" } else { "GitLab" };
        self.environment
            .with("GIT_AUTHOR_NAME", who)
            .with("GIT_AUTHOR_EMAIL", format!("{who}@example.com"))
            .with("GIT_COMMITTER_NAME", forge)
            .with("GIT_COMMITTER_EMAIL", "noreply@forge.example.com")
    }
}

/// What a merge is made of.
struct Hands<'m> {
    state: &'m State,
    who: Environment,
    /// Of both.
    tree: String,
    base: String,
    request: &'m Request,
}

impl Hands<'_> {
    fn commit(&self, parents: &[&str], message: &str, of: Option<&Environment>) -> String {
        let args = [&["commit-tree", self.tree.as_str(), "-m", message], parents].concat();
        of.unwrap_or(&self.who).git(&self.state.remote, &args)
    }

    fn merge(&self, words: Option<&str>) -> String {
        self.commit(&["-p", &self.base, "-p", &self.request.tip], &self.merge_words(words), None)
    }

    /// docs.github.com, "About merge methods on GitHub"; docs.gitlab.com, "Commit message templates".
    fn merge_words(&self, words: Option<&str>) -> String {
        let Request { number, head, base, title, .. } = self.request;
        let owner = REPOSITORY.split('/').next().unwrap_or_default();
        match (words, self.state.kind) {
            (Some(words), _) => words.to_owned(),
            (None, Kind::Github) => format!("Merge pull request #{number} from {owner}/{head}\n\n{title}"),
            (None, Kind::Gitlab) => {
                format!("Merge branch '{head}' into '{base}'\n\n{title}\n\nSee merge request {REPOSITORY}!{number}")
            }
        }
    }

    /// Of one commit GitHub takes subject and message, GitLab the request's title.
    fn squash(&self, words: Option<&str>) -> String {
        let Request { number, title, tip, .. } = self.request;
        let message = match (words, self.state.kind) {
            (Some(words), _) => words.to_owned(),
            (None, Kind::Github) => {
                let own = self.state.git(&["log", "-1", "--format=%B", tip]);
                let (subject, rest) = own.split_once('\n').unwrap_or((&own, ""));
                format!("{subject} (#{number})\n{rest}")
            }
            (None, Kind::Gitlab) => title.clone(),
        };
        self.commit(&["-p", &self.base], &message, None)
    }

    /// GitHub makes new commits always; GitLab only where the base has moved, else its own go in as they are.
    fn rebase(&self) -> String {
        let Request { tip, .. } = self.request;
        if self.state.kind == Kind::Gitlab && self.state.contains(tip, &self.base) {
            return tip.clone();
        }
        let told = self.state.git(&["log", "-1", "--format=%an%n%ae%n%aI%n%B", tip]);
        let mut lines = told.splitn(4, '\n');
        let mut next = || lines.next().unwrap_or_default().to_owned();
        let (name, email, date, message) = (next(), next(), next(), next());
        let author =
            self.who.with("GIT_AUTHOR_NAME", name).with("GIT_AUTHOR_EMAIL", email).with("GIT_AUTHOR_DATE", date);
        self.commit(&["-p", &self.base], &message, Some(&author))
    }
}
