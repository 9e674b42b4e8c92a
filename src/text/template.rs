//! Texts by a template of the config repository's own: what it is given is text from outside until it is said to be Markdown.

use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior, Value};
use serde::Serialize;

use super::{link, markdown};

/// What a template may cost: so many steps, or 64 bytes of text each.
const FUEL: u64 = 500_000;
/// How deep loops and conditions may stand in each other.
const DEPTH: usize = 50;
/// What would make of a text what it is not: `safe` takes the escapes from it, the others escape for HTML alone.
const UNSAFE: [&str; 3] = ["safe", "escape", "e"];

/// Why a template cannot be used, with the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    pub line: u32,
    pub message: String,
    /// Whether it only had too much to do: with less to tell it may come to an end.
    pub is_too_much: bool,
}

impl Broken {
    /// At a line, with what is wrong there.
    pub fn new(line: u32, message: impl Into<String>) -> Self {
        Self { line, message: message.into(), is_too_much: false }
    }
}

/// How the values of a template are written for one sink.
#[derive(Debug, Clone, Copy)]
pub struct Writing {
    /// A text from outside.
    pub text: fn(&str) -> String,
    /// A text from outside with the page that it leads to.
    pub link: fn(&str, &str) -> String,
}

/// For Markdown of a forge.
const MARKDOWN: Writing = Writing { text: in_markdown, link };

/// A quote would end an attribute, where the template writes HTML around it.
fn in_markdown(text: &str) -> String {
    markdown(text).replace('"', "&quot;")
}

/// The text that a template makes of these values. Every one of them is escaped for Markdown where it is written, whatever the
/// template does to it before; only `parts` are Markdown already, below `text`.
///
/// # Errors
/// It is no template, it names what is not there, or it does too much.
pub fn filled(template: &str, values: &impl Serialize, parts: &[(&str, String)]) -> Result<String, Broken> {
    filled_for(MARKDOWN, template, values, parts)
}

/// The same for any sink.
///
/// # Errors
/// As `filled`.
pub fn filled_for(
    writing: Writing,
    template: &str,
    values: &impl Serialize,
    parts: &[(&str, String)],
) -> Result<String, Broken> {
    let environment = environment(writing);
    let compiled = environment.template_from_named_str("", template).map_err(|error| broken(&error))?;
    let parts = parts.iter().map(|(name, text)| (*name, Value::from_safe_string(text.clone())));
    let parts = Value::from_pairs(parts);
    let values = Value::from(Serde(values));
    let all = minijinja::context! { text => parts, ..values };
    compiled.render(all).map_err(|error| broken(&error))
}

/// The engine: one template, which includes nothing and reads nothing.
fn environment(writing: Writing) -> Environment<'static> {
    let mut out = Environment::new();
    UNSAFE.iter().for_each(|name| out.remove_filter(name));
    out.remove_global("debug");
    out.add_filter("link", move |text: String, page: Option<String>| {
        Value::from_safe_string(page.map_or_else(|| (writing.text)(&text), |page| (writing.link)(&text, &page)))
    });
    out.set_undefined_behavior(UndefinedBehavior::Strict);
    // So that an error says which name it is about.
    out.set_debug(true);
    out.set_fuel(Some(FUEL));
    out.set_recursion_limit(DEPTH);
    // Which way of escaping a template asks for makes no difference: there is one.
    out.set_auto_escape_callback(|_| AutoEscape::Custom("markdown".into()));
    out.set_formatter(move |out, _, value| {
        let text = match value.as_str() {
            Some(text) if value.is_safe() => text.to_string(),
            _ if value.is_none() => String::new(),
            Some(text) => (writing.text)(text),
            None => (writing.text)(&value.to_string()),
        };
        out.write_str(&text).map_err(Error::from)
    });
    out
}

