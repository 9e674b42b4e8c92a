//! What a person says about a layout (`tests/layouts/NAME.truth`), and how much of it has to be found (`floors.txt`).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

/// One application in one environment, and cluster where those are told apart, with what runs there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cell {
    pub application: String,
    pub environment: String,
    pub cluster: Option<String>,
    pub version: String,
}

impl Cell {
    /// Whether it is this application in this environment, in whatever cluster.
    pub fn is_in(&self, application: &str, environment: &str) -> bool {
        self.application == application && self.environment == environment
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} ", self.application, self.environment)?;
        if let Some(cluster) = &self.cluster {
            write!(f, "{cluster} ")?;
        }
        f.write_str(&self.version)
    }
}

/// A layout with the truth about it.
pub struct Layout {
    pub name: String,
    /// Its files as they are in the repository.
    pub folder: PathBuf,
    pub cells: BTreeSet<Cell>,
    /// What must not be proposed as an application.
    pub others: BTreeSet<String>,
}

impl Layout {
    /// Reads a truth; a line that is none ends the test with its number.
    pub fn read(name: &str, folder: PathBuf, text: &str) -> Self {
        let mut layout = Self { name: name.to_owned(), folder, cells: BTreeSet::new(), others: BTreeSet::new() };
        assert!(text.starts_with("# "), "{name}.truth: its first line says the layout in a sentence");
        for (index, line) in text.lines().enumerate() {
            let words: Vec<&str> = line.split_whitespace().collect();
            let cell = |application: &str, environment: &str, cluster: Option<&str>, version: &str| Cell {
                application: application.to_owned(),
                environment: environment.to_owned(),
                cluster: cluster.map(str::to_owned),
                version: version.to_owned(),
            };
            let is_new = match words.as_slice() {
                _ if line.is_empty() || line.starts_with('#') => true,
                ["not:", other] => layout.others.insert((*other).to_owned()),
                [application, environment, version] => {
                    layout.cells.insert(cell(application, environment, None, version))
                }
                [application, environment, cluster, version] => {
                    layout.cells.insert(cell(application, environment, Some(cluster), version))
                }
                _ => panic!("{name}.truth:{}: neither a cell nor `not: NAME`: {line}", index + 1),
            };
            assert!(is_new, "{name}.truth:{}: said twice: {line}", index + 1);
        }
        layout
    }

    /// A cell as the truth says it: without the digest, where that has the tag alone.
    pub fn as_told(&self, cell: &Cell) -> Cell {
        let tag = cell.version.split_once('@').map(|(tag, _)| Cell { version: tag.to_owned(), ..cell.clone() });
        tag.filter(|tag| self.cells.contains(tag)).unwrap_or_else(|| cell.clone())
    }

    /// The `stageline.yaml` that somebody wrote for it by hand (`NAME.stageline.yaml`), where there is one.
    pub fn by_hand(&self) -> Option<String> {
        fs::read_to_string(self.folder.with_extension("stageline.yaml")).ok()
    }

    /// The clusters that the truth tells apart for an application in an environment; none where it does not.
    pub fn clusters(&self, application: &str, environment: &str) -> Vec<&str> {
        let cells = self.cells.iter().filter(|cell| cell.is_in(application, environment));
        cells.filter_map(|cell| cell.cluster.as_deref()).collect()
    }
}

/// Where the layouts are: ours, or a folder of somebody's own.
pub fn room() -> PathBuf {
    let ours = || Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/layouts");
    std::env::var_os("STAGELINE_LAYOUTS").map_or_else(ours, PathBuf::from)
}

/// All layouts, by name: every folder has a truth, and every truth a folder.
pub fn layouts() -> Vec<Layout> {
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(room()).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() || path.extension().is_some_and(|ending| ending == "truth") {
            names.insert(path.file_stem().expect("a name").to_string_lossy().into_owned());
        }
    }
    let read = |name: &String| {
        let folder = room().join(name);
        assert!(folder.is_dir(), "{name}.truth: there is no folder `{name}` beside it");
        let text = fs::read_to_string(room().join(format!("{name}.truth")));
        Layout::read(name, folder, &text.unwrap_or_else(|why| panic!("{name}.truth: {why}")))
    };
    names.iter().map(read).collect()
}

/// Recall and precision of each layout, in per cent, that may only rise; `None` in a folder of somebody's own, which has none.
pub fn floors() -> Option<BTreeMap<String, (usize, usize)>> {
    if std::env::var_os("STAGELINE_LAYOUTS").is_some() {
        return None;
    }
    let text = fs::read_to_string(room().join("floors.txt")).expect("the table of floors");
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    let read = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let number = |word: &str| word.parse().unwrap_or_else(|why| panic!("floors.txt: {line}: {why}"));
        let [name, recall, precision] = words.as_slice() else {
            panic!("floors.txt: no `NAME RECALL PRECISION`: {line}")
        };
        ((*name).to_owned(), (number(recall), number(precision)))
    };
    Some(lines.map(read).collect())
}
