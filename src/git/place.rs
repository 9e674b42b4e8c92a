//! Where a clone is, and how git is run in it: what every part of a clone shares, also from other threads.

use std::collections::HashMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::domain::commit::ObjectId;
use crate::domain::refusal::{Code, Error, Refusal};
use crate::process::{Kind, Surroundings};

use super::program::{Git, Hooks, path_of, too_old, words};
use super::remote::{Called, FETCH, refs_in, unreachable};
use super::stand_in::StandIn;
use super::store::Promisor;

/// A clone that git found, with all that one question to git tells of it.
pub(super) struct Place {
    pub(super) surroundings: Surroundings,
    /// Where git runs: the root of the work tree, or the git folder where there is none.
    pub(super) dir: PathBuf,
    pub(super) work_tree: Option<PathBuf>,
    pub(super) git_dir: PathBuf,
    pub(super) common_dir: PathBuf,
    pub(super) objects: PathBuf,
    pub(super) shallow_file: PathBuf,
    /// The user's own `GIT_DIR` and its like, made absolute: git runs in another folder than the user.
    variables: Vec<(OsString, OsString)>,
    config: OnceLock<Config>,
    /// Where this is no clone of the user's.
    pub(super) stand_in: Option<StandIn>,
}

/// git's configuration, all values of each key in order.
#[derive(Debug, Default, Clone)]
pub(super) struct Config {
    values: HashMap<String, Vec<(Scope, String)>>,
    /// The keys in the order in which they first stand.
    order: Vec<String>,
}

/// Whose file a value stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scope {
    /// The system's, the user's, or the command's own.
    User,
    /// The clone's, which may have come with it.
    Clone,
}

const QUESTIONS: [&str; 12] = [
    "rev-parse",
    "--path-format=absolute",
    "--git-dir",
    "--git-common-dir",
    "--git-path",
    "objects",
    "--git-path",
    "shallow",
    "--is-bare-repository",
    "--show-object-format",
    "--is-inside-work-tree",
    "--show-cdup",
];

/// How many lines answer them at least: without a work tree the last question has none.
const ANSWERS: usize = 7;

/// The variables by which a user points git at a repository.
const POINTERS: [&str; 7] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_COMMON_DIR",
    "GIT_OBJECT_DIRECTORY",
    "GIT_INDEX_FILE",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_QUARANTINE_PATH",
];

impl Place {
    /// Asks git, once, where the repository of `dir` is and what it is like.
    pub(super) fn find(dir: &Path, surroundings: &Surroundings) -> Result<Self, Error> {
        let mut git = Git::new(surroundings, dir, Kind::Plumbing, Hooks::Off, QUESTIONS);
        for name in POINTERS {
            if let Some(value) = surroundings.variable(name) {
                git = git.set(name, value);
            }
        }
        let finished = git.finish()?;
        if finished.code != Some(0) {
            return Err(too_old(surroundings).unwrap_or_else(|| not_found(dir, &finished.stderr)));
        }
        if finished.stdout.split(|b| *b == b'\n').count() <= ANSWERS {
            return Err(git.failure(&finished));
        }
        let mut lines = finished.stdout.split(|b| *b == b'\n');
        let mut next = || lines.next().unwrap_or_default();
        let git_dir = path_of(next());
        if git_dir.as_os_str() == "--path-format=absolute" {
            return Err(too_old(surroundings).unwrap_or_else(|| git.failure(&finished)));
        }
        let (common_dir, objects, shallow_file) = (path_of(next()), path_of(next()), path_of(next()));
        let bare = next() == b"true";
        let format = String::from_utf8_lossy(next()).into_owned();
        let inside = next() == b"true";
        let way = next();
        if format != "sha1" {
            return Err(Refusal::new(
                Code::ObjectFormat,
                format!("`{}` keeps its objects by `{format}`, which is not supported yet", git_dir.display()),
            )
            .hint("use a clone of a SHA-1 repository (`git rev-parse --show-object-format` says `sha1`)")
            .invalid());
        }
        // Inside, git prints the way up; outside (with GIT_WORK_TREE), the work tree itself.
        let work_tree = if bare || (!inside && !path_of(way).is_absolute()) {
            None
        } else {
            let path = dir.join(path_of(way));
            Some(path.canonicalize().unwrap_or(path))
        };
        let variables = resolved(dir, surroundings, &git_dir, &common_dir, &objects, work_tree.as_deref());
        Ok(Self {
            surroundings: surroundings.clone(),
            dir: work_tree.clone().unwrap_or_else(|| git_dir.clone()),
            work_tree,
            git_dir,
            common_dir,
            objects,
            shallow_file,
            variables,
            config: OnceLock::new(),
            stand_in: None,
        })
    }

