//! What every sink has in common: nothing from outside is more than text, nothing is larger than the sink takes, nothing secret is told,
//! and each way that a delivery can go wrong has its name.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use serde_json::Value;

use super::sample::{desk, feedback, hostile, message, order, set, variable};
use super::*;
use crate::domain::inert::APART;
use crate::domain::message::Message;
use crate::domain::settings::{Addressee, Feedback, Settings, WebhookFormat};

/// What a server that we play does with what it was sent.
#[derive(Clone, Copy)]
enum Does {
    Answers(&'static str),
    Closes,
    IsSlow,
}

/// A server for one request: its port, and what it was sent.
fn serves(does: Does) -> (u16, Receiver<String>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let (sender, receiver) = channel();
    thread::spawn(move || {
        while let Ok((mut stream, _)) = listener.accept() {
            let _ = sender.send(whole(&mut stream));
            match does {
                Does::Answers(text) => drop(stream.write_all(text.as_bytes())),
                Does::IsSlow => thread::sleep(Duration::from_millis(1500)),
                Does::Closes => {}
            }
            let _ = stream.shutdown(Shutdown::Both);
        }
    });
    (port, receiver)
}

/// A request to its end.
fn whole(stream: &mut TcpStream) -> String {
    let mut all = Vec::new();
    let mut part = [0; 65536];
    loop {
        let count = stream.read(&mut part).unwrap_or(0);
        all.extend_from_slice(&part[..count]);
        let text = String::from_utf8_lossy(&all).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
        if count == 0 || body.len() >= length.unwrap_or(0) {
            return text;
        }
    }
}

/// Each sink by HTTP that has an address of its own, as it stands in the settings.
fn sinks() -> Vec<(Feedback, &'static str)> {
    let url = || variable("STAGELINE_URL");
    let secret = || Some(variable("STAGELINE_SECRET"));
    let mobiles = vec![Addressee::Authors];
    [
        (Sink::Slack { url: url() }, "ok"),
        (Sink::Dingtalk { url: url(), secret: secret(), mobiles }, "{\"errcode\":0,\"errmsg\":\"ok\"}"),
        (Sink::Teams { url: url() }, "1"),
        (Sink::Feishu { url: url(), secret: secret() }, "{\"code\":0,\"msg\":\"success\"}"),
        (Sink::Wecom { url: url() }, "{\"errcode\":0,\"errmsg\":\"ok\"}"),
        (Sink::Webhook { url: url(), secret: secret(), format: None }, "thanks"),
        (Sink::Webhook { url: url(), secret: secret(), format: Some(WebhookFormat::Cdevents) }, ""),
    ]
    .into_iter()
    .map(|(sink, good)| (feedback(sink), good))
    .collect()
}

/// What becomes of a message at a server that does this.
fn delivered(to: &Feedback, message: &Message, template: Option<&str>, does: Does) -> (Delivery, Vec<String>) {
    let is_slow = matches!(does, Does::IsSlow);
    let (port, sent) = serves(does);
    let url = format!("http://127.0.0.1:{port}/services/CANARYPATH/canarytoken77?access_token=CANARYQUERY");
    let allowed = format!("127.0.0.1:{port}");
    let secret = "CANARYSECRET";
    let variables = set(&[("STAGELINE_URL", &url), ("STAGELINE_SECRET", secret), ("STAGELINE_ALLOW_HOSTS", &allowed)]);
    let settings = Settings::default();
    let desk = desk(&variables, &settings);
    // Nobody waits longer than for one that only takes its time.
    let limit = if is_slow { Duration::from_secs(1) } else { desk.limit };
    let delivery = deliver(&order(to, message, template), &Desk { limit, ..desk });
    (delivery, sent.try_iter().collect())
}

fn reply(status: &str, headers: &str, body: &str) -> Does {
    let text =
        format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len());
    Does::Answers(text.leak())
}

/// The body of a request.
fn body(request: &str) -> Value {
    serde_json::from_str(request.split_once("\r\n\r\n").unwrap().1).unwrap()
}

/// Every text of a value.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(all) => all.iter().flat_map(texts).collect(),
        Value::Object(all) => all.values().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}

/// The text without the addresses of pages that the message itself leads to; nothing in one can end it.
fn without_our_links(text: &str) -> String {
    let own = "https://evil.example.com/login";
    let text = &text.replace(&format!("]({own})"), "]()").replace(&format!("<{own}|"), "<|");
    let text = if text == own { "" } else { text };
    let mut out = String::new();
    for (nth, part) in text.split("https://git.example.com/").enumerate() {
        let end = part.find(|c: char| "|>)\n ".contains(c)).unwrap_or(part.len());
        out.push_str(if nth == 0 { part } else { &part[end..] });
    }
    out
}

