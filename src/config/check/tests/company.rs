//! The example of a company: every key that there is, and sixty applications by families.

use std::collections::BTreeSet;

use crate::config::check::{check, keys};
use crate::config::members::{Lives, with_members};
use crate::domain::memory::Memory;
use crate::domain::settings::FILE;
use crate::yaml::tree::{Node, Tree};

const COMPANY: &str = include_str!("../../../../examples/company/stageline.yaml");

/// Every key of a mapping anywhere in a text.
fn keys_of(node: &Node, out: &mut BTreeSet<String>) {
    for (key, value) in node.entries().unwrap_or_default() {
        out.extend(key.as_str().map(str::to_string));
        keys_of(value, out);
    }
    node.items().unwrap_or_default().iter().for_each(|item| keys_of(item, out));
}

#[test]
fn the_company_has_every_key_and_no_fault() {
    check(COMPANY.as_bytes(), FILE).unwrap_or_else(|faults| panic!("{faults:#?}"));
    let mut found = BTreeSet::new();
    let tree = Tree::parse(COMPANY.as_bytes()).unwrap();
    tree.documents.iter().for_each(|root| keys_of(root, &mut found));
    let all = [
        keys::TOP,
        keys::GIT,
        keys::OWNERS,
        keys::ENVIRONMENT,
        keys::ENVIRONMENT_GIT,
        keys::AFTER,
        keys::EPHEMERAL,
        keys::REGISTER,
        keys::GATES,
        keys::SOAK,
        keys::FREEZE,
        keys::TOP_FREEZE,
        keys::CHECK,
        keys::APPROVALS,
        keys::OVERRIDE,
        keys::ROLLBACK,
        keys::HOTFIX,
        keys::PERSON,
        keys::FORGE,
        keys::REQUESTS,
        keys::ISSUES,
        keys::APPLICATION,
        keys::PIN,
        keys::FEEDBACK,
    ];
    let missing: Vec<&str> = all.into_iter().flatten().copied().filter(|key| !found.contains(*key)).collect();
    assert_eq!(missing, Vec::<&str>::new());
}

#[test]
fn the_company_has_sixty_applications() {
    let settings = check(COMPANY.as_bytes(), FILE).unwrap();
    let mut files: Vec<(String, String)> = Vec::new();
    for team in ["shop", "payments", "search", "data"] {
        for nth in 0..10 {
            for place in ["staging", "canary", "production/eu", "production/us", "production/ap"] {
                files.push((format!("teams/{team}/{team}-{nth}/{place}/kustomization.yaml"), String::new()));
            }
        }
        files.push((format!("teams/{team}/legacy-{team}/staging/kustomization.yaml"), String::new()));
    }
    let functions: String = (0..10).map(|nth| format!("f{nth}: {{ image: \"r/f{nth}:1.{nth}.0\" }}\n")).collect();
    files.push(("functions/staging.yaml".into(), functions));
    for nth in 0..8 {
        files.push((format!("argocd/staging/job-{nth}.yaml"), String::new()));
    }
    let files = Memory::new(files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    let all = with_members(&settings, &[Lives::all(&files, &settings)]).unwrap();
    assert_eq!((all.applications.len(), all.no_members), (60, Vec::new()));
    let fifth = all.applications.iter().find(|app| app.name.as_str() == "fn-f5").unwrap();
    assert_eq!(fifth.tag.as_ref().unwrap().tag("1.5.0"), "f5/v1.5.0");
}
