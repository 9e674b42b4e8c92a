//! The verbs that change something, and the one word of each: in reports, trailers, and the names of request branches.

/// What a writing verb does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    Promote,
    Rollback,
    Undo,
    HoldSet,
    HoldLift,
    Sync,
    /// Makes or moves an instance of an ephemeral environment.
    Preview,
    /// Takes one away.
    Destroy,
}

impl Verb {
    /// All of them.
    const ALL: [Verb; 8] = [
        Verb::Promote,
        Verb::Rollback,
        Verb::Undo,
        Verb::HoldSet,
        Verb::HoldLift,
        Verb::Sync,
        Verb::Preview,
        Verb::Destroy,
    ];

    /// The word in reports and trailers.
    pub fn word(self) -> &'static str {
        match self {
            Verb::Promote => "promote",
            Verb::Rollback => "rollback",
            Verb::Undo => "undo",
            Verb::HoldSet => "hold",
            Verb::HoldLift => "lift",
            Verb::Sync => "sync",
            Verb::Preview => "preview",
            Verb::Destroy => "destroy",
        }
    }

    /// The first level of a request branch's name: one for a hold, set or lifted, and one for previews.
    pub fn branch_word(self) -> &'static str {
        match self {
            Verb::HoldLift => Verb::HoldSet.word(),
            Verb::Destroy => Verb::Preview.word(),
            other => other.word(),
        }
    }

    /// All first levels of request branches' names, each once.
    pub fn branch_words() -> impl Iterator<Item = &'static str> {
        Self::ALL.into_iter().filter(|verb| verb.branch_word() == verb.word()).map(Self::branch_word)
    }

    /// The verb of a word, as a report or a trailer has it; `None` for a word that is none of ours.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verb| verb.word() == word)
    }

    /// Whether it is meant to bring back what stood before. Only words are told by this; what a change is, the past tells.
    pub fn is_meant_back(self) -> bool {
        matches!(self, Verb::Rollback | Verb::Undo)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_leads_back_to_its_verb() {
        for verb in Verb::ALL {
            assert_eq!(Verb::of(verb.word()), Some(verb));
        }
        assert_eq!(Verb::of("by hand"), None);
    }
}
