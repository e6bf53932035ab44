//! The one integration binary: its module list is the table of contents.

mod interchange;
