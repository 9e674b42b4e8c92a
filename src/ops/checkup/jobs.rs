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
/// The folders of definitions. Gitea and Forgejo each read those of their own name, and GitHub's where there are none.
const GITEA: [&str; 2] = [".gitea/workflows", ".forgejo/workflows"];
const GITHUB: &str = ".github/workflows";
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
    if kind == ForgeKind::Gitlab {
        return Ok(vec![path(GITLAB)?]);
    }
    let files = |folder: &str| {
        let all = world.files.list(&path(folder)?)?.into_iter().filter(|entry| entry.kind == EntryKind::File);
        Ok::<_, Error>(all.map(|entry| entry.path).collect::<Vec<_>>())
    };
    let mut own = Vec::new();
    for folder in GITEA.iter().filter(|_| kind == ForgeKind::Gitea) {
        own.extend(files(folder)?);
    }
    if own.is_empty() { files(GITHUB) } else { Ok(own) }
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
