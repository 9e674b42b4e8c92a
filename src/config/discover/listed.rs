//! Versions in files of any format of one's own: lists of what runs (`web: 1.2.3`), variables (`IMAGE_TAG`), and commits.

use crate::domain::settings::Form;
use crate::yaml::locate::{get, item, text};
use crate::yaml::route::Step;
use crate::yaml::tree::{Node, Value};

use super::argo::is_reference;
use super::folders::says;
use super::sites::{Says, Scope, Site, Stand, is_fixed, is_open, tag};
use super::strangers;
use super::values::component;
use super::versions::{has_commit, is_decimal_commit, is_named_release, template};

/// How deep a file nests before nobody looks.
const DEEPEST: usize = 8;
/// Keys of mappings from applications to versions.
const LISTS: [&str; 17] = [
    "versions",
    "version",
    "tags",
    "imageTags",
    "image_tags",
    "image-tags",
    "image_versions",
    "imageVersions",
    "releases",
    "applications",
    "apps",
    "services",
    "microservices",
    "components",
    "deployments",
    "containers",
    "images",
];
/// What is no application, though it has a version: tools and formats.
const TOOLS: [&str; 22] = [
    "kubernetes",
    "k8s",
    "k3s",
    "helm",
    "helmfile",
    "kustomize",
    "terraform",
    "terragrunt",
    "ansible",
    "argocd",
    "flux",
    "node",
    "nodejs",
    "python",
    "java",
    "jdk",
    "go",
    "golang",
    "ruby",
    "php",
    "schema",
    "chart",
];
/// Variables that are the tag of the one image that a file is of.
const OWN: [&str; 12] = [
    "image_tag",
    "docker_tag",
    "docker_image_tag",
    "container_tag",
    "container_image_tag",
    "app_version",
    "app_tag",
    "release_tag",
    "git_tag",
    "build_tag",
    "deploy_tag",
    "service_tag",
];
/// What variables call the one thing that is deployed.
const WHOLE: [&str; 5] = ["service", "svc", "microservice", "container", "project"];
/// Ends of variables that say which image their tag is of.
const ENDS: [&str; 4] = ["_docker_image_tag", "_image_tag", "_docker_tag", "_tag"];
/// Keys of the commit that is deployed.
const COMMITS: [&str; 8] =
    ["commit", "commit_id", "commitid", "git_commit", "gitcommit", "git_sha", "gitsha", "revision"];
/// Keys around a commit that name no component.
const AROUND: [&str; 6] = ["release", "source", "git", "build", "deploy", "artifact"];

/// The versions of a document that is no object; `known` are the lines that something else has told of.
pub fn sites(scope: &Scope, document: &Node, known: &[u32]) -> Vec<Site> {
    let mut out = Vec::new();
    walk(scope, document, &mut Vec::new(), &mut out);
    out.retain(|site| !known.contains(&site.line));
    out
}

fn walk(scope: &Scope, node: &Node, steps: &mut Vec<Step>, out: &mut Vec<Site>) {
    let Value::Mapping(entries) = &node.value else { return };
    if steps.len() > DEEPEST {
        return;
    }
    let is_list = is_list(entries, steps.last());
    for (key, value) in entries {
        let Some(name) = key.as_str() else { continue };
        steps.push(Step::Key(name.to_string()));
        if value.as_str().is_some() {
            let own = if is_list { Some(Some(name.to_string())) } else { variable(name, value, steps) };
            let is_other =
                |text: &str| is_decimal_commit(text) || (!is_list && is_fixed(text) && is_named_release(text));
            let is_one = is_telling(value) || value.as_str().is_some_and(is_other);
            let is_told = |says: &Says| is_one || (is_list && matches!(says, Says::Loose(_)));
            let says = value.as_str().and_then(tag).filter(is_told);
            if let (Some(component), Some(says)) = (own, says) {
                let stand = if is_list { Stand::Listed } else { Stand::Own };
                out.push(Site { component, stand, ..scope.site(steps, None, Form::Whole, says, value) });
            }
        } else {
            walk(scope, value, steps, out);
            if is_of_many(name) {
                items(scope, value, steps, out);
                keys(scope, value, steps, out);
                references(scope, value, steps, out);
            }
        }
        steps.pop();
    }
}

