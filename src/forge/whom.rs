//! As whom a forge is spoken to, and what follows from that for what is opened there.

use serde_json::Value;

use crate::domain::settings::ForgeKind;

/// Whether an account is a program's, as forges have accounts: GitHub says it and ends the names of its apps so, Gitea's jobs have an
/// account of their own, and GitLab's tokens of projects, groups and service accounts have names of one form.
pub fn is_program(account: &Value) -> bool {
    let login = account["login"].as_str().or(account["username"].as_str()).unwrap_or_default();
    let of_token = |start: &str| {
        let rest = login.strip_prefix(start).unwrap_or_default().trim_start_matches(|c: char| c.is_ascii_digit());
        rest.starts_with("_bot")
    };
    account["type"] == "Bot"
        || account["bot"] == true
        || account["is_bot"] == true
        || login.ends_with("[bot]")
        || matches!(login, "gitea-actions" | "forgejo-actions")
        || of_token("project_")
        || of_token("group_")
        || login.starts_with("service_account_")
}

/// What follows from who opened a request, by the login that the forge gives back.
pub fn follows(kind: ForgeKind, by: Option<&str>) -> Option<String> {
    match (kind, by?) {
        // docs.github.com, "GITHUB_TOKEN": so that no workflow starts itself for ever.
        (ForgeKind::Github, "github-actions[bot]") => Some(
            "it was opened with the job's own token (`GITHUB_TOKEN`): its workflows wait until somebody with write access \
             approves them on its page (an Enterprise server starts none at all), and none starts when it is merged by that \
             token; a token of an app or of a person has none of that: `GH_TOKEN`"
                .into(),
        ),
        // Gitea's own source: `IsGiteaActions`, "avoiding triggering cyclically".
        (ForgeKind::Gitea, "gitea-actions" | "forgejo-actions") => Some(
            "it was opened with the job's own token: no workflow starts for it; a token of an account has none of that: \
             `GITEA_TOKEN`"
                .into(),
        ),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_a_job_s_own_token_opens_starts_no_workflow_and_that_is_said() {
        let told = |kind, by| follows(kind, Some(by)).unwrap_or_default();
        assert!(
            told(ForgeKind::Github, "github-actions[bot]").contains("wait until somebody with write access approves")
        );
        assert!(told(ForgeKind::Gitea, "gitea-actions").contains("no workflow starts"));
        for (kind, by) in [
            (ForgeKind::Github, "mei"),
            (ForgeKind::Gitea, "github-actions[bot]"),
            (ForgeKind::Gitlab, "project_1_bot"),
        ] {
            assert_eq!(follows(kind, Some(by)), None, "{by}");
        }
        assert_eq!(follows(ForgeKind::Github, None), None);
    }

    #[test]
    fn a_program_s_account_is_told_from_a_person_s_by_what_its_forge_says() {
        for account in [
            json!({ "login": "renovate", "type": "Bot" }),
            json!({ "login": "dependabot[bot]" }),
            json!({ "login": "gitea-actions" }),
            json!({ "username": "project_42_bot_9a8b7c" }),
            json!({ "username": "group_7_bot" }),
            json!({ "username": "service_account_group_7_9a8b" }),
        ] {
            assert!(is_program(&account), "{account}");
        }
        for account in [
            json!({ "login": "mei", "type": "User" }),
            json!({ "username": "project_manager" }),
            json!({ "username": "project_bot" }),
            json!({ "login": "abbot" }),
            Value::Null,
        ] {
            assert!(!is_program(&account), "{account}");
        }
    }
}
