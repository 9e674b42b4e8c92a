//! Programs that stand first on the PATH, count how often stageline starts them, and kill it at the chosen start.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use super::run::Environment;

/// When the parent dies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kill {
    Never,
    /// Before the Nth program does anything.
    Before(usize),
    /// After the Nth program has ended.
    After(usize),
}

/// The programs of one run.
pub struct Shim {
    folder: PathBuf,
    environment: Environment,
}

/// The programs that stageline may start itself.
const PROGRAMS: [&str; 5] = ["git", "ssh-keygen", "gpg", "kubectl", "kustomize"];

impl Shim {
    /// Writes the programs into `folder`, which must be new.
    pub fn place(environment: &Environment, folder: &Path, kill: Kill) -> Self {
        fs::create_dir_all(folder.join("bin")).expect("a folder");
        fs::create_dir_all(folder.join("running")).expect("a folder");
        fs::create_dir_all(folder.join("numbers")).expect("a folder");
        let (at, when) = match kill {
            Kill::Never => (0, "never"),
            Kill::Before(n) => (n, "before"),
            Kill::After(n) => (n, "after"),
        };
        for name in PROGRAMS {
            let Some(real) = which(environment, name) else { continue };
            // Values stand in the text: stageline hands on only the variables that it knows.
            // Two programs may start at once: a number is whose file it is, which only one of them can make.
            // A program that git starts for itself is not one that stageline starts: it passes through.
            let text = format!(
                "#!/bin/sh\n\
                 read -r parent < /proc/$PPID/comm\n\
                 [ \"$parent\" = stageline ] || exec '{real}' \"$@\"\n\
                 : > '{folder}/running/'$$\n\
                 echo \"{name} $1 $2 $3\" >> '{folder}/starts'\n\
                 n=1; set -C\n\
                 until true > '{folder}/numbers/'$n; do n=$((n + 1)); done 2> /dev/null\n\
                 set +C\n\
                 if [ {when} = before ] && [ $n -eq {at} ]; then kill -9 $PPID; rm -f '{folder}/running/'$$; exit 137; fi\n\
                 '{real}' \"$@\"\n\
                 code=$?\n\
                 if [ {when} = after ] && [ $n -eq {at} ]; then kill -9 $PPID; fi\n\
                 rm -f '{folder}/running/'$$\n\
                 exit $code\n",
                real = real.display(),
                folder = folder.display(),
            );
            let file = folder.join("bin").join(name);
            fs::write(&file, text).expect("a program");
            fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).expect("our own file");
        }
        let environment = environment.with_first_on_path(&folder.join("bin"));
        Self { folder: folder.to_owned(), environment }
    }

    /// The environment in which the programs are found first.
    pub fn environment(&self) -> &Environment {
        &self.environment
    }

    /// The programs that were started, in order, each with its first arguments.
    pub fn starts(&self) -> Vec<String> {
        fs::read_to_string(self.folder.join("starts")).unwrap_or_default().lines().map(str::to_owned).collect()
    }

    /// Waits until no program runs that a killed stageline left behind.
    pub fn settle(&self) {
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(30) {
            let left: Vec<String> = fs::read_dir(self.folder.join("running"))
                .expect("our own folder")
                .map(|entry| entry.expect("readable").file_name().to_string_lossy().into_owned())
                .filter(|pid| Path::new("/proc").join(pid).exists())
                .collect();
            if left.is_empty() {
                return;
            }
            thread::sleep(Duration::from_millis(5));
        }
        panic!("programs still run after their parent's death");
    }
}

/// Where a program is on the PATH.
pub fn which(environment: &Environment, name: &str) -> Option<PathBuf> {
    std::env::split_paths(environment.get("PATH")).map(|folder| folder.join(name)).find(|path| path.is_file())
}
