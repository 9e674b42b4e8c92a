//! What the file says of who may change what and when, as values again: gates, people, requests, feedback, previews.

use serde_json::{Map, Value, json};

use crate::domain::names::EnvName;
use crate::domain::settings::{
    Addressee, Alone, Approvals, Approver, Check, Entry, Ephemeral, Feedback, Freeze, FreezeSense, Gates, Hotfix,
    Issues, NamedGate, Override, Owners, Party, Person, Requests, Sink, Soak, TimeSpan, Variable,
};

/// A mapping in the making: what is not said is not written.
#[derive(Default)]
pub struct Entries(pub Map<String, Value>);

impl Entries {
    /// Writes a value.
    pub fn put(&mut self, key: &str, value: impl Into<Value>) {
        self.0.insert(key.into(), value.into());
    }

    /// Writes a value, where there is one.
    pub fn some(&mut self, key: &str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.put(key, value);
        }
    }

    /// Writes a list, where something is in it.
    pub fn list<V: Into<Value>>(&mut self, key: &str, values: impl IntoIterator<Item = V>) {
        let values: Vec<Value> = values.into_iter().map(Into::into).collect();
        if !values.is_empty() {
            self.put(key, values);
        }
    }

    /// Writes one text as itself and several as a list, where there is any.
    pub fn texts<'v>(&mut self, key: &str, values: impl IntoIterator<Item = &'v str>) {
        let values: Vec<&str> = values.into_iter().collect();
        match values.as_slice() {
            [] => {}
            [one] => self.put(key, *one),
            _ => self.put(key, values),
        }
    }

    /// The mapping, where something is in it.
    pub fn said(self) -> Option<Value> {
        Some(self).filter(|out| !out.0.is_empty()).map(Value::from)
    }
}

impl From<Entries> for Value {
    fn from(entries: Entries) -> Self {
        Value::Object(entries.0)
    }
}

/// The names of people and groups.
pub fn names(parties: &[Party]) -> impl Iterator<Item = &str> {
    parties.iter().map(|party| party.name().as_str())
}

fn words(gates: &[NamedGate]) -> Vec<&'static str> {
    gates.iter().map(|gate| gate.word()).collect()
}

fn span(length: &TimeSpan) -> String {
    length.to_string()
}

/// `owners:` of the whole file.
pub fn owners(owners: &Owners) -> Value {
    let mut out = Entries::default();
    out.texts("from", names(&owners.from));
    out.some("approvals", owners.approvals.map(u32::from));
    out.into()
}

/// One entry of `people:`.
pub fn person(person: &Person) -> Value {
    let mut out = Entries::default();
    out.put("principals", person.principals.iter().map(|principal| principal.as_str()).collect::<Vec<_>>());
    out.some("forge", person.forge.as_deref());
    out.some("email", person.email.as_ref().map(|email| email.as_str()));
    out.some("mobile", person.mobile.as_ref().map(|mobile| mobile.as_str()));
    out.into()
}

/// `gates:`; `None` where there are none.
pub fn gates(gates: &Gates) -> Option<Value> {
    let mut out = Entries::default();
    out.some("soak", gates.soak.as_ref().map(soak));
    out.list("freeze", gates.freeze.iter().map(freeze));
    out.list("checks", gates.checks.iter().map(check));
    out.list("approvals", gates.approvals.iter().map(approvals));
    out.said()
}

/// A soak that is measured in the usual way is its length alone.
fn soak(soak: &Soak) -> Value {
    let usual = Soak { counts: None, since: Default::default(), clock: Default::default(), ..*soak };
    if *soak == usual {
        return json!(span(&soak.length));
    }
    let mut out = Entries::default();
    out.put("for", span(&soak.length));
    out.some("counts", soak.counts.map(|counts| counts.word()));
    out.put("since", soak.since.word());
    out.put("clock", soak.clock.word());
    out.into()
}

/// One freeze.
pub fn freeze(freeze: &Freeze) -> Value {
    let mut out = Entries::default();
    out.list("environments", freeze.environments.iter().map(EnvName::as_str));
    if freeze.sense == FreezeSense::Open {
        out.put("allow", true);
    }
    out.list("days", freeze.window.days().iter().map(|day| day.word()));
    if let Some((from, until)) = freeze.window.ends() {
        out.put("from", from.to_string());
        out.put("until", until.to_string());
    }
    out.some("timezone", freeze.timezone.as_ref().map(|zone| zone.as_str()));
    out.some("reason", freeze.reason.as_deref());
    out.list("exempt", freeze.exempt.iter().map(|exempt| exempt.word()));
    out.into()
}

fn check(check: &Check) -> Value {
    let mut out = Entries::default();
    out.put("name", check.name.as_str());
    out.texts("by", names(&check.by));
    out.some("in", check.environment.as_ref().map(EnvName::as_str));
    out.some("max-age", check.max_age.as_ref().map(span));
    out.list("applications", check.applications.iter().map(|pattern| pattern.as_str()));
    out.into()
}

