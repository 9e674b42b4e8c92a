//! The hook in a repository on a server: where it goes, what it is, and whether it still is so.

use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::domain::refusal::{Code, Error, Refusal};
use crate::process::{Kind, Surroundings};

use super::program::Hooks;
use super::receipts::ServerKey;
use super::repo::Repo;

/// How the scripts begin: what tells them from another's.
const JUDGES: &str = "#!/bin/sh\n# stageline: judges what is pushed";
const RECORDS: &str = "#!/bin/sh\n# stageline: records what was pushed";

/// What is to be installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Installs {
    /// What judges.
    Judge,
    /// That, and what records.
    Recorder,
}

/// The files of one installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hook {
    /// What git runs before a push is accepted.
    pub script: PathBuf,
    /// What it runs after that, where receipts are written.
    pub recorder: PathBuf,
    /// The settings, beside the repository's own.
    pub settings: PathBuf,
    /// The repository; `None`: it is in a folder of hooks that may be anybody's.
    pub repository: Option<PathBuf>,
}

impl Hook {
    /// Where the hook of a repository goes; of a folder of hooks (`pre-receive.d` of Gitea, gitolite's LOCAL_CODE) into that.
    ///
    /// # Errors
    /// There is no such folder.
    pub fn of(dir: &Path) -> Result<Self, Error> {
        let dir = dir.canonicalize().map_err(|error| {
            Refusal::new(Code::NoSuchFolder, format!("`{}`: {error}", dir.display()))
                .hint("name the bare repository on the server, or a folder of hooks such as `hooks/pre-receive.d`")
                .invalid()
        })?;
        // gitolite links what is there into every repository, its own with the rules of who may what among them.
        if dir.ends_with("hooks/common") {
            let what =
                format!("`{}` is run for every repository of the server, also for those without rules", dir.display());
            return Err(Refusal::new(Code::Usage, what)
                .hint("name one repository, or LOCAL_CODE's `hooks/repo-specific`, with `option hook.pre-receive = stageline` in gitolite.conf")
                .invalid());
        }
        let is_git_dir = |one: &PathBuf| one.join("objects").is_dir();
        Ok(match [dir.join(".git"), dir.clone()].into_iter().find(is_git_dir) {
            Some(git_dir) => Self {
                script: git_dir.join("hooks/pre-receive"),
                recorder: git_dir.join("hooks/post-receive"),
                settings: git_dir.join("stageline-hook.yaml"),
                repository: Some(git_dir),
            },
            None => Self {
                script: dir.join("stageline"),
                recorder: match dir.ends_with("pre-receive.d") {
                    true => dir.with_file_name("post-receive.d").join("stageline"),
                    // gitolite runs what its configuration names.
                    false => dir.join("stageline-receipts"),
                },
                settings: dir.join("stageline-hook.yaml"),
                // `hooks/pre-receive.d` of a repository.
                repository: dir.ancestors().nth(2).map(Path::to_path_buf).filter(is_git_dir),
            },
        })
    }

    /// The script that git runs. It refuses whatever is not judged to its end.
    pub fn text(&self, program: &Path) -> String {
        let (program, settings) = (quoted(program), quoted(&self.settings));
        format!(
            "{JUDGES}, and refuses whatever it cannot judge to its end. Its settings: {settings}\n\
             program={program}\n\
             settings={settings}\n\
             no() {{ echo \"stageline: $1, so nothing is accepted: tell whoever runs this server\" >&2; exit 1; }}\n\
             [ -x \"$program\" ] || no \"$program is not there\"\n\
             [ -r \"$settings\" ] || no \"$settings cannot be read\"\n\
             \"$program\" verify --pre-receive --settings \"$settings\"\n\
             code=$?\n\
             [ \"$code\" -lt 126 ] || no \"the judge ended with $code before it was done\"\n\
             exit \"$code\"\n"
        )
    }

    /// The script that git runs after a push was accepted: nothing is refused any more.
    pub fn recorder_text(&self, program: &Path) -> String {
        let (program, settings) = (quoted(program), quoted(&self.settings));
        format!(
            "{RECORDS}, and when, on the branch of receipts. Its settings: {settings}\n\
             {program} verify --post-receive --settings {settings} ||\n    \
             echo 'stageline: the push is accepted, and no receipt says when: tell whoever runs this server' >&2\n"
        )
    }

