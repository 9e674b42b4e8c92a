//! The trailers of our commits, as `git interpret-trailers` reads them. They inform; they never decide.

use super::change_digest::ChangeDigest;
use super::commit::CommitId;
use super::inert::{APART, inert};
use super::names::{AppName, BranchName, EnvName};
use super::steering::one_line;
use super::version::Version;

/// What our trailers say of a commit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Trailers {
    pub promoted: Vec<Promoted>,
    /// `promote`, `rollback`, `hold`, `lift`.
    pub verb: Option<String>,
    /// `staging@<config commit>`, where the versions were copied from.
    pub origin: Option<String>,
    pub reason: Option<String>,
    /// The config commit that an undo takes back.
    pub undoes: Option<CommitId>,
    /// The branch of the request that it was proposed on.
    pub branch: Option<BranchName>,
    /// Who asked for it before whoever made this commit, or made a job make it: `Name <address>`, or a login at the forge: `@mei`.
    pub asked_by: Vec<String>,
    /// What the change is known by.
    pub change: Option<ChangeDigest>,
    /// The gates that were overridden for it, each with who did and why.
    pub overrides: Vec<String>,
    /// Any others to be written after ours, such as Argo CD's.
    pub others: Vec<(String, String)>,
}

/// One `Promoted:` line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promoted {
    pub app: AppName,
    pub env: EnvName,
    pub from: Option<Version>,
    pub to: Option<Version>,
}

impl Trailers {
    /// The lines of the trailer block, without a final line break.
    pub fn render(&self) -> String {
        let mut lines: Vec<String> = self
            .promoted
            .iter()
            .map(|p| {
                let end = |v: &Option<Version>| v.as_ref().map_or("none".to_string(), |v| v.to_string());
                format!("Promoted: {} {} {} {}", p.app, p.env, end(&p.from), end(&p.to))
            })
            .collect();
        let undoes = self.undoes.map(|landing| landing.to_string());
        let branch = self.branch.as_ref().map(ToString::to_string);
        let change = self.change.map(|change| change.to_string());
        let ours = [
            ("Promotion-Verb", &self.verb),
            ("Promotion-Origin", &self.origin),
            ("Promotion-Reason", &self.reason),
            ("Promotion-Undoes", &undoes),
            ("Promotion-Branch", &branch),
            ("Promotion-Change", &change),
        ];
        let ours = ours.iter().filter_map(|(key, value)| Some((*key, one_line(value.as_ref()?))));
        let people = self.asked_by.iter().map(|who| ("Promotion-Asked-By", inert(&one_line(who))));
        // What others say is of another repository.
        let others = self.others.iter().map(|(key, value)| (key.as_str(), inert(&one_line(value))));
        let overrides = self.overrides.iter().map(|one| ("Promotion-Override", inert(&one_line(one))));
        for (key, value) in ours.chain(people).chain(overrides).chain(others) {
            // A value may not become another trailer; one without anything to read is none.
            if !value.is_empty() {
                lines.push(format!("{key}: {value}"));
            }
        }
        lines.join("\n")
    }

    /// The same, with what they say of an application under an earlier name said under its own as well. `now`: what an
    /// application of an earlier name is called.
    pub fn known_as<'n>(mut self, now: impl Fn(&AppName) -> Option<&'n AppName>) -> Self {
        let renamed: Vec<Promoted> =
            self.promoted.iter().filter_map(|p| Some(Promoted { app: now(&p.app)?.clone(), ..p.clone() })).collect();
        self.promoted.extend(renamed);
        self
    }

    /// Reads the last paragraph of a message; lines of other tools are passed over.
    pub fn read(message: &str) -> Self {
        let mut out = Self::default();
        let Some(block) = message.trim_end().rsplit("\n\n").next() else { return out };
        for line in block.lines() {
            let Some((key, value)) = line.split_once(':') else { continue };
            let value = value.trim();
            match key {
                "Promoted" => out.promoted.extend(Promoted::read(value)),
                "Promotion-Verb" => out.verb = Some(value.to_string()),
                "Promotion-Origin" => out.origin = Some(value.to_string()),
                "Promotion-Undoes" => out.undoes = CommitId::from_hex(value),
                "Promotion-Override" => out.overrides.push(value.to_string()),
                // As it was before it was taken apart.
                "Promotion-Asked-By" => out.asked_by.push(value.replace(APART, "")),
                "Promotion-Branch" => out.branch = BranchName::new(value).ok(),
                "Promotion-Change" => out.change = ChangeDigest::from_hex(value),
                "Promotion-Reason" => out.reason = Some(value.to_string()),
                _ => {}
            }
        }
        out
    }
}

