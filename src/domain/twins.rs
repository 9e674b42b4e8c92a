//! Names that some file systems take for one another: by case, by how letters are composed, and by what is not looked at or cut off.
//!
//! What git itself refuses as another spelling of `.git` (core.protectHFS, core.protectNTFS) is taken here for every name.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization as _;

use super::path::RepoPath;

/// A path as the most forgetful file system keeps it: without case and composition (APFS, NTFS), characters that HFS+ does not
/// look at or that nobody sees, dots and blanks at the end of a name and what names a stream of the file (NTFS).
pub fn folded(path: &RepoPath) -> RepoPath {
    let text = path.as_str();
    let all: Vec<Cow<'_, str>> = text.split('/').map(folded_name).collect();
    RepoPath::new(&all.join("/")).unwrap_or_else(|_| path.clone())
}

/// The same of one name. One of which nothing would be left is only without case and composition.
fn folded_name(name: &str) -> Cow<'_, str> {
    let is_plain = |b: u8| b.is_ascii() && !b.is_ascii_uppercase() && b != b':';
    if name.bytes().all(is_plain) && !name.ends_with(['.', ' ']) {
        return Cow::Borrowed(name);
    }
    let seen: String = name.chars().filter(|c| !is_ignored(*c)).collect();
    let file = seen.split(':').next().unwrap_or_default().trim_end_matches(['.', ' ']);
    let kept = if file.is_empty() { name } else { file };
    Cow::Owned(kept.nfc().flat_map(char::to_lowercase).nfc().collect())
}

/// What HFS+ does not look at, by git's own list (`next_hfs_char` in utf8.c), and what has no width.
fn is_ignored(c: char) -> bool {
    matches!(c,
        '\u{200c}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{206a}'..='\u{206f}' | '\u{feff}'
        | '\u{ad}' | '\u{180e}' | '\u{200b}' | '\u{2060}'..='\u{2064}')
}

/// Whether a name looks like the short one that Windows gives to a file beside its own (`STAGEL~1.YAM`).
pub fn looks_short(name: &str) -> bool {
    parts_of_short(name).is_some()
}

/// What stands before the `~` of a short name, its number, and its ending.
fn parts_of_short(name: &str) -> Option<(&str, &str, &str)> {
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    let (base, number) = stem.rsplit_once('~')?;
    let is_number = !number.is_empty() && number.len() <= 6 && number.bytes().all(|b| b.is_ascii_digit());
    (is_number && !base.is_empty() && base.len() + number.len() < 8 && ending.len() <= 3)
        .then_some((base, number, ending))
}