    /// Looks whether all that is to be installed has a place, before any of it is.
    ///
    /// # Errors
    /// A hook of somebody else is there, or something cannot be written.
    pub fn refuse(&self, what: Installs) -> Result<(), Error> {
        self.refuse_over_another(&self.script, JUDGES, "pre-receive")?;
        let mut places = vec![&self.script, &self.settings];
        if what == Installs::Recorder {
            self.refuse_over_another(&self.recorder, RECORDS, "post-receive")?;
            places.push(&self.recorder);
        }
        for place in places {
            let mut above = place.ancestors().skip(1);
            let folder = above.find(|folder| folder.symlink_metadata().is_ok()).unwrap_or(Path::new("/"));
            let is_free = !place.is_dir() && tempfile::NamedTempFile::new_in(folder).is_ok();
            if !is_free {
                let what = format!("`{}` cannot be written, so nothing is installed", place.display());
                return Err(Refusal::new(Code::CannotWrite, what)
                    .hint(format!("see what is there, and who may write to `{}`", folder.display()))
                    .invalid());
            }
        }
        Ok(())
    }

    /// Writes what is not there yet. An installation of ours is made anew; its settings stay.
    ///
    /// # Errors
    /// A hook of somebody else is there, or a file cannot be written.
    pub fn install(&self, program: &Path, settings: &str, cache: &Path) -> Result<(), Error> {
        self.refuse_over_another(&self.script, JUDGES, "pre-receive")?;
        std::fs::create_dir_all(cache)
            .and_then(|()| std::fs::set_permissions(cache, std::fs::Permissions::from_mode(0o700)))
            .with_context(|| format!("cannot make `{}`", cache.display()))?;
        if !self.settings.exists() {
            write(&self.settings, settings, 0o644)?;
        }
        write(&self.script, &self.text(program), 0o755)
    }

    /// Writes what records pushes.
    ///
    /// # Errors
    /// As of `install`.
    pub fn install_recorder(&self, program: &Path) -> Result<(), Error> {
        self.refuse_over_another(&self.recorder, RECORDS, "post-receive")?;
        write(&self.recorder, &self.recorder_text(program), 0o755)
    }

    fn refuse_over_another(&self, script: &Path, head: &str, when: &str) -> Result<(), Error> {
        let there = std::fs::read_to_string(script).ok();
        if there.is_none_or(|text| text.starts_with(head)) && !script.is_symlink() {
            return Ok(());
        }
        Err(Refusal::new(Code::Exists, format!("`{}` is another hook, and stays", script.display()))
            .hint(format!("call this one from it: `stageline verify --{when} --settings {}`", self.settings.display()))
            .hint("at Gitea name the folder `hooks/pre-receive.d` of the repository, at gitolite LOCAL_CODE's `hooks/repo-specific`")
            .refused())
    }

    /// The program that the script starts; `None`: there is no script of ours.
    pub fn program(&self) -> Option<PathBuf> {
        let text = std::fs::read_to_string(&self.script).ok().filter(|text| text.starts_with(JUDGES))?;
        let quoted = text.lines().find_map(|line| line.strip_prefix("program='")?.strip_suffix('\''))?;
        Some(PathBuf::from(quoted.replace("'\\''", "'")))
    }

    /// Whether another script stands in its place, which may or may not call this one.
    pub fn is_anothers(&self) -> bool {
        let is_ours = |text: String| text.starts_with(JUDGES);
        self.script.exists() && !std::fs::read_to_string(&self.script).is_ok_and(is_ours)
    }

    /// The text of its settings.
    ///
    /// # Errors
    /// They cannot be read; why.
    pub fn settings_text(&self) -> Result<String, String> {
        std::fs::read_to_string(&self.settings).map_err(|error| format!("`{}`: {error}", self.settings.display()))
    }

    /// What keeps an installation from judging; none: it does.
    pub fn faults(&self, program: &Path, surroundings: &Surroundings) -> Vec<String> {
        let mut out = faults_of(&self.script, JUDGES, &self.text(program));
        let elsewhere = |dir: &Path| {
            // As git has it when it looks for hooks, without what we tell our own children.
            let repo = Repo::open(dir, surroundings).ok()?;
            let asked =
                repo.place.git(Kind::Plumbing, Hooks::Own, ["config", "--get", "core.hooksPath"]).finish().ok()?;
            (asked.code == Some(0)).then(|| String::from_utf8_lossy(&asked.stdout).trim().to_string())
        };
        if let Some(other) = self.repository.as_deref().and_then(elsewhere) {
            out.push(format!("git runs the hooks in `{other}` (`core.hooksPath`), so this one is never asked"));
        }
        out.extend(written_by_others(&self.settings));
        out
    }

    /// What keeps it from recording pushes with that key; none: it does.
    pub fn faults_of_recorder(&self, program: &Path, key: &Path, surroundings: &Surroundings) -> Vec<String> {
        let mut out = faults_of(&self.recorder, RECORDS, &self.recorder_text(program));
        match ServerKey::read(key) {
            Err(why) => out.push(why),
            Ok(key) => {
                let repo = self.repository.as_deref().and_then(|dir| Repo::open(dir, surroundings).ok());
                out.extend(repo.and_then(|repo| repo.strange_receipts(&key)));
            }
        }
        out
    }
}