/// A message whose trailers also say who asked for the change before. It excludes them from approving it, and admits nobody.
pub fn also_asked_by(message: &str, people: &[String]) -> String {
    let more = Trailers { asked_by: people.to_vec(), ..Trailers::default() }.render();
    format!("{}\n", [message.trim_end(), &more].join("\n").trim_end())
}

impl Promoted {
    fn read(value: &str) -> Option<Self> {
        let mut words = value.split_whitespace();
        let app = AppName::new(words.next()?).ok()?;
        let env = EnvName::new(words.next()?).ok()?;
        let end = |word: &str| if word == "none" { Some(None) } else { Version::new(word).ok().map(Some) };
        let from = end(words.next()?)?;
        let to = end(words.next()?)?;
        words.next().is_none().then_some(Self { app, env, from, to })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        let trailers = Trailers {
            promoted: vec![Promoted {
                app: AppName::new("web").unwrap(),
                env: EnvName::new("production").unwrap(),
                from: None,
                to: Some(Version::new("v1").unwrap()),
            }],
            verb: Some("promote".into()),
            origin: Some("staging@abc".into()),
            reason: Some("because".into()),
            undoes: Some(CommitId::from_bytes([7; 20])),
            branch: Some(BranchName::new("promote/production/web").unwrap()),
            asked_by: vec!["Mei Lin <mei@example.com>".into()],
            overrides: vec!["soak by bob: it burns".into()],
            change: Some(ChangeDigest::of(b"x")),
            others: vec![],
        };
        assert_eq!(Trailers::read(&format!("subject\n\nbody\n\n{}\n", trailers.render())), trailers);
    }

    #[test]
    fn a_reason_with_a_line_break_cannot_forge_a_trailer() {
        let trailers = Trailers { reason: Some("x\nPromoted: web production a b".into()), ..Trailers::default() };
        assert_eq!(trailers.render().lines().count(), 1);
    }

    #[test]
    fn a_value_with_unseen_characters_is_written_without_them_and_reads_back_as_it_stands() {
        let odd = "why\u{202e}\u{1b}[31m 👩\u{200d}🚀 \u{e0041}\u{85}ma\u{200d}in";
        let trailers = Trailers {
            reason: Some(odd.into()),
            others: vec![("Argocd-reference-commit-subject".into(), odd.into()), ("Empty".into(), "\u{200b}".into())],
            ..Trailers::default()
        };
        let written = trailers.render();
        assert_eq!(
            written,
            "Promotion-Reason: why [31m 👩\u{200d}🚀 main\nArgocd-reference-commit-subject: why [31m 👩\u{200d}🚀 main"
        );
        let read = Trailers::read(&format!("s\n\n{written}\n"));
        assert_eq!(read.reason.as_deref(), Some("why [31m 👩\u{200d}🚀 main"));
        assert_eq!(Trailers { reason: read.reason, ..trailers }.render(), written);
    }

    #[test]
    fn who_asked_before_is_one_trailer_each_and_can_be_nothing_else() {
        let people = ["Mei <mei@example.com>".to_string(), "x\nPromotion-Verb: undo <x>".into(), "\u{200b}".into()];
        let message = also_asked_by("s\n\nPromotion-Verb: promote\n", &people);
        let read = Trailers::read(&message);
        assert_eq!(read.verb.as_deref(), Some("promote"));
        assert_eq!(read.asked_by, ["Mei <mei@example.com>", "x Promotion-Verb: undo <x>"]);
        let message = also_asked_by("s\n", &["@mei".to_string()]);
        assert!(!message.contains("@mei"), "it calls nobody: {message}");
        assert_eq!(Trailers::read(&message).asked_by, ["@mei"]);
        assert_eq!(also_asked_by("s\n", &[]), "s\n");
    }

    #[test]
    fn only_the_last_paragraph_counts() {
        assert_eq!(Trailers::read("s\n\nPromotion-Verb: promote\n\nthe end\n").verb, None);
    }
}
