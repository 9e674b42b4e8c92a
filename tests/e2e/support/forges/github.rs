//! GitHub's interface over the state of a loopback (docs.github.com, "REST API endpoints for pull requests", 2022-11-28).

use serde_json::{Value, json};

use super::by_itself::Lack;
use super::merging::Style;
use super::state::{Outcome, REPOSITORY, Request, Standing, State};
use super::{Asked, Reply, talking};

/// "body is too long (maximum is 65536 characters)", answered with 422.
const LONGEST: usize = 65_536;
/// So long a list is where nobody says how long.
const USUAL: usize = 30;

pub fn answer(state: &mut State, asked: &Asked) -> Reply {
    let parts: Vec<&str> = asked.parts.iter().map(String::as_str).collect();
    if asked.method == "GET" && parts == ["user"] {
        return talking::user(state, asked);
    }
    let ["repos", owner, name, rest @ ..] = parts.as_slice() else { return not_found() };
    if format!("{owner}/{name}") != REPOSITORY {
        return not_found();
    }
    if let Some(reply) = talking::answer(state, asked, rest) {
        return reply;
    }
    match (asked.method.as_str(), rest) {
        ("GET", ["pulls"]) => list(state, asked),
        ("POST", ["pulls"]) => open(state, asked),
        ("GET", ["commits", commit, "pulls"]) => of_commit(state, commit),
        ("GET", ["commits", commit, "check-runs"]) => runs(state, commit),
        ("GET", ["commits", commit, "status"]) => {
            Reply::of(200, json!({ "state": "pending", "sha": commit, "total_count": 0, "statuses": [] }))
        }
        ("GET", ["rules", "branches", branch]) => rules(state, asked, branch),
        ("GET", ["rulesets", "1"]) => ruleset(state, asked),
        ("GET", ["branches", branch]) => branch_of(state, branch),
        ("GET", ["branches", _, "protection"]) => Reply::of(404, json!({ "message": "Branch not protected" })),
        (method, ["pulls" | "issues", number, more @ ..]) => match number.parse() {
            Ok(number) if state.request(number).is_some() => of_one(state, asked, (method, number, more)),
            _ => not_found(),
        },
        _ => not_found(),
    }
}

fn of_one(state: &mut State, asked: &Asked, (method, number, more): (&str, u64, &[&str])) -> Reply {
    let whole = |state: &mut State, status| Reply::of(status, whole(state, number));
    match (method, more) {
        ("GET", []) => whole(state, 200),
        ("PATCH", []) => match patch(state, asked, number) {
            Ok(()) => whole(state, 200),
            Err(reply) => reply,
        },
        ("GET", ["reviews"]) => {
            let all = state.request(number).expect("looked up").reviews.clone();
            let all = all.iter().map(
                |one| json!({ "user": { "login": one.by }, "state": one.word, "commit_id": one.commit, "body": "" }),
            );
            Reply::of(200, asked.page(all.collect(), USUAL))
        }
        ("POST", ["requested_reviewers"]) => reviewers(state, asked, number),
        ("POST", ["labels"]) => {
            let wanted = asked.texts("labels");
            // A label that is not there yet is made.
            state.labels.extend(wanted.iter().filter(|one| !state.labels.contains(one)).cloned().collect::<Vec<_>>());
            let request = written(state, number);
            request.labels.extend(wanted);
            request.labels.dedup();
            Reply::of(200, request.labels.iter().map(|label| json!({ "name": label })).collect())
        }
        ("POST", ["assignees"]) => {
            // "Only users with push access can add assignees. Assignees are silently ignored otherwise."
            let wanted = asked.texts("assignees").into_iter().filter(|login| state.person(login).is_some());
            let wanted: Vec<String> = wanted.collect();
            let request = written(state, number);
            request.assignees.extend(wanted);
            let all: Value = request.assignees.iter().map(|login| json!({ "login": login })).collect();
            let (title, number) = (request.title.clone(), request.number);
            Reply::of(201, json!({ "number": number, "title": title, "state": "open", "assignees": all, "labels": [] }))
        }
        _ => not_found(),
    }
}

fn not_found() -> Reply {
    Reply::of(404, json!({ "message": "Not Found" }))
}

/// "Validation Failed".
fn invalid(what: &str) -> Reply {
    let errors = json!([{ "resource": "PullRequest", "code": "custom", "message": what }]);
    Reply::of(
        422,
        json!({ "message": "Validation Failed", "documentation_url": "https://docs.github.com/rest", "errors": errors }),
    )
}

fn written(state: &mut State, number: u64) -> &mut Request {
    let request = state.request(number).expect("looked up");
    request.writes += 1;
    request
}

fn list(state: &State, asked: &Asked) -> Reply {
    let owner = REPOSITORY.split('/').next().unwrap_or_default();
    let (wanted, head, base) = (asked.of_query("state"), asked.of_query("head"), asked.of_query("base"));
    let fits = |one: &&Request| {
        let is_state = match wanted {
            "all" => true,
            "closed" => !one.is_open(),
            _ => one.is_open(),
        };
        is_state
            && (head.is_empty() || head == format!("{owner}:{}", one.head))
            && (base.is_empty() || base == one.base)
    };
    let mut all: Vec<Value> = state.requests.iter().filter(fits).map(|one| simple(state, one)).collect();
    if asked.of_query("direction") != "asc" {
        all.reverse();
    }
    Reply::of(200, asked.page(all, USUAL))
}

