-- What a person decides of links: places that move from one unit to another, texts of variants that are edited, and decisions that can be made again.
-- What it gains: every decision of a review is a change like any other, which `undo` takes back, and which can be done again after that.

-- How many variants a change gave another text.
ALTER TABLE change ADD COLUMN edited INTEGER NOT NULL DEFAULT 0;

-- `said` is the decision as JSON, by documents and positions, not by units: when it is made again the units it makes have other numbers.
-- `redoes` is the undo that it takes back. Never deleted.
CREATE TABLE decision (
    change INTEGER PRIMARY KEY REFERENCES change,
    document INTEGER NOT NULL,
    said TEXT NOT NULL,
    redoes INTEGER UNIQUE REFERENCES change
) STRICT;
CREATE INDEX decision_document ON decision (document);

CREATE TABLE place_before (
    altered_by INTEGER NOT NULL REFERENCES change,
    id INTEGER NOT NULL,
    variant INTEGER NOT NULL,
    document INTEGER NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    speaker TEXT,
    change INTEGER NOT NULL,
    PRIMARY KEY (altered_by, id)
) STRICT;

-- A text that only an edited variant had must not be swept away: an undo brings it back.
CREATE INDEX variant_before_text ON variant_before (text);

-- An edited text is counted anew.
CREATE TRIGGER lesson_variant_edited AFTER UPDATE OF text ON variant WHEN OLD.text <> NEW.text
BEGIN
    UPDATE lesson SET stale = 1 WHERE stale = 0 AND NEW.unit BETWEEN first AND last;
END;
