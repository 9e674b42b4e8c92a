//! GitLab's interface over the state of a loopback (docs.gitlab.com, "Merge requests API", version 4).

use serde_json::{Value, json};

use super::by_itself::{Lack, Scheduled};
use super::merging::Style;
use super::shop::MERGER;
use super::state::{Outcome, REPOSITORY, Request, Standing, State};
use super::{Asked, Reply, talking};

/// docs.gitlab.com, "Instance limits": "Maximum length of a description: 1 MB".
const LONGEST: usize = 1_048_576;
/// So long a list is where nobody says how long.
const USUAL: usize = 20;
/// The project's own number.
const PROJECT: u64 = 7;

pub fn answer(state: &mut State, asked: &Asked) -> Reply {
    let parts: Vec<&str> = asked.parts.iter().map(String::as_str).collect();
    if asked.method == "GET" && parts == ["users"] {
        let found = state.person(asked.of_query("username")).map(|one| person(state, &one.login));
        return Reply::of(200, found.into_iter().collect());
    }
    if asked.method == "GET" && parts == ["user"] {
        return talking::user(state, asked);
    }
    let ["projects", project, rest @ ..] = parts.as_slice() else { return not_found() };
    if *project != REPOSITORY && *project != PROJECT.to_string() {
        return Reply::of(404, json!({ "message": "404 Project Not Found" }));
    }
    if let Some(reply) = talking::answer(state, asked, rest) {
        return reply;
    }
    match (asked.method.as_str(), rest) {
        ("GET", []) => Reply::of(200, project_of(state)),
        ("GET", ["merge_trains", "merge_requests", number]) => train(state, number),
        ("GET", ["merge_requests"]) => list(state, asked),
        ("POST", ["merge_requests"]) => open(state, asked),
        ("GET", ["repository", "branches", branch]) => branch_of(state, branch),
        ("GET", ["repository", "commits", commit, "merge_requests"]) => of_commit(state, commit),
        (method, ["merge_requests", number, more @ ..]) => match number.parse() {
            Ok(number) if state.request(number).is_some() => of_one(state, asked, (method, number, more)),
            _ => not_found(),
        },
        _ => not_found(),
    }
}

fn not_found() -> Reply {
    Reply::of(404, json!({ "message": "404 Not found" }))
}

fn of_one(state: &mut State, asked: &Asked, (method, number, more): (&str, u64, &[&str])) -> Reply {
    match (method, more) {
        ("GET", []) => Reply::of(200, whole(state, number)),
        ("PUT", []) => match put(state, asked, number) {
            Ok(()) => Reply::of(200, whole(state, number)),
            Err(reply) => reply,
        },
        ("GET", ["approvals"]) => approvals(state, number),
        ("GET", ["approval_state"]) => approval_state(state, number),
        ("PUT", ["merge"]) => merge(state, asked, number),
        ("POST", ["cancel_merge_when_pipeline_succeeds"]) => {
            let request = state.request(number).expect("looked up");
            (request.scheduled, request.queued) = (None, None);
            Reply::of(201, json!({ "status": "success" }))
        }
        _ => not_found(),
    }
}

/// An edition that has no rules for approvals does not count them.
fn approvals(state: &mut State, number: u64) -> Reply {
    let request = state.request(number).expect("looked up").clone();
    let given = request.approvers();
    let people: Vec<Value> = given.iter().map(|login| json!({ "user": person(state, login) })).collect();
    let mut out = json!({ "iid": number, "approved": !people.is_empty(), "approved_by": people });
    if state.approvals() > 0 {
        out["approvals_required"] = json!(state.approvals());
        out["approvals_left"] = json!(state.approvals().saturating_sub(given.len()));
        out["approved"] = json!(given.len() >= state.approvals());
    }
    Reply::of(200, out)
}

/// The rules and who may approve by each ("Get the approval state of merge requests").
fn approval_state(state: &mut State, number: u64) -> Reply {
    let (request, wanted) = (state.request(number).expect("looked up").clone(), state.approvals());
    if wanted == 0 {
        return not_found();
    }
    let given: Vec<Value> = request.approvers().into_iter().map(|login| person(state, login)).collect();
    let may = state.people.iter().filter(|one| one.writes && one.login != request.by);
    let may: Vec<Value> = may.map(|one| person(state, &one.login)).collect();
    let rule = json!({
        "id": 1, "name": "All Members", "rule_type": "regular", "eligible_approvers": may, "approvals_required": wanted,
        "approved": given.len() >= wanted, "approved_by": given,
    });
    Reply::of(200, json!({ "approval_rules_overwritten": false, "rules": [rule] }))
}

fn project_of(state: &State) -> Value {
    json!({
        "id": PROJECT,
        "path_with_namespace": REPOSITORY,
        "default_branch": "main",
        "only_allow_merge_if_pipeline_succeeds": state.rules.check.is_some(),
        "only_allow_merge_if_all_status_checks_passed": false,
        "merge_trains_enabled": state.rules.has_queue,
    })
}

