//! Holds what a forge on the loopback is asked, and what it answers, against the forge's own description of its interface.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock};

use jsonschema::Validator;
use serde_json::{Map, Value, json};

use super::Kind;

/// A description, with the validators that were made of it so far.
pub struct Contract {
    whole: Value,
    /// What stands before the paths of our calls there.
    base: &'static str,
    made: Mutex<BTreeMap<String, Arc<Validator>>>,
}

/// What the tests speak to and the cut-down descriptions lack, by method and path, with where it is told.
const BESIDE: &[(&str, &str)] = &[
    // docs.gitlab.com/api/branches/#get-single-repository-branch
    ("get", "/api/v4/projects/{id}/repository/branches/{branch}"),
    // docs.gitlab.com/api/merge_request_approvals/#get-the-approval-state-of-merge-requests
    ("get", "/api/v4/projects/{id}/merge_requests/{merge_request_iid}/approval_state"),
    // docs.gitlab.com/api/merge_requests/#cancel-merge-when-pipeline-succeeds
    ("post", "/api/v4/projects/{id}/merge_requests/{merge_request_iid}/cancel_merge_when_pipeline_succeeds"),
    // docs.gitlab.com/api/merge_trains/#get-the-status-of-a-merge-request-on-a-merge-train
    ("get", "/api/v4/projects/{id}/merge_trains/merge_requests/{merge_request_iid}"),
    // docs.gitlab.com/api/notes/#delete-a-merge-request-note
    ("delete", "/api/v4/projects/{id}/merge_requests/{merge_request_iid}/notes/{note_id}"),
    // docs.gitlab.com/api/users/#retrieve-the-current-user
    ("get", "/api/v4/user"),
    // docs.github.com/rest/users/users#get-the-authenticated-user
    ("get", "/user"),
    // docs.github.com/rest/commits/statuses#list-commit-statuses-for-a-reference
    ("get", "/repos/{owner}/{repo}/commits/{ref}/statuses"),
    // docs.github.com/rest/branches/branches#get-a-branch
    ("get", "/repos/{owner}/{repo}/branches/{branch}"),
    // docs.github.com/rest/repos/rules#get-a-repository-ruleset
    ("get", "/repos/{owner}/{repo}/rulesets/{ruleset_id}"),
    // docs.github.com/graphql/guides/forming-calls-with-graphql; its fields are looked at where it is answered.
    ("post", "/graphql"),
];