/// `services: [{ name: web, version: v1.2.3 }]`: each item by its name, where all of them say a version, and none a chart or a place
/// that it comes from.
fn items(scope: &Scope, node: &Node, steps: &[Step], out: &mut Vec<Site>) {
    let all = node.items().unwrap_or_default();
    if !all.iter().all(|one| own(one).is_some() && text(one, &["name"]).is_some()) {
        return;
    }
    for (index, one) in all.iter().enumerate() {
        let (Some(name), Some((field, version))) = (text(one, &["name"]), own(one)) else { continue };
        let Some(says) = version.as_str().and_then(tag).filter(|_| is_name(name)) else { continue };
        let mut at = steps.to_vec();
        at.extend([item(all, index, "name"), Step::Key(field.into())]);
        let site = scope.site(&at, None, Form::Whole, says, version);
        out.push(Site { component: Some(name.to_string()), ..site });
    }
}

/// `applications: { web: { targetRevision: v1.2.3 } }`: each by its key, as far as all of them say a revision.
fn keys(scope: &Scope, node: &Node, steps: &[Step], out: &mut Vec<Site>) {
    let all = node.entries().unwrap_or_default();
    let revision = |one: &Node| own(one).filter(|(field, _)| *field != "version").is_some();
    if !all.iter().all(|(key, one)| key.as_str().is_some_and(is_name) && revision(one)) {
        return;
    }
    for (key, one) in all {
        let (Some(name), Some((field, version))) = (key.as_str(), own(one)) else { continue };
        let Some(says) = version.as_str().and_then(tag) else { continue };
        let at: Vec<Step> = steps.iter().cloned().chain([Step::Key(name.into()), Step::Key(field.into())]).collect();
        out.push(Site { component: Some(name.to_string()), ..scope.site(&at, None, Form::Whole, says, version) });
    }
}

/// `versions: { web: registry.example.com/shop/web:v1 }`: each by its key, where all of them are whole images. Values have the same
/// in `images:`.
fn references(scope: &Scope, node: &Node, steps: &[Step], out: &mut Vec<Site>) {
    let all = node.entries().unwrap_or_default();
    let is_one = |(_, value): &(Node, Node)| value.as_str().is_some_and(is_reference);
    if all.len() < 2 || !all.iter().all(is_one) {
        return;
    }
    for (key, value) in all {
        let Some(name) = key.as_str().filter(|name| is_name(name)) else { continue };
        let at: Vec<Step> = steps.iter().cloned().chain([Step::Key(name.into())]).collect();
        out.extend(scope.image(&at, value).map(|site| Site { component: Some(name.to_string()), ..site }));
    }
}

/// The version that an item of a list says of what it names; `None` where that may be a chart's or an image's.
fn own(one: &Node) -> Option<(&'static str, &Node)> {
    let others = ["chart", "repository", "source", "url", "image", "tag"];
    let is_own = others.iter().all(|key| get(one, &[key]).is_none());
    let found =
        ["version", "targetRevision", "revision"].into_iter().find_map(|field| Some((field, get(one, &[field])?)));
    found.filter(|(_, version)| is_own && is_telling(version))
}

/// Whether a mapping says a version for each of its keys: by what it is called, or as the whole of a file.
fn is_list(entries: &[(Node, Node)], key: Option<&Step>) -> bool {
    let is_called = matches!(key, Some(Step::Key(key)) if is_of_many(key));
    let is_name = |key: &Node| key.as_str().is_some_and(is_name);
    let is_whole = key.is_none() && entries.len() > 1;
    let of_commits = |value: &Node| {
        let is_other = |other: &str| other.len() == value.as_str().map_or(0, str::len) && has_commit(&[other]);
        value.as_str().is_some_and(is_decimal_commit)
            && entries.iter().any(|(_, node)| node.as_str().is_some_and(is_other))
    };
    let is_version = |value: &Node| is_telling(value) || of_commits(value);
    // One of those that are called by a list's name may not be fixed yet.
    let is_open = |value: &Node| is_called && value.as_str().is_some_and(is_open);
    (is_called || is_whole)
        && entries.iter().any(|(_, value)| is_version(value))
        && entries.iter().all(|(key, value)| is_name(key) && (is_version(value) || is_open(value)))
}

/// Whether a mapping of this name may say a version for each of its keys.
pub fn is_of_many(key: &str) -> bool {
    LISTS.contains(&key)
}

/// Whether a key of such a mapping may be an application's name.
pub fn is_name(key: &str) -> bool {
    !strangers::is_named(key) && !TOOLS.contains(&key) && !is_of_many(key) && variable_of(key).is_none()
}

