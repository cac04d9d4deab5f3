-- Corrections, the ledger of what readers were shown, takedowns, the front laid by hand.

-- A correction of a published story. Only a takedown empties its text.
CREATE TABLE correction (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    story_id INTEGER NOT NULL REFERENCES story (id),
    at INTEGER NOT NULL,
    account_id INTEGER REFERENCES account (id), -- for none NULL
    shown INTEGER NOT NULL CHECK (shown IN (0, 1)), -- its story is published
    text TEXT NOT NULL -- Markdown
) STRICT;
CREATE INDEX correction_story ON correction (story_id, id);
CREATE INDEX correction_shown ON correction (id) WHERE shown = 1;

-- What readers were shown, numbered and chained (newsroom/ledger.h). Rows are only ever added.
CREATE TABLE ledger (
    number INTEGER PRIMARY KEY CHECK (number > 0),
    at INTEGER NOT NULL,
    kind INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 5), -- publish, update, correction, withdrawal, takedown
    story_id INTEGER NOT NULL,
    object_id INTEGER NOT NULL, -- the revision or the correction; otherwise 0
    digest TEXT NOT NULL, -- of the texts that readers were shown
    hash TEXT NOT NULL
) STRICT;
CREATE TRIGGER ledger_never_changes BEFORE UPDATE ON ledger
BEGIN SELECT RAISE(ABORT, 'the ledger is only added to'); END;
CREATE TRIGGER ledger_never_shrinks BEFORE DELETE ON ledger
BEGIN SELECT RAISE(ABORT, 'the ledger is only added to'); END;

-- Stories whose texts were erased for a legal reason.
CREATE TABLE takedown (
    story_id INTEGER PRIMARY KEY REFERENCES story (id),
    at INTEGER NOT NULL,
    status INTEGER NOT NULL CHECK (status IN (410, 451)) -- what its addresses answer
) STRICT;
-- Files of pictures that went with them.
CREATE TABLE erased_file (
    name TEXT NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- Revisions never change: but for a takedown.
DROP TRIGGER revision_never_changes;
DROP TRIGGER text_picture_never_goes;
DROP TRIGGER revision_desk_never_changes;
CREATE TRIGGER revision_never_changes BEFORE UPDATE ON revision
WHEN NOT EXISTS (SELECT 1 FROM takedown t WHERE t.story_id = old.story_id)
BEGIN SELECT RAISE(ABORT, 'a revision is never changed'); END;
CREATE TRIGGER text_picture_never_goes BEFORE DELETE ON text_picture
WHEN NOT EXISTS (SELECT 1 FROM revision r JOIN takedown t ON t.story_id = r.story_id
    WHERE r.id = old.revision_id)
BEGIN SELECT RAISE(ABORT, 'a revision is never changed'); END;
CREATE TRIGGER revision_desk_never_changes BEFORE UPDATE ON revision_desk
WHEN NOT EXISTS (SELECT 1 FROM revision r JOIN takedown t ON t.story_id = r.story_id
    WHERE r.id = old.revision_id)
BEGIN SELECT RAISE(ABORT, 'a revision is never changed'); END;

-- Layouts of the front; the newest is the one that readers see.
CREATE TABLE layout (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    account_id INTEGER REFERENCES account (id), -- for none NULL
    restored_from INTEGER REFERENCES layout (id) -- for none NULL
) STRICT;
CREATE TABLE layout_pin (
    layout_id INTEGER NOT NULL REFERENCES layout (id),
    position INTEGER NOT NULL, -- 1, 2, 3 … through all areas
    area INTEGER NOT NULL CHECK (area BETWEEN 1 AND 5), -- lead, second, featured, block, section's lead
    section_id INTEGER REFERENCES section (id), -- of the last two; else NULL
    story_id INTEGER NOT NULL REFERENCES story (id),
    until INTEGER NOT NULL, -- 0: for good
    PRIMARY KEY (layout_id, position),
    CHECK ((section_id IS NOT NULL) = (area >= 4))
) STRICT, WITHOUT ROWID;