fn broken(error: &Error) -> Broken {
    let line = error.line().and_then(|line| u32::try_from(line).ok()).unwrap_or(1);
    let is_too_much = error.kind() == ErrorKind::OutOfFuel;
    let message = match (is_too_much, error.detail()) {
        (true, _) => "it does too much".to_string(),
        (false, Some(detail)) => format!("{}: {detail}", error.kind()),
        (false, None) => error.kind().to_string(),
    };
    Broken { line, message, is_too_much }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn made(template: &str) -> Result<String, String> {
        let values = json!({
            "reason": "/merge", "subject": "Closes #1 @all <img>", "nothing": null, "number": 3,
            "list": [{ "subject": "[x](javascript:y)" }, { "subject": "b" }],
        });
        let parts = [("pins", "| **a** |".to_string())];
        filled(template, &values, &parts)
            .map(|text| text.replace('\u{200b}', "·"))
            .map_err(|broken| format!("{}: {}", broken.line, broken.message))
    }

    #[test]
    fn every_value_is_escaped_and_only_what_is_markdown_already_is_not() {
        assert_eq!(made("{{ text.pins }}\n{{ reason }} {{ number }}{{ nothing }}").unwrap(), "| **a** |\n\\/merge 3");
        assert_eq!(made("{{ subject }}").unwrap(), "Closes \\#·1 @·all &lt;img&gt;");
        assert_eq!(
            made("{% for one in list %}- {{ one.subject }}\n{% endfor %}").unwrap(),
            "- \\[x\\](javascript:y)\n- b\n"
        );
        assert_eq!(
            made("{{ subject|link('https://x/y') }} {{ number|link(nothing) }} {{ 'a'|link('javascript:b') }}")
                .unwrap(),
            "[Closes \\#·1 @·all &lt;img&gt;](https://x/y) 3 a"
        );
        assert_eq!(made("<a title=\"{{ '\" onclick=x' }}\">").unwrap(), "<a title=\"&quot; onclick=x\">");
    }

    #[test]
    fn no_way_through_the_template_makes_a_text_from_outside_live() {
        for template in [
            "{% autoescape false %}{{ subject }}{% endautoescape %}",
            "{% autoescape 'html' %}{{ subject }}{% endautoescape %}",
            "{% autoescape 'none' %}{% set x %}{{ subject }}{% endset %}{{ x }}{% endautoescape %}",
            "{% set x %}{{ subject }}{% endset %}{{ x }}",
            "{{ text.pins ~ subject }}",
            "{{ text.pins + subject }}",
            "{{ subject|trim|replace('x', text.pins) }}",
            "{{ [text.pins, subject]|join(' ') }}",
            "{{ [subject]|join(text.pins) }}",
            "{{ '%s'|format(subject) }}",
            "{{ text.pins|replace('a', subject) }}",
            "{{ [subject] }}",
            "{{ {'a': subject} }}",
            "{{ subject|string|indent(2, true) }}",
            "{{ subject|upper }}",
        ] {
            let text = made(template).unwrap_or_else(|why| panic!("{template}: {why}"));
            let bare = text.to_lowercase();
            assert!(bare.contains("closes"), "{template}: {text}");
            for live in ["#1", "@all", "<img"] {
                assert!(!bare.contains(live), "{template}: {text}");
            }
        }
        for template in ["{{ subject|safe }}", "{{ subject|e }}", "{{ subject|escape }}", "{{ debug() }}"] {
            assert!(made(template).unwrap_err().contains("unknown"), "{template}");
        }
    }

    #[test]
    fn a_template_that_is_wrong_is_told_with_its_line() {
        for (template, line, why) in [
            ("a\n{% for x in %}", 2, "syntax error"),
            ("a\nb\n{{ subjet }}", 3, "`subjet` is undefined"),
            ("{% if list[0].nothing_here %}x{% endif %}", 1, "`list[0].nothing_here` is undefined"),
            ("a\n{{ subject", 2, "syntax error"),
            ("{% include 'other' %}", 1, "unknown statement include"),
            ("{% extends 'other' %}", 1, "unknown statement extends"),
            ("{% import 'other' as x %}", 1, "unknown statement import"),
            ("{% macro a() %}{% endmacro %}", 1, "unknown statement macro"),
            ("{{ open('/etc/passwd') }}", 1, "unknown"),
        ] {
            let told = made(template).unwrap_err();
            assert!(told.starts_with(&format!("{line}: ")) && told.contains(why), "{template}: {told}");
        }
    }

    #[test]
    fn a_template_that_would_never_end_or_never_be_held_ends() {
        for template in [
            "{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}",
            "{{ 'x' * 99999999 }}",
            "{% set ns = namespace(x='x') %}{% for a in range(99) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}{{ ns.x }}",
        ] {
            assert!(made(template).unwrap_err().contains("it does too much"), "{template}");
        }
        let deep = format!("{}{}", "{% if true %}".repeat(5000), "{% endif %}".repeat(5000));
        assert!(made(&deep).is_err());
    }
}
