//! Images by their names outside a kustomization's `images:`: the text that names the image, or the mapping of its
//! repository and tag, in Helm values, manifests, Argo CD and Flux objects, and in the YAML inside a text.

use crate::domain::image;
use crate::domain::path::RepoPath;
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::settings::Form;
use crate::yaml::locate::{get, item, text};
use crate::yaml::route::{Route, Step};
use crate::yaml::tree::{Node, Style, Value};

use super::objects::{Found, Lack, Seen, look, then};
use super::reader::Reader;
use super::slot::{Block, Slot, Spot, slot};

/// What names a repository, and what holds its tag, in a mapping: Helm's values, Flux's and Argo CD's `images:`.
const PAIRS: [(&str, &str); 3] = [("repository", "tag"), ("name", "newTag"), ("name", "tag")];

/// The place of `image` in the files at a place; `None` where nothing stands there.
pub fn spot(reader: &Reader<'_>, image: &str, place: &RepoPath) -> Result<Option<Spot>, Error> {
    let found = look(reader, place, |file, document, root, found| {
        Walk { file: &file.path, document, image, outer: None, found }.node(root, None, &Route::default())
    })?;
    found.map(|found| found.together(image, place)).transpose()
}

/// The place of `image` in the inline patches of a kustomization; `None` where none names it.
pub fn in_patches(file: &RepoPath, kustomization: (usize, &Node), image: &str) -> Result<Option<Spot>, Error> {
    let found = look_in_patches(file, kustomization, image)?;
    if found.spots.is_empty() { Ok(None) } else { found.together(image, file).map(Some) }
}

/// Looks for `image` in the inline patches of a kustomization.
pub fn look_in_patches(file: &RepoPath, (document, root): (usize, &Node), image: &str) -> Result<Found, Error> {
    let mut found = Found::default();
    for key in ["patches", "patchesStrategicMerge", "patchesJson6902"] {
        if let Some(patches) = get(root, &[key]) {
            let route = Route(vec![Step::Key(key.into())]);
            Walk { file, document, image, outer: None, found: &mut found }.node(patches, None, &route)?;
        }
    }
    Ok(found)
}

/// Every image that the files at a place name with a version, whichever it is.
pub fn all(reader: &Reader<'_>, place: &RepoPath) -> Result<Vec<Seen>, Error> {
    let found = look(reader, place, |file, document, root, found| {
        Walk { file: &file.path, document, image: "", outer: None, found }.node(root, None, &Route::default())
    })?;
    Ok(found.unwrap_or_default().seen.into_iter().filter(|seen| seen.without.is_none()).collect())
}

/// `image`, `webImage`, `web_image`, `web-image`: keys whose text is an image.
pub fn is_image_key(key: &str) -> bool {
    key == "image" || ["Image", "_image", "-image"].iter().any(|tail| key.ends_with(tail))
}

/// The same, and the flat name of such a key: `web.image`.
fn names_image(key: &str) -> bool {
    is_image_key(key) || key.ends_with(".image")
}

struct Walk<'w> {
    file: &'w RepoPath,
    document: usize,
    image: &'w str,
    /// The text that the walk is inside of.
    outer: Option<&'w Block<'w>>,
    found: &'w mut Found,
}