impl Contract {
    /// The description of a kind of forge (`STAGELINE_FORGE_CONTRACTS`, or beside the checkout); `None`, said once: it is not there.
    pub fn of(kind: Kind) -> Option<&'static Contract> {
        static GITHUB: OnceLock<Option<Contract>> = OnceLock::new();
        static GITLAB: OnceLock<Option<Contract>> = OnceLock::new();
        match kind {
            Kind::Github => GITHUB.get_or_init(|| Self::read("github.json", "")).as_ref(),
            // Replies are typed too loosely there to be held against it.
            Kind::Gitlab => GITLAB.get_or_init(|| Self::read("gitlab.json", "/api/v4")).as_ref(),
        }
    }

    fn read(file: &str, base: &'static str) -> Option<Self> {
        let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/forge-contracts");
        let folder = std::env::var_os("STAGELINE_FORGE_CONTRACTS").map_or(PathBuf::from(beside), PathBuf::from);
        let Ok(text) = std::fs::read(folder.join(file)) else {
            let told = format!("no {file} in {}, which STAGELINE_FORGE_CONTRACTS names otherwise", folder.display());
            let _ = writeln!(std::io::stderr(), "calls are not held against the forge's own description: {told}");
            return None;
        };
        let mut whole = serde_json::from_slice(&text).expect("a description is JSON");
        take_null(&mut whole);
        Some(Self { whole, base, made: Mutex::default() })
    }

    /// What a call has that the description does not know: no such operation, an unknown parameter, a body of another shape.
    pub fn faults_of_call(&self, method: &str, path: &str, query: &str, body: &Value) -> Vec<String> {
        let path = format!("{}{path}", self.base);
        let method = method.to_lowercase();
        if BESIDE.iter().any(|(known, template)| *known == method && is_of(&path, template)) {
            return Vec::new();
        }
        let Some((template, operations)) = self.operations(&method, &path) else {
            return vec![format!("there is no {method} {path}")];
        };
        let operation = &operations[&method];
        let lists = [&operations["parameters"], &operation["parameters"]];
        let known: Vec<&Value> =
            lists.into_iter().filter_map(Value::as_array).flatten().map(|one| self.at(one)).collect();
        let names = query.split('&').filter_map(|pair| pair.split('=').next()).filter(|name| !name.is_empty());
        let mut faults: Vec<String> = names
            .filter(|name| !known.iter().any(|one| one["name"] == *name))
            .map(|name| format!("{template} has no parameter {name}"))
            .collect();
        let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
        match (body.is_null(), schema.is_null()) {
            (true, _) => {}
            (false, true) => faults.push(format!("{method} {template} takes no body")),
            (false, false) => faults.extend(self.faults(&format!("{method} {template}"), schema, body)),
        }
        faults
    }

    /// A reply with everything that the description says is always there, around what a server has to say.
    pub fn completed(&self, method: &str, path: &str, status: u16, said: Value) -> Value {
        match self.reply(method, path, status) {
            Some(schema) => self.around(schema, Some(&said), 0),
            None => said,
        }
    }

    /// What of a reply is of another shape than the description has it.
    pub fn faults_of_reply(&self, method: &str, path: &str, status: u16, said: &Value) -> Vec<String> {
        let Some(schema) = self.reply(method, path, status) else { return Vec::new() };
        let template = self.operations(&method.to_lowercase(), path).map_or("", |(template, _)| template);
        self.faults(&format!("{method} {template} {status}"), schema, said)
    }

    fn reply(&self, method: &str, path: &str, status: u16) -> Option<&Value> {
        let method = method.to_lowercase();
        let (_, operations) = self.operations(&method, path)?;
        let reply = self.at(&operations[&method]["responses"][status.to_string()]);
        Some(&reply["content"]["application/json"]["schema"]).filter(|schema| !schema.is_null())
    }

    fn operations(&self, method: &str, path: &str) -> Option<(&str, &Value)> {
        let paths = self.whole["paths"].as_object().expect("paths");
        let fits = paths.iter().filter(|(template, all)| is_of(path, template) && all.get(method).is_some());
        fits.min_by_key(|(template, _)| template.matches('{').count()).map(|(template, all)| (template.as_str(), all))
    }

    fn faults(&self, what: &str, schema: &Value, value: &Value) -> Vec<String> {
        let mut made = self.made.lock().expect("no panic");
        let validator = made.entry(what.to_owned()).or_insert_with(|| {
            let mut root = json!({ "allOf": [schema] });
            root["components"] = self.whole["components"].clone();
            Arc::new(jsonschema::options().build(&root).expect("a schema"))
        });
        let validator = Arc::clone(validator);
        drop(made);
        validator.iter_errors(value).map(|fault| format!("{what}: {} {fault}", fault.instance_path())).collect()
    }

    /// What a reference leads to.
    fn at<'w>(&'w self, value: &'w Value) -> &'w Value {
        match value["$ref"].as_str() {
            Some(to) => self.at(self.whole.pointer(to.trim_start_matches('#')).expect("a reference leads somewhere")),
            None => value,
        }
    }

    /// The least value of a schema around what there is of it.
    fn around(&self, schema: &Value, there: Option<&Value>, depth: usize) -> Value {
        let schema = self.at(schema);
        match there {
            Some(Value::Object(own)) => return self.object(schema, own, depth),
            Some(Value::Array(items)) => {
                return items.iter().map(|item| self.around(&schema["items"], Some(item), depth)).collect();
            }
            Some(value) => return value.clone(),
            None if schema["nullable"] == true || depth > 8 => return Value::Null,
            None => {}
        }
        if let Some(first) = schema["enum"].get(0) {
            return first.clone();
        }
        let kind = schema["type"].as_str().or(schema["type"][0].as_str());
        match kind {
            Some("string") => match schema["format"].as_str() {
                Some("date-time") => json!("2026-11-20T10:00:00Z"),
                Some("uri") => json!("https://forge.example.com/"),
                Some("email") => json!("mei@example.com"),
                _ => json!("x"),
            },
            Some("integer" | "number") => schema.get("minimum").cloned().unwrap_or(json!(1)),
            Some("boolean") => json!(false),
            Some("array") => json!([]),
            _ => self.object(schema, &Map::new(), depth),
        }
    }

    fn object(&self, schema: &Value, own: &Map<String, Value>, depth: usize) -> Value {
        let mut out = Map::new();
        let mut parts: Vec<&Value> = vec![schema];
        parts.extend(schema["allOf"].as_array().into_iter().flatten());
        for key in ["oneOf", "anyOf"] {
            parts.extend(schema[key].as_array().and_then(|all| all.iter().find(|one| self.at(one)["type"] != "null")));
        }
        for part in parts.into_iter().map(|part| self.at(part)) {
            for name in part["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
                let value = self.around(&part["properties"][name], own.get(name), depth + 1);
                out.insert(name.to_owned(), value);
            }
            for (name, value) in own.iter().filter(|(name, _)| !part["properties"][name.as_str()].is_null()) {
                out.insert(name.clone(), self.around(&part["properties"][name.as_str()], Some(value), depth + 1));
            }
        }
        for (name, value) in own {
            out.entry(name.clone()).or_insert_with(|| value.clone());
        }
        Value::Object(out)
    }
}

/// OpenAPI 3.0 says `nullable` where JSON Schema has a type of its own.
fn take_null(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(take_null),
        Value::Object(entries) => {
            entries.values_mut().for_each(take_null);
            if entries.get("nullable") != Some(&Value::Bool(true)) {
                return;
            }
            if let Some(Value::Array(words)) = entries.get_mut("enum") {
                words.push(Value::Null);
            }
            if let Some(Value::String(kind)) = entries.get("type").cloned() {
                entries.insert("type".into(), json!([kind, "null"]));
            }
            for key in ["oneOf", "anyOf"] {
                if let Some(Value::Array(all)) = entries.get_mut(key) {
                    all.push(json!({ "type": "null" }));
                }
            }
            if let Some(all) = entries.remove("allOf") {
                entries.insert("anyOf".into(), json!([{ "allOf": all }, { "type": "null" }]));
            }
        }
        _ => {}
    }
}

/// Whether a path is one of a template.
fn is_of(path: &str, template: &str) -> bool {
    let (path, template): (Vec<&str>, Vec<&str>) = (path.split('/').collect(), template.split('/').collect());
    path.len() == template.len()
        && path.iter().zip(&template).all(|(own, wanted)| own == wanted || wanted.starts_with('{'))
}
