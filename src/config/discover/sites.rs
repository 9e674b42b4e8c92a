//! A text of a file that may be a pin: where it stands, and whether what it says is fixed.

use crate::domain::image;
use crate::domain::settings::{DigestRule, DocumentRule, Field, Form, PinKind};
use crate::domain::version::Version;
pub use crate::yaml::locate::{item, items};
use crate::yaml::route::{Route, Step};
use crate::yaml::tree::Node;

use super::naming::last_part;
use super::versions::{is_revision, moves};

/// One text that may be a pin, as one environment's file has it.
#[derive(Debug, Clone)]
pub struct Site {
    pub kind: PinKind,
    /// Which text this is: the same in every environment.
    pub key: String,
    pub says: Says,
    pub line: u32,
    /// Which part of the application it versions; `None`: the whole of it.
    pub component: Option<String>,
    /// The last part of the name of the image, chart or repository, where that is told.
    pub thing: Option<String>,
    /// The same text by the name of its image, chart or repository, where that is told.
    pub named: Option<PinKind>,
    /// The repository that a chart comes from, where that is told.
    pub from: Option<String>,
    /// The name of the image or the address of the repository, where no pin by it can be written here.
    pub of: Option<String>,
    pub stand: Stand,
}

impl Site {
    /// A text that a pin of this kind finds, known by that alone, and the application's own.
    pub fn of(kind: PinKind, says: Says, line: u32) -> Self {
        let key = kind.identity();
        let (component, thing, named, from, of) = Default::default();
        Self { kind, key, says, line, component, thing, named, from, of, stand: Stand::Own }
    }

    /// Where what it versions comes from, where that is told: an image without its tag, a repository.
    pub fn address(&self) -> Option<&str> {
        let kinds = [self.named.as_ref(), Some(&self.kind)];
        let told = self.from.as_deref().or(self.of.as_deref());
        told.or_else(|| kinds.into_iter().flatten().find_map(address))
    }
}

/// The image or the repository that a pin is found by.
pub fn address(kind: &PinKind) -> Option<&str> {
    match kind {
        PinKind::Image { image, .. } => Some(image),
        PinKind::KustomizeBase { repository } | PinKind::Revision { repository } => Some(repository),
        _ => None,
    }
}

/// How a text stands to the application whose files it is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Stand {
    /// What it says is a version of the application.
    #[default]
    Own,
    /// It is the application's only where `thing` is named after it: the version of a chart that anybody may have made.
    Namesake,
    /// It says again what another text versions, or it is not the application's at all: a label, a literal.
    Follower,
    /// One of several beside each other that are called each by its key: a version of that one, whatever its neighbours say.
    Listed,
}

/// What a text says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Says {
    /// A version that stays the same build.
    Fixed(String),
    /// Why it cannot be a pin.
    Loose(String),
}

/// A tag of an image or a chart; `None` where nothing is said.
pub fn tag(text: &str) -> Option<Says> {
    if text.is_empty() {
        return None;
    }
    Some(if is_template(text) {
        Says::Loose(format!("`{text}` is a template: pin the value that it is filled with"))
    } else if is_placeholder(text) {
        Says::Loose(format!("`{text}` stands for a version that is still to come"))
    } else if is_no_version(text) {
        Says::Loose(format!("`{text}` says what the image is for, and no version of it"))
    } else if moves(text) {
        Says::Loose(format!("`{text}` moves; it becomes a pin with a fixed version"))
    } else if Version::new(text).is_err() {
        Says::Loose(format!("`{text}` is not a version"))
    } else {
        Says::Fixed(text.to_string())
    })
}

/// Whether a tag is a version that stays the same build.
pub fn is_fixed(text: &str) -> bool {
    !text.is_empty() && !is_template(text) && !is_open(text) && Version::new(text).is_ok()
}

/// Whether a text stands where a version will be: one that is still to come, that moves, or that is none.
pub fn is_open(text: &str) -> bool {
    is_placeholder(text) || is_no_version(text) || moves(text)
}

/// Whether a tag says what an image is built for, which no build of it is told apart by: `arm64`, `linux-amd64`, `local`.
fn is_no_version(text: &str) -> bool {
    const BUILT_FOR: [&str; 9] = ["amd64", "arm64", "arm", "armv7", "armhf", "aarch64", "x86", "linux", "local"];
    text.split(['-', '_']).all(|word| BUILT_FOR.contains(&word.to_ascii_lowercase().as_str()))
}

/// Whether a text is filled in elsewhere.
pub fn is_template(text: &str) -> bool {
    ["{{", "${", "$("].iter().any(|mark| text.contains(mark))
}

/// Whether a text is there to be replaced: `REPLACE_ME`, `<tag>`, `changeme`, a digest or a commit of zeros.
pub fn is_placeholder(text: &str) -> bool {
    let lower = text.to_ascii_lowercase().replace(['_', '-', ' '], "");
    let says = ["replaceme", "changeme", "placeholder", "todo", "tbd", "fixme", "imagetag", "dummy", "yourtag", "xxx"];
    let is_constant = text.len() > 3 && text.chars().all(|c| c.is_ascii_uppercase() || c == '_') && text.contains('_');
    let id = text.strip_prefix("sha256:").unwrap_or(text);
    let is_zero = id.len() > 6 && id.chars().all(|c| c == '0');
    says.contains(&lower.as_str()) || is_constant || is_zero || (text.starts_with('<') && text.ends_with('>'))
}

