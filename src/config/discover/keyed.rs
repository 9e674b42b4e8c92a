//! The versions in files of keys and values that are no YAML: `WEB_IMAGE_TAG=1.2.3`, and the blocks and mappings of HCL.

use crate::domain::image;
use crate::domain::path::RepoPath;
use crate::domain::settings::{DigestRule, Field, Form, PinKind};
use crate::overlay::survey::{self, Keyed};

use super::argo::is_reference;
use super::folders::says;
use super::listed::{is_name, is_of_many, variable_of};
use super::naming::last_part;
use super::objects::Owned;
use super::order::is_region;
use super::sites::{Says, Site, dressed, is_fixed, is_template, tag};
use super::strangers;
use super::versions::{has_commit, is_named_release, is_telling};

/// Blocks, mappings and sections that name no application.
const AROUND: [&str; 20] = [
    "inputs",
    "locals",
    "module",
    "resource",
    "data",
    "variable",
    "config",
    "container",
    "containers",
    "container_definition",
    "global",
    "common",
    "spec",
    "task",
    "job",
    "group",
    "service",
    "tool",
    "docker",
    "terraform",
];
/// Ends of keys of an image's tag, and those of the name of that image.
const TAGS: [&str; 6] = ["docker_image_tag", "container_image_tag", "image_tag", "docker_tag", "container_tag", "tag"];
const NAMES: [&str; 6] = ["image_repo", "image_repository", "image_name", "image", "repository", "ecr_repository"];

/// What such a file says; `None` of any other file.
pub fn read(file: &RepoPath, bytes: &[u8]) -> Option<Owned> {
    let all = survey::keyed(file, bytes)?;
    let sites = all.iter().filter_map(|one| image(one).or_else(|| version(one, &all))).collect();
    Some(Owned { sites, splits: true, apart: true, ..Owned::default() })
}

/// A whole image with its tag, by the name of that image: `WEB_IMAGE=registry.example.com/shop/web:1.2.3`.
fn image(one: &Keyed) -> Option<Site> {
    let is_called = one.steps.last().is_some_and(|name| name.to_ascii_lowercase().contains("image"));
    if !is_called || !is_reference(&one.text) || is_template(&one.text) {
        return None;
    }
    let (name, tag, digest) = image::parts(&one.text);
    let says = dressed(tag, digest).filter(|says| matches!(says, Says::Fixed(_)))?;
    let thing = Some(last_part(name).to_string());
    Some(Site { component: thing.clone(), thing, of: Some(name.to_string()), ..site(one, Form::Image, says) })
}

/// A key that is called as the tag of an image or stands in a list of versions, and says what can hardly be anything but one.
fn version(one: &Keyed, all: &[Keyed]) -> Option<Site> {
    let (name, above) = one.steps.split_last()?;
    let is_listed = is_listed(above, all);
    let component = if is_listed { Some(name.clone()) } else { variable_of(name)?.or_else(|| around(above)) };
    let is_one = is_version(one) || (!is_listed && is_fixed(&one.text) && is_named_release(&one.text));
    let says = tag(&one.text).filter(|_| is_one)?;
    let is_others = component.as_deref().is_some_and(|name| strangers::is_named(&name.replace('_', "-")));
    if is_others && !has_commit(&[&one.text]) {
        return None;
    }
    let of = beside(name, above, all);
    let thing = of.as_deref().map(|image| last_part(image).to_string());
    Some(Site { component, thing, of, ..site(one, Form::Whole, says) })
}

fn is_version(one: &Keyed) -> bool {
    is_fixed(&one.text) && is_telling(&one.text)
}

fn site(one: &Keyed, form: Form, says: Says) -> Site {
    let (route, digests) = (one.route.clone(), DigestRule::Ask);
    let field = Field { document: Box::default(), route, inside: None, digest: None, form, digests };
    Site::of(PinKind::Field(field), says, one.line)
}

/// Whether keys stand in a mapping that says a version of each of them: `image_tags = { web = "1.2.3" }`.
fn is_listed(above: &[String], all: &[Keyed]) -> bool {
    // What others make may stand in the list as well; tools may not, nor do the tags of a resource say what runs.
    let is_one = |one: &Keyed| {
        let name = &one.steps[above.len()];
        (is_name(name) || strangers::is_named(name)) && is_version(one)
    };
    let mut own = all.iter().filter(|one| one.steps.len() == above.len() + 1 && one.steps.starts_with(above));
    above.last().is_some_and(|key| is_of_many(key) && key != "tags") && own.all(is_one)
}

/// The application that the blocks and mappings around a key name, the nearest first.
fn around(above: &[String]) -> Option<String> {
    let mut names = above.iter().rev().filter(|name| !AROUND.contains(&name.as_str()) && !is_region(name));
    names.find_map(|name| says(name))
}