    /// What the user knows a remote by.
    pub(super) fn called<'a>(&'a self, remote: &'a str) -> Called<'a> {
        self.stand_in.as_ref().map_or(Called::Name(remote), |stand_in| Called::Address(&stand_in.address))
    }

    /// git in this clone.
    pub(super) fn git<S: Into<OsString>>(
        &self,
        kind: Kind,
        hooks: Hooks,
        args: impl IntoIterator<Item = S>,
    ) -> Git<'_> {
        let git = Git::new(&self.surroundings, &self.dir, kind, hooks, args);
        self.variables.iter().fold(git, |git, (name, value)| git.set(name, value))
    }

    /// The configuration as git sees it here, read at the first question. An error where git cannot list it: without it
    /// nobody knows which remotes there are.
    pub(super) fn config(&self) -> Result<&Config, Error> {
        if let Some(known) = self.config.get() {
            return Ok(known);
        }
        let listed = self.git(Kind::Plumbing, Hooks::Off, ["config", "--list", "--show-scope", "-z"]).stdout()?;
        Ok(self.config.get_or_init(|| Config::parse(&listed)))
    }

    /// Whether the configuration was read already.
    pub(super) fn has_config(&self) -> bool {
        self.config.get().is_some()
    }

    /// Folders with more objects than the clone's own: a hook's quarantine hides behind these.
    pub(super) fn more_objects(&self) -> Vec<PathBuf> {
        let value = self.surroundings.variable("GIT_ALTERNATE_OBJECT_DIRECTORIES");
        value.map(|value| std::env::split_paths(value).filter(|path| path.is_dir()).collect()).unwrap_or_default()
    }

    /// The remote that a partial clone left objects on.
    fn promisor(&self) -> Result<Option<String>, Error> {
        let config = self.config()?;
        Ok(config.get("extensions.partialclone").map(str::to_string).or_else(|| {
            config
                .remotes()
                .find(|name| config.get(&format!("remote.{name}.promisor")) == Some("true"))
                .map(String::from)
        }))
    }
}

impl Place {
    /// Gets everything of the branches that are asked for, from a server that leaves blobs out and hands none over later: one
    /// that is spoken to by git's old protocol, as over an ssh that lets no `GIT_PROTOCOL` through.
    fn bring_whole(&self, stand_in: &StandIn) -> Result<(), Error> {
        stand_in.note_old_protocol();
        self.refetch(stand_in, stand_in.branches_asked())?;
        // What comes from now on comes whole.
        let filter = ["config", "--unset", "remote.origin.partialclonefilter"];
        self.git(Kind::Plumbing, Hooks::Off, filter).finish()?;
        Ok(())
    }

    /// Gets branches once more, with all that was left out.
    fn refetch(&self, stand_in: &StandIn, branches: Vec<String>) -> Result<(), Error> {
        let _lock = stand_in.lock()?;
        let mut args = FETCH.map(String::from).to_vec();
        args.extend(["--refetch", "--no-filter"].map(String::from));
        if self.shallow_file.exists() {
            args.push("--depth=1".into());
        }
        args.push("origin".into());
        args.extend(branches);
        let finished = self.git(Kind::Interactive, Hooks::Off, args).finish()?;
        if finished.code != Some(0) {
            let called = self.called("origin");
            return Err(unreachable(called, &finished, "get the files that are read here from"));
        }
        Ok(())
    }
}

impl Promisor for Place {
    fn promises(&self) -> bool {
        matches!(self.promisor(), Ok(Some(_)))
    }

