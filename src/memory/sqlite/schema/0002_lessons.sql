-- What units teach the aligner, counted: derived from units, so that the log knows nothing of it and all of it may be deleted at any time.

-- The units `first` to `last` that have texts in both languages (primary subtags, `one` before `other`): all but the rejected ones, or only the
-- confirmed. Stale when one of them changed since: it is then as if the lesson were not there.
CREATE TABLE lesson (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    one TEXT NOT NULL,
    other TEXT NOT NULL,
    confirmed INTEGER NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    pairs INTEGER NOT NULL,
    method INTEGER NOT NULL,
    stale INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE stem (
    id INTEGER PRIMARY KEY,
    form TEXT NOT NULL UNIQUE
) STRICT;

-- By direction (0: from `one` to `other`) how often a stem occurred in a lesson, and which stems rendered it how often: pairs of a stem's number
-- (32 bits) and a count (32 bits, floating), little endian. `hash` is the start of the hash of the row.
CREATE TABLE rendering (
    lesson INTEGER NOT NULL REFERENCES lesson,
    direction INTEGER NOT NULL,
    stem INTEGER NOT NULL,
    total REAL NOT NULL,
    others BLOB NOT NULL,
    hash INTEGER NOT NULL,
    PRIMARY KEY (lesson, direction, stem)
) STRICT, WITHOUT ROWID;

CREATE INDEX unit_confirmed ON unit (id) WHERE status = 1;

-- Whatever changes a unit makes the lessons stale that counted it. That a unit gains a variant is told by the program: a trigger on every new
-- variant would make imports a third slower.
CREATE TRIGGER lesson_status AFTER UPDATE OF status ON unit WHEN OLD.status <> NEW.status
BEGIN
    UPDATE lesson SET stale = 1 WHERE NEW.id BETWEEN first AND last
        AND CASE confirmed WHEN 1 THEN 1 ELSE 2 END IN (OLD.status, NEW.status);
END;
CREATE TRIGGER lesson_variant_removed AFTER DELETE ON variant
BEGIN
    UPDATE lesson SET stale = 1 WHERE stale = 0 AND OLD.unit BETWEEN first AND last;
END;
