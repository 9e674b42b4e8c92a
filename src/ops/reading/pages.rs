//! What of an application's history has a page: its commits at the forge of its source, and the issues that its messages name.

use crate::domain::commit::CommitInfo;
use crate::domain::relation::{CommitLine, Issue};
use crate::domain::settings::{Forge, Issues, Settings, SourceAddress};
use crate::forge::address::{Repository, encode_whole, repository};

/// What the settings say of pages; nothing where nothing is asked of them.
#[derive(Default)]
pub struct Pages {
    forges: Vec<Forge>,
    issues: Option<Issues>,
}

impl Pages {
    /// By these settings.
    pub fn of(settings: &Settings) -> Self {
        Self { forges: settings.forges.clone(), issues: settings.issues.clone() }
    }

    /// The source of an application at its forge; `None` where that is not known.
    pub fn source(&self, address: Option<&SourceAddress>) -> Option<Repository> {
        repository(&address?.0, &self.forges)
    }

    /// Commits of a source as reports list them.
    pub fn lines(&self, source: Option<&Repository>, commits: Vec<CommitInfo>) -> Vec<CommitLine> {
        let line = |commit: CommitInfo| CommitLine {
            page: source.and_then(|source| source.commit(commit.id)),
            issues: self.issues(&commit.message),
            commit: commit.id.to_string(),
            when: commit.author.when,
            author: commit.author.name.clone(),
            subject: commit.subject().to_string(),
        };
        commits.into_iter().map(line).collect()
    }

    /// The issues that a message names, each once.
    fn issues(&self, message: &str) -> Vec<Issue> {
        let Some(Issues { pattern, url }) = &self.issues else { return Vec::new() };
        let page = |key: &str| url.as_ref().map(|url| url.0.replace("{issue}", &encode_whole(key)));
        pattern.found_in(message).into_iter().map(|key| Issue { page: page(key), key: key.to_string() }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::check::check;
    use crate::domain::commit::{Actor, CommitId};

    fn pages(more: &str) -> Pages {
        let text = format!("version: 1\nenvironments: [{{ name: staging }}]\napplications: []\n{more}");
        Pages::of(&check(text.as_bytes(), "x").unwrap())
    }

    fn commit(message: &str) -> CommitInfo {
        let when = "2026-11-25T12:00:00Z".parse().unwrap();
        let mei = Actor { name: "Mei".into(), email: "mei@example.com".into(), when };
        let id = CommitId::from_bytes([7; 20]);
        CommitInfo {
            id,
            tree: id,
            parents: vec![],
            author: mei.clone(),
            committer: mei,
            message: message.into(),
            signed: false,
        }
    }

    #[test]
    fn a_commit_has_the_page_that_its_source_has_and_never_one_that_it_names_itself() {
        let source = |pages: &Pages, address: &str| pages.source(Some(&SourceAddress(address.into())));
        let known = pages("forges: { git.corp.com: { kind: gitlab } }\n");
        let at = source(&known, "git@git.corp.com:shop/web.git");
        let lines = known.lines(at.as_ref(), vec![commit("see https://evil.example.com/commit/1\n")]);
        assert_eq!(lines[0].page, Some(format!("https://git.corp.com/shop/web/-/commit/{}", "07".repeat(20))));
        assert_eq!(source(&Pages::default(), "git@git.corp.com:shop/web.git"), None, "a host that nothing is known of");
        assert_eq!(known.source(None), None);
        assert_eq!(known.lines(None, vec![commit("x")])[0].page, None);
    }

    #[test]
    fn issues_are_found_in_the_whole_message_and_lead_where_the_settings_say() {
        let url = "url: \"https://jira.example.com/browse/{issue}\"";
        let jira = pages(&format!("issues: {{ pattern: \"SHOP-[0-9]+\", {url} }}\n"));
        let found = jira.issues("fix: shoes (SHOP-12)\n\nAlso SHOP-3, SHOP-12 and WEB-9.\n");
        let page = |key: &str| Some(format!("https://jira.example.com/browse/{key}"));
        let wanted = ["SHOP-12", "SHOP-3"].map(|key| Issue { key: key.into(), page: page(key) });
        assert_eq!(found, wanted);
        let loose = pages(&format!("issues: {{ pattern: \"ref:\\\\S+\", {url} }}\n"));
        let hostile = loose.issues("ref:../../evil?a=b#c%2f")[0].clone();
        assert_eq!(
            hostile.page.as_deref(),
            Some("https://jira.example.com/browse/ref%3A..%2F..%2Fevil%3Fa%3Db%23c%252f")
        );
        assert_eq!(pages("issues: { pattern: \"#[0-9]+\" }\n").issues("x #4")[0].page, None);
        assert_eq!(pages("").issues("SHOP-12"), []);
    }
}