    fn bring(&self, ids: &[ObjectId]) -> Result<(), Error> {
        let Some(remote) = self.promisor()? else { return Ok(()) };
        let list: String = ids.iter().map(|id| format!("{id}\n")).collect();
        let args = [
            "-c",
            "fetch.negotiationAlgorithm=noop",
            "fetch",
            "--quiet",
            "--no-tags",
            "--no-write-fetch-head",
            "--no-recurse-submodules",
            "--no-auto-maintenance",
            "--filter=blob:none",
            "--stdin",
            remote.as_str(),
        ];
        let finished = self.git(Kind::Interactive, Hooks::Off, args).stdin(list.into_bytes()).finish()?;
        if finished.code == Some(0) {
            return Ok(());
        }
        if let Some(stand_in) = &self.stand_in
            && String::from_utf8_lossy(&finished.stderr).contains("unadvertised object")
        {
            return self.bring_whole(stand_in);
        }
        let what = match self.stand_in {
            Some(_) => "get the files that are read here from",
            None => "get the files that this partial clone lacks from",
        };
        Err(unreachable(self.called(&remote), &finished, what))
    }

    /// A commit that is named by its id comes alone, and its branch is not known here.
    fn bring_others(&self) -> Result<bool, Error> {
        let Some(stand_in) = &self.stand_in else { return Ok(false) };
        if !stand_in.has_others() {
            return Ok(false);
        }
        let ask = ["ls-remote", "--quiet", "--heads", "origin"];
        let listed = self.git(Kind::Interactive, Hooks::Off, ask).finish()?;
        if listed.code != Some(0) {
            return Err(unreachable(self.called("origin"), &listed, "get the files that are read here from"));
        }
        self.refetch(stand_in, refs_in(&listed.stdout).into_keys().collect())?;
        Ok(true)
    }
}

fn not_found(dir: &Path, stderr: &[u8]) -> Error {
    let said = words(stderr);
    let text = said.join("\n");
    if text.contains("dubious ownership") {
        return Refusal::new(
            Code::OtherOwner,
            format!("git does not trust the owner of the repository in `{}`", dir.display()),
        )
        .details(said)
        .hint("run the command that git names above, if you trust that owner")
        .invalid();
    }
    if text.contains("not a git repository") {
        return Refusal::new(Code::NotARepository, format!("`{}` is not in a git repository", dir.display()))
            .hint("run it in a clone of the config repository, name one (`stageline -C DIR ...`), or do without: `stageline --repo URL ...`")
            .invalid();
    }
    Refusal::new(Code::NotARepository, format!("git cannot open the repository in `{}`", dir.display()))
        .details(said)
        .invalid()
}

fn resolved(
    dir: &Path,
    surroundings: &Surroundings,
    git_dir: &Path,
    common_dir: &Path,
    objects: &Path,
    work_tree: Option<&Path>,
) -> Vec<(OsString, OsString)> {
    let mut out = Vec::new();
    for name in POINTERS {
        let Some(value) = surroundings.variable(name) else { continue };
        let value: OsString = match name {
            "GIT_DIR" => git_dir.into(),
            "GIT_COMMON_DIR" => common_dir.into(),
            "GIT_OBJECT_DIRECTORY" => objects.into(),
            "GIT_INDEX_FILE" => dir.join(value).into(),
            "GIT_WORK_TREE" => match work_tree {
                Some(path) => path.into(),
                None => continue,
            },
            _ => value.into(),
        };
        out.push((name.into(), value));
    }
    out
}

impl Config {
    /// Reads `git config --list --show-scope -z`: the scope, NUL, then key, newline, value, NUL; a key alone means true.
    pub(super) fn parse(bytes: &[u8]) -> Self {
        let mut config = Self::default();
        let mut items = bytes.split(|b| *b == 0);
        while let (Some(scope), Some(item)) = (items.next(), items.next()) {
            let scope = if matches!(scope, b"local" | b"worktree") { Scope::Clone } else { Scope::User };
            let text = String::from_utf8_lossy(item);
            let (key, value) = text.split_once('\n').unwrap_or((&text, "true"));
            if !config.values.contains_key(key) {
                config.order.push(key.to_string());
            }
            config.values.entry(key.to_string()).or_default().push((scope, value.to_string()));
        }
        config
    }

    /// The last value.
    pub(super) fn get(&self, key: &str) -> Option<&str> {
        self.values.get(key).and_then(|all| all.last()).map(|(_, value)| value.as_str())
    }

    /// Every value, in order.
    pub(super) fn all(&self, key: &str) -> impl Iterator<Item = &str> {
        self.values.get(key).into_iter().flatten().map(|(_, value)| value.as_str())
    }

