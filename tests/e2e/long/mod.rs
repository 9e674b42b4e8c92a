//! The landing engine under hostile conditions: a few of each in the ordinary run, many by `sh tests/run long`.

pub mod counts;
mod fairness;
mod field;
mod figures;
mod generated;
mod kills;
mod late;
mod ledger;
mod order;
mod outcome;
mod past;
mod races;
mod scene;
mod signals;
mod stopped;
mod terminal;
