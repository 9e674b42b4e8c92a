//! Merge requests at a real forge: opened, kept, closed, merged; and what happens without a token, with a wrong or a weak one.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::{Value, json};

use crate::support::World;
use crate::support::gitea::Gitea;
use crate::support::team::{BRANCH, REPOSITORY, REQUEST, Team};

/// The mark that names the change of a report in a request's text.
fn named(report: &Value) -> String {
    format!("<!-- stageline:change {} -->", report["change"].as_str().expect("a digest"))
}

#[test]
fn at_a_real_forge_a_promotion_opens_its_request_and_a_rerun_changes_nothing() {
    let team = Team::new();
    let report = team.json(REQUEST);
    assert_eq!((&report["stage"], &report["request"]["number"]), (&json!("proposed"), &json!("#1")));
    let [request] = team.requests().try_into().expect("one request");
    assert_eq!(report["request"]["address"], request["html_url"]);
    assert_eq!((&request["head"]["ref"], &request["base"]["ref"]), (&json!(BRANCH), &json!("main")));
    assert_eq!(request["head"]["sha"], report["commit"]);
    assert!(
        request["title"].as_str().is_some_and(|title| title.starts_with("promote web to production: ")),
        "{request}"
    );
    let body = request["body"].as_str().expect("a text");
    let wanted = team.world.commit_of("web", 4);
    assert!(body.contains(&wanted) && body.contains("| web | production |"), "{body}");
    assert!(body.contains(&named(&report)), "{body}");
    let again = team.json(REQUEST);
    assert_eq!((&again["request"]["unchanged"], &again["request"]["number"]), (&json!(true), &json!("#1")));
    assert_eq!(team.requests()[0]["updated_at"], request["updated_at"], "nothing was written");
    let dry: Vec<&str> = REQUEST.iter().chain(&["--dry-run"]).copied().collect();
    assert_eq!(team.json(&dry)["request"]["number"], "#1");
}

#[test]
fn at_a_real_forge_a_newer_promotion_brings_the_request_up_to_date() {
    let team = Team::new();
    let first = team.json(REQUEST);
    team.world.git(&["fetch", "-q", "origin"]);
    let newest = team.world.commit_of("web", 5);
    team.json(&["promote", "web", "--to", "staging", "--commit", &newest]);
    let second = team.json(REQUEST);
    assert_eq!(second["request"]["number"], "#1");
    assert_ne!(second["commit"], first["commit"]);
    let [request] = team.requests().try_into().expect("one request");
    assert_eq!(request["head"]["sha"], second["commit"]);
    assert!(request["title"].as_str().is_some_and(|title| title.contains(&newest[..7])), "{request}");
    assert!(request["body"].as_str().is_some_and(|body| body.contains(&newest)), "{request}");
}

#[test]
fn at_a_real_forge_a_request_that_a_person_closed_is_a_no_until_it_is_asked_for_again() {
    let team = Team::new();
    team.json(REQUEST);
    team.close(1);
    let before = team.branch();
    let refused = team.run(&team.job(&team.mei.token), REQUEST).exits(1);
    refused.says("#1 asked for this very change, and was closed without a merge").says("--reopen");
    let in_json = team.run(&team.job(&team.mei.token), &[REQUEST, &["-o", "json"]].concat()).exits(1);
    assert_eq!(in_json.refusal(), "request-closed");
    assert_eq!((team.requests().len(), team.branch()), (1, before));
    let dry: Vec<&str> = REQUEST.iter().chain(&["--dry-run"]).copied().collect();
    team.run(&team.job(&team.mei.token), &dry).exits(1);
    // Another version is another question.
    let newest = team.world.commit_of("web", 5);
    team.json(&["promote", "web", "--to", "staging", "--commit", &newest]);
    assert_eq!(team.json(REQUEST)["request"]["number"], "#2");
    team.close(2);
    let again: Vec<&str> = REQUEST.iter().chain(&["--reopen"]).copied().collect();
    let report = team.json(&again);
    let open: Vec<Value> = team.requests().into_iter().filter(|request| request["state"] == "open").collect();
    assert_eq!(open.len(), 1, "{report}");
    assert_eq!(report["request"]["address"], open[0]["html_url"]);
}

