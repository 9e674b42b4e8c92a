//! The files of a repository that may hold what runs somewhere, whatever folders they lie in.

use rayon::prelude::*;

use crate::domain::files::{Entry, EntryKind, Files, KUSTOMIZATIONS, is_yaml};
use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;
use crate::domain::settings::FILE;

use super::order::rank;

/// How many folders deep a file may lie.
const DEEPEST: usize = 16;
/// Folders that never hold what runs somewhere: other people's code, and examples for people and tests.
const NEVER: [&str; 8] = ["docs", "vendor", "node_modules", "target", "flux-system", "crds", "fixtures", "testdata"];
/// Folders of tools whose files deploy nothing, though they have versions in them.
const TOOLS_FOLDERS: [&str; 8] =
    [".git", ".github", ".gitlab", ".circleci", ".stageline", ".vscode", ".idea", ".tekton"];
/// JSON files of tools, whose versions are none of ours.
const TOOLS: [&str; 8] = [
    "package.json",
    "package-lock.json",
    "tsconfig.json",
    "composer.json",
    "renovate.json",
    "deno.json",
    "lerna.json",
    "nx.json",
];
/// Endings of files that are programs, texts and pictures, or copies of others: nobody has to read them to know that nothing runs by them.
const OTHERS: [&str; 60] = [
    "md", "txt", "rst", "adoc", "html", "css", "scss", "js", "mjs", "ts", "tsx", "jsx", "py", "rb", "go", "rs", "java",
    "kt", "c", "h", "cpp", "cs", "php", "sh", "bash", "ps1", "sql", "lock", "sum", "mod", "png", "jpg", "jpeg", "gif",
    "svg", "ico", "pdf", "zip", "gz", "tgz", "jar", "pem", "crt", "key", "pub", "bak", "backup", "orig", "old", "rej",
    "save", "swp", "tmp", "disabled", "disable", "off", "example", "sample", "dist", "yaml~",
];

/// Every such file, in the order of their paths.
pub fn find(files: &dyn Files) -> Result<Vec<RepoPath>, Error> {
    let mut out = walk(files, &RepoPath::root(), 0)?;
    out.sort();
    Ok(out)
}

/// Whether a file of this name is YAML or JSON of no tool.
pub fn is_config(name: &str) -> bool {
    (is_yaml(name) || KUSTOMIZATIONS.contains(&name))
        && !name.starts_with(['.', '_'])
        && name != FILE
        && !TOOLS.contains(&name)
}

/// Whether a file may hold keys with versions, though its name does not say that it is YAML or JSON.
pub fn may_be_config(name: &str) -> bool {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    let is_other = ending.is_some_and(|ending| OTHERS.contains(&ending.as_str()));
    let is_program = ["Dockerfile", "Makefile", "LICENSE", "OWNERS", "CODEOWNERS", "README"]
        .iter()
        .any(|known| name.starts_with(known));
    let is_hidden = name.starts_with(['.', '_']) && name != ".env" && !name.starts_with(".env.");
    is_config(name) || !(is_yaml(name) || is_other || is_program || is_hidden)
}

fn walk(files: &dyn Files, folder: &RepoPath, depth: usize) -> Result<Vec<RepoPath>, Error> {
    let entries = files.list(folder)?;
    // What fills in the templates of a chart is beside them.
    let is_chart = entries.iter().any(|entry| entry.path.name() == "Chart.yaml");
    let is_file = |entry: &&Entry| matches!(entry.kind, EntryKind::File | EntryKind::Executable);
    let own = entries.iter().filter(is_file).map(|entry| &entry.path);
    // What builds a frontend reads variables of its own, by modes that are no environments.
    let is_frontend = entries.iter().any(|entry| entry.path.name() == "package.json");
    let own = own.filter(|path| !(is_frontend && path.name().starts_with(".env")));
    // In `in:` braces are placeholders.
    let own = own.filter(|path| may_be_config(path.name()) && !path.as_str().contains(['{', '}']));
    let mut out: Vec<RepoPath> = own.cloned().collect();
    // Below an environment `docs` is what serves them.
    let is_placed = folder.parts().any(|part| rank(part).is_some());
    let is_walked = |entry: &&Entry| {
        let name = entry.path.name();
        let is_never = (NEVER.contains(&name) && !(name == "docs" && is_placed))
            || TOOLS_FOLDERS.contains(&name)
            || name.starts_with("testdata");
        entry.kind == EntryKind::Folder && !is_never && !(is_chart && name == "templates") && depth < DEEPEST
    };
    let below: Vec<&Entry> = entries.iter().filter(is_walked).collect();
    let found: Vec<Result<Vec<RepoPath>, Error>> =
        below.par_iter().map(|entry| walk(files, &entry.path, depth + 1)).collect();
    for one in found {
        out.extend(one?);
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::memory::Memory;

    #[test]
    fn every_file_that_may_be_yaml_is_found_whatever_its_name() {
        let paths = [
            "a/b.yml",
            "tags/web",
            "a/x.yaml.tpl",
            ".deploy/env/dev.yaml",
            "chart/Chart.yaml",
            "chart/templates/x.yaml",
            "openshift/templates/x.yaml",
            "package.json",
            ".env.production",
            "web/.env",
            "README.md",
            "main.go",
            "docs/x.yaml",
            "docs/production/x.yaml",
            "production/docs/x.yaml",
            ".github/workflows/x.yaml",
            "stageline.yaml",
        ];
        let found = find(&Memory::new(paths.map(|path| (path, "a: b\n")))).unwrap();
        let found: Vec<&str> = found.iter().map(RepoPath::as_str).collect();
        assert_eq!(
            found,
            [
                ".deploy/env/dev.yaml",
                "a/b.yml",
                "a/x.yaml.tpl",
                "chart/Chart.yaml",
                "openshift/templates/x.yaml",
                "production/docs/x.yaml",
                "tags/web",
                "web/.env"
            ]
        );
    }
}
