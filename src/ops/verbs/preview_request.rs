//! The merge request that a preview is of: its number, and its page at the forge of a source, and at no other place.

use crate::domain::commit::CommitId;
use crate::domain::names::AppName;
use crate::domain::refusal::{Code, Error, Refusal};
use crate::domain::settings::Application;
use crate::forge::{self, State};

use crate::ops::context::Context;
use crate::ops::landing::door;
use crate::ops::previews::pages;
use crate::ops::reading::stack::Stack;

/// The number of a request: what is given, or what its address ends with.
pub fn number(text: &str) -> Option<u64> {
    let text = text.trim_start_matches(['#', '!']);
    let path = text.split(['?', '#']).next().unwrap_or(text).trim_end_matches('/');
    let last = path.rsplit('/').next()?;
    last.parse().ok().filter(|number| *number > 0)
}

/// The page of the request that is given, at the sources of these applications; `None`: none was given, or no forge is known at the source.
///
/// # Errors
/// It is no number, and no page at the forge of one of the sources.
pub fn page(stack: &Stack, given: Option<&str>, of: &[&AppName]) -> Result<Option<String>, Error> {
    let Some(given) = given else { return Ok(None) };
    let Some(number) = number(given) else {
        let what =
            format!("`{}` is no request: neither a number nor an address that ends with one", given.escape_debug());
        return Err(Refusal::new(Code::BadRef, what).hint("`--request 12`, or the address of its page").invalid());
    };
    let settings = &stack.main.settings;
    let all = settings.applications.iter().filter(|app| of.contains(&&app.name));
    let pages = all.filter_map(|app| Some((&app.name, pages::page(settings, app, number)?)));
    let pages: Vec<(&AppName, String)> = pages.collect();
    if !given.contains("://") {
        return match pages.as_slice() {
            [] => Ok(None),
            [(_, first), rest @ ..] if rest.iter().all(|(_, other)| other == first) => Ok(Some(first.clone())),
            _ => Err(Refusal::new(Code::BadRef, format!("`{number}` is the number of a request of each source"))
                .details(pages.iter().map(|(app, page)| format!("{app}: {page}")))
                .hint("give the address of its page")
                .invalid()),
        };
    }
    match pages.iter().find(|(_, page)| is_same(page, given)) {
        Some((_, page)) => Ok(Some(page.clone())),
        None => {
            let what = format!("`{}` is at no source of what is to be previewed", given.escape_debug());
            let known = pages.iter().map(|(app, page)| format!("request {number} of `{app}` would be at {page}"));
            Err(Refusal::new(Code::BadRef, what)
                .details(known)
                .hint("say which forge the source is at: `source:` of the application, `forges:` for hosts of your own")
                .invalid())
        }
    }
}

/// Whether an address is that of a page, but for how it ends.
pub fn is_same(page: &str, given: &str) -> bool {
    let plain = |text: &str| text.split(['?', '#']).next().unwrap_or(text).trim_end_matches('/').to_lowercase();
    plain(page) == plain(given)
}

/// The commit that a request is at, where it is one of this application's source: what runs where no commit was named.
///
/// # Errors
/// It has ended, or its forge cannot be asked.
pub fn head(context: &Context<'_>, stack: &Stack, app: &Application, page: &str) -> Result<Option<CommitId>, Error> {
    let settings = &stack.main.settings;
    let (Some(number), Some(source)) = (pages::number(settings, app, page), &app.source) else { return Ok(None) };
    let Some(door) = door::to_source(context, &settings.forges, &source.0)? else { return Ok(None) };
    let found = forge::of(&door).one(number)?;
    if found.state != State::Open {
        let what = format!("{page} has ended, and a preview would live no longer");
        return Err(Refusal::new(Code::RequestClosed, what)
            .hint(format!("to look at it all the same, name the commit: `{}@REV --slug NAME`", app.name))
            .refused());
    }
    Ok(found.head)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_known_by_its_number_or_by_an_address_that_ends_with_it() {
        for (text, wanted) in [
            ("12", Some(12)),
            ("#12", Some(12)),
            ("!7", Some(7)),
            ("https://git.example.com/shop/web/pulls/12", Some(12)),
            ("https://git.example.com/shop/web/-/merge_requests/12/?tab=x#note", Some(12)),
            ("0", None),
            ("pr-12", None),
            ("https://git.example.com/shop/web", None),
            ("", None),
        ] {
            assert_eq!(number(text), wanted, "{text}");
        }
    }
}
