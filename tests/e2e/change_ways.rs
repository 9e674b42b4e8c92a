//! One request, judged and approved on every way to its repository: the change digest is the same, and the hook takes each approval.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use crate::support::authority::Script;
use crate::support::court::{Court, Work, a_second_later};
use crate::support::hooked::{hooked, lands, refused};
use crate::support::run::Environment;
use crate::support::transport::{Served, Transport};
use crate::support::world::overlay_file;

/// Production takes an approval of the managers, alice and carol.
fn court() -> Court {
    let court = Court::ruled(|rules| {
        *rules = rules
            .replace("      soak: 1h\n", "      soak: 1h\n      approvals: { count: 1, from: managers }\n")
            .replace("groups: { managers: [alice] }", "groups: { managers: [alice, carol] }")
            .replace("people:\n", "people:\n  carol: { principals: [carol@example.com] }\n");
    });
    court.world.write(".stageline/allowed_signers", &court.signers(&["alice", "bob", "carol"]));
    court.land_ago(500, "carol has a key");
    court
}

/// Alice's branch `ask`, which pins web in production, pushed.
fn asked(court: &Court) -> Work {
    let work = court.work("alice").pin("web", "production", &court.commit("web", 5)).commit("to production");
    work.git(&["push", "-q", "origin", "HEAD:refs/heads/ask"])
}

/// A way to the repository: where the program is started, with what before the verb.
struct Way {
    name: &'static str,
    dir: PathBuf,
    first: Vec<String>,
    environment: Environment,
}

impl Way {
    fn says(&self, args: &[&str]) -> (Option<i32>, Value) {
        let first: Vec<&str> = self.first.iter().map(String::as_str).collect();
        let ran = self.environment.stageline(&self.dir, &[&first, args, &["-o", "json"]].concat());
        (ran.code(), ran.json())
    }
}

/// A clone of an address on its own way, and the address alone.
fn both(court: &Court, environment: &Environment, names: [&'static str; 2], address: &str) -> [Way; 2] {
    let (folder, away) = (court.world.path(&names[0].replace(' ', "-")), court.world.path(&names[1].replace(' ', "-")));
    environment.git(&court.world.path(""), &["clone", "-q", address, &folder.to_string_lossy()]);
    std::fs::create_dir_all(&away).expect("a folder");
    let way = |name, dir, first| Way { name, dir, first, environment: environment.clone() };
    [way(names[0], folder, Vec::new()), way(names[1], away, vec!["--repo".to_string(), address.to_string()])]
}

/// The digest that `verify` tells of a request.
#[track_caller]
fn judged(report: &Value) -> String {
    let change = &report["refs"][0]["changes"][0]["change"];
    change.as_str().unwrap_or_else(|| panic!("no change: {report:#}")).to_string()
}

/// What the hook says of the push of the request to main.
fn pushed(court: &Court, work: &Work) -> (Option<i32>, String) {
    let server = &court.world.remote;
    let old = court.world.environment.git(server, &["rev-parse", "main"]);
    let verdict = work.pre_receive(server, &format!("{old} {} refs/heads/main\n", work.head()));
    (verdict.code, judged(&verdict.report))
}

/// On each way the request is the same change, and waits; approved there, it passes the hook; and waits again once that was taken back.
fn each_way(court: &Court, work: &Work, ways: &[Way]) {
    let (code, change) = pushed(court, work);
    assert_eq!(code, Some(3), "it waits");
    for way in ways {
        let (code, report) = way.says(&["verify", &work.head()]);
        assert_eq!((code, judged(&report)), (Some(3), change.clone()), "{}", way.name);
        a_second_later();
        let (code, report) = way.says(&["approve", "ask"]);
        assert_eq!((code, &report["change"]), (Some(0), &json!(change)), "{}: {report:#}", way.name);
        assert_eq!(pushed(court, work), (Some(0), change.clone()), "{}", way.name);
        let (code, report) = way.says(&["approve", "ask", "--withdraw"]);
        assert_eq!((code, &report["change"]), (Some(0), &json!(change)), "{}: {report:#}", way.name);
        assert_eq!(pushed(court, work), (Some(3), change.clone()), "{}", way.name);
    }
}

#[test]
fn a_request_is_one_change_by_a_path_in_a_bare_clone_and_by_repo_and_the_hook_takes_each_approval() {
    let court = court();
    let work = asked(&court);
    let carol = court.environment("carol");
    let path = court.world.remote.to_string_lossy().into_owned();
    let mut ways: Vec<Way> = both(&court, &carol, ["by a path", "by a folder"], &path).into();
    ways.extend(both(
        &court,
        &carol,
        ["by a file address", "by a file address and no clone"],
        &format!("file://{path}"),
    ));
    let bare = court.world.clone_as("bare.git", &["--bare"]);
    court.world.environment.git(&bare, &["config", "remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*"]);
    ways.push(Way { name: "in a bare clone", dir: bare, first: Vec::new(), environment: carol.clone() });
    each_way(&court, &work, &ways);
}

/// TLS before a server of this machine, until this is dropped.
struct Tls {
    script: Script,
    certificate: PathBuf,
}

impl Tls {
    fn before(court: &Court, port: &str) -> Self {
        let (environment, folder) = (&court.world.environment, court.world.path("tls"));
        std::fs::create_dir_all(&folder).expect("a folder");
        let args = "req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1";
        environment.tool("openssl", &folder, &args.split(' ').collect::<Vec<_>>());
        let script = Script::start(environment, &folder, "tls.py", &["cert.pem", "key.pem", port]);
        Self { script, certificate: folder.join("cert.pem") }
    }
}

#[test]
fn a_request_is_the_same_change_by_https_with_a_certificate() {
    let court = court();
    if !court.world.environment.has("python3") || !court.world.environment.has("openssl") {
        return;
    }
    let work = asked(&court);
    let served = Served::start(&court.world, Transport::Http);
    let port = served.address().strip_suffix("/remote.git").and_then(|rest| rest.rsplit(':').next()).expect("a port");
    let tls = Tls::before(&court, port);
    let carol = court.environment("carol").with("GIT_SSL_CAINFO", &tls.certificate);
    let address = format!("https://127.0.0.1:{}/remote.git", tls.script.port);
    each_way(&court, &work, &both(&court, &carol, ["by tls", "by tls and no clone"], &address));
}

#[test]
fn a_request_is_the_same_change_over_ssh_and_the_hook_of_the_server_takes_the_approval() {
    let court = court();
    hooked(&court);
    let served = Served::start(&court.world, Transport::Ssh);
    let command = served.environment().get("GIT_SSH_COMMAND").to_string_lossy().into_owned();
    let carol = court.environment("carol").with("GIT_SSH_COMMAND", &command);
    let work = court.work_at("alice", served.address(), &[("GIT_SSH_COMMAND", &command)]);
    let work = work.pin("web", "production", &court.commit("web", 5)).commit("to production");
    lands(&work, &["HEAD:refs/heads/ask"]);
    let ways = both(&court, &carol, ["by ssh", "by ssh and no clone"], served.address());
    each_way(&court, &work, &ways);
    refused(&work, &["HEAD:main"], "approv");
    ways[1].says(&["approve", "ask"]);
    lands(&work, &["HEAD:main"]);
}

/// The rules of an entry as the page has them: without what binds no change, and its keys sorted.
fn binding(entry: &Value, without: &[&str]) -> String {
    let kept = |(key, _): &(&String, &Value)| !without.contains(&key.as_str());
    let own: Map<String, Value> = entry
        .as_object()
        .expect("an entry")
        .iter()
        .filter(kept)
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    sorted(&own.into()).to_string()
}

fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut all: Vec<(&String, &Value)> = map.iter().collect();
            all.sort_by_key(|(key, _)| *key);
            all.into_iter().map(|(key, value)| (key.clone(), sorted(value))).collect::<Map<_, _>>().into()
        }
        Value::Array(all) => all.iter().map(sorted).collect::<Vec<_>>().into(),
        other => other.clone(),
    }
}

