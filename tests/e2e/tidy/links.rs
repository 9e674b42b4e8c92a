//! Every link of the pages to this repository leads somewhere: to a file or folder that is there, and to a heading of it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::sources::root;

/// Folders whose pages are read, whatever is below them; of the root only what lies in it.
const BELOW: &[&str] = &["docs", "examples"];

/// The pages, by their paths.
fn pages() -> BTreeSet<PathBuf> {
    let mut pages: BTreeSet<PathBuf> = entries(root()).into_iter().filter(|path| is_page(path)).collect();
    let mut folders: Vec<PathBuf> = BELOW.iter().map(|folder| root().join(folder)).collect();
    while let Some(folder) = folders.pop() {
        let (below, files): (Vec<_>, Vec<_>) = entries(&folder).into_iter().partition(|path| path.is_dir());
        folders.extend(below);
        pages.extend(files.into_iter().filter(|path| is_page(path)));
    }
    pages
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder");
    entries.map(|entry| entry.expect("an entry").path()).collect()
}

fn is_page(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "md")
}

/// The lines of a page that are no code.
fn prose(page: &str) -> impl Iterator<Item = &str> {
    let mut code = false;
    page.lines().filter(move |line| {
        let fence = line.trim_start().starts_with("```");
        code ^= fence;
        !fence && !code
    })
}

/// Where the links of a page lead, but for other hosts.
fn targets(page: &str) -> Vec<String> {
    let mut targets = Vec::new();
    for line in prose(page) {
        let outside_code: String = line.split('`').step_by(2).collect();
        let inline = outside_code.split("](").skip(1).filter_map(|rest| rest.split_once(')').map(|(target, _)| target));
        targets.extend(inline.map(str::to_owned));
        if let Some((_, target)) = outside_code.strip_prefix('[').and_then(|rest| rest.split_once("]: ")) {
            targets.push(target.to_owned());
        }
    }
    targets.retain(|target| !target.contains("://"));
    targets
}

/// What a forge calls the headings of a page.
fn anchors(page: &str) -> BTreeSet<String> {
    let mut anchors = BTreeSet::new();
    for line in prose(page) {
        let title = line.trim_start_matches('#');
        if title.len() == line.len() || !title.starts_with(' ') {
            continue;
        }
        let kept = title.trim().chars().filter(|letter| letter.is_alphanumeric() || " -_".contains(*letter));
        let name = kept.collect::<String>().to_lowercase().replace(' ', "-");
        let nth = (0..).map(|nth| if nth == 0 { name.clone() } else { format!("{name}-{nth}") });
        anchors.extend(nth.into_iter().find(|name| !anchors.contains(name)));
    }
    anchors
}

/// What is wrong with the link of a page.
fn fault(page: &Path, target: &str) -> Option<String> {
    let (path, anchor) = target.split_once('#').map_or((target, None), |(path, anchor)| (path, Some(anchor)));
    let place = if path.is_empty() { page.to_owned() } else { page.parent().expect("a folder").join(path) };
    if !place.exists() {
        return Some(format!("{}: {target} is not there", page.display()));
    }
    let anchor = anchor?;
    let found = is_page(&place) && anchors(&fs::read_to_string(&place).expect("a page")).contains(anchor);
    (!found).then(|| format!("{}: {target} is no heading there", page.display()))
}

#[test]
fn every_link_leads_somewhere() {
    let mut faults = Vec::new();
    for page in pages() {
        let text = fs::read_to_string(&page).expect("a page");
        faults.extend(targets(&text).iter().filter_map(|target| fault(&page, target)));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_readme_leads_to_every_page_of_the_docs() {
    let readme = fs::read_to_string(root().join("README.md")).expect("the page");
    let named: BTreeSet<PathBuf> =
        targets(&readme).iter().map(|target| root().join(target.split('#').next().unwrap_or(target))).collect();
    let lost: Vec<PathBuf> =
        pages().into_iter().filter(|page| page.starts_with(root().join("docs")) && !named.contains(page)).collect();
    assert!(lost.is_empty(), "{lost:?}");
}

#[test]
fn links_and_headings_are_read_as_a_forge_reads_them() {
    let page = "# A, `b` and c_d\n[x](y.md#z), `[no](no.md)`, [`q`](#a)\n```sh\n# no\n[no](no.md)\n```\n## One-two!\n\n## One-two!\n\n\
        [r]: other.md\n[s]: https://example.com/x.md\n[t](https://example.com)\n";
    assert_eq!(targets(page), ["y.md#z", "#a", "other.md"]);
    let titles = ["a-b-and-c_d", "one-two", "one-two-1"].map(String::from);
    assert_eq!(anchors(page), BTreeSet::from(titles));
    let readme = root().join("README.md");
    for (target, stands) in [
        ("LICENSE", true),
        ("docs", true),
        ("#tests", true),
        ("#no-such", false),
        ("docs/no.md", false),
        ("LICENSE#x", false),
    ] {
        assert_eq!(fault(&readme, target).is_none(), stands, "{target}");
    }
}
