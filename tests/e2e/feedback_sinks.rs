//! `feedback test` against real receivers: mail servers with STARTTLS and a login, sinks by HTTPS that check signatures as the real ones
//! do, and a way to Slack.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::thread;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::support::World;
use crate::support::authority::{Script, certified};
use crate::support::http::{Listening, Request};
use crate::support::run::{Environment, Ran};

/// A world whose rules have these sinks.
fn world(sinks: &str) -> World {
    let world = World::new();
    let settings = world.settings().replace(
        "  mei: { principals: [mei@example.com] }\n",
        "  mei: { principals: [mei@example.com], email: mei@example.com, mobile: \"+86 138 1234 5678\" }\n  \
         bob: { principals: [bob@example.com], email: bob@example.com }\ngroups: { team: [mei, bob] }\n",
    );
    world.land_file("stageline.yaml", &format!("{settings}feedback:\n{sinks}"));
    world
}

/// Runs `feedback test` there.
fn test(world: &World, environment: &Environment, more: &[&str]) -> Ran {
    environment.stageline(&world.clone, &[&["feedback", "test"], more].concat())
}

/// The states of the sinks, with what is said of each.
fn states(ran: &Ran) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let report = ran.json();
    let sinks = report["sinks"].as_array().expect("sinks");
    sinks.iter().map(|one| (text(&one["state"]), text(&one["says"]))).collect()
}

#[test]
fn without_their_variables_sinks_are_named_and_nothing_failed() {
    let world = world(
        "  - { slack: $SLACK_WEBHOOK_URL }\n  - { dingtalk: $DINGTALK_URL, secret: $DINGTALK_SECRET }\n  - { email: $SMTP_URL, from: ci@example.com, to: [mei] }\n",
    );
    let environment = &world.environment;
    let ran = test(&world, environment, &[]).exits(0);
    assert_eq!(
        ran.stdout,
        "1  slack     not set  `SLACK_WEBHOOK_URL` is not set here\n\
         2  dingtalk  not set  `DINGTALK_URL` is not set here\n\
         3  email     not set  `SMTP_URL` is not set here\n"
    );
    let one = test(&world, environment, &["--only", "email", "-o", "json"]).exits(0).json();
    assert_eq!((one["sinks"].as_array().map(Vec::len), &one["sinks"][0]["number"]), (Some(1), &json!(3)));
    assert_eq!(test(&world, environment, &["--only", "2", "-o", "name"]).exits(0).stdout, "dingtalk\n");
    for only in ["4", "0", "teams"] {
        assert_eq!(test(&world, environment, &["--only", only, "-o", "json"]).exits(2).refusal(), "no-such-sink");
    }
    test(&world, environment, &["--offline", "-o", "json"]).exits(2);
    let bare = World::new();
    assert_eq!(test(&bare, &bare.environment, &["-o", "json"]).exits(2).refusal(), "no-such-sink");
}

#[test]
fn the_json_of_feedback_test_is_what_its_schema_says() {
    let world = world("  - { slack: $SLACK_WEBHOOK_URL }\n");
    let schema = world.run(&["schema", "feedback-test"]).exits(0).stdout;
    let schema: Value = serde_json::from_str(&schema).expect("a JSON Schema");
    let validator = jsonschema::validator_for(&schema).expect("a valid schema");
    let mut told = test(&world, &world.environment, &["-o", "json"]).exits(0).json();
    assert!(validator.is_valid(&told), "{told}");
    told["sinks"][0]["state"] = json!("fine");
    assert!(!validator.is_valid(&told), "a schema that takes anything proves nothing");
}

/// HMAC-SHA256 in base 64.
fn sign(key: &str, text: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("a key");
    mac.update(text.as_bytes());
    STANDARD.encode(mac.finalize().into_bytes())
}

fn ok(body: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len()).into_bytes()
}

/// The milliseconds of now.
fn now() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}

