-- The first schema: documents and their segments, units and their variants, where each variant was found, and every change.
-- What it gains: each text is kept once however often it occurs; a change is taken back by deleting the rows that carry its number and
-- putting the rows of the `*_before` tables back.

-- One row for every change that did something. Never deleted: taking a change back is a change of its own, which `undoes` it.
CREATE TABLE change (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    command TEXT NOT NULL,
    detail TEXT NOT NULL,
    documents INTEGER NOT NULL DEFAULT 0,
    units INTEGER NOT NULL DEFAULT 0,
    extended INTEGER NOT NULL DEFAULT 0,
    joined INTEGER NOT NULL DEFAULT 0,
    statuses INTEGER NOT NULL DEFAULT 0,
    undoes INTEGER UNIQUE REFERENCES change
) STRICT;

CREATE TABLE lang (
    id INTEGER PRIMARY KEY,
    tag TEXT NOT NULL UNIQUE
) STRICT;

-- `key` is the start of the hash of the normalised content: equal for texts that a reader holds to be equal.
CREATE TABLE text (
    id INTEGER PRIMARY KEY,
    lang INTEGER NOT NULL REFERENCES lang,
    key INTEGER NOT NULL,
    content TEXT NOT NULL
) STRICT;
CREATE INDEX text_key ON text (key);

-- The words of each text, by its id: as they stand (folded) and as stems, cut by us and parted by spaces. The ASCII tokenizer takes every
-- other character for a letter and so cuts nothing again.
CREATE VIRTUAL TABLE words USING fts5 (
    forms, stems, content = '', contentless_delete = 1, tokenize = "ascii tokenchars '_'"
);

-- A document without segments is known only as the origin of a place.
CREATE TABLE document (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    lang INTEGER NOT NULL REFERENCES lang,
    publisher TEXT,
    address TEXT,
    title TEXT,
    date TEXT,
    file TEXT,
    hash TEXT,
    version_of INTEGER REFERENCES document,
    content_hash BLOB,
    digest BLOB,
    change INTEGER NOT NULL REFERENCES change
) STRICT;
CREATE INDEX document_hash ON document (hash);
CREATE INDEX document_content ON document (content_hash);
CREATE INDEX document_address ON document (address);
CREATE INDEX document_version ON document (version_of);

-- `kind`, here and of places: 0 headline, 1 paragraph, 2 speaker, 3 item of a list, 4 note.
CREATE TABLE segment (
    id INTEGER PRIMARY KEY,
    document INTEGER NOT NULL REFERENCES document,
    position INTEGER NOT NULL,
    text INTEGER NOT NULL REFERENCES text,
    kind INTEGER NOT NULL,
    speaker TEXT,
    turn INTEGER NOT NULL,
    paragraph INTEGER NOT NULL,
    change INTEGER NOT NULL REFERENCES change
) STRICT;
CREATE UNIQUE INDEX segment_position ON segment (document, position);
CREATE INDEX segment_text ON segment (text);

-- `details` holds dates and users, notes and properties as JSON; `digest` the hash of everything a unit says. `status` is 0 automatic,
-- 1 confirmed, 2 rejected.
CREATE TABLE unit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tuid TEXT NOT NULL UNIQUE,
    source_lang INTEGER REFERENCES lang,
    status INTEGER NOT NULL,
    probability REAL,
    details TEXT,
    digest BLOB,
    change INTEGER NOT NULL REFERENCES change
) STRICT;

-- `lang` repeats the text's, so that a language's variants are found without opening their texts.
CREATE TABLE variant (
    id INTEGER PRIMARY KEY,
    unit INTEGER NOT NULL REFERENCES unit,
    position INTEGER NOT NULL,
    lang INTEGER NOT NULL REFERENCES lang,
    text INTEGER NOT NULL REFERENCES text,
    codes TEXT,
    details TEXT,
    change INTEGER NOT NULL REFERENCES change
) STRICT;
CREATE UNIQUE INDEX variant_unit ON variant (unit, position, lang, text);
CREATE INDEX variant_text ON variant (text, unit);

CREATE TABLE place (
    id INTEGER PRIMARY KEY,
    variant INTEGER NOT NULL REFERENCES variant,
    document INTEGER NOT NULL REFERENCES document,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    speaker TEXT,
    change INTEGER NOT NULL REFERENCES change
) STRICT;
CREATE UNIQUE INDEX place_variant ON place (variant, document, first, last);
CREATE INDEX place_document ON place (document, first, last);

-- What rows were before a change altered them: the change, then the row as it was, column by column.
CREATE TABLE document_before (
    altered_by INTEGER NOT NULL REFERENCES change,
    id INTEGER NOT NULL,
    lang INTEGER NOT NULL,
    publisher TEXT,
    address TEXT,
    title TEXT,
    date TEXT,
    file TEXT,
    hash TEXT,
    version_of INTEGER,
    content_hash BLOB,
    digest BLOB,
    change INTEGER NOT NULL,
    PRIMARY KEY (altered_by, id)
) STRICT;
CREATE TABLE unit_before (
    altered_by INTEGER NOT NULL REFERENCES change,
    id INTEGER NOT NULL,
    tuid TEXT NOT NULL,
    source_lang INTEGER,
    status INTEGER NOT NULL,
    probability REAL,
    details TEXT,
    digest BLOB,
    change INTEGER NOT NULL,
    PRIMARY KEY (altered_by, id)
) STRICT;
CREATE TABLE variant_before (
    altered_by INTEGER NOT NULL REFERENCES change,
    id INTEGER NOT NULL,
    unit INTEGER NOT NULL,
    position INTEGER NOT NULL,
    lang INTEGER NOT NULL,
    text INTEGER NOT NULL,
    codes TEXT,
    details TEXT,
    change INTEGER NOT NULL,
    PRIMARY KEY (altered_by, id)
) STRICT;