impl Walk<'_> {
    /// Looks at a node that stands at `route`, under `key`.
    fn node(&mut self, node: &Node, key: Option<&str>, route: &Route) -> Result<(), Error> {
        match &node.value {
            Value::Scalar { .. } if key.is_some_and(names_image) => self.text(node, route),
            Value::Scalar { style: Style::Literal, text } if self.outer.is_none() => self.inside(node, text, route),
            Value::Scalar { style, text } if !matches!(style, Style::Literal | Style::Folded) => {
                self.list(node, text, route)
            }
            Value::Scalar { .. } | Value::Alias => Ok(()),
            Value::Sequence(list) => {
                for (index, one) in list.iter().enumerate() {
                    let route = then(route, [item(list, index, "name")]);
                    let is_image = key == Some("images") && one.as_str().is_some();
                    self.node(one, if is_image { Some("image") } else { None }, &route)?;
                }
                Ok(())
            }
            Value::Mapping(entries) => {
                self.pair(node, route)?;
                self.value(node, route)?;
                for (name, value) in entries {
                    let Some(name) = name.as_str() else { continue };
                    self.node(value, Some(name), &then(route, [Step::Key(name.to_string())]))?;
                }
                Ok(())
            }
        }
    }

    /// A text that is an image reference; Argo CD writes `name=registry/new:tag` as well.
    fn text(&mut self, node: &Node, route: &Route) -> Result<(), Error> {
        let Some(text) = node.as_str() else { return Ok(()) };
        let (name, tag, digest) = image::parts(text);
        let is_wanted =
            name == self.image || name.split_once('=').is_some_and(|(a, b)| a == self.image || b == self.image);
        let without = if tag.is_none() && digest.is_none() { Some(Lack::Tag) } else { None };
        if !is_wanted || without.is_some() {
            let is_name = !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || "{}$".contains(c));
            if without.is_none() || is_name {
                self.see(if is_wanted { self.image } else { name }, node, route, without);
            }
            return Ok(());
        }
        let version = self.slot(node, route.clone(), Form::Image)?;
        self.found.spots.push(Spot::new(self.file, version, None));
        Ok(())
    }

    /// A text that lists several images, of which one is the wanted one.
    fn list(&mut self, node: &Node, text: &str, route: &Route) -> Result<(), Error> {
        if self.image.is_empty() || !text.contains(self.image) {
            return Ok(());
        }
        match image::listed(text, self.image).len() {
            0 => Ok(()),
            1 => {
                let version = self.slot(node, route.clone(), Form::Among(self.image.to_string()))?;
                self.found.spots.push(Spot::new(self.file, version, None));
                Ok(())
            }
            _ => {
                let (line, column) = self.outer.map_or((node.line, node.column), |outer| outer.place(node));
                let what = format!("{}:{line}:{column}: the text lists `{}` more than once", self.file, self.image);
                Err(Refusal::new(Code::TwoPins, what).hint("leave one of them").invalid())
            }
        }
    }

    /// A mapping with a repository and its tag, or its digest, or both.
    fn pair(&mut self, node: &Node, route: &Route) -> Result<(), Error> {
        for (by, at) in PAIRS {
            let Some(name) = text(node, &[by]) else { continue };
            let registry = text(node, &["registry"]).map(|registry| format!("{registry}/{name}"));
            let (tag, digest) = (get(node, &[at]), get(node, &["digest"]));
            let is_wanted = name == self.image || registry.as_deref() == Some(self.image);
            if tag.is_none() && (digest.is_none() || at == "tag" && by == "name") {
                // Many things have a repository; of an image without a tag only the wanted one is told.
                if is_wanted && by == "repository" {
                    self.see(self.image, node, route, Some(Lack::TagKey));
                }
                continue;
            }
            if !is_wanted {
                self.see(registry.as_deref().unwrap_or(name), node, route, None);
                return Ok(());
            }
            if let Some(alias) = tag.into_iter().chain(digest).find(|node| node.value == Value::Alias) {
                let (line, column) = self.outer.map_or((alias.line, alias.column), |outer| outer.place(alias));
                self.found.aliased.push((self.file.clone(), line, column));
                return Ok(());
            }
            let own = |key: &str| then(route, [Step::Key(key.to_string())]);
            let digest = digest.map(|node| self.slot(node, own("digest"), Form::Whole)).transpose()?;
            let tag = tag.map(|node| self.slot(node, own(at), Form::Whole)).transpose()?;
            let (version, digest) = match (tag, digest) {
                // An empty tag beside a digest: the digest alone is the pin.
                (Some(tag), Some(digest)) if tag.text.is_empty() && !digest.text.is_empty() => (digest, None),
                (Some(tag), digest) => (tag, digest),
                (None, Some(digest)) => (digest, None),
                (None, None) => return Ok(()),
            };
            self.found.spots.push(Spot::new(self.file, version, digest));
            return Ok(());
        }
        Ok(())
    }

    /// The `value` of a JSON patch whose path ends with an image, or of a Helm parameter that is named so; the `name` of what
    /// OpenShift takes from a registry (`spec.tags[].from` of an ImageStream).
    fn value(&mut self, node: &Node, route: &Route) -> Result<(), Error> {
        let last = |text: &str| text.rsplit('/').next().is_some_and(names_image);
        let is_patch = text(node, &["op"]).is_some() && text(node, &["path"]).is_some_and(last);
        let is_parameter = text(node, &["name"]).is_some_and(names_image);
        if text(node, &["kind"]) == Some("DockerImage")
            && let Some(name) = get(node, &["name"])
        {
            return self.text(name, &then(route, [Step::Key("name".into())]));
        }
        match get(node, &["value"]).filter(|_| is_patch || is_parameter) {
            Some(value) => self.text(value, &then(route, [Step::Key("value".into())])),
            None => Ok(()),
        }
    }

    /// The YAML inside a literal block: an inline patch, Argo CD's `helm.values`.
    fn inside(&mut self, node: &Node, text: &str, route: &Route) -> Result<(), Error> {
        let name = self.image.rsplit('/').next().unwrap_or(self.image);
        if !text.contains(name) {
            return Ok(());
        }
        // What is no YAML is a script or a template, where no image of ours can be set.
        let Ok(outer) = Block::open(self.file, self.document, route.clone(), node) else {
            if text.contains(self.image) {
                self.found.unread.push((self.file.clone(), node.line));
            }
            return Ok(());
        };
        let Ok(root) = outer.root() else { return Ok(()) };
        if root.entries().is_none() && root.items().is_none() {
            return Ok(());
        }
        let mut walk = Walk {
            file: self.file,
            document: self.document,
            image: self.image,
            outer: Some(&outer),
            found: self.found,
        };
        walk.node(root, None, &Route::default())
    }

    fn slot(&self, node: &Node, route: Route, form: Form) -> Result<Slot, Error> {
        match self.outer {
            None => slot(self.file, self.document, route, node, form),
            Some(outer) => outer.slot(self.file, route, node, form),
        }
    }

    fn see(&mut self, name: &str, node: &Node, route: &Route, without: Option<Lack>) {
        let (line, column) = self.outer.map_or((node.line, node.column), |outer| outer.place(node));
        let route = match self.outer {
            None => route.to_string(),
            Some(outer) => format!("{} > {route}", outer.route()),
        };
        let (name, file) = (name.to_string(), self.file.clone());
        self.found.seen.push(Seen { name, file, document: self.document, route, line, column, without });
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::settings::{DigestRule, PinKind};
    use crate::overlay::sample::{pinned, read, refused};

    fn web() -> PinKind {
        PinKind::Image { image: "r.example.com:5000/shop/web".into(), digest: DigestRule::Ask }
    }

    fn moves(file: &str, text: &str, from: &str, to: &str) {
        let (old, new) = pinned(&web(), file, text, "v2");
        assert_eq!(old.as_deref(), Some("v1"), "{text}");
        assert_eq!(new, text.replacen(from, to, 1), "{text}");
    }

    #[test]
    fn an_image_is_found_by_its_name_wherever_it_stands() {
        for text in [
            "image:\n  repository: r.example.com:5000/shop/web\n  tag: v1 # kept\n",
            "global: {image: {registry: \"r.example.com:5000\", repository: shop/web, tag: v1}}\n",
            "web:\n  image: r.example.com:5000/shop/web:v1\napi:\n  image: r.example.com:5000/shop/api:v1\n",
            "kind: CronJob\nspec: {jobTemplate: {spec: {template: {spec: {containers: [{name: web, image: \"r.example.com:5000/shop/web:v1\"}]}}}}}\n",
            "kind: Pod\nspec:\n  initContainers:\n  - name: init\n    image: r.example.com:5000/shop/web:v1\n  containers:\n  - name: web\n    image: nginx:1\n",
            "kind: Rollout\nspec:\n  sidecarImage: r.example.com:5000/shop/web:v1\n",
            "kind: Application\nspec:\n  source:\n    kustomize:\n      images:\n      - r.example.com:5000/shop/api:v0\n      - r.example.com:5000/shop/web:v1\n",
            "kind: Application\nspec:\n  source:\n    kustomize:\n      images: [\"web=r.example.com:5000/shop/web:v1\"]\n",
            "kind: ImageStream\nspec:\n  tags:\n  - name: latest\n    from:\n      kind: DockerImage\n      name: r.example.com:5000/shop/web:v1 # kept\n  - {name: api, from: {kind: DockerImage, name: \"r.example.com:5000/shop/api:v1\"}}\n",
            "kind: Kustomization\nspec:\n  images:\n  - name: r.example.com:5000/shop/web\n    newTag: v1\n",
            "kind: Application\nspec:\n  source:\n    helm:\n      parameters:\n      - name: web.image\n        value: r.example.com:5000/shop/web:v1\n",
            "kind: Application\nspec:\n  source:\n    helm:\n      values: |\n        image:\n          repository: r.example.com:5000/shop/web\n          tag: v1 # kept\n",
        ] {
            moves("web.yaml", text, "v1", "v2");
        }
        moves(
            "web.json",
            "{\"image\": {\"repository\": \"r.example.com:5000/shop/web\", \"tag\": \"v1\"}}",
            "v1",
            "v2",
        );
    }

    #[test]
    fn one_image_of_a_text_that_lists_several_moves_with_its_digest() {
        let (old, new) = (format!("sha256:{}", "a".repeat(64)), format!("sha256:{}", "b".repeat(64)));
        let text = format!(
            "env:\n- name: RELATED\n  value: \"r.example.com:5000/shop/web:v1@{old},api=r/api@{old}\" # kept\nother: \"r/a:v1,r/b:v2\"\n"
        );
        let (was, is) = pinned(&web(), "x.yaml", &text, &format!("v2@{new}"));
        assert_eq!(was, Some(format!("v1@{old}")));
        assert_eq!(is, text.replacen(&format!("web:v1@{old}"), &format!("web:v2@{new}"), 1));
        let twice = "images: r.example.com:5000/shop/web:v1,r.example.com:5000/shop/web:v2\n";
        assert_eq!(
            refused(&web(), "x.yaml", twice).message,
            "x.yaml:1:9: the text lists `r.example.com:5000/shop/web` more than once"
        );
        let why =
            refused(&PinKind::Marker { name: "web".into() }, "x.yaml", "images: r/web:v1,r/api:v2 # stageline: web\n");
        assert_eq!(why.code, "more-than-a-version");
    }

    #[test]
    fn an_inline_patch_of_a_kustomization_is_where_its_image_is_pinned() {
        for text in [
            "patches:\n- target: {kind: Deployment, name: web}\n  patch: |-\n    - op: replace\n      path: /spec/template/spec/containers/0/image\n      value: r.example.com:5000/shop/web:v1\n",
            "patches:\n- patch: |\n    kind: Deployment\n    metadata: {name: web}\n    spec:\n      template:\n        spec:\n          containers:\n          - name: web\n            image: r.example.com:5000/shop/web:v1\n",
            "patchesStrategicMerge:\n- |-\n  kind: Deployment\n  spec: {template: {spec: {containers: [{name: web, image: \"r.example.com:5000/shop/web:v1\"}]}}}\n",
        ] {
            moves("kustomization.yaml", text, "v1", "v2");
        }
    }

    #[test]
    fn a_port_that_looks_like_a_tag_is_no_image() {
        let why = refused(
            &web(),
            "web.yaml",
            "address: r.example.com:5000/shop/web:80\nimage: r.example.com:5000/shop/web\n",
        );
        assert_eq!(why.code, "untagged");
    }

    #[test]
    fn an_image_without_a_tag_is_told_with_its_place_and_how_to_give_it_one() {
        for (text, place, how) in [
            ("a:\n  image: r.example.com:5000/shop/web\n", "web.yaml:2:10", "r.example.com:5000/shop/web:VERSION"),
            ("a:\n  image: {repository: r.example.com:5000/shop/web}\n", "web.yaml:2:10", "`tag: VERSION`"),
            ("values: |\n  image: r.example.com:5000/shop/web\n", "web.yaml:2:10", "shop/web:VERSION"),
        ] {
            let why = refused(&web(), "web.yaml", text);
            let what = "stands here without a tag, so no version is pinned";
            assert_eq!(why.message, format!("{place}: `r.example.com:5000/shop/web` {what}"), "{text}");
            assert!(why.hints[0].contains(how), "{why:?}");
        }
        let why = refused(&web(), "web.yaml", "a: {image: r.example.com:5000/shop/wbe}\n");
        assert_eq!(why.details, ["web.yaml:1: there is `r.example.com:5000/shop/wbe`, without a tag"]);
        assert_eq!(why.hints, ["did you mean `r.example.com:5000/shop/wbe`?"]);
    }

    #[test]
    fn a_template_elsewhere_in_a_text_does_not_hide_its_image() {
        let text = "values: |\n  # {{ of no matter }}\n  image: r.example.com:5000/shop/web:v1\n";
        moves("web.yaml", text, "web:v1", "web:v2");
        let why = refused(&web(), "web.yaml", "values: |\n  {{ if .x }}\n  image: r.example.com:5000/shop/web:v1\n");
        assert_eq!(why.code, "no-such-pin");
        assert!(why.details[0].starts_with("web.yaml:1: a text names it that is a template"), "{why:?}");
    }

    #[test]
    fn two_places_of_one_image_are_listed_with_their_lines() {
        let text = "a:\n  image: r.example.com:5000/shop/web:v1\nb:\n  image: r.example.com:5000/shop/web:v2\n";
        let why = refused(&web(), "web.yaml", text);
        assert_eq!(why.code, "two-pins");
        assert_eq!(why.details, ["web.yaml:2:10: a.image: v1", "web.yaml:4:10: b.image: v2"]);
        assert!(why.hints[0].contains("one version once by hand"), "{why:?}");
    }

    #[test]
    fn what_says_its_version_by_an_alias_follows_its_anchor_or_is_told() {
        let values = "web: {repository: r.example.com:5000/shop/web, tag: &t v1}\nworker: {repository: r.example.com:5000/shop/web, tag: *t}\n";
        let files = "x: &t v1\nweb: {repository: r.example.com:5000/shop/web, tag: *t}\n";
        let why = refused(&web(), "web.yaml", files);
        assert!(why.message.starts_with("web.yaml:2:") && why.hints[0].contains("aliases: follow"), "{why:?}");
        assert_eq!(read(&web(), "web.yaml", values).as_deref(), Some("v1"));
    }

    #[test]
    fn several_places_of_one_file_at_one_version_move_together() {
        for text in [
            "kind: Pod\nspec:\n  initContainers:\n  - name: init\n    image: r.example.com:5000/shop/web:v1 # one\n  containers:\n  - name: web\n    image: \"r.example.com:5000/shop/web:v1\"\n",
            "a: {repository: r.example.com:5000/shop/web, tag: v1}\nb:\n  image: r.example.com:5000/shop/web:v1\n",
            "a:\n  image: r.example.com:5000/shop/web:v1\n---\nb:\n  image: r.example.com:5000/shop/web:v1\n",
        ] {
            let (old, new) = pinned(&web(), "web.yaml", text, "v2");
            assert_eq!((old.as_deref(), new), (Some("v1"), text.replace("v1", "v2")));
        }
    }

    #[test]
    fn a_tag_and_its_digest_move_together_and_a_digest_alone_asks_for_one() {
        let digest = |digit: &str| format!("sha256:{}", digit.repeat(64));
        let text =
            format!("image: {{repository: r.example.com:5000/shop/web, tag: v1, digest: \"{}\"}}\n", digest("a"));
        let (old, new) = pinned(&web(), "web.yaml", &text, &format!("v2@{}", digest("b")));
        assert_eq!(old, Some(format!("v1@{}", digest("a"))));
        assert_eq!(new, text.replace("v1", "v2").replace(&digest("a"), &digest("b")));
        let alone = text.replace("tag: v1, ", "");
        let (old, _) = pinned(&web(), "web.yaml", &alone, &digest("b"));
        assert_eq!(old, Some(digest("a")));
    }

    #[test]
    fn a_template_where_the_tag_stands_is_refused() {
        let text = "image: {repository: r.example.com:5000/shop/web, tag: \"{{ .Values.tag }}\"}\n";
        assert_eq!(refused(&web(), "web.yaml", text).code, "template");
        let bare = "image:\n  repository: r.example.com:5000/shop/web\n  tag: {{ .Values.tag }}\n";
        assert_eq!(refused(&web(), "web.yaml", bare).code, "template");
    }
}
