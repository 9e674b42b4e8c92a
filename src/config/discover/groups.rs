//! One tag that serves several applications: who the members of such a group are.

use std::collections::BTreeSet;

use crate::domain::files::Files;
use crate::domain::names::AppName;
use crate::domain::path::RepoPath;
use crate::domain::refusal::Error;
use crate::domain::settings::Application;
use crate::yaml::locate::{get, text};
use crate::yaml::tree::{Node, Value};

use super::built;
use super::found::Part;
use super::naming::{OTHERS, last_part, shares};
use super::sites::{Says, Site};

/// The members that images of one tag tell: none where one of them is named after the application, or after another one.
pub fn of_images(app: Option<&str>, images: &[String]) -> Vec<String> {
    let names: BTreeSet<&str> = images.iter().map(|image| last_part(image)).collect();
    let apart = |one: &&str| names.iter().all(|other| other == one || !shares(one, other));
    let is_one = app.is_some_and(|app| names.iter().any(|name| shares(app, name)));
    if names.len() < 2 || is_one || !names.iter().all(apart) {
        return Vec::new();
    }
    names.into_iter().map(str::to_string).collect()
}

/// What is told of a group that one tag serves.
pub fn told(name: &str, members: &[String]) -> String {
    format!("one tag serves {}: the group `{name}`; declare those apart that move alone", members.join(", "))
}

/// The name of a group of images: the folder around all of them in their registry (`shop` of `registry.example.com/shop/web`).
pub fn name_of(images: &[String]) -> Option<String> {
    let above = |image: &str| image.rsplit_once('/').map(|(above, _)| above.to_string());
    let first = above(images.first()?)?;
    let name = first.split_once('/').map(|(_, path)| last_part(path).to_string())?;
    images.iter().all(|image| above(image).as_deref() == Some(&first)).then_some(name)
}

/// The components of Helm values whose images have no tag of their own.
pub fn of_values(root: &Node) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    for (key, component) in root.entries().unwrap_or_default() {
        let Some(image) = get(component, &["image"]) else { continue };
        let is_bare = match &image.value {
            Value::Mapping(_) => {
                let says = |key| text(image, &[key]).is_some_and(|text| !text.is_empty());
                (says("repository") || says("name")) && !says("tag") && !says("digest")
            }
            _ => image.as_str().is_some_and(|text| !text.is_empty() && !text.contains([':', '@', '{', '$'])),
        };
        out.extend(key.as_str().filter(|key| is_bare && !OTHERS.contains(key)).map(str::to_string));
    }
    out
}

/// Whether a tag stands where it serves every image of a chart, without naming one.
pub fn is_common(site: &Site) -> bool {
    let key = site.key.as_str();
    let is_above = ["global.", "images.", "common.", "defaults."].iter().any(|start| key.starts_with(start));
    is_above && site.component.is_none() && site.thing.is_none() && matches!(site.says, Says::Fixed(_))
}

/// The images that a folder of Flux builds whose tag is this variable, by the last parts of their names.
pub fn of_variable(files: &dyn Files, folder: &str, variable: &str) -> Result<BTreeSet<String>, Error> {
    let Ok(folder) = RepoPath::new(folder.trim_start_matches("./")) else { return Ok(BTreeSet::new()) };
    let marks = [format!(":${{{variable}}}"), format!(":${{{variable}:")];
    let images = built::of(files, &folder)?.images;
    let names = images.iter().filter_map(|image| marks.iter().find_map(|mark| image.split_once(mark.as_str())));
    Ok(names.map(|(name, _)| last_part(name).to_string()).collect())
}

/// The chart, and the name of its repository, whose version this variable is in what a folder of Flux builds.
pub fn chart_of_variable(
    files: &dyn Files,
    folder: &str,
    variable: &str,
) -> Result<Option<(String, Option<String>)>, Error> {
    let Ok(folder) = RepoPath::new(folder.trim_start_matches("./")) else { return Ok(None) };
    let charts = built::of(files, &folder)?.charts;
    let (whole, start) = (format!("${{{variable}}}"), format!("${{{variable}:"));
    let is_it = |version: &String| *version == whole || version.starts_with(&start);
    Ok(charts.into_iter().find(|(version, _)| is_it(version)).map(|(_, chart)| chart))
}

/// The members of an application's parts; those with names that cannot be used are told.
pub fn members(parts: &[Part], left_out: &mut Vec<(String, String)>) -> Vec<AppName> {
    let mut out: Vec<AppName> = Vec::new();
    for part in parts {
        for member in &part.members {
            match AppName::new(member.as_str()) {
                Ok(name) if out.contains(&name) => {}
                Ok(name) => out.push(name),
                Err(why) => left_out.push((part.within.clone(), why.to_string())),
            }
        }
    }
    out
}

/// Takes away the members that are applications of their own, or of another group: a name is used once.
pub fn distinct(applications: &mut [Application], left_out: &mut Vec<(String, String)>) {
    let mut taken: BTreeSet<AppName> = applications.iter().map(|application| application.name.clone()).collect();
    for application in applications {
        let name = application.name.clone();
        application.members.retain(|member| {
            let is_new = taken.insert(member.clone());
            if !is_new && *member != name {
                let reason = format!("the tag of `{name}` serves `{member}` too, which has pins of its own");
                left_out.push((member.to_string(), reason));
            }
            is_new
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::tree::Tree;

    #[test]
    fn images_that_are_named_apart_are_members_and_those_of_one_application_are_not() {
        let members =
            |app, images: &[&str]| of_images(app, &images.iter().map(|image| (*image).to_string()).collect::<Vec<_>>());
        assert_eq!(members(None, &["r/shop/front", "r/shop/back"]), ["back", "front"]);
        assert_eq!(members(Some("shop"), &["r/shop/front", "r/shop/back"]), ["back", "front"]);
        for (app, images) in [
            (Some("web"), vec!["r/web", "r/migrate"]),
            (None, vec!["r/web", "r/web-worker"]),
            (None, vec!["r/web"]),
            (None, vec!["r/web", "mirror/web"]),
        ] {
            assert_eq!(members(app, &images), Vec::<String>::new(), "{app:?} {images:?}");
        }
    }

    #[test]
    fn a_group_is_named_after_the_folder_of_its_images() {
        let name = |images: &[&str]| name_of(&images.iter().map(|image| (*image).to_string()).collect::<Vec<_>>());
        assert_eq!(name(&["r.example.com/shop/front", "r.example.com/shop/back"]).as_deref(), Some("shop"));
        assert_eq!(name(&["r.example.com/shop/front", "r.example.com/stock/back"]), None);
        assert_eq!(name(&["r.example.com/front", "r.example.com/back"]), None);
        assert_eq!(name(&["front", "back"]), None);
    }

    #[test]
    fn components_without_a_tag_of_their_own_are_served_by_another() {
        let text = "global: {image: {tag: v1}}\nweb: {image: {repository: r/web}}\napi: {image: r/api}\nred: {image: {repository: r/red, tag: v2}}\nredis: {image: {repository: redis}}\nport: 80\n";
        let tree = Tree::parse(text.as_bytes()).unwrap();
        assert_eq!(of_values(&tree.documents[0]).into_iter().collect::<Vec<_>>(), ["api", "web"]);
    }
}