#[test]
fn at_a_real_forge_what_is_merged_is_landed_and_the_next_change_opens_a_new_request() {
    for style in ["merge", "squash", "rebase", "rebase-merge", "fast-forward-only"] {
        let team = Team::new();
        team.json(REQUEST);
        team.forge.merge(&team.mei, REPOSITORY, 1, style);
        let status = team.json(&["status", "--fetch"]);
        let row = status["applications"].as_array().expect("rows").iter().find(|row| row["application"] == "web");
        assert_eq!(row.expect("web")["cells"][1]["version"], team.world.commit_of("web", 4), "{style}: {status}");
        let past = team.json(&["history", "web", "--env", "production"]);
        let (verb, request) = (&past["changes"][0]["verb"], past["changes"][0]["request"].as_str());
        assert!(verb == "promote" && request.is_some_and(|told| told == "#1" || told == BRANCH), "{style}: {past}");
        let newest = team.world.commit_of("web", 5);
        team.json(&["promote", "web", "--to", "staging", "--commit", &newest]);
        assert_eq!(team.json(REQUEST)["request"]["number"], "#2", "{style}");
        assert_eq!(team.requests().len(), 2, "{style}");
    }
}

#[test]
fn at_a_real_forge_git_s_own_password_for_it_opens_the_request_too() {
    let team = Team::new();
    let known = team.environment.with("GITEA_SERVER_URL", team.forge.url());
    team.run(&known, REQUEST).exits(0);
    assert_eq!(team.requests().len(), 1);
}

#[test]
fn at_a_real_forge_a_token_that_is_meant_for_another_one_stays_here() {
    let team = Team::new();
    let canary =
        team.environment.with("GITEA_TOKEN", "canary-0123456789").with("GITEA_SERVER_URL", "https://gitea.example.com");
    // The server says what it is, and git's password for it is no secret of another one.
    team.run(&canary, REQUEST).exits(0);
    assert_eq!(team.requests().len(), 1);
    let log = fs::read_to_string(team.world.path("forge/web.log")).expect("its log");
    assert!(!log.contains("canary"), "{log}");
}

#[test]
fn at_a_real_forge_a_wrong_token_stops_before_anything_is_pushed_and_never_shows() {
    let team = Team::new();
    for more in [&[][..], &["-v"], &["-o", "json"]] {
        let mut ran = team.run(&team.job("canary-0123456789"), &[REQUEST, more].concat());
        if more == ["-v"] {
            ran = ["fetching", "waiting", "signing"].iter().fold(ran, |ran, step| ran.on_stderr(step));
        }
        let ran = ran.exits(4).says("does not take the token of GITEA_TOKEN");
        assert!(!format!("{ran}").contains("canary"), "{ran}");
    }
    assert_eq!((team.branch(), team.requests().len()), (None, 0));
}

#[test]
fn at_a_real_forge_a_weak_token_leaves_a_pushed_branch_and_a_rerun_goes_on_from_it() {
    let team = Team::new();
    let reader = team.forge.account_with("reader", "read:repository");
    let path = format!("/repos/{REPOSITORY}/collaborators/reader");
    team.forge.done(&team.mei, "PUT", &path, &json!({ "permission": "write" }));
    let ran = team.run(&team.job(&reader.token), REQUEST).exits(5);
    ran.says("not done:").says("the request").says("may not do that");
    let pushed = team.branch().expect("pushed");
    assert_eq!(team.requests().len(), 0);
    let report = team.json(REQUEST);
    assert_eq!((&report["request"]["number"], &report["commit"]), (&json!("#1"), &json!(pushed)));
    assert_eq!(team.branch(), Some(pushed));
}