/// A revision of a git repository, where a name may be a branch's.
pub fn revision(text: &str) -> Option<Says> {
    Some(match tag(text)? {
        Says::Fixed(text) if !is_revision(&text) => {
            Says::Loose(format!("`{text}` is neither a commit nor a version; as a branch it moves"))
        }
        says => says,
    })
}

/// What a tag and a digest say together.
pub fn dressed(text: Option<&str>, digest: Option<&str>) -> Option<Says> {
    let digest = digest.filter(|digest| !digest.is_empty());
    if let Some(digest) = digest.filter(|digest| is_placeholder(digest)) {
        return tag(digest);
    }
    match (text.and_then(tag), digest) {
        (Some(Says::Fixed(text)), Some(digest)) => Some(Says::Fixed(format!("{text}@{digest}"))),
        (None, Some(digest)) => tag(digest),
        (says, _) => says,
    }
}

/// The document that sites stand in, and the text inside it where that is YAML itself.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    pub document: DocumentRule,
    pub outer: Option<Route>,
    /// The line above the first one of that text.
    pub above: u32,
}

impl Scope {
    /// A site of this scope at a route, with its digest's where that has a field of its own.
    pub fn site(&self, steps: &[Step], digest: Option<&[Step]>, form: Form, says: Says, node: &Node) -> Site {
        let route = Route(steps.to_vec()).to_string();
        let (route, inside) = match &self.outer {
            Some(outer) => (outer.to_string(), Some(route)),
            None => (route, None),
        };
        let key = format!("{route} {}", inside.as_deref().unwrap_or_default());
        let digest = digest.map(|steps| Route(steps.to_vec()).to_string());
        let field =
            Field { document: Box::new(self.document.clone()), route, inside, digest, form, digests: DigestRule::Ask };
        let line = self.above + node.line;
        let (component, thing, named, from) = Default::default();
        Site {
            kind: PinKind::Field(field),
            key,
            says,
            line,
            component,
            thing,
            named,
            from,
            of: None,
            stand: Stand::Own,
        }
    }

    /// The site of a whole image reference; `None` where it has neither tag nor digest.
    pub fn image(&self, steps: &[Step], node: &Node) -> Option<Site> {
        let text = node.as_str()?;
        let (name, tag, digest) = image::parts(text);
        // `image: web` may be a name whose tag stands elsewhere.
        let says = dressed(tag, digest)?;
        let says = match says {
            Says::Fixed(_) if name.contains(['{', '$']) => Says::Loose(format!("`{text}` is a template")),
            says => says,
        };
        let mut site = self.site(steps, None, Form::Image, says, node);
        site.thing = Some(last_part(name).to_string());
        site.named = by_image(name);
        Some(site)
    }
}

/// A pin by the name of an image; `None` for what cannot be one.
pub fn by_image(image: &str) -> Option<PinKind> {
    let last = image.rsplit('/').next().unwrap_or_default();
    let is_name =
        !last.is_empty() && !last.contains(':') && !image.contains(|c: char| c.is_whitespace() || "{}$@".contains(c));
    is_name.then(|| PinKind::Image { image: image.to_string(), digest: DigestRule::Ask })
}

/// A pin by the name of a chart; `None` for what cannot be one.
pub fn by_chart(chart: &str) -> Option<PinKind> {
    let is_name = !chart.is_empty() && !chart.contains(|c: char| c.is_whitespace() || "{}$".contains(c));
    is_name.then(|| PinKind::Chart { chart: chart.to_string() })
}

/// A step by key.
pub fn key(name: &str) -> Step {
    Step::Key(name.to_string())
}

/// Steps that go on with keys.
pub fn then(steps: &[Step], keys: &[&str]) -> Vec<Step> {
    steps.iter().cloned().chain(keys.iter().map(|name| key(name))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_to_be_replaced_is_no_version() {
        for text in ["REPLACE_ME", "changeme", "<tag>", "IMAGE_TAG", "TODO", "SERVICE_VERSION"] {
            assert!(is_placeholder(text) && !is_fixed(text), "{text}");
        }
        for text in ["v1.2.3", "9d3e7aa", "RC1", "R_2024", "release"] {
            assert!(!is_placeholder(text), "{text}");
        }
    }

    #[test]
    fn a_branch_or_a_template_is_no_fixed_revision() {
        for loose in ["HEAD", "main", "feature/x", "release-1", ">=1.0", "{{ .revision }}", "${REV}", "1.x", "1||2"] {
            assert!(matches!(revision(loose), Some(Says::Loose(_))), "{loose}");
        }
        for fixed in ["v1.2.3", "1.2", "web-v1.2.3", "9d3e7aa1c0ffee00112233445566778899aabbcc", "9d3e7aa"] {
            assert_eq!(revision(fixed), Some(Says::Fixed(fixed.into())));
        }
        assert_eq!(revision(""), None);
    }
}
