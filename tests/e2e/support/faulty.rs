//! A git that stands first on the PATH and fails at the chosen start, in the chosen manner; all others are the real one.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use super::run::Environment;

/// What the failing git says.
pub const WORDS: &str = "fatal: the disk gave up";

/// How a start of git goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It does nothing, says why, and exits with 128.
    Fails,
    /// It does its work, prints half of the answer, says why, and exits with 128.
    Half,
    /// It does its work, prints half of the answer, and dies without a word.
    Dies,
}

/// The faulty git of one run.
pub struct Faulty {
    folder: PathBuf,
    environment: Environment,
}

impl Faulty {
    /// A git in `folder`, which must be new, that goes wrong at its start `number`, counted from 1; 0: never.
    pub fn place(environment: &Environment, folder: &Path, number: usize, fault: Fault) -> Self {
        fs::create_dir_all(folder.join("bin")).expect("a folder");
        fs::create_dir_all(folder.join("numbers")).expect("a folder");
        let path = std::env::split_paths(environment.get("PATH")).map(|folder| folder.join("git"));
        let real = path.into_iter().find(|path| path.is_file()).expect("git is on the PATH");
        let (real, folder_text) = (real.display(), folder.display());
        let wrong = match fault {
            Fault::Fails => format!("echo '{WORDS}' >&2; exit 128"),
            Fault::Half => format!("half \"$@\"; echo '{WORDS}' >&2; exit 128"),
            Fault::Dies => "half \"$@\"; kill -9 $$".to_owned(),
        };
        // What git itself starts, and what hooks and keys start, is not counted: stageline starts this one.
        let text = format!(
            "#!/bin/sh\n\
             read -r parent < /proc/$PPID/comm\n\
             [ \"$parent\" = stageline ] || exec '{real}' \"$@\"\n\
             half() {{ '{real}' \"$@\" > '{folder_text}/answer'; size=$(wc -c < '{folder_text}/answer'); \
             head -c $((size / 2)) '{folder_text}/answer'; }}\n\
             n=1; set -C\n\
             until true > '{folder_text}/numbers/'$n; do n=$((n + 1)); done 2> /dev/null\n\
             set +C\n\
             echo \"$*\" > '{folder_text}/numbers/'$n\n\
             if [ $n -eq {number} ]; then {wrong}; fi\n\
             exec '{real}' \"$@\"\n"
        );
        let file = folder.join("bin/git");
        fs::write(&file, text).expect("a program");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).expect("our own file");
        // A program that another test starts just now may hold the file open for writing until it runs: wait for that.
        while environment.command(&file, folder).arg("--version").output().is_err() {
            thread::sleep(Duration::from_millis(2));
        }
        Self { folder: folder.to_owned(), environment: environment.with_first_on_path(&folder.join("bin")) }
    }

    /// The environment in which this git is found first.
    pub fn environment(&self) -> &Environment {
        &self.environment
    }

    /// How often git was started.
    pub fn starts(&self) -> usize {
        fs::read_dir(self.folder.join("numbers")).expect("our own folder").count()
    }

    /// The arguments of that start.
    pub fn arguments(&self, number: usize) -> String {
        fs::read_to_string(self.folder.join("numbers").join(number.to_string())).unwrap_or_default()
    }
}