fn approvals(approvals: &Approvals) -> Value {
    let mut out = Entries::default();
    out.put("count", u32::from(approvals.count));
    out.texts(
        "from",
        approvals.from.iter().map(|approver| match approver {
            Approver::Owners => "owners",
            Approver::Party(party) => party.name().as_str(),
        }),
    );
    out.some("max-age", approvals.max_age.as_ref().map(span));
    out.into()
}

/// `override:`, by gate.
pub fn overrides(overrides: &[Override]) -> Option<Value> {
    let mut out = Entries::default();
    for one in overrides {
        let mut who = Entries::default();
        who.texts("from", names(&one.from));
        if one.alone == Alone::Yes {
            who.put("alone", true);
        }
        out.put(one.gate.word(), who);
    }
    out.said()
}

/// `exempt:` of a rollback; an empty one says that nothing is.
pub fn exempt(gates: &[NamedGate]) -> Value {
    json!(words(gates))
}

/// `hotfix:`.
pub fn hotfix(hotfix: &Hotfix) -> Value {
    let mut out = Entries::default();
    out.list("branches", hotfix.branches.iter().map(|branch| branch.as_str()));
    out.list("exempt", words(&hotfix.exempt));
    out.texts("from", names(&hotfix.from));
    out.into()
}

/// `requests:`; `None` where nothing is said. Empty lists are: they take back what the whole file says.
pub fn requests(requests: &Requests) -> Option<Value> {
    let mut out = Entries::default();
    let people = |parties: &Vec<Party>| json!(names(parties).collect::<Vec<_>>());
    out.some("template", requests.template.as_ref().map(|path| path.as_str()));
    out.some("labels", requests.labels.clone());
    out.some("reviewers", requests.reviewers.as_ref().map(people));
    out.some("assignees", requests.assignees.as_ref().map(people));
    out.some("draft", requests.draft);
    out.some("auto-merge", requests.auto_merge);
    out.said()
}

/// `issues:`.
pub fn issues(issues: &Issues) -> Value {
    let mut out = Entries::default();
    out.put("pattern", issues.pattern.as_str());
    out.some("url", issues.url.as_ref().map(|url| url.0.as_str()));
    out.into()
}

/// `ephemeral:`.
pub fn ephemeral(preview: &Ephemeral) -> Value {
    let mut out = Entries::default();
    out.some("template", preview.template.as_ref().map(|template| template.0.as_str()));
    out.put("path", preview.path.0.as_str());
    out.some("from", preview.from.as_ref().map(EnvName::as_str));
    out.some("namespace", preview.namespace.as_ref().map(|namespace| namespace.0.as_str()));
    out.some("ttl", preview.ttl.as_ref().map(span));
    out.some("limit", preview.limit.map(u32::from));
    out.some("url", preview.url.as_ref().map(|url| url.0.as_str()));
    if let Some(register) = &preview.register {
        let mut entry = Entries::default();
        entry.put("file", register.file.as_str());
        entry.put("path", register.route.as_str());
        match &register.entry {
            Entry::Text(text) => entry.put("entry", text.0.as_str()),
            Entry::Mapping(texts) => {
                let mut mapping = Entries::default();
                texts.iter().for_each(|(key, text)| mapping.put(key, text.0.as_str()));
                entry.put("entry", mapping);
            }
        }
        out.put("register", entry);
    }
    out.put("forks", preview.forks.word());
    out.into()
}

/// One entry of `feedback:`.
pub fn feedback(feedback: &Feedback) -> Value {
    let mut out = Entries::default();
    sink(&mut out, &feedback.sink);
    out.list("events", feedback.events.iter().map(|event| event.word()));
    out.list("environments", feedback.environments.iter().map(EnvName::as_str));
    out.list("applications", feedback.applications.iter().map(|pattern| pattern.as_str()));
    out.some("template", feedback.template.as_ref().map(|path| path.as_str()));
    out.into()
}

fn sink(out: &mut Entries, sink: &Sink) {
    let secret = |out: &mut Entries, secret: &Option<Variable>| {
        out.some("secret", secret.as_ref().map(Variable::as_str));
    };
    match sink {
        Sink::Slack { url } => out.put("slack", url.as_str()),
        Sink::SlackToken { token, channel } => {
            out.put("slack-token", token.as_str());
            out.put("channel", channel.as_str());
        }
        Sink::Dingtalk { url, secret: key, mobiles } => {
            out.put("dingtalk", url.as_str());
            secret(out, key);
            out.texts("mobiles", mobiles.iter().map(addressee));
        }
        Sink::Email { url, from, to } => {
            out.put("email", url.as_str());
            out.some("from", from.as_ref().map(|from| from.as_str()));
            out.texts("to", to.iter().map(addressee));
        }
        Sink::Teams { url } => out.put("teams", url.as_str()),
        Sink::Feishu { url, secret: key } => {
            out.put("feishu", url.as_str());
            secret(out, key);
        }
        Sink::Wecom { url } => out.put("wecom", url.as_str()),
        Sink::Webhook { url, secret: key, format } => {
            out.put("webhook", url.as_str());
            secret(out, key);
            out.some("format", format.map(|format| format.word()));
        }
    }
}

fn addressee(addressee: &Addressee) -> &str {
    match addressee {
        Addressee::Authors => "authors",
        Addressee::Party(party) => party.name().as_str(),
    }
}
