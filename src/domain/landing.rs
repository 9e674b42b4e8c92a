//! What the commits of a landing tell of it: the verb, and the request that it came through.

use super::commit::CommitInfo;
use super::history::Change;
use super::preview::Place;
use super::trailer::Trailers;
use super::verb::Verb;

/// The verb of a change that no command of ours made.
pub const BY_HAND: &str = "by hand";

/// The verb of a change: as the trailers say, if they tell of this very change; a forge that squashes may keep
/// only the subject. Anything else was made by hand.
pub fn verb<'t>(change: &Change, maker: &CommitInfo, trailers: &'t Trailers) -> &'t str {
    let tells = trailers.promoted.iter().any(|p| p.app == change.app && p.env == change.env && p.to == change.to);
    match &trailers.verb {
        Some(verb) if tells => return verb,
        _ => {}
    }
    let subject = maker.subject();
    let (env, app) = (change.env.as_str(), change.app.as_str());
    let says = |verb: &str, link: &str| {
        let Some(rest) = subject.strip_prefix(verb) else { return false };
        let one = rest.strip_prefix(&format!(" {app} {link} {env}: "));
        let ends =
            one.is_some_and(|rest| change.to.as_ref().is_some_and(|to| rest.contains(&format!("-> {}", to.short()))));
        let several = rest.contains(&format!(" applications {link} {env}"));
        ends || several
    };
    if says("promote", "to") {
        Verb::Promote.word()
    } else if says("roll back", "in") {
        Verb::Rollback.word()
    } else {
        BY_HAND
    }
}

/// The trailer that names an instance.
pub const INSTANCE: &str = "Promotion-Preview";

/// The verb of a change of an instance: as the trailers say, if they name that very one.
pub fn verb_of_instance<'t>(place: &Place, maker: &CommitInfo, trailers: &'t Trailers) -> &'t str {
    let wanted = format!("{INSTANCE}: {place}");
    let tells = maker.message.lines().any(|line| line.trim_end() == wanted);
    let verb = trailers.verb.as_deref().and_then(Verb::of);
    verb.filter(|verb| tells && matches!(verb, Verb::Preview | Verb::Destroy)).map_or(BY_HAND, Verb::word)
}

/// The request that a landing came through (`#12`, `!12`), or the branch that was merged; `None` for a direct one.
///
/// The forms are those that GitHub, GitLab, Gitea and Forgejo, Bitbucket, Azure DevOps and plain `git merge` write.
pub fn request(message: &str) -> Option<String> {
    let subject = message.lines().next().unwrap_or_default();
    let digits = |text: &str| -> Option<String> {
        let number: String = text.chars().take_while(char::is_ascii_digit).collect();
        if number.is_empty() { None } else { Some(number) }
    };
    // GitLab names the request in the body.
    for line in message.lines() {
        if let Some(place) = line.strip_prefix("See merge request ") {
            return place.rsplit_once('!').and_then(|(_, n)| digits(n)).map(|n| format!("!{n}"));
        }
    }
    if let Some(number) = subject.strip_prefix("Merge pull request #").and_then(digits) {
        return Some(format!("#{number}"));
    }
    if let Some(number) = subject.strip_prefix("Merged PR ").and_then(digits) {
        return Some(format!("!{number}"));
    }
    if let Some((_, rest)) = subject.rsplit_once("(pull request #") {
        return digits(rest).map(|n| format!("#{n}"));
    }
    if let Some((_, rest)) = subject.rsplit_once("(#")
        && rest.contains(')')
    {
        return digits(rest).map(|n| format!("#{n}"));
    }
    if let Some((_, rest)) = subject.rsplit_once("(!")
        && rest.ends_with(')')
    {
        return digits(rest).map(|n| format!("!{n}"));
    }
    for opening in ["Merge branch '", "Merge remote-tracking branch '"] {
        if let Some(branch) = subject.strip_prefix(opening).and_then(|rest| rest.split('\'').next()) {
            return Some(branch.strip_prefix("origin/").unwrap_or(branch).to_string());
        }
    }
    // A request that was rebased, or brought along by a fast-forward, leaves no other trace.
    Trailers::read(message).branch.map(|branch| branch.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_forge_names_its_request_in_its_own_way() {
        for (message, wanted) in [
            ("Merge pull request #12 from shop/promote/production/web\n\npromote web", Some("#12")),
            ("Merge branch 'promote/production/web' into 'main'\n\nx\n\nSee merge request shop/config!34", Some("!34")),
            ("Merge pull request 'promote web' (#7) from promote/production/web into main", Some("#7")),
            ("promote web to production: a -> b (#15)", Some("#15")),
            (
                "promote web to production: a -> b\n\nPromotion-Branch: promote/production/web\n",
                Some("promote/production/web"),
            ),
            ("Merged in promote/production/web (pull request #9)", Some("#9")),
            ("Merged PR 21: promote web", Some("!21")),
            ("Merge branch 'promote/production/web'", Some("promote/production/web")),
            ("promote web to production: a -> b", None),
        ] {
            assert_eq!(request(message).as_deref(), wanted, "{message}");
        }
    }
}
