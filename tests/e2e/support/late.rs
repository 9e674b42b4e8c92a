//! A git that has ended before what it said arrives: something that it left behind hands its output on.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::run::Environment;
use super::shim::which;

/// Which of the starts of git have their output late.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Late {
    None,
    /// The Nth alone.
    One(usize),
    All,
}

/// The git of one run.
pub struct LateGit {
    folder: PathBuf,
    environment: Environment,
}

impl LateGit {
    /// Writes the program into `folder`, which must be new.
    pub fn place(environment: &Environment, folder: &Path, late: Late) -> Self {
        fs::create_dir_all(folder.join("bin")).expect("a folder");
        fs::create_dir_all(folder.join("numbers")).expect("a folder");
        let condition = match late {
            Late::None => "false".to_owned(),
            Late::One(number) => format!("[ $n -eq {number} ]"),
            Late::All => "true".to_owned(),
        };
        // Half a second is past any pause in which one could take an output for complete. A number is whose file it is.
        let text = format!(
            "#!/bin/sh\n\
             read -r parent < /proc/$PPID/comm\n\
             [ \"$parent\" = stageline ] || exec '{real}' \"$@\"\n\
             n=1; set -C\n\
             until true > '{folder}/numbers/'$n; do n=$((n + 1)); done 2> /dev/null\n\
             set +C\n\
             {condition} || exec '{real}' \"$@\"\n\
             '{real}' \"$@\" > '{folder}/said-'$n\n\
             code=$?\n\
             (sleep 0.5; exec cat '{folder}/said-'$n) 2> /dev/null &\n\
             exit $code\n",
            real = which(environment, "git").expect("git is on the PATH").display(),
            folder = folder.display(),
        );
        let file = folder.join("bin/git");
        fs::write(&file, text).expect("a program");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).expect("our own file");
        let environment = environment.with_first_on_path(&folder.join("bin"));
        Self { folder: folder.to_owned(), environment }
    }

    /// The environment in which this git is found first.
    pub fn environment(&self) -> &Environment {
        &self.environment
    }

    /// How often stageline started git.
    pub fn starts(&self) -> usize {
        fs::read_dir(self.folder.join("numbers")).expect("our own folder").count()
    }
}
