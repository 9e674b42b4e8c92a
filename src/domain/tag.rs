//! The form of a source's tags: what stands in them around the version.

use super::names::{AppName, BadName, BranchName};

/// A form such as `v{version}`, `web/v{version}` or `{application}@{version}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagForm {
    text: String,
    head: String,
    tail: String,
}

impl TagForm {
    /// Reads `{version}`, which must stand there once, and `{application}`.
    pub fn new(text: &str, app: &AppName) -> Result<Self, BadName> {
        let filled = text.replace("{application}", app.as_str());
        let Some((head, tail)) = filled.split_once("{version}").filter(|(_, tail)| !tail.contains("{version}")) else {
            return Err(BadName(format!("`{}` must have `{{version}}` once", text.escape_debug())));
        };
        // A tag is named as a branch is: git-check-ref-format(1).
        BranchName::new(format!("{head}1{tail}"))
            .map_err(|why| BadName(why.to_string().replace("a branch name", "the name of a tag")))?;
        Ok(Self { head: head.to_string(), tail: tail.to_string(), text: text.to_string() })
    }

    /// The form as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The tag of a version.
    pub fn tag(&self, version: &str) -> String {
        format!("{}{version}{}", self.head, self.tail)
    }

    /// The version of a tag; `None` where the tag has another form.
    pub fn version<'t>(&self, tag: &'t str) -> Option<&'t str> {
        let version = tag.strip_prefix(self.head.as_str())?.strip_suffix(self.tail.as_str())?;
        Some(version).filter(|version| !version.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(text: &str) -> TagForm {
        TagForm::new(text, &AppName::new("web").unwrap()).unwrap()
    }

    #[test]
    fn a_tag_and_its_version_lead_to_each_other() {
        for (text, version, tag) in [
            ("v{version}", "1.3.0", "v1.3.0"),
            ("web/v{version}", "1.3.0", "web/v1.3.0"),
            ("{application}@{version}", "1.3.0-rc.1", "web@1.3.0-rc.1"),
            ("{version}-ga", "1.3", "1.3-ga"),
            ("{version}", "v1", "v1"),
        ] {
            assert_eq!(form(text).tag(version), tag);
            assert_eq!(form(text).version(tag), Some(version));
        }
        for other in ["1.3.0", "api/v1.3.0", "v", ""] {
            assert_eq!(form("v{version}").version(other), None, "{other}");
        }
    }

    #[test]
    fn a_form_that_makes_no_tag_is_refused() {
        for text in ["v", "{version}-{version}", "a b{version}", "{version}.lock", "a..{version}"] {
            assert!(TagForm::new(text, &AppName::new("web").unwrap()).is_err(), "{text}");
        }
    }
}
