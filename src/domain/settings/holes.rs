//! What the placeholders of a family stand for, and what a text with placeholders says of another one.

use std::collections::BTreeMap;

/// Which text each placeholder stands for, by its name without braces.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Holes(BTreeMap<String, String>);

impl Holes {
    /// From pairs of name and text.
    #[cfg(test)]
    pub fn new<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        Self(pairs.into_iter().map(|(name, text)| (name.to_string(), text.to_string())).collect())
    }

    /// What a placeholder stands for.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// The same, with one more.
    pub fn with(&self, name: &str, text: &str) -> Self {
        let mut out = self.clone();
        out.0.insert(name.to_string(), text.to_string());
        out
    }

    /// Whether all that another one tells is told here, too.
    pub fn has_all(&self, other: &Self) -> bool {
        other.iter().all(|(name, text)| self.get(name) == Some(text))
    }

    /// The same without these.
    pub fn without(&self, names: &[&str]) -> Self {
        let mut out = self.clone();
        out.0.retain(|name, _| !names.contains(&name.as_str()));
        out
    }

    /// Every placeholder with its text, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, text)| (name.as_str(), text.as_str()))
    }

    /// A text with what is known filled in; other placeholders stay.
    pub fn fill(&self, text: &str) -> String {
        let mut out = String::new();
        for piece in pieces(text) {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Hole(name) => match self.get(name) {
                    Some(known) => out.push_str(known),
                    None => {
                        out.push('{');
                        out.push_str(name);
                        out.push('}');
                    }
                },
            }
        }
        out
    }

    /// Every way in which a pattern can be this text, with what is known already; none where it cannot. A placeholder stands
    /// for at least one character.
    pub fn fits(&self, pattern: &str, text: &str) -> Vec<Self> {
        let mut out = Vec::new();
        fit(&pieces(pattern), text, self, &mut out);
        out.sort();
        out.dedup();
        out
    }
}

/// A part of a text with placeholders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece<'t> {
    Text(&'t str),
    Hole(&'t str),
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let (mut out, mut rest) = (Vec::new(), text);
    let mut from = 0;
    while let Some(open) = rest[from..].find('{').map(|at| at + from) {
        let name = rest[open + 1..].split_once('}').map(|(name, _)| name).filter(|name| is_word(name));
        let Some(name) = name else {
            from = open + 1;
            continue;
        };
        if open > 0 {
            out.push(Piece::Text(&rest[..open]));
        }
        out.push(Piece::Hole(name));
        rest = &rest[open + name.len() + 2..];
        from = 0;
    }
    if !rest.is_empty() {
        out.push(Piece::Text(rest));
    }
    out
}

/// Whether what stands in braces is the name of a placeholder.
fn is_word(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_".contains(c))
}

/// The names of the placeholders of a text, in order, each once: what stands in braces and is a word.
pub fn holes_in(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    for piece in pieces(text) {
        if let Piece::Hole(name) = piece
            && !out.contains(&name)
        {
            out.push(name);
        }
    }
    out
}

fn fit(pattern: &[Piece<'_>], text: &str, known: &Holes, out: &mut Vec<Holes>) {
    match pattern.split_first() {
        None if text.is_empty() => out.push(known.clone()),
        None => {}
        Some((Piece::Text(own), rest)) => {
            if let Some(text) = text.strip_prefix(own) {
                fit(rest, text, known, out);
            }
        }
        Some((Piece::Hole(name), rest)) => match known.get(name) {
            Some(own) => {
                if let Some(text) = text.strip_prefix(own) {
                    fit(rest, text, known, out);
                }
            }
            None => {
                let ends = text.char_indices().skip(1).map(|(at, _)| at).chain([text.len()]);
                for end in ends.filter(|end| *end > 0) {
                    fit(rest, &text[end..], &known.with(name, &text[..end]), out);
                }
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_placeholders_of_a_text_are_the_words_in_braces() {
        assert_eq!(holes_in("teams/{team}/{application}/{environment}/{team}"), ["team", "application", "environment"]);
        assert_eq!(holes_in("{} {A} {1a} {x y} {open"), Vec::<&str>::new());
        assert_eq!(holes_in("{ {a}"), ["a"]);
    }

    #[test]
    fn what_is_known_is_filled_in_and_the_rest_stays() {
        let known = Holes::new([("team", "shop"), ("application", "web")]);
        assert_eq!(known.fill("{team}/{application}/{environment}/{team}"), "shop/web/{environment}/shop");
        assert_eq!(known.fill("{ {team} {}"), "{ shop {}");
        // What is filled in is no pattern.
        assert_eq!(Holes::new([("a", "{b}"), ("b", "x")]).fill("{a}{b}"), "{b}x");
    }

    #[test]
    fn a_pattern_fits_a_text_in_every_way_that_there_is() {
        let fits = |pattern: &str, text: &str| -> Vec<String> {
            let all = Holes::default().fits(pattern, text);
            all.iter()
                .map(|holes| holes.iter().map(|(n, t)| format!("{n}={t}")).collect::<Vec<_>>().join(" "))
                .collect()
        };
        assert_eq!(fits("{a}", "web"), ["a=web"]);
        assert_eq!(fits("team-{a}", "team-web"), ["a=web"]);
        assert_eq!(fits("team-{a}", "web"), Vec::<String>::new());
        assert_eq!(fits("{a}-{b}", "x-y-z"), ["a=x b=y-z", "a=x-y b=z"]);
        assert_eq!(fits("{a}.yaml", ".yaml"), Vec::<String>::new(), "a placeholder is never empty");
        assert_eq!(fits("{a}/{a}", "x/x"), ["a=x"]);
        assert_eq!(fits("{a}/{a}", "x/y"), Vec::<String>::new());
        let known = Holes::new([("b", "z")]);
        assert_eq!(known.fits("{a}-{b}", "x-y-z"), [known.with("a", "x-y")]);
    }
}
