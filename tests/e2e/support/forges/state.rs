//! What a forge on the loopback knows: requests, people and rules, over the bare repository that it serves.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Instant;

use serde_json::Value;

use super::Kind;
use super::by_itself::{Rules, Scheduled};
use super::talking::Talk;
use crate::support::run::Environment;

/// The repository that is served.
pub const REPOSITORY: &str = "shop/config";
/// Who administers it.
pub const OWNER: &str = "mei";

/// Everything that is kept between two calls.
pub struct State {
    pub kind: Kind,
    pub environment: Environment,
    /// The bare repository.
    pub remote: PathBuf,
    /// `127.0.0.1:PORT`.
    pub host: String,
    pub people: Vec<Person>,
    pub labels: Vec<String>,
    /// By number, from 1.
    pub requests: Vec<Request>,
    /// What checks said of a commit: name and outcome.
    pub checks: BTreeMap<String, Vec<(String, Outcome)>>,
    /// Comments and statuses.
    pub talk: Talk,
    /// Whether nobody pushes to `main`, and requests need an approval.
    pub is_protected: bool,
    /// What `main` asks for beside that.
    pub rules: Rules,
    /// Whether a push takes the approvals of a request away.
    pub dismisses: bool,
    /// The calls that came to the interface, in order.
    pub calls: Vec<Call>,
    /// What of calls and replies is not as the forge's description has it.
    pub faults: Vec<String>,
    refs: BTreeMap<String, String>,
}

/// One call to the interface, as it came.
#[derive(Debug, Clone)]
pub struct Call {
    pub method: String,
    pub path: String,
    pub query: String,
    pub body: Value,
    /// Whether it changes something, whatever its method.
    pub is_write: bool,
    pub at: Instant,
}

/// Somebody with an account.
#[derive(Debug, Clone)]
pub struct Person {
    pub login: String,
    pub id: u64,
    pub token: String,
    /// Whether the token may write.
    pub writes: bool,
}

/// How a request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Open,
    Closed,
    Merged,
}

/// What a check came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Passed,
    Failed,
    Runs,
}

/// Somebody's word on a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    pub by: String,
    /// `APPROVED`, `CHANGES_REQUESTED`, `DISMISSED`.
    pub word: &'static str,
    pub commit: String,
}

/// A request as the forge keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    pub number: u64,
    pub standing: Standing,
    pub by: String,
    pub head: String,
    pub base: String,
    /// Where its branch is, or was when it ended.
    pub tip: String,
    pub title: String,
    pub body: String,
    pub is_draft: bool,
    pub labels: Vec<String>,
    pub reviewers: Vec<String>,
    pub assignees: Vec<String>,
    pub reviews: Vec<Review>,
    pub merged_by: Option<String>,
    /// The commits by which it came into its base; the last one is where that was then.
    pub landed: Vec<String>,
    /// Whether it was worked out since the last push whether it merges.
    pub is_computed: bool,
    /// Who has told it to merge by itself.
    pub scheduled: Option<Scheduled>,
    /// The commit of it that stands in the queue.
    pub queued: Option<String>,
    pub opened: String,
    /// How often something was written into it.
    pub writes: usize,
}

impl Request {
    pub fn is_open(&self) -> bool {
        self.standing == Standing::Open
    }

    /// Who approves of it, and has not been dismissed.
    pub fn approvers(&self) -> Vec<&str> {
        self.reviews.iter().filter(|review| review.word == "APPROVED").map(|review| review.by.as_str()).collect()
    }
}

impl State {
    pub fn new(kind: Kind, environment: Environment, remote: PathBuf) -> Self {
        Self {
            kind,
            environment,
            remote,
            host: String::new(),
            people: Vec::new(),
            labels: Vec::new(),
            requests: Vec::new(),
            checks: BTreeMap::new(),
            talk: Talk::default(),
            is_protected: false,
            rules: Rules::default(),
            dismisses: false,
            calls: Vec::new(),
            faults: Vec::new(),
            refs: BTreeMap::new(),
        }
    }

    /// Runs git in the repository.
    pub fn git(&self, args: &[&str]) -> String {
        self.environment.git(&self.remote, args)
    }

    pub fn person(&self, login: &str) -> Option<&Person> {
        self.people.iter().find(|one| one.login == login)
    }

    /// Where a branch is.
    pub fn tip(&self, branch: &str) -> Option<&str> {
        self.refs.get(&format!("refs/heads/{branch}")).map(String::as_str)
    }

    pub fn request(&mut self, number: u64) -> Option<&mut Request> {
        self.requests.iter_mut().find(|one| one.number == number)
    }