/// "403: Forbidden if Merge Trains are not available for the project."
fn train(state: &mut State, number: &str) -> Reply {
    if !state.rules.has_queue {
        return Reply::of(403, json!({ "message": "403 Forbidden" }));
    }
    let request = number.parse().ok().and_then(|number| state.request(number)).cloned();
    let Some(request) = request.filter(|one| one.queued.is_some()) else { return not_found() };
    let own = json!({ "id": 1000 + request.number, "iid": request.number, "title": request.title, "state": "opened" });
    let car = json!({
        "id": 267, "merge_request": own, "user": person(state, MERGER), "target_branch": request.base, "status": "fresh",
        "created_at": request.opened, "updated_at": request.opened, "merged_at": null, "duration": null,
    });
    Reply::of(200, car)
}

/// "Merge a merge request" (`lib/api/merge_requests.rb`): what is mergeable is merged at once, also where that was to wait; what is
/// neither that nor can wait is 405; and then the head is looked at.
fn merge(state: &mut State, asked: &Asked, number: u64) -> Reply {
    let no = |status, why: &str| Reply::of(status, json!({ "message": why }));
    let request = state.request(number).expect("looked up").clone();
    // Each name is one that only some versions know.
    let waits = ["auto_merge", "merge_when_pipeline_succeeds"].iter().any(|key| asked.body[*key] == true);
    let lack = state.lacks(&request);
    if !request.is_open() || !request.is_computed || (lack.is_some() && !waits) || lack == Some(Lack::Draft) {
        return no(405, "405 Method Not Allowed");
    }
    if asked.body["sha"].as_str().is_some_and(|head| head != request.tip) {
        return no(409, &format!("SHA does not match HEAD of source branch: {}", request.tip));
    }
    let (by, style) = (asked.who.login.clone(), Style::Merge);
    match (lack, state.rules.has_queue) {
        (None, false) => match state.merge(&by, number, style, None) {
            Ok(_) => {}
            Err(why) => return no(422, &format!("Branch cannot be merged: {why}")),
        },
        (None, true) => {
            state.request(number).expect("looked up").scheduled = Some(Scheduled { by, style });
            state.queue(number);
        }
        (Some(_), _) => {
            state.request(number).expect("looked up").scheduled = Some(Scheduled { by, style });
        }
    }
    Reply::of(200, whole(state, number))
}

/// `detailed_merge_status`.
fn merge_status(state: &State, request: &Request) -> &'static str {
    match state.lacks(request) {
        _ if !request.is_open() => "not_open",
        _ if !request.is_computed => "checking",
        Some(Lack::Draft) => "draft_status",
        Some(Lack::Approval) => "not_approved",
        Some(Lack::Check(Some(Outcome::Runs))) => "ci_still_running",
        Some(Lack::Check(_)) => "ci_must_pass",
        None => "mergeable",
    }
}

fn list(state: &State, asked: &Asked) -> Reply {
    let (wanted, head, base) =
        (asked.of_query("state"), asked.of_query("source_branch"), asked.of_query("target_branch"));
    let fits = |one: &&Request| {
        (["", "all"].contains(&wanted) || wanted == word(one))
            && (head.is_empty() || head == one.head)
            && (base.is_empty() || base == one.base)
    };
    let mut all: Vec<Value> = state.requests.iter().filter(fits).map(|one| simple(state, one)).collect();
    if asked.of_query("sort") != "asc" {
        all.reverse();
    }
    Reply::of(200, asked.page(all, USUAL))
}

fn word(request: &Request) -> &'static str {
    match request.standing {
        Standing::Open => "opened",
        Standing::Closed => "closed",
        Standing::Merged => "merged",
    }
}

fn open(state: &mut State, asked: &Asked) -> Reply {
    let text = |key: &str| asked.body[key].as_str().unwrap_or_default().to_owned();
    let (head, base, title, body) = (text("source_branch"), text("target_branch"), text("title"), text("description"));
    if let Some(reply) = unfit(&title, &body) {
        return reply;
    }
    if state.tip(&head).is_none() {
        return Reply::of(400, json!({ "message": { "source_branch": ["does not exist"] } }));
    }
    // `validate_branches`: "Another open merge request already exists for this source branch: !1", answered with 409.
    if let Some(other) = state.open_of(&head, &base) {
        let why = format!("Another open merge request already exists for this source branch: !{}", other.number);
        return Reply::of(409, json!({ "message": [why] }));
    }
    let number = state.add(&asked.who.login, (&head, &base), (&title, &body), is_draft(&title));
    dress(state, asked, number);
    Reply::of(201, whole(state, number))
}

/// A title makes a draft ("Draft merge requests": `[Draft]`, `Draft:` or `(Draft)` at its beginning).
fn is_draft(title: &str) -> bool {
    ["draft:", "[draft]", "(draft)"].iter().any(|start| title.to_lowercase().starts_with(start))
}

fn unfit(title: &str, body: &str) -> Option<Reply> {
    let bad = |key: &str, why: &str| Some(Reply::of(400, json!({ "message": { key: [why] } })));
    if title.trim().is_empty() {
        return bad("title", "can't be blank");
    }
    if title.chars().count() > 255 {
        return bad("title", "is too long (maximum is 255 characters)");
    }
    if body.chars().count() > LONGEST {
        bad("description", "is too long (maximum is 1048576 characters)")
    } else {
        None
    }
}

