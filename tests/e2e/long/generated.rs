//! A history that chance made, with what it was made to say: written down while it is made, never read from its trees.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;

use crate::support::chance::Chance;
use crate::support::run::Environment;

/// The clusters that production may have.
const CLUSTERS: [&str; 3] = ["ap", "eu", "us"];
/// The date of the first commit, and the seconds from one to the next.
pub const BEGIN: i64 = 1_750_000_000;
pub const STEP: i64 = 100;

/// How an application's version stands in its files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Values,
    Kustomize,
    Plain,
}

/// How `stageline.yaml` says that it is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rule {
    ByName,
    ByPath,
    /// A path that leads nowhere.
    Mistyped,
}

/// What one application is in one environment.
#[derive(Debug, Clone)]
struct Cell {
    form: Form,
    image: usize,
    place: usize,
    is_marked: bool,
    rule: Rule,
    /// What the rule names, which may be behind the files.
    rule_image: usize,
    /// By cluster; empty where it is not there. An environment without clusters has one named ``.
    versions: BTreeMap<&'static str, usize>,
}

/// What a tree says of one pair: by cluster.
pub type Said = BTreeMap<&'static str, usize>;

/// One first-parent commit of a branch, and what stood there.
#[derive(Debug, Clone)]
pub struct Landed {
    pub mark: usize,
    pub time: i64,
    /// By application and environment.
    pub said: BTreeMap<(usize, usize), Said>,
    /// The clusters of production by the settings that count for this tree.
    pub clusters: Vec<&'static str>,
    has_file: bool,
}

/// A history of two environments, dev and production.
pub struct Generated<'c> {
    chance: &'c mut Chance,
    apps: usize,
    cells: BTreeMap<(usize, usize), Cell>,
    known: Vec<bool>,
    clusters: Vec<&'static str>,
    /// Whether `stageline.yaml` is there, is broken, and says what stands in the files.
    has_file: bool,
    is_broken: bool,
    config: String,
    own_branch: bool,
    noise: usize,
    stream: String,
    marks: usize,
    tips: [Option<usize>; 2],
    /// By branch: main, production.
    pub landed: [Vec<Landed>; 2],
    /// What was done, for whoever reads a failure.
    pub told: String,
}

pub const ENVS: [&str; 2] = ["dev", "prod"];

/// An application's name.
pub fn app(number: usize) -> String {
    ["web", "api", "cron"][number].to_string()
}

/// A version's text.
pub fn version(number: usize) -> String {
    format!("v1.0.{number}")
}

impl<'c> Generated<'c> {
    /// Makes a history of about so many landings.
    pub fn new(chance: &'c mut Chance, landings: usize) -> Self {
        let apps = 2 + chance.below(2);
        let own_branch = chance.below(3) == 0;
        let mut cells = BTreeMap::new();
        for number in 0..apps {
            let form = [Form::Values, Form::Kustomize, Form::Plain][chance.below(3)];
            for env in 0..2 {
                let (rule, versions) = (Rule::ByName, BTreeMap::new());
                let is_marked = form == Form::Plain;
                cells
                    .insert((number, env), Cell { form, image: 0, place: 0, is_marked, rule, rule_image: 0, versions });
            }
        }
        let mut made = Self {
            chance,
            apps,
            cells,
            known: vec![false; apps],
            clusters: vec!["eu"],
            has_file: false,
            is_broken: false,
            config: String::new(),
            own_branch,
            noise: 0,
            stream: String::new(),
            marks: 0,
            tips: [None, None],
            landed: [Vec::new(), Vec::new()],
            told: String::new(),
        };
        made.begin();
        for _ in 0..landings {
            made.event();
        }
        made.end();
        made
    }

    /// Whether production has a branch of its own.
    pub fn has_own_branch(&self) -> bool {
        self.own_branch
    }

    /// How many applications there are.
    pub fn apps(&self) -> usize {
        self.apps
    }

    fn branch(&self, env: usize) -> usize {
        usize::from(self.own_branch && env == 1)
    }

