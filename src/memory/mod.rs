//! Translation units kept and found: what a storage must do, and one folder per backend.

mod lookup;

pub use lookup::{Lookup, Neighbours, UnitId};
