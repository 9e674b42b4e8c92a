//! Whole-process time of a promotion by request at a real Gitea against a script that does the same: git, and the same calls by curl.
//!
//! `cargo bench --bench request [-- --rounds N]`, with what `sh tests/run` builds and sets: `gitea` on PATH and STAGELINE_GITEA_ROOT.

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::time::Duration;

#[allow(dead_code, reason = "others measure memory, too")]
mod measure;
#[path = "../tests/e2e/support/mod.rs"]
#[allow(dead_code, unused_imports, reason = "the tests use the rest of it")]
mod support;

use measure::{by_turns, median, numbers, ratio, show, time};
use support::relay::Relay;
use support::run::program;
use support::team::Team;

/// The application whose calls are listened to.
const FIRST: &str = "app000";

fn main() {
    let mut rounds = 9;
    assert_eq!(numbers(&mut [("--rounds", &mut rounds)]), [], "an unknown argument");
    let names: Vec<String> = (0..=2 * (rounds + 1)).map(|index| format!("app{index:03}")).collect();
    let team = Team::shaped(|shape| {
        shape.applications = names.clone();
        shape.one_source = true;
    });
    let (script, calls) = script(&team);
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    // The first round fills caches and is not counted.
    for (round, pair) in names[1..].chunks_exact(2).enumerate() {
        let run_ours = || time(team.job(&team.mei.token).command(program(), &team.world.clone).args(promote(&pair[0])));
        let version = team.world.pin(&pair[1], "staging");
        let run_script = || time(team.environment.command(&script, &team.world.clone).args([&pair[1], &version]));
        let (one, other) = by_turns(round, run_ours, run_script);
        if round > 0 {
            ours.push(one);
            theirs.push(other);
        }
    }
    // Both did the same, or the comparison is void.
    assert_eq!(team.open_requests().len(), 2 * (rounds + 1) + 1);
    let (ours, theirs): (Duration, Duration) = (median(ours), median(theirs));
    let mut out = std::io::stdout().lock();
    let mut say = |text: String| writeln!(out, "{text}").expect("stdout");
    say(format!(
        "{rounds} rounds each, turn by turn, at a Gitea on this machine; medians of whole processes, this machine, this run"
    ));
    say(format!("{:<62}{:>12}", format!("promote by request, signed and pushed: {calls} calls"), show(ours)));
    say(format!("{:<62}{:>12}", "script: fetch, sed, commit -S, push, the same calls by curl", show(theirs)));
    say(format!("{:<62}{:>11.2}x", "  ratio (ours / script)", ratio(ours, theirs)));
    say(format!("again: cargo bench --bench request -- --rounds {rounds}"));
}

fn promote(app: &str) -> [&str; 6] {
    ["promote", app, "--to", "production", "--landing", "merge-request"]
}

/// What somebody without stageline would run: APPLICATION VERSION. The calls are those that a promotion was heard to make.
fn script(team: &Team) -> (PathBuf, usize) {
    let relay = Relay::to(team.forge.port());
    let address = team.world.git(&["remote", "get-url", "origin"]);
    team.passes_through(relay.port);
    let job = team.job(&team.mei.token).with("GITEA_SERVER_URL", format!("http://127.0.0.1:{}", relay.port));
    job.stageline(&team.world.clone, &promote(FIRST)).exits(0);
    team.passes_through(team.forge.port());
    team.world.git(&["remote", "set-url", "origin", &address]);
    let heard = relay.heard();
    let calls: String = heard.iter().map(|(method, target)| call(method, target)).collect();
    let head = format!(
        "#!/bin/sh\nset -e\nnumber=none\nurl={}\nask='Authorization: token {}'\nfile=apps/$1/overlays/production/kustomization.yaml\n\
         git fetch -q origin\ngit checkout -q -B promote/production/$1 origin/main\n\
         sed -i \"s/newTag: [^ ]*/newTag: \\\"$2\\\"/\" \"$file\"\ngit commit -q -S -m \"promote $1: $2\" \"$file\"\n\
         git push -q origin promote/production/$1\n",
        team.forge.url(),
        team.mei.token,
    );
    let file = team.world.path("home/request.sh");
    fs::write(&file, format!("{head}{calls}git checkout -q main\n")).expect("a script");
    fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("our own file");
    (file, heard.len())
}

/// One call of the script: the request that it opens is the one that later ones speak of.
fn call(method: &str, target: &str) -> String {
    let target = target.replace(FIRST, "$1");
    let target = match target.split_once("/pulls/1") {
        Some((before, after)) if !after.starts_with(|c: char| c.is_ascii_digit()) => {
            format!("{before}/pulls/$number{after}")
        }
        _ => target,
    };
    match method {
        "GET" => format!("curl -sf -o /dev/null -H \"$ask\" \"$url{target}\" || test $? -eq 22\n"),
        "POST" => format!(
            "number=$(curl -sf -X POST -H \"$ask\" -H 'Content-Type: application/json' -d '{{\"head\":\"promote/production/'$1'\",\"base\":\"main\",\"title\":\"promote '$1'\"}}' \"$url{target}\" | sed 's/.*\"number\":\\([0-9]*\\).*/\\1/')\n"
        ),
        other => panic!("a promotion is not heard to say {other} {target}"),
    }
}