#[test]
fn the_script_of_the_page_makes_the_digest_of_a_request_from_what_the_page_says_of_it() {
    let court = court();
    if !court.world.environment.has("python3") {
        return;
    }
    let work = asked(&court);
    let (_, change) = pushed(&court, &work);
    let config =
        work.environment.stageline(&work.dir, &["config", "show", "-o", "json"]).exits(0).json()["settings"].clone();
    let named = |list: &str, name: &str| {
        let all = config[list].as_array().unwrap_or_else(|| panic!("{config:#}"));
        all.iter().find(|one| one["name"] == name).expect("it is there").clone()
    };
    let rule =
        |of: &str, name: Option<&str>, text: String| json!({ "branch": "main", "of": of, "name": name, "text": text });
    let unbinding = ["name", "git", "clusters", "requests", "stable-after"];
    let vector = json!([{
        "name": "a request",
        "repository": { "id": "shop" },
        "target": "main",
        "rules": [
            rule("file", None, json!({ "signing": "required" }).to_string()),
            rule("environment", Some("production"), binding(&named("environments", "production"), &unbinding)),
            rule("application", Some("web"), binding(&named("applications", "web"), &["name", "was", "members", "pins"])),
            rule("group", Some("managers"), config["groups"]["managers"].to_string()),
        ],
        "pins": [{
            "file": overlay_file("web", "production"), "application": "web", "environment": "production",
            "pin": "registry.example.com/shop/web", "nth": 0, "cluster": null,
            "from": court.commit("web", 3), "to": court.commit("web", 5),
        }],
        "edits": [],
        "holds": [],
        "digest": change,
    }]);
    let file = court.world.path("vector.json");
    std::fs::write(&file, vector.to_string()).expect("a file");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/change-digest.py");
    let ran =
        court.world.environment.command("python3", &court.world.path("")).arg("-B").arg(&script).arg(&file).output();
    let ran = ran.expect("it starts");
    assert!(
        ran.status.success(),
        "{}{}\n{config:#}",
        String::from_utf8_lossy(&ran.stdout),
        String::from_utf8_lossy(&ran.stderr)
    );
}