fn open(state: &mut State, asked: &Asked) -> Reply {
    let text = |key: &str| asked.body[key].as_str().unwrap_or_default().to_owned();
    let (head, base, title, body) = (text("head"), text("base"), text("title"), text("body"));
    if let Some(reply) = unfit(&title, &body) {
        return reply;
    }
    let (Some(tip), Some(onto)) = (state.tip(&head), state.tip(&base)) else { return invalid("head is invalid") };
    if state.contains(onto, tip) {
        return invalid(&format!("No commits between {base} and {head}"));
    }
    if state.open_of(&head, &base).is_some() {
        return invalid(&format!(
            "A pull request already exists for {}:{head}.",
            REPOSITORY.split('/').next().unwrap_or_default()
        ));
    }
    let draft = asked.body["draft"] == true;
    let number = state.add(&asked.who.login, (&head, &base), (&title, &body), draft);
    Reply::of(201, whole(state, number))
}

fn unfit(title: &str, body: &str) -> Option<Reply> {
    if title.trim().is_empty() {
        return Some(invalid("title can't be blank"));
    }
    if title.chars().count() > 256 {
        return Some(invalid("title is too long (maximum is 256 characters)"));
    }
    (body.chars().count() > LONGEST).then(|| invalid(&format!("body is too long (maximum is {LONGEST} characters)")))
}

fn patch(state: &mut State, asked: &Asked, number: u64) -> Result<(), Reply> {
    let before = written(state, number).clone();
    let text = |key: &str, before: &str| asked.body[key].as_str().unwrap_or(before).to_owned();
    let (title, body) = (text("title", &before.title), text("body", &before.body));
    if let Some(reply) = unfit(&title, &body) {
        return Err(reply);
    }
    match (asked.body["state"].as_str(), before.standing) {
        (Some("open"), Standing::Closed | Standing::Merged) => state.reopen(number).map_err(|why| invalid(&why))?,
        (Some("closed"), Standing::Open) => state.request(number).expect("looked up").standing = Standing::Closed,
        _ => {}
    }
    let request = state.request(number).expect("looked up");
    (request.title, request.body) = (title, body);
    Ok(())
}

fn reviewers(state: &mut State, asked: &Asked, number: u64) -> Reply {
    let wanted = asked.texts("reviewers");
    let by = state.request(number).expect("looked up").by.clone();
    if wanted.contains(&by) {
        return Reply::of(422, json!({ "message": "Review cannot be requested from pull request author." }));
    }
    if wanted.iter().any(|login| state.person(login).is_none()) {
        let why = format!(
            "Reviews may only be requested from collaborators. One or more of the users or teams you specified is not a collaborator of the {REPOSITORY} repository."
        );
        return Reply::of(422, json!({ "message": why }));
    }
    written(state, number).reviewers.extend(wanted);
    let request = state.request(number).expect("looked up").clone();
    Reply::of(201, simple(state, &request))
}

/// "Lists the merged pull request that introduced the commit to the repository. If the commit is not present in the default
/// branch, will return merged and open pull requests associated with the commit."
fn of_commit(state: &State, commit: &str) -> Reply {
    let is_of = |one: &&Request| one.landed.iter().any(|landed| landed == commit) || one.tip == commit;
    Reply::of(200, state.requests.iter().filter(is_of).map(|one| simple(state, one)).collect())
}

fn runs(state: &State, commit: &str) -> Reply {
    let told = state.checks.get(commit).into_iter().flatten().map(|(name, outcome)| {
        let (status, conclusion) = match outcome {
            Outcome::Passed => ("completed", json!("success")),
            Outcome::Failed => ("completed", json!("failure")),
            Outcome::Runs => ("in_progress", Value::Null),
        };
        json!({ "name": name, "head_sha": commit, "status": status, "conclusion": conclusion })
    });
    let all: Vec<Value> = told.collect();
    Reply::of(200, json!({ "total_count": all.len(), "check_runs": all }))
}

/// A branch that only rules protect is "protected", too, and its older kind of protection is not enabled.
fn branch_of(state: &State, branch: &str) -> Reply {
    let Some(tip) = state.tip(branch) else { return Reply::of(404, json!({ "message": "Branch not found" })) };
    let is_ruled = !all_rules(state, branch).is_empty();
    let off = json!({ "enforcement_level": "off", "contexts": [], "checks": [] });
    let protection = json!({ "enabled": false, "required_status_checks": off });
    Reply::of(200, json!({ "name": branch, "commit": { "sha": tip }, "protected": is_ruled, "protection": protection }))
}

fn rules(state: &State, asked: &Asked, branch: &str) -> Reply {
    Reply::of(200, asked.page(all_rules(state, branch), USUAL))
}