    fn clusters_of(&self, env: usize) -> Vec<&'static str> {
        if env == 0 { vec![""] } else { self.clusters.clone() }
    }

    fn begin(&mut self) {
        for key in self.cells.keys().copied().collect::<Vec<_>>() {
            if self.chance.below(4) > 0 {
                self.appear(key);
            }
            let cell = self.cells.get_mut(&key).expect("a cell");
            cell.is_marked = cell.form != Form::Plain || self.chance.below(2) == 0;
        }
        self.known = (0..self.apps).map(|_| self.chance.below(2) == 0).collect();
        self.has_file = self.chance.below(3) > 0;
        self.told.push_str(&format!("own branch {}\n", self.own_branch));
        self.write_config();
        self.land(0, "begin");
        if self.own_branch {
            self.land(1, "begin");
        }
    }

    fn appear(&mut self, key: (usize, usize)) {
        let clusters = self.clusters_of(key.1);
        for cluster in clusters {
            let number = self.chance.below(6);
            self.cells.get_mut(&key).expect("a cell").versions.insert(cluster, number);
        }
    }

    /// All is as it should be at the end: every application known, by a rule that finds it.
    fn end(&mut self) {
        self.has_file = true;
        self.is_broken = false;
        self.known = vec![true; self.apps];
        for cell in self.cells.values_mut() {
            cell.rule_image = cell.image;
            if cell.rule == Rule::Mistyped || !cell.is_marked {
                cell.rule = if cell.form == Form::Kustomize { Rule::ByName } else { Rule::ByPath };
            }
        }
        self.write_config();
        self.land(0, "end");
        // A tree without settings, or with broken ones, is read by the first that came later.
        let mut later = self.clusters.clone();
        for landed in self.landed[0].iter_mut().rev() {
            match landed.has_file {
                true => later.clone_from(&landed.clusters),
                false => landed.clusters.clone_from(&later),
            }
        }
    }

    fn event(&mut self) {
        let keys: Vec<(usize, usize)> = self.cells.keys().copied().collect();
        let key = keys[self.chance.below(keys.len())];
        match self.chance.below(24) {
            0..=7 => self.set(key),
            8 => self.add_noise(key),
            9 | 10 => self.rename(key),
            11 => self.move_place(key),
            12 => self.learn(key.0),
            13 | 14 => self.other_rule(key),
            15 => self.mark(key),
            16 => self.add_cluster(),
            17 => self.drop_cluster(),
            18 => self.break_file(),
            19 => self.go_or_come(key),
            20..=22 => self.merge(),
            _ => self.set_all(),
        }
    }

    fn set(&mut self, key: (usize, usize)) {
        let all = self.chance.below(4) > 0;
        let number = self.chance.below(6);
        let cell = self.cells.get_mut(&key).expect("a cell");
        let count = cell.versions.len();
        for (nth, value) in cell.versions.values_mut().enumerate() {
            if all || nth + 1 == count {
                *value = number;
            }
        }
        self.land(self.branch(key.1), &format!("set {key:?} to {number}, all {all}"));
    }

    fn set_all(&mut self) {
        let number = self.chance.below(6);
        let branch = self.chance.below(2);
        let keys: Vec<_> = self.cells.keys().copied().filter(|key| self.branch(key.1) == branch).collect();
        for key in keys {
            self.cells.get_mut(&key).expect("a cell").versions.values_mut().for_each(|value| *value = number);
        }
        if branch == 0 || self.own_branch {
            self.land(branch, &format!("all to {number}"));
        }
    }

    fn add_noise(&mut self, key: (usize, usize)) {
        self.noise += 1;
        self.land(self.branch(key.1), "a comment");
    }

    /// The image gets another name; `stageline.yaml` learns of it now or later.
    fn rename(&mut self, key: (usize, usize)) {
        let (now, moves) = (self.chance.below(2) == 0, self.chance.below(3) == 0);
        let number = self.chance.below(6);
        let cell = self.cells.get_mut(&key).expect("a cell");
        if cell.form == Form::Plain || cell.versions.is_empty() {
            return;
        }
        cell.image += 1;
        if moves {
            cell.versions.values_mut().for_each(|value| *value = number);
        }
        let branch = self.branch(key.1);
        if now && branch == 0 {
            self.cells.get_mut(&key).expect("a cell").rule_image += 1;
            let cell = &self.cells[&key];
            let image = cell.image;
            self.cells.get_mut(&key).expect("a cell").rule_image = image;
            self.write_config();
        }
        self.land(branch, &format!("rename {key:?}, told {now}, moves {moves}"));
    }

    /// Whether the settings of this moment find a cell.
    fn is_found(&self, key: (usize, usize)) -> bool {
        let cell = &self.cells[&key];
        let finds = match cell.rule {
            Rule::ByName if cell.form == Form::Plain => cell.is_marked,
            Rule::ByName => cell.rule_image == cell.image,
            Rule::ByPath => true,
            Rule::Mistyped => false,
        };
        self.has_file && !self.is_broken && self.known[key.0] && finds && !cell.versions.is_empty()
    }

    /// The files move, and the rule with them.
    fn move_place(&mut self, key: (usize, usize)) {
        if self.branch(key.1) != 0 || !self.is_found(key) {
            return;
        }
        // A landing that moves files and clusters at once is two of them.
        let listed = self.clusters_of(key.1);
        let cell = self.cells.get_mut(&key).expect("a cell");
        if !cell.versions.keys().all(|cluster| listed.contains(cluster)) {
            return;
        }
        cell.place += 1;
        self.write_config();
        self.land(0, &format!("move {key:?}"));
    }

    fn learn(&mut self, number: usize) {
        self.has_file = true;
        self.known[number] = true;
        self.write_config();
        self.land(0, &format!("learn {number}"));
    }

    fn other_rule(&mut self, key: (usize, usize)) {
        let rule = [Rule::ByName, Rule::ByPath, Rule::Mistyped][self.chance.below(3)];
        let cell = self.cells.get_mut(&key).expect("a cell");
        if cell.form == Form::Kustomize && rule != Rule::ByName
            || cell.form == Form::Plain && !cell.is_marked && rule == Rule::ByName
        {
            return;
        }
        cell.rule = rule;
        cell.rule_image = cell.image;
        self.write_config();
        self.land(0, &format!("rule of {key:?} is {rule:?}"));
    }

    /// A comment marks a line that was there before.
    fn mark(&mut self, key: (usize, usize)) {
        let cell = self.cells.get_mut(&key).expect("a cell");
        if cell.is_marked {
            return;
        }
        cell.is_marked = true;
        let branch = self.branch(key.1);
        if branch == 0 {
            self.cells.get_mut(&key).expect("a cell").rule = Rule::ByName;
            self.write_config();
        }
        self.land(branch, &format!("mark {key:?}"));
    }

    fn add_cluster(&mut self) {
        let Some(new) = CLUSTERS.into_iter().find(|one| !self.clusters.contains(one)) else { return };
        let number = self.chance.below(6);
        for number_of in 0..self.apps {
            let cell = self.cells.get_mut(&(number_of, 1)).expect("a cell");
            if !cell.versions.is_empty() {
                cell.versions.insert(new, number);
            }
        }
        // Its files may be there before it is listed.
        if self.chance.below(2) == 0 || self.own_branch {
            self.land(self.branch(1), &format!("files of {new}"));
        }
        self.clusters.push(new);
        self.clusters.sort_unstable();
        self.write_config();
        self.land(0, &format!("cluster {new}"));
    }

    fn drop_cluster(&mut self) {
        if self.clusters.len() < 2 || self.own_branch {
            return;
        }
        let old = self.clusters.remove(self.chance.below(self.clusters.len()));
        let with_files = self.chance.below(2) == 0;
        for number in 0..self.apps {
            let cell = self.cells.get_mut(&(number, 1)).expect("a cell");
            if with_files {
                cell.versions.remove(old);
            }
            // Nothing may be left but what no list names.
            if !cell.versions.keys().any(|cluster| self.clusters.contains(cluster)) {
                cell.versions.clear();
            }
        }
        self.write_config();
        self.land(0, &format!("no cluster {old}"));
    }

    fn break_file(&mut self) {
        if !self.has_file {
            return;
        }
        self.is_broken = !self.is_broken;
        self.write_config();
        self.land(0, &format!("broken {}", self.is_broken));
    }

    fn go_or_come(&mut self, key: (usize, usize)) {
        if self.cells[&key].versions.is_empty() {
            self.appear(key);
        } else if self.cells[&key].image == 0 && self.cells[&key].place == 0 && self.cells[&key].is_marked {
            self.cells.get_mut(&key).expect("a cell").versions.clear();
        }
        self.land(self.branch(key.1), &format!("go or come {key:?}"));
    }

    /// A side branch sets something, while main may go on; its landing is the merge.
    fn merge(&mut self) {
        let keys: Vec<(usize, usize)> = self.cells.keys().copied().filter(|key| self.branch(key.1) == 0).collect();
        let (one, other) = (keys[self.chance.below(keys.len())], keys[self.chance.below(keys.len())]);
        let base = self.tips[0];
        let before = self.cells.clone();
        let mut side = base;
        let mut number = 0;
        for _ in 0..=self.chance.below(2) {
            number = self.chance.below(6);
            self.cells.get_mut(&one).expect("a cell").versions.values_mut().for_each(|value| *value = number);
            side = Some(self.commit("side", (side, None), 0, "on the side"));
        }
        self.cells = before;
        if one != other && self.chance.below(2) == 0 {
            self.set(other);
        }
        self.cells.get_mut(&one).expect("a cell").versions.values_mut().for_each(|value| *value = number);
        let mark = self.commit("main", (self.tips[0], side), 0, &format!("merge {one:?} at {number}"));
        self.note(0, mark);
    }

    fn write_config(&mut self) {
        if self.is_broken {
            self.config = "version: 1\nenvironments: [\n".into();
            return;
        }
        let mut text = "version: 1\nenvironments:\n  - name: dev\n".to_string();
        let branch = if self.own_branch { ", git: { branch: production }" } else { "" };
        let _ = writeln!(text, "  - {{ name: prod, clusters: [{}]{branch} }}", self.clusters.join(", "));
        text += "applications:\n";
        if !self.known.contains(&true) {
            text = text.replace("applications:\n", "applications: []\n");
        }
        for number in (0..self.apps).filter(|number| self.known[*number]) {
            let _ = writeln!(text, "  - name: {}\n    version: \"{{tag}}\"\n    pins:", app(number));
            for (env, name_of_env) in ENVS.into_iter().enumerate() {
                let cell = &self.cells[&(number, env)];
                let place = place(number, env, cell, if env == 0 { "" } else { "{cluster}" }, false);
                let name = image(number, cell.rule_image);
                let pin = match (cell.rule, cell.form) {
                    (Rule::ByName, Form::Plain) => format!("marker: {}, in: \"{place}\"", app(number)),
                    (Rule::ByName, _) => format!("image: {name}, in: \"{place}\""),
                    (Rule::ByPath, _) => format!("file: \"{place}\", path: image.tag"),
                    (Rule::Mistyped, _) => format!("file: \"{place}\", path: image.tga"),
                };
                let _ = writeln!(text, "      - {{ {pin}, environments: [{name_of_env}] }}");
            }
        }
        self.config = text;
    }

    fn land(&mut self, branch: usize, what: &str) {
        let name = ["main", "production"][branch];
        let mark = self.commit(name, (self.tips[branch], None), branch, what);
        self.note(branch, mark);
    }

    fn note(&mut self, branch: usize, mark: usize) {
        self.tips[branch] = Some(mark);
        let own = self.cells.iter().filter(|(key, _)| self.branch(key.1) == branch);
        let said = own.map(|(key, cell)| (*key, cell.versions.clone())).collect();
        let (time, clusters) = (BEGIN + STEP * mark as i64, self.clusters.clone());
        self.landed[branch].push(Landed { mark, time, said, clusters, has_file: self.has_file && !self.is_broken });
    }

    /// Writes one commit of a branch's files into the stream.
    fn commit(
        &mut self,
        name: &str,
        (from, merged): (Option<usize>, Option<usize>),
        branch: usize,
        what: &str,
    ) -> usize {
        self.marks += 1;
        let time = BEGIN + STEP * self.marks as i64;
        let _ = writeln!(self.told, "{} {name}: {what}", self.marks);
        let _ = write!(
            self.stream,
            "commit refs/heads/{name}\nmark :{}\ncommitter A <a@example.com> {time} +0000\ndata {}\n{what}\n",
            self.marks,
            what.len()
        );
        for (word, mark) in [("from", from), ("merge", merged)] {
            if let Some(mark) = mark {
                let _ = writeln!(self.stream, "{word} :{mark}");
            }
        }
        self.stream.push_str("deleteall\n");
        let mut files = vec![("README".to_string(), format!("{}\n", self.marks))];
        if branch == 0 && self.has_file {
            files.push(("stageline.yaml".into(), self.config.clone()));
        }
        for ((number, env), cell) in self.cells.iter().filter(|(key, _)| self.branch(key.1) == branch) {
            for (cluster, number_of) in &cell.versions {
                files.push((place(*number, *env, cell, cluster, true), text(*number, cell, *number_of, self.noise)));
            }
        }
        for (path, text) in files {
            let _ = write!(self.stream, "M 100644 inline {path}\ndata {}\n{text}\n", text.len());
        }
        self.marks
    }

    /// Brings it into a new repository; the commits by their marks.
    pub fn build(&self, environment: &Environment, dir: &Path) -> BTreeMap<usize, String> {
        environment.git(dir, &["init", "-q", "-b", "main", "."]);
        let mut import = environment
            .command("git", dir)
            .args(["fast-import", "--quiet", "--export-marks=.git/marks"])
            .stdin(Stdio::piped())
            .spawn()
            .expect("git starts");
        import.stdin.take().expect("a pipe").write_all(self.stream.as_bytes()).expect("git reads");
        assert!(import.wait().expect("git ends").success(), "{}", self.told);
        environment.git(dir, &["reset", "-q", "--hard"]);
        let marks = std::fs::read_to_string(dir.join(".git/marks")).expect("marks");
        let pair = |line: &str| {
            let (mark, id) = line.split_once(' ').expect("a mark and an id");
            (mark.trim_start_matches(':').parse().expect("a number"), id.to_string())
        };
        marks.lines().map(pair).collect()
    }
}