    /// Options that keep a clone's own configuration from naming the programs that check signatures: whoever only reads a
    /// clone starts no program that came with it.
    pub(super) fn checkers_of_the_user(&self) -> Vec<String> {
        let last = |keys: &[&str], scope| {
            let all = keys.iter().filter_map(|key| self.values.get(*key)).flatten();
            all.filter(|(own, _)| *own == scope).map(|(_, value)| value.clone()).next_back()
        };
        let mut out = Vec::new();
        for (keys, usual) in [
            (&["gpg.program", "gpg.openpgp.program"][..], "gpg"),
            (&["gpg.x509.program"], "gpgsm"),
            (&["gpg.ssh.program"], "ssh-keygen"),
        ] {
            if last(keys, Scope::Clone).is_none() {
                continue;
            }
            let program = last(keys, Scope::User).unwrap_or_else(|| usual.to_string());
            out.extend(keys.iter().flat_map(|key| ["-c".to_string(), format!("{key}={program}")]));
        }
        out
    }

    /// The remotes that have an address, in the order of the files.
    pub(super) fn remotes(&self) -> impl Iterator<Item = &str> {
        self.order.iter().filter_map(|key| key.strip_prefix("remote.")?.strip_suffix(".url"))
    }

    /// Every address of every remote, as written and as git rewrites it; pushed to or fetched from.
    pub(super) fn addresses(&self) -> Vec<String> {
        let is_one = |key: &&String| key.starts_with("remote.") && (key.ends_with(".url") || key.ends_with(".pushurl"));
        let written = self.order.iter().filter(is_one).flat_map(|key| self.all(key));
        written.flat_map(|address| [address.to_string(), self.rewritten(address)]).collect()
    }

    /// An address after the longest `url.BASE.insteadOf` that it begins with.
    pub(super) fn rewritten(&self, address: &str) -> String {
        let mut best: Option<(&str, &str)> = None;
        for key in &self.order {
            let Some(base) = key.strip_prefix("url.").and_then(|rest| rest.strip_suffix(".insteadof")) else {
                continue;
            };
            for prefix in self.all(key) {
                if address.starts_with(prefix) && best.is_none_or(|(_, longest)| prefix.len() > longest.len()) {
                    best = Some((base, prefix));
                }
            }
        }
        match best {
            Some((base, prefix)) => format!("{base}{}", &address[prefix.len()..]),
            None => address.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_value_counts_and_a_key_alone_is_true() {
        let config = Config::parse(b"global\0a.b\none\0local\0a.b\ntwo\nlines\0local\0c.d\0local\0remote.o.r.url\nx\0");
        assert_eq!(config.get("a.b"), Some("two\nlines"));
        assert_eq!(config.get("c.d"), Some("true"));
        assert_eq!(config.remotes().collect::<Vec<_>>(), ["o.r"]);
    }

    #[test]
    fn the_longest_instead_of_wins() {
        let config = Config::parse(
            b"global\0url.ssh://a/.insteadof\nhttps://h/\0global\0url.ssh://b/.insteadof\nhttps://h/team/\0",
        );
        assert_eq!(config.rewritten("https://h/team/x"), "ssh://b/x");
        assert_eq!(config.rewritten("https://h/y"), "ssh://a/y");
        assert_eq!(config.rewritten("https://other/y"), "https://other/y");
    }

    #[test]
    fn a_clone_names_no_program_that_checks_signatures() {
        let options = |text: &[u8]| Config::parse(text).checkers_of_the_user().join(" ");
        assert_eq!(options(b"global\0gpg.ssh.program\n/bin/sk\0"), "");
        assert_eq!(options(b"local\0gpg.ssh.program\n./evil\0"), "-c gpg.ssh.program=ssh-keygen");
        assert_eq!(
            options(b"system\0gpg.program\n/bin/gpg2\0worktree\0gpg.openpgp.program\n./evil\0"),
            "-c gpg.program=/bin/gpg2 -c gpg.openpgp.program=/bin/gpg2"
        );
        assert_eq!(
            options(b"local\0gpg.x509.program\n./evil\0command\0gpg.x509.program\n/bin/sm\0"),
            "-c gpg.x509.program=/bin/sm"
        );
    }
}
