//! Rules as they are for one application, environment and cluster: every placeholder filled, so that a route still means the
//! same steps whatever the names have in them.

use std::borrow::Cow;

use crate::domain::names::{AppName, ClusterName, EnvName};
use crate::domain::settings::{DocumentRule, Field, Form, Holes, PinExtras, PinKind, PinRule};
use crate::yaml::route::{Route, Step};

/// The rule for an application, environment and cluster; without a cluster, `{cluster}` stays. What a site of it is known
/// by is the rule that the settings have, so that a version travels from one environment to another.
pub fn filled<'r>(rule: &'r PinRule, app: &AppName, env: &EnvName, cluster: Option<&ClusterName>) -> Cow<'r, PinRule> {
    if !has_any(rule) {
        return Cow::Borrowed(rule);
    }
    let names = Holes::default().with("application", app.as_str()).with("environment", env.as_str());
    let names = cluster.map_or(names.clone(), |cluster| names.with("cluster", cluster.as_str()));
    Cow::Owned(with(rule, &names))
}

/// The rule as it is for the application alone: `{environment}` and `{cluster}` stay.
pub fn named<'r>(rule: &'r PinRule, app: &AppName) -> Cow<'r, PinRule> {
    if !has_any(rule) {
        return Cow::Borrowed(rule);
    }
    Cow::Owned(with(rule, &Holes::default().with("application", app.as_str())))
}

/// The rule with what placeholders stand for in all that it is found by, beside its place; those that are not told stay.
pub fn with(rule: &PinRule, names: &Holes) -> PinRule {
    let was = rule.more.was.iter().map(|was| names.fill(was)).collect();
    let more = PinExtras { was, ..rule.more.clone() };
    PinRule { kind: mapped(&rule.kind, &|text| names.fill(text)), more, ..rule.clone() }
}

/// Whether a rule has placeholders beside its place.
fn has_any(rule: &PinRule) -> bool {
    let has = |text: &&str| text.contains('{');
    texts(&rule.kind).iter().any(has) || rule.more.was.iter().any(|was| has(&was.as_str()))
}

/// Whether a placeholder (without braces) stands in what the pin is found by, beside its place.
pub fn kind_has(kind: &PinKind, placeholder: &str) -> bool {
    let braced = format!("{{{placeholder}}}");
    texts(kind).iter().any(|text| text.contains(&braced))
}

/// A kind of pin with all its texts changed, each word of a route by itself.
pub fn mapped(kind: &PinKind, change: &dyn Fn(&str) -> String) -> PinKind {
    let text = |text: &String| change(text);
    match kind {
        PinKind::Image { image, digest } => PinKind::Image { image: text(image), digest: *digest },
        PinKind::KustomizeBase { repository } => PinKind::KustomizeBase { repository: text(repository) },
        PinKind::Chart { chart } => PinKind::Chart { chart: text(chart) },
        PinKind::Revision { repository } => PinKind::Revision { repository: text(repository) },
        PinKind::Literal { key, generator } => {
            PinKind::Literal { key: text(key), generator: generator.as_ref().map(text) }
        }
        PinKind::Label { key } => PinKind::Label { key: text(key) },
        PinKind::Annotation { key } => PinKind::Annotation { key: text(key) },
        PinKind::ImagePolicy { policy, digest } => PinKind::ImagePolicy { policy: text(policy), digest: *digest },
        PinKind::Marker { name } => PinKind::Marker { name: text(name) },
        PinKind::Field(field) => PinKind::Field(self::field(field, change)),
    }
}