/// What no text of a sink with markup may have in it, from whatever it was made.
fn assert_inert(kind: &str, text: &str, from: &str) {
    for c in text.chars().filter(|c| *c != '\n' && *c != APART) {
        assert!(!crate::domain::steering::steers(c, Some('🔥')), "{kind}: {c:?} of {from:?}: {text}");
    }
    let text = &without_our_links(text);
    let alone = |mark: &str| text.contains(mark);
    match kind {
        "slack" => {
            for mark in ["<!", "<@", "<#", "<https://evil", "*evil*", "`evil`", "@all ", "@13800000000"] {
                assert!(!alone(mark), "{mark} of {from:?}: {text}");
            }
            assert!(!text.lines().any(|line| line.starts_with("&gt;")), "{text}");
        }
        "dingtalk" | "wecom" => {
            let marks = [
                "<",
                "](https://evil",
                "![",
                "@all",
                "@1380000",
                "`evil`",
                "&lt;",
                "&#",
                "://evil",
                "www.evil",
                "**evil** ",
            ];
            for mark in marks {
                assert!(!alone(mark), "{kind}: {mark} of {from:?}: {text}");
            }
            assert!(!text.lines().any(|line| line.starts_with("# ") || line.starts_with("| ")), "{text}");
        }
        "feishu" => assert!(!alone("<at") && !alone("://evil"), "{from:?}: {text}"),
        _ => {}
    }
}

#[test]
fn forty_hostile_texts_are_only_text_at_every_sink() {
    assert_eq!(hostile().len(), 40);
    for (to, good) in sinks() {
        let kind = to.sink.kind();
        for text in hostile() {
            let (delivery, sent) = delivered(&to, &message(&text), None, reply("200 OK", "", good));
            assert_eq!(delivery, Delivery::told(), "{kind}: {text:?}");
            let sent = body(&sent[0]);
            if kind != "webhook" {
                let mut marked = sent.clone();
                // A header is plain text.
                if kind == "slack" {
                    marked["blocks"][0].take();
                }
                texts(&marked).iter().for_each(|one| assert_inert(kind, one, &text));
            }
            assert_shape(kind, &sent, &text);
        }
    }
}

/// What each sink is sent is of the size and the kind that it takes, whatever the message says.
fn assert_shape(kind: &str, sent: &Value, text: &str) {
    let size = sent.to_string().len();
    match kind {
        "slack" => {
            let blocks = sent["blocks"].as_array().unwrap();
            assert!(blocks.len() <= 50 && blocks[0]["type"] == "header", "{text:?}");
            let header = blocks[0]["text"]["text"].as_str().unwrap();
            assert!((1..=150).contains(&header.encode_utf16().count()) && !header.contains("<!"), "{header}");
            for block in &blocks[1..] {
                assert_eq!((&block["type"], &block["text"]["verbatim"]), (&"section".into(), &true.into()));
                assert!((1..=3000).contains(&block["text"]["text"].as_str().unwrap().chars().count()));
            }
        }
        "dingtalk" => {
            assert!(size <= 20_000 && sent["at"]["isAtAll"] == false, "{size}");
            assert_eq!(sent["at"]["atMobiles"], serde_json::json!(["13812345678"]));
            assert!(sent["markdown"]["text"].as_str().unwrap().ends_with("\n\n@13812345678"));
        }
        "wecom" => assert!(sent["markdown"]["content"].as_str().unwrap().len() <= 4096),
        "feishu" => {
            assert!(size <= 20 << 10, "{size}");
            let content = &sent["content"]["post"]["zh_cn"]["content"];
            let tags: Vec<&str> = content
                .as_array()
                .unwrap()
                .iter()
                .flat_map(|one| one.as_array().unwrap())
                .map(|one| one["tag"].as_str().unwrap())
                .collect();
            assert!(tags.iter().all(|tag| ["text", "a"].contains(tag)), "{tags:?}");
        }
        "teams" => {
            assert!(size <= 28 << 10, "{size}");
            let card = &sent["attachments"][0]["content"];
            assert!(card["body"].as_array().unwrap().iter().all(|one| one["type"] == "RichTextBlock"), "{card}");
        }
        // Whole, as it is: JSON has no markup.
        _ => assert!(sent["title"] == text || sent["customData"]["title"] == text, "{text:?}"),
    }
}

