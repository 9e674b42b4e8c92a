//! The results of tests as JUnit XML has them, which `attest --junit` reads: text -> value. There is no one schema of it; what all
//! writers share is read (suites, cases, and what became of a case), bounded in every direction.

use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use crate::domain::statement::{CheckResult, Tests};
use crate::domain::steering;

/// The largest file that is read.
pub const MOST_BYTES: usize = 16 * 1024 * 1024;
/// So deep may elements stand in each other.
const DEEPEST: usize = 64;
/// At most so many names of each kind are kept, each of so many characters, and all of so many bytes: a statement has to stay below
/// what readers take (`super::json`).
const MOST_NAMES: usize = 2000;
const MOST_OF_NAMES: usize = 128 * 1024;
const LONGEST: usize = 300;
/// Of what a failure says so many lines are kept, from so many bytes.
const MOST_LINES: usize = 5;
const MOST_SAID: usize = 4096;

/// What the file says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    /// The names of those that passed and of those that did not, as far as they are kept.
    pub tests: Tests,
    /// The first lines of what each of those that did not pass says, in the same order.
    pub said: Vec<Vec<String>>,
    pub passed: usize,
    pub failed: usize,
    pub skipped: usize,
    /// The bytes of all names that are kept.
    bytes: [usize; 2],
}

impl Found {
    /// How all of it ended.
    pub fn result(&self) -> CheckResult {
        if self.failed > 0 { CheckResult::Failed } else { CheckResult::Passed }
    }

    fn pass(&mut self, name: String) {
        self.passed += 1;
        keep(&mut self.tests.passed, &mut self.bytes[0], name);
    }

    fn fail(&mut self, name: String, said: &str) {
        self.failed += 1;
        if keep(&mut self.tests.failed, &mut self.bytes[1], name) {
            self.said.push(first_lines(said));
        }
    }
}

/// Whether there was room for it.
fn keep(names: &mut Vec<String>, bytes: &mut usize, name: String) -> bool {
    let has_room = names.len() < MOST_NAMES && *bytes + name.len() <= MOST_OF_NAMES;
    if has_room {
        *bytes += name.len();
        names.push(name);
    }
    has_room
}

/// The first lines that say something, each once: writers say the message again in the text below it.
fn first_lines(said: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for line in said.lines().map(short).filter(|line| !line.is_empty()) {
        if out.len() < MOST_LINES && !out.contains(&line) {
            out.push(line);
        }
    }
    out
}

