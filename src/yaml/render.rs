//! Writes a new value in a file's own style, and says which events it must read as.

use super::action::New;
use super::events::Kind;
use super::prove::Expected;
use super::quote::{self, Context};
use super::style::{Layout, Style};

/// How the file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Habits {
    pub newline: &'static str,
    /// How much deeper than its key the dash of a sequence stands.
    pub dash: usize,
    /// How much deeper than its key a mapping stands.
    pub step: usize,
    /// Whether the file is JSON, and must stay it.
    pub json: bool,
}

/// Collects text and events.
pub(super) struct Writer<'a> {
    habits: Habits,
    pub text: String,
    pub events: Vec<Expected<'a>>,
}

impl<'a> Writer<'a> {
    pub fn new(habits: Habits) -> Self {
        Self { habits, text: String::new(), events: Vec::new() }
    }

    /// An event without text.
    pub fn event(&mut self, kind: Kind<'a>) {
        self.events.push(Expected { kind, anchor: 0, tag: None, written: true });
    }

    fn scalar(&mut self, text: &'a str, context: Context) {
        let (written, style) = match self.habits.json {
            true => quote::keeping(text, Style::DoubleQuoted, context),
            false => quote::fresh(text, context),
        };
        self.text.push_str(&written);
        self.event(Kind::Scalar { text: text.into(), style });
    }

    /// Starts a line.
    pub fn line(&mut self, indent: usize) {
        self.text.push_str(self.habits.newline);
        self.text.extend(std::iter::repeat_n(' ', indent));
    }

    /// `key: value`, the key standing at `indent` in a block mapping.
    pub fn entry(&mut self, key: &'a str, value: &'a New, indent: usize) {
        self.scalar(key, Context::Block);
        self.text.push(':');
        match value {
            New::Sequence(items) if !items.is_empty() => {
                self.event(Kind::SequenceStart(Layout::Block));
                let dash = indent + self.habits.dash;
                for item in items {
                    self.line(dash);
                    self.item(item, dash);
                }
                self.event(Kind::SequenceEnd);
            }
            New::Mapping(entries) if !entries.is_empty() => {
                self.event(Kind::MappingStart(Layout::Block));
                let inner = indent + self.habits.step;
                for (key, value) in entries {
                    self.line(inner);
                    self.entry(key, value, inner);
                }
                self.event(Kind::MappingEnd);
            }
            _ => self.small(value, Context::Block),
        }
    }

    /// `- value`, the dash standing at `indent`.
    pub fn item(&mut self, value: &'a New, indent: usize) {
        self.text.push('-');
        let inner = indent + 2;
        match value {
            New::Sequence(items) if !items.is_empty() => {
                self.event(Kind::SequenceStart(Layout::Block));
                for (at, item) in items.iter().enumerate() {
                    self.first_or_line(at, inner);
                    self.item(item, inner);
                }
                self.event(Kind::SequenceEnd);
            }
            New::Mapping(entries) if !entries.is_empty() => {
                self.event(Kind::MappingStart(Layout::Block));
                for (at, (key, value)) in entries.iter().enumerate() {
                    self.first_or_line(at, inner);
                    self.entry(key, value, inner);
                }
                self.event(Kind::MappingEnd);
            }
            _ => self.small(value, Context::Block),
        }
    }

    /// The first of a compact collection stands behind the dash.
    fn first_or_line(&mut self, at: usize, indent: usize) {
        match at {
            0 => self.text.push(' '),
            _ => self.line(indent),
        }
    }

    /// A blank, and a scalar or an empty collection.
    fn small(&mut self, value: &'a New, context: Context) {
        self.text.push(' ');
        match value {
            New::Text(text) => self.scalar(text, context),
            collection => self.flow(collection),
        }
    }

    /// A value between brackets.
    pub fn flow(&mut self, value: &'a New) {
        match value {
            New::Text(text) => self.scalar(text, Context::Flow),
            New::Sequence(items) => {
                self.text.push('[');
                self.event(Kind::SequenceStart(Layout::Flow));
                for (at, item) in items.iter().enumerate() {
                    self.comma(at);
                    self.flow(item);
                }
                self.event(Kind::SequenceEnd);
                self.text.push(']');
            }
            New::Mapping(entries) => {
                self.text.push('{');
                self.event(Kind::MappingStart(Layout::Flow));
                for (at, (key, value)) in entries.iter().enumerate() {
                    self.comma(at);
                    self.flow_entry(key, value);
                }
                self.event(Kind::MappingEnd);
                self.text.push('}');
            }
        }
    }

    fn comma(&mut self, at: usize) {
        if at > 0 {
            self.text.push_str(", ");
        }
    }

    /// `key: value` between braces.
    pub fn flow_entry(&mut self, key: &'a str, value: &'a New) {
        self.scalar(key, Context::Flow);
        self.text.push_str(": ");
        self.flow(value);
    }
}
