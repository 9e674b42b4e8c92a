//! Versions of Helm values whose image only the file below names: `main_app: {version: v1}` over `main_app: {image: web}`.

use crate::domain::image;
use crate::domain::settings::Form;
use crate::yaml::locate::{get, text};
use crate::yaml::route::Step;
use crate::yaml::tree::Node;

use super::naming::last_part;
use super::sites::{Scope, Site, is_template, key, tag};
use super::values::component;

/// How deep values nest before nobody looks.
const DEEPEST: usize = 6;

/// The versions in an environment's values that stand where those below have the name of an image, without a tag of its own.
pub fn sites(own: &Node, below: &Node) -> Vec<Site> {
    let mut out = Vec::new();
    walk(own, below, &mut Vec::new(), &mut out);
    out
}

fn walk(own: &Node, below: &Node, steps: &mut Vec<Step>, out: &mut Vec<Site>) {
    out.extend(version(own, below, steps));
    if steps.len() >= DEEPEST {
        return;
    }
    for (name, value) in own.entries().unwrap_or_default() {
        let Some(name) = name.as_str() else { continue };
        if let (Some(_), Some(other)) = (value.entries(), get(below, &[name])) {
            steps.push(key(name));
            walk(value, other, steps, out);
            steps.pop();
        }
    }
}

/// The version of one mapping, where the same mapping below has its image.
fn version(own: &Node, below: &Node, steps: &[Step]) -> Option<Site> {
    let name = text(below, &["image"]).or_else(|| text(below, &["repository"]));
    let name = name.filter(|name| !name.is_empty() && !is_template(name) && image::parts(name).1.is_none())?;
    if ["image", "repository", "chart"].iter().any(|field| get(own, &[field]).is_some()) {
        return None;
    }
    let (field, node) = ["version", "tag"].iter().find_map(|field| Some((*field, get(own, &[field])?)))?;
    let mut at = steps.to_vec();
    at.push(key(field));
    let site = Scope::default().site(&at, None, Form::Whole, tag(node.as_str()?)?, node);
    let thing = Some(last_part(name).to_string());
    Some(Site { component: component(steps), thing, of: Some(name.to_string()), ..site })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::settings::PinKind;
    use crate::yaml::tree::Tree;

    /// `component thing: route` of each.
    fn found(own: &str, below: &str) -> Vec<String> {
        let [own, below] = [own, below].map(|text| Tree::parse(text.as_bytes()).unwrap());
        let show = |site: Site| {
            let PinKind::Field(field) = site.kind else { panic!("{site:?}") };
            format!("{} {}: {}", site.component.unwrap_or_default(), site.thing.unwrap_or_default(), field.route)
        };
        sites(&own.documents[0], &below.documents[0]).into_iter().map(show).collect()
    }

    #[test]
    fn a_version_over_the_name_of_an_image_is_that_images() {
        for (own, below, wanted) in [
            (
                "main_app: {version: 2026-10-01-production}\n",
                "main_app: {image: repos/web, port: 80}\n",
                "main_app web: main_app.version",
            ),
            ("version: v1.2.3\nreplicas: 2\n", "image: r.io/shop/web\n", " web: version"),
            ("a: {web: {tag: stable-7}}\n", "a: {web: {repository: r.io/shop/web}}\n", "web web: a.web.tag"),
        ] {
            assert_eq!(found(own, below), [wanted], "{own}");
        }
    }

    #[test]
    fn a_version_over_no_image_or_one_with_a_tag_is_nothing() {
        for (own, below) in [
            ("main_app: {version: v1.2.3}\n", "main_app: {port: 80}\n"),
            ("main_app: {version: v1.2.3}\n", "other: {image: repos/web}\n"),
            ("main_app: {version: v1.2.3}\n", "main_app: {image: \"repos/web:v1\"}\n"),
            ("main_app: {version: v1.2.3, chart: web}\n", "main_app: {image: repos/web}\n"),
            ("main_app: {version: v1.2.3}\n", "main_app: {image: \"{{ .x }}\"}\n"),
        ] {
            assert_eq!(found(own, below), Vec::<String>::new(), "{own} over {below}");
        }
    }
}
