-- Rows that the digest of no unit or document covers get a hash of their own, the seal, and an entry of the log says how many rows it made.
-- What it gains: a single bit that flips in the number, the kind or the date of any row is found by `check`.
-- `seal_of` is a function of the program, for statements only (`seal.rs`).

-- Of all tables together: documents, segments, units, variants, places.
ALTER TABLE change ADD COLUMN made INTEGER;
ALTER TABLE change ADD COLUMN seal INTEGER;
ALTER TABLE decision ADD COLUMN seal INTEGER;
ALTER TABLE place ADD COLUMN seal INTEGER;
ALTER TABLE place_before ADD COLUMN seal INTEGER;
ALTER TABLE document_before ADD COLUMN seal INTEGER;
ALTER TABLE unit_before ADD COLUMN seal INTEGER;
ALTER TABLE variant_before ADD COLUMN seal INTEGER;
ALTER TABLE lesson ADD COLUMN seal INTEGER;

UPDATE change SET made = 0;
UPDATE change SET made = m.made FROM (
    SELECT change AS id, count(*) AS made FROM (
        SELECT change FROM document UNION ALL SELECT change FROM segment UNION ALL SELECT change FROM unit
        UNION ALL SELECT change FROM variant UNION ALL SELECT change FROM place
    ) GROUP BY change
) m WHERE m.id = change.id;
UPDATE change SET seal = seal_of(at, command, detail, documents, units, extended, joined, statuses, edited, undoes, made);
UPDATE decision SET seal = seal_of(document, said, redoes);
UPDATE place SET seal = seal_of(variant, document, first, last, kind, speaker, change);
UPDATE place_before SET seal = seal_of(variant, document, first, last, kind, speaker, change);
UPDATE document_before SET seal =
    seal_of(lang, publisher, address, title, date, file, hash, version_of, content_hash, digest, change);
UPDATE unit_before SET seal = seal_of(tuid, source_lang, status, probability, details, digest, change);
UPDATE variant_before SET seal =
    seal_of(unit, position, lang, text, codes, details, change, (SELECT content FROM text WHERE id = text));

-- A lesson that becomes stale has the complement of its seal, for a trigger cannot compute another.
UPDATE lesson SET seal = seal_of(id, one, other, confirmed, first, last, pairs, method);
UPDATE lesson SET seal = -1 - seal WHERE stale = 1;
DROP TRIGGER lesson_status;
DROP TRIGGER lesson_variant_removed;
DROP TRIGGER lesson_variant_edited;
CREATE TRIGGER lesson_status AFTER UPDATE OF status ON unit WHEN OLD.status <> NEW.status
BEGIN
    UPDATE lesson SET stale = 1, seal = -1 - seal WHERE stale = 0 AND NEW.id BETWEEN first AND last
        AND CASE confirmed WHEN 1 THEN 1 ELSE 2 END IN (OLD.status, NEW.status);
END;
CREATE TRIGGER lesson_variant_removed AFTER DELETE ON variant
BEGIN
    UPDATE lesson SET stale = 1, seal = -1 - seal WHERE stale = 0 AND OLD.unit BETWEEN first AND last;
END;
CREATE TRIGGER lesson_variant_edited AFTER UPDATE OF text ON variant WHEN OLD.text <> NEW.text
BEGIN
    UPDATE lesson SET stale = 1, seal = -1 - seal WHERE stale = 0 AND NEW.unit BETWEEN first AND last;
END;
