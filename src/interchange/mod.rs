//! Translation units to and from bytes: one file per format.