#[test]
fn at_a_real_forge_jobs_that_run_at_once_open_one_request() {
    let team = Team::new();
    let job = team.job(&team.mei.token);
    let clones: Vec<_> = (0..4)
        .map(|nth| {
            let clone = team.world.path(&format!("job-{nth}"));
            let address = format!("{}/{REPOSITORY}.git", team.forge.url());
            team.environment.git(&team.world.path(""), &["clone", "-q", &address, &clone.to_string_lossy()]);
            clone
        })
        .collect();
    let running: Vec<_> = clones.iter().map(|clone| job.start_stageline(clone, REQUEST)).collect();
    for child in running {
        let ran = crate::support::run::finish(child, REQUEST);
        assert!(matches!(ran.code(), Some(0 | 6)), "{ran}");
    }
    let open: Vec<Value> = team.requests().into_iter().filter(|request| request["state"] == "open").collect();
    assert_eq!(open.len(), 1, "{open:#?}");
    assert_eq!(open[0]["head"]["sha"], team.branch().expect("pushed"));
}

#[test]
fn at_a_real_forge_a_subject_from_outside_calls_nobody_and_closes_nothing() {
    let team = Team::new();
    let issue = json!({ "title": "Keep me" });
    team.forge.done(&team.mei, "POST", &format!("/repos/{REPOSITORY}/issues"), &issue);
    let source = &team.world.sources["web"].path;
    let subject = "Closes #1, @mei | <img src=x> `x` https://git.example.com/x";
    let hostile = team.environment.git(source, &["commit-tree", "-p", "main", "-m", subject, "main^{tree}"]);
    team.environment.git(source, &["update-ref", "refs/heads/main", &hostile]);
    team.json(&["promote", "web", "--to", "staging", "--commit", &hostile]);
    team.json(REQUEST);
    let [request] = team.requests().try_into().expect("one request");
    let body = request["body"].as_str().expect("a text");
    let live = body.lines().find(|line| line.contains("Closes")).expect("the commit");
    assert!(
        !live.contains(" #1") && !live.contains("@mei") && !live.contains("<img") && !live.contains("https://"),
        "{live}"
    );
    team.forge.merge(&team.mei, REPOSITORY, request["number"].as_u64().expect("a number"), "merge");
    let issue = team.forge.done(&team.mei, "GET", &format!("/repos/{REPOSITORY}/issues/1"), &Value::Null);
    assert_eq!(issue["state"], "open", "{issue}");
}

#[test]
fn at_a_real_forge_a_rollback_that_a_protection_refuses_waits_as_a_request_in_the_same_run() {
    let team = Team::new();
    let good = team.world.pin("web", "production");
    team.json(&["promote", "web", "--to", "production"]);
    let petrov = team.forge.account("petrov");
    let collaborators = format!("/repos/{REPOSITORY}/collaborators/petrov");
    team.forge.done(&team.mei, "PUT", &collaborators, &json!({ "permission": "write" }));
    let rule = json!({ "rule_name": "main", "enable_push": false, "required_approvals": 1 });
    team.forge.done(&team.mei, "POST", &format!("/repos/{REPOSITORY}/branch_protections"), &rule);
    let job = team.job(&team.mei.token);
    let ran = team.run(&job, &["rollback", "web", "--env", "production"]).exits(3);
    ran.says("waits:").says("does not take the push to `main`").says("request:  #1");
    let again = team.run(&job, &["rollback", "web", "--env", "production", "-o", "json"]).exits(3).json();
    assert_eq!((&again["stage"], &again["request"]["number"]), (&json!("proposed"), &json!("#1")));
    assert_eq!(team.requests().len(), 1);
    // A hook of the user's own is no protection.
    let hook = team.world.clone.join(".git/hooks/pre-push");
    fs::create_dir_all(hook.parent().expect("a folder")).expect("a folder");
    fs::write(&hook, "#!/bin/sh\nexit 1\n").expect("a hook");
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).expect("our own file");
    let mine = team.run(&job, &["rollback", "web", "--env", "production", "-o", "json"]).exits(1);
    assert_eq!(mine.refusal(), "not-pushed");
    fs::remove_file(&hook).expect("our own file");
    // Whoever says how it is to land is taken at their word; a promotion is no emergency.
    let direct = ["rollback", "web", "--env", "production", "--landing", "direct", "-o", "json"];
    assert_eq!(team.run(&job, &direct).exits(1).refusal(), "push-refused");
    let promotion = ["promote", "checkout", "--to", "production", "-o", "json"];
    assert_eq!(team.run(&job, &promotion).exits(1).refusal(), "push-refused");
    assert_eq!(team.requests().len(), 1);
    let review = json!({ "event": "APPROVED", "body": "go" });
    team.forge.done(&petrov, "POST", &format!("/repos/{REPOSITORY}/pulls/1/reviews"), &review);
    team.forge.merge(&team.mei, REPOSITORY, 1, "merge");
    let status = team.json(&["status", "web", "--fetch"]);
    assert_eq!(status["applications"][0]["cells"][1]["version"], good, "{status}");
}

