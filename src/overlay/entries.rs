//! Which entries of a kustomization's `images:` decide the version of an image: kustomize goes through all of them in order,
//! and each matches the name that the image has by then.

use std::collections::BTreeSet;

use crate::domain::path::RepoPath;
use crate::domain::refusal::{Code, Error, Refusal};
use crate::yaml::route::{Route, Step};
use crate::yaml::tree::Node;

use super::effect::unmatched;
use super::reader::{Reader, at};

/// The text at a key of an entry, with its node.
pub type Scalar<'t> = Option<(&'t Node, String)>;

/// An entry of `images:` that names an image, by its `name` or by the `newName` that it gives.
#[derive(Clone)]
pub struct Entry<'t> {
    pub node: &'t Node,
    by: &'static str,
    nth: usize,
    /// Whether another entry says the same at that key.
    is_double: bool,
    name: String,
    new_name: Option<String>,
}

impl<'t> Entry<'t> {
    /// The route to it.
    pub fn route(&self) -> Route {
        let value = if self.by == "name" { Some(&self.name) } else { self.new_name.as_ref() };
        let select = match value {
            Some(value) if !self.is_double => Step::Select { key: self.by.to_string(), value: value.clone() },
            _ => Step::Index(self.nth),
        };
        Route(vec![Step::Key("images".into()), select])
    }

    /// Its `newTag` and its `digest`.
    ///
    /// # Errors
    /// One of them is not a plain text.
    pub fn version(&self, file: &RepoPath) -> Result<(Scalar<'t>, Scalar<'t>), Error> {
        Ok((scalar(file, self.node, "newTag")?, scalar(file, self.node, "digest")?))
    }
}

/// The entries that decide the version of `image`, which all say the same one; none where no entry names it.
///
/// # Errors
/// Entries for several images say several versions, or something there is not a plain text.
pub fn deciding<'t>(
    reader: &Reader<'_>,
    file: &RepoPath,
    root: &'t Node,
    image: &str,
) -> Result<Vec<Entry<'t>>, Error> {
    let found = all(file, root, image)?;
    if found.len() < 2 {
        return Ok(found);
    }
    let last = last_of_each(file, &found)?;
    let mut out: Vec<Entry<'t>> = last.into_iter().map(|at| found[at].clone()).collect();
    if out.len() > 1
        && let Some(places) = unmatched(reader, file)?
    {
        let mut used = Vec::new();
        for entry in &out {
            let (tag, digest) = entry.version(file)?;
            let node = tag.or(digest).map_or(entry.node, |(node, _)| node);
            if !places.contains(&(node.line, node.column)) {
                used.push(entry.clone());
            }
        }
        out = if used.is_empty() { out } else { used };
    }
    let mut said = Vec::new();
    for entry in &out {
        let (tag, digest) = entry.version(file)?;
        said.push((tag.map(|(_, text)| text), digest.map(|(_, text)| text)));
    }
    match said.iter().all(|one| *one == said[0]) {
        true => Ok(out),
        false => Err(two_pins(file, image, &out)),
    }
}

fn two_pins(file: &RepoPath, image: &str, all: &[Entry<'_>]) -> Error {
    let told = all.iter().map(|entry| {
        let (node, image) = (entry.node, &entry.name);
        format!("{file}:{}:{}: for what is built on `{image}`", node.line, node.column)
    });
    Refusal::new(Code::TwoPins, format!("entries of `{file}` say two versions of the image `{image}`"))
        .details(told)
        .hint("let them say one version, by hand once; or pin each by its `name`")
        .invalid()
}

/// All entries that name an image.
fn all<'t>(file: &RepoPath, root: &'t Node, image: &str) -> Result<Vec<Entry<'t>>, Error> {
    let Some(images) = root.get("images").map_err(|fault| at(file, &fault))? else { return Ok(Vec::new()) };
    let mut out: Vec<Entry<'t>> = Vec::new();
    for (nth, node) in images.items().unwrap_or_default().iter().enumerate() {
        let own = |key: &str| Ok::<_, Error>(scalar(file, node, key)?.map(|(_, text)| text));
        // What else an entry says is no matter as long as it does not name the image.
        let name = own("name")?;
        let by_name = name.as_deref() == Some(image);
        let new_name = own("newName")?;
        if by_name || new_name.as_deref() == Some(image) {
            let by = if by_name { "name" } else { "newName" };
            let (name, is_double) = (name.unwrap_or_default(), false);
            out.push(Entry { node, by, nth, is_double, name, new_name });
        }
    }
    for at in 0..out.len() {
        let says =
            |entry: &Entry<'_>| if out[at].by == "name" { Some(entry.name.clone()) } else { entry.new_name.clone() };
        out[at].is_double = out.iter().filter(|entry| says(entry).as_deref() == Some(image)).count() > 1;
    }
    Ok(out)
}

