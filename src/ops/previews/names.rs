//! The names of an instance, and the placeholders that stand for them in its template and in its entry of a list.

use std::ops::Range;

use crate::domain::commit::CommitId;
use crate::domain::names::AppName;
use crate::domain::preview::Slug;
use crate::domain::refusal::{Code, Refusal};

/// The placeholders that there are, without braces.
const KNOWN: [&str; 5] = ["slug", "application", "commit", "url", "namespace"];

/// What the placeholders of one copy stand for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names {
    pub slug: Slug,
    /// `None`: several applications share the copy.
    pub application: Option<AppName>,
    /// `None`: it is not of one application, or nobody knows the commit of its version.
    pub commit: Option<CommitId>,
    /// `None`: the environment says no address.
    pub url: Option<String>,
    /// `None`: the environment says no namespace.
    pub namespace: Option<String>,
}

impl Names {
    /// The text with all of its placeholders filled.
    ///
    /// # Errors
    /// The first placeholder that has nothing to stand for.
    pub fn filled(&self, text: &str) -> Result<String, &'static str> {
        let mut out = String::with_capacity(text.len());
        let mut from = 0;
        for (range, name) in placeholders(text) {
            out.push_str(&text[from..range.start]);
            out.push_str(&self.value(name).ok_or(name)?);
            from = range.end;
        }
        out.push_str(&text[from..]);
        Ok(out)
    }

    fn value(&self, name: &str) -> Option<String> {
        match name {
            "slug" => Some(self.slug.to_string()),
            "application" => self.application.as_ref().map(ToString::to_string),
            "commit" => self.commit.as_ref().map(ToString::to_string),
            "url" => self.url.clone(),
            "namespace" => self.namespace.clone(),
            _ => None,
        }
    }
}

/// Where a placeholder stands in a text, braces and all, and which it is.
pub type Hole = (Range<usize>, &'static str);

/// Where placeholders of ours stand in a text, and which. `${slug}` and `{{slug}}` belong to others.
pub fn placeholders(text: &str) -> Vec<Hole> {
    let at = |open: usize| {
        let rest = &text[open + 1..];
        let name = KNOWN.into_iter().find(|name| rest.strip_prefix(name).is_some_and(|rest| rest.starts_with('}')))?;
        let end = open + name.len() + 2;
        let is_doubled = text[..open].ends_with('{') && text[end..].starts_with('}');
        (!is_doubled && !text[..open].ends_with('$')).then_some((open..end, name))
    };
    text.match_indices('{').filter_map(|(open, _)| at(open)).collect()
}

/// What is said where a placeholder has nothing to stand for.
pub fn lacking(place: &str, name: &str) -> Refusal {
    let (why, hint) = match name {
        "url" | "namespace" => (
            format!("the environment's `ephemeral:` in `stageline.yaml` has no `{name}`"),
            format!("say there what it is, `{name}:`, or take `{{{name}}}` out"),
        ),
        "commit" => (
            "it is not the copy of one application whose commit is known".to_string(),
            "write `{application}` into `template` and `path` of `ephemeral:` in `stageline.yaml`, so that each application gets a copy, or take `{commit}` out".to_string(),
        ),
        _ => (
            "all applications share one copy: `template` of `ephemeral:` in `stageline.yaml` has no `{application}`".to_string(),
            format!("write `{{application}}` into `template` and `path` there, or take `{{{name}}}` out"),
        ),
    };
    Refusal::new(Code::BadTemplate, format!("{place}: nothing stands for `{{{name}}}`: {why}")).hint(hint)
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// The names of `pr-12` of web.
    pub fn names() -> Names {
        Names {
            slug: Slug::new("pr-12").unwrap(),
            application: AppName::new("web").ok(),
            commit: CommitId::from_hex("9d3e7aa1b2c3d4e5f60718293a4b5c6d7e8f9012"),
            url: Some("https://pr-12.example.com".into()),
            namespace: Some("preview-pr-12".into()),
        }
    }

    #[test]
    fn each_placeholder_is_filled_wherever_it_stands_in_the_text() {
        for (text, wanted) in [
            ("{slug}", "pr-12"),
            ("a-{slug}-{application}{slug}", "a-pr-12-webpr-12"),
            ("{commit}", "9d3e7aa1b2c3d4e5f60718293a4b5c6d7e8f9012"),
            ("{url}/x?n={namespace}", "https://pr-12.example.com/x?n=preview-pr-12"),
            ("{\"n\":\"{slug}\"}", "{\"n\":\"pr-12\"}"),
            ("é{slug}é", "épr-12é"),
        ] {
            assert_eq!(names().filled(text).as_deref(), Ok(wanted), "{text}");
        }
    }

    #[test]
    fn what_others_fill_in_stays() {
        for text in [
            "{foo}",
            "${slug}",
            "$${url}",
            "{{slug}}",
            "{{ .Values.slug }}",
            "{ slug }",
            "{Slug}",
            "{slug",
            "{}",
            "%{x}",
        ] {
            assert_eq!(names().filled(text).as_deref(), Ok(text));
        }
    }

    #[test]
    fn what_has_nothing_to_stand_for_is_told_with_the_key_that_lacks() {
        let bare = Names { application: None, commit: None, url: None, namespace: None, ..names() };
        for (name, key) in
            [("application", "`template`"), ("commit", "`template`"), ("url", "`url:`"), ("namespace", "`namespace:`")]
        {
            assert_eq!(bare.filled(&format!("{{slug}} {{{name}}}")), Err(name));
            let refusal = lacking("a.yaml:1:2", name);
            assert!(format!("{} {:?}", refusal.message, refusal.hints).contains(key), "{refusal:?}");
            assert!(refusal.message.contains("stageline.yaml") || refusal.hints[0].contains("stageline.yaml"));
        }
    }
}
