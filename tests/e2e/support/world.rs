//! One team's repositories: sources, a config repository with its bare remote, and a user's clone of it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use super::keys;
use super::run::{Environment, Ran};
use super::source::{Source, now};

/// The user's identity and signing principal.
pub const USER: &str = "mei@example.com";

/// What the repositories look like. The default: three applications, two environments, SSH signing, a remote.
#[derive(Debug, Clone)]
pub struct Shape {
    pub applications: Vec<String>,
    pub environments: Vec<String>,
    /// How many commits every source has.
    pub commits: usize,
    /// Which commit of its source every environment runs at first; none: the earlier an environment, the newer.
    pub runs: Option<usize>,
    /// Whether all applications are built from one source repository.
    pub one_source: bool,
    /// Whether the applications name their sources.
    pub sources: bool,
    /// Whether there is a `stageline.yaml`.
    pub file: bool,
    /// `required` or `optional`.
    pub signing: String,
    /// Whether the user's git has a signing key.
    pub key: bool,
    /// Whether the config repository has a remote.
    pub remote: bool,
    /// Keys below an environment, by its name, each line without indentation.
    pub keys_of: BTreeMap<String, Vec<String>>,
    /// Lines at the end of the file's top level.
    pub more: String,
    /// Lines of `people:` beside the user's.
    pub people: String,
    /// Whether one family finds all applications, in place of an entry for each.
    pub family: bool,
    /// Whether the dates, and with them all ids, are the same in every run. The signing key is not, so nothing is signed.
    pub fixed: bool,
    /// Whether each environment comes after the one before it by the file, too, so that nothing skips one.
    pub ordered: bool,
}

/// When it is, where dates are fixed.
const FIXED: u64 = 1_789_300_800;
/// Where the sources are, where a path would be another one in every run.
const SOURCES: &str = "https://git.example.com/shop";

impl Default for Shape {
    fn default() -> Self {
        let own = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Self {
            applications: own(&["checkout", "web", "worker"]),
            environments: own(&["staging", "production"]),
            commits: 6,
            runs: None,
            one_source: false,
            sources: true,
            file: true,
            signing: "required".into(),
            key: true,
            remote: true,
            keys_of: BTreeMap::new(),
            more: String::new(),
            people: String::new(),
            fixed: false,
            ordered: false,
            family: false,
        }
    }
}

/// Repositories in a temporary folder that goes with the value.
pub struct World {
    /// The folder that holds it all; removed at the end.
    root: PathBuf,
    _folder: TempDir,
    pub environment: Environment,
    pub shape: Shape,
    pub sources: BTreeMap<String, Source>,
    pub clone: PathBuf,
    pub remote: PathBuf,
    /// The user's private signing key.
    pub key: PathBuf,
}

impl World {
    /// The default shape.
    pub fn new() -> Self {
        Self::shaped(|_| {})
    }

    /// The default shape after `change`.
    pub fn shaped(change: impl FnOnce(&mut Shape)) -> Self {
        let mut shape = Shape::default();
        change(&mut shape);
        let folder = tempfile::Builder::new().prefix("stageline-e2e-").tempdir().expect("a temporary folder");
        let root = folder.path().canonicalize().expect("the folder is there");
        let environment = Environment::below(&root);
        let key = keys::ssh(&environment, &root.join("home"), USER);
        let mut world = Self {
            clone: root.join("clone"),
            remote: root.join("remote.git"),
            root,
            _folder: folder,
            environment,
            shape,
            sources: BTreeMap::new(),
            key,
        };
        world.write_git_config();
        world.make_sources();
        world.make_config_repository();
        world
    }

    /// The default shape after `change`, whose config repository is to be filled with other files.
    pub fn emptied(change: impl FnOnce(&mut Shape)) -> Self {
        let world = Self::shaped(|shape| {
            shape.file = false;
            shape.applications.clear();
            change(shape);
        });
        world.git(&["rm", "-q", "-r", "."]);
        world
    }

    /// Lands the files of a folder.
    pub fn fill(&self, folder: &Path) {
        copy_folder(folder, &self.clone);
        self.land("Change what runs where");
    }