/// For each name that the image may have below: the last entry that says its version, or else the last that matches it.
fn last_of_each(file: &RepoPath, found: &[Entry<'_>]) -> Result<BTreeSet<usize>, Error> {
    let starts: BTreeSet<&str> = found.iter().map(|entry| &*entry.name).collect();
    let mut out = BTreeSet::new();
    for start in starts {
        let (mut name, mut last, mut decides) = (start, None, None);
        for (at, entry) in found.iter().enumerate().filter(|(_, entry)| !entry.name.is_empty()) {
            if entry.name != name {
                continue;
            }
            last = Some(at);
            name = entry.new_name.as_deref().unwrap_or(name);
            let (tag, digest) = entry.version(file)?;
            decides = tag.or(digest).map(|_| at).or(decides);
        }
        out.extend(decides.or(last));
    }
    Ok(out)
}

/// The text at a key of an entry; an alias, a list or a mapping there is an error.
pub fn scalar<'t>(file: &RepoPath, node: &'t Node, key: &str) -> Result<Option<(&'t Node, String)>, Error> {
    let Some(value) = node.get(key).map_err(|fault| at(file, &fault))? else {
        // kustomize takes the key from there.
        return match node.merge_key() {
            None => Ok(None),
            Some(merge) => {
                let what = "a merge key (`<<`) stands here, and what it brings in is not followed: write that out in its place";
                Err(at(file, &merge.fault(what)))
            }
        };
    };
    if value.is_null() {
        return Ok(None);
    }
    match value.as_str() {
        Some("") => Ok(None),
        Some(text) => Ok(Some((value, text.to_string()))),
        None => Err(Refusal::new(
            Code::NotAScalar,
            format!(
                "{file}:{}:{}: `{key}` is not a plain text (an alias, a list or a mapping)",
                value.line, value.column
            ),
        )
        .hint("write the value itself there")
        .invalid()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::memory::Memory;
    use crate::overlay::kustomization::kustomization;

    const POD: &str = "kind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, image: \"shop/web:v0\"}]}\n";

    /// The routes of the entries that decide `image`, or the code of the refusal.
    fn of(image: &str, entries: &str, more: &str) -> String {
        let text = format!("resources: [pod.yaml]\n{more}images: [{entries}]\n");
        let files = Memory::new([("kustomization.yaml", text.as_str()), ("pod.yaml", POD)]);
        let (reader, file) = (Reader::new(&files), RepoPath::new("kustomization.yaml").unwrap());
        let tree = reader.tree(&file).unwrap().unwrap();
        match deciding(&reader, &file, kustomization(&file, &tree).unwrap().1, image) {
            Ok(found) => found.iter().map(|entry| entry.route().to_string()).collect::<Vec<_>>().join(" "),
            Err(error) => error.refusal().code.to_string(),
        }
    }

    #[test]
    fn of_entries_for_one_image_the_last_that_says_a_version_and_still_matches_decides() {
        for (image, entries, wanted) in [
            ("shop/web", "{name: shop/web, newTag: v1}", "images[name=shop/web]"),
            ("shop/web", "{name: shop/web, newTag: v1}, {name: shop/web, newTag: v2}", "images[1]"),
            ("shop/web", "{name: shop/web, newTag: v1}, {name: shop/web}", "images[0]"),
            ("shop/web", "{name: shop/web, newTag: v1}, {name: shop/web, newName: m/web}", "images[0]"),
            ("shop/web", "{name: shop/web, newName: m/web, newTag: v1}, {name: shop/web, newTag: v2}", "images[0]"),
            ("shop/web", "{name: shop/web, newName: m/web}, {name: shop/web, newTag: v1}", "images[0]"),
            ("shop/web", "{name: shop/web}, {name: shop/web}", "images[1]"),
            ("m/web", "{name: shop/web, newName: m/web, newTag: v1}, {name: m/web, newTag: v2}", "images[name=m/web]"),
            ("other", "{name: shop/web, newTag: v1}", ""),
        ] {
            assert_eq!(of(image, entries, ""), wanted, "{image} {entries}");
        }
    }

    #[test]
    fn of_entries_for_several_images_those_decide_that_match_something() {
        let two = "{name: shop/web, newName: m/web, newTag: v1}, {name: other/web, newName: m/web, newTag: v2}";
        assert_eq!(of("m/web", two, ""), "images[0]");
        assert_eq!(of("m/web", &two.replace("v2", "v1"), "components: [https://h/c]\n"), "images[0] images[1]");
        assert_eq!(of("m/web", two, "components: [https://h/c]\n"), "two-pins");
        assert_eq!(
            of("m/web", "{name: m/web, newTag: v1}, {name: shop/web, newName: m/web}", ""),
            "images[newName=m/web]"
        );
    }
}
