//! As whom a forge is spoken to, and what follows from that for what is opened there.

use crate::domain::settings::ForgeKind;

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
}
