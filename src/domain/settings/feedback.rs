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

impl Event {
    /// Whether it is something that lands, so that the branch tells of it.
    pub fn is_of_landing(self) -> bool {
        matches!(self, Self::Promote | Self::Rollback | Self::Undo | Self::Hold | Self::Lift | Self::Preview)
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

impl Sink {
    /// The key that the file has for it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Slack { .. } => "slack",
            Self::SlackToken { .. } => "slack-token",
            Self::Dingtalk { .. } => "dingtalk",
            Self::Email { .. } => "email",
            Self::Teams { .. } => "teams",
            Self::Feishu { .. } => "feishu",
            Self::Wecom { .. } => "wecom",
            Self::Webhook { .. } => "webhook",
        }
    }

    /// The variable without which it cannot be reached.
    pub fn variable(&self) -> &Variable {
        match self {
            Self::SlackToken { token, .. } => token,
            Self::Slack { url }
            | Self::Dingtalk { url, .. }
            | Self::Email { url, .. }
            | Self::Teams { url }
            | Self::Feishu { url, .. }
            | Self::Wecom { url }
            | Self::Webhook { url, .. } => url,
        }
    }
}

/// Who a message is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Addressee {
    /// `authors`: those whose commits moved.
    Authors,
    Party(Party),
}

/// What the names of variables for sinks begin with.
pub const PREFIXES: [&str; 7] = ["STAGELINE_", "SLACK_", "DINGTALK_", "SMTP_", "TEAMS_", "FEISHU_", "WECOM_"];
/// Names that are for something else: tokens for forges with the hosts that they are for, and what this program is told by.
const KEPT: [&str; 4] = ["STAGELINE_TOKEN", "STAGELINE_ALLOW_", "STAGELINE_COMPLETE", "STAGELINE_PAGER"];

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

    /// Whether it is one that may be read for a sink: its name says that it is for one, and it is none of those that hold a token for
    /// a forge or steer this program.
    pub fn is_for_sinks(&self) -> bool {
        let name = self.0.trim_start_matches('$');
        let is_ours = KEPT.iter().any(|kept| name.starts_with(kept));
        !is_ours && PREFIXES.iter().any(|prefix| name.len() > prefix.len() && name.starts_with(prefix))
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
    fn only_variables_that_say_so_are_read_for_sinks() {
        for (name, is_one) in [
            ("$SLACK_WEBHOOK_URL", true),
            ("$STAGELINE_HOOK", true),
            ("$SMTP_URL", true),
            ("$WECOM_URL", true),
            ("$SLACK_", false),
            ("$GITHUB_TOKEN", false),
            ("$STAGELINE_TOKEN", false),
            ("$STAGELINE_TOKEN_HOST", false),
            ("$STAGELINE_ALLOW_HOSTS", false),
            ("$AWS_SECRET_ACCESS_KEY", false),
            ("$MY_SLACK_URL", false),
            ("$slack_url", false),
        ] {
            assert_eq!(Variable::new(name).unwrap().is_for_sinks(), is_one, "{name}");
        }
    }

    #[test]
    fn a_variable_is_its_whole_text_and_is_not_shown_where_it_is_none() {
        assert_eq!(Variable::new("$SLACK_WEBHOOK_URL").unwrap().as_str(), "$SLACK_WEBHOOK_URL");
        for text in ["hunter2", "$", "$1A", "${A}", "https://x/$A", "$A/b", ""] {
            let error = Variable::new(text).unwrap_err();
            assert_eq!(error.0, "this is not `$NAME`", "{text}");
        }
    }
}