/// An element that is open.
struct Open {
    is: Is,
    name: String,
    /// Of a suite: the failures and errors that it counts itself, and those that were found in it.
    counted: usize,
    found: usize,
    /// Of a case: what became of it, and what its failures say.
    became: Became,
    said: String,
    /// Whether it is a failure of a case, which says what went wrong.
    is_failure: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Is {
    Suite,
    Case,
    Other,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Became {
    Passed,
    Skipped,
    Failed,
}

/// Reads the text; the error says what is wrong with it, and in which line.
pub fn parse(text: &[u8]) -> Result<Found, String> {
    if text.len() > MOST_BYTES {
        return Err(format!("it has more than {} MiB", MOST_BYTES / 1024 / 1024));
    }
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let text = std::str::from_utf8(text).map_err(|bad| at_line(text, bad.valid_up_to(), "it is not UTF-8"))?;
    let mut reader = Reader::from_str(text);
    let (mut found, mut open, mut has_root) = (Found::default(), Vec::<Open>::new(), false);
    loop {
        let before = usize::try_from(reader.buffer_position()).unwrap_or_default();
        let fault = |what: &str| at_line(text.as_bytes(), before, what);
        let event = reader.read_event().map_err(|error| {
            let place = usize::try_from(reader.error_position()).unwrap_or_default();
            at_line(text.as_bytes(), place, &format!("it is no XML: {error}"))
        })?;
        match event {
            Event::Start(tag) => {
                has_root = begin(&tag, &mut open, has_root).map_err(|what| fault(&what))?;
            }
            Event::Empty(tag) => {
                has_root = begin(&tag, &mut open, has_root).map_err(|what| fault(&what))?;
                end(&mut open, &mut found);
            }
            Event::End(_) => end(&mut open, &mut found),
            Event::Text(said) => tell(&mut open, &said.xml10_content()),
            Event::CData(said) => tell(&mut open, &said.xml10_content()),
            Event::GeneralRef(one) => tell(&mut open, &meant(&one)),
            Event::DocType(_) => return Err(fault("it has a document type, which is not read")),
            Event::Eof if !open.is_empty() => return Err(fault("it ends inside an element")),
            Event::Eof => break,
            _ => {}
        }
    }
    match (has_root, found.passed + found.failed) {
        (false, _) => Err("it has no `testsuites` or `testsuite`".to_string()),
        (true, 0) => Err(format!("no test of it ran ({} skipped)", found.skipped)),
        _ => Ok(found),
    }
}

/// Keeps the beginning of what stands in a failure.
fn tell(open: &mut [Open], said: &str) {
    if !open.iter().any(|one| one.is_failure) {
        return;
    }
    if let Some(case) = open.iter_mut().rev().find(|one| one.is == Is::Case) {
        let room = MOST_SAID.saturating_sub(case.said.len());
        case.said.extend(said.char_indices().take_while(|(at, _)| *at < room).map(|(_, c)| c));
    }
}

/// The character that a reference means; one of another kind stays as it is written: nothing declares it.
fn meant(one: &BytesRef<'_>) -> String {
    let name: &str = one;
    match (one.resolve_char_ref(), resolve_predefined_entity(name)) {
        (Ok(Some(c)), _) => c.to_string(),
        (_, Some(text)) => text.to_string(),
        _ => format!("&{name};"),
    }
}

/// What is wrong, with the line in which it stands.
fn at_line(text: &[u8], place: usize, what: &str) -> String {
    let before = &text[..place.min(text.len())];
    format!("line {}: {what}", 1 + before.iter().filter(|byte| **byte == b'\n').count())
}

/// Opens an element; whether there is a root of tests by then.
fn begin(tag: &BytesStart<'_>, open: &mut Vec<Open>, has_root: bool) -> Result<bool, String> {
    let name = tag.local_name();
    let word: &str = name.as_ref();
    if open.is_empty() && (has_root || !matches!(word, "testsuites" | "testsuite")) {
        return Err(format!("`{}` is no `testsuites` or `testsuite`", short(word)));
    }
    if open.len() >= DEEPEST {
        return Err(format!("its elements stand more than {DEEPEST} deep in each other"));
    }
    let is = match word {
        "testsuites" | "testsuite" => Is::Suite,
        "testcase" => Is::Case,
        _ => Is::Other,
    };
    let mut one = Open {
        is,
        name: String::new(),
        counted: 0,
        found: 0,
        became: Became::Passed,
        said: String::new(),
        is_failure: false,
    };
    if is != Is::Other {
        read_attributes(tag, &mut one)?;
    }
    // However deep it stands, and however it is written.
    let lower = word.to_ascii_lowercase();
    if let Some(case) = open.iter_mut().rev().find(|one| one.is == Is::Case) {
        case.became = match (lower.as_str(), case.became) {
            ("failure" | "error", _) => Became::Failed,
            ("skipped", Became::Passed) => Became::Skipped,
            (_, became) => became,
        };
        one.is_failure = matches!(lower.as_str(), "failure" | "error");
    }
    let message = if one.is_failure { message(tag) } else { String::new() };
    open.push(one);
    tell(open, &message);
    Ok(true)
}

/// The message of a failure on lines of its own; one that cannot be read says nothing.
fn message(tag: &BytesStart<'_>) -> String {
    let own = tag.attributes().flatten().find(|attribute| attribute.key.as_ref() == "message");
    let text = own.and_then(|own| own.normalized_value(XmlVersion::Implicit1_0).ok());
    text.map_or(String::new(), |text| format!("{text}\n"))
}

fn read_attributes(tag: &BytesStart<'_>, one: &mut Open) -> Result<(), String> {
    let (mut name, mut class) = (String::new(), String::new());
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(|error| format!("an attribute cannot be read: {error}"))?;
        let value = attribute.normalized_value(XmlVersion::Implicit1_0);
        let value = value.map_err(|error| format!("an attribute cannot be read: {error}"))?;
        let key: &str = attribute.key.as_ref();
        match (key, one.is) {
            ("name", _) => name = value.into_owned(),
            ("classname", Is::Case) => class = value.into_owned(),
            ("failures" | "errors", Is::Suite) => {
                let number =
                    value.trim().parse::<usize>().map_err(|_| format!("`{key}` is no number: `{}`", short(&value)))?;
                one.counted = one.counted.saturating_add(number);
            }
            _ => {}
        }
    }
    let whole = if class.is_empty() { name } else { format!("{class}.{name}") };
    one.name = short(&whole);
    if one.is == Is::Case && one.name.is_empty() {
        return Err("a `testcase` has no name".to_string());
    }
    Ok(())
}

/// A name as one line of bounded length.
fn short(name: &str) -> String {
    steering::one_line(name).chars().take(LONGEST).collect()
}

/// Closes the innermost element.
fn end(open: &mut Vec<Open>, found: &mut Found) {
    let Some(one) = open.pop() else { return };
    let failed = match (one.is, one.became) {
        (Is::Case, Became::Passed) => {
            found.pass(one.name);
            0
        }
        (Is::Case, Became::Skipped) => {
            found.skipped += 1;
            0
        }
        (Is::Case, Became::Failed) => {
            found.fail(one.name, &one.said);
            1
        }
        // What failed outside of a case, or was left out of the file, failed all the same.
        (Is::Suite, _) if one.counted > one.found => {
            let name = if one.name.is_empty() { "suite".to_string() } else { one.name };
            found.fail(format!("{name} ({} more failed than it lists)", one.counted - one.found), "");
            one.counted
        }
        (Is::Suite | Is::Other, _) => one.found,
    };
    if let Some(outer) = open.last_mut() {
        outer.found += failed;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Found, String> {
        parse(text.as_bytes())
    }

    const USUAL: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n <testsuite name=\"s\" tests=\"4\" failures=\"1\" errors=\"1\">\n  \
        <testcase classname=\"cart\" name=\"adds &amp; removes\"/>\n  <testcase name=\"pays\"><failure message=\"x\">a &lt; b</failure></testcase>\n  \
        <testcase name=\"ships\"><error/></testcase>\n  <testcase name=\"later\"><skipped/></testcase>\n \
        <system-out><![CDATA[<failure/>]]></system-out></testsuite>\n</testsuites>\n";

    #[test]
    fn each_case_passed_failed_or_was_skipped() {
        let found = read(USUAL).unwrap();
        assert_eq!(found.tests.passed, ["cart.adds & removes"]);
        assert_eq!(found.tests.failed, ["pays", "ships"]);
        assert_eq!((found.skipped, found.result()), (1, CheckResult::Failed));
        let alone = read("\u{feff}<testsuite><testcase name='a'/></testsuite>").unwrap();
        assert_eq!((alone.passed, alone.result()), (1, CheckResult::Passed));
    }

    #[test]
    fn a_failure_counts_however_deep_it_stands_and_however_it_is_written() {
        for inner in ["<x><failure/></x>", "<Failure/>", "<x><y><ERROR/></y></x>"] {
            let text = format!("<testsuite name='s'><testcase name='a'>{inner}</testcase></testsuite>");
            assert_eq!(read(&text).unwrap().tests.failed, ["a"], "{inner}");
        }
    }

    #[test]
    fn what_a_failure_says_is_its_message_and_the_first_lines_below_it_each_once() {
        let found = read(USUAL).unwrap();
        assert_eq!(found.said, [vec!["x".to_string(), "a < b".into()], vec![]]);
        let text = "<testsuite><testcase name='a'><failure message='expected 1'>expected 1\n\n  at a.rs:1&#10;at &lt;b&gt; &unknown;\n\
            <![CDATA[<c>]]>\nfive\nsix\nseven</failure><system-out>noise</system-out></testcase></testsuite>";
        let said = &read(text).unwrap().said[0];
        assert_eq!(said.join("|"), "expected 1|at a.rs:1|at <b> &unknown;|<c>|five");
        let long = "x".repeat(MOST_SAID * 2);
        let text =
            format!("<testsuite><testcase name='a'><error>{long}</error><error>{long}</error></testcase></testsuite>");
        assert_eq!(read(&text).unwrap().said[0][0].len(), LONGEST);
        let steers = "<testsuite><testcase name='a'><error message='\u{202e}a&#27;[31m'/></testcase></testsuite>";
        assert_eq!(read(steers).unwrap().said[0], ["a [31m"]);
    }

    #[test]
    fn a_suite_that_counts_more_failures_than_it_lists_has_failed() {
        let found =
            read("<testsuites errors='1'><testsuite name='s' errors='1'><testcase name='a'/></testsuite></testsuites>");
        let found = found.unwrap();
        assert_eq!((found.passed, found.failed), (1, 1));
        assert_eq!(found.tests.failed, ["s (1 more failed than it lists)"]);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        let deep = format!("<testsuites>{}", "<a>".repeat(DEEPEST + 1));
        for (text, line, said) in [
            ("<testsuite>\n<testcase name='a'>\n</testsuite>", "line 3", "no XML"),
            ("<testsuite>\n<testcase name='a'/>\n", "line 3", "ends inside"),
            ("<testsuite>\n<testcase/>\n</testsuite>", "line 2", "no name"),
            ("\n<html/>", "line 2", "`html`"),
            ("<!DOCTYPE x [<!ENTITY a \"b\">]>\n<testsuite/>", "line 1", "document type"),
            ("<testsuite>\n<testcase name='&a;'/></testsuite>", "line 2", "attribute"),
            ("<testsuite failures='many'/>", "line 1", "no number"),
            (deep.as_str(), "line 1", "deep"),
        ] {
            let why = read(text).unwrap_err();
            assert!(why.contains(line) && why.contains(said), "{text}: {why}");
        }
        assert!(parse(b"<testsuite>\n\xff").unwrap_err().contains("line 2: it is not UTF-8"));
        assert!(read("").unwrap_err().contains("no `testsuites`"));
        let skipped = "<testsuite><testcase name='a'><skipped/></testcase></testsuite>";
        assert!(read(skipped).unwrap_err().contains("1 skipped"));
    }

    #[test]
    fn names_are_one_line_and_bounded_and_only_so_many_are_kept() {
        let many = "<testcase name='a&#10;\u{202e}b'/>".repeat(MOST_NAMES + 5);
        let found = read(&format!("<testsuite>{many}</testsuite>")).unwrap();
        assert_eq!((found.passed, found.tests.passed.len()), (MOST_NAMES + 5, MOST_NAMES));
        assert_eq!(found.tests.passed[0], "a b");
        let long = format!("<testcase name='{}'/>", "é".repeat(LONGEST)).repeat(MOST_NAMES);
        let found = read(&format!("<testsuite>{long}</testsuite>")).unwrap();
        assert_eq!(found.tests.passed.len(), MOST_OF_NAMES / (2 * LONGEST));
        assert!(parse(&vec![b' '; MOST_BYTES + 1]).unwrap_err().contains("16 MiB"));
    }
}