#[test]
fn at_a_real_forge_a_rollback_without_a_token_leaves_its_branch_and_the_page_to_open_it() {
    let team = Team::new();
    team.json(&["promote", "web", "--to", "production"]);
    let rule = json!({ "rule_name": "main", "enable_push": false });
    team.forge.done(&team.mei, "POST", &format!("/repos/{REPOSITORY}/branch_protections"), &rule);
    // The job's token is not good; git's password is.
    let ran = team.run(&team.job("canary-0123456789"), &["rollback", "web", "--env", "production"]).exits(5);
    assert!(!format!("{ran}").contains("canary"), "{ran}");
    ran.says("waits:").says("not done:").says("does not take the token");
    assert!(team.world.git(&["ls-remote", "origin"]).contains("refs/heads/rollback/production/web"));
    assert_eq!(team.requests().len(), 0);
    // With a good one the same command opens it.
    team.run(&team.job(&team.mei.token), &["rollback", "web", "--env", "production"]).exits(3);
    assert_eq!(team.requests().len(), 1);
}

#[test]
fn at_a_real_forge_a_request_is_opened_with_the_labels_and_people_that_the_rules_name() {
    let more = "groups: { release-managers: [mei, petrov, nobody] }\nrequests: { labels: [release, unheard-of], reviewers: [release-managers] }\n";
    let team = Team::shaped(|shape| {
        shape.more = more.into();
        shape.people = "  petrov: { principals: [petrov@example.com], forge: petrov }\n  nobody: { principals: [n@example.com] }\n".into();
        let own = "requests: { assignees: [petrov], draft: true }";
        shape.keys_of.insert("production".into(), vec![own.into()]);
    });
    let petrov = team.forge.account("petrov");
    let collaborators = format!("/repos/{REPOSITORY}/collaborators/petrov");
    team.forge.done(&team.mei, "PUT", &collaborators, &json!({ "permission": "write" }));
    let label = json!({ "name": "release", "color": "#00aabb" });
    team.forge.done(&team.mei, "POST", &format!("/repos/{REPOSITORY}/labels"), &label);
    let report = team.json(REQUEST);
    let [request] = team.requests().try_into().expect("one request");
    let names = |key: &str, name: &str| -> Vec<&str> {
        request[key].as_array().into_iter().flatten().filter_map(|one| one[name].as_str()).collect()
    };
    assert_eq!(names("labels", "name"), ["release"], "{report}");
    assert_eq!(names("requested_reviewers", "login"), ["petrov"], "{report}");
    assert_eq!(names("assignees", "login"), ["petrov"], "{report}");
    assert_eq!(request["draft"], true, "{request}");
    let notes = report["notes"].to_string();
    assert!(notes.contains("the label `unheard-of` is not added"), "{notes}");
    assert!(notes.contains("`nobody` cannot be asked") && notes.contains("`mei` cannot be asked"), "{notes}");
    // Whoever takes a label away, or makes it no draft any more, meant it.
    let path = format!("/repos/{REPOSITORY}/pulls/1");
    let title = request["title"].as_str().expect("a title").trim_start_matches("WIP: ");
    team.forge.done(&petrov, "PATCH", &path, &json!({ "title": title, "labels": [] }));
    let newest = team.world.commit_of("web", 5);
    team.json(&["promote", "web", "--to", "staging", "--commit", &newest]);
    assert_eq!(team.json(REQUEST)["request"]["number"], "#1");
    let [request] = team.requests().try_into().expect("one request");
    assert_eq!((&request["draft"], &request["labels"]), (&json!(false), &json!([])), "{request}");
}

