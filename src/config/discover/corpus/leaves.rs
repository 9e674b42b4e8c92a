//! Every scalar of a file that an edit may set, with its place as bytes, and what it pins if it does.

use std::ops::Range;

use crate::domain::settings::Form;
use crate::yaml::locate::text;
use crate::yaml::route::{Route, Step};
use crate::yaml::tree::{Node, Style, Tree, Value};

/// One scalar.
#[derive(Debug)]
pub struct Leaf {
    pub document: usize,
    pub route: Route,
    pub inside: Option<Inside>,
    /// The bytes of the file that are this scalar.
    pub span: Range<usize>,
    pub line: u32,
    pub says: String,
    /// The kind of pin; `None` for any other field.
    pub kind: Option<&'static str>,
    pub form: Form,
}

/// The place of a scalar in the YAML of a literal block, where it stands in one.
#[derive(Debug)]
pub struct Inside {
    pub route: Route,
    /// All of the block's text, and the bytes of it that are the scalar.
    pub text: String,
    pub span: Range<usize>,
}

impl Leaf {
    /// The whole text of the scalar once it names `version`. Worked out here on purpose, not by what is tested.
    pub fn saying(&self, version: &str) -> String {
        let says = &self.says;
        match &self.form {
            Form::Whole => version.to_string(),
            Form::Around { head, tail } => format!("{head}{version}{tail}"),
            Form::Ref => {
                let start = says.find("ref=").map_or(says.len(), |at| at + 4);
                let end = says[start..].find(['&', '#']).map_or(says.len(), |at| start + at);
                format!("{}{version}{}", &says[..start], &says[end..])
            }
            // Discovery looks into no text that lists several.
            Form::Image | Form::Among(_) => {
                let last = says.rfind('/').map_or(0, |at| at + 1);
                let end = says[last..].find([':', '@']).map_or(says.len(), |at| last + at);
                format!("{}:{version}", &says[..end])
            }
        }
    }
}

/// The scalars of all documents; keys, and what only an alias leads to, are none.
pub fn leaves(file: &str, tree: &Tree) -> Vec<Leaf> {
    let mut out = Vec::new();
    for (document, root) in tree.documents.iter().enumerate() {
        let mut found = Vec::new();
        walk(root, None, &mut Vec::new(), &mut found);
        for (steps, node, pin) in found {
            let (kind, form) = pin.map_or((None, Form::Whole), |(kind, form)| (Some(kind), form));
            let says = node.as_str().unwrap_or_default().to_string();
            out.extend(inside(file, document, &steps, node));
            let (route, span) = (Route(steps), node.span.clone());
            out.push(Leaf { document, route, inside: None, span, line: node.line, says, kind, form });
        }
    }
    out
}

