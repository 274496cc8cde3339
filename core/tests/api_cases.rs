//! The published cases of `../shared/cases`, asked through the API face. The translation of each case is the
//! executable twin of `docs/cases.md`. Where the files are not there the tests say so and pass.

mod cases;
