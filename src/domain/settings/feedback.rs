//! Who is told of what: the sinks of messages, and which events go there.

use super::super::names::{BadName, EnvName};
use super::super::path::RepoPath;
use super::patterns::NamePattern;
use super::people::{MailAddress, Party};
use super::words::words;

words! {
    /// What is told.
    Event {
        Promote = "promote",
        Rollback = "rollback",
        Undo = "undo",
        Request = "request",
        Refused = "refused",
        Hold = "hold",
        Lift = "lift",
        Preview = "preview",
        Build = "build",
        Baseline = "baseline",
        Approve = "approve",
        Attest = "attest",
        Freeze = "freeze",
        Verify = "verify",
    }
}

words! {
    /// How the body of a webhook is written.
    WebhookFormat {
        Cdevents = "cdevents",
    }
}

/// One place that is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feedback {
    pub sink: Sink,
    /// Empty: every event.
    pub events: Vec<Event>,
    /// Empty: every environment.
    pub environments: Vec<EnvName>,
    /// Empty: every application.
    pub applications: Vec<NamePattern>,
    /// The file of the config repository that the message is made from.
    pub template: Option<RepoPath>,
}

/// Where messages go. Addresses and secrets stand in environment variables, of which only the names are here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sink {
    Slack {
        url: Variable,
    },
    /// By a bot's token, which can answer in a thread.
    SlackToken {
        token: Variable,
        channel: String,
    },
    Dingtalk {
        url: Variable,
        secret: Option<Variable>,
        mobiles: Vec<Addressee>,
    },
    Email {
        url: Variable,
        from: Option<MailAddress>,
        to: Vec<Addressee>,
    },
    Teams {
        url: Variable,
    },
    Feishu {
        url: Variable,
        secret: Option<Variable>,
    },
    Wecom {
        url: Variable,
    },
    /// `format: None`: our own JSON.
    Webhook {
        url: Variable,
        secret: Option<Variable>,
        format: Option<WebhookFormat>,
    },
}

/// Who a message is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Addressee {
    /// `authors`: those whose commits moved.
    Authors,
    Party(Party),
}

/// An environment variable, with the `$` that the file writes before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable(String);

impl Variable {
    /// Checks `$NAME`. The error never shows the text: whoever writes something else may write a secret.
    pub fn new(text: &str) -> Result<Self, BadName> {
        let is_name = text.strip_prefix('$').is_some_and(|name| {
            name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
                && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        });
        if is_name { Ok(Self(text.to_string())) } else { Err(BadName("this is not `$NAME`".into())) }
    }

    /// `$NAME`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_is_its_whole_text_and_is_not_shown_where_it_is_none() {
        assert_eq!(Variable::new("$SLACK_WEBHOOK_URL").unwrap().as_str(), "$SLACK_WEBHOOK_URL");
        for text in ["hunter2", "$", "$1A", "${A}", "https://x/$A", "$A/b", ""] {
            let error = Variable::new(text).unwrap_err();
            assert_eq!(error.0, "this is not `$NAME`", "{text}");
        }
    }
}