/// The component of a variable that is an image's tag, or of a commit; `Some(None)`: the whole application.
fn variable(name: &str, value: &Node, steps: &[Step]) -> Option<Option<String>> {
    let lower = name.to_ascii_lowercase();
    let is_id = value.as_str().is_some_and(|text| text.len() == 40 && has_commit(&[text]));
    if COMMITS.contains(&lower.as_str()) && is_id {
        let above = steps[..steps.len() - 1]
            .iter()
            .filter(|step| !matches!(step, Step::Key(key) if AROUND.contains(&key.as_str())));
        return Some(component(&above.cloned().collect::<Vec<_>>()));
    }
    variable_of(name)
}

/// What a variable's name says of an image's tag.
pub fn variable_of(name: &str) -> Option<Option<String>> {
    let lower = name.to_ascii_lowercase().replace('-', "_");
    if OWN.contains(&lower.as_str()) {
        return Some(None);
    }
    let rest = ENDS.iter().find_map(|end| lower.strip_suffix(end)).filter(|rest| !rest.is_empty())?.replace('_', "-");
    // What an image is built on is not what runs.
    let is_other = strangers::is_named(&rest) || TOOLS.contains(&rest.as_str()) || rest == "base";
    (!is_other).then(|| says(&rest).filter(|rest| !WHOLE.contains(&rest.as_str())))
}

/// Whether a text can hardly be anything but a version.
fn is_telling(node: &Node) -> bool {
    node.as_str().is_some_and(|text| is_fixed(text) && (has_commit(&[text]) || template([text]).is_some()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::tree::Tree;

    /// `component: key` of each.
    fn found(text: &str) -> Vec<String> {
        let tree = Tree::parse(text.as_bytes()).unwrap();
        let show = |site: Site| format!("{}: {}", site.component.unwrap_or_default(), site.key.trim());
        sites(&Scope::default(), &tree.documents[0], &[]).into_iter().map(show).collect()
    }

    #[test]
    fn lists_of_versions_variables_and_commits_are_found() {
        let id = "9d3e7aa1c0ffee00112233445566778899aabbcc";
        for (text, wanted) in [
            ("applications: {web: 1.2.3, api: 9d3e7aa1}\n", vec!["web: applications.web", "api: applications.api"]),
            ("web: v1.2.3\napi: 1.0.0-rc1\n", vec!["web: web", "api: api"]),
            ("IMAGE_TAG: web-v1.2.3\nREPLICAS: \"1\"\n", vec![": IMAGE_TAG"]),
            ("WEB_API_IMAGE_TAG: 1.2.3\n", vec!["web-api: WEB_API_IMAGE_TAG"]),
            ("APP_IMAGE_TAG: 1.2.3\nGIT_TAG: 1.2.3\nREPLICAS: 1\n", vec![": APP_IMAGE_TAG", ": GIT_TAG"]),
            (&*format!("release: {{commit: {id}}}\nthreads: 8\n"), vec![": release.commit"]),
            (&*format!("web: {{commit: {id}}}\n"), vec!["web: web.commit"]),
            // One that is not fixed yet hides no other.
            ("imageTags: {web: 1.2.3, api: latest}\n", vec!["web: imageTags.web", "api: imageTags.api"]),
            ("imageTags: {web: 1.2.3, api: REPLACE_ME}\n", vec!["web: imageTags.web", "api: imageTags.api"]),
            // Ids of decimal digits alone, by what they stand in.
            ("WEB_DOCKER_TAG: \"4812533\"\n", vec!["web: WEB_DOCKER_TAG"]),
            ("tags: {web: \"4812533\", api: 9d3e7aa}\n", vec!["web: tags.web", "api: tags.api"]),
        ] {
            assert_eq!(found(text), wanted, "{text}");
        }
    }

    #[test]
    fn versions_of_tools_and_of_nothing_are_not_found() {
        for text in [
            "versions: {kubernetes: 1.28.3, terraform: 1.5.0}\n",
            "versions: {cilium: 1.14.2, proxy: 1.5.0}\nnode_image_tag: 1.2.3\n",
            "BASE_IMAGE_TAG: 1.2.3\nREDIS_TAG: 7.2.1\nPORT: 80\n",
            "web: v1.2.3\nreplicas: 2\n",
            "tags: {web: \"4812533\", api: \"1234567\"}\n",
            "applications: {web: 1.2.3, host: example.com}\n",
            "name: x\nversion: 1.2.3\n",
            "commit: main\n",
            "applications: {web: REPLACE_ME}\n",
        ] {
            assert_eq!(found(text), Vec::<String>::new(), "{text}");
        }
    }
}