fn image(number: usize, generation: usize) -> String {
    format!("r{generation}.example.com/{}{generation}", app(number))
}

/// Where a cell stands: as a rule says it, or its file.
fn place(number: usize, env: usize, cell: &Cell, cluster: &str, is_file: bool) -> String {
    let dash = if cluster.is_empty() { "" } else { "-" };
    let stem = format!("apps/{}/p{}/{}{dash}{cluster}", app(number), cell.place, ENVS[env]);
    match (cell.form, is_file) {
        (Form::Kustomize, true) => format!("{stem}/kustomization.yaml"),
        (Form::Kustomize, false) => stem,
        _ => format!("{stem}.yaml"),
    }
}

fn text(number: usize, cell: &Cell, version_of: usize, noise: usize) -> String {
    let (name, version) = (image(number, cell.image), version(version_of));
    let head = format!("# {noise}\n");
    match cell.form {
        Form::Kustomize => format!("{head}images:\n- name: {name}\n  newTag: {version}\n"),
        Form::Values => format!("{head}image:\n  repository: {name}\n  tag: {version}\nother: {{}}\n"),
        Form::Plain => {
            let mark = if cell.is_marked { format!(" # stageline: {}", app(number)) } else { String::new() };
            format!("{head}image:\n  tag: {version}{mark}\nother: {{}}\n")
        }
    }
}
