//! What sinks share: an order, where it is sent from, what becomes of it, and the values of variables, which no word of ours shows.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::time::Duration;

use jiff::Timestamp;

use crate::domain::address::Address;
use crate::domain::message::{Mention, Message};
use crate::domain::secrets::Secrets;
use crate::domain::settings::{Addressee, Feedback, Party, PartyName, Settings, Variable};
use crate::domain::steering::{bounded, one_line};
use crate::text::template::{Writing, filled_for};

use super::values::Values;

/// The variable that names the hosts of the house which are meant.
pub const ALLOWED: &str = "STAGELINE_ALLOW_HOSTS";
/// Words of paths that are no secret, so that they may stand in what a sink says.
const WORDS: [&str; 6] = ["services", "triggers", "workflows", "webhook", "open-apis", "invoke"];

/// One message to one sink.
pub struct Order<'o> {
    pub to: &'o Feedback,
    pub message: &'o Message,
    /// What the first message of this thread got from this sink: `Delivery::Told`.
    pub thread: Option<&'o str>,
    /// The text of the file that the sink names as its template.
    pub template: Option<&'o str>,
}

/// Where messages are sent from.
pub struct Desk<'d> {
    /// The captured environment.
    pub variables: &'d BTreeMap<OsString, OsString>,
    /// Who the people and groups are that sinks name.
    pub settings: &'d Settings,
    pub now: Timestamp,
    /// How long one call may take.
    pub limit: Duration,
    /// How long a sink that wants to be left alone for a moment is waited for, all in all.
    pub patience: Duration,
}

/// What became of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    /// The sink took it.
    Told {
        /// What later messages of the same thread are sent with (`Order::thread`).
        thread: Option<String>,
        /// What it did not take: an addressee that a mail server does not know.
        note: Option<String>,
    },
    /// The variable that has the address or the secret is not set: nobody was asked.
    Unset { variable: String },
    /// There is nobody to tell, and why: no author has an address.
    Nobody(String),
    /// The sink said no, and told nobody; it will say so again.
    Refused(String),
    /// Nobody was told. It can be sent again, after this long where the sink says so.
    NotNow { why: String, after: Option<Duration> },
    /// It may have been told: the answer was lost after the message was sent. It is never to be sent again under another id.
    Unknown(String),
}

impl Delivery {
    /// Taken, with nothing more to say.
    pub fn told() -> Self {
        Self::Told { thread: None, note: None }
    }
}

impl Desk<'_> {
    /// What a variable holds.
    pub fn value(&self, variable: &Variable) -> Result<String, Delivery> {
        let name = variable.as_str().trim_start_matches('$');
        let Some(value) = self.variables.get(OsStr::new(name)) else {
            return Err(Delivery::Unset { variable: name.into() });
        };
        match value.to_str().map(str::trim) {
            Some("") => Err(Delivery::Unset { variable: name.into() }),
            Some(value) => Ok(value.to_string()),
            None => Err(Delivery::Refused(format!("what `{name}` holds is no text"))),
        }
    }

    /// Whether the job names a host, by itself or with its port.
    pub fn allows(&self, host: &str, port: u16) -> bool {
        let names = self.variables.get(OsStr::new(ALLOWED)).and_then(|value| value.to_str()).unwrap_or_default();
        names.split(',').map(|name| name.trim().to_ascii_lowercase()).any(|name| {
            name == host || name.strip_prefix(host).and_then(|rest| rest.strip_prefix(':')) == Some(&port.to_string())
        })
    }

    /// The people that a sink names, each once.
    pub fn addressed(&self, all: &[Addressee], message: &Message) -> Vec<Mention> {
        let mut out: Vec<Mention> = Vec::new();
        let named = all.iter().flat_map(|one| match one {
            Addressee::Authors => message.people.clone(),
            Addressee::Party(Party::Person(name)) => self.person(name),
            Addressee::Party(Party::Group(name)) => {
                let group = self.settings.groups.iter().find(|group| group.name == *name);
                group.map(|group| &group.members).into_iter().flatten().flat_map(|name| self.person(name)).collect()
            }
        });
        named.for_each(|mention| {
            if !out.contains(&mention) {
                out.push(mention);
            }
        });
        out
    }

    fn person(&self, name: &PartyName) -> Vec<Mention> {
        let found = self.settings.people.iter().find(|person| person.name == *name);
        let mention = |it: &crate::domain::settings::Person| Mention {
            name: it.name.to_string(),
            mail: it.email.clone(),
            mobile: it.mobile.clone(),
        };
        found.map(mention).into_iter().collect()
    }
}

impl Order<'_> {
    /// What the sink's template makes of the message; `None` where it has none.
    pub fn filled(&self, writing: Writing) -> Result<Option<String>, Delivery> {
        let Some(template) = self.template else { return Ok(None) };
        let name = self.to.template.as_ref().map_or_else(String::new, |path| format!("`{}`, ", path.as_str()));
        filled_for(writing, template, &Values::of(self.message), &[]).map(Some).map_err(|broken| {
            Delivery::Refused(format!("its template cannot be used: {name}line {}: {}", broken.line, broken.message))
        })
    }
}

/// What is secret in a sink's address and beside it: every part that is not its host.
pub fn secrets<'s>(address: &'s str, others: impl IntoIterator<Item = &'s str>) -> Secrets {
    let path = match Address::read(address) {
        Address::Remote(parts) => parts.path,
        _ => "",
    };
    let parts = path.split('/').filter(|part| part.len() > 5 && !WORDS.contains(part));
    Secrets::of([address], [path.trim_matches('/')].into_iter().chain(parts).chain(others))
}

/// Words of others in a sentence of ours: one line, not too long, and without what is secret.
pub fn quoted(words: &str, secrets: &Secrets) -> String {
    bounded(&one_line(&secrets.out_of(words))).into_owned()
}
