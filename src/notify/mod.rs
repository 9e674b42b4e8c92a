//! Messages to sinks: each is written as its sink takes it, delivered, and judged as the sink says it.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::time::Duration;

use jiff::Timestamp;

use crate::domain::message::Message;
use crate::domain::settings::{Feedback, Settings};

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
    /// How long a sink that wants to be left alone for a moment is waited for, all in all.
    pub patience: Duration,
}

/// What became of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    /// The sink took it. `thread`: what later messages of the same thread are sent with (`Order::thread`).
    Told { thread: Option<String> },
    /// The variable that has the address or the secret is not set: nobody was asked.
    Unset { variable: String },
    /// The sink said no, and told nobody; it will say so again.
    Refused(String),
    /// Nobody was told. It can be sent again, after this long where the sink says so.
    NotNow { why: String, after: Option<Duration> },
    /// It may have been told: the answer was lost after the message was sent. It is never to be sent again under another id.
    Unknown(String),
}

/// Writes a message for a sink and delivers it. No error has an address or a secret in it.
pub fn deliver(order: &Order<'_>, desk: &Desk<'_>) -> Delivery {
    let _ = (order, desk);
    Delivery::Refused("not built yet".into())
}
