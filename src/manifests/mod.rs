//! `--rendered`: builds an overlay with the `kustomize` or `kubectl` on the PATH.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::domain::files::KUSTOMIZATIONS;
use crate::domain::path::RepoPath;
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::secrets::without_secrets;
use crate::process::{self, Command, Kind, OnStop, Surroundings, is_startable};

/// How long one build may take; a remote base is fetched within it.
const LIMIT: Duration = Duration::from_secs(120);

/// The lines of a builder's complaint that are worth showing.
const WORDS: usize = 8;

/// The program that builds, `kustomize` before `kubectl`; an error that names both where there is neither.
pub fn builder(surroundings: &Surroundings) -> Result<Builder, Error> {
    let known: [(&str, &[&str]); 2] = [("kustomize", &["build"]), ("kubectl", &["kustomize"])];
    for (name, verb) in known {
        if let Some(program) = on_path(surroundings, name) {
            return Ok(Builder { program, name, verb, surroundings: surroundings.clone() });
        }
    }
    Err(Refusal::new(Code::NoBuilder, "`--rendered` needs `kustomize` or `kubectl`, and neither is on the PATH")
        .hint("install kustomize, or leave out `--rendered` to compare pins only")
        .invalid())
}

/// A program that builds kustomizations.
#[derive(Debug, Clone)]
pub struct Builder {
    program: PathBuf,
    name: &'static str,
    verb: &'static [&'static str],
    surroundings: Surroundings,
}

/// Whether the folder below `root` is one that these programs build.
pub fn is_kustomization(root: &Path, folder: &RepoPath) -> bool {
    let folder = folder.parts().fold(root.to_path_buf(), |path, part| path.join(part));
    KUSTOMIZATIONS.iter().any(|name| folder.join(name).is_file())
}

impl Builder {
    /// Builds the overlay folder below `root` (a checked-out copy of the repository); its output as text.
    /// An error carries the builder's own words.
    pub fn build(&self, root: &Path, overlay: &RepoPath) -> Result<String, Error> {
        let folder = overlay.parts().fold(root.to_path_buf(), |path, part| path.join(part));
        let mut args: Vec<OsString> = self.verb.iter().map(OsString::from).collect();
        args.push(folder.into_os_string());
        let finished = process::run(
            &self.surroundings,
            &Command {
                program: self.program.clone().into_os_string(),
                args,
                dir: Some(root.to_path_buf()),
                kind: Kind::Builder,
                on_stop: OnStop::End,
                set: Vec::new(),
                stdin: None,
                limit: LIMIT,
                hear: None,
            },
        )?;
        let refusal = |what: String| {
            // The addresses of remote bases are part of what a builder says.
            let words = without_secrets(&String::from_utf8_lossy(&finished.stderr));
            let root = root.display().to_string();
            // The copy's place means nothing to the reader, and differs at each run.
            let lines: Vec<String> =
                words.lines().map(|line| line.replace(&root, ".").trim_end().to_string()).collect();
            let skip = lines.len().saturating_sub(WORDS);
            Refusal::new(Code::BuildFailed, what).details(lines.into_iter().skip(skip)).invalid()
        };
        match finished.code {
            Some(0) => String::from_utf8(finished.stdout.clone())
                .map_err(|_| refusal(format!("`{}` wrote something that is not UTF-8 for `{overlay}`", self.name))),
            _ if finished.timed_out => {
                Err(refusal(format!("`{}` did not finish `{overlay}` within {} s", self.name, LIMIT.as_secs())))
            }
            _ => Err(refusal(format!("`{}` could not build `{overlay}`", self.name))),
        }
    }
}

/// The first file of that name in the folders of PATH that may be started.
fn on_path(surroundings: &Surroundings, name: &str) -> Option<PathBuf> {
    let path = surroundings.variables.get(OsStr::new("PATH"))?;
    let name = if cfg!(windows) { format!("{name}.exe") } else { name.to_string() };
    // A relative folder would be looked up in the repository that is being read: a program from there never runs.
    folders(path).into_iter().filter(|dir| dir.is_absolute()).map(|dir| dir.join(&name)).find(|file| is_startable(file))
}

#[cfg(unix)]
fn folders(path: &OsStr) -> Vec<PathBuf> {
    use std::os::unix::ffi::OsStrExt;
    path.as_bytes().split(|byte| *byte == b':').map(|dir| PathBuf::from(OsStr::from_bytes(dir))).collect()
}

#[cfg(not(unix))]
fn folders(path: &OsStr) -> Vec<PathBuf> {
    path.to_string_lossy().split(';').map(PathBuf::from).collect()
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn script(dir: &Path, name: &str, body: &str) {
        let file = dir.join(name);
        fs::write(&file, format!("#!/bin/sh\n{body}\n")).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn surroundings(path: &Path) -> Surroundings {
        Surroundings { variables: [("PATH".into(), path.into())].into(), ..Surroundings::default() }
    }

    #[test]
    fn kustomize_is_taken_before_kubectl() {
        let bin = tempfile::tempdir().unwrap();
        script(bin.path(), "kubectl", "true");
        assert_eq!(builder(&surroundings(bin.path())).unwrap().name, "kubectl");
        script(bin.path(), "kustomize", "true");
        assert_eq!(builder(&surroundings(bin.path())).unwrap().name, "kustomize");
    }

    #[test]
    fn neither_on_the_path_names_both() {
        let bin = tempfile::tempdir().unwrap();
        fs::write(bin.path().join("kustomize"), "not a program").unwrap();
        let error = builder(&surroundings(bin.path())).unwrap_err().refusal();
        assert!(error.message.contains("`kustomize`") && error.message.contains("`kubectl`"), "{}", error.message);
    }

    #[test]
    fn a_relative_folder_of_the_path_is_not_searched() {
        let error =
            builder(&Surroundings { variables: [("PATH".into(), ".:bin".into())].into(), ..Surroundings::default() });
        assert_eq!(error.unwrap_err().refusal().code, "no-builder");
    }

    #[test]
    fn a_build_is_the_output_and_a_failure_has_the_builders_words() {
        let bin = tempfile::tempdir().unwrap();
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("apps/web")).unwrap();
        let overlay = RepoPath::new("apps/web").unwrap();
        script(bin.path(), "kustomize", r#"echo "kind: $1"; echo "at: ${2##*/}""#);
        let built = builder(&surroundings(bin.path())).unwrap().build(root.path(), &overlay).unwrap();
        assert_eq!(built, "kind: build\nat: web\n");
        script(bin.path(), "kustomize", r#"echo "no kustomization in $2" >&2; exit 1"#);
        let error = builder(&surroundings(bin.path())).unwrap().build(root.path(), &overlay).unwrap_err().refusal();
        assert_eq!(error.code, "build-failed");
        assert_eq!(error.details, ["no kustomization in ./apps/web"]);
    }
}
