//! The JSON Schemas of what `-o json` writes, made from the very types that are written.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Value, json};

use super::error::ErrorReport;
use crate::domain::report::PruneReport;
use crate::domain::report::StepsReport;
use crate::domain::report::approve::ApproveReport;
use crate::domain::report::baselines::{BaselineShown, BaselinesReport, MarkReport};
use crate::domain::report::doctor::DoctorReport;
use crate::domain::report::evidence::{EvidenceReport, EvidenceVerdict};
use crate::domain::report::feedback::FeedbackTestReport;
use crate::domain::report::previews::PreviewsReport;
use crate::domain::report::statements::{AttestReport, StatementsReport};
use crate::domain::report::telling::FeedbackSendReport;
use crate::domain::report::tend::TendReport;
use crate::domain::report::told_step::StepReport;
use crate::domain::report::verify::{HookReport, VerifyReport};
use crate::domain::report::why::WhyReport;
use crate::domain::report::{
    ApartReport, AtReport, ChangeReport, ConfigCheckReport, ConfigShowReport, ContainsReport, DiffReport,
    HistoryReport, HoldsReport, InitReport, SCHEMA_VERSION, ShowReport, StatusReport, TendedReport,
};

/// The outputs that have a schema, by the verb that writes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Output {
    Promote,
    Rollback,
    Undo,
    Hold,
    HoldList,
    Preview,
    Attest,
    AttestList,
    Baseline,
    Diff,
    History,
    Show,
    Status,
    Locate,
    Init,
    ConfigCheck,
    ConfigShow,
    ConfigSync,
    Verify,
    Doctor,
    Tend,
    FeedbackStep,
    Why,
    Approve,
    Report,
    FeedbackSend,
    FeedbackTest,
    Error,
}

/// The JSON Schema (draft 2020-12) of one verb's output.
pub fn schema(output: Output) -> Value {
    let mut generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    let generator = &mut generator;
    let (title, shapes) = match output {
        Output::Promote => {
            let shapes = vec![
                shape::<ChangeReport>(generator),
                shape::<ApartReport>(generator),
                shape::<StepsReport>(generator),
                shape::<TendedReport>(generator),
            ];
            ("stageline promote", shapes)
        }
        Output::Rollback => ("stageline rollback", vec![shape::<ChangeReport>(generator)]),
        Output::Undo => ("stageline undo", vec![shape::<ChangeReport>(generator)]),
        Output::Hold => ("stageline hold", vec![shape::<ChangeReport>(generator), shape::<HoldsReport>(generator)]),
        Output::HoldList => ("stageline hold list", vec![shape::<HoldsReport>(generator)]),
        Output::Preview => ("stageline preview", previews(generator)),
        Output::Attest => {
            ("stageline attest", vec![shape::<AttestReport>(generator), shape::<StatementsReport>(generator)])
        }
        Output::AttestList => ("stageline attest list", vec![shape::<StatementsReport>(generator)]),
        Output::Baseline => ("stageline baseline", baselines(generator)),
        Output::Diff => ("stageline diff", vec![shape::<DiffReport>(generator)]),
        Output::History => (
            "stageline history",
            vec![shape::<HistoryReport>(generator), shape::<AtReport>(generator), shape::<ContainsReport>(generator)],
        ),
        Output::Locate => ("stageline locate", vec![shape::<ContainsReport>(generator)]),
        Output::Show => ("stageline show", vec![shape::<ShowReport>(generator)]),
        Output::Status => ("stageline status", vec![shape::<StatusReport>(generator)]),
        Output::Init => ("stageline init", vec![shape::<InitReport>(generator)]),
        Output::ConfigCheck => ("stageline config check", vec![shape::<ConfigCheckReport>(generator)]),
        Output::ConfigShow => ("stageline config show", vec![shape::<ConfigShowReport>(generator)]),
        Output::ConfigSync => ("stageline config sync", vec![shape::<ChangeReport>(generator)]),
        Output::Verify => (
            "stageline verify",
            vec![shape::<VerifyReport>(generator), shape::<HookReport>(generator), shape::<EvidenceVerdict>(generator)],
        ),
        Output::Doctor => ("stageline doctor", vec![shape::<DoctorReport>(generator)]),
        Output::Tend => ("stageline tend", vec![shape::<TendReport>(generator)]),
        Output::FeedbackStep => ("stageline feedback step", vec![shape::<StepReport>(generator)]),
        Output::Why => ("stageline why", vec![shape::<WhyReport>(generator)]),
        Output::Approve => ("stageline approve", vec![shape::<ApproveReport>(generator)]),
        Output::Report => ("stageline report", vec![shape::<EvidenceReport>(generator)]),
        Output::FeedbackSend => ("stageline feedback send", vec![shape::<FeedbackSendReport>(generator)]),
        Output::FeedbackTest => ("stageline feedback test", vec![shape::<FeedbackTestReport>(generator)]),
        Output::Error => ("stageline error", vec![shape::<ErrorReport>(generator)]),
    };
    let mut root = json!({ "$schema": "https://json-schema.org/draft/2020-12/schema", "title": title });
    match <[Value; 1]>::try_from(shapes) {
        Ok([one]) => extend(&mut root, one),
        Err(several) => extend(&mut root, json!({ "anyOf": several })),
    }
    let definitions = generator.take_definitions(true);
    if !definitions.is_empty() {
        extend(&mut root, json!({ "$defs": definitions }));
    }
    root
}

