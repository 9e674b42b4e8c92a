//! What `init` proposes: what discovery finds and proves, as far as `config check` takes it.

use crate::domain::fault::Fault;
use crate::domain::files::Files;
use crate::domain::refusal::Error;

use super::discover::{Discovery, discover_all};
use super::{check, text};

/// What discovery finds in these files. What the check of the written file would refuse is left out with its reason.
pub fn find(files: &dyn Files) -> Result<Discovery, Error> {
    let mut found = discover_all(files)?;
    keep_valid(&mut found);
    Ok(found)
}

/// Leaves out each pin, and else each application, that a fault of the written file is about.
fn keep_valid(found: &mut Discovery) {
    while !found.settings.applications.is_empty() {
        let Err(faults) = check::check(text::init(found).as_bytes(), "stageline.yaml") else { return };
        let Some(fault) = faults.into_iter().find(|fault| place(fault).is_some()) else {
            // Nothing that is faulty is written, and nothing tells what to leave out.
            let all = std::mem::take(&mut found.settings.applications);
            let reason = "`config check` refuses what was found of it";
            found.left_out.extend(all.iter().map(|application| (application.name.to_string(), reason.to_string())));
            return;
        };
        leave_out(found, &fault);
    }
}

/// The application, and the pin of it, that a fault is about.
fn place(fault: &Fault) -> Option<(usize, Option<usize>)> {
    let number =
        |text: &str, start: &str| -> Option<usize> { text.strip_prefix(start)?.split(']').next()?.parse().ok() };
    let application = number(&fault.key, "applications[")?;
    let pin = fault.key.split_once("].").and_then(|(_, rest)| number(rest, "pins["));
    Some((application, pin))
}

fn leave_out(found: &mut Discovery, fault: &Fault) {
    let all = &mut found.settings.applications;
    let Some((nth, pin)) = place(fault).filter(|(nth, _)| *nth < all.len()) else {
        all.pop();
        return;
    };
    match pin.filter(|pin| *pin < all[nth].pins.len() && all[nth].pins.len() > 1) {
        Some(pin) => {
            let pin = all[nth].pins.remove(pin);
            found.left_out.push((pin.within, format!("`{}`: {}", pin.kind.identity(), fault.message)));
        }
        None => {
            let application = all.remove(nth);
            let within =
                application.pins.first().map_or_else(|| application.name.to_string(), |pin| pin.within.clone());
            found.left_out.push((within, format!("`{}`: {}", application.name, fault.message)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::memory::Memory;
    use crate::domain::settings::{DigestRule, PinKind};

    fn of_two() -> Discovery {
        let overlay = |app: &str| format!("images: [{{name: r/shop/{app}, newTag: v1.2.3}}]\n");
        let path = |app: &str, env: &str| format!("apps/{app}/overlays/{env}/kustomization.yaml");
        let files = ["api", "web"]
            .into_iter()
            .flat_map(|app| ["staging", "production"].map(|env| (path(app, env), overlay(app))));
        find(&Memory::new(files)).unwrap()
    }

    #[test]
    fn what_the_check_refuses_is_left_out_with_its_reason_and_the_rest_stays() {
        let mut found = of_two();
        assert_eq!(found.settings.applications.len(), 2, "{found:#?}");
        let faulty = PinKind::Image { image: "r/shop/api:v1".into(), digest: DigestRule::Ask };
        found.settings.applications[0].pins[0].kind = faulty;
        keep_valid(&mut found);
        let names: Vec<&str> = found.settings.applications.iter().map(|app| app.name.as_str()).collect();
        assert_eq!(names, ["web"]);
        assert!(
            found.left_out.iter().any(|(place, why)| place.starts_with("apps/api") && why.contains("`api`")),
            "{found:#?}"
        );
    }

    #[test]
    fn one_faulty_pin_does_not_take_its_application_along() {
        let mut found = of_two();
        let pins = &mut found.settings.applications[1].pins;
        pins.push(pins[0].clone());
        keep_valid(&mut found);
        let pins: Vec<usize> = found.settings.applications.iter().map(|app| app.pins.len()).collect();
        assert_eq!(pins, [1, 1], "{found:#?}");
    }
}