/// As DingTalk does: within an hour, by the secret, and 200 whatever it thinks.
fn dingtalk(request: &Request) -> Vec<u8> {
    let query: Vec<(&str, &str)> = request.query.split('&').filter_map(|one| one.split_once('=')).collect();
    let value = |name: &str| query.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| *value);
    let (time, given) = (value("timestamp"), value("sign").replace("%2B", "+").replace("%2F", "/").replace("%3D", "="));
    let is_now = time.parse::<i64>().is_ok_and(|time| (now() - time).abs() < 3_600_000);
    let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    let (code, words) = match () {
        () if value("access_token") != "CANARYTOKEN" => (300_005, "token is not exist"),
        () if !is_now || given != sign("CANARYSECRET", &format!("{time}\nCANARYSECRET")) => (310_000, "sign not match"),
        () if body["msgtype"] != "markdown" || !body["markdown"]["text"].is_string() => (40_035, "miss param"),
        () => (0, "ok"),
    };
    ok(&json!({ "errcode": code, "errmsg": words }).to_string())
}

/// As Feishu does.
fn feishu(request: &Request) -> Vec<u8> {
    let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    let time = body["timestamp"].as_str().unwrap_or_default();
    let is_now = time.parse::<i64>().is_ok_and(|time| (now() / 1000 - time).abs() < 3600);
    let is_signed = body["sign"].as_str() == Some(&sign(&format!("{time}\nCANARYSECRET"), ""));
    let (code, words) = match () {
        () if !is_now || !is_signed => {
            (19_021, "sign match fail or timestamp is not within one hour from current time")
        }
        () if body["msg_type"] != "post" => (9499, "Bad Request"),
        () => (0, "success"),
    };
    ok(&json!({ "code": code, "msg": words, "data": {} }).to_string())
}

/// What came, by its path.
type Came = Arc<Mutex<Vec<(String, Value)>>>;

/// Receivers behind one server by HTTPS, with a certificate of an authority of our own.
struct Receivers {
    _listening: Listening,
    tls: Script,
    folder: PathBuf,
    came: Came,
}

impl Receivers {
    fn start(world: &World) -> Self {
        let folder = world.path("authority");
        certified(&world.environment, &folder, "IP:127.0.0.1,DNS:slack.com,DNS:localhost");
        let came = Came::default();
        let shared = Arc::clone(&came);
        let listening = Listening::start(move |request| {
            let body = serde_json::from_slice(&request.body).unwrap_or_default();
            let path = request.path.clone();
            shared.lock().expect("nobody failed").push((path.clone(), body));
            Ok(match path.split('/').nth(1).unwrap_or_default() {
                "dingtalk" => dingtalk(request),
                "feishu" => feishu(request),
                "wecom" => ok("{\"errcode\":0,\"errmsg\":\"ok\"}"),
                "teams" => b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n".to_vec(),
                "slack" => ok("ok"),
                "api" => slack(request),
                "moved" => {
                    b"HTTP/1.1 307 Temporary Redirect\r\nLocation: /slack/x\r\nContent-Length: 0\r\n\r\n".to_vec()
                }
                "lost" => Vec::new(),
                _ => ok("thanks"),
            })
        });
        let port = listening.port().to_string();
        let tls = Script::start(&world.environment, &folder, "tls.py", &["cert.pem", "key.pem", &port]);
        Self { _listening: listening, tls, folder, came }
    }

    /// An address below it.
    fn url(&self, path: &str) -> String {
        format!("https://127.0.0.1:{}{path}", self.tls.port)
    }

    /// What has come so far, by its path.
    fn came(&self) -> Vec<(String, Value)> {
        self.came.lock().expect("nobody failed").clone()
    }

    /// The surroundings of a job that trusts it and may speak to it.
    fn job(&self, world: &World) -> Environment {
        let authority = self.folder.join("ca.pem");
        let here = format!("127.0.0.1:{}", self.tls.port);
        world.environment.with("SSL_CERT_FILE", authority).with("STAGELINE_ALLOW_HOSTS", here)
    }
}

