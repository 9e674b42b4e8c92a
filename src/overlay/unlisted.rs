//! Objects and patches that lie beside a kustomization and are not listed by it: nobody builds them.

use crate::domain::files::{EntryKind, is_yaml};
use crate::domain::path::RepoPath;
use crate::domain::pin::PinSite;
use crate::domain::refusal::Error;
use crate::yaml::locate::{get, text};
use crate::yaml::tree::Node;

use super::above::{Above, Tied, paths};
use super::kustomization::file_at;
use super::reader::Reader;
use super::revision::sources;

/// Keys under which a kustomization lists files that name more files.
const MORE: [&str; 3] = ["generators", "transformers", "validators"];

/// Whether the file of a pin is read by the kustomization that it lies beside.
#[derive(Debug, PartialEq, Eq)]
pub enum Listed {
    /// It is, or there is none, or something else reads the file.
    Yes,
    /// Nobody who is known reads it: what stands beside it.
    No(RepoPath),
    CannotTell(String),
}

/// Whether what stands at a site is read by the kustomization beside its file. `places`: where the application has its pins.
///
/// # Errors
/// The tree itself cannot be read.
pub fn listed(reader: &Reader<'_>, site: &PinSite, tied: &Tied<'_, '_>, places: &[RepoPath]) -> Result<Listed, Error> {
    let file = &site.file;
    let Some(tree) = reader.tree(file)? else { return Ok(Listed::Yes) };
    let Some(root) = tree.documents.get(site.document) else { return Ok(Listed::Yes) };
    let Some(folder) = file.parent().filter(|_| is_built(root)) else { return Ok(Listed::Yes) };
    let Some(beside) = near(reader, &folder, tied)? else { return Ok(Listed::Yes) };
    if !tied.on(file, places)?.is_empty() || is_deployed(reader, &folder, (tied, places))? {
        return Ok(Listed::Yes);
    }
    let mut above = Some(folder.clone());
    while let Some(one) = above {
        if let Some(kustomization) = found(file_at(reader, &one))? {
            match named(reader, &kustomization, file)? {
                Listed::No(_) => {}
                other => return Ok(other),
            }
        }
        above = one.parent();
    }
    let is_beside = beside.parent().as_ref() == Some(&folder);
    let by_hand = text(root, &["apiVersion"]).is_some_and(|api| api.starts_with("argoproj.io/"));
    Ok(match is_beside && !by_hand {
        true => Listed::No(beside),
        false => Listed::CannotTell(format!("`{beside}` does not list `{file}`")),
    })
}

/// Whether a document is what kustomizations build of: an object, a merge into one, or operations of JSON 6902.
fn is_built(root: &Node) -> bool {
    let is_operation = |item: &Node| text(item, &["op"]).is_some() && text(item, &["path"]).is_some();
    match root.items() {
        Some(items) => !items.is_empty() && items.iter().all(is_operation),
        None => text(root, &["kind"]).is_some() && text(root, &["apiVersion"]).is_some(),
    }
}

/// The kustomization beside a file, or the next one above it of the environment.
fn near(reader: &Reader<'_>, folder: &RepoPath, tied: &Tied<'_, '_>) -> Result<Option<RepoPath>, Error> {
    let mut next = Some(folder.clone());
    while let Some(one) = next {
        if one != *folder && !tied.tells(&one) {
            return Ok(None);
        }
        let beside = found(file_at(reader, &one))?;
        if beside.is_some() {
            return Ok(beside);
        }
        next = one.parent();
    }
    Ok(None)
}