fn put(state: &mut State, asked: &Asked, number: u64) -> Result<(), Reply> {
    let before = state.request(number).expect("looked up").clone();
    let text = |key: &str, before: &str| asked.body[key].as_str().unwrap_or(before).to_owned();
    let (title, body) = (text("title", &before.title), text("description", &before.body));
    if let Some(reply) = unfit(&title, &body) {
        return Err(reply);
    }
    match (asked.body["state_event"].as_str(), before.standing) {
        (Some("reopen"), Standing::Closed | Standing::Merged) => {
            state.reopen(number).map_err(|why| Reply::of(422, json!({ "message": [why] })))?;
        }
        (Some("close"), Standing::Open) => state.request(number).expect("looked up").standing = Standing::Closed,
        _ => {}
    }
    let request = state.request(number).expect("looked up");
    request.writes += 1;
    request.is_draft = is_draft(&title);
    (request.title, request.body) = (title, body);
    dress(state, asked, number);
    Ok(())
}

/// Labels and people; who has no account here is passed over.
fn dress(state: &mut State, asked: &Asked, number: u64) {
    let logins = |key: &str| -> Option<Vec<String>> {
        let ids = asked.body[key].as_array()?;
        let known = |id: &Value| state.people.iter().find(|one| json!(one.id) == *id).map(|one| one.login.clone());
        Some(ids.iter().filter_map(known).collect())
    };
    let (reviewers, assignees) = (logins("reviewer_ids"), logins("assignee_ids"));
    let labels = asked.texts("add_labels");
    let request = state.request(number).expect("looked up");
    request.reviewers = reviewers.unwrap_or(request.reviewers.clone());
    request.assignees = assignees.unwrap_or(request.assignees.clone());
    for label in labels {
        if !request.labels.contains(&label) {
            request.labels.push(label);
        }
    }
}

fn branch_of(state: &State, branch: &str) -> Reply {
    let Some(tip) = state.tip(branch) else { return Reply::of(404, json!({ "message": "404 Branch Not Found" })) };
    let is_protected = state.is_protected && branch == "main";
    let body = json!({ "name": branch, "commit": { "id": tip }, "protected": is_protected, "can_push": !is_protected });
    Reply::of(200, body)
}

/// "List merge requests associated with a commit": those whose commits, merge commit or squashed commit it is.
fn of_commit(state: &State, commit: &str) -> Reply {
    let is_of = |one: &&Request| one.landed.iter().any(|landed| landed == commit) || one.tip == commit;
    Reply::of(200, state.requests.iter().filter(is_of).map(|one| simple(state, one)).collect())
}

fn person(state: &State, login: &str) -> Value {
    let id = state.person(login).map(|one| one.id);
    json!({ "id": id, "username": login, "name": login, "state": "active" })
}

/// One as lists have it.
fn simple(state: &State, request: &Request) -> Value {
    let people = |all: &[String]| -> Value { all.iter().map(|login| person(state, login)).collect() };
    let merger = request.merged_by.as_deref().map(|login| person(state, login));
    json!({
        "id": 1000 + request.number,
        "iid": request.number,
        "project_id": PROJECT,
        "source_project_id": PROJECT,
        "target_project_id": PROJECT,
        "state": word(request),
        "title": request.title,
        "description": request.body,
        "draft": request.is_draft,
        "work_in_progress": request.is_draft,
        "web_url": format!("http://{}/{REPOSITORY}/-/merge_requests/{}", state.host, request.number),
        "source_branch": request.head,
        "target_branch": request.base,
        "sha": request.tip,
        "author": person(state, &request.by),
        "labels": request.labels,
        "reviewers": people(&request.reviewers),
        "assignees": people(&request.assignees),
        "created_at": request.opened,
        "merge_when_pipeline_succeeds": request.scheduled.is_some(),
        "merge_status": if request.is_computed { "can_be_merged" } else { "checking" },
        "detailed_merge_status": merge_status(state, request),
        "merge_commit_sha": request.landed.last(),
        "merged_by": merger,
        "merge_user": merger,
    })
}

/// One by itself: its pipeline, and whether it merges, which is worked out when somebody asks.
fn whole(state: &mut State, number: u64) -> Value {
    let request = state.request(number).expect("looked up").clone();
    let mut out = simple(state, &request);
    state.request(number).expect("looked up").is_computed = true;
    let told = state.checks.get(&request.tip).and_then(|all| all.last()).map(|(_, outcome)| *outcome);
    // The pipeline of a push comes a moment after it.
    let starts = (state.rules.check.is_some() && request.is_computed).then_some(Outcome::Runs);
    let status = told.or(starts).map(|outcome| match outcome {
        Outcome::Passed => "success",
        Outcome::Failed => "failed",
        Outcome::Runs => "running",
    });
    out["head_pipeline"] = status.map_or(Value::Null, |status| json!({ "status": status, "sha": request.tip }));
    out
}
