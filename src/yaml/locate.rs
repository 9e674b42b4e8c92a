//! Finds the document and the node that an edit means: exactly one, or a fault that says why not.

use super::route::{Document, Route, Step};
use super::tree::{Fault, Node, Style, Tree, Value};

impl Tree {
    /// The document of a file; `None`: the only one that has content.
    ///
    /// # Errors
    /// There is none, or more than one.
    pub fn document(&self, which: Option<&Document>) -> Result<&Node, Fault> {
        let mut found: Vec<&Node> = Vec::new();
        match which {
            Some(Document::Index(index)) => found.extend(self.documents.get(*index)),
            Some(Document::Identity { kind, name, namespace, api_version }) => {
                for document in &self.documents {
                    let metadata = document.get("metadata")?;
                    let inside = |key| metadata.map_or(Ok(None), |node| node.get(key));
                    let matches = is(document.get("kind")?, kind.as_deref())
                        && is(document.get("apiVersion")?, api_version.as_deref())
                        && is(inside("name")?, name.as_deref())
                        && is(inside("namespace")?, namespace.as_deref());
                    if matches {
                        found.push(document);
                    }
                }
            }
            None => found.extend(self.documents.iter().filter(|document| !document.is_absent())),
        }
        match found.as_slice() {
            [only] => Ok(only),
            [] => Err(Fault::nowhere(format!("the file has no {}", described(which)))),
            [first, second, ..] => Err(second.fault(format!(
                "the file has more than one {}: in line {} and in line {}",
                described(which),
                first.line,
                second.line
            ))),
        }
    }
}

/// The node at a route of keys below a node; nothing where a key is missing or repeated.
pub fn get<'n>(node: &'n Node, keys: &[&str]) -> Option<&'n Node> {
    keys.iter().try_fold(node, |node, key| node.get(key).ok().flatten())
}

/// The text at a route of keys below a node.
pub fn text<'n>(node: &'n Node, keys: &[&str]) -> Option<&'n str> {
    get(node, keys)?.as_str()
}

/// The items of the list at a route of keys.
pub fn items<'n>(node: &'n Node, keys: &[&str]) -> &'n [Node] {
    get(node, keys).and_then(Node::items).unwrap_or_default()
}

/// The step to an item of a list: by its key `by` where only one has that value, else by its place.
pub fn item(list: &[Node], index: usize, by: &str) -> Step {
    let value = |node: &Node| text(node, &[by]).map(str::to_string);
    match list.get(index).and_then(value) {
        Some(own) if list.iter().filter(|node| value(node).as_ref() == Some(&own)).count() == 1 => {
            Step::Select { key: by.to_string(), value: own }
        }
        _ => Step::Index(index),
    }
}

impl Node {
    /// Whether nothing is written here.
    pub(super) fn is_absent(&self) -> bool {
        matches!(&self.value, Value::Scalar { text, style: Style::Plain } if text.is_empty())
    }
}

fn is(node: Option<&Node>, wanted: Option<&str>) -> bool {
    wanted.is_none_or(|wanted| node.is_some_and(|node| node.is_text(wanted)))
}

fn described(which: Option<&Document>) -> String {
    match which {
        None => "document".to_owned(),
        Some(Document::Index(index)) => format!("document with the index {index}"),
        Some(Document::Identity { kind, name, namespace, api_version }) => {
            let parts = [("kind", kind), ("name", name), ("namespace", namespace), ("apiVersion", api_version)];
            let parts: Vec<String> =
                parts.iter().filter_map(|(what, text)| Some(format!("{what} `{}`", text.as_ref()?))).collect();
            match parts.is_empty() {
                true => "document".to_owned(),
                false => format!("document with {}", parts.join(", ")),
            }
        }
    }
}

impl Route {
    /// The node at the end of the route. Neither aliases nor merge keys are followed.
    ///
    /// # Errors
    /// A step leads nowhere, to more than one node, or through an alias or a merge key.
    pub fn find<'n>(&self, root: &'n Node) -> Result<&'n Node, Fault> {
        self.0.iter().try_fold(root, |node, step| step.find(node))
    }
}

impl Step {
    /// The node that this step leads to.
    ///
    /// # Errors
    /// As `Route::find`.
    pub(super) fn find<'n>(&self, node: &'n Node) -> Result<&'n Node, Fault> {
        if node.value == Value::Alias {
            return Err(node.fault("the route goes through an alias: edit the node that it refers to"));
        }
        match self {
            Step::Key(key) => {
                let entries =
                    node.entries().ok_or_else(|| node.fault(format!("no mapping here to have a key `{key}`")))?;
                if key == "<<" {
                    return Err(node.fault("the route goes through a merge key (`<<`)"));
                }
                node.get(key)?.ok_or_else(|| match entries.iter().any(|(name, _)| name.is_text("<<")) {
                    true => {
                        node.fault(format!("no key `{key}` here; what a merge key (`<<`) brings in is not followed"))
                    }
                    false => node.fault(format!("no key `{key}` here")),
                })
            }
            Step::Index(_) | Step::Select { .. } => {
                let items = node.items().ok_or_else(|| node.fault("no sequence here to have items"))?;
                let index = self.index(node)?;
                items.get(index).ok_or_else(|| node.fault(format!("no item {index} here: there are {}", items.len())))
            }
        }
    }

    /// Which item of a sequence this step means.
    ///
    /// # Errors
    /// None, or more than one.
    pub(super) fn index(&self, node: &Node) -> Result<usize, Fault> {
        let items = node.items().unwrap_or_default();
        match self {
            Step::Index(index) if *index < items.len() => Ok(*index),
            Step::Index(index) => Err(node.fault(format!("no item {index} here: there are {}", items.len()))),
            Step::Key(key) => Err(node.fault(format!("`{key}` is a key, not an item"))),
            Step::Select { key, value } => {
                let mut matching = Vec::new();
                for (index, item) in items.iter().enumerate() {
                    if is(item.get(key)?, Some(value)) && item.entries().is_some() {
                        matching.push(index);
                    }
                }
                match matching.as_slice() {
                    [only] => Ok(*only),
                    [] => Err(node.fault(format!("no item with {key} `{value}` here"))),
                    [first, second, ..] => Err(items[*second].fault(format!(
                        "more than one item with {key} `{value}`: in line {} and in line {}",
                        items[*first].line, items[*second].line
                    ))),
                }
            }
        }
    }
}
