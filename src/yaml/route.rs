//! The route to a node inside a document: `spec.images[name=web].newTag`, `a[0]`, `"key.with.dots"`, `patches[target.name=web]`, `generators[list]`.

use std::fmt::{self, Write as _};

use super::tree::Fault;

/// One step of a route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    Key(String),
    Index(usize),
    /// The only item of a sequence whose key has this value. A key with dots that no item has leads through mappings.
    Select {
        key: String,
        value: String,
    },
    /// The only item of a sequence that has this key.
    Has(String),
}

/// Steps from a document's root.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Route(pub Vec<Step>);

/// Which document of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Document {
    Index(usize),
    /// The only document with these; `None` matches anything.
    Identity {
        kind: Option<String>,
        name: Option<String>,
        namespace: Option<String>,
        api_version: Option<String>,
    },
}

impl Route {
    /// Reads a route. Nothing is the route to the root. A key or a selected value with `. [ ] " \` or a blank at an edge
    /// stands in double quotes, where `\"` and `\\` are escapes.
    ///
    /// # Errors
    /// The fault's place is line 1 and the column inside `text`.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let mut reader = Reader { chars: text.chars().collect(), at: 0 };
        let mut steps = Vec::new();
        while let Some(next) = reader.peek() {
            match next {
                '[' => {
                    reader.at += 1;
                    steps.push(reader.bracket()?);
                }
                '.' if !steps.is_empty() => {
                    reader.at += 1;
                    steps.push(Step::Key(reader.word(&['.', '[', ']', '"', '\\'], "a key")?));
                }
                _ if steps.is_empty() => steps.push(Step::Key(reader.word(&['.', '[', ']', '"', '\\'], "a key")?)),
                _ => return Err(reader.fault(format!("expected `.` or `[`, found `{next}`"))),
            }
        }
        Ok(Self(steps))
    }
}

struct Reader {
    chars: Vec<char>,
    at: usize,
}

impl Reader {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn fault(&self, message: String) -> Fault {
        Fault::at(1, u32::try_from(self.at + 1).unwrap_or(u32::MAX), message)
    }

    /// A quoted word, or a bare one up to one of the delimiters.
    fn word(&mut self, delimiters: &[char], what: &str) -> Result<String, Fault> {
        if self.peek() == Some('"') {
            return self.quoted();
        }
        let start = self.at;
        while self.peek().is_some_and(|next| !delimiters.contains(&next)) {
            self.at += 1;
        }
        let word: String = self.chars[start..self.at].iter().collect();
        match self.peek() {
            Some(next @ ('"' | '\\')) => {
                Err(self.fault(format!("`{next}` is only allowed inside a quoted word: quote the whole of {what}")))
            }
            _ if word.is_empty() => Err(self.fault(format!("expected {what}"))),
            _ if word.trim() != word => {
                self.at = start;
                Err(self.fault(format!("blank at an edge of {what}: quote it")))
            }
            _ => Ok(word),
        }
    }

    fn quoted(&mut self) -> Result<String, Fault> {
        let open = self.at;
        self.at += 1;
        let mut word = String::new();
        loop {
            match self.peek() {
                Some('"') => {
                    self.at += 1;
                    return Ok(word);
                }
                Some('\\') => {
                    self.at += 1;
                    match self.peek() {
                        Some(escaped @ ('"' | '\\')) => word.push(escaped),
                        _ => return Err(self.fault("only `\\\"` and `\\\\` are escapes here".to_owned())),
                    }
                }
                Some(other) => word.push(other),
                None => {
                    self.at = open;
                    return Err(self.fault("this quote is not closed".to_owned()));
                }
            }
            self.at += 1;
        }
    }

    /// What stands between `[` and `]`: an index, `key=value`, or a key alone.
    fn bracket(&mut self) -> Result<Step, Fault> {
        let start = self.at;
        let quoted = self.peek() == Some('"');
        let key = self.word(&['=', '[', ']', '"', '\\'], "an index, a key or `key=value`")?;
        let step = match self.peek() {
            Some('=') => {
                self.at += 1;
                Step::Select { key, value: self.word(&['[', ']', '"', '\\'], "a value")? }
            }
            _ if !quoted && key.bytes().all(|byte| byte.is_ascii_digit()) => {
                let Ok(index) = key.parse() else {
                    self.at = start;
                    return Err(self.fault("this index is too big".to_owned()));
                };
                Step::Index(index)
            }
            _ => Step::Has(key),
        };
        if self.peek() != Some(']') {
            return Err(self.fault("expected `]`".to_owned()));
        }
        self.at += 1;
        Ok(step)
    }
}