    fn write_git_config(&self) {
        let signers = self.path("home/allowed_signers");
        fs::write(&signers, keys::allowed(USER, &self.key)).expect("a file");
        // `templateDir`: no sample hooks; `gc` and `maintenance`: nothing in the background while a test looks.
        let mut text = format!(
            "[user]\n\tname = Mei Lin\n\temail = {USER}\n[init]\n\tdefaultBranch = main\n\ttemplateDir =\n\
             [gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n[receive]\n\tautogc = false\n\
             [gpg \"ssh\"]\n\tallowedSignersFile = {}\n",
            signers.display(),
        );
        if self.shape.fixed {
            text += &format!("[url \"file://{}/\"]\n\tinsteadOf = {SOURCES}/\n", self.path("sources").display());
        }
        if self.shape.key {
            text += &format!("[gpg]\n\tformat = ssh\n[user]\n\tsigningkey = {}\n", self.key.display());
        }
        fs::write(self.path("home/.gitconfig"), text).expect("a file");
    }

    fn make_sources(&mut self) {
        let make = |name: &str| {
            let path = self.root.join("sources").join(name);
            Source::make(&self.environment, &path, name, self.shape.commits, self.now())
        };
        let apps = &self.shape.applications;
        self.sources = if self.shape.one_source {
            let source = make("shop");
            apps.iter().map(|app| (app.clone(), source.clone())).collect()
        } else {
            apps.iter().map(|app| (app.clone(), make(app))).collect()
        };
    }

    fn make_config_repository(&self) {
        let git = |args: &[&str]| self.environment.git(&self.clone, args);
        fs::create_dir_all(&self.clone).expect("a folder");
        git(&["init", "-q", "-b", "main"]);
        for app in &self.shape.applications {
            self.write(&format!("apps/{app}/base/kustomization.yaml"), &base(app));
            self.write(&format!("apps/{app}/base/deployment.yaml"), &deployment(app));
            for (index, env) in self.shape.environments.iter().enumerate() {
                let version = self.commit_of(app, self.first_pin(index));
                self.write(&overlay_file(app, env), &overlay(app, env, &version));
            }
        }
        if self.shape.file {
            self.write("stageline.yaml", &self.settings());
        }
        if !self.shape.fixed {
            self.write(".stageline/allowed_signers", &keys::allowed(USER, &self.key));
        }
        self.write("README.md", "What runs where.\n");
        git(&["add", "-A"]);
        self.dated(9 * 24 * 3600).git(&self.clone, &["commit", "-q", "-m", "Add the overlays"]);
        if self.shape.remote {
            self.environment.git(
                &self.root,
                &["clone", "-q", "--bare", &self.clone.to_string_lossy(), &self.remote.to_string_lossy()],
            );
            self.environment.git(&self.remote, &["config", "uploadpack.allowFilter", "true"]);
            git(&["remote", "add", "origin", &self.remote.to_string_lossy()]);
            git(&["fetch", "-q", "origin"]);
            git(&["branch", "-q", "--set-upstream-to=origin/main", "main"]);
            git(&["remote", "set-head", "origin", "main"]);
        }
    }

    /// Which commit of its source an environment runs at first.
    pub fn first_pin(&self, environment: usize) -> usize {
        self.shape.runs.unwrap_or_else(|| self.shape.commits.saturating_sub(2 + 2 * environment))
    }

    /// The `stageline.yaml` of the shape.
    pub fn settings(&self) -> String {
        let mut text = format!(
            "version: 1\ngit: {{ branch: main, {}signing: {} }}\nenvironments:\n",
            if self.shape.remote { "remote: origin, " } else { "" },
            self.shape.signing,
        );
        for (index, env) in self.shape.environments.iter().enumerate() {
            text += &format!("  - name: {env}\n");
            if index > 0 && self.shape.ordered {
                text += &format!("    after: {}\n", self.shape.environments[index - 1]);
            }
            for line in self.shape.keys_of.get(env).into_iter().flatten() {
                text += &format!("    {line}\n");
            }
        }
        if !self.shape.fixed {
            text += "people:\n  mei: { principals: [mei@example.com] }\n";
            text += &self.shape.people;
            text += "signers-file: .stageline/allowed_signers\n";
        }
        text += "applications:\n";
        if self.shape.family {
            return text + &self.family() + &self.shape.more;
        }
        for app in &self.shape.applications {
            text += &format!("  - name: {app}\n");
            if self.shape.fixed {
                text += &format!("    source: {SOURCES}/{app}\n");
            } else if self.shape.sources {
                text += &format!("    source: {}\n", self.sources[app].path.display());
            }
            text += &format!(
                "    version: \"{{commit}}\"\n    pins:\n      \
                 - {{ image: registry.example.com/shop/{app}, in: \"apps/{app}/overlays/{{environment}}\" }}\n",
            );
        }
        text + &self.shape.more
    }

