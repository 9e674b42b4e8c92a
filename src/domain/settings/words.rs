//! The closed lists of words of `stageline.yaml`: each is one enum that knows how the file writes its items.

/// Makes an enum whose items are words of the file.
///
/// `WORDS` has every word with what it means, in the order of the documentation; `word` is the word of one item.
macro_rules! words {
    ($(#[$about:meta])* $name:ident { $($(#[$item_about:meta])* $item:ident = $word:literal),+ $(,)? }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$item_about])* $item),+
        }

        impl $name {
            /// Every word of the file with what it means, in the order of the documentation.
            pub const WORDS: &'static [(&'static str, Self)] = &[$(($word, Self::$item)),+];

            /// The word that the file has for it.
            pub fn word(self) -> &'static str {
                match self {
                    $(Self::$item => $word),+
                }
            }
        }
    };
}

pub(super) use words;
