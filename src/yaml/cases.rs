//! Runs the byte-exact cases of `tests/yaml-cases`.

use std::path::Path;

use serde_json::Value as Json;

use super::edit::{Action, Edit, New, apply};
use super::route::{Document, Route};

fn new(value: &Json) -> New {
    match value {
        Json::Array(items) => New::Sequence(items.iter().map(new).collect()),
        Json::Object(entries) => New::Mapping(entries.iter().map(|(key, value)| (key.clone(), new(value))).collect()),
        Json::String(text) => New::Text(text.clone()),
        other => panic!("a new value is text, a list or an object, not {other}"),
    }
}

fn document(json: &Json) -> Document {
    let text = |key: &str| json.get(key).and_then(Json::as_str).map(str::to_owned);
    match json.as_u64() {
        Some(index) => Document::Index(usize::try_from(index).unwrap()),
        None => Document::Identity { kind: text("kind"), name: text("name"), namespace: None, api_version: None },
    }
}

fn edit(json: &Json) -> Edit {
    let value = &json["value"];
    let action = match json.get("op").and_then(Json::as_str) {
        None => Action::Set(value.as_str().unwrap().to_owned()),
        Some("insert-key") => Action::InsertKey(new(value)),
        Some("append-item") => Action::AppendItem(new(value)),
        Some("append-line") => Action::AppendLine(new(value)),
        Some("remove") => Action::Remove,
        Some("remove-line") => Action::RemoveLine,
        Some(other) => panic!("no such op: {other}"),
    };
    let route = Route::parse(json["path"].as_str().unwrap()).unwrap();
    Edit { document: json.get("doc").map(document), route, action }
}

#[test]
fn every_case_comes_out_byte_for_byte() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/yaml-cases");
    let mut names: Vec<String> = std::fs::read_dir(&folder)
        .unwrap()
        .filter_map(|entry| entry.unwrap().file_name().to_str()?.strip_suffix(".edit.json").map(str::to_owned))
        .collect();
    names.sort();
    assert!(names.len() >= 113, "only {} cases", names.len());
    let mut wrong = Vec::new();
    for name in &names {
        let read = |suffix: &str| std::fs::read(folder.join(format!("{name}.{suffix}"))).unwrap();
        let json: Json = serde_json::from_slice(&read("edit.json")).unwrap();
        let (input, output) = (read("in.yaml"), read("out.yaml"));
        let outcome = apply(&input, &[edit(&json)]);
        let right = match json.get("expect").and_then(Json::as_str) {
            Some("error") => outcome.is_err() && input == output,
            _ => outcome.as_ref() == Ok(&output),
        };
        if !right {
            let shown = outcome.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
            wrong.push(format!("{name}: {shown:?}\n  wanted {:?}", String::from_utf8_lossy(&output)));
        }
    }
    assert!(wrong.is_empty(), "{} of {} cases are wrong:\n{}", wrong.len(), names.len(), wrong.join("\n"));
}
