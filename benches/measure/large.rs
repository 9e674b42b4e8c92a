//! A large config repository with a long history, the same in every run, as `git fast-import` reads it.

use std::io::Write;

use crate::measure::numbers;

/// In the order of the stack.
pub const ENVIRONMENTS: [&str; 4] = ["dev", "qa", "staging", "prod"];
const KINDS: [&str; 8] = ["billing", "search", "orders", "auth", "mail", "stock", "web", "data"];

/// How large the repository is, and how often is measured.
pub struct Wanted {
    pub rounds: usize,
    pub applications: usize,
    pub commits: usize,
}

impl Wanted {
    /// As the arguments say, else as it is.
    pub fn read(mut self) -> Self {
        let others = numbers(&mut [
            ("--rounds", &mut self.rounds),
            ("--applications", &mut self.applications),
            ("--commits", &mut self.commits),
        ]);
        assert_eq!(others, [], "an unknown argument");
        self
    }

    /// The command that measures the same again.
    pub fn again(&self, bench: &str) -> String {
        let Self { rounds, applications, commits } = self;
        format!(
            "again: cargo bench --bench {bench} -- --rounds {rounds} --applications {applications} --commits {commits}"
        )
    }
}

/// The name of an application.
pub fn application(nth: usize) -> String {
    format!("{}-{nth:04}", KINDS[nth % KINDS.len()])
}

/// Numbers that are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        // splitmix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Below `end`, small ones more often: a few applications move most of the time.
    fn skewed(&mut self, end: usize) -> usize {
        let part = (self.next() >> 11) as f64 / (1u64 << 53) as f64;
        ((part * part * end as f64) as usize).min(end - 1)
    }
}

/// The first commit has every overlay; each later one moves one pin. Where it has a file, the last commit adds it.
pub fn history(out: &mut impl Write, (applications, commits): (usize, usize), has_file: bool) -> std::io::Result<()> {
    let mut numbers = Numbers(1);
    let mut when = 1_500_000_000;
    commit(out, when, "Import all overlays")?;
    for app in (0..applications).map(application) {
        for env in ENVIRONMENTS {
            put(out, &path(&app, env), &overlay(&app, env, numbers.next(), "v0.0.0"))?;
        }
    }
    for nth in 1..commits {
        let app = application(numbers.skewed(applications));
        let env = ENVIRONMENTS[numbers.skewed(ENVIRONMENTS.len())];
        let tag = format!("v1.{}.{}", nth / 100, nth % 100);
        when += 20 + numbers.next() % 1180;
        commit(out, when, &format!("Promote {app} to {env}: {tag}"))?;
        put(out, &path(&app, env), &overlay(&app, env, numbers.next(), &tag))?;
    }
    if has_file {
        commit(out, when + 60, "Configure stageline")?;
        put(out, "stageline.yaml", &configuration(applications))?;
    }
    out.flush()
}

fn commit(out: &mut impl Write, when: u64, message: &str) -> std::io::Result<()> {
    let who = format!("Mei Lin <mei@example.com> {when} +0000");
    writeln!(out, "commit refs/heads/main\nauthor {who}\ncommitter {who}\ndata {}\n{message}", message.len())
}

fn put(out: &mut impl Write, path: &str, text: &str) -> std::io::Result<()> {
    write!(out, "M 100644 inline {path}\ndata {}\n{text}\n", text.len())
}

/// The file of an overlay.
pub fn path(app: &str, env: &str) -> String {
    format!("apps/{app}/overlays/{env}/kustomization.yaml")
}

fn overlay(app: &str, env: &str, number: u64, tag: &str) -> String {
    let commit = format!("{number:016x}{:024x}", u128::from(number) * 0x9e37_79b9);
    format!(
        "apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: {app}-{env}
resources:
  - https://git.example.com/apps/{app}.git//deploy/base?ref={commit}
commonLabels:
  app.kubernetes.io/name: {app}
  environment: {env}
commonAnnotations:
  # the pinned source commit, read by the drift dashboard
  deploy.example.com/commit: \"{commit}\"
images:
  - name: registry.example.com/{app}
    newTag: {tag}   # keep in step with ref
configMapGenerator:
  - name: {app}-config
    literals:
      - LOG_LEVEL=info
      - FEATURE_{}=on
replicas:
  - name: {app}
    count: {}
",
        app.len() * 7 % 97,
        1 + app.len() % 5
    )
}

fn configuration(applications: usize) -> String {
    let mut text = "version: 1\nenvironments:\n".to_owned();
    for env in ENVIRONMENTS {
        text += &format!("  - name: {env}\n");
    }
    text += "applications:\n";
    for app in (0..applications).map(application) {
        text += &format!(
            "  - {{ name: {app}, version: \"{{tag}}\", pins: [{{ image: registry.example.com/{app}, in: \"apps/{app}/overlays/{{environment}}\" }}] }}\n"
        );
    }
    text
}