/// Whether an object of Argo CD or Flux deploys a folder file by file.
fn is_deployed(
    reader: &Reader<'_>,
    folder: &RepoPath,
    (tied, places): (&Tied<'_, '_>, &[RepoPath]),
) -> Result<bool, Error> {
    let has_own = found(file_at(reader, folder))?.is_some();
    for above in tied.on(folder, places)? {
        let Above::Object(file, document, _) = above else { continue };
        let tree = reader.tree(&file)?;
        let Some(root) = tree.as_ref().and_then(|tree| tree.documents.get(document)) else { continue };
        if !has_own || sources(root).iter().any(|(_, source)| get(source, &["directory"]).is_some()) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether a kustomization names a file: itself, or in the files of its generators and transformers.
fn named(reader: &Reader<'_>, kustomization: &RepoPath, file: &RepoPath) -> Result<Listed, Error> {
    let tree = match reader.tree(kustomization) {
        Err(Error::Failed(error)) => return Err(error.into()),
        Ok(Some(tree)) => tree,
        // What cannot be read is told where it is read.
        Ok(None) | Err(_) => return Ok(Listed::CannotTell(format!("`{kustomization}` cannot be read"))),
    };
    let own = paths(kustomization, &tree);
    if own.contains(file) {
        return Ok(Listed::Yes);
    }
    let mut more = tree.documents.iter().flat_map(|root| MORE.iter().filter_map(|key| get(root, &[key])));
    let Some(first) = more.next() else { return Ok(Listed::No(kustomization.clone())) };
    for path in own.iter().filter(|path| is_yaml(path.name())) {
        let is_file = found(reader.entry(path))?.is_some_and(|entry| entry.kind != EntryKind::Folder);
        if let Some(tree) = found(if is_file { reader.tree(path) } else { Ok(None) })?
            && paths(path, &tree).contains(file)
        {
            return Ok(Listed::Yes);
        }
    }
    Ok(Listed::CannotTell(format!("{kustomization}:{}: what it has here may read `{file}`", first.line)))
}

/// What was found; nothing where it cannot be read, which is told elsewhere.
fn found<T>(result: Result<Option<T>, Error>) -> Result<Option<T>, Error> {
    match result {
        Err(Error::Failed(error)) => Err(error.into()),
        Err(_) => Ok(None),
        found => found,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::memory::Memory;
    use crate::domain::names::EnvName;
    use crate::overlay::above::Reach;
    use crate::overlay::here::Here;

    const POD: &str = "apiVersion: v1\nkind: Pod\nspec: {containers: [{name: web, image: \"shop/web:v1\"}]}\n";

    /// What is said of a file among others.
    fn of(files: &[(&str, &str)], file: &str) -> String {
        let files = Memory::new(files.iter().copied());
        let (reader, env) = (Reader::new(&files), EnvName::new("prod").unwrap());
        let file = RepoPath::new(file).unwrap();
        let site = PinSite { file, document: 0, route: String::new(), line: 1, column: 1 };
        match listed(&reader, &site, &Tied::new(&reader, Here::of(&env, []), Reach::Near), &[]).unwrap() {
            Listed::Yes => "yes".into(),
            Listed::No(beside) => format!("no: {beside}"),
            Listed::CannotTell(why) => why,
        }
    }

    /// The same for a file of this text beside a kustomization of that text.
    fn beside(text: &str, kustomization: &str) -> String {
        of(&[("web/prod/x.yaml", text), ("web/prod/kustomization.yaml", kustomization)], "web/prod/x.yaml")
    }

    #[test]
    fn an_object_or_a_patch_that_the_kustomization_beside_it_does_not_list_is_built_by_nobody() {
        let json = "- {op: replace, path: /spec/containers/0/image, value: \"shop/web:v1\"}\n";
        for text in [POD, json] {
            assert_eq!(beside(text, "resources: [../base]\n"), "no: web/prod/kustomization.yaml", "{text}");
            assert_eq!(beside(text, "patches: [{path: x.yaml}]\n"), "yes", "{text}");
        }
        assert_eq!(beside(POD, "patchesStrategicMerge: [./x.yaml]\n"), "yes");
        assert_eq!(beside("image: {tag: v1}\n", "resources: [../base]\n"), "yes");
        assert_eq!(of(&[("web/prod/x.yaml", POD)], "web/prod/x.yaml"), "yes");
    }

    #[test]
    fn what_others_may_read_is_not_taken_for_unlisted() {
        let transformer = "apiVersion: builtin\nkind: PatchTransformer\npath: x.yaml\n";
        let files = [
            ("web/prod/x.yaml", POD),
            ("web/prod/t.yaml", transformer),
            ("web/prod/kustomization.yaml", "resources: [../base]\ntransformers: [t.yaml]\n"),
        ];
        assert_eq!(of(&files, "web/prod/x.yaml"), "yes");
        let told = beside(POD, "resources: [../base]\ngenerators: [g.yaml]\n");
        assert_eq!(told, "web/prod/kustomization.yaml:2: what it has here may read `web/prod/x.yaml`");
        let application = "apiVersion: argoproj.io/v1alpha1\nkind: Application\n";
        let told = beside(application, "resources: [../base]\n");
        assert_eq!(told, "`web/prod/kustomization.yaml` does not list `web/prod/x.yaml`");
        let directory = "kind: Application\nspec: {source: {path: web/prod, directory: {recurse: true}}}\n";
        let own = "resources: [../base]\n";
        let files = [("web/prod/x.yaml", POD), ("web/prod/kustomization.yaml", own), ("argocd/prod.yaml", directory)];
        assert_eq!(of(&files, "web/prod/x.yaml"), "yes");
        let above = "resources: [prod/x.yaml]\n";
        let files = [("web/prod/x.yaml", POD), ("web/prod/kustomization.yaml", own), ("web/kustomization.yaml", above)];
        assert_eq!(of(&files, "web/prod/x.yaml"), "yes");
    }

    #[test]
    fn a_file_further_below_may_be_applied_by_itself() {
        let of =
            |own: &str, kustomization: &str| of(&[(own, POD), ("web/prod/kustomization.yaml", kustomization)], own);
        let own = "web/prod/patches/x.yaml";
        assert_eq!(of(own, "patches: [{path: patches/x.yaml}]\n"), "yes");
        assert_eq!(of(own, "resources: [../base]\n"), format!("`web/prod/kustomization.yaml` does not list `{own}`"));
    }
}
