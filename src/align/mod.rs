//! A bitext becomes an alignment: one file per signal, and the search over them; alignments become units.