#[test]
fn a_template_escapes_every_value_for_its_sink_and_sees_nothing_but_the_message() {
    let template = "{{ title }} {{ moves[0].application }} {{ facts[0].text|upper }} {{ title|link(links[0].url) }}";
    for (to, good) in sinks().into_iter().filter(|(to, _)| to.sink.kind() != "webhook") {
        for text in hostile() {
            let (delivery, sent) = delivered(&to, &message(&text), Some(template), reply("200 OK", "", good));
            assert_eq!(delivery, Delivery::told(), "{text:?}");
            texts(&body(&sent[0])).iter().for_each(|one| assert_inert(to.sink.kind(), one, &text));
        }
        for wrong in [
            "{{ env }}",
            "{{ variables }}",
            "{{ url }}",
            "{{ STAGELINE_SECRET }}",
            "{% include 'x' %}",
            "{{ title|safe }}",
        ] {
            let (delivery, sent) = delivered(&to, &message("x"), Some(wrong), reply("200 OK", "", good));
            assert!(
                matches!(&delivery, Delivery::Refused(why) if why.contains("its template cannot be used")),
                "{delivery:?}"
            );
            assert!(sent.is_empty(), "nothing is sent");
        }
    }
    let (webhook, _) = &sinks()[5];
    for text in hostile() {
        let template = "{\"said\": \"{{ title }}\", \"count\": {{ moves|length }}}";
        let (delivery, sent) = delivered(webhook, &message(&text), Some(template), reply("200 OK", "", ""));
        assert_eq!(delivery, Delivery::told());
        assert_eq!(body(&sent[0]), serde_json::json!({ "said": text, "count": 1 }));
    }
    let (delivery, sent) = delivered(webhook, &message("x"), Some("no JSON"), reply("200 OK", "", ""));
    assert!(matches!(delivery, Delivery::Refused(why) if why.contains("no JSON")) && sent.is_empty());
}

/// The word for what became of it.
fn word(delivery: &Delivery) -> &'static str {
    match delivery {
        Delivery::Told { .. } => "told",
        Delivery::Unset { .. } => "unset",
        Delivery::Nobody(_) => "nobody",
        Delivery::Refused(_) => "refused",
        Delivery::NotNow { after: None, .. } => "not now",
        Delivery::NotNow { after: Some(_), .. } => "not now, but then",
        Delivery::Unknown(_) => "unknown",
    }
}

#[test]
fn each_fault_at_each_sink_has_its_name_and_tells_nothing_secret() {
    for (to, _) in sinks() {
        let kind = to.sink.kind();
        let has_secret = !matches!(kind, "slack" | "teams" | "wecom");
        let secret = if has_secret { "CANARYSECRET" } else { "" };
        let echo = format!("<html>Log in CANARYPATH canarytoken77 CANARYQUERY {secret}</html>");
        let echo = echo.as_str();
        for (what, does, wanted) in [
            ("429 that says when", reply("429 Too Many Requests", "Retry-After: 7\r\n", echo), "not now, but then"),
            ("429", reply("429 Too Many Requests", "", echo), "not now"),
            ("500", reply("500 Internal Server Error", "", echo), "not now"),
            ("503", reply("503 Service Unavailable", "Retry-After: 7\r\n", echo), "not now, but then"),
            ("502", reply("502 Bad Gateway", "", echo), "unknown"),
            ("504", reply("504 Gateway Timeout", "", echo), "unknown"),
            ("400", reply("400 Bad Request", "", echo), "refused"),
            ("403", reply("403 Forbidden", "", echo), "refused"),
            ("404", reply("404 Not Found", "", echo), "refused"),
            ("a redirect", reply("302 Found", "Location: http://127.0.0.1:1/x\r\n", echo), "refused"),
            ("a page", reply("200 OK", "", echo), if kind == "webhook" { "told" } else { "unknown" }),
            ("half an answer", Does::Answers("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\no"), "unknown"),
            ("no HTTP", Does::Answers("220 mail.example.com ESMTP\r\n"), "unknown"),
            ("no answer", Does::Closes, "unknown"),
            ("a slow one", Does::IsSlow, "unknown"),
        ] {
            let (delivery, _) = delivered(&to, &message("x"), None, does);
            assert_eq!(word(&delivery), wanted, "{kind}, {what}: {delivery:?}");
            assert!(!format!("{delivery:?}").to_lowercase().contains("canary"), "{kind}, {what}: {delivery:?}");
        }
    }
}