fn previews(generator: &mut SchemaGenerator) -> Vec<Value> {
    vec![shape::<ChangeReport>(generator), shape::<PreviewsReport>(generator), shape::<PruneReport>(generator)]
}

fn baselines(generator: &mut SchemaGenerator) -> Vec<Value> {
    vec![shape::<MarkReport>(generator), shape::<BaselinesReport>(generator), shape::<BaselineShown>(generator)]
}

/// The object schema of a report with `schema_version` before its own fields.
fn shape<T: JsonSchema>(generator: &mut SchemaGenerator) -> Value {
    let mut shape = T::json_schema(generator).to_value();
    let mut properties = json!({ "schema_version": { "type": "integer", "const": SCHEMA_VERSION } });
    if let Some(own) = shape.get_mut("properties").map(Value::take) {
        extend(&mut properties, own);
    }
    let mut required = vec![json!("schema_version")];
    if let Some(Value::Array(own)) = shape.get_mut("required").map(Value::take) {
        required.extend(own);
    }
    extend(&mut shape, json!({ "properties": properties, "required": required }));
    shape
}

fn extend(target: &mut Value, more: Value) {
    if let (Value::Object(target), Value::Object(more)) = (target, more) {
        target.extend(more);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::finding::Finding;
    use crate::domain::refusal::{Code, Refusal};
    use crate::domain::report::Report;
    use crate::render::table::samples;
    use crate::render::{Format, error, render};

    fn faults(output: Output, text: &str) -> Vec<String> {
        let validator = jsonschema::validator_for(&schema(output)).unwrap();
        let value: Value = serde_json::from_str(text).unwrap();
        validator.iter_errors(&value).map(|fault| fault.to_string()).collect()
    }

    #[test]
    fn every_output_passes_its_own_schema() {
        for (output, report) in [
            (Output::Promote, Report::from(samples::change())),
            (Output::Promote, Report::Apart(samples::apart())),
            (Output::Promote, Report::Tended(samples::tended())),
            (Output::Tend, Report::Tend(samples::tend())),
            (Output::Rollback, Report::from(samples::landed())),
            (Output::Hold, Report::from(samples::landed())),
            (Output::Hold, Report::Holds(crate::domain::report::HoldsReport { holds: vec![samples::hold()] })),
            (Output::Diff, Report::Diff(samples::diff())),
            (Output::History, Report::History(samples::history())),
            (Output::Show, Report::Show(Box::new(samples::show()))),
            (Output::Status, Report::Status(samples::status())),
            (Output::Verify, Report::Verify(samples::verify())),
            (Output::ConfigSync, Report::from(samples::synced())),
            (Output::Report, Report::Evidence(samples::evidence())),
            (Output::Verify, Report::Checked(Box::new(samples::checked()))),
            (Output::Approve, Report::Approve(Box::new(samples::approve()))),
            (
                Output::Doctor,
                Report::Doctor(DoctorReport::of(vec![Finding::advisory("hook", "none").hint("install it")])),
            ),
        ] {
            assert_eq!(faults(output, &render(&report, Format::Json, &samples::LOOK)), [""; 0], "{output:?}");
        }
        let refused = Refusal::new(Code::Held, "no").refused();
        assert_eq!(faults(Output::Error, &error(&refused, 1, Format::Json, &samples::LOOK)), [""; 0]);
    }

    #[test]
    fn a_schema_refuses_what_is_not_its_output() {
        let history = render(&Report::History(samples::history()), Format::Json, &samples::LOOK);
        assert_ne!(faults(Output::Promote, &history), [""; 0]);
        assert_ne!(
            faults(Output::History, "{\"schema_version\": 2, \"changes\": [], \"complete\": true, \"notes\": []}"),
            [""; 0]
        );
    }
}