/// As `chat.postMessage` does.
fn slack(request: &Request) -> Vec<u8> {
    let is_known = request.header("authorization") == Some("Bearer xoxb-CANARY");
    let is_there = request.path == "/api/chat.postMessage";
    let told = match (is_known, is_there) {
        (true, true) => json!({ "ok": true, "channel": "C1", "ts": "1503435956.000247" }),
        (false, _) => json!({ "ok": false, "error": "invalid_auth" }),
        (true, false) => json!({ "ok": false, "error": "unknown_method" }),
    };
    ok(&told.to_string())
}

const ALL: &str = "  - { slack: $SLACK_URL }
  - { dingtalk: $DINGTALK_URL, secret: $DINGTALK_SECRET, mobiles: [mei] }
  - { teams: $TEAMS_URL }
  - { feishu: $FEISHU_URL, secret: $FEISHU_SECRET }
  - { wecom: $WECOM_URL }
  - { webhook: $STAGELINE_HOOK, secret: $STAGELINE_HOOK_SECRET }
  - { webhook: $STAGELINE_EVENTS, format: cdevents }
";

fn all_set(job: &Environment, receivers: &Receivers) -> Environment {
    job.with("SLACK_URL", receivers.url("/slack/CANARYPATH"))
        .with("DINGTALK_URL", receivers.url("/dingtalk/send?access_token=CANARYTOKEN"))
        .with("DINGTALK_SECRET", "CANARYSECRET")
        .with("TEAMS_URL", receivers.url("/teams/CANARYPATH?sig=CANARYTOKEN"))
        .with("FEISHU_URL", receivers.url("/feishu/CANARYPATH"))
        .with("FEISHU_SECRET", "CANARYSECRET")
        .with("WECOM_URL", receivers.url("/wecom/send?key=CANARYTOKEN"))
        .with("STAGELINE_HOOK", receivers.url("/hook/CANARYPATH"))
        .with("STAGELINE_HOOK_SECRET", "CANARYSECRET")
        .with("STAGELINE_EVENTS", receivers.url("/events"))
}

#[test]
fn each_sink_is_told_by_https_with_a_certificate_and_signatures_are_what_the_real_ones_check() {
    let world = world(ALL);
    if !world.environment.has("python3") || !world.environment.has("openssl") {
        return;
    }
    let receivers = Receivers::start(&world);
    let job = all_set(&receivers.job(&world), &receivers);
    let ran = test(&world, &job, &["-o", "json"]).exits(0);
    assert_eq!(states(&ran), vec![("told".to_string(), String::new()); 7], "{ran}");
    let came = receivers.came();
    assert_eq!(came.len(), 7);
    let dingtalk = &came.iter().find(|(path, _)| path.starts_with("/dingtalk")).expect("it came").1;
    assert_eq!(dingtalk["at"], json!({ "atMobiles": ["13812345678"], "isAtAll": false }));
    let event = &came.iter().find(|(path, _)| path == "/events").expect("it came").1;
    assert_eq!(event["context"]["type"], "dev.cdeventsx.stageline-test.told.0.1.0");

    // A wrong secret is the sink's own no, though it says 200; the others are told all the same.
    let wrong = job.with("DINGTALK_SECRET", "CANARYWRONG").with("FEISHU_SECRET", "CANARYWRONG");
    let ran = test(&world, &wrong, &["-o", "json"]).exits(5);
    let states = states(&ran);
    assert!(states[1].0 == "failed" && states[1].1.contains("310000: sign not match"), "{ran}");
    assert!(states[3].0 == "failed" && states[3].1.contains("19021"), "{ran}");
    assert_eq!(states.iter().filter(|(state, _)| state == "told").count(), 5, "{ran}");
    assert!(!ran.to_string().contains("CANARY"), "{ran}");
}

