//! Gates: pure rules that judge a proposal. One gate a file.