/// What a scalar pins, and how its version stands in it.
type Pin = Option<(&'static str, Form)>;

fn walk<'n>(node: &'n Node, parent: Option<&Node>, steps: &mut Vec<Step>, out: &mut Vec<(Vec<Step>, &'n Node, Pin)>) {
    match &node.value {
        Value::Scalar { .. } => out.push((steps.clone(), node, pin(steps, parent, node.as_str().unwrap_or_default()))),
        Value::Sequence(items) => {
            for (index, item) in items.iter().enumerate() {
                steps.push(Step::Index(index));
                walk(item, Some(node), steps, out);
                steps.pop();
            }
        }
        Value::Mapping(entries) => {
            for (key, value) in entries {
                let Value::Scalar { text, .. } = &key.value else { continue };
                steps.push(Step::Key(text.clone()));
                walk(value, Some(node), steps, out);
                steps.pop();
            }
        }
        Value::Alias => {}
    }
}

/// The scalars of a literal block that is YAML itself.
fn inside(file: &str, document: usize, steps: &[Step], block: &Node) -> Vec<Leaf> {
    let Value::Scalar { text: inner, style: Style::Literal } = &block.value else { return Vec::new() };
    let Ok(tree) = Tree::parse(inner.as_bytes()) else { return Vec::new() };
    let [root] = tree.documents.as_slice() else { return Vec::new() };
    let mut found = Vec::new();
    if root.entries().is_some() || root.items().is_some() {
        walk(root, None, &mut Vec::new(), &mut found);
    }
    let leaf = |(inner_steps, node, pin): (Vec<Step>, &Node, Pin)| {
        let (kind, form) = pin.map_or((None, Form::Whole), |(_, form)| (Some("inside a text"), form));
        Leaf {
            document,
            route: Route(steps.to_vec()),
            inside: Some(Inside { route: Route(inner_steps), text: inner.clone(), span: node.span.clone() }),
            span: of_file(file, block, inner, &node.span),
            line: block.line + node.line,
            says: node.as_str().unwrap_or_default().to_string(),
            kind,
            form,
        }
    };
    found.into_iter().map(leaf).collect()
}

/// Where bytes of a literal block's text stand in the file: below its header, each line behind the block's indentation.
fn of_file(file: &str, block: &Node, inner: &str, span: &Range<usize>) -> Range<usize> {
    let content = block.span.start + file[block.span.start..].find('\n').unwrap() + 1;
    let one = |at: usize| {
        let line = inner[..at].matches('\n').count();
        let start = content + file[content..].split_inclusive('\n').take(line).map(str::len).sum::<usize>();
        let column = at - inner[..at].rfind('\n').map_or(0, |before| before + 1);
        let own = inner.split('\n').nth(line).unwrap_or_default();
        let written = file[start..].split('\n').next().unwrap_or_default().trim_end_matches('\r');
        start + written.len() - own.len() + column
    };
    one(span.start)..one(span.end)
}

/// Every form of pin that the issue names, by the keys above the scalar and what stands beside it.
fn pin(steps: &[Step], parent: Option<&Node>, says: &str) -> Pin {
    let keys: Vec<&str> =
        steps.iter().filter_map(|step| if let Step::Key(key) = step { Some(key.as_str()) } else { None }).collect();
    let name = *keys.last()?;
    let above = keys.len().checked_sub(2).map_or("", |at| keys[at]);
    let beside = |key: &str| parent.and_then(|parent| text(parent, &[key])).unwrap_or_default();
    let is_item = matches!(steps.last(), Some(Step::Index(_)));
    let sounds = |name: &str| {
        ["image", "tag", "version", "revision"].iter().any(|word| name.to_ascii_lowercase().ends_with(word))
    };
    if is_item && ["?ref=", "&ref="].iter().any(|query| says.contains(query)) {
        return Some(("remote base", Form::Ref));
    }
    if let Some((key, _)) = says.split_once('=').filter(|(key, _)| name == "literals" && sounds(key)) {
        return Some(("literal", Form::after(format!("{key}="))));
    }
    let is_image = |name: &str| name == "image" || name.ends_with("Image") || name.ends_with("_image");
    Some(match name {
        _ if says.is_empty() || ["{{", "${", "$("].iter().any(|template| says.contains(template)) => return None,
        _ if is_image(name) || (above == "images" && !is_item && says.contains([':', '/'])) => ("image", Form::Image),
        "images" if is_item => ("image", Form::Image),
        "value" if is_image(beside("name")) || beside("path").ends_with("/image") => ("image", Form::Image),
        "value" if sounds(beside("name")) => ("variable or parameter", Form::Whole),
        "newTag" | "tag" | "imageTag" | "image_tag" | "image.tag" | "digest" => ("tag or digest", Form::Whole),
        "targetRevision" | "revision" | "originRevision" | "ref" => ("revision", Form::Whole),
        "commit" | "branch" | "semver" if above == "ref" => ("revision", Form::Whole),
        "version" | "appVersion" | "kubernetesVersion" | "chartVersion" => ("version", Form::Whole),
        "helm.sh/chart" => ("label", Form::Whole),
        _ if name.ends_with("/version") => ("label", Form::Whole),
        _ if matches!(above, "substitute" | "elements" | "data") && sounds(name) => {
            ("variable or parameter", Form::Whole)
        }
        _ => return None,
    })
}
