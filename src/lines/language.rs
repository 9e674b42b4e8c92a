//! What is told of a file by its name: its comments, whether its lines are keys with values, and what a text without quotes is.

/// A kind of file that is no YAML.
#[derive(Debug, PartialEq, Eq)]
pub struct Language {
    /// How messages call such a file.
    pub name: &'static str,
    /// How a comment begins, and how it ends where the line's end is not its end.
    pub(super) comments: &'static [(&'static str, &'static str)],
    /// Whether a comment may stand behind a value.
    pub(super) trails: bool,
    pub(super) keys: Option<Keys>,
    pub(super) bare: Bare,
}

/// How keys stand in a file of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keys {
    /// `KEY=value` from the first line to the last.
    Env,
    /// The same, also with `:` or a blank between them, and with lines that go on after a `\`.
    Properties,
    /// Below `[section]`.
    Ini,
    Toml,
    /// Also in blocks and mappings, each of which is a section: `module.web.tag` of `module "web" { tag = ... }`.
    Hcl,
}

/// What a text without quotes is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bare {
    Text,
    /// A text, unless YAML reads something else in it.
    Yaml,
    /// A number, a word of the language, a name of something else.
    Other,
}

const HASH: (&str, &str) = ("#", "");
const SLASHES: (&str, &str) = ("//", "");
const BLOCK: (&str, &str) = ("/*", "*/");
const DASHES: (&str, &str) = ("--", "");
const SEMICOLON: (&str, &str) = (";", "");
const MARKUP: (&str, &str) = ("<!--", "-->");
const TEMPLATE_BLOCK: (&str, &str) = ("{{/*", "*/}}");
const TRIMMED_BLOCK: (&str, &str) = ("{{- /*", "*/ -}}");
const ALL: &[(&str, &str)] = &[HASH, SLASHES, TEMPLATE_BLOCK, TRIMMED_BLOCK, BLOCK, DASHES, SEMICOLON, MARKUP];

const ENV: Language =
    Language { name: "a file of variables", comments: &[HASH], trails: true, keys: Some(Keys::Env), bare: Bare::Text };
const PROPERTIES: Language = Language {
    name: "a file of properties",
    comments: &[HASH, ("!", "")],
    trails: false,
    keys: Some(Keys::Properties),
    bare: Bare::Text,
};
const INI: Language = Language {
    name: "an INI file",
    comments: &[SEMICOLON, HASH],
    trails: true,
    keys: Some(Keys::Ini),
    bare: Bare::Text,
};
const TOML: Language =
    Language { name: "a TOML file", comments: &[HASH], trails: true, keys: Some(Keys::Toml), bare: Bare::Other };
const TFVARS: Language = Language {
    name: "a file of Terraform's variables",
    comments: &[HASH, SLASHES, BLOCK],
    trails: true,
    keys: Some(Keys::Hcl),
    bare: Bare::Other,
};
const HCL: Language = Language {
    name: "an HCL file",
    comments: &[HASH, SLASHES, BLOCK],
    trails: true,
    keys: Some(Keys::Hcl),
    bare: Bare::Other,
};
const JSONNET: Language =
    Language { name: "a Jsonnet file", comments: &[HASH, SLASHES, BLOCK], trails: true, keys: None, bare: Bare::Other };
const DOCKERFILE: Language =
    Language { name: "a Dockerfile", comments: &[HASH], trails: false, keys: None, bare: Bare::Text };
const SHELL: Language = Language { name: "a script", comments: &[HASH], trails: true, keys: None, bare: Bare::Text };
const LUA: Language = Language {
    name: "a file with `--` comments",
    comments: &[DASHES, BLOCK],
    trails: true,
    keys: None,
    bare: Bare::Other,
};
const MARKED_UP: Language =
    Language { name: "a file of markup", comments: &[MARKUP], trails: true, keys: None, bare: Bare::Text };
const CODE: Language =
    Language { name: "a file of code", comments: &[HASH, SLASHES, BLOCK], trails: true, keys: None, bare: Bare::Other };
/// A template: what it becomes is not known, and only its marked lines are read.
pub const TEMPLATE: Language =
    Language { name: "a template", comments: ALL, trails: true, keys: None, bare: Bare::Yaml };