#[test]
fn at_a_real_forge_a_no_counts_also_after_another_version_was_asked_for() {
    let team = Team::new();
    let (first, second) = (team.world.commit_of("web", 4), team.world.commit_of("web", 5));
    team.json(REQUEST);
    team.close(1);
    team.json(&["promote", "web", "--to", "staging", "--commit", &second]);
    assert_eq!(team.json(REQUEST)["request"]["number"], "#2");
    team.json(&["promote", "web", "--to", "staging", "--commit", &first, "--allow-older"]);
    let asked_again = team.run(&team.job(&team.mei.token), &[REQUEST, &["-o", "json"]].concat()).exits(1);
    assert_eq!(asked_again.refusal(), "request-closed");
    let [_, open] = team.requests().try_into().expect("two requests");
    assert!(open["body"].as_str().is_some_and(|body| body.contains(&second)), "{open}");
}

#[test]
fn at_a_real_forge_what_people_write_into_a_request_stays() {
    let team = Team::new();
    let why = [REQUEST, &["-m", "the fix for @mei's #4"]].concat();
    team.json(&why);
    let body = team.requests()[0]["body"].as_str().expect("a text").to_owned();
    assert!(body.contains("the fix for ") && !body.contains("@mei") && !body.contains(" #4"), "{body}");
    let path = format!("/repos/{REPOSITORY}/pulls/1");
    let edited = format!("- [x] checked by QA\n\n{body}\nand behind it");
    team.forge.done(&team.mei, "PATCH", &path, &json!({ "title": "WIP: look first", "body": edited }));
    assert_eq!(team.json(&why)["request"]["unchanged"], true);
    let [same] = team.requests().try_into().expect("one request");
    assert_eq!((&same["title"], &same["body"]), (&json!("WIP: look first"), &json!(edited)));
    let newest = team.world.commit_of("web", 5);
    team.json(&["promote", "web", "--to", "staging", "--commit", &newest]);
    team.json(&why);
    let [newer] = team.requests().try_into().expect("one request");
    let text = newer["body"].as_str().expect("a text");
    assert!(text.starts_with("- [x] checked by QA") && text.trim_end().ends_with("and behind it"), "{text}");
    assert!(text.contains(&newest) && !text.contains(&team.world.commit_of("web", 4)), "{text}");
    assert!(newer["title"].as_str().is_some_and(|title| title.starts_with("WIP: promote web")), "{newer}");
    // Under other rules the same versions are another change.
    let stricter = team
        .world
        .read("stageline.yaml")
        .replace("- name: production", "- name: production\n    landing: merge-request");
    team.world.land_file("stageline.yaml", &stricter);
    let report = team.json(&why);
    let [ruled] = team.requests().try_into().expect("one request");
    let now = ruled["body"].as_str().expect("a text");
    assert!(now.contains(&named(&report)) && !text.contains(&named(&report)), "{now}");
    assert_eq!(now.matches("stageline:change").count(), 1, "{now}");
    assert!(now.starts_with("- [x] checked by QA") && now.trim_end().ends_with("and behind it"), "{now}");
}