fn quoted(path: &Path) -> String {
    format!("'{}'", path.display().to_string().replace('\'', "'\\''"))
}

fn write(path: &Path, text: &str, mode: u32) -> Result<(), Error> {
    let written = || {
        let parent = path.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(parent)?;
        let mut file = tempfile::NamedTempFile::new_in(parent)?;
        std::io::Write::write_all(&mut file, text.as_bytes())?;
        std::fs::set_permissions(file.path(), std::fs::Permissions::from_mode(mode))?;
        file.persist(path).map_err(|error| error.error)?;
        Ok::<_, std::io::Error>(())
    };
    Ok(written().with_context(|| format!("cannot write `{}`", path.display()))?)
}

/// What keeps git from running a script of ours as it was written.
fn faults_of(path: &Path, head: &str, text: &str) -> Vec<String> {
    let script = path.display();
    let mut out = Vec::new();
    match std::fs::read_to_string(path) {
        Err(error) => out.push(format!("`{script}`: {error}")),
        Ok(there) if !there.starts_with(head) => out.push(format!("`{script}` is another hook")),
        Ok(there) if there != text => out.push(format!("`{script}` was written for another program, or changed")),
        Ok(_) => {}
    }
    if mode(path).is_some_and(|mode| mode & 0o111 == 0) {
        out.push(format!("`{script}` may not be executed, and git skips such a hook in silence: `chmod +x {script}`"));
    }
    out.extend(written_by_others(path));
    out
}

fn written_by_others(path: &Path) -> Option<String> {
    let may = mode(path).is_some_and(|mode| mode & 0o022 != 0);
    may.then(|| format!("`{}` may be written by others: `chmod go-w {0}`", path.display()))
}

fn mode(path: &Path) -> Option<u32> {
    std::fs::metadata(path).ok().map(|about| about.permissions().mode())
}

/// Why a cache folder may have been prepared by somebody else; `None`: it is this user's alone, or not there yet.
pub fn strange_cache(folder: &Path) -> Option<String> {
    let about = std::fs::symlink_metadata(folder).ok()?;
    let own = rustix::process::getuid().as_raw();
    let shown = folder.display();
    if !about.is_dir() {
        return Some(format!("`{shown}` is no folder"));
    }
    if about.uid() != own {
        return Some(format!("`{shown}` is another user's"));
    }
    (about.permissions().mode() & 0o077 != 0).then(|| format!("others may look into `{shown}`: `chmod 700 {shown}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hook_is_installed_once_and_nobody_elses_is_taken_away() {
        let folder = tempfile::TempDir::new().unwrap();
        let dir = folder.path().canonicalize().unwrap();
        std::fs::create_dir_all(dir.join("objects")).unwrap();
        let (program, cache) = (Path::new("/usr/bin/stage'line"), dir.join("cache"));
        let hook = Hook::of(&dir).unwrap();
        hook.install(program, "version: 1\n", &cache).unwrap();
        assert_eq!(hook.faults(program, &Surroundings::default()), [""; 0]);
        assert_eq!(hook.script, dir.join("hooks/pre-receive"));
        assert_eq!((hook.program().as_deref(), hook.is_anothers()), (Some(program), false));
        std::fs::write(&hook.settings, "mine\n").unwrap();
        hook.install(program, "version: 1\n", &cache).unwrap();
        assert_eq!(std::fs::read_to_string(&hook.settings).unwrap(), "mine\n", "settings stay");
        assert_eq!(hook.faults(Path::new("/other"), &Surroundings::default()).len(), 1);
        std::fs::set_permissions(&hook.script, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert!(hook.faults(program, &Surroundings::default())[0].contains("in silence"));
        std::fs::write(&hook.script, "#!/bin/sh\nexit 0\n").unwrap();
        assert_eq!((hook.program(), hook.is_anothers()), (None, true));
        assert!(hook.install(program, "", &cache).is_err_and(|no| no.refusal().code == Code::Exists));
        assert_eq!(strange_cache(&cache), None);
        std::fs::set_permissions(&cache, std::fs::Permissions::from_mode(0o755)).unwrap();
        assert!(strange_cache(&cache).is_some());
    }

    #[test]
    fn a_folder_of_hooks_gets_one_of_our_name() {
        let folder = tempfile::TempDir::new().unwrap();
        let hook = Hook::of(folder.path()).unwrap();
        assert_eq!(hook.script.file_name().unwrap(), "stageline");
        assert!(Hook::of(&folder.path().join("none")).is_err());
        let common = folder.path().join("local/hooks/common");
        std::fs::create_dir_all(&common).unwrap();
        assert!(Hook::of(&common).is_err_and(|no| no.refusal().message.contains("every repository")));
    }
}