#[test]
fn what_is_not_to_be_trusted_or_gone_to_is_not_told_by_https_with_a_certificate() {
    let world = world("  - { slack: $SLACK_URL }\n");
    if !world.environment.has("python3") || !world.environment.has("openssl") {
        return;
    }
    let receivers = Receivers::start(&world);
    let job = receivers.job(&world);
    let port = receivers.tls.port;
    let host = |name: &str| format!("https://{name}:{port}/slack/CANARYPATH");
    for (job, url, why) in [
        (world.environment.with("STAGELINE_ALLOW_HOSTS", "127.0.0.1"), host("127.0.0.1"), "certificate is not trusted"),
        (job.with("STAGELINE_ALLOW_HOSTS", ""), host("127.0.0.1"), "STAGELINE_ALLOW_HOSTS"),
        (job.with("STAGELINE_ALLOW_HOSTS", "127.0.0.1:1"), host("127.0.0.1"), "STAGELINE_ALLOW_HOSTS"),
        (job.clone(), host("localhost"), "STAGELINE_ALLOW_HOSTS"),
        (job.clone(), host("2130706433"), "STAGELINE_ALLOW_HOSTS"),
        (job.clone(), host("[::ffff:7f00:1]"), "STAGELINE_ALLOW_HOSTS"),
        (job.clone(), receivers.url("/moved/CANARYPATH"), "no redirect is followed"),
    ] {
        let ran = test(&world, &job.with("SLACK_URL", url.clone()), &["-o", "json"]).exits(5);
        let states = states(&ran);
        assert!(states[0].0 == "failed" && states[0].1.contains(why), "{url}: {ran}");
        assert!(!ran.to_string().contains("CANARY"), "{ran}");
    }
    assert!(receivers.came().iter().all(|(path, _)| path.starts_with("/moved")), "{:?}", receivers.came());
    let ran = test(&world, &job.with("SLACK_URL", receivers.url("/lost/CANARYPATH")), &["-o", "json"]).exits(3);
    assert_eq!(states(&ran)[0].0, "unknown", "{ran}");
    assert!(!ran.to_string().contains("CANARY"), "{ran}");
}

/// A proxy that takes everybody who asks for a way to the server at a port, and notes whom they asked for.
fn proxy(server: u16) -> (u16, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    let port = listener.local_addr().expect("it is bound").port();
    let asked = Arc::new(Mutex::new(Vec::new()));
    let shared = Arc::clone(&asked);
    thread::spawn(move || {
        while let Ok((mut client, _)) = listener.accept() {
            let mut head = Vec::new();
            let mut byte = [0];
            while !head.ends_with(b"\r\n\r\n") && client.read(&mut byte).unwrap_or(0) == 1 {
                head.push(byte[0]);
            }
            let first = String::from_utf8_lossy(&head).lines().next().unwrap_or_default().to_owned();
            shared.lock().expect("nobody failed").push(first);
            let mut inner = TcpStream::connect(("127.0.0.1", server)).expect("the server");
            client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").expect("it listens");
            let (mut from, mut to) = (client.try_clone().expect("a handle"), inner.try_clone().expect("a handle"));
            thread::spawn(move || std::io::copy(&mut from, &mut to));
            let _ = std::io::copy(&mut inner, &mut client);
        }
    });
    (port, asked)
}

