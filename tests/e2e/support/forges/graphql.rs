//! GitHub's other interface over the state of a loopback, as far as it is asked (docs.github.com, "GraphQL API: objects, mutations"): nothing is
//! answered that was not asked for, and a field that its type does not have is a fault.

use serde_json::{Map, Value, json};

use super::by_itself::{Lack, Scheduled};
use super::github::node_of;
use super::merging::Style;
use super::state::State;
use super::{Asked, Reply};

/// The input of `enablePullRequestAutoMerge`, and of `disablePullRequestAutoMerge` its first two.
const INPUT: [&str; 7] = [
    "pullRequestId",
    "clientMutationId",
    "mergeMethod",
    "expectedHeadOid",
    "authorEmail",
    "commitBody",
    "commitHeadline",
];

/// Something that is asked for, and what of it.
struct Field {
    name: String,
    of: Vec<Field>,
}

/// Whether a body only asks.
pub fn is_look(body: &Value) -> bool {
    body["query"].as_str().is_some_and(|query| query.starts_with("query"))
}

pub fn answer(state: &mut State, asked: &Asked) -> Reply {
    let text = asked.body["query"].as_str().unwrap_or_default();
    let mut words = words(text).into_iter();
    let operation = words.next().unwrap_or_default();
    let wanted = words.find(|word| word == "{").map(|_| fields(&mut words)).unwrap_or_default();
    let (mut data, mut errors) = (Map::new(), Vec::new());
    for field in wanted {
        match resolved(state, asked, (&operation, &field.name)) {
            Ok(whole) => {
                let value = picked(&field.of, &whole, &field.name, &mut state.faults);
                data.insert(field.name, value);
            }
            Err((kind, why)) => {
                let at = [json!({ "line": 1, "column": 1 })];
                errors.push(json!({ "type": kind, "path": [field.name], "locations": at, "message": why }));
                data.insert(field.name, Value::Null);
            }
        }
    }
    let mut body = json!({ "data": data });
    if !errors.is_empty() {
        body["errors"] = errors.into();
    }
    // It says no with 200, too.
    Reply::of(200, body)
}

type Refused = (&'static str, String);

/// The whole of what a field of an operation is.
fn resolved(state: &mut State, asked: &Asked, operation: (&str, &str)) -> Result<Value, Refused> {
    let variables = &asked.body["variables"];
    let input = &variables["input"];
    match operation {
        ("query", "node") => {
            let number = number(state, &variables["id"])?;
            Ok(pull(state, number))
        }
        ("mutation", "enablePullRequestAutoMerge" | "disablePullRequestAutoMerge") => {
            let known = if operation.1.starts_with("enable") { &INPUT[..] } else { &INPUT[..2] };
            for key in input.as_object().into_iter().flat_map(Map::keys).filter(|key| !known.contains(&key.as_str())) {
                state.faults.push(format!("the input of {} has no {key}", operation.1));
            }
            let number = number(state, &input["pullRequestId"])?;
            if !asked.who.writes {
                return Err(("FORBIDDEN", "Resource not accessible by personal access token".into()));
            }
            if operation.1.starts_with("enable") {
                enable(state, &asked.who.login, number, input).map_err(|why| ("UNPROCESSABLE", why))?;
            } else if state.request(number).expect("looked up").scheduled.take().is_none() {
                return Err(("UNPROCESSABLE", "Can't disable auto-merge for this pull request.".into()));
            }
            Ok(json!({ "pullRequest": pull(state, number) }))
        }
        (operation, name) => {
            state.faults.push(format!("there is no {operation} {name}"));
            Err(("undefinedField", format!("Field '{name}' doesn't exist")))
        }
    }
}

fn number(state: &State, id: &Value) -> Result<u64, Refused> {
    let found = state.requests.iter().find(|one| *id == node_of(one.number)).map(|one| one.number);
    found.ok_or_else(|| ("NOT_FOUND", format!("Could not resolve to a node with the global id of {id}")))
}

/// `PullRequest`, as far as it is known here.
fn pull(state: &mut State, number: u64) -> Value {
    let is_allowed = !state.rules.forbids;
    let request = state.request(number).expect("looked up");
    json!({
        "id": node_of(number),
        "number": number,
        "isInMergeQueue": request.queued.is_some(),
        "repository": { "autoMergeAllowed": is_allowed, "viewerDefaultMergeMethod": "SQUASH" },
    })
}

/// "Enable the default auto-merge on a pull request." What it says no with was seen at github.com.
fn enable(state: &mut State, by: &str, number: u64, input: &Value) -> Result<(), String> {
    let request = state.request(number).expect("looked up").clone();
    if state.rules.forbids {
        return Err("Pull request Auto merge is not allowed for this repository".into());
    }
    if !request.is_open() {
        return Err("Pull request Pull request is closed".into());
    }
    if input["expectedHeadOid"].as_str().is_some_and(|head| head != request.tip) {
        return Err("Pull request Head sha didn't match expected OID".into());
    }
    let lack = state.lacks(&request);
    // Where there is a queue, this is how a request that lacks nothing comes into it.
    match lack {
        Some(Lack::Draft) => return Err("Pull request Pull request is in draft state".into()),
        None if !state.rules.has_queue => return Err("Pull request Pull request is in clean status".into()),
        _ => {}
    }
    let style = match input["mergeMethod"].as_str() {
        Some("SQUASH") => Style::Squash,
        Some("REBASE") => Style::Rebase,
        _ => Style::Merge,
    };
    let request = state.request(number).expect("looked up");
    request.scheduled = Some(Scheduled { by: by.to_owned(), style });
    if lack.is_none() {
        state.queue(number);
    }
    Ok(())
}

/// Of a whole what was asked for.
fn picked(wanted: &[Field], whole: &Value, name: &str, faults: &mut Vec<String>) -> Value {
    if wanted.is_empty() {
        if whole.is_object() {
            faults.push(format!("of {name} nothing is asked for"));
        }
        return whole.clone();
    }
    let mut out = Map::new();
    for field in wanted {
        match whole.get(&field.name) {
            Some(value) => drop(out.insert(field.name.clone(), picked(&field.of, value, &field.name, faults))),
            None => faults.push(format!("{name} has no field {}", field.name)),
        }
    }
    out.into()
}

/// Names, braces and the dots of a fragment; what stands in brackets is about variables.
fn words(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    let (mut depth, mut name) = (0, String::new());
    for letter in text.chars().chain([' ']) {
        if letter.is_alphanumeric() || letter == '_' || letter == '.' {
            name.push(letter);
            continue;
        }
        let is_told = depth == 0 && !name.is_empty();
        out.extend(is_told.then(|| name.clone()));
        name.clear();
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            '{' | '}' if depth == 0 => out.push(letter.into()),
            _ => {}
        }
    }
    out
}

/// What stands between braces, the first of which is read already. All that there is is of one type, so a fragment is as if it were not there.
fn fields(words: &mut impl Iterator<Item = String>) -> Vec<Field> {
    let mut out: Vec<Field> = Vec::new();
    let mut is_fragment = false;
    while let Some(word) = words.next() {
        match word.as_str() {
            "}" => return out,
            "{" if std::mem::take(&mut is_fragment) => out.extend(fields(words)),
            "{" => {
                if let Some(last) = out.last_mut() {
                    last.of = fields(words);
                }
            }
            "..." => is_fragment = true,
            _ if is_fragment => {}
            _ => out.push(Field { name: word, of: Vec::new() }),
        }
    }
    out
}