/// Whether Windows may give the short name to what has the long one: its first letters, or the first two and four hex digits
/// where many begin alike, and the first three of its ending.
pub fn may_be_short_of(short: &str, long: &str) -> bool {
    let Some((base, number, ending)) = parts_of_short(short) else { return false };
    let (stem, of_long) = match long.rsplit_once('.') {
        Some((stem, of_long)) if !stem.trim_start_matches('.').is_empty() => (stem, of_long),
        _ => (long, ""),
    };
    let cleaned = |text: &str| text.chars().filter(|c| !matches!(c, '.' | ' ')).collect::<String>();
    let (first, of_long) = (cleaned(stem), cleaned(of_long));
    // What is short already has no other name.
    let is_short = long == format!("{first}.{of_long}") || long == first;
    if is_short && first.len() <= 8 && of_long.len() <= 3 || !first.is_ascii() {
        return false;
    }
    let begins = |of: &str, with: &str| of.get(..with.len()).is_some_and(|head| head.eq_ignore_ascii_case(with));
    let is_prefix = base.len() == first.len().min(7 - number.len()) && begins(&first, base);
    let is_hashed = base.len() == 6
        && base.is_ascii()
        && begins(&first, &base[..2])
        && base.bytes().skip(2).all(|b| b.is_ascii_hexdigit());
    let ends_alike = of_long.get(..of_long.len().min(3)).is_some_and(|own| own.eq_ignore_ascii_case(ending));
    (is_prefix || is_hashed) && ends_alike
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fold(text: &str) -> String {
        folded(&RepoPath::new(text).unwrap()).to_string()
    }

    #[test]
    fn what_some_file_system_takes_for_a_name_folds_to_it() {
        for twin in [
            "stageline.yaml.",
            "stageline.yaml ",
            "stageline.yaml. . ",
            "StageLine.YAML",
            "stageline.yaml::$DATA",
            "stageline.yaml:x:$DATA",
            "stage\u{200c}line.yaml",
            "\u{feff}stageline.yaml",
            "stageline\u{200b}.yaml",
            "stageline.ya\u{202e}ml",
            "stageline.yaml \u{2060}.",
        ] {
            assert_eq!(fold(twin), "stageline.yaml", "{twin:?}");
        }
        assert_eq!(fold("Apps./web /cafe\u{301}.yaml"), "apps/web/caf\u{e9}.yaml");
        assert_eq!(fold("apps:$I30:$INDEX_ALLOCATION/web"), "apps/web");
    }

    #[test]
    fn what_is_a_name_of_its_own_stays_apart() {
        for (one, other) in [
            ("stageline.yaml", "stageline.yml"),
            ("stage.line.yaml", "stageline.yaml"),
            (".stageline", "stageline"),
            (" stageline.yaml", "stageline.yaml"),
            ("v1.2.yaml", "v12.yaml"),
            ("\u{645}\u{6cc}.yaml", "\u{645}.yaml"),
            ("\u{914d}\u{7f6e}.yaml", "\u{914d}.yaml"),
        ] {
            assert_ne!(fold(one), fold(other), "{one:?}");
        }
        // Of dots and blanks alone nothing would be left.
        for name in ["...", " ", ".. .", ":x", "\u{200b}"] {
            assert!(!fold(name).is_empty(), "{name:?}");
        }
    }

    #[test]
    fn short_names_are_told_from_names_that_only_look_like_them() {
        for (short, long) in [
            ("STAGEL~1.YAM", "stageline.yaml"),
            ("stagel~2.yam", "stageline.yaml"),
            ("STAGE~10.YAM", "stageline.yaml"),
            ("ST1A2B~1.YAM", "stageline.yaml"),
            ("STAGEL~1", ".stageline"),
            ("GITATT~1", ".gitattributes"),
            ("CODEOW~1", "CODEOWNERS"),
            ("KUSTOM~1.YAM", "kustomization.yaml"),
            ("PRODUC~1", "production"),
            ("A~1.YAM", "a.yaml"),
        ] {
            assert!(may_be_short_of(short, long), "{short} {long}");
        }
        for (short, long) in [
            ("STAGEL~1.YML", "stageline.yaml"),
            ("STAGEL~1", "stageline.yaml"),
            ("OTHERX~1.YAM", "stageline.yaml"),
            ("STAGEL~x.YAM", "stageline.yaml"),
            ("stageline~1.yaml", "stageline.yaml"),
            ("STAG~1.YAM", "stageline.yaml"),
            ("WEB~1", "web"),
            ("WEB~1.TXT", "web.txt"),
            ("stageline.yaml", "stageline.yaml"),
        ] {
            assert!(!may_be_short_of(short, long), "{short} {long}");
        }
    }

    proptest::proptest! {
        #[test]
        fn folding_twice_is_folding_once_and_never_fails(text in "[a-cA-C.: ~1\u{200c}\u{e9}\u{130}/]{1,16}") {
            if let Ok(path) = RepoPath::new(&text) {
                let once = folded(&path);
                proptest::prop_assert_eq!(folded(&once), once.clone(), "{:?}", once);
            }
        }

        #[test]
        fn no_pair_of_names_breaks_the_reader_of_short_ones(short in "\\PC{0,14}", long in "\\PC{0,20}") {
            let _ = may_be_short_of(&short, &long);
        }
    }
}