#[test]
fn nobody_there_is_not_told_and_can_be_told_later() {
    for (to, _) in sinks() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let host = listener.local_addr().unwrap().to_string();
        drop(listener);
        let url = format!("http://{host}/CANARYPATH");
        let variables =
            set(&[("STAGELINE_URL", &url), ("STAGELINE_SECRET", "CANARY"), ("STAGELINE_ALLOW_HOSTS", &host)]);
        let delivery = deliver(&order(&to, &message("x"), None), &desk(&variables, &Settings::default()));
        assert!(matches!(&delivery, Delivery::NotNow { why, after: None } if why.contains(&host)), "{delivery:?}");
        assert!(!format!("{delivery:?}").contains("CANARY"), "{delivery:?}");
    }
}

#[test]
fn success_is_what_the_sink_says_and_not_what_http_says() {
    for (sink, answer, wanted) in [
        (1, "{\"errcode\":310000,\"errmsg\":\"sign not match, canarytoken77\"}", "refused"),
        (1, "{\"errcode\":130101,\"errmsg\":\"send too fast\"}", "not now, but then"),
        (1, "{\"errcode\":410100,\"errmsg\":\"send too fast\"}", "not now, but then"),
        (1, "{\"errcode\":-1,\"errmsg\":\"system busy\"}", "not now"),
        (1, "{\"errcode\":\"0\"}", "unknown"),
        (2, "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 413", "refused"),
        (2, "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429", "not now"),
        (2, "", "told"),
        (
            3,
            "{\"code\":19021,\"msg\":\"sign match fail or timestamp is not within one hour from current time\"}",
            "refused",
        ),
        (3, "{\"code\":11232,\"msg\":\"frequency limited psm\"}", "not now, but then"),
        (3, "{}", "unknown"),
        (4, "{\"errcode\":93000,\"errmsg\":\"invalid webhook url\"}", "refused"),
        (4, "{\"errcode\":45009,\"errmsg\":\"api freq out of limit\"}", "not now, but then"),
        (0, "invalid_payload", "unknown"),
        (0, "ok\n", "told"),
    ] {
        let (to, _) = &sinks()[sink];
        let (delivery, _) = delivered(to, &message("x"), None, reply("200 OK", "", answer));
        assert_eq!(word(&delivery), wanted, "{answer}: {delivery:?}");
        assert!(!format!("{delivery:?}").contains("canarytoken77"), "{delivery:?}");
    }
    // Feishu says its limit with another status, too.
    let (delivery, _) = delivered(
        &sinks()[3].0,
        &message("x"),
        None,
        reply("400 Bad Request", "", "{\"code\":11232,\"msg\":\"frequency\"}"),
    );
    assert_eq!(word(&delivery), "not now, but then");
}

#[test]
fn a_sink_that_wants_to_be_left_alone_is_waited_for_as_long_as_there_is_patience() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let host = listener.local_addr().unwrap().to_string();
    thread::spawn(move || {
        for answer in ["429 Too Many Requests\r\nRetry-After: 1", "200 OK"] {
            let (mut stream, _) = listener.accept().unwrap();
            whole(&mut stream);
            let body = if answer.starts_with("200") { "ok" } else { "" };
            let text =
                format!("HTTP/1.1 {answer}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len());
            stream.write_all(text.as_bytes()).unwrap();
        }
    });
    let url = format!("http://{host}/x");
    let variables = set(&[("STAGELINE_URL", &url), ("STAGELINE_ALLOW_HOSTS", &host)]);
    let settings = Settings::default();
    let desk = Desk { patience: Duration::from_secs(5), ..desk(&variables, &settings) };
    assert_eq!(deliver(&order(&sinks()[0].0, &message("x"), None), &desk), Delivery::told());
}

