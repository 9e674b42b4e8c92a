//! Finds the document and the node that an edit means: exactly one, or a fault that says why not.

use super::route::{Document, Route, Step};
use super::tree::{Cure, Fault, Node, Style, Tree, Value};

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
            [] => {
                let fault = Fault::at(1, 1, format!("the file has no {}", described(which)));
                let fault = fault.among(self.documents.iter().filter_map(shown));
                Err(match which.and_then(|which| self.slip(which)) {
                    Some(cure) => fault.cured(cure),
                    None => fault,
                })
            }
            [_, second, ..] => {
                let several = second.fault(format!("the file has more than one {}", described(which)));
                let cure = Cure::Do("say which one: `kind:`, `name:` and, where it takes that, `namespace:`; or `has: KEY`, or `document: 0`".into());
                Err(several.among(found.iter().filter_map(|node| shown(node))).cured(cure))
            }
        }
    }
}

impl Tree {
    /// The first of what was asked that no document has, where it may be a slip.
    fn slip(&self, which: &Document) -> Option<Cure> {
        let Document::Identity { kind, name, namespace, api_version } = which else { return None };
        let asked: [(&[&str], _); 4] = [
            (&["kind"], kind),
            (&["metadata", "name"], name),
            (&["metadata", "namespace"], namespace),
            (&["apiVersion"], api_version),
        ];
        asked.into_iter().find_map(|(keys, wanted)| {
            let wanted = wanted.clone()?;
            let among: Vec<String> =
                self.documents.iter().filter_map(|node| text(node, keys)).map(str::to_string).collect();
            if among.contains(&wanted) { None } else { Some(Cure::Near { wanted, among }) }
        })
    }
}

/// What a document is, for a fault: its kind and its name.
fn shown(node: &Node) -> Option<(String, u32)> {
    let (kind, name) = (text(node, &["kind"]), text(node, &["metadata", "name"]).unwrap_or_default());
    match (kind, node.is_absent()) {
        (Some(kind), _) => Some((format!("`{}`", format!("{kind} {name}").trim_end()), node.line)),
        (None, true) => None,
        (None, false) => Some(("one without `kind`".into(), node.line)),
    }
}

/// With the names that are there, and the wanted one for a slip to be found.
fn instead(fault: Fault, wanted: &str, names: Vec<(&str, u32)>) -> Fault {
    let among = names.iter().map(|(name, _)| (*name).to_string()).collect();
    let there = names.into_iter().map(|(name, line)| (format!("`{name}`"), line));
    fault.among(there).cured(Cure::Near { wanted: wanted.to_string(), among })
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

    /// Whether something of the route plainly is not there. What is there twice, or comes by an alias or a merge key, is not
    /// lacking: reading it says what is wrong.
    pub fn is_lacking(&self, root: &Node) -> bool {
        let mut node = root;
        for step in &self.0 {
            match step.find(node) {
                Ok(next) => node = next,
                Err(_) => return step.is_lacking(node),
            }
        }
        false
    }
}

impl Step {
    fn is_lacking(&self, node: &Node) -> bool {
        let several = |items: &[Node], found: &dyn Fn(&Node) -> Result<bool, Fault>| {
            items.iter().any(|item| found(item).unwrap_or(true))
        };
        match (self, &node.value) {
            (_, Value::Alias) => false,
            (Step::Key(key), Value::Mapping(_)) => matches!(node.get(key), Ok(None)) && node.merge_key().is_none(),
            (Step::Select { key, value }, Value::Sequence(items)) => {
                !several(items, &|item| Ok(at(item, key)?.is_some_and(|node| node.is_text(value))))
            }
            (Step::Has(key), Value::Sequence(items)) => !several(items, &|item| Ok(item.get(key)?.is_some())),
            (Step::Key(_) | Step::Index(_) | Step::Select { .. } | Step::Has(_), _) => true,
        }
    }

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
                node.get(key)?.ok_or_else(|| match node.merge_key().is_some() {
                    true => {
                        node.fault(format!("no key `{key}` here; what a merge key (`<<`) brings in is not followed"))
                    }
                    false => {
                        let keys = entries.iter().filter_map(|(name, _)| Some((name.as_str()?, name.line))).collect();
                        instead(node.fault(format!("no key `{key}` here")), key, keys)
                    }
                })
            }
            Step::Index(_) | Step::Select { .. } | Step::Has(_) => {
                let items = node.items().ok_or_else(|| self.no_list(node))?;
                let index = self.index(node)?;
                items.get(index).ok_or_else(|| node.fault(format!("no item {index} here: there are {}", items.len())))
            }
        }
    }

    /// What is said where brackets meet something that is no list.
    fn no_list(&self, node: &Node) -> Fault {
        let Some(entries) = node.entries() else { return node.fault("no list here to have items") };
        let fault = node.fault("a mapping stands here, not a list to have items");
        let key = match self {
            Step::Has(key) => Route(vec![Step::Key(key.clone())]).to_string(),
            _ => "KEY".to_string(),
        };
        let keys = entries.iter().filter_map(|(name, _)| Some((format!("`{}`", name.as_str()?), name.line)));
        fault.among(keys).cured(Cure::Do(format!("a key of a mapping stands behind a dot: `.{key}`")))
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
                let what = format!("{key} `{value}`");
                let found = |item: &Node| Ok(at(item, key)?.is_some_and(|node| node.is_text(value)));
                only(node, items, (&what, value), found, |item| at(item, key).ok()??.as_str())
            }
            Step::Has(key) => {
                let what = format!("a key `{key}`");
                let has = |item: &Node| Ok(item.get(key)?.is_some());
                only(node, items, (&what, key), has, |item| item.entries()?.first()?.0.as_str())
            }
        }
    }
}

