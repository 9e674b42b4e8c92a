//! Earlier names (`was:`): none may lead in a circle, and one that is another's today is told not to be followed.

use std::mem::Discriminant;

use crate::domain::settings::PinKind;

use super::reader::{Reader, Slot};

/// What a name is the name of: an application, or a kind of pin.
type Kind = Option<Discriminant<PinKind>>;

/// One earlier name, and where it is told.
struct Earlier<'n> {
    slot: Slot<'n>,
    kind: Kind,
    own: String,
    was: String,
}

/// All earlier names of the file, and the names of today.
#[derive(Default)]
pub struct Names<'n> {
    earlier: Vec<Earlier<'n>>,
    today: Vec<(Kind, String)>,
}

impl<'n> Names<'n> {
    /// Notes an application with its earlier names, each with its place.
    pub fn application(&mut self, own: &str, was: Vec<(Slot<'n>, String)>) {
        self.today.push((None, own.to_string()));
        self.earlier.extend(was.into_iter().map(|(slot, was)| Earlier { slot, kind: None, own: own.to_string(), was }));
    }

    /// Notes a pin with its earlier names.
    pub fn pin(&mut self, slot: &Slot<'n>, kind: &PinKind, was: &[String]) {
        let Some(own) = kind.name() else { return };
        let kind = Some(std::mem::discriminant(kind));
        self.today.push((kind, own.to_string()));
        let earlier = |was: &String| Earlier { slot: slot.clone(), kind, own: own.to_string(), was: was.clone() };
        self.earlier.extend(was.iter().map(earlier));
    }

    /// Keeps the faults of all that was noted.
    pub fn check(self, reader: &mut Reader<'_>) {
        let mut in_circles: Vec<(Kind, String)> = Vec::new();
        for one in &self.earlier {
            if one.was == one.own {
                reader.fault(&one.slot, format!("`{}` is its name now", one.own));
            } else if let Some(circle) = self.circle(one) {
                if in_circles.contains(&(one.kind, one.own.clone())) {
                    continue;
                }
                in_circles.extend(circle.iter().map(|name| (one.kind, name.clone())));
                let was: Vec<String> = circle.iter().skip(1).map(|name| format!("was `{name}`")).collect();
                let message = format!("`{}` {}: its earlier names lead in a circle", one.own, was.join(", which "));
                reader.fault_with_hint(&one.slot, message, "leave out the one that it never had");
            } else if self.today.iter().any(|(kind, name)| *kind == one.kind && *name == one.was) {
                let what = format!("names `{}`, which is another's name today: it is not followed", one.was);
                reader.notice(&one.slot, &what);
            }
        }
    }

    /// The names from one on its own way back to itself.
    fn circle(&self, one: &Earlier<'_>) -> Option<Vec<String>> {
        let mut ways = vec![vec![one.own.clone(), one.was.clone()]];
        while let Some(way) = ways.pop() {
            let last = way.last()?;
            for next in self.earlier.iter().filter(|next| next.kind == one.kind && next.own == *last) {
                let mut longer = way.clone();
                longer.push(next.was.clone());
                if next.was == one.own {
                    return Some(longer);
                }
                if !way.contains(&next.was) {
                    ways.push(longer);
                }
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use crate::config::check::check;
    use crate::domain::settings::FILE;

    fn text(applications: &[(&str, &str, &str, &str)]) -> String {
        let mut text = "version: 1\nenvironments: [{ name: live }]\napplications:\n".to_string();
        for (name, was, image, image_was) in applications {
            text += &format!(
                "  - {{ name: {name}, was: [{was}], pins: [{{ image: {image}, in: \"a/{name}/{{environment}}\", was: [{image_was}] }}] }}\n"
            );
        }
        text
    }

    fn faults(applications: &[(&str, &str, &str, &str)]) -> Vec<String> {
        let faults = check(text(applications).as_bytes(), FILE).err().unwrap_or_default();
        faults.into_iter().map(|fault| format!("{}:{} {}", fault.line, fault.column, fault.message)).collect()
    }

    #[test]
    fn earlier_names_that_lead_in_a_circle_are_one_fault_with_its_place() {
        assert_eq!(
            faults(&[("a", "b", "i1", "old"), ("b", "c", "i2", "older"), ("c", "a", "i3", "oldest")]),
            ["4:22 `a` was `b`, which was `c`, which was `a`: its earlier names lead in a circle"]
        );
        assert_eq!(
            faults(&[("a", "o", "i1", "i2"), ("b", "p", "i2", "i1")]),
            ["4:33 `i1` was `i2`, which was `i1`: its earlier names lead in a circle"]
        );
        assert_eq!(faults(&[("a", "a", "i1", "i1")]).len(), 2);
    }

    #[test]
    fn a_name_that_is_anothers_today_is_told_and_no_fault() {
        let apps = [("a", "b", "i1", "i2"), ("b", "o", "i2", "i3")];
        assert_eq!(faults(&apps), Vec::<String>::new());
        let notices = check(text(&apps).as_bytes(), FILE).unwrap().notices;
        let told: Vec<&String> = notices.iter().filter(|notice| notice.contains("another's name today")).collect();
        assert_eq!(told.len(), 2, "{notices:?}");
    }
}