#[test]
fn a_bot_of_slack_is_spoken_to_through_a_proxy_by_https_with_a_certificate() {
    let world = world("  - { slack-token: $SLACK_TOKEN, channel: \"#releases\" }\n");
    if !world.environment.has("python3") || !world.environment.has("openssl") {
        return;
    }
    let receivers = Receivers::start(&world);
    let (port, asked) = proxy(receivers.tls.port);
    let job = receivers.job(&world).with("HTTPS_PROXY", format!("http://127.0.0.1:{port}"));
    let ran = test(&world, &job.with("SLACK_TOKEN", "xoxb-CANARY"), &["-o", "json"]).exits(0);
    assert_eq!(states(&ran)[0].0, "told", "{ran}");
    assert_eq!(asked.lock().expect("nobody failed")[0], "CONNECT slack.com:443 HTTP/1.1");
    let (path, body) = &receivers.came()[0];
    assert_eq!((path.as_str(), &body["channel"]), ("/api/chat.postMessage", &json!("#releases")));
    assert!(body["blocks"][0]["text"]["text"].as_str().is_some_and(|text| text.starts_with("test message")), "{body}");
    let ran = test(&world, &job.with("SLACK_TOKEN", "xoxb-CANARYWRONG"), &["-o", "json"]).exits(5);
    assert!(states(&ran)[0].1.contains("invalid_auth") && !ran.to_string().contains("CANARY"), "{ran}");
    // The proxy reaches what this machine reaches, so that what is named as an address is looked at here.
    let near = world.copy();
    near.land_file(
        "stageline.yaml",
        &near.read("stageline.yaml").replace("slack-token: $SLACK_TOKEN, channel: \"#releases\"", "slack: $SLACK_URL"),
    );
    let ran = test(&near, &job.with("SLACK_URL", "https://169.254.169.254/CANARY"), &["-o", "json"]).exits(5);
    assert!(states(&ran)[0].1.contains("STAGELINE_ALLOW_HOSTS"), "{ran}");
    assert_eq!(asked.lock().expect("nobody failed").len(), 2);
}

/// A mail server that does this, and the surroundings of a job that may speak to it.
struct Mail {
    server: Script,
    folder: PathBuf,
    job: Environment,
}

impl Mail {
    fn start(world: &World, how: &str) -> Option<Self> {
        let packages = std::env::var_os("STAGELINE_SMTPD")?;
        let authority = world.path("authority");
        if !authority.exists() {
            certified(&world.environment, &authority, "IP:127.0.0.1,DNS:localhost");
        }
        let folder = world.path(&format!("mail-{how}"));
        std::fs::create_dir_all(&folder).expect("a folder");
        let environment = world.environment.with("PYTHONPATH", packages);
        let path = folder.to_string_lossy().into_owned();
        let server = Script::start(&environment, &authority, "mail.py", &["cert.pem", "key.pem", &path, how]);
        let job = world
            .environment
            .with("SSL_CERT_FILE", authority.join("ca.pem"))
            .with("STAGELINE_ALLOW_HOSTS", "127.0.0.1");
        Some(Self { server, folder, job })
    }

    /// A job with the address of the server, with this login.
    fn by(&self, scheme: &str, login: &str) -> Environment {
        self.job.with("SMTP_URL", format!("{scheme}://{login}@127.0.0.1:{}", self.server.port))
    }

    /// The message that came with this number.
    fn message(&self, number: usize) -> Option<Value> {
        let text = std::fs::read_to_string(self.folder.join(format!("{number}.json"))).ok()?;
        Some(serde_json::from_str(&text).expect("JSON"))
    }

    /// Each login and each sender that was named.
    fn seen(&self) -> String {
        std::fs::read_to_string(self.folder.join("seen")).unwrap_or_default()
    }
}

const LOGIN: &str = "mei%40example.com:CANARY%2Fp%40ss%3Aword%25";
const MAIL: &str = "  - { email: $SMTP_URL, from: ci@example.com, to: [team] }\n";

fn header<'m>(message: &'m Value, name: &str) -> Vec<&'m str> {
    let all = message["headers"].as_array().expect("headers").iter().filter(|one| one[0] == name);
    all.map(|one| one[1].as_str().expect("a text")).collect()
}

