//! What `init` proposes for a layout: the cells that `status` shows by the file that it writes, and how far that file works.

use std::fs;

use serde_json::Value;

use crate::support::World;

use super::truth::{Cell, Layout};

/// What came of `init`.
#[derive(Debug, Default)]
pub struct Found {
    pub cells: Vec<Cell>,
    /// What does not work of the file as it was written; then no cell counts.
    pub broken: Option<String>,
    /// Promotions of what was found rightly that fail, by the text of their errors.
    pub failing: Vec<String>,
    /// Lines that still name the old version after a promotion of what was found rightly.
    pub left_behind: Vec<String>,
}

/// Runs a verb; its report, or what it says instead of one.
fn report(world: &World, args: &[&str]) -> Result<Value, String> {
    let ran = world.run(&[args, &["-o", "json"]].concat());
    let value: Value = serde_json::from_str(&ran.stdout).map_err(|_| ran.to_string())?;
    match &value["error"] {
        Value::Null => Ok(value),
        error => Err(format!("{} ({})", text(&error["message"]), text(&error["code"]))),
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

impl Found {
    /// Lets `init` propose for a layout, in a copy of an emptied world.
    pub fn of(layout: &Layout, emptied: &World) -> Self {
        let world = emptied.copy();
        world.fill(&layout.folder);
        match report(&world, &["init"]) {
            Ok(_) => {
                world.land("Add stageline.yaml");
                Self::by_the_file(&world, layout)
            }
            Err(why) if why.ends_with("(nothing-found)") => Self::default(),
            Err(why) => Self { broken: Some(format!("init: {why}")), ..Self::default() },
        }
    }

    /// What the landed `stageline.yaml` of a layout's repository finds there.
    pub fn by_the_file(world: &World, layout: &Layout) -> Self {
        let status = match report(world, &["status"]) {
            Ok(status) => status,
            Err(why) => return Self { broken: Some(format!("status: {why}")), ..Self::default() },
        };
        let mut found = Self { cells: cells(world, layout, &status), ..Self::default() };
        match report(world, &["config", "check"]) {
            Ok(check) if check["valid"] == true => found.promote(world, layout, &status),
            Ok(check) => found.broken = Some(format!("config check: {check}")),
            Err(why) => found.broken = Some(format!("config check: {why}")),
        }
        found
    }

    /// Promotes, without landing it, each application that is right in two neighbouring environments which run different versions.
    fn promote(&mut self, world: &World, layout: &Layout, status: &Value) {
        let right = |application: &str, environment: &str| {
            let mut cells = self.cells.iter().filter(|cell| cell.is_in(application, environment));
            cells.clone().all(|cell| layout.cells.contains(cell)).then(|| cells.next()).flatten()
        };
        let mut pairs = Vec::new();
        for row in list(&status["applications"]) {
            let application = text(&row["application"]);
            let there: Vec<&Cell> = list(&row["cells"])
                .iter()
                .filter_map(|cell| right(&application, &text(&cell["environment"])))
                .collect();
            // Clusters that run several versions have none that could be promoted.
            let is_one = |from: &Cell| {
                let mut all = self.cells.iter().filter(|cell| cell.is_in(&application, &from.environment));
                all.all(|cell| cell.version == from.version)
            };
            let differing = there.windows(2).find(|pair| pair[0].version != pair[1].version && is_one(pair[0]));
            pairs.extend(differing.map(|pair| (pair[0].clone(), pair[1].clone())));
        }
        for (from, to) in pairs {
            let Cell { application, environment, .. } = &to;
            let args = ["promote", application, "--to", environment, "--from", &from.environment, "--dry-run"];
            match report(world, &args) {
                // What a gate refuses is policy.
                Err(why) if why.ends_with("(held)") => {}
                Err(why) => self.failing.push(format!("{application} to {environment}: {why}")),
                Ok(plan) if list(&plan["refusals"]).is_empty() => {
                    self.left_behind.extend(left_behind(layout, &to, &plan));
                }
                Ok(plan) => self.failing.push(format!("{application} to {environment}: {}", plan["refusals"])),
            }
        }
    }
}

/// The cells of a status, told apart by clusters where the truth does.
fn cells(world: &World, layout: &Layout, status: &Value) -> Vec<Cell> {
    let mut out = Vec::new();
    for row in list(&status["applications"]) {
        for cell in list(&row["cells"]).iter().filter(|cell| cell["present"] == true) {
            let (application, environment) = (text(&row["application"]), text(&cell["environment"]));
            let clusters = layout.clusters(&application, &environment);
            let version = version(cell);
            let whole = Cell { application, environment, cluster: None, version };
            let by_cluster = if clusters.is_empty() { Vec::new() } else { by_cluster(world, &clusters, &whole) };
            if by_cluster.is_empty() { out.push(whole) } else { out.extend(by_cluster) }
        }
    }
    out
}

/// What a cell of a status runs, or what hinders it to say so.
fn version(cell: &Value) -> String {
    let sites: Vec<String> = list(&cell["disagree"]).iter().map(|site| text(&site["version"])).collect();
    match cell["version"].as_str() {
        Some(version) => version.to_owned(),
        None if sites.is_empty() => format!("(nothing is read: {})", cell["note"].as_str().unwrap_or("no word why")),
        None => format!("(one of: {})", sites.join(", ")),
    }
}

/// A cell of several clusters: which of them its sites are in, told by their paths, and what each says.
fn by_cluster(world: &World, clusters: &[&str], cell: &Cell) -> Vec<Cell> {
    // What is pinned by a digest alone takes no tag.
    let is_digest = |text: &str| text.trim_start_matches("(one of: ").starts_with("sha256:");
    let another = if is_digest(&cell.version) { format!("sha256:{}", "f".repeat(64)) } else { "f".repeat(40) };
    let args =
        ["promote", &cell.application, "--to", &cell.environment, "--version", &another, "--allow-older", "--dry-run"];
    let plan = report(world, &args).unwrap_or_default();
    let mut out: Vec<Cell> = Vec::new();
    for site in list(&plan["moves"]).iter().flat_map(|moved| list(&moved["sites"])) {
        let (file, version) = (text(&site["file"]), text(&site["from"]));
        let cluster = clusters.iter().find(|cluster| file.split(['/', '.']).any(|part| part == **cluster));
        let cluster = cluster.map(|name| (*name).to_owned());
        // The first pin of a cluster says the version; others say it again, perhaps in another form.
        let again = |other: &Cell| other.cluster == cluster && version.contains(mark(&other.version));
        if !out.iter().any(again) {
            out.push(Cell { cluster, version, ..cell.clone() });
        }
    }
    out
}

/// What every mention of a version has: all of it, or the first 7 digits of a commit.
fn mark(version: &str) -> &str {
    let is_commit = version.len() >= 7 && version.chars().all(|c| c.is_ascii_hexdigit());
    if is_commit { &version[..7] } else { version }
}

/// The lines that still name the version which is replaced, in full or by its first 7 digits. Only a version that nothing else runs can tell.
fn left_behind(layout: &Layout, replaced: &Cell, plan: &Value) -> Vec<String> {
    if layout.cells.iter().filter(|cell| cell.version == replaced.version).count() != 1 {
        return Vec::new();
    }
    let mark = mark(&replaced.version);
    let sites: Vec<(String, u64)> = list(&plan["moves"])
        .iter()
        .flat_map(|moved| list(&moved["sites"]))
        .map(|site| (text(&site["file"]), site["line"].as_u64().unwrap_or_default()))
        .collect();
    let mut out = Vec::new();
    for file in files(layout) {
        // What follows a chart's dependencies is no site of its own.
        let follows = file.ends_with("Chart.lock") && list(&plan["files"]).iter().any(|edited| text(edited) == file);
        let content = fs::read_to_string(layout.folder.join(&file)).expect("a file");
        for (index, line) in content.lines().enumerate() {
            if line.contains(mark) && !follows && !sites.contains(&(file.clone(), index as u64 + 1)) {
                out.push(format!("{} in {}: {file}:{}", replaced.application, replaced.environment, index + 1));
            }
        }
    }
    out
}

/// The files of a layout, by their paths in the repository.
pub fn files(layout: &Layout) -> Vec<String> {
    let mut folders = vec![layout.folder.clone()];
    let mut out = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                out.push(path.strip_prefix(&layout.folder).expect("below it").to_string_lossy().into_owned());
            }
        }
    }
    out.sort();
    out
}
