//! `-o sarif`: what `verify` refused as SARIF 2.1.0 (OASIS), for code scanning.

use serde_json::{Value, json};

use crate::domain::report::verify::{JudgedChange, RefVerdict, VerifyReport};
use crate::domain::report::{GateReport, RefusalReport, VerdictWord};

/// Where a finding is shown that is of no one file: the rules that it goes against.
const RULES: &str = "stageline.yaml";

/// The report as one SARIF log with one run.
pub(super) fn sarif(report: &VerifyReport) -> String {
    let results: Vec<Value> = report.refs.iter().flat_map(of_ref).collect();
    let mut rules: Vec<&str> = results.iter().filter_map(|result| result["ruleId"].as_str()).collect();
    rules.sort_unstable();
    rules.dedup();
    let rules: Vec<Value> = rules.into_iter().map(|id| json!({ "id": id })).collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "stageline", "version": env!("CARGO_PKG_VERSION"), "rules": rules } },
            "results": results,
        }],
    });
    format!("{log:#}\n")
}

fn of_ref(one: &RefVerdict) -> Vec<Value> {
    let of_the_ref = one.refusals.iter().map(|refusal| of_refusal("push", refusal));
    one.changes.iter().flat_map(of_change).chain(of_the_ref).collect()
}

fn of_change(change: &JudgedChange) -> Vec<Value> {
    if change.gates.is_empty() {
        return change.refusals.iter().map(|refusal| of_refusal("scope", refusal)).collect();
    }
    let failed = change.gates.iter().filter(|gate| gate.verdict != VerdictWord::Pass);
    failed.map(|gate| result(&gate.gate, gate.verdict, &text(gate), &place(gate, change))).collect()
}

fn of_refusal(rule: &str, refusal: &RefusalReport) -> Value {
    let all = std::iter::once(&refusal.message).chain(&refusal.details).chain(&refusal.hints);
    let text: Vec<&str> = all.map(String::as_str).collect();
    result(rule, refusal.verdict, &text.join("; "), RULES)
}

fn text(gate: &GateReport) -> String {
    if gate.detail.is_empty() { format!("{} does not pass", gate.subject) } else { gate.detail.clone() }
}

/// The file that a verdict is about: that of a moved pin, a changed path, or the rules.
fn place(gate: &GateReport, change: &JudgedChange) -> String {
    let moved = change.moves.iter().find(|one| one.application == gate.subject).and_then(|one| one.file.clone());
    let is_path = gate.subject.contains('/') || gate.subject.contains('.');
    moved.or_else(|| is_path.then(|| gate.subject.clone())).unwrap_or_else(|| RULES.to_string())
}

fn result(rule: &str, verdict: VerdictWord, text: &str, file: &str) -> Value {
    let level = if verdict == VerdictWord::Fail { "error" } else { "warning" };
    json!({
        "ruleId": rule,
        "level": level,
        "message": { "text": text },
        "locations": [{ "physicalLocation": { "artifactLocation": { "uri": file }, "region": { "startLine": 1 } } }],
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::table::samples;

    #[test]
    fn each_gate_that_does_not_pass_is_a_result_of_its_rule_at_the_file_of_its_pin() {
        let log: Value = serde_json::from_str(&sarif(&samples::verify())).unwrap();
        let results = log["runs"][0]["results"].as_array().unwrap();
        let told: Vec<(&str, &str, &str)> = results
            .iter()
            .map(|result| {
                let place = &result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
                (result["ruleId"].as_str().unwrap(), result["level"].as_str().unwrap(), place.as_str().unwrap())
            })
            .collect();
        let pin = "apps/checkout/overlays/production/kustomization.yaml";
        assert_eq!(
            told,
            [("branches", "error", pin), ("soak", "warning", pin), ("scope", "warning", "stageline.yaml")]
        );
        let rules: Vec<&Value> = log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap().iter().collect();
        assert_eq!(rules.len(), 3);
    }
}