#[test]
fn a_message_arrives_encrypted_and_whole_at_a_real_mail_server() {
    let world = world(MAIL);
    for (how, scheme) in [("takes", "smtp"), ("tls", "smtps")] {
        let Some(mail) = Mail::start(&world, how) else { return };
        let ran = test(&world, &mail.by(scheme, LOGIN), &["-o", "json"]).exits(0);
        assert_eq!(states(&ran), [("told".to_string(), String::new())], "{ran}");
        let message = mail.message(1).expect("it came");
        assert_eq!(
            (&message["from"], &message["to"]),
            (&json!("ci@example.com"), &json!(["mei@example.com", "bob@example.com"]))
        );
        assert_eq!((&message["encrypted"], &message["defects"]), (&json!(true), &json!([])));
        assert_eq!(header(&message, "Subject"), ["test message of stageline for this repository"]);
        assert_eq!(header(&message, "To"), ["mei@example.com, bob@example.com"]);
        assert_eq!(header(&message, "Auto-Submitted"), ["auto-generated"]);
        assert_eq!(header(&message, "In-Reply-To"), header(&message, "References"));
        let id = header(&message, "Message-ID");
        assert!(id.len() == 1 && id[0].ends_with("@example.com>") && id != header(&message, "In-Reply-To"), "{id:?}");
        assert!(message["plain"].as_str().is_some_and(|text| text.contains("why: somebody asked")), "{message}");
        assert!(
            message["html"].as_str().is_some_and(|text| text.contains("<h2 ") && text.contains("why: ")),
            "{message}"
        );
        assert!(!mail.seen().contains("clear"), "{}", mail.seen());
        assert!(!ran.to_string().contains("CANARY") && !message.to_string().contains("CANARY"), "{ran}");
    }
}

#[test]
fn nothing_is_sent_in_the_clear_nor_to_whom_nobody_vouches_for_at_a_real_mail_server() {
    let world = world(MAIL);
    let Some(mail) = Mail::start(&world, "no-starttls") else { return };
    let ran = test(&world, &mail.by("smtp", LOGIN), &["-o", "json"]).exits(5);
    assert!(states(&ran)[0].1.contains("offers no STARTTLS"), "{ran}");
    assert_eq!((mail.seen(), mail.message(1)), (String::new(), None), "no login, no sender, no message");
    let mail = Mail::start(&world, "takes").expect("it is here");
    let stranger = mail.by("smtp", LOGIN).with("SSL_CERT_FILE", "/dev/null");
    let ran = test(&world, &stranger, &["-o", "json"]).exits(5);
    assert!(states(&ran)[0].1.contains("certificate"), "{ran}");
    for allowed in ["", "127.0.0.1:1", "localhost"] {
        let ran =
            test(&world, &mail.by("smtp", LOGIN).with("STAGELINE_ALLOW_HOSTS", allowed), &["-o", "json"]).exits(5);
        assert!(states(&ran)[0].1.contains("STAGELINE_ALLOW_HOSTS"), "{ran}");
        assert!(!ran.to_string().contains("CANARY"), "{ran}");
    }
    assert_eq!((mail.seen(), mail.message(1)), (String::new(), None));
}

#[test]
fn each_no_and_each_lost_answer_has_its_name_at_a_real_mail_server() {
    let world = world(MAIL);
    for (how, login, code, state, why) in [
        ("closes", LOGIN, 3, "unknown", "it may have been taken"),
        ("busy", LOGIN, 5, "failed", "451"),
        ("refuses", LOGIN, 5, "failed", "554"),
        ("says-no", LOGIN, 5, "failed", "no mail from you, ***"),
        ("hangs-up", LOGIN, 5, "failed", "cannot be reached"),
        ("takes", "mei%40example.com:CANARYwrong", 5, "failed", "535"),
        ("knows-one", LOGIN, 0, "told", "`bob@example.com` is refused"),
    ] {
        let Some(mail) = Mail::start(&world, how) else { return };
        let ran = test(&world, &mail.by("smtp", login), &["-o", "json"]).exits(code);
        let states = states(&ran);
        assert!(states[0].0 == state && states[0].1.contains(why), "{how}: {ran}");
        assert!(!ran.to_string().contains("CANARY"), "{how}: {ran}");
        let came = usize::from(mail.message(1).is_some()) + usize::from(mail.message(2).is_some());
        assert_eq!(came, usize::from(["closes", "knows-one"].contains(&how)), "{how}: sent once or not at all");
    }
}