/// Which one of the items is meant.
///
/// # Errors
/// None, with what there is; or more than one.
fn only<'n>(
    list: &Node,
    items: &'n [Node],
    (what, wanted): (&str, &str),
    found: impl Fn(&Node) -> Result<bool, Fault>,
    name: impl Fn(&'n Node) -> Option<&'n str>,
) -> Result<usize, Fault> {
    let mut matching = Vec::new();
    for (index, item) in items.iter().enumerate() {
        if found(item)? {
            matching.push(index);
        }
    }
    match matching.as_slice() {
        [one] => Ok(*one),
        [] => {
            let names = items.iter().filter_map(|item| Some((name(item)?, item.line))).collect();
            Err(instead(list.fault(format!("no item with {what} here")), wanted, names))
        }
        [_, second, ..] => {
            let there = matching.iter().map(|index| (format!("`{wanted}`"), items[*index].line));
            let cure = Cure::Do("choose by another key, or by the place of the item: `[0]`".into());
            Err(items[*second].fault(format!("more than one item with {what}")).among(there).cured(cure))
        }
    }
}

/// The value of a key of an item; of a key with dots that it does not have, what stands at the end of that way.
fn at<'n>(item: &'n Node, key: &str) -> Result<Option<&'n Node>, Fault> {
    if let Some(own) = item.get(key)? {
        return Ok(Some(own));
    }
    match key.split_once('.') {
        Some((head, rest)) => item.get(head)?.map_or(Ok(None), |below| at(below, rest)),
        None => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "kind: A\nmetadata: {name: x}\npatches:\n- target: {kind: Deployment, name: web}\n  patch: one\n- target: {kind: Deployment, name: api}\n  patch: two\ngenerators:\n- git: {}\n- list: {elements: []}\n";

    fn found(route: &str) -> Result<u32, String> {
        let tree = Tree::parse(TEXT.as_bytes()).unwrap();
        let node = Route::parse(route).unwrap().find(&tree.documents[0]).map(|node| node.line);
        node.map_err(|fault| fault.told())
    }

    #[test]
    fn an_item_is_chosen_by_a_key_of_a_mapping_in_it_or_by_having_a_key() {
        assert_eq!(found("patches[target.name=api].patch"), Ok(7));
        assert_eq!(found("generators[list].list.elements"), Ok(10));
        assert!(
            found("patches[target.kind=Deployment]")
                .unwrap_err()
                .contains("`Deployment` (line 4), `Deployment` (line 6)")
        );
    }

    #[test]
    fn what_leads_nowhere_says_what_there_is_and_in_which_line() {
        for (route, wanted) in [
            (
                "patches[target.name=wbe]",
                "no item with target.name `wbe` here; there is `web` (line 4), `api` (line 6)",
            ),
            ("generators[matrix]", "no item with a key `matrix` here; there is `git` (line 9), `list` (line 10)"),
            ("metadata.nam", "no key `nam` here; there is `name` (line 2)"),
        ] {
            assert_eq!(found(route), Err(wanted.to_string()));
        }
        let tree = Tree::parse(TEXT.as_bytes()).unwrap();
        let which = Document::Identity { kind: Some("B".into()), name: None, namespace: None, api_version: None };
        let fault = tree.document(Some(&which)).unwrap_err();
        assert_eq!(fault.to_string(), "1:1: the file has no document with kind `B`; there is `A x` (line 1)");
    }

    #[test]
    fn what_leads_nowhere_has_what_a_slip_is_looked_for_in() {
        let tree = Tree::parse(TEXT.as_bytes()).unwrap();
        let near = |fault: Fault| match fault.cure {
            Some(Cure::Near { wanted, among }) => (wanted, among),
            other => panic!("{other:?}"),
        };
        let missed = |route: &str| near(Route::parse(route).unwrap().find(&tree.documents[0]).unwrap_err());
        assert_eq!(missed("metadata.nam"), ("nam".into(), vec!["name".into()]));
        assert_eq!(missed("patches[target.name=wbe]"), ("wbe".into(), vec!["web".into(), "api".into()]));
        let which =
            Document::Identity { kind: Some("A".into()), name: Some("y".into()), namespace: None, api_version: None };
        assert_eq!(near(tree.document(Some(&which)).unwrap_err()), ("y".into(), vec!["x".into()]));
    }

    #[test]
    fn several_documents_are_all_listed_with_what_they_are() {
        let tree = Tree::parse(b"kind: A\n---\nkind: B\nmetadata: {name: x}\n---\nc: 1\n").unwrap();
        let fault = tree.document(None).unwrap_err();
        let there = "there is `A` (line 1), `B x` (line 3), one without `kind` (line 6)";
        assert_eq!(fault.told(), format!("the file has more than one document; {there}"));
        assert!(matches!(&fault.cure, Some(Cure::Do(what)) if what.contains("`kind:`")), "{fault:?}");
    }

    #[test]
    fn a_key_of_a_mapping_in_brackets_is_told_how_it_is_written() {
        let tree = Tree::parse(b"data: {\"quo\\\"ted\": v1, b: x}\n").unwrap();
        let fault = Route::parse(r#"data["quo\"ted"]"#).unwrap().find(&tree.documents[0]).unwrap_err();
        assert!(fault.message.contains("a mapping stands here"), "{fault}");
        let cure = r#"a key of a mapping stands behind a dot: `."quo\"ted"`"#;
        assert_eq!(fault.cure, Some(Cure::Do(cure.into())));
    }
}
