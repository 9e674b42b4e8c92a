//! The same story as a test at GitHub and at GitLab.

/// Each story as a test at both forges.
macro_rules! at_both {
    ($($story:ident)*) => {
        mod at_github { $(#[test] fn $story() { super::$story(crate::support::forges::Kind::Github); })* }
        mod at_gitlab { $(#[test] fn $story() { super::$story(crate::support::forges::Kind::Gitlab); })* }
    };
}
pub(crate) use at_both;