    /// Whether a commit is in the history of another.
    pub fn contains(&self, whole: &str, commit: &str) -> bool {
        let args = ["merge-base", "--is-ancestor", commit, whole];
        self.environment.try_git(&self.remote, &args).status.success()
    }

    /// Takes note of pushes, as a forge does after each: GitHub marks a request merged whose head has become one of its base, and
    /// closes one whose branch is gone (docs.github.com, "About pull request merges", indirect merges); GitLab does both, too
    /// (`app/services/merge_requests/refresh_service.rb`: `post_merge_manually_merged`, `close_upon_missing_source_branch_ref`).
    pub fn refresh(&mut self) {
        let listed = self.git(&["for-each-ref", "--format=%(objectname) %(refname)", "refs/heads"]);
        let refs: BTreeMap<String, String> = listed
            .lines()
            .filter_map(|line| line.split_once(' ').map(|(id, name)| (name.to_owned(), id.to_owned())))
            .collect();
        if refs == self.refs {
            return;
        }
        self.refs = refs;
        for nth in 0..self.requests.len() {
            if self.requests[nth].is_open() {
                self.refresh_one(nth);
            }
        }
    }

    fn refresh_one(&mut self, nth: usize) {
        let request = &self.requests[nth];
        let (Some(head), base) =
            (self.tip(&request.head).map(str::to_owned), self.tip(&request.base).map(str::to_owned))
        else {
            self.requests[nth].standing = Standing::Closed;
            return;
        };
        let base = base.expect("main stays");
        let is_merged = self.contains(&base, &head);
        let (number, dismisses) = (request.number, self.dismisses);
        let request = &mut self.requests[nth];
        if head != request.tip {
            request.is_computed = false;
            request.tip.clone_from(&head);
            // "Dismiss stale pull request approvals when new commits are pushed"; GitLab, "Remove all approvals".
            for review in request.reviews.iter_mut().filter(|_| dismisses) {
                review.word = "DISMISSED";
            }
            self.keep_head(number, &head);
            self.drop_after_push(number);
        }
        if is_merged {
            let request = &mut self.requests[nth];
            request.standing = Standing::Merged;
            request.landed = vec![head];
        }
    }

    /// The ref by which a forge keeps the head of a request, also when its branch is gone.
    fn keep_head(&self, number: u64, commit: &str) {
        let name = match self.kind {
            Kind::Github => format!("refs/pull/{number}/head"),
            Kind::Gitlab => format!("refs/merge-requests/{number}/head"),
        };
        self.git(&["update-ref", &name, commit]);
    }

    /// A request of these branches that is open.
    pub fn open_of(&self, head: &str, base: &str) -> Option<&Request> {
        self.requests.iter().find(|one| one.is_open() && one.head == head && one.base == base)
    }

    /// Keeps a new request, whose branches are there; its number.
    pub fn add(&mut self, by: &str, (head, base): (&str, &str), (title, body): (&str, &str), is_draft: bool) -> u64 {
        let number = self.requests.len() as u64 + 1;
        let tip = self.tip(head).expect("the branch is there").to_owned();
        self.keep_head(number, &tip);
        self.requests.push(Request {
            number,
            standing: Standing::Open,
            by: by.to_owned(),
            head: head.to_owned(),
            base: base.to_owned(),
            tip,
            title: title.to_owned(),
            body: body.to_owned(),
            is_draft,
            labels: Vec::new(),
            reviewers: Vec::new(),
            assignees: Vec::new(),
            reviews: Vec::new(),
            merged_by: None,
            landed: Vec::new(),
            is_computed: false,
            scheduled: None,
            queued: None,
            opened: super::now(),
            writes: 0,
        });
        number
    }

    /// Opens a closed request again, where the forge lets; otherwise what it says. GitHub does where the branch is at the head that
    /// the request was closed with, or at one that descends from it (github.com/isaacs/github/issues/361); GitLab where the branch
    /// is there.
    pub fn reopen(&mut self, number: u64) -> Result<(), String> {
        let Some(request) = self.request(number).cloned() else { return Err("Not Found".into()) };
        let Some(tip) = self.tip(&request.head).map(str::to_owned) else {
            return Err(format!("state cannot be changed. The {} branch has been deleted.", request.head));
        };
        if request.standing == Standing::Merged {
            return Err("state cannot be changed. The pull request is merged.".into());
        }
        if self.open_of(&request.head, &request.base).is_some() {
            return Err(format!("state cannot be changed. There is already an open one from {}.", request.head));
        }
        if self.kind == Kind::Github && !self.contains(&tip, &request.tip) {
            return Err(format!("state cannot be changed. The {} branch was force-pushed or recreated.", request.head));
        }
        let request = self.request(number).expect("it is there");
        request.standing = Standing::Open;
        request.tip = tip;
        Ok(())
    }
}