fn field(field: &Field, change: &dyn Fn(&str) -> String) -> Field {
    let document = &field.document;
    let text = |text: &String| change(text);
    let route = |text: &String| self::route(text, change);
    Field {
        document: Box::new(DocumentRule {
            kind: document.kind.as_ref().map(text),
            name: document.name.as_ref().map(text),
            namespace: document.namespace.as_ref().map(text),
            api_version: document.api_version.as_ref().map(text),
            has: document.has.as_ref().map(route),
            index: document.index,
        }),
        route: route(&field.route),
        inside: field.inside.as_ref().map(route),
        digest: field.digest.as_ref().map(route),
        form: match &field.form {
            Form::Around { head, tail } => Form::Around { head: text(head), tail: text(tail) },
            form => form.clone(),
        },
        digests: field.digests,
    }
}

/// A route, changed step by step: a name with a dot in it is one key.
fn route(text: &str, change: &dyn Fn(&str) -> String) -> String {
    let Ok(route) = Route::parse(text) else { return change(text) };
    let step = |step: &Step| match step {
        Step::Key(key) => Step::Key(change(key)),
        Step::Has(key) => Step::Has(change(key)),
        Step::Select { key, value } => Step::Select { key: change(key), value: change(value) },
        Step::Index(index) => Step::Index(*index),
    };
    let changed = Route(route.0.iter().map(step).collect());
    // What stays is kept as it was written.
    if changed == route { text.to_string() } else { changed.to_string() }
}

/// Every text of a kind that may have a placeholder.
fn texts(kind: &PinKind) -> Vec<&str> {
    match kind {
        PinKind::Image { image, .. } => vec![image],
        PinKind::KustomizeBase { repository } | PinKind::Revision { repository } => vec![repository],
        PinKind::Chart { chart } => vec![chart],
        PinKind::Literal { key, generator } => std::iter::once(key.as_str()).chain(generator.as_deref()).collect(),
        PinKind::Label { key } | PinKind::Annotation { key } => vec![key],
        PinKind::ImagePolicy { policy, .. } => vec![policy],
        PinKind::Marker { name } => vec![name],
        PinKind::Field(field) => {
            let document = &field.document;
            let around = match &field.form {
                Form::Around { head, tail } => vec![head.as_str(), tail.as_str()],
                Form::Whole | Form::Image | Form::Ref | Form::Among(_) => Vec::new(),
            };
            [&document.kind, &document.name, &document.namespace, &document.api_version, &document.has]
                .into_iter()
                .chain([&field.inside, &field.digest])
                .filter_map(|text| text.as_deref())
                .chain(std::iter::once(field.route.as_str()))
                .chain(around)
                .collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::settings::DigestRule;

    fn route(text: &str, env: &str) -> String {
        let field = Field {
            document: Box::default(),
            route: text.into(),
            inside: None,
            digest: None,
            form: Form::Whole,
            digests: DigestRule::Ask,
        };
        let rule = PinRule {
            kind: PinKind::Field(field),
            within: "f.yaml".into(),
            environments: Vec::new(),
            more: PinExtras::default(),
        };
        let app = AppName::new("web").unwrap();
        let (env, eu) = (EnvName::new(env).unwrap(), ClusterName::new("eu.1").unwrap());
        let filled = filled(&rule, &app, &env, Some(&eu));
        let PinKind::Field(field) = &filled.kind else { panic!("{filled:?}") };
        field.route.clone()
    }

    #[test]
    fn a_name_stays_one_step_of_a_route_whatever_stands_in_it() {
        assert_eq!(route("{environment}.web", "staging"), "staging.web");
        assert_eq!(route("{environment}.web", "v1.2"), "\"v1.2\".web");
        assert_eq!(route("a.x-{environment}-{cluster}", "qa"), "a.\"x-qa-eu.1\"");
        assert_eq!(route("\"a.{environment}\".t", "qa"), "\"a.qa\".t");
        assert_eq!(route("g[0].elements[env={environment}].{application}", "qa.1"), "g[0].elements[env=\"qa.1\"].web");
        assert_eq!(route("list[{environment}]", "12"), "list[\"12\"]");
    }

    #[test]
    fn without_a_placeholder_the_rule_is_kept_as_it_was_written() {
        assert_eq!(route("\"a\".b", "qa"), "\"a\".b");
    }
}
