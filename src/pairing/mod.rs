//! Which documents of a folder are renderings of each other?
