//! Bytes become a document: encodings, and one file per format.