#[test]
fn at_a_real_forge_an_authority_of_ones_own_is_trusted_where_it_is_named_and_nowhere_else() {
    let team = Team::at(World::new(), Gitea::start_with_an_own_authority);
    let job = team.job(&team.mei.token);
    let ran = team.run(&job, &[REQUEST, &["--wait-for-forge", "0"]].concat()).exits(3);
    ran.says("its certificate is not trusted").says("SSL_CERT_FILE");
    assert_eq!((team.branch(), team.requests().len()), (None, 0));
    let trusting = job.with("SSL_CERT_FILE", team.world.path("forge/ca.pem"));
    team.run(&trusting, REQUEST).exits(0);
    assert_eq!(team.requests().len(), 1);
}

#[test]
fn at_a_real_forge_the_text_of_a_template_arrives_and_nothing_from_outside_is_live_in_it() {
    const TEMPLATE: &str = ".stageline/request.md";
    let team = Team::shaped(|shape| shape.more = format!("requests: {{ template: {TEMPLATE} }}\n"));
    let template = "**Worded by us**: {{ reason }}\n\n{{ reason }}\n\n{{ text.pins }}\n{% for one in moves %}\
                    {% for commit in one.commits %}\n* {{ commit.subject }} by {{ commit.author }}{% endfor %}{% endfor %}\n\n{{ text.notes }}";
    team.world.write(TEMPLATE, template);
    team.world.land("Word our requests");
    let source = &team.world.sources["web"];
    let top = source.commits.last().expect("a commit").clone();
    let subject =
        "Closes #1, /close @petrov ![x](https://evil.example.com/x.png) <img src=y> [[a|https://evil.example.com]]";
    let commit = source.commit("main", &top, "services/web/part.txt", subject);
    team.json(&["promote", "web", "--to", "staging", "--commit", &commit]);
    let petrov = team.forge.account("petrov");
    team.forge.done(&team.mei, "POST", &format!("/repos/{REPOSITORY}/issues"), &json!({ "title": "keep me open" }));
    let report = team.json(&[REQUEST, &["-m", "/close #1 @petrov"]].concat());
    assert_eq!(report["request"]["number"], "#2", "{report}");
    let [request] = team.requests().try_into().expect("one request");
    let body = request["body"].as_str().expect("a text");
    assert!(body.starts_with("<!-- stageline -->\n**Worded by us**: "), "{body}");
    assert!(body.contains("| web | production |") && body.contains("### web in production"), "{body}");
    assert!(
        body.trim_end().ends_with(" -->") && body.contains("<!-- stageline:request promote/production/web "),
        "{body}"
    );
    // As the forge itself makes HTML of it; it falls over ids of commits where it is not asked from within a repository.
    let ids = body.split(|c: char| !c.is_ascii_hexdigit()).filter(|word| word.len() >= 7);
    let bare = ids.fold(body.to_owned(), |text, id| text.replace(id, "ID"));
    let rendered = |text: &str| {
        let asked = json!({ "Text": text, "Mode": "comment", "Context": format!("/{REPOSITORY}"), "Wiki": false });
        let page = team.forge.done(&team.mei, "POST", "/markup", &asked);
        page.as_str().expect("a page").to_owned()
    };
    let (page, raw) = (rendered(&bare), rendered(subject));
    assert!(page.contains("Closes #") && page.contains("evil.example.com"), "{page}");
    for live in ["<img", "<a href", "ref-issue", "issue-keyword"] {
        assert!(raw.contains(live) && !page.contains(live), "{live}: {page}\n{raw}");
    }
    let again = team.json(&[REQUEST, &["-m", "/close #1 @petrov"]].concat());
    assert_eq!(again["request"]["unchanged"], true);
    team.forge.merge(&team.mei, REPOSITORY, 2, "merge");
    let issue = team.forge.done(&team.mei, "GET", &format!("/repos/{REPOSITORY}/issues/1"), &Value::Null);
    assert_eq!(issue["state"], "open", "{issue}");
    let (_, told) = team.forge.call(&petrov, "GET", "/notifications?all=true", &Value::Null);
    assert_eq!(told, json!([]), "nobody was called");
}
