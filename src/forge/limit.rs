//! How a server says that it wants to be asked less often, and for how long it wants to be left alone.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use crate::http::Reply;
use crate::http::patience::{date, retry_after, until};

/// "Otherwise, wait for at least one minute before retrying."
const UNNAMED: Duration = Duration::from_secs(60);

/// Whether an answer is one of those (docs.github.com, "Rate limits for the REST API": 403 or 429, with `retry-after`, with nothing
/// left in `x-ratelimit-remaining`, or with words about the secondary limit alone; GitLab, Gitea: 429).
pub fn is_one(reply: &Reply) -> bool {
    let is_none_left = reply.header("x-ratelimit-remaining") == Some("0");
    let is_named = is_none_left || reply.header("retry-after").is_some();
    reply.status == 429 || (reply.status == 403 && (is_named || is_secondary(reply)))
}

/// GitHub names that limit in its words and in the page that they lead to, and often in no header.
fn is_secondary(reply: &Reply) -> bool {
    let value: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
    ["message", "documentation_url"].iter().any(|key| {
        let text = value[key].as_str().unwrap_or_default().to_lowercase();
        text.contains("secondary rate limit") || text.contains("secondary-rate-limits")
    })
}

/// How long a server wants to be left alone: by seconds or a date in `retry-after`, else until `x-ratelimit-reset`, both by the
/// server's own clock. `None`: it does not say.
pub fn after(reply: &Reply) -> Option<Duration> {
    if reply.header("retry-after").is_some() {
        return retry_after(reply, None);
    }
    let reset = || Timestamp::from_second(reply.header("x-ratelimit-reset")?.trim().parse().ok()?).ok();
    if reply.header("x-ratelimit-remaining") == Some("0") {
        return reset().and_then(|end| Some(until(date(reply.header("date")?)?, end)));
    }
    is_secondary(reply).then_some(UNNAMED)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(status: u16, headers: &[(&str, &str)], body: &str) -> Reply {
        let headers = headers.iter().map(|(name, value)| ((*name).to_string(), (*value).to_string())).collect();
        Reply { status, headers, body: body.into() }
    }

    const NOW: (&str, &str) = ("date", "Thu, 26 Nov 2026 10:00:00 GMT");
    const NONE: (&str, &str) = ("x-ratelimit-remaining", "0");
    const WORDS: &str =
        r#"{"message": "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."}"#;
    const PAGE: &str =
        r#"{"message": "x", "documentation_url": "https://docs.github.com/en/rest#about-secondary-rate-limits"}"#;

    #[test]
    fn a_limit_is_known_by_its_status_its_headers_or_its_words_and_a_missing_right_is_none() {
        for (reply, is_limit) in [
            (reply(429, &[], ""), true),
            (reply(403, &[("retry-after", "1")], ""), true),
            (reply(403, &[NONE], ""), true),
            (reply(403, &[("x-ratelimit-remaining", "4999")], WORDS), true),
            (reply(403, &[], PAGE), true),
            (reply(403, &[("x-ratelimit-remaining", "4999")], r#"{"message": "Resource not accessible"}"#), false),
            (reply(403, &[], "<html>secondary rate limit"), false),
            (reply(422, &[], WORDS), false),
        ] {
            assert_eq!(is_one(&reply), is_limit, "{reply:?}");
        }
    }

    #[test]
    fn how_long_is_told_in_seconds_by_a_date_or_by_a_reset_and_always_by_the_servers_own_clock() {
        let seconds = |count| Some(Duration::from_secs(count));
        for (reply, wanted) in [
            (reply(429, &[("retry-after", " 7 ")], ""), seconds(7)),
            (reply(429, &[NOW, ("retry-after", "Thu, 26 Nov 2026 10:02:00 GMT")], ""), seconds(120)),
            (reply(429, &[NOW, ("retry-after", "Thu, 26 Nov 2026 09:00:00 GMT")], ""), seconds(0)),
            (reply(429, &[("retry-after", "Thu, 26 Nov 2026 10:02:00 GMT")], ""), None),
            (reply(429, &[("retry-after", "18446744073709551615")], ""), seconds(u64::MAX)),
            (reply(429, &[("retry-after", "-5")], ""), None),
            (reply(429, &[("retry-after", "soon")], ""), None),
            (reply(403, &[NOW, NONE, ("x-ratelimit-reset", "1795687500")], ""), seconds(300)),
            (reply(403, &[NOW, NONE, ("x-ratelimit-reset", "9999999999999999")], ""), None),
            (reply(403, &[NONE, ("x-ratelimit-reset", "1795687500")], ""), None),
            (
                reply(403, &[NOW, ("x-ratelimit-remaining", "3"), ("x-ratelimit-reset", "1795687500")], WORDS),
                seconds(60),
            ),
            (reply(503, &[], ""), None),
        ] {
            assert_eq!(after(&reply), wanted, "{reply:?}");
        }
    }
}
