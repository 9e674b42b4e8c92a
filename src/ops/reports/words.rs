//! The words of a request: its title, and its text in Markdown, ours or by a template of the config repository.

use jiff::Timestamp;
use serde::Serialize;

use crate::domain::inert::inert;
use crate::domain::plan::Plan;
use crate::domain::relation::{CommitLine, Direction, Issue};
use crate::domain::report::{GateReport, HoldReport, MoveReport, VerdictWord};
use crate::domain::scalar::SiteEdit;
use crate::domain::steering::one_line;
use crate::domain::trailer::Trailers;
use crate::domain::verb::Verb;
use crate::policy::review::Reviewed;
use crate::text::markdown;
use crate::text::notes::{self, LIMITS, Note, has_room};
use crate::text::template::{Broken, filled};

use crate::ops::landing::prepared::{Moved, Words};

use super::{gates, holds, moves};

/// How the marks begin that the tool finds its own text by.
const MARK: &str = "<!-- stageline";
/// So many gates are told one by one where there is no room for all.
const GATES: usize = 50;
/// So many remarks are told one by one.
const REMARKS: usize = 20;
/// So much of a reason is told where there is no room for all.
const REASON: usize = 2_000;

/// The parts of our own text, each in Markdown, by the names that templates have for them.
type Parts = [(&'static str, String); 6];

/// What a text is made from: what a template is given, by these names.
#[derive(Debug, Clone, Serialize)]
pub struct Values {
    pub title: String,
    pub verb: String,
    /// The one environment that it is about.
    pub environment: Option<String>,
    /// The branch that it is to land on, and the config commit that it was judged on.
    pub branch: String,
    pub base: String,
    pub reason: Option<String>,
    pub moves: Vec<MoveReport>,
    pub holds: Vec<HoldReport>,
    pub gates: Vec<GateReport>,
    /// What the run could not check, and what else is to be known.
    pub remarks: Vec<String>,
}

impl Values {
    /// What there is to be told of a plan. `now`: the moment by which holds have expired.
    pub fn of(reviewed: &Reviewed, moved: &[Moved], verb: Verb, remarks: &[String], now: Timestamp) -> Self {
        let Plan { target, proposal, message, .. } = reviewed.plan();
        let mut environments: Vec<String> = proposal.moves.iter().map(|one| one.env.to_string()).collect();
        environments.dedup();
        Self {
            title: message.lines().next().unwrap_or_default().to_string(),
            verb: verb.word().to_string(),
            environment: environments.pop().filter(|_| environments.is_empty()),
            branch: target.branch.to_string(),
            base: target.base.to_string(),
            reason: Trailers::read(message).reason,
            moves: moved.iter().map(moves::moved).collect(),
            holds: proposal.records.iter().filter_map(|record| holds::changed(record, now)).collect(),
            gates: gates::told(reviewed.review()),
            remarks: remarks.to_vec(),
        }
    }

    /// The words that we find for it.
    pub fn in_our_words(&self) -> Words {
        Words { title: self.plain_title(), body: self.ours() }
    }

    /// The words that a template finds for it: the title stays ours.
    ///
    /// # Errors
    /// The template cannot be used, or its text is too long whatever is left out of it.
    pub fn in_words_of(&self, template: &str) -> Result<Words, Broken> {
        let mut why = Broken::new(1, "its text is too long for every forge, without any commit, too");
        let whole = LIMITS.into_iter().map(|most| (most, self.parts(most)));
        let brief = self.rows().map(|rows| (0, self.brief_parts(rows)));
        for (most, parts) in whole.chain(brief) {
            match filled(template, &self.with_commits(most), &parts) {
                Ok(body) if body.contains(MARK) => return Err(forged(template)),
                Ok(body) if has_room(&body) => return Ok(Words { title: self.plain_title(), body }),
                Ok(_) => {}
                Err(broken) if broken.is_too_much => why = broken,
                Err(broken) => return Err(broken),
            }
        }
        Err(why)
    }

    /// A title is plain text at every forge, and a GitLab still closes what it is told to.
    fn plain_title(&self) -> String {
        inert(&one_line(&self.title))
    }

    fn with_commits(&self, most: usize) -> Self {
        let mut out = self.clone();
        for one in &mut out.moves {
            one.commits.truncate(most);
            one.lost.truncate(most);
        }
        out
    }

    /// The parts of our own text, with at most so many commits in each list.
    fn parts(&self, most: usize) -> Parts {
        let notes = notes::listed(&self.notes(), most);
        self.parts_with(
            self.pins(usize::MAX),
            notes,
            self.told_holds(),
            (self.told_remarks(REMARKS), self.told_gates()),
        )
    }

    /// The same without what is only confirmed, and with so many pins, where there is no room for more.
    fn brief_parts(&self, rows: usize) -> Parts {
        let notes = notes::left_out(&self.notes());
        self.parts_with(self.pins(rows), notes, self.counted_holds(), (self.told_remarks(0), self.counted_gates()))
    }

    fn parts_with(&self, pins: String, notes: String, holds: String, (remarks, gates): (String, String)) -> Parts {
        [
            ("pins", pins),
            ("notes", notes),
            ("holds", holds),
            ("remarks", remarks),
            ("gates", gates),
            ("undo", self.undo()),
        ]
    }

    /// How many pins are told where there is no room for all: each time fewer.
    fn rows(&self) -> impl Iterator<Item = usize> + use<> {
        std::iter::successors(Some(self.moves.len()), |rows| (*rows > 1).then_some(rows * 3 / 4))
    }

    /// Our own text. What is too long for a forge goes without its commits, evenly; then without what is only confirmed; and only
    /// where nothing else is left to leave out, without some pins.
    fn ours(&self) -> String {
        let told = |reason: &str, parts: Parts| {
            let reason = if reason.is_empty() { String::new() } else { format!("{}\n", markdown(reason)) };
            joined(&[&[reason][..], &parts.map(|(_, text)| text)].concat())
        };
        let reason = self.reason.as_deref().unwrap_or_default();
        let start: String = reason.chars().take(REASON).collect();
        let whole = LIMITS.into_iter().map(|most| told(reason, self.parts(most)));
        let brief = self.rows().map(|rows| told(&start, self.brief_parts(rows)));
        whole.chain(brief).find(|text| has_room(text)).unwrap_or_else(|| self.undo())
    }

    /// The table of what moves.
    fn pins(&self, rows: usize) -> String {
        if self.moves.is_empty() {
            return String::new();
        }
        let version = |version: &Option<String>| version.as_deref().map_or("none".to_string(), markdown);
        let row = |one: &MoveReport| {
            let (app, env) = (markdown(&one.application), markdown(&one.environment));
            let (now, then) = (version(&one.from), version(&one.to));
            let origin = one.counterpart().unwrap_or_else(|| one.origin.clone());
            format!("| {app} | {env} | {now} | {then} | {} |\n", markdown(&origin))
        };
        let mut out =
            "| application | environment | now | then | taken from |\n| --- | --- | --- | --- | --- |\n".to_string();
        out.extend(self.moves.iter().take(rows).map(row));
        if let Some(more) = self.moves.len().checked_sub(rows).filter(|more| *more > 0) {
            out.push_str(&format!("| and {more} more | | | | |\n"));
        }
        out
    }

    fn notes(&self) -> Vec<Note<'_>> {
        let moves = self.moves.iter();
        moves.map(|one| Note::of_move(&one.application, &one.environment, one.gained(), one.lost())).collect()
    }

    fn told_holds(&self) -> String {
        let told = |hold: &HoldReport| {
            let what = if hold.lifted {
                "Takes a hold away"
            } else {
                "Sets a hold, which stops promotions until it is lifted"
            };
            format!("{what}: {}\n", markdown(&hold.file))
        };
        let all: Vec<String> = self.holds.iter().map(told).collect();
        all.join("\n")
    }

    fn counted_holds(&self) -> String {
        let lifted = self.holds.iter().filter(|hold| hold.lifted).count();
        let count = |number: usize, what: &str| if number == 0 { String::new() } else { format!("{what}: {number}\n") };
        joined(&[count(self.holds.len() - lifted, "Sets holds"), count(lifted, "Takes holds away")])
    }

    /// At most so many of what is to be known, and how many more there are.
    fn told_remarks(&self, most: usize) -> String {
        let line = |text: &String| format!("- {}\n", markdown(&one_line(text)));
        let all: String = self.remarks.iter().take(most).map(line).collect();
        match self.remarks.len().saturating_sub(most) {
            _ if self.remarks.is_empty() => String::new(),
            0 => format!("To be known:\n\n{all}"),
            more => format!("To be known:\n\n{all}- and {more} more, which the command shows with `--dry-run`\n"),
        }
    }

    fn told_gates(&self) -> String {
        let all: Vec<String> = self.gates.iter().map(gate).collect();
        if all.is_empty() { String::new() } else { format!("{}\n{}", self.judged(), all.concat()) }
    }

    fn counted_gates(&self) -> String {
        let is_open = |gate: &&GateReport| gate.verdict != VerdictWord::Pass;
        let open: Vec<String> = self.gates.iter().filter(is_open).map(gate).collect();
        let rest = self.gates.len() - open.len().min(GATES);
        if self.gates.is_empty() {
            return String::new();
        }
        let shown: String = open.iter().take(GATES).map(String::as_str).collect();
        let more = match open.len().checked_sub(GATES) {
            Some(more @ 1..) => format!("- and {rest} more, of which {more} do not pass\n"),
            _ => format!("- and {rest} that pass\n"),
        };
        format!("{}\n{shown}{more}", self.judged())
    }

    fn judged(&self) -> String {
        format!("Gates, as they were judged on {}:\n", self.base.get(..7).unwrap_or(&self.base))
    }

    fn undo(&self) -> String {
        let undo = match self.moves.first() {
            // Which landing it will be is known then; the newest one may be another.
            Some(one) => format!(
                ", and `stageline undo LANDING` takes it back (`stageline history {} --env {}` names it)",
                one.application, one.environment
            ),
            None => String::new(),
        };
        let close = "Closing it is a no: the same change is not proposed again, unless somebody says `--reopen`.";
        format!("Merging it lands this on {}{undo}. {close}\n", markdown(&self.branch))
    }
}

fn gate(gate: &GateReport) -> String {
    let why = match gate.verdict {
        VerdictWord::Pass => "pass".to_string(),
        VerdictWord::Fail => format!("**fail**: {}", markdown(&gate.detail)),
        VerdictWord::Pending => format!("pending: {}", markdown(&gate.detail)),
        VerdictWord::Unknown => format!("unknown: {}", markdown(&gate.detail)),
    };
    format!("- {} of {}: {why}\n", gate.gate, markdown(&gate.subject))
}

/// Tries a template on a request that has all there may be to tell, and on one that has next to nothing.
///
/// # Errors
/// Where it would fail.
pub fn tried(template: &str) -> Result<(), Broken> {
    let full = sample();
    full.in_words_of(template)?;
    let mut bare = full;
    (bare.environment, bare.reason, bare.holds, bare.gates) = (None, None, Vec::new(), Vec::new());
    bare.remarks.clear();
    bare.moves.truncate(1);
    for one in &mut bare.moves {
        (one.from, one.to, one.from_commit, one.to_commit) = Default::default();
        (one.commits_total, one.commits_page, one.lost_total, one.lost_page) = Default::default();
        (one.commits, one.lost, one.members, one.sites) = Default::default();
    }
    bare.in_words_of(template).map(drop)
}

/// A made-up request with something in every field.
fn sample() -> Values {
    let words = [VerdictWord::Pass, VerdictWord::Fail, VerdictWord::Pending, VerdictWord::Unknown];
    let gate = |verdict| GateReport {
        gate: "hold".into(),
        subject: "web".into(),
        verdict,
        detail: "why".into(),
        branch: Some("main".into()),
        eligible_at: Some(Timestamp::UNIX_EPOCH),
        not_after: Some(Timestamp::UNIX_EPOCH),
        exempt: false,
        overridden: None,
    };
    let hold = HoldReport {
        environment: "production".into(),
        application: Some("web".into()),
        reason: "why".into(),
        by: "Mei Lin".into(),
        since: Timestamp::UNIX_EPOCH,
        until: Some(Timestamp::UNIX_EPOCH),
        expired: false,
        left_over: false,
        lifted: false,
        file: ".stageline/holds/production/web.yaml".into(),
        commit: None,
        source: None,
        fixed: vec![],
    };
    Values {
        title: "promote 2 applications to production".into(),
        verb: "promote".into(),
        environment: Some("production".into()),
        branch: "main".into(),
        base: sample_id(),
        reason: Some("why".into()),
        moves: vec![sample_move("web"), sample_move("checkout")],
        holds: vec![hold],
        gates: words.map(gate).to_vec(),
        remarks: vec!["no `source:` is configured for `web`".into()],
    }
}

fn sample_id() -> String {
    "0123456789".repeat(4)
}

fn sample_move(application: &str) -> MoveReport {
    let (id, page) = (Some(sample_id()), Some("https://git.example.com/shop/web".to_string()));
    let commit = CommitLine {
        commit: sample_id(),
        when: Timestamp::UNIX_EPOCH,
        author: "Mei Lin".into(),
        subject: "fix: the size of shoes".into(),
        page: page.clone(),
        issues: vec![Issue { key: "SHOP-12".into(), page: page.clone() }],
    };
    let site = SiteEdit {
        file: "web/production.yaml".into(),
        line: 1,
        column: 1,
        key: "tag".into(),
        from: id.clone(),
        to: id.clone(),
    };
    MoveReport {
        instance: None,
        application: application.into(),
        members: vec!["cart".into()],
        environment: "production".into(),
        from: id.clone(),
        to: id.clone(),
        from_commit: id.clone(),
        to_commit: id,
        direction: Direction::Diverged,
        origin: "staging".into(),
        counterpart_of: None,
        commits: vec![commit.clone()],
        commits_total: Some(1),
        commits_page: page.clone(),
        lost: vec![commit],
        lost_total: Some(1),
        lost_page: page,
        sites: vec![site],
    }
}

/// What says something, with an empty line between.
fn joined(pieces: &[String]) -> String {
    let all: Vec<&str> = pieces.iter().map(String::as_str).filter(|piece| !piece.is_empty()).collect();
    all.join("\n")
}

fn forged(template: &str) -> Broken {
    let line = template.lines().position(|line| line.contains(MARK)).unwrap_or_default() + 1;
    let line = u32::try_from(line).unwrap_or(u32::MAX);
    Broken::new(line, format!("`{MARK}` begins a mark of the tool's own, which a text may not have"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A promotion of so many applications, each with so many commits.
    fn promotion(applications: usize, commits: usize) -> Values {
        let mut out = sample();
        let mut one = out.moves[0].clone();
        one.commits = vec![one.commits[0].clone(); commits];
        (one.commits_total, one.lost, one.lost_total) = (Some(commits), Vec::new(), Some(0));
        out.moves =
            (0..applications).map(|nth| MoveReport { application: format!("app-{nth}"), ..one.clone() }).collect();
        out.holds = Vec::new();
        out
    }

    #[test]
    fn our_text_says_why_what_moves_with_which_commits_what_the_gates_say_and_how_it_is_undone() {
        let text = Values { reason: Some("the sale begins".into()), ..promotion(1, 1) }.in_our_words().body;
        let id = "0123456789".repeat(4);
        let wanted = format!(
            "the sale begins

| application | environment | now | then | taken from |
| --- | --- | --- | --- | --- |
| app-0 | production | {id} | {id} | staging |

### app-0 in production

Coming in: [1 commit](https://git.example.com/shop/web):

- [0123456](https://git.example.com/shop/web) fix: the size of shoes (Mei Lin) [SHOP-12](https://git.example.com/shop/web)

To be known:

- no \\`source:\\` is configured for \\`web\\`

Gates, as they were judged on 0123456:

- hold of web: pass
- hold of web: **fail**: why
- hold of web: pending: why
- hold of web: unknown: why

Merging it lands this on main, and `stageline undo LANDING` takes it back (`stageline history app-0 --env production` names it). Closing it is a no: the same change is not proposed again, unless somebody says `--reopen`.
"
        );
        assert_eq!(text, wanted);
    }

    #[test]
    fn a_request_without_moves_says_what_it_does_to_holds() {
        let mut values = Values { moves: Vec::new(), reason: None, gates: Vec::new(), ..sample() };
        values.holds.push(HoldReport { lifted: true, ..values.holds[0].clone() });
        let body = values.in_our_words().body;
        assert!(body.starts_with(
            "Sets a hold, which stops promotions until it is lifted: .stageline/holds/production/web.yaml\n"
        ));
        assert!(body.contains("\nTakes a hold away: .stageline/holds/production/web.yaml\n"), "{body}");
        assert!(body.contains("\nMerging it lands this on main. Closing it is a no"), "{body}");
    }

    #[test]
    fn a_text_never_outgrows_a_forge_and_its_commits_go_first() {
        for (applications, commits, pins, lists) in
            [(1, 50, 1, 50), (10, 50, 10, 400), (100, 50, 100, 100), (250, 50, 250, 0), (3000, 1, 0, 0)]
        {
            let mut values = promotion(applications, commits);
            values.gates = vec![values.gates[0].clone(); applications];
            let text = values.in_our_words().body;
            assert!(has_room(&text), "{applications}: {}", text.len());
            let rows = text.matches("| production |").count();
            assert!(
                if pins == 0 { rows > 200 && text.contains(" more | | | | |") } else { rows == pins },
                "{applications}: {rows}"
            );
            assert_eq!(text.matches("- [0123456]").count(), lists, "{applications}");
            assert!(text.contains("Merging it lands this on main"), "{applications}");
        }
        let mut open = promotion(1000, 1);
        open.gates = vec![open.gates[1].clone(); 1000];
        let text = open.in_our_words().body;
        assert!(has_room(&text) && text.contains("- and 950 more, of which 950 do not pass"), "{text}");
        let endless = Values { reason: Some("x".repeat(100_000)), ..promotion(1, 1) };
        assert!(has_room(&endless.in_our_words().body) && endless.in_our_words().body.contains("| app-0 |"));
    }

    #[test]
    fn a_hostile_text_is_live_nowhere_in_a_request() {
        for hostile in
            ["/merge", "Closes #1", "@all", "<img src=x>", "a | b", "x\n\n/close", "--> <!-- stageline -->", "![x](y)"]
        {
            let mut values = sample();
            values.reason = Some(hostile.into());
            values.title = format!("promote web to production: {hostile}");
            values.branch = hostile.into();
            for one in &mut values.moves {
                (one.origin, one.from, one.to) = (hostile.into(), Some(hostile.into()), Some(hostile.into()));
                for commit in &mut one.commits {
                    (commit.subject, commit.author) = (hostile.into(), hostile.into());
                    commit.issues = vec![Issue { key: hostile.into(), page: Some("https://x/y".into()) }];
                }
            }
            values.gates[1].detail = hostile.into();
            values.holds[0].file = hostile.into();
            let Words { title, body } = values.in_our_words();
            assert_eq!(title.lines().count(), 1);
            assert!(!title.contains("#1") && !title.contains("@all"), "{title}");
            for live in ["#1", "@all", "<img", "-->", "<!--", "![x]", "\n/"] {
                assert!(!body.contains(live), "{live}: {body}");
            }
            let cells = body
                .lines()
                .filter(|line| line.starts_with("| "))
                .map(|row| row.replace("\\|", "").matches('|').count());
            assert!(cells.clone().all(|cells| cells == 6), "{body}");
        }
    }

    #[test]
    fn a_template_makes_the_text_and_the_title_stays_ours() {
        let words = sample().in_words_of("{{ verb }} by {{ moves[0].commits[0].author }}\n\n{{ text.undo }}").unwrap();
        assert_eq!(words.title, "promote 2 applications to production");
        assert!(words.body.starts_with("promote by Mei Lin\n\nMerging it lands this on main"), "{}", words.body);
        let parts = sample().in_words_of("{{ text.pins }}{{ text.notes }}{{ text.holds }}{{ text.gates }}").unwrap();
        for piece in ["| web | production |", "### checkout in production", "Sets a hold", "- hold of web: pass"] {
            assert!(parts.body.contains(piece), "{piece}: {}", parts.body);
        }
    }

    #[test]
    fn a_template_cannot_write_our_marks_and_its_text_is_cut_as_ours_is() {
        let forged = sample().in_words_of("a\n<!-- stageline:request x -->").unwrap_err();
        assert_eq!((forged.line, forged.message.contains("mark of the tool's own")), (2, true));
        let many = promotion(40, 50);
        let listing = "{% for one in moves %}{% for commit in one.commits %}{{ commit.subject }}{{ one.to }}\n{% endfor %}{% endfor %}";
        let body = many.in_words_of(listing).unwrap().body;
        assert!(has_room(&body) && body.lines().count() >= 40 * 10, "{}", body.len());
        let thousands = promotion(3000, 1).in_words_of("{{ text.pins }}{{ text.gates }}").unwrap().body;
        assert!(has_room(&thousands) && thousands.contains(" more | | | | |"), "{}", thousands.len());
        let endless = many.in_words_of("{{ 'x' * 70000 }}").unwrap_err();
        assert!(endless.message.contains("too long for every forge"), "{}", endless.message);
        let never = many.in_words_of("{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}");
        assert_eq!(never.unwrap_err().message, "it does too much");
    }

    #[test]
    fn the_example_of_a_template_is_one() {
        let example = include_str!("../../../examples/company/.stageline/request.md");
        assert_eq!(tried(example), Ok(()));
        let body = sample().in_words_of(example).unwrap().body;
        let start = "\n## promote web, checkout in production\n\n**Why:** why\n\n| application |";
        assert!(body.starts_with(start), "{body}");
        assert!(body.contains("\n- [ ] hold of web: why (from 1970"), "{body}");
        let page = "https://git.example.com/shop/web";
        let line = format!("\n* web: [fix: the size of shoes]({page}) [SHOP-12]({page})\n* checkout: [fix");
        assert!(body.contains(&line), "{body}");
    }

    #[test]
    fn the_template_of_the_docs_is_one() {
        let page = include_str!("../../../docs/forges.md");
        let (_, block) = page.split_once("```jinja\n").unwrap();
        let (template, _) = block.split_once("```").unwrap();
        assert_eq!(tried(template), Ok(()));
        assert!(sample().in_words_of(template).unwrap().body.contains("- [ ] hold of web: why\n"));
    }

    #[test]
    fn a_template_is_tried_on_much_and_on_little() {
        assert_eq!(tried("{{ text.pins }}{% if reason %}{{ reason|upper }}{% endif %}"), Ok(()));
        assert!(tried("\n{{ reasn }}").is_err_and(|why| why.line == 2));
        assert!(tried("{{ moves[1].application }}").is_err(), "there may be one alone");
        assert!(tried("{{ gates[0].detail }}").is_err(), "there may be none");
    }
}
