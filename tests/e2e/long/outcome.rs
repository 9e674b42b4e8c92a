//! What a run said, and what it left in the repositories: the same for every run of the same verb, however it was disturbed.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::support::World;
use crate::support::run::Ran;

/// The verbs that are disturbed, those that read and those that write.
pub const VERBS: &[&[&str]] = &[
    &["promote", "web", "--to", "production"],
    &["status"],
    &["rollback", "web", "--env", "production"],
    &["history"],
    &["promote", "--all", "--to", "production"],
    &["diff", "staging", "production"],
    &["hold", "set", "worker", "--env", "production", "-m", "audit"],
    &["config", "show"],
    &["promote", "worker", "--to", "production", "--landing", "merge-request"],
    &["hold", "list"],
    &["hold", "lift", "checkout", "--env", "staging"],
    &["status", "-o", "json"],
];

/// How each of them ends: the environments of the template differ.
pub fn code_of(args: &[&str]) -> i32 {
    i32::from(args[0] == "diff")
}

/// What a run said and left, with what is another in each run made plain.
#[derive(Debug, PartialEq, Eq)]
pub struct Outcome {
    code: Option<i32>,
    stdout: String,
    left: String,
}

/// A world with a past, for which each verb has something to do.
pub fn template() -> World {
    let world = World::new();
    world.edit_by_hand("web", "production", &world.commit_of("web", 3), 3 * 24 * 3600);
    world.run(&["hold", "set", "checkout", "--env", "staging", "-m", "a look"]).exits(0);
    world.git(&["pull", "-q", "--ff-only"]);
    world
}

/// The ids that are the same in every run.
pub fn known(world: &World) -> BTreeSet<String> {
    let mut known: BTreeSet<String> =
        world.sources.values().flat_map(|source| source.commits.iter().cloned()).collect();
    known.extend(world.git(&["rev-list", "--all"]).lines().map(str::to_owned));
    known
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "exit {:?}\n{}--- left\n{}", self.code, self.stdout, self.left)
    }
}

impl Outcome {
    /// What came of a run in `world`.
    pub fn of(ran: &Ran, world: &World, known: &BTreeSet<String>) -> Self {
        Self { code: ran.code(), stdout: plain(&ran.stdout, world, known), left: left(world) }
    }
}

/// The text without times, without ids that are not known, and without the world's own folder.
fn plain(text: &str, world: &World, known: &BTreeSet<String>) -> String {
    let text = text.replace(&*world.path("").to_string_lossy(), "<world>/");
    let mut out = String::new();
    let mut word = String::new();
    for letter in text.chars().chain(['\n']) {
        if letter.is_ascii_alphanumeric() || "-:.".contains(letter) {
            word.push(letter);
            continue;
        }
        // `BRANCH:ID`, as leases have it.
        let (head, last) = word.rfind(':').map_or(("", &*word), |colon| word.split_at(colon + 1));
        let hex = last.len() >= 7 && last.chars().all(|c| c.is_ascii_hexdigit());
        let time = word.len() >= 20 && word.ends_with('Z') && word.as_bytes()[10] == b'T';
        if time {
            out += "<time>";
        } else if hex && !known.iter().any(|id| id.starts_with(last)) {
            let _ = write!(out, "{head}<id of {}>", last.len());
        } else {
            out += &word;
        }
        word.clear();
        out.push(letter);
    }
    out
}

/// What is in the remote and whether the clone followed.
fn left(world: &World) -> String {
    let mut text = String::new();
    let refs = world.environment.git(&world.remote, &["for-each-ref", "--format=%(refname)"]);
    for name in refs.lines() {
        let count = world.environment.git(&world.remote, &["rev-list", "--count", name]);
        let files = world.environment.git(&world.remote, &["ls-tree", "-r", name]);
        let signed = world.environment.git(&world.remote, &["log", "-1", "--format=%G?", name]);
        let _ = writeln!(text, "{name}: {count} commits, signature {signed}");
        for line in files.lines() {
            // Holds have a time in them.
            let (object, file) = line.split_once('\t').expect("a listing");
            let _ =
                if file.contains("/holds/") { writeln!(text, "  {file}") } else { writeln!(text, "  {object} {file}") };
        }
    }
    let followed = world.git(&["rev-parse", "HEAD"]) == world.tip();
    let _ = writeln!(text, "followed {followed}, status {:?}", world.git(&["status", "--porcelain"]));
    text
}

#[test]
fn what_is_made_plain_is_only_what_differs_from_run_to_run() {
    let world = World::new();
    let known = known(&world);
    let version = world.commit_of("web", 4);
    let text = format!("landed 8843ff8 at 2026-11-24T00:39:46Z: {} {version}, facade", &version[..7]);
    let expected = format!("landed <id of 7> at <time>: {} {version}, facade\n", &version[..7]);
    assert_eq!(plain(&text.replace("Z:", "Z :"), &world, &known), expected.replace("<time>:", "<time> :"));
}
