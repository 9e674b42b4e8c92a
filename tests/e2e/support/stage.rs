//! A court whose rules have previews: one folder for each application, listed in a kustomization, and a job's key that signs for
//! them alone.

use super::court::{Court, Work};
use super::run::Ran;

/// The template of `web`, with what templates have: comments, quotes, CRLF, two documents, a file that is no YAML.
pub const TEMPLATE: &[(&str, &str)] = &[
    (
        "kustomization.yaml",
        "# made from a template\nresources:\n- ../base\n- ingress.yaml\nnamespace: \"{namespace}\"\nimages:\n- name: registry.example.com/shop/web\n  \
         newTag: none # it\n",
    ),
    (
        "ingress.yaml",
        "kind: Ingress\r\nmetadata:\r\n  name: 'web-{slug}' # the host\r\nspec:\r\n  rules:\r\n  - host: {url}\r\n---\r\nkind: \
         ConfigMap\r\nmetadata: { name: about, labels: { commit: \"{commit}\" } }\r\ndata:\r\n  helm: \"{{ .Values.x }} ${slug}\"\r\n",
    ),
    ("notes.txt", "{slug} stays here\n"),
];
/// The list of instances.
pub const LIST: &str = "envs/preview/kustomization.yaml";
pub const EMPTY: &str = "kind: Kustomization # previews\nresources: [] # one a line\n";

/// What the rules say of previews.
const RULES: &str = "
  - name: preview
    signers: [ci]
    branches: [\"*\", \"!main\"]
    ephemeral:
      template: \"apps/{application}/preview\"
      path: \"envs/preview/{slug}/{application}\"
      from: staging
      namespace: \"preview-{slug}\"
      ttl: 7d
      limit: 3
      url: \"https://{slug}.preview.example.com\"
      register: { file: envs/preview/kustomization.yaml, path: resources, entry: \"{slug}/{application}\" }";

/// The court.
pub fn court() -> Court {
    ruled(|_| {})
}

/// The same by other rules.
pub fn ruled(change: impl FnOnce(&mut String)) -> Court {
    let court = Court::ruled(|rules| {
        *rules = rules
            .replace("environments:", &format!("environments:{RULES}"))
            .replace("people:\n", "people:\n  ci: { principals: [ci@example.com] }\n");
        change(rules);
    });
    let world = &court.world;
    world.write(".stageline/allowed_signers", &court.signers(&["alice", "bob", "ci"]));
    for (file, text) in TEMPLATE {
        for app in ["web", "api"] {
            let text = text.replace("{url}", "\"{url}\"");
            world.write(&format!("apps/{app}/preview/{file}"), &text.replace("shop/web", &format!("shop/{app}")));
        }
    }
    world.write(LIST, EMPTY);
    court.land_ago(400, "Previews");
    for app in ["web", "api"] {
        let source = &world.sources[app];
        source.commit("topic", &source.commits[5], "topic.txt", "feat: try");
    }
    court
}

/// A court whose previews are made so, with these files and with these pins of `web` beside the usual one.
pub fn shaped(ephemeral: &str, pins: &str, files: &[(&str, &str)]) -> Court {
    let court = ruled(|rules| {
        let start = rules.find("    ephemeral:\n").expect("a block");
        let end = start + rules[start..].find("\n  - name: staging").expect("its end");
        let own: String = ephemeral.lines().map(|line| format!("      {line}\n")).collect();
        rules.replace_range(start..end, &format!("    ephemeral:\n{}", own.trim_end()));
        let usual = "- { image: registry.example.com/shop/web, in: \"apps/web/overlays/{environment}\" }\n";
        *rules = rules.replace(usual, &format!("{usual}{pins}"));
    });
    for (file, text) in files {
        court.world.write(file, text);
    }
    court.land_ago(300, "Another kind of template");
    court
}

/// The tip of the branch that previews are of.
pub fn topic(court: &Court, app: &str) -> String {
    court.world.environment.git(&court.world.sources[app].path, &["rev-parse", "topic"])
}

/// A run of the program in a clone.
pub fn run(work: &Work, args: &[&str]) -> Ran {
    work.environment.stageline(&work.dir, args)
}
