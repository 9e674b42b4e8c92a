//! Faults of `feedback:`, `forges:`, `requests:` and `issues:`.

use super::*;

#[test]
fn feedback_goes_to_one_variable_each() {
    for (item, key, message) in [
        ("{ events: [promote] }", "feedback[0]", "says not where to"),
        ("{ slack: $SMTP_A, email: $SMTP_B }", "feedback[0]", "more than one place"),
        ("{ slack: $SMTP_A, events: [promte] }", "feedback[0].events[0]", "not a word"),
        ("{ slack: [$SMTP_A] }", "feedback[0].slack", "must be the name of an environment variable"),
    ] {
        let found = faults(&format!("{GOOD}feedback: [{item}]\n"));
        assert_eq!(found.len(), 1, "{item}: {found:?}");
        assert_eq!(found[0].key, key);
        assert!(found[0].message.contains(message), "{found:?}");
    }
}

#[test]
fn slips_of_feedback_are_found() {
    for (item, column, key, message, hint) in [
        ("{ slack-token: $SLACK_T }", 12, "", "has no `channel`", ""),
        ("{ slack: $SMTP_A, secret: $SMTP_B }", 30, ".secret", "a message to `slack` takes no `secret`", ""),
        ("{ teams: $SMTP_A, channel: x }", 30, ".channel", "takes no `channel`", ""),
        ("{ webhook: $SMTP_A, format: xml }", 40, ".format", "`cdevents`", ""),
        ("{ email: $SMTP_A, from: Stageline }", 36, ".from", "not an address", ""),
        ("{ email: $SMTP_A, to: [author] }", 35, ".to[0]", "no person or group", ""),
        ("{ email: $SMTP_A, to: [] }", 34, ".to", "empty list", ""),
        ("{ dingtalk: $SMTP_A, mobiles: manager }", 42, ".mobiles", "no person or group", "`managers`"),
        ("{ slack: $SMTP_A, environments: [prod] }", 45, ".environments[0]", "no environment `prod`", ""),
        ("{ slack: $SMTP_A, applications: [wbe] }", 45, ".applications[0]", "no application `wbe`", "`web`"),
        ("{ slack: $SMTP_A, events: [] }", 38, ".events", "empty list", ""),
        ("{ slack: $SMTP_A, template: /etc/x }", 40, ".template", "not a relative path", ""),
        ("{ slakc: $SMTP_A }", 14, ".slakc", "unknown key", "did you mean `slack`?"),
        (
            "{ slack-token: hunter2, channel: x }",
            27,
            ".slack-token",
            "an environment variable",
            "$STAGELINE_SLACK_TOKEN",
        ),
    ] {
        let key = format!("feedback[0]{key}");
        let new = format!("feedback: [{item}]\npeople:");
        assert_slips(&[("people:", &new, (8, column), &key, message, hint)]);
    }
}

#[test]
fn a_variable_that_is_not_for_sinks_is_a_fault_at_its_place() {
    for (item, column, key, name) in [
        ("{ slack: $GITHUB_TOKEN }", 21, ".slack", "`$GITHUB_TOKEN`"),
        ("{ webhook: $STAGELINE_TOKEN }", 23, ".webhook", "`$STAGELINE_TOKEN`"),
        ("{ webhook: $STAGELINE_HOOK, secret: $HOOK_SECRET }", 48, ".secret", "`$HOOK_SECRET`"),
        ("{ email: $STAGELINE_ALLOW_HOSTS, to: [authors] }", 21, ".email", "no variable for sinks"),
    ] {
        let key = format!("feedback[0]{key}");
        let new = format!("feedback: [{item}]\npeople:");
        assert_slips(&[("people:", &new, (8, column), &key, name, "`SLACK_`")]);
    }
    let both = "feedback: [{ webhook: $SMTP_A, format: cdevents, template: a.txt }]\npeople:";
    assert_slips(&[("people:", both, (8, 60), "feedback[0].template", "so does `format`", "")]);
}

#[test]
fn slips_of_forges_requests_and_issues_are_found() {
    for (line, column, key, message, hint) in [
        ("forges: { \"https://x\": { kind: gitea } }", 11, "forges.https://x", "not a host", ""),
        ("forges: { git.x: { kind: gitae } }", 26, "forges.git.x.kind", "not a word", "did you mean `gitea`?"),
        ("forges: { git.x: { api: \"http://git.x\" } }", 25, "forges.git.x.api", "begins with `https://`", ""),
        ("forges: { git.x: { api: \"https://a:hunter2@git.x\" } }", 25, "forges.git.x.api", "password", ""),
        ("forges: { git.x: { api: \"https:///v4\" } }", 25, "forges.git.x.api", "address", ""),
        ("forges: { git.x: {}, GIT.x: {} }", 22, "forges.GIT.x", "are one host", ""),
        ("requests: { draft: no }", 20, "requests.draft", "to some readers", "`true` or `false`"),
        ("requests: { template: . }", 23, "requests.template", "not a file", ""),
        ("requests: { labels: [\"a,b\"] }", 22, "requests.labels[0]", "has a comma", "list"),
        ("requests: { reviewers: [bob] }", 25, "requests.reviewers[0]", "no person or group `bob`", ""),
        ("requests: { asignees: [alice] }", 13, "requests.asignees", "unknown key", "`assignees`"),
        ("issues: { url: \"https://x.y/{issue}\" }", 9, "issues", "has no `pattern`", ""),
        ("issues: { pattern: \"A-[0-9\" }", 20, "issues.pattern", "not a regular expression", ""),
        ("issues: { pattern: A, url: \"https://x.y/\" }", 28, "issues.url", "has no `{issue}`", ""),
        ("id: shop/config", 5, "id", "has the character `/`", ""),
        ("trust-before: 9d3e7aa", 15, "trust-before", "40 hex digits", ""),
    ] {
        assert_slips(&[("people:", &format!("{line}\npeople:"), (8, column), key, message, hint)]);
    }
    let here = GOOD
        .replace("people:", "forges: { localhost: { kind: gitea, api: \"http://127.0.0.1:3000/api/v1\" } }\npeople:");
    assert_eq!(faults(&here), vec![], "a token does not leave this machine");
}

#[test]
fn events_that_nobody_is_told_of_yet_are_noted_at_their_place() {
    let text = format!("{GOOD}feedback: [{{ slack: $SLACK_URL, events: [promote, freeze, lift] }}]\n");
    let notices = check(text.as_bytes(), "stageline.yaml").unwrap().notices;
    assert_eq!(notices.len(), 1, "{notices:?}");
    assert!(
        notices[0].ends_with("feedback[0].events[1] is read, but this version tells only what landed"),
        "{notices:?}"
    );
}