    /// The entry that finds all applications.
    fn family(&self) -> String {
        let sources = match self.shape.fixed {
            true => SOURCES.to_string(),
            false => self.path("sources").display().to_string(),
        };
        let source = if self.shape.one_source { "shop" } else { "{application}" };
        let source = match self.shape.sources {
            true => format!("    source: \"{sources}/{source}\"\n"),
            false => String::new(),
        };
        format!(
            "  - each: \"{{application}}\"\n{source}    version: \"{{commit}}\"\n    pins:\n      \
             - {{ image: \"registry.example.com/shop/{{application}}\", in: \"apps/{{application}}/overlays/{{environment}}\" }}\n",
        )
    }

    /// A path below the world's folder.
    pub fn path(&self, below: &str) -> PathBuf {
        self.root.join(below)
    }

    /// Seconds since 1970.
    fn now(&self) -> u64 {
        if self.shape.fixed { FIXED } else { now() }
    }

    /// The environment with author's and committer's dates some seconds ago.
    pub fn dated(&self, seconds_ago: u64) -> Environment {
        let date = format!("{} +0000", self.now() - seconds_ago);
        self.environment.with("GIT_AUTHOR_DATE", &date).with("GIT_COMMITTER_DATE", &date)
    }

    /// A file of the user's clone.
    pub fn write(&self, file: &str, text: &str) {
        let path = self.clone.join(file);
        fs::create_dir_all(path.parent().expect("a file in a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    /// The text of a file of the user's clone.
    pub fn read(&self, file: &str) -> String {
        fs::read_to_string(self.clone.join(file)).expect("a file")
    }

    /// The Nth commit of an application's source.
    pub fn commit_of(&self, app: &str, index: usize) -> String {
        self.sources[app].commits[index].clone()
    }

    /// Runs git in the user's clone.
    pub fn git(&self, args: &[&str]) -> String {
        self.environment.git(&self.clone, args)
    }

    /// Runs stageline in the user's clone.
    #[must_use = "a run ends somehow: say how"]
    pub fn run(&self, args: &[&str]) -> Ran {
        self.environment.stageline(&self.clone, args)
    }

    /// Runs stageline with `-o json`; it must exit 0.
    #[track_caller]
    pub fn json(&self, args: &[&str]) -> Value {
        let mut with_format = args.to_vec();
        with_format.extend(["-o", "json"]);
        self.run(&with_format).exits(0).json()
    }

    /// Runs stageline with `-o json`; it must refuse with that exit code. The refusal's stable word.
    #[track_caller]
    pub fn refused(&self, code: i32, args: &[&str]) -> String {
        let mut with_format = args.to_vec();
        with_format.extend(["-o", "json"]);
        self.run(&with_format).exits(code).refusal()
    }

    /// The branches of the remote, as somebody with this environment is told them.
    pub fn branches_as(&self, environment: &Environment) -> Vec<String> {
        let listed = environment.git(&self.clone, &["ls-remote", "--heads", "origin"]);
        listed.lines().filter_map(|line| line.split("refs/heads/").nth(1)).map(str::to_owned).collect()
    }

    /// The repository that decides what runs: the remote, or the clone where there is none.
    pub fn truth(&self) -> &Path {
        if self.shape.remote { &self.remote } else { &self.clone }
    }

    /// The tip of `main` where it counts.
    pub fn tip(&self) -> String {
        self.environment.git(self.truth(), &["rev-parse", "main"])
    }

    /// How many commits `main` has where it counts.
    pub fn commits(&self) -> usize {
        self.environment.git(self.truth(), &["rev-list", "--count", "main"]).parse().expect("a number")
    }

    /// The version that an environment runs, as landed.
    pub fn pin(&self, app: &str, env: &str) -> String {
        self.pin_at("main", app, env)
    }

    /// The version that an environment runs at a config commit.
    pub fn pin_at(&self, rev: &str, app: &str, env: &str) -> String {
        self.pin_in(self.truth(), rev, app, env)
    }

    /// The same in one of the repositories.
    pub fn pin_in(&self, repository: &Path, rev: &str, app: &str, env: &str) -> String {
        let text = self.environment.git(repository, &["show", &format!("{rev}:{}", overlay_file(app, env))]);
        text.lines()
            .find_map(|line| line.trim().strip_prefix("newTag: "))
            .map(|value| value.split(" #").next().unwrap_or(value).trim().trim_matches(['"', '\'']).to_owned())
            .unwrap_or_else(|| panic!("no newTag in\n{text}"))
    }

    /// Another clone of the remote, below the world's folder.
    pub fn clone_as(&self, name: &str, options: &[&str]) -> PathBuf {
        let path = self.path(name);
        let address = format!("file://{}", self.remote.display());
        let mut args = vec!["clone", "-q"];
        args.extend(options);
        let path_text = path.to_string_lossy().into_owned();
        args.extend([address.as_str(), path_text.as_str()]);
        self.environment.git(&self.root, &args);
        path
    }

    /// Somebody edits an overlay by hand and pushes it, some seconds ago by their clock; the user's clone knows of it only after a fetch.
    pub fn edit_by_hand(&self, app: &str, env: &str, version: &str, seconds_ago: u64) -> String {
        let name = format!("by-hand-{}", self.commits());
        let clone = if self.shape.remote { self.clone_as(&name, &[]) } else { self.clone.clone() };
        let file = clone.join(overlay_file(app, env));
        let text = fs::read_to_string(&file).expect("the overlay");
        fs::write(&file, text.replace(&self.pin(app, env), version)).expect("the overlay");
        let petrov = self
            .dated(seconds_ago)
            .with("GIT_AUTHOR_NAME", "A. Petrov")
            .with("GIT_AUTHOR_EMAIL", "petrov@example.com")
            .with("GIT_COMMITTER_NAME", "A. Petrov")
            .with("GIT_COMMITTER_EMAIL", "petrov@example.com");
        petrov.git(&clone, &["commit", "-q", "-a", "--no-gpg-sign", "-m", &format!("Set {app} in {env}")]);
        if self.shape.remote {
            petrov.git(&clone, &["push", "-q", "origin", "HEAD:main"]);
        }
        self.tip()
    }

    /// The user fetches: verbs that only read do not do that by themselves.
    pub fn fetch(&self) {
        self.git(&["fetch", "-q", "origin"]);
    }

    /// Replaces a file on the landed `main` and brings the user's clone there.
    pub fn land_file(&self, file: &str, text: &str) {
        self.git(&["checkout", "-q", "main"]);
        if self.shape.remote {
            self.git(&["pull", "-q", "--ff-only"]);
        }
        self.write(file, text);
        self.land(&format!("Change {file}"));
    }

    /// Commits whatever the user's clone has and lands it on `main`.
    pub fn land(&self, subject: &str) {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--no-gpg-sign", "-m", subject]);
        if self.shape.remote {
            self.git(&["push", "-q", "origin", "main"]);
        }
    }

    /// A second world with copies of the clone, the remote and the home; the sources stay the first one's.
    pub fn copy(&self) -> Self {
        let folder = tempfile::Builder::new().prefix("stageline-e2e-").tempdir().expect("a temporary folder");
        let root = folder.path().canonicalize().expect("the folder is there");
        for part in ["home", "tmp", "clone", "remote.git"] {
            copy_folder(&self.root.join(part), &root.join(part));
        }
        for file in ["home/.gitconfig", "clone/.git/config"] {
            let text = fs::read_to_string(root.join(file)).expect("a file");
            let here = self.root.to_string_lossy().into_owned();
            fs::write(root.join(file), text.replace(&here, &root.to_string_lossy())).expect("a file");
        }
        Self {
            environment: Environment::below(&root),
            clone: root.join("clone"),
            remote: root.join("remote.git"),
            key: root.join("home").join(self.key.file_name().expect("a file")),
            root,
            _folder: folder,
            shape: self.shape.clone(),
            sources: self.sources.clone(),
        }
    }
}

/// Copies a folder with everything in it; without one there is nothing to copy.
pub fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    let Ok(entries) = fs::read_dir(from) else { return };
    for entry in entries {
        let entry = entry.expect("readable");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("readable").is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a copy");
        }
    }
}

/// Where an overlay stands.
pub fn overlay_file(app: &str, env: &str) -> String {
    format!("apps/{app}/overlays/{env}/kustomization.yaml")
}

/// An overlay that pins one image, written as people write them.
pub fn overlay(app: &str, env: &str, version: &str) -> String {
    format!(
        "# {app} in {env}; ask the release managers before you change more than the tag.\n\
         apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nnamespace: {env}\n\nresources:\n  - ../../base\n\n\
         images:\n  - name: registry.example.com/shop/{app}  # built on every merge\n    newTag: \"{version}\"   # set by stageline\n",
    )
}

fn base(app: &str) -> String {
    format!(
        "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n  - deployment.yaml\n\
         labels:\n  - pairs: {{ app: {app} }}\n    includeSelectors: true\n",
    )
}

fn deployment(app: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {app}\nspec:\n  template:\n    spec:\n      containers:\n\
         \x20       - name: {app}\n          image: registry.example.com/shop/{app}\n",
    )
}