/// Writes the route so that `parse` reads it back.
impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, step) in self.0.iter().enumerate() {
            match step {
                Step::Key(key) => {
                    if at > 0 {
                        f.write_char('.')?;
                    }
                    word(f, key, &[])?;
                }
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Has(key) => {
                    f.write_char('[')?;
                    // Digits alone would be an index.
                    if !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_digit()) {
                        write!(f, "\"{key}\"")?;
                    } else {
                        word(f, key, &['='])?;
                    }
                    f.write_char(']')?;
                }
                Step::Select { key, value } => {
                    f.write_char('[')?;
                    word(f, key, &['='])?;
                    f.write_char('=')?;
                    word(f, value, &[])?;
                    f.write_char(']')?;
                }
            }
        }
        Ok(())
    }
}

/// Writes a key or value, quoted where it would not be read back bare.
fn word(f: &mut fmt::Formatter<'_>, text: &str, also: &[char]) -> fmt::Result {
    let bare =
        !text.is_empty() && text.trim() == text && !text.contains(|c: char| ".[]\"\\".contains(c) || also.contains(&c));
    if bare {
        return f.write_str(text);
    }
    f.write_char('"')?;
    for c in text.chars() {
        if matches!(c, '"' | '\\') {
            f.write_char('\\')?;
        }
        f.write_char(c)?;
    }
    f.write_char('"')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(text: &str) -> Step {
        Step::Key(text.to_owned())
    }

    fn select(key: &str, value: &str) -> Step {
        Step::Select { key: key.to_owned(), value: value.to_owned() }
    }

    #[test]
    fn a_route_is_read_step_by_step() {
        let cases = [
            ("", vec![]),
            ("tag", vec![key("tag")]),
            ("spec.images[name=web].newTag", vec![key("spec"), key("images"), select("name", "web"), key("newTag")]),
            ("a[0][name=y].t", vec![key("a"), Step::Index(0), select("name", "y"), key("t")]),
            ("[2].x", vec![Step::Index(2), key("x")]),
            (
                "g[list].elements[env=prod]",
                vec![key("g"), Step::Has("list".into()), key("elements"), select("env", "prod")],
            ),
            ("p[\"target.name\"=web]", vec![key("p"), select("target.name", "web")]),
            ("p[target.name=web]", vec![key("p"), select("target.name", "web")]),
            ("a[\"0\"]", vec![key("a"), Step::Has("0".into())]),
            ("\"image.tag\"", vec![key("image.tag")]),
            ("metadata.annotations.\"a.b/web.tag\"", vec![key("metadata"), key("annotations"), key("a.b/web.tag")]),
            (
                "images[name=reg.example.com/a:5000/web]",
                vec![key("images"), select("name", "reg.example.com/a:5000/web")],
            ),
            ("a[\"k=\"=\"x]\\\"\\\\\"]", vec![key("a"), select("k=", "x]\"\\")]),
            ("a key.é", vec![key("a key"), key("é")]),
        ];
        for (text, steps) in cases {
            assert_eq!(Route::parse(text).unwrap(), Route(steps), "{text}");
        }
    }

    #[test]
    fn a_fault_in_a_route_names_its_column() {
        for (text, column) in [
            (".a", 1),
            ("a.", 3),
            ("a..b", 3),
            ("a[", 3),
            ("a[]", 3),
            ("a[0", 4),
            ("a[0]b", 5),
            ("a]", 2),
            ("é\"b\"", 2),
            ("\"a", 1),
            ("\"\\n\"", 3),
            (" a", 1),
            ("a[99999999999999999999]", 3),
        ] {
            let fault = Route::parse(text).unwrap_err();
            assert_eq!((fault.line, fault.column), (1, column), "{text}: {fault}");
        }
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            ".*".prop_map(Step::Key),
            any::<usize>().prop_map(Step::Index),
            "[a-z0-9=.\\[\\]\"\\\\ ]*".prop_map(Step::Has),
            ("[a-z=.\\[\\]\"\\\\ ]*", ".*").prop_map(|(key, value)| Step::Select { key, value }),
        ]
    }

    proptest! {
        #[test]
        fn a_written_route_is_read_back(steps in prop::collection::vec(step(), 0..6)) {
            let route = Route(steps);
            prop_assert_eq!(Route::parse(&route.to_string()).unwrap(), route);
        }

        #[test]
        fn any_text_is_a_route_or_a_fault(text in "[a-c.\\[\\]=\"\\\\0-9 ]*") {
            if let Ok(route) = Route::parse(&text) {
                prop_assert_eq!(Route::parse(&route.to_string()).unwrap(), route);
            }
        }
    }
}
