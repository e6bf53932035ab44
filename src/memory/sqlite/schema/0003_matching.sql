-- The index of words becomes one index for suggesting and searching, in blocks that are read one at a time (`src/index`).
-- What it gains: a query in a process that has just begun reads some dozens of blocks instead of every text, an import fills the index by the
-- batch instead of text by text, and what FTS5 took of an import and of the file is given back.
DROP TABLE words;

-- Which form the blocks have; where there is no row, or another form, the index is made anew.
CREATE TABLE shelf_state (form INTEGER NOT NULL) STRICT;
INSERT INTO shelf_state (form) SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM text);

-- A batch of texts of one language that is indexed; `last` is its highest text.
CREATE TABLE shelf (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    lang INTEGER NOT NULL REFERENCES lang,
    texts INTEGER NOT NULL,
    last INTEGER NOT NULL
) STRICT;

-- The number of a block is made of the shelf's, that of its part and its own: shelf << 36 | part << 32 | number.
CREATE TABLE shelf_block (
    id INTEGER PRIMARY KEY,
    data BLOB NOT NULL
) STRICT;

-- Texts that are not to be looked for on every shelf that has them: 0 on none yet (a new or altered text), -1 on none any more, else only there.
CREATE TABLE shelf_text (
    text INTEGER PRIMARY KEY,
    shelf INTEGER NOT NULL
) STRICT;
CREATE INDEX shelf_text_loose ON shelf_text (shelf) WHERE shelf = 0;