#[test]
fn addresses_that_are_not_to_be_gone_to_are_refused_before_anything_is_sent() {
    let settings = Settings::default();
    let (port, sent) = serves(reply("200 OK", "", "ok"));
    for (url, why) in [
        (format!("http://hooks.example.com:{port}/CANARY"), "plain HTTP"),
        (format!("https://127.0.0.1:{port}/CANARY"), "STAGELINE_ALLOW_HOSTS"),
        (format!("http://localhost:{port}/CANARY"), "STAGELINE_ALLOW_HOSTS"),
        (format!("https://2130706433:{port}/CANARY"), "STAGELINE_ALLOW_HOSTS"),
        (format!("https://0177.0.0.1:{port}/CANARY"), "STAGELINE_ALLOW_HOSTS"),
        (format!("https://0x7f.1:{port}/CANARY"), "STAGELINE_ALLOW_HOSTS"),
        (format!("https://[::ffff:127.0.0.1]:{port}/CANARY"), "STAGELINE_ALLOW_HOSTS"),
        (format!("https://[::1]:{port}/CANARY"), "STAGELINE_ALLOW_HOSTS"),
        ("https://169.254.169.254/latest/CANARY".into(), "STAGELINE_ALLOW_HOSTS"),
        ("https://10.0.0.1/CANARY".into(), "STAGELINE_ALLOW_HOSTS"),
        ("https://user:CANARY@hooks.example.com/".into(), "holds no address"),
        (format!("https://hooks.example.com\\@127.0.0.1:{port}/CANARY"), "holds no address"),
        ("https://hooks.example.com/CANARY x".into(), "holds no address"),
        ("https://hooks.example.com/\r\nX-CANARY: 1".into(), "holds no address"),
        ("file:///etc/CANARY".into(), ""),
        ("ftp://hooks.example.com/CANARY".into(), "neither `https` nor `http`"),
        ("CANARY".into(), "holds no address"),
    ] {
        // A name of the house beside it helps nobody.
        let variables = set(&[
            ("STAGELINE_URL", &url),
            ("STAGELINE_SECRET", "x"),
            ("STAGELINE_ALLOW_HOSTS", "127.0.0.1:1,, chat.corp.example.com ,hooks.example.com.evil"),
        ]);
        for (to, _) in sinks() {
            let delivery = deliver(&order(&to, &message("x"), None), &desk(&variables, &settings));
            assert!(matches!(&delivery, Delivery::Refused(text) if text.contains(why)), "{url}: {delivery:?}");
            assert!(!format!("{delivery:?}").contains("CANARY"), "{delivery:?}");
        }
    }
    assert!(sent.try_iter().next().is_none(), "nothing arrived");
}

#[test]
fn a_variable_that_is_not_set_is_named_and_nobody_is_asked() {
    let settings = Settings::default();
    for variables in [set(&[]), set(&[("STAGELINE_URL", " ")])] {
        for (to, _) in sinks() {
            let delivery = deliver(&order(&to, &message("x"), None), &desk(&variables, &settings));
            assert_eq!(delivery, Delivery::Unset { variable: "STAGELINE_URL".into() });
        }
    }
    // A signature that is wanted is never left out.
    let variables = set(&[("STAGELINE_URL", "https://hooks.example.com/x")]);
    let delivery = deliver(&order(&sinks()[1].0, &message("x"), None), &desk(&variables, &settings));
    assert_eq!(delivery, Delivery::Unset { variable: "STAGELINE_SECRET".into() });
}

#[test]
fn a_webhook_is_signed_over_its_time_and_body_and_known_by_its_id() {
    let (webhook, _) = &sinks()[5];
    let (_, sent) = delivered(webhook, &message("x"), None, reply("204 No Content", "", ""));
    let (head, body) = sent[0].split_once("\r\n\r\n").unwrap();
    let header = |name: &str| {
        let found =
            head.lines().find_map(|line| line.to_lowercase().strip_prefix(&format!("{name}: ")).map(str::to_string));
        found.unwrap_or_else(|| panic!("{name} of {head}"))
    };
    let signed = format!("{}.{body}", header("stageline-timestamp"));
    assert_eq!(header("stageline-signature"), format!("sha256={}", sign::in_hex(b"CANARYSECRET", signed.as_bytes())));
    assert_eq!((header("stageline-event").as_str(), header("content-type").as_str()), ("promote", "application/json"));
    let (_, again) = delivered(webhook, &message("x"), None, reply("204 No Content", "", ""));
    assert!(again[0].contains(&header("stageline-id")), "the same message has the same id");
}

#[test]
fn a_joined_message_is_one_message_and_as_many_cdevents_as_it_joins() {
    let joined = Message::joined(vec![message("a"), message("b"), message("c")]).unwrap();
    for (to, good) in sinks() {
        let (delivery, sent) = delivered(&to, &joined, None, reply("200 OK", "", good));
        assert_eq!(delivery, Delivery::told());
        let is_many = matches!(to.sink, Sink::Webhook { format: Some(_), .. });
        assert_eq!(sent.len(), if is_many { 3 } else { 1 }, "{}", to.sink.kind());
    }
}
