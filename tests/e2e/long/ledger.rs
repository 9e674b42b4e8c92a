//! What really became of the remote's branch: every commit since a base, what it moved, and how the ref went.

use std::collections::BTreeMap;
use std::fs;

use crate::support::World;

/// One commit of the first-parent history.
#[derive(Debug)]
pub struct Landed {
    pub commit: String,
    pub parents: Vec<String>,
    pub signed: bool,
    /// Application and the version that it now runs, for each pin that moved.
    pub moves: Vec<(String, String)>,
    /// Files that changed.
    pub files: Vec<String>,
}

/// The commits since a base, oldest first, and how the branch moved.
pub struct Ledger {
    pub landed: Vec<Landed>,
    /// Updates of the branch that were not from a commit to its child.
    pub leaps: usize,
}

/// Has the remote write down each update of a branch; returns the base to read from later.
pub fn open(world: &World) -> String {
    world.environment.git(&world.remote, &["config", "core.logAllRefUpdates", "always"]);
    world.tip()
}

impl Ledger {
    /// Reads what happened since `base`; the repository must be whole.
    pub fn since(world: &World, base: &str) -> Self {
        world.environment.git(&world.remote, &["fsck", "--no-dangling"]);
        let range = format!("{base}..main");
        let format = "--format=%x01%H %G? %P";
        let log = ["log", "--first-parent", "--reverse", "-p", "-m", "-U0", "--no-renames", format, &range];
        let text = world.environment.git(&world.remote, &log);
        let landed: Vec<Landed> = text.split('\u{1}').skip(1).map(read).collect();
        let leaps = leaps(world, &landed);
        Self { landed, leaps }
    }

    /// How often an application came to run a version.
    pub fn count(&self, app: &str, version: &str) -> usize {
        self.landed.iter().flat_map(|landed| &landed.moves).filter(|(a, v)| a == app && v == version).count()
    }

    /// The versions of an application in the order in which they landed.
    pub fn versions(&self, app: &str) -> Vec<&str> {
        let moves = self.landed.iter().flat_map(|landed| &landed.moves);
        moves.filter(|(moved, _)| moved == app).map(|(_, version)| version.as_str()).collect()
    }
}

fn read(text: &str) -> Landed {
    let mut lines = text.lines();
    let mut words = lines.next().expect("a header").split(' ').map(str::to_owned);
    let (commit, signed) = (words.next().expect("an id"), words.next().expect("a mark"));
    let (mut files, mut moves) = (Vec::new(), Vec::new());
    for line in lines {
        if let Some(file) = line.strip_prefix("+++ b/") {
            files.push(file.to_owned());
        } else if let Some(version) = line.strip_prefix("+    newTag: \"") {
            let app = files.last().and_then(|file| file.split('/').nth(1)).expect("apps/<application>/...");
            moves.push((app.to_owned(), version.split('"').next().expect("a quoted version").to_owned()));
        }
    }
    Landed { commit, parents: words.collect(), signed: signed == "G", moves, files }
}

/// The branch's log of updates beside the commits: each update must go from a commit to its only child.
fn leaps(world: &World, landed: &[Landed]) -> usize {
    let parents: BTreeMap<&str, &[String]> =
        landed.iter().map(|landed| (landed.commit.as_str(), landed.parents.as_slice())).collect();
    let text = fs::read_to_string(world.remote.join("logs/refs/heads/main")).unwrap_or_default();
    let updates: Vec<(&str, &str)> = text.lines().map(|line| (&line[..40], &line[41..81])).collect();
    let leaps = updates.iter().filter(|(old, new)| parents.get(new) != Some(&[(*old).to_owned()].as_slice())).count();
    leaps + updates.len().abs_diff(landed.len())
}

#[test]
fn the_ledger_finds_what_it_is_there_to_find() {
    let world = World::new();
    let base = open(&world);
    world.run(&["promote", "web", "--to", "production"]).exits(0);
    let good = Ledger::since(&world, &base);
    let version = world.commit_of("web", 4);
    assert_eq!((good.landed.len(), good.leaps, good.landed[0].signed), (1, 0, true));
    assert_eq!((good.count("web", &version), good.landed[0].files.len()), (1, 1));
    // Somebody forces the branch back, sets the same by hand without a signature, and another one twice.
    world.environment.git(&world.path(""), &["clone", "-q", &world.remote.to_string_lossy(), "forcing"]);
    world.environment.git(&world.path("forcing"), &["push", "-q", "--force", "origin", &format!("{base}:main")]);
    for version in [&version, "other", &version] {
        world.edit_by_hand("web", "production", version, 60);
    }
    let bad = Ledger::since(&world, &base);
    assert_eq!(bad.landed.iter().map(|landed| landed.signed).collect::<Vec<_>>(), [false; 3]);
    assert_eq!(bad.count("web", &version), 2);
    // The promotion that is gone, the way back, and that there are more updates than commits.
    assert_eq!(bad.leaps, 2 + 2);
}