/// "The `bypass_actors` property is only returned if the user making the API call has write access to the ruleset."
fn ruleset(state: &State, asked: &Asked) -> Reply {
    let mut out =
        json!({ "id": 1, "name": "main", "source_type": "Repository", "source": REPOSITORY, "enforcement": "active" });
    if asked.who.login == super::state::OWNER {
        let actor = |kind: &&str| json!({ "actor_id": 5, "actor_type": kind, "bypass_mode": "always" });
        out["bypass_actors"] = state.rules.exempt.iter().map(actor).collect();
    }
    Reply::of(200, out)
}

/// The rules in force for a branch; none for others than `main`.
fn all_rules(state: &State, branch: &str) -> Vec<Value> {
    let of = |kind: &str, parameters: Value| json!({ "type": kind, "parameters": parameters, "ruleset_source_type": "Repository", "ruleset_source": REPOSITORY, "ruleset_id": 1 });
    let mut out = Vec::new();
    if branch != "main" {
        return out;
    }
    if state.approvals() > 0 {
        let parameters = json!({
            "dismiss_stale_reviews_on_push": state.dismisses, "require_code_owner_review": false,
            "require_last_push_approval": false, "required_approving_review_count": state.approvals(),
            "required_review_thread_resolution": false,
        });
        out.push(of("pull_request", parameters));
    }
    if let Some(check) = state.rules.check {
        let mut checks = json!([{ "context": check }]);
        if let Some(app) = state.rules.app {
            checks[0]["integration_id"] = json!(app);
        }
        let strict = state.rules.is_strict;
        let parameters = json!({ "required_status_checks": checks, "strict_required_status_checks_policy": strict });
        out.push(of("required_status_checks", parameters));
    }
    if state.rules.has_queue {
        let parameters = json!({
            "check_response_timeout_minutes": 60, "grouping_strategy": "ALLGREEN", "max_entries_to_build": 5,
            "max_entries_to_merge": 5, "merge_method": "MERGE", "min_entries_to_merge": 1,
            "min_entries_to_merge_wait_minutes": 5,
        });
        out.push(of("merge_queue", parameters));
    }
    out
}

/// The id of a pull request in the other interface.
pub fn node_of(number: u64) -> String {
    format!("PR_kwDO{number}")
}

/// `AutoMerge`.
fn auto_merge(request: &Request) -> Value {
    let Some(told) = &request.scheduled else { return Value::Null };
    let style = match told.style {
        Style::Merge => "merge",
        Style::Squash => "squash",
        Style::Rebase => "rebase",
    };
    json!({ "enabled_by": { "login": told.by }, "merge_method": style, "commit_title": request.title, "commit_message": "" })
}

/// What it says of merging; in a queue it does not know.
fn mergeable_state(state: &State, request: &Request, is_computed: bool) -> &'static str {
    match state.lacks(request) {
        _ if !is_computed || request.queued.is_some() => "unknown",
        Some(Lack::Draft) => "draft",
        Some(_) => "blocked",
        None => "clean",
    }
}

/// One as lists have it.
fn simple(state: &State, request: &Request) -> Value {
    let host = &state.host;
    let people = |all: &[String]| -> Value { all.iter().map(|login| json!({ "login": login })).collect() };
    let owner = REPOSITORY.split('/').next().unwrap_or_default();
    let side = |name: &str, commit: &str| json!({ "ref": name, "sha": commit, "label": format!("{owner}:{name}"), "repo": { "full_name": REPOSITORY } });
    let onto = state.tip(&request.base).unwrap_or_default();
    let is_merged = request.standing == Standing::Merged;
    json!({
        "number": request.number,
        "node_id": node_of(request.number),
        "state": if request.is_open() { "open" } else { "closed" },
        "title": request.title,
        "body": request.body,
        "draft": request.is_draft,
        "user": { "login": request.by },
        "html_url": format!("http://{host}/{REPOSITORY}/pull/{}", request.number),
        "head": side(&request.head, &request.tip),
        "base": side(&request.base, onto),
        "labels": request.labels.iter().map(|label| json!({ "name": label })).collect::<Vec<_>>(),
        "requested_reviewers": people(&request.reviewers),
        "assignees": people(&request.assignees),
        "created_at": request.opened,
        "merged_at": if is_merged { json!(request.opened) } else { Value::Null },
        "merge_commit_sha": request.landed.last(),
        "auto_merge": auto_merge(request),
    })
}

/// One by itself: who merged it, and whether it merges, which is worked out only when somebody asks ("Get a pull request":
/// `mergeable` is null while a background job computes it).
fn whole(state: &mut State, number: u64) -> Value {
    let request = state.request(number).expect("looked up");
    let is_computed = std::mem::replace(&mut request.is_computed, true);
    let request = request.clone();
    let mut out = simple(state, &request);
    let is_merged = request.standing == Standing::Merged;
    out["merged"] = json!(is_merged);
    out["mergeable"] = if is_computed && request.is_open() { json!(true) } else { Value::Null };
    out["mergeable_state"] = json!(mergeable_state(state, &request, is_computed));
    out["merged_by"] = match request.merged_by.filter(|_| is_merged) {
        Some(login) => json!({ "login": login }),
        None => Value::Null,
    };
    out
}
