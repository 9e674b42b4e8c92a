//! A server on the loopback for the tests of this room: it answers what it was given, in order, and keeps what it was asked. What
//! it was asked is held against the forges' own descriptions, where those are there.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use crate::domain::settings::ForgeKind;

use super::calls::Door;
use super::pace::{Budget, Pace};
use super::site::Site;
use super::token::Token;

/// The secret that must never show.
pub const CANARY: &str = "canary-5f1d0c";

/// One call as it came.
#[derive(Debug, Clone)]
pub struct Asked {
    pub method: String,
    /// Path and query.
    pub target: String,
    pub headers: BTreeMap<String, String>,
    pub body: Value,
}

/// What a server answers.
#[derive(Debug, Clone)]
pub enum Answer {
    Json(u16, Value),
    /// Status, headers, text.
    Text(u16, &'static [(&'static str, &'static str)], &'static str),
    /// The connection ends in the middle of the answer.
    Cut,
}

/// Serves its answers, one a call.
pub struct Server {
    pub url: String,
    asked: Receiver<Asked>,
}

impl Server {
    pub fn of(answers: Vec<Answer>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (tell, asked) = channel();
        thread::spawn(move || {
            for answer in answers {
                let (mut stream, _) = listener.accept().unwrap();
                tell.send(read(&stream)).unwrap();
                stream.write_all(&bytes(&answer)).unwrap();
            }
        });
        Self { url, asked }
    }

    /// The way to it, as to a forge of this kind.
    pub fn door(&self, kind: ForgeKind, patience: Duration) -> Door {
        let host = self.url.trim_start_matches("http://").to_string();
        let site = Site { kind, host, api: self.url.clone(), path: "shop/config".into(), is_http_remote: true };
        let token = Token::of(CANARY.into(), None, "GH_TOKEN").unwrap();
        let mut door = Door::new(site, &token, patience, &BTreeMap::new()).unwrap();
        // What these tests are about is not how long it takes.
        door.pace = Pace::of(Budget { pause: Duration::ZERO, an_hour: None });
        door
    }

    /// What it was asked so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.try_iter().collect()
    }
}

fn read(stream: &TcpStream) -> Asked {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).unwrap();
    let mut words = line.split(' ').map(str::to_string);
    let (method, target) = (words.next().unwrap(), words.next().unwrap());
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        headers.insert(name.to_ascii_lowercase(), value.to_string());
    }
    let length = headers.get("content-length").map_or(0, |text| text.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let body = if body.is_empty() { Value::Null } else { serde_json::from_slice(&body).unwrap() };
    Asked { method, target, headers, body }
}

fn bytes(answer: &Answer) -> Vec<u8> {
    let (status, headers, text) = match answer {
        Answer::Json(status, value) => (*status, vec![("Content-Type", "application/json")], value.to_string()),
        Answer::Text(status, headers, text) => (*status, headers.to_vec(), (*text).to_string()),
        Answer::Cut => return b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\nConnection: close\r\n\r\n[".to_vec(),
    };
    let mut out = format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\nConnection: close\r\n", text.len());
    headers.iter().for_each(|(name, value)| out.push_str(&format!("{name}: {value}\r\n")));
    format!("{out}\r\n{text}").into_bytes()
}

/// Holds what was asked against the description of a forge's interface (`STAGELINE_FORGE_CONTRACTS`, or beside the checkout):
/// the operation is there, it knows the parameters, and the body fits. Where there is no description, nothing is said.
pub fn fits_the_description(file: &str, base: &str, asked: &[Asked]) {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/forge-contracts");
    let Ok(text) = std::fs::read(Path::new(option_env!("STAGELINE_FORGE_CONTRACTS").unwrap_or(beside)).join(file))
    else {
        return;
    };
    let whole: Value = serde_json::from_slice(&text).unwrap();
    for one in asked {
        let (path, query) = one.target.split_once('?').unwrap_or((&one.target, ""));
        let path = format!("{base}{path}");
        let (_, operations) = whole["paths"]
            .as_object()
            .unwrap()
            .iter()
            .filter(|(template, operations)| {
                is_of(&path, template) && operations.get(one.method.to_lowercase()).is_some()
            })
            // `pulls/{index}/reviews` before `pulls/{base}/{head}`.
            .min_by_key(|(template, _)| template.matches('{').count())
            .unwrap_or_else(|| panic!("{file} has no {} {path}", one.method));
        let operation = &operations[one.method.to_lowercase()];
        let parameters: Vec<&Value> = ["parameters"]
            .iter()
            .flat_map(|key| operation[key].as_array().into_iter().chain(operations[key].as_array()).flatten())
            .map(|parameter| followed(&whole, parameter))
            .collect();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let name = pair.split('=').next().unwrap();
            assert!(parameters.iter().any(|known| known["name"] == name), "{file}: {path} has no parameter {name}");
        }
        if !one.body.is_null() {
            let in_body = parameters.iter().find(|known| known["in"] == "body").map(|known| known["schema"].clone());
            let schema =
                in_body.unwrap_or_else(|| operation["requestBody"]["content"]["application/json"]["schema"].clone());
            let mut root = json!({ "allOf": [schema] });
            for key in ["components", "definitions"].into_iter().filter(|key| !whole[key].is_null()) {
                root[key] = whole[key].clone();
            }
            let validator = jsonschema::options().build(&root).unwrap();
            let faults: Vec<String> = validator.iter_errors(&one.body).map(|fault| fault.to_string()).collect();
            assert!(faults.is_empty(), "{file}: {} {path}: {faults:#?}", one.method);
        }
    }
}

fn followed<'w>(whole: &'w Value, parameter: &'w Value) -> &'w Value {
    match parameter["$ref"].as_str() {
        Some(to) => whole.pointer(to.trim_start_matches('#')).unwrap(),
        None => parameter,
    }
}

/// Whether a path is one of a template, part by part.
fn is_of(path: &str, template: &str) -> bool {
    let (path, template): (Vec<&str>, Vec<&str>) = (path.split('/').collect(), template.split('/').collect());
    path.len() == template.len()
        && path.iter().zip(&template).all(|(own, wanted)| own == wanted || wanted.starts_with('{'))
}
