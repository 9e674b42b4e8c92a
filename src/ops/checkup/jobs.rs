//! The jobs that post the status: where their definition comes from, which is who may change what they do.

use crate::domain::files::EntryKind;
use crate::domain::finding::Finding;
use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;
use crate::domain::settings::ForgeKind;
use crate::yaml::tree::{Node, Tree};

use crate::ops::reading::world::World;

/// What a job that posts the status has in it.
const CALL: &str = "stageline verify";
/// The folders of definitions, the forge's own first: it reads the first one that is there.
const GITEA: [&str; 3] = [".gitea/workflows", ".forgejo/workflows", ".github/workflows"];
const GITHUB: [&str; 1] = [".github/workflows"];
const GITLAB: &str = ".gitlab-ci.yml";

/// What is found of the jobs on a branch that the forge takes their definitions from. `elsewhere`: where they come from instead.
///
/// # Errors
/// The branch cannot be read.
pub fn look(world: &World, kind: ForgeKind, elsewhere: Option<&str>) -> Result<Vec<Finding>, Error> {
    let about = format!("job on {}", world.branch);
    if let Some(place) = elsewhere {
        let what = format!("its definition is `{place}`, which no request here changes");
        return Ok(vec![Finding::ok(about, what)]);
    }
    let mut out = Vec::new();
    for path in definitions(world, kind)? {
        let Some(bytes) = world.files.read(&path)? else { continue };
        let text = String::from_utf8_lossy(&bytes);
        let is_posting = text.contains(CALL) && (kind == ForgeKind::Gitlab || text.contains("--status"));
        if is_posting {
            out.push(of_definition(&about, &path, kind, &bytes));
        }
    }
    if out.is_empty() {
        let what = format!(
            "no job on `{}` posts the status, so that what does stands elsewhere, or nothing does",
            world.branch
        );
        out.push(Finding::cannot_tell(about, what).hint("docs/enforcement.md has one for each forge"));
    }
    Ok(out)
}

fn definitions(world: &World, kind: ForgeKind) -> Result<Vec<RepoPath>, Error> {
    let path = |text: &str| RepoPath::new(text).map_err(anyhow::Error::from);
    let folders: &[&str] = match kind {
        ForgeKind::Gitlab => return Ok(vec![path(GITLAB)?]),
        ForgeKind::Gitea => &GITEA,
        ForgeKind::Github | ForgeKind::Bitbucket | ForgeKind::Azure => &GITHUB,
    };
    for folder in folders {
        let files = world.files.list(&path(folder)?)?.into_iter().filter(|entry| entry.kind == EntryKind::File);
        let files: Vec<RepoPath> = files.map(|entry| entry.path).collect();
        if !files.is_empty() {
            return Ok(files);
        }
    }
    Ok(Vec::new())
}

fn of_definition(about: &str, path: &RepoPath, kind: ForgeKind, bytes: &[u8]) -> Finding {
    let own = |what: &str| {
        let what =
            format!("`{path}` is taken from the request itself ({what}), so that whoever asks may change what it does");
        Finding::advisory(about, what)
    };
    if kind == ForgeKind::Gitlab {
        return own("as GitLab does")
            .hint("set the project's CI/CD configuration file to one of another project")
            .of_the_door();
    }
    match events(bytes) {
        None => Finding::cannot_tell(about, format!("what `{path}` runs on cannot be read"))
            .hint("see its `on:`")
            .of_the_door(),
        Some(events) if events.iter().any(|event| event == "pull_request") => own("`on: pull_request`")
            .hint("say `on: pull_request_target`, and run nothing of what it judges")
            .of_the_door(),
        Some(events) if events.iter().any(|event| event == "pull_request_target") => Finding::ok(
            about,
            format!("`{path}` is taken from the branch that a request is for (`on: pull_request_target`)"),
        ),
        Some(_) => {
            Finding::cannot_tell(about, format!("`{path}` runs on no request, so that what judges those does not show"))
                .hint("say `on: pull_request_target`")
                .of_the_door()
        }
    }
}

/// What a workflow runs on; `None`: that cannot be read.
fn events(bytes: &[u8]) -> Option<Vec<String>> {
    let tree = Tree::parse(bytes).ok()?;
    let on = tree.documents.first()?.get("on").ok()??;
    let text = |node: &Node| node.as_str().map(str::to_string);
    match (on.entries(), on.items()) {
        (Some(entries), _) => entries.iter().map(|(name, _)| text(name)).collect(),
        (None, Some(items)) => items.iter().map(text).collect(),
        (None, None) => Some(vec![text(on)?]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_workflow_runs_on_is_read_in_each_form_and_never_guessed() {
        for (text, wanted) in [
            ("on: pull_request\n", Some(vec!["pull_request"])),
            ("on: [push, pull_request_target]\n", Some(vec!["push", "pull_request_target"])),
            ("on:\n  pull_request_target:\n    branches: [main]\n", Some(vec!["pull_request_target"])),
            ("name: x\n", None),
            ("on: *other\n", None),
            ("on: [\n", None),
            ("on: a\non: b\n", None),
        ] {
            let found = events(text.as_bytes());
            assert_eq!(found, wanted.map(|all| all.into_iter().map(str::to_string).collect()), "{text}");
        }
    }
}
