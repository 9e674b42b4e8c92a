//! Pins in files that are no YAML: on a marked line, or behind a key. Such a file is read line by line, and nothing else in it.

use crate::domain::files::{KUSTOMIZATIONS, is_yaml};
use crate::domain::names::nearest;
use crate::domain::path::RepoPath;
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::settings::{DigestRule, DocumentRule, Field, Form};
use crate::lines::edit::Place;
use crate::lines::keys;
use crate::lines::language::{self, Language};
use crate::lines::marks::{Marked, has_foreign, marked};
use crate::yaml::route::{Route, Step};
use crate::yaml::tree::{Cure, Fault};

use super::form::{self, form};
use super::objects::Found;
use super::reader::{Reader, at};
use super::slot::{InLines, Slot, Spot, checked};

/// The language of a file in which pins stand in lines; `None` of one that is read as YAML.
///
/// # Errors
/// The file is none that is read.
pub fn language(reader: &Reader<'_>, file: &RepoPath) -> Result<Option<&'static Language>, Error> {
    let name = file.name();
    if let Some(known) = language::of(name) {
        return Ok(Some(known));
    }
    let is_meant = is_yaml(name) || KUSTOMIZATIONS.contains(&name);
    match reader.tree(file) {
        // A text that is nothing but one scalar (`KEY=VERSION`) is YAML by chance.
        Ok(Some(tree)) if !is_meant => {
            let is_text = tree.documents.iter().any(|root| root.as_str().is_some());
            let is_other = is_text || reader.text(file)?.is_some_and(|text| has_foreign(&text));
            Ok(is_other.then_some(&language::UNKNOWN))
        }
        Ok(_) => Ok(None),
        Err(Error::Invalid(why)) if why.code == Code::Template => Ok(Some(&language::TEMPLATE)),
        Err(Error::Invalid(why)) if why.code == Code::BadYaml && !is_meant => Ok(Some(&language::UNKNOWN)),
        Err(error) => Err(error),
    }
}

/// The value on the line that a comment marks; `None` where no file stands there.
pub fn mark(
    reader: &Reader<'_>,
    language: &'static Language,
    name: &str,
    file: &RepoPath,
) -> Result<Option<Spot>, Error> {
    let Some(bytes) = reader.bytes(file)? else { return Ok(None) };
    let all = marked(&bytes, language);
    let own: Vec<&Marked> = all.iter().filter(|one| one.name == name).collect();
    if own.is_empty() {
        return Err(no_mark(&bytes, language, name, file, &all));
    }
    let mut found = Found::default();
    for (nth, one) in own.into_iter().enumerate() {
        let value = match &one.value {
            Ok(value) => value,
            Err(fault) if one.candidates.is_empty() => return Err(at(file, fault)),
            Err(fault) => {
                let shown = one.candidates.iter().map(|value| {
                    let key = if value.key.is_empty() { String::new() } else { format!("{}: ", value.key) };
                    format!("{file}:{}:{}: {key}`{}`", value.line, value.column, value.text)
                });
                let message = format!("{file}:{}:{}: {}", fault.line, fault.column, fault.message);
                let refusal = Refusal::new(Code::TwoPins, message).details(shown);
                return Err(refusal.hint("give the version a line of its own").invalid());
            }
        };
        let step = if value.key.is_empty() { format!("# stageline: {name}") } else { value.key.clone() };
        let slot = Slot {
            document: 0,
            route: Route(vec![Step::Key(step)]),
            inside: None,
            form: form::marked(file, (value.line, value.column), &value.key, &value.text)?,
            line: value.line,
            column: value.column,
            lines: Some(InLines { language, place: Place::Mark { name: name.to_string(), nth } }),
            text: value.text.clone(),
            is_loose: false,
        };
        found.spots.push(Spot::new(file, checked(file, slot)?, None));
    }
    found.together(name, file).map(Some)
}

/// What is said where no line is marked so.
fn no_mark(bytes: &[u8], language: &Language, name: &str, file: &RepoPath, all: &[Marked]) -> Error {
    let others = all.iter().map(|one| format!("{file}:{}: there is `{}`", one.line, one.name));
    let refusal = Refusal::new(Code::NoSuchPin, format!("nothing in `{file}` pins `{name}`")).details(others.take(10));
    let behind = String::from_utf8_lossy(bytes).contains(&format!("stageline: {name}"));
    match nearest(name, all.iter().map(|one| one.name.as_str())) {
        Some(near) => refusal.hint(format!("did you mean `{near}`?")),
        None if behind && language.marks_above() => refusal.hint(format!(
            "in {} a comment is a line of its own: put `# stageline: {name}` on the line above the version",
            language.name
        )),
        None => {
            refusal.hint(format!("end the line with a comment that marks it, or put one above it: `stageline: {name}`"))
        }
    }
    .invalid()
}

/// The value of a key; `None` where the key may be missing, and is.
pub fn field(
    reader: &Reader<'_>,
    language: &'static Language,
    field: &Field,
    file: &RepoPath,
    is_optional: bool,
) -> Result<Option<Spot>, Error> {
    if !language.has_keys() {
        let what = format!("`{file}` is {}: no path leads to a value in it", language.name);
        return Err(Refusal::new(Code::BadYaml, what)
            .hint("mark its line with a comment `stageline: NAME`, and pin that: `{ marker: NAME, in: FILE }`")
            .invalid());
    }
    if field.inside.is_some() || *field.document != DocumentRule::default() {
        let what = format!("`{file}` is {}: it has keys, but no documents and no texts that are YAML", language.name);
        return Err(Refusal::new(Code::BadYaml, what).hint("say no more than `path:` and `as:`").invalid());
    }
    let Some(bytes) = reader.bytes(file)? else { return Ok(None) };
    if is_optional && !keys::has(&bytes, language, &name_of(language, file, &field.route)?) {
        return Ok(None);
    }
    let version = one(&bytes, language, file, &field.route, field.form.clone())?;
    let digest = match &field.digest {
        Some(route) => Some(one(&bytes, language, file, route, Form::Whole)?),
        None => None,
    };
    Ok(Some(Spot::new(file, version, digest)))
}

/// The key that a line has, as a pin of its own: how its value is found where no comment marks it yet. `None` where such a
/// file has no keys.
pub fn unmarked(reader: &Reader<'_>, language: &'static Language, file: &RepoPath, line: u32) -> Option<Field> {
    let entry = keys::all(&reader.bytes(file).ok()??, language).into_iter().find(|entry| entry.line == line)?;
    let value = entry.value.ok()?;
    Some(Field {
        document: Box::default(),
        route: Route(entry.steps.into_iter().map(Step::Key).collect()).to_string(),
        inside: None,
        digest: None,
        form: form(&value.key, &value.text)?,
        digests: DigestRule::Ask,
    })
}

fn one(bytes: &[u8], language: &'static Language, file: &RepoPath, route: &str, form: Form) -> Result<Slot, Error> {
    let name = name_of(language, file, route)?;
    let value = keys::find(bytes, language, &name).map_err(|fault| no_key(file, &fault))?;
    let slot = Slot {
        document: 0,
        route: Route::parse(route).map_err(|fault| at(file, &fault))?,
        inside: None,
        form,
        line: value.line,
        column: value.column,
        lines: Some(InLines { language, place: Place::Key(name) }),
        text: value.text,
        is_loose: false,
    };
    checked(file, slot)
}

/// The steps of a path as the name of a key, below its section.
///
/// # Errors
/// It chooses an item of a list, which no key of such a file is.
fn name_of(language: &Language, file: &RepoPath, route: &str) -> Result<String, Error> {
    let parsed = Route::parse(route).map_err(|fault| at(file, &fault))?;
    let step = |step: &Step| match step {
        Step::Key(key) => Some(key.clone()),
        Step::Has(_) | Step::Index(_) | Step::Select { .. } => None,
    };
    let steps: Option<Vec<String>> = parsed.0.iter().map(step).collect();
    let name = steps.map(|steps| keys::name(language, &steps));
    name.ok_or_else(|| {
        let what = format!(
            "`{file}` is {}: no path leads into its lists, nor into lists of tables (`{route}`)",
            language.name
        );
        Refusal::new(Code::BadYaml, what)
            .hint("mark its line with a comment `stageline: NAME`, and pin that: `{ marker: NAME, in: FILE }`")
            .invalid()
    })
}

fn no_key(file: &RepoPath, fault: &Fault) -> Error {
    match (&fault.cure, fault.line) {
        (Some(Cure::Near { wanted, among }), 0) => {
            let names = among.iter().take(10).map(|name| format!("there is `{name}`"));
            let refusal = Refusal::new(Code::NoSuchPin, format!("{file}: {}", fault.message)).details(names);
            match nearest(wanted, among.iter().map(String::as_str)) {
                Some(near) => refusal.hint(format!("did you mean `{near}`?")),
                None => refusal.hint("correct `path:` of the pin in `stageline.yaml`"),
            }
            .invalid()
        }
        _ => at(file, fault),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::settings::PinKind;
    use crate::overlay::sample::{pinned, read, refused};

    fn web() -> PinKind {
        PinKind::Marker { name: "web".into() }
    }

    fn key(route: &str, form: Form) -> PinKind {
        PinKind::Field(Field {
            document: Box::default(),
            route: route.into(),
            inside: None,
            digest: None,
            form,
            digests: DigestRule::Ask,
        })
    }

    #[track_caller]
    fn moves(kind: &PinKind, file: &str, text: &str) {
        let (old, new) = pinned(kind, file, text, "v2");
        assert_eq!(old.as_deref(), Some("v1"), "{file}: {text}");
        assert_eq!(new, text.replace("v1", "v2"), "{file}");
    }

    #[test]
    fn the_value_of_a_marked_line_moves_in_every_language_and_nothing_else() {
        for (file, text) in [
            (".env", "REGISTRY=x:v0\r\nexport WEB_TAG=v1 # stageline: web\r\n"),
            (".env", "#WEB_TAG=old # stageline: web\nWEB_TAG='v1' # prod # stageline: web"),
            ("web.tfvars", "web_tag = \"v1\" # stageline: web\n"),
            ("web.tfvars", "images = { web = \"v1\" } // stageline: web\n"),
            ("web.nomad.hcl", "task \"web\" { config { image = \"shop/web:v1\" } } # stageline: web\n"),
            ("main.tf", "  source = \"git::https://h/o/r//m?ref=v1\" /* stageline: web */\n"),
            ("main.tf", "\timage = \"${var.registry}/web:v1\" # stageline: web\n"),
            ("web.libsonnet", "{ _config+:: { tag: 'v1', # stageline: web\n} }\n"),
            ("web.jsonnet", "local web = 'shop/web:v1'; // stageline: web\n"),
            ("helmfile.yaml.gotmpl", "ns: {{ env \"NS\" | quote }}\n    value: v1 # stageline: web\n"),
            ("x.gotmpl", "image: {{ .Values.repo }}:v1 # stageline: web\n"),
            ("x.gotmpl", "image: \"{{ env \"REG\" }}/web:v1\" {{/* stageline: web */}}\n"),
            ("x.tpl", "{{- $tag := \"v1\" -}} {{- /* stageline: web */ -}}\n"),
            ("x.tpl", "tag: {{ .Values.tag | default \"v1\" }} # stageline: web\n"),
            ("chart/templates/web.yaml", "{{- if .x }}\ntag: v1 # stageline: web\n{{- end }}\n"),
            ("Dockerfile", "# stageline: web\nFROM --platform=linux/amd64 shop/web:v1 AS x\nRUN true\n"),
            ("Dockerfile", "# stageline: web\nARG WEB_TAG=v1\n"),
            ("a.ini", "[web]\ntag = v1 ; stageline: web\n"),
            ("app.properties", "# stageline: web\nweb.tag=v1\n"),
            ("install.sh", "helm upgrade web oci://r/web --version v1 # stageline: web\n"),
            ("a.sql", "SET tag = 'v1'; -- stageline: web\n"),
            ("pom.xml", "<web.version>v1</web.version> <!-- stageline: web -->\n"),
            ("versions", "web v1 # stageline: web\n"),
            ("a.toml", "tag = \"v1\" # stageline: web"),
            ("a.conf", "tag: v1; // stageline: web\n"),
            ("a.erb", "tag: <%= x %>:v1 # stageline: web\n"),
            ("a.kts", "val tag = \"v1\" // stageline: web\n"),
            ("a.py", "\ttag = f(\"v1\")  # it's # stageline: web\n"),
        ] {
            moves(&web(), file, text);
        }
    }

    #[test]
    fn a_line_with_two_values_or_with_none_is_refused_and_says_which() {
        let why = refused(&web(), "x.tf", "a = 1\n  x = { name = \"web\", tag = \"v1\" } # stageline: web\n");
        assert_eq!(why.code, "two-pins");
        assert!(why.message.starts_with("x.tf:2:3: the line that `web` marks has more than one value"), "{why:?}");
        assert_eq!(why.details, ["x.tf:2:16: name: `web`", "x.tf:2:29: tag: `v1`"]);
        for (file, text) in [
            ("x.sh", "docker run -e A=b shop/web:v1 # stageline: web\n"),
            ("x.jsonnet", "tag: 'shop/web:' + 'v1', // stageline: web\n"),
            ("x.jsonnet", "tag: 'shop/web:%s' % 'v1', // stageline: web\n"),
            ("x.sh", "helm upgrade --version v1 --set a=b # stageline: web\n"),
        ] {
            assert_eq!(refused(&web(), file, text).code, "two-pins", "{text}");
        }
        let why = refused(&web(), "x.tf", "tag = var.tag # stageline: web\n");
        assert_eq!(why.message, "x.tf:1:7: in an HCL file a text stands in quotes, and `var.tag` does not");
        let why = refused(&web(), "x.tf", "resource { # stageline: web\n");
        assert!(why.message.contains("x.tf:1:1: the line that `web` marks has no value"), "{why:?}");
        let why = refused(&web(), "x.gotmpl", "tag: {{ .Values.tag }} # stageline: web\n");
        assert!(why.code == "template" && why.message.starts_with("x.gotmpl:1:6"), "{why:?}");
    }

    #[test]
    fn a_mark_in_json_is_told_that_json_has_no_comments() {
        let why = refused(&web(), "a.json", "{\n  \"tag\": \"v1\" /* stageline: web */\n}\n");
        assert!(why.hints[0].contains("JSON takes no comments") && why.hints[0].contains("path:"), "{why:?}");
        let why = refused(&web(), "a.json", "{\n  \"tag\": \"v1\" oh\n}\n");
        assert!(why.hints[0].contains("correct the file"), "{why:?}");
    }

    #[test]
    fn a_mark_that_a_language_takes_for_a_part_of_the_value_is_told() {
        for (file, text) in
            [("Dockerfile", "FROM a:v1 # stageline: web\n"), ("a.properties", "t=v1 # stageline: web\n")]
        {
            let why = refused(&web(), file, text);
            assert!(why.hints[0].contains("on the line above the version"), "{why:?}");
        }
        let why = refused(&web(), "a.env", "t=v1 # stageline: wbe\n");
        assert!(why.hints[0].contains("`wbe`") && why.details[0].starts_with("a.env:1: there is `wbe`"), "{why:?}");
    }

    #[test]
    fn a_key_moves_wherever_it_is_the_only_one() {
        for (file, route, text) in [
            (".env", "WEB_TAG", "#WEB_TAG=v0\nexport WEB_TAG=v1\nWEB_TAG_OLD=v0"),
            (".env", "WEB_TAG", "TEXT=\"a\nWEB_TAG=v0\n\"\r\nWEB_TAG=\"v1\"  # it\r\n"),
            ("a.properties", "web.tag", "! web.tag=v0\nother=a \\\n  web.tag=v0\nweb.tag : v1\n"),
            (
                "a.tfvars",
                "web_tag",
                "/* web_tag = \"v0\"\nweb_tag = 2 */\na = {\n  web_tag = \"v0\"\n}\nb = <<E\nweb_tag = 1\nE\nweb_tag = \"v1\"\n",
            ),
            (
                "a.toml",
                "tool.web.tag",
                "tag = \"v0\"\nx = [\n  \"tag\"\n]\n[tool.web] # it\n\ttag = 'v1' # kept\n[tool.api]\ntag = \"v0\"\n",
            ),
            ("a.toml", "tool.web.tag", "t = \"\"\"\ntool.web.tag = \"v0\"\n\"\"\"\ntool.web.tag = \"v1\"\n"),
            ("a.ini", "web.tag", "; tag=v0\n[web]\ntag: v1\n[api]\ntag: v0\n"),
        ] {
            let (old, new) = pinned(&key(route, Form::Whole), file, text, "v2");
            assert_eq!((old.as_deref(), new), (Some("v1"), text.replace("v1", "v2")), "{file}: {text}");
        }
        moves(&key("IMAGE", Form::Image), "x.env", "IMAGE=r:5000/shop/web:v1\n");
        moves(&key("URL", Form::Ref), "x.env", "URL=https://h/r?a=b&ref=v1\n");
        assert_eq!(read(&key("T", Form::Whole), "x.env", "T=\n"), None);
        assert_eq!(pinned(&key("T", Form::Whole), "x.env", "T=\nU=1\n", "v2").1, "T=v2\nU=1\n");
        assert_eq!(pinned(&key("T", Form::Whole), "x.env", "T=\"\" # x\n", "v2").1, "T=\"v2\" # x\n");
    }

    #[test]
    fn a_name_with_a_dot_is_another_key_than_two_below_each_other() {
        let text = "[prod]\neu.tag = \"v0\"\n[\"prod.eu\"]\ntag = \"v1\"\n";
        moves(&key("\"prod.eu\".tag", Form::Whole), "a.toml", text);
        let (old, new) = pinned(&key("prod.eu.tag", Form::Whole), "a.toml", text, "v2");
        assert_eq!((old.as_deref(), new), (Some("v0"), text.replace("v0", "v2")));
        moves(&key("a.\"b.c\"", Form::Whole), "a.toml", "[ a ]\n'b.c' = \"v1\"\nb . c = \"v0\"\n");
        moves(&key("prod.eu.tag", Form::Whole), "a.ini", "[prod.eu]\ntag = v1\n");
        moves(&key("\"prod.eu\".tag", Form::Whole), "a.ini", "[prod.eu]\ntag = v1\n");
        moves(&key("\"prod.eu\".tag", Form::Whole), "a.properties", "prod.eu.tag=v1\n");
    }

    #[test]
    fn blocks_and_mappings_of_hcl_are_sections() {
        for (route, text) in [
            ("module.web.tag", "module \"api\" {\n  tag = \"v0\"\n}\nmodule \"web\" { # it\n  tag = \"v1\"\n}\n"),
            (
                "inputs.tag",
                "a {\n  b = {\n    tag = \"v0\"\n  }\n}\ninputs = {\n  env = { tag = \"v0\" }\n  tag = \"v1\"\n}\n",
            ),
            ("tags.web-api", "tag = \"v0\"\ntags = {\n  \"web-api\" = \"v1\" // now\n  web = \"v0\",\n}\n"),
            ("tags.\"web.eu\"", "tags = {\n  \"web.eu\" = \"v1\"\n  web = {\n    eu = \"v0\"\n  },\n}\n"),
            (
                "x.tag",
                "x {\n  a = merge(local.a, {\n    tag = \"v0\"\n  })\n  b = [\n    { tag = \"v0\" },\n  ]\n  tag = \"v1\"\n}\n",
            ),
            ("x.tag", "x {\n  c = <<E\n}\ntag = \"v0\"\nE\n  y \"z\" { tag = \"v0\" }\n  tag = \"v1\"\n}\n"),
            (
                "job.web.task.web.config.tag",
                "job \"web\" {\n  task \"web\" {\n    config {\n      tag = \"v1\"\n    }\n  }\n}\ntag = \"v0\"\n",
            ),
            (
                "tag",
                "a = {\n  for k, v in var.a : k => v\n}\nb = var.x == \"y\" ? {\n  tag = \"v0\"\n} : {}\ntag = \"v1\"\n",
            ),
        ] {
            moves(&key(route, Form::Whole), "live/x.hcl", text);
        }
        let twice = "module \"web\" {\n  tag = \"v1\"\n}\nmodule \"web\" {\n  tag = \"v1\"\n}\n";
        let why = refused(&key("module.web.tag", Form::Whole), "x.tf", twice);
        assert!(why.message.contains("stands here and in line 5"), "{why:?}");
    }

    #[test]
    fn what_a_language_reads_otherwise_than_its_bytes_is_refused() {
        for (file, text) in [
            ("a.properties", "t=v1\\u0031\n"),
            ("a.toml", "t = \"v1\\u0031\"\n"),
            ("a.tfvars", "t = \"v1\\u0031\"\n"),
            ("a.env", "t=\"v1\\n\"\n"),
            ("a.env", "t=v1\\ \n"),
        ] {
            let why = refused(&key("t", Form::Whole), file, text);
            assert!(why.message.contains("has a `\\`, and what it stands for is not read"), "{file}: {why:?}");
        }
        let why = refused(&web(), "a.tf", "t = \"v1\\u0031\" # stageline: web\n");
        assert!(why.message.contains("has a `\\`"), "{why:?}");
        // A shell takes what stands right behind a quote for a part of the word.
        let why = refused(&key("TAG", Form::Whole), "a.env", "TAG=\"v1\"# c\n");
        assert!(why.message.contains("has more behind its quotes"), "{why:?}");
        assert_eq!(refused(&web(), "a.sh", "TAG=\"v1\"# stageline: web\n").code, "no-such-pin");
        moves(&key("TAG", Form::Whole), "a.env", "TAG=\"v1\" # c\n");
        moves(&key("TAG", Form::Whole), "a.toml", "TAG = \"v1\"# c\n");
    }

    #[test]
    fn a_path_into_a_list_of_tables_is_refused_as_one() {
        let text = "[[services]]\nname = \"web\"\ntag = \"v1\"\n";
        for route in ["services[name=web].tag", "services[0].tag"] {
            let why = refused(&key(route, Form::Whole), "a.toml", text);
            assert!(why.message.contains("lists of tables") && why.hints[0].contains("marker"), "{why:?}");
        }
    }

    #[test]
    fn a_key_that_stands_twice_or_not_at_all_is_told_with_its_lines() {
        let why = refused(&key("T", Form::Whole), "x.env", "T=v1\nU=1\nT=v2\n");
        assert_eq!(why.message, "x.env:1:1: the key `T` stands here and in line 3, and either may count");
        let why = refused(&key("WEB_TGA", Form::Whole), "x.env", "WEB_TAG=v1\n");
        assert!(why.code == "no-such-pin" && why.hints == ["did you mean `WEB_TAG`?"], "{why:?}");
        let why = refused(&key("tag", Form::Whole), "x.toml", "a = 1\ntag = \"\"\"v1\n\"\"\"\n");
        assert!(why.message.starts_with("x.toml:2:7: `tag` has a text of several lines"), "{why:?}");
        let why = refused(&key("web.tag", Form::Whole), "x.tfvars", "web = [\n  { tag = \"v1\" }\n]\n");
        assert!(why.message.starts_with("x.tfvars:1:7: `web` is a list or a mapping"), "{why:?}");
        assert!(why.hints[0].contains("mark the line"), "{why:?}");
        let why = refused(&key("tag", Form::Whole), "x.libsonnet", "{ tag: \"v1\" }\n");
        assert!(why.message.contains("a Jsonnet file: no path") && why.hints[0].contains("marker"), "{why:?}");
        let why = refused(&key("module.web.tag", Form::Whole), "x.tf", "module \"web\" {\n  tag = var.tag\n}\n");
        assert!(why.message.contains("in an HCL file a text stands in quotes"), "{why:?}");
        let why = refused(&key("tag", Form::Whole), "x.conf", "tag=v1\n");
        assert!(
            why.message.contains("is a file that is no YAML: no path") && why.hints[0].contains("marker"),
            "{why:?}"
        );
    }
}
