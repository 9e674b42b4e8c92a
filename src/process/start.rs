//! How a program is started: found on PATH, with the variables that its kind may see, in a process group of its own.

use std::ffi::OsStr;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

use crate::domain::refusal::{Code, Error, Refusal};

use super::{Command, Kind, Surroundings};

/// Starts the program; the error says why it cannot be.
pub(super) fn start(surroundings: &Surroundings, command: &Command) -> Result<Child, Error> {
    let asks = command.asks(surroundings);
    let mut builder = builder(surroundings, &command.program);
    builder
        .args(&command.args)
        .env_clear()
        .envs(surroundings.variables.iter().filter(|(name, _)| passes(command.kind, name)))
        .envs(command.set.iter().map(|(name, value)| (name, value)))
        .stdin(match (&command.stdin, asks) {
            (Some(_), _) => Stdio::piped(),
            (None, true) => Stdio::inherit(),
            (None, false) => Stdio::null(),
        })
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    if let Some(dir) = &command.dir {
        builder.current_dir(dir);
    }
    // What cannot ask has a process group of its own, so that it can be ended with all that it starts.
    #[cfg(unix)]
    if !asks {
        std::os::unix::process::CommandExt::process_group(&mut builder, 0);
    }
    builder.spawn().map_err(|error| {
        let program = command.program.to_string_lossy();
        match (&command.dir, error.kind()) {
            (Some(dir), _) if !dir.is_dir() => {
                Refusal::new(Code::NoSuchFolder, format!("`{}` is not a folder that can be entered", dir.display()))
                    .invalid()
            }
            // The program is there: what is not is the interpreter or the loader that it names.
            (_, ErrorKind::NotFound)
                if Path::new(&command.program).is_absolute() && Path::new(&command.program).is_file() =>
            {
                Error::Failed(anyhow::anyhow!("cannot start `{program}`: what is to run it is not there"))
            }
            (_, ErrorKind::NotFound) => {
                Refusal::new(Code::NoSuchProgram, format!("the program `{program}` is not on the PATH"))
                    .hint(format!("install `{program}`, or add its folder to PATH"))
                    .invalid()
            }
            _ => Error::Failed(anyhow::Error::new(error).context(format!("cannot start `{program}`"))),
        }
    })
}

/// The program by its full path, under the name it was asked for by. With a name alone and variables of its own a child
/// is forked, which copies our page tables at each start; with a path it is spawned, which does not.
fn builder(surroundings: &Surroundings, program: &OsStr) -> std::process::Command {
    match found(surroundings, program) {
        Some(path) => {
            let mut builder = std::process::Command::new(path);
            #[cfg(unix)]
            std::os::unix::process::CommandExt::arg0(&mut builder, program);
            builder
        }
        None => std::process::Command::new(program),
    }
}

/// Where a name is on the PATH; `None` where the system itself has to look.
#[cfg(unix)]
pub fn found(surroundings: &Surroundings, program: &OsStr) -> Option<PathBuf> {
    if Path::new(program).components().count() != 1 {
        return None;
    }
    std::env::split_paths(surroundings.variable("PATH")?)
        // A relative folder means another one for each folder that a program is started in.
        .take_while(|folder| folder.is_absolute())
        .map(|folder| folder.join(program))
        .find(|path| is_startable(path))
}

/// Whether a file can be started.
#[cfg(unix)]
pub fn is_startable(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    file.metadata().is_ok_and(|about| about.is_file() && about.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
pub fn is_startable(file: &Path) -> bool {
    file.is_file()
}

#[cfg(not(unix))]
pub fn found(_: &Surroundings, _: &OsStr) -> Option<PathBuf> {
    None
}

/// Whether a variable of ours reaches a program of this kind. A user's git gets the user's variables, because credential
/// helpers, ssh wrappers and signing programs read their own; it does not get those that point git at another repository
/// or change what its output means, nor the language of its messages.
fn passes(kind: Kind, name: &OsStr) -> bool {
    let Some(name) = name.to_str() else { return kind != Kind::Builder };
    if kind == Kind::Builder {
        return matches!(name, "PATH" | "HOME" | "TMPDIR");
    }
    !(REPOSITORY.contains(&name) || MEANING.contains(&name) || name == "LANGUAGE" || name.starts_with("LC_"))
}

/// What `git rev-parse --local-env-vars` lists, without the configuration variables. Whoever runs git in the clone that
/// these point at sets them again, resolved.
pub const REPOSITORY: [&str; 13] = [
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_DIR",
    "GIT_GRAFT_FILE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_INTERNAL_SUPER_PREFIX",
    "GIT_NO_REPLACE_OBJECTS",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
];

/// Variables that change what a git command reads, does or prints.
const MEANING: [&str; 13] = [
    "GIT_CONFIG",
    "GIT_CURL_VERBOSE",
    "GIT_DEFAULT_HASH",
    "GIT_DIFF_OPTS",
    "GIT_EXTERNAL_DIFF",
    "GIT_GLOB_PATHSPECS",
    "GIT_ICASE_PATHSPECS",
    "GIT_LITERAL_PATHSPECS",
    "GIT_NAMESPACE",
    "GIT_NOGLOB_PATHSPECS",
    "GIT_PAGER_IN_USE",
    "GIT_QUARANTINE_PATH",
    "GIT_REFLOG_ACTION",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_program_is_found_where_the_path_says_and_keeps_its_name() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().unwrap();
        let place = |folder: &str, mode: u32| {
            let path = dir.path().join(folder).join("tool");
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, "").unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            path
        };
        let (plain, first, _) = (place("a", 0o644), place("b", 0o755), place("c", 0o755));
        let with =
            |path: String| Surroundings { variables: [("PATH".into(), path.into())].into(), ..Surroundings::default() };
        let folders = ["a", "b", "c"].map(|name| dir.path().join(name).display().to_string()).join(":");
        assert_eq!(found(&with(folders.clone()), OsStr::new("tool")), Some(first), "{plain:?} cannot be run");
        assert_eq!(found(&with(format!("bin:{folders}")), OsStr::new("tool")), None);
        assert_eq!(found(&with(folders), OsStr::new("./tool")), None);
    }

    #[test]
    fn git_children_keep_credentials_and_lose_what_points_elsewhere() {
        for kept in ["GIT_CONFIG_COUNT", "GIT_SSH_COMMAND", "SSH_AUTH_SOCK", "GNUPGHOME", "https_proxy", "MY_TOKEN"] {
            assert!(passes(Kind::Interactive, OsStr::new(kept)), "{kept}");
        }
        for dropped in ["GIT_DIR", "GIT_INDEX_FILE", "GIT_NAMESPACE", "LC_MESSAGES", "LANGUAGE"] {
            assert!(!passes(Kind::Plumbing, OsStr::new(dropped)), "{dropped}");
        }
    }
}