/// The name of the image beside its tag: of `image_repo` beside `image_tag`, of `WEB_IMAGE` beside `WEB_IMAGE_TAG`.
fn beside(name: &str, above: &[String], all: &[Keyed]) -> Option<String> {
    let lower = name.to_ascii_lowercase();
    let prefix = TAGS.iter().find_map(|end| lower.strip_suffix(end))?;
    let is_it = |one: &&Keyed| {
        let own = one.steps.split_last().filter(|(_, around)| *around == above);
        let own = own.and_then(|(name, _)| name.to_ascii_lowercase().strip_prefix(prefix).map(str::to_string));
        own.is_some_and(|own| NAMES.contains(&own.as_str()))
    };
    let found = all.iter().filter(is_it).map(|one| one.text.as_str());
    let mut found = found.filter(|text| !text.is_empty() && !is_template(text) && !text.contains(char::is_whitespace));
    found.next().map(|text| image::parts(text).0.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `component: route` of each.
    fn found(file: &str, text: &str) -> Vec<String> {
        let show = |site: Site| {
            let PinKind::Field(field) = site.kind else { panic!("{site:?}") };
            let of = site.of.map_or(String::new(), |of| format!(" of {of}"));
            format!("{}: {}{of}", site.component.unwrap_or_default(), field.route)
        };
        let owned = read(&RepoPath::new(file).unwrap(), text.as_bytes()).unwrap();
        owned.sites.into_iter().map(show).collect()
    }

    #[test]
    fn tags_images_and_lists_of_versions_are_found_by_their_keys() {
        for (file, text, wanted) in [
            (".env", "IMAGE_TAG=1.2.3\nPORT=80\n", vec![": IMAGE_TAG"]),
            (".env", "WEB_IMAGE=r/shop/web\nWEB_IMAGE_TAG=v1.2.3\n", vec!["web: WEB_IMAGE_TAG of r/shop/web"]),
            (".env", "WEB_IMAGE=r.io/shop/web-app:1.2.3\n", vec!["web-app: WEB_IMAGE of r.io/shop/web-app"]),
            ("x.ini", "[web]\nimage_tag = v1.2.3\n", vec!["web: web.image_tag"]),
            (
                "x.hcl",
                "inputs = {\n  image_repo = \"r/shop/web\"\n  image_tag = \"v1.2.3\"\n}\n",
                vec![": inputs.image_tag of r/shop/web"],
            ),
            ("x.tf", "module \"web\" {\n  image_tag = \"9d3e7aa\"\n}\n", vec!["web: module.web.image_tag"]),
            (
                "x.tfvars",
                "image_tags = {\n  web = \"9d3e7aa1\"\n  \"api\" = \"v1.2.3\" # now\n}\n",
                vec!["web: image_tags.web", "api: image_tags.api"],
            ),
            ("x.tfvars", "image_tags = {\n  web = \"9d3e7aa1\"\n  redis = \"7.2.1\"\n}\n", vec!["web: image_tags.web"]),
            ("x.tf", "locals {\n  service_docker_tag = \"web-v1.2.3\"\n}\n", vec![": locals.service_docker_tag"]),
            ("x.tfvars", "web = {\n  image_tag = \"v1.2.3\"\n}\n", vec!["web: web.image_tag"]),
        ] {
            assert_eq!(found(file, text), wanted, "{text}");
        }
    }

    #[test]
    fn versions_of_modules_engines_and_tools_are_not_found() {
        for (file, text) in [
            ("x.hcl", "terraform {\n  source = \"git::https://h/o/r.git//vpc?ref=v4.2.0\"\n}\n"),
            ("x.hcl", "inputs = {\n  engine_version = \"16.4\"\n  image_tag = \"latest\"\n}\n"),
            ("x.tf", "module \"vpc\" {\n  version = \"5.1.0\"\n}\nlocals {\n  image_tag = var.tag\n}\n"),
            ("x.tf", "module \"external_secrets\" {\n  image_tag = \"v0.9.1\"\n}\n"),
            ("x.tf", "module \"vpc\" {\n  tags = {\n    release = \"1.2.3\"\n  }\n}\n"),
            ("x.tf", "resource \"a\" \"b\" {\n  tags = {\n    Name = \"web\"\n    release = \"1.2.3\"\n  }\n}\n"),
            (
                "x.tfvars",
                "versions = {\n  kubernetes = \"1.29.1\"\n  terraform = \"1.7.0\"\n}\nnode_image_tag = \"1.2.3\"\n",
            ),
            (".env", "DATABASE_URL=postgres://u:p@h:5432/web\nIMAGE=r.io/${X}/web:1.2.3\n"),
        ] {
            assert_eq!(found(file, text), Vec::<String>::new(), "{text}");
        }
    }
}