/// A file of which the name tells nothing.
pub const UNKNOWN: Language =
    Language { name: "a file that is no YAML", comments: ALL, trails: true, keys: None, bare: Bare::Yaml };

/// By the ending of the name.
const ENDINGS: &[(&str, &Language)] = &[
    ("env", &ENV),
    ("properties", &PROPERTIES),
    ("ini", &INI),
    ("cfg", &INI),
    ("cnf", &INI),
    ("toml", &TOML),
    ("tfvars", &TFVARS),
    ("tf", &HCL),
    ("tofu", &HCL),
    ("hcl", &HCL),
    ("nomad", &HCL),
    ("jsonnet", &JSONNET),
    ("libsonnet", &JSONNET),
    ("jsonc", &JSONNET),
    ("json5", &JSONNET),
    ("cue", &CODE),
    ("go", &CODE),
    ("js", &CODE),
    ("ts", &CODE),
    ("py", &CODE),
    ("rb", &CODE),
    ("nix", &CODE),
    ("groovy", &CODE),
    ("gradle", &CODE),
    ("java", &CODE),
    ("kt", &CODE),
    ("kts", &CODE),
    ("rs", &CODE),
    ("cs", &CODE),
    ("php", &CODE),
    ("mjs", &CODE),
    ("bicep", &CODE),
    ("lua", &LUA),
    ("sql", &LUA),
    ("dhall", &LUA),
    ("xml", &MARKED_UP),
    ("html", &MARKED_UP),
    ("md", &MARKED_UP),
    ("sh", &SHELL),
    ("bash", &SHELL),
    ("envrc", &SHELL),
    ("mk", &SHELL),
    ("dockerfile", &DOCKERFILE),
    ("containerfile", &DOCKERFILE),
    ("gotmpl", &TEMPLATE),
    ("tmpl", &TEMPLATE),
    ("tpl", &TEMPLATE),
    ("j2", &TEMPLATE),
    ("jinja", &TEMPLATE),
    ("jinja2", &TEMPLATE),
    ("erb", &TEMPLATE),
    ("ejs", &TEMPLATE),
    ("mustache", &TEMPLATE),
    ("hbs", &TEMPLATE),
    ("tftpl", &TEMPLATE),
];

/// The language of a file by its name; `None` where that tells nothing, and of YAML and JSON.
pub fn of(name: &str) -> Option<&'static Language> {
    let lower = name.to_ascii_lowercase();
    let is_called = |known: &str| lower == known || lower.starts_with(&format!("{known}."));
    let ending = lower.rsplit_once('.').map_or("", |(_, ending)| ending);
    if matches!(ending, "yaml" | "yml" | "json") {
        return None;
    }
    match ENDINGS.iter().find(|(known, _)| *known == ending) {
        Some((_, language)) => Some(language),
        None if is_called(".env") => Some(&ENV),
        None if is_called("dockerfile") || is_called("containerfile") => Some(&DOCKERFILE),
        None if matches!(lower.as_str(), "makefile" | "gnumakefile" | "justfile") => Some(&SHELL),
        None => None,
    }
}

impl Language {
    /// Whether its lines are keys with values, so that a path leads to one.
    pub fn has_keys(&self) -> bool {
        self.keys.is_some()
    }

    /// Whether a shell reads it, or what reads it as a shell does: there a `#` right behind a quote is a part of the word.
    pub(super) fn is_of_a_shell(&self) -> bool {
        self.trails && self.bare == Bare::Text && self.comments == [HASH]
    }

    /// Whether a mark has to stand on a line of its own, above the one that it marks.
    pub fn marks_above(&self) -> bool {
        !self.trails
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_known_by_its_name_and_yaml_is_left_to_others() {
        for (name, language) in [
            (".env", Some(&ENV)),
            (".env.production", Some(&ENV)),
            ("web.env", Some(&ENV)),
            ("x.auto.tfvars", Some(&TFVARS)),
            ("Dockerfile", Some(&DOCKERFILE)),
            ("Dockerfile.web", Some(&DOCKERFILE)),
            ("web.Dockerfile", Some(&DOCKERFILE)),
            ("helmfile.yaml.gotmpl", Some(&TEMPLATE)),
            (".env.yaml", None),
            ("x.tfvars.json", None),
            ("versions", None),
        ] {
            assert_eq!(of(name), language, "{name}");
        }
    }
}
