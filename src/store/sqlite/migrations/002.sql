-- Migration 2: the desk. Accounts, the audit trail, where stories stand, notes, previews, the library.
--
-- "For none" in a comment means NULL where a foreign key stands and 0 elsewhere.

-- ---- Accounts ----------------------------------------------------------------------------------

CREATE TABLE account (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL, -- for colleagues
    login TEXT NOT NULL, -- as typed
    key TEXT NOT NULL UNIQUE, -- the login as compared
    role INTEGER NOT NULL CHECK (role BETWEEN 1 AND 4), -- contributor, reporter, editor, publisher
    password TEXT NOT NULL, -- Argon2id hash; empty: none was set yet
    author_id INTEGER REFERENCES name (id), -- the byline offered for its stories; for none NULL
    created_at INTEGER NOT NULL,
    disabled_at INTEGER NOT NULL, -- 0: it works
    notes_seen INTEGER NOT NULL -- id of the newest note that it has read
) STRICT;
CREATE INDEX account_ready ON account (role) WHERE disabled_at = 0 AND password <> '';

CREATE TABLE account_link (
    id INTEGER PRIMARY KEY,
    hash TEXT NOT NULL UNIQUE, -- of the token
    kind INTEGER NOT NULL CHECK (kind IN (1, 2, 3)), -- first publisher, invitation, reset
    account_id INTEGER REFERENCES account (id), -- NULL: makes the first publisher
    created_by INTEGER REFERENCES account (id), -- NULL: the command line
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER NOT NULL -- or revoked; 0: not yet
) STRICT;
CREATE INDEX account_link_open ON account_link (account_id, id) WHERE used_at = 0;

CREATE TABLE session (
    id INTEGER PRIMARY KEY AUTOINCREMENT, -- one that ended does not come back as another
    hash TEXT NOT NULL UNIQUE, -- of the token
    account_id INTEGER NOT NULL REFERENCES account (id),
    created_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    agent TEXT NOT NULL, -- the browser in a few words
    network TEXT NOT NULL -- prefix of the peer's address
) STRICT;
CREATE INDEX session_account ON session (account_id, id);
CREATE INDEX session_expires ON session (expires_at);

-- A browser from which the account signed in before.
CREATE TABLE device (
    id INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES account (id),
    hash TEXT NOT NULL, -- of its token
    at INTEGER NOT NULL,
    UNIQUE (account_id, hash)
) STRICT;

-- Tries to sign in.
CREATE TABLE try (
    who TEXT NOT NULL PRIMARY KEY, -- what is limited, hashed
    since INTEGER NOT NULL, -- the window's first try
    tries INTEGER NOT NULL -- within the window
) STRICT, WITHOUT ROWID;
CREATE INDEX try_since ON try (since);

-- ---- Audit trail ---------------------------------------------------------------------------------

CREATE TABLE audit (
    number INTEGER PRIMARY KEY, -- 1, 2, 3 … without gaps
    at INTEGER NOT NULL,
    account_id INTEGER REFERENCES account (id), -- NULL: the command line, the clock
    name TEXT NOT NULL, -- the account's at that time
    action TEXT NOT NULL, -- "story.publish"
    object TEXT NOT NULL, -- "story/41"
    detail TEXT NOT NULL, -- a line for people
    hash TEXT NOT NULL -- of this row and of the hash before
) STRICT;
CREATE INDEX audit_at ON audit (at, number);
CREATE INDEX audit_account ON audit (account_id, number) WHERE account_id IS NOT NULL;
CREATE INDEX audit_action ON audit (action, number);
CREATE INDEX audit_object ON audit (object, number) WHERE object <> '';

CREATE TRIGGER audit_never_changes BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit trail is never changed'); END;
CREATE TRIGGER audit_never_goes BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit trail is never changed'); END;
CREATE TRIGGER audit_has_no_gaps BEFORE INSERT ON audit
WHEN new.number IS NOT (SELECT coalesce(max(number), 0) + 1 FROM audit)
BEGIN SELECT RAISE(ABORT, 'the audit trail has no gaps'); END;

-- ---- What the desk adds to a revision --------------------------------------------------------------

CREATE TABLE revision_desk (
    revision_id INTEGER PRIMARY KEY REFERENCES revision (id),
    account_id INTEGER REFERENCES account (id), -- who made it; for none NULL
    restored_from INTEGER REFERENCES revision (id), -- for none NULL
    social_title TEXT NOT NULL, -- empty: the headline
    social_description TEXT NOT NULL -- empty: the standfirst
) STRICT;
CREATE TRIGGER revision_desk_never_changes BEFORE UPDATE ON revision_desk
BEGIN SELECT RAISE(ABORT, 'a revision is never changed'); END;
CREATE TRIGGER revision_desk_never_goes BEFORE DELETE ON revision_desk
BEGIN SELECT RAISE(ABORT, 'a revision is never changed'); END;

-- The pictures within a revision's text.
CREATE TABLE text_picture (
    revision_id INTEGER NOT NULL REFERENCES revision (id),
    position INTEGER NOT NULL, -- 1, 2, 3 …
    picture_id INTEGER NOT NULL REFERENCES picture (id),
    PRIMARY KEY (revision_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX text_picture_picture ON text_picture (picture_id, revision_id);
CREATE TRIGGER text_picture_never_changes BEFORE UPDATE ON text_picture
BEGIN SELECT RAISE(ABORT, 'a revision is never changed'); END;
CREATE TRIGGER text_picture_never_goes BEFORE DELETE ON text_picture
BEGIN SELECT RAISE(ABORT, 'a revision is never changed'); END;

-- Texts beside the line of revisions.
CREATE TABLE kept (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind INTEGER NOT NULL CHECK (kind IN (1, 2)), -- working copy, lost a conflict
    story_id INTEGER NOT NULL REFERENCES story (id),
    account_id INTEGER REFERENCES account (id), -- for none NULL
    base INTEGER REFERENCES revision (id), -- the revision that it began from; for none NULL
    at INTEGER NOT NULL,
    section_id INTEGER REFERENCES section (id),
    picture_id INTEGER REFERENCES picture (id),
    featured INTEGER NOT NULL CHECK (featured IN (0, 1)),
    slug TEXT NOT NULL,
    headline TEXT NOT NULL,
    standfirst TEXT NOT NULL,
    language TEXT NOT NULL,
    caption TEXT NOT NULL,
    credit TEXT NOT NULL,
    alt TEXT NOT NULL,
    dateline TEXT NOT NULL,
    agency TEXT NOT NULL,
    tags TEXT NOT NULL, -- ids in order, parted by spaces
    authors TEXT NOT NULL, -- the same
    social_title TEXT NOT NULL,
    social_description TEXT NOT NULL,
    body TEXT NOT NULL -- Markdown
) STRICT;
CREATE INDEX kept_story ON kept (story_id, id);
CREATE UNIQUE INDEX kept_working ON kept (story_id, account_id) WHERE kind = 1;
CREATE INDEX kept_picture ON kept (picture_id) WHERE picture_id IS NOT NULL;

-- ---- Where stories stand -----------------------------------------------------------------------------

-- One row for each story, kept by the triggers below. Its rowid is its place in the lists of the
-- desk: the date in seconds (from -2^33 to 2^33 - 1) in the upper 34 bits, the story's id in the
-- lower 29: a walk of the table is a walk by date.
CREATE TABLE desk (
    place INTEGER PRIMARY KEY,
    story_id INTEGER NOT NULL UNIQUE REFERENCES story (id) CHECK (story_id < 536870912),
    -- draft, handed in, in edit, ready, scheduled, published, withdrawn, spiked
    state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 8),
    date INTEGER NOT NULL, -- scheduled for, else first published, else changed last
    owner_id INTEGER REFERENCES account (id), -- whose story it is; for none NULL
    editor_id INTEGER REFERENCES account (id), -- who edits it, or did last; for none NULL
    handed_in_at INTEGER NOT NULL, -- 0 for never
    publish_at INTEGER NOT NULL, -- 0 unless scheduled
    scheduled_by INTEGER REFERENCES account (id),
    scheduled_minor INTEGER NOT NULL CHECK (scheduled_minor IN (0, 1)),
    scheduled_relist INTEGER NOT NULL CHECK (scheduled_relist IN (0, 1)),
    embargo_until INTEGER NOT NULL, -- 0 for none
    live_at INTEGER NOT NULL, -- when a revision went live last; 0 for never
    words TEXT, -- of the newest headline, by which it is found; NULL: wait to be written
    CHECK ((state = 5) = (publish_at > 0))
) STRICT;
CREATE INDEX desk_mine ON desk (owner_id, place) WHERE state < 6;
CREATE INDEX desk_handed_in ON desk (handed_in_at, story_id) WHERE state = 2;
CREATE INDEX desk_scheduled ON desk (publish_at, story_id) WHERE state = 5;
CREATE INDEX desk_embargo ON desk (embargo_until, story_id) WHERE embargo_until > 0;
CREATE INDEX desk_live ON desk (live_at, story_id) WHERE live_at > 0;
CREATE INDEX desk_unworded ON desk (story_id) WHERE words IS NULL;

-- The same stories once more for each thing by which the desk's lists are filtered.
CREATE TABLE desk_list (
    kind INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 5), -- section, tag, author, state, owner
    list_id INTEGER NOT NULL, -- which one
    place INTEGER NOT NULL, -- as in table desk
    PRIMARY KEY (kind, list_id, place)
) STRICT, WITHOUT ROWID;

-- Words of headlines, which the newsroom has cut, folded and stripped of marks: the tokenizer only
-- parts them at spaces. Only whether a word is there is kept, not where.
CREATE VIRTUAL TABLE headline USING fts5 (
    words, content = 'desk', content_rowid = 'place', detail = 'none', columnsize = 0,
    tokenize = 'ascii tokenchars _'
);

-- Rows that are still in it and must go.
CREATE TABLE headline_gone (
    place INTEGER PRIMARY KEY,
    words TEXT NOT NULL
) STRICT;

-- Who works where.
CREATE TABLE presence (
    story_id INTEGER NOT NULL REFERENCES story (id),
    account_id INTEGER NOT NULL REFERENCES account (id),
    since INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (story_id, account_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX presence_expires ON presence (expires_at);

CREATE TABLE note (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    story_id INTEGER NOT NULL REFERENCES story (id),
    at INTEGER NOT NULL,
    account_id INTEGER REFERENCES account (id), -- NULL: the program
    kind INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 5), -- words, handed in, returned, state, clock
    text TEXT NOT NULL
) STRICT;
CREATE INDEX note_story ON note (story_id, id);

CREATE TABLE preview (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    hash TEXT NOT NULL UNIQUE, -- of the token
    story_id INTEGER NOT NULL REFERENCES story (id),
    revision_id INTEGER REFERENCES revision (id), -- NULL: always the newest
    created_by INTEGER REFERENCES account (id),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    revoked_at INTEGER NOT NULL, -- 0 for not
    seen_at INTEGER NOT NULL, -- 0 for never
    label TEXT NOT NULL -- for whom
) STRICT;
CREATE INDEX preview_story ON preview (story_id, id);

CREATE TABLE related_choice (
    story_id INTEGER NOT NULL REFERENCES story (id),
    position INTEGER NOT NULL, -- 1, 2, 3 …
    related_id INTEGER NOT NULL REFERENCES story (id),
    removed INTEGER NOT NULL CHECK (removed IN (0, 1)), -- 0: pinned
    PRIMARY KEY (story_id, position),
    UNIQUE (story_id, related_id),
    CHECK (related_id <> story_id)
) STRICT, WITHOUT ROWID;

-- ---- Desk rows follow the stories ----------------------------------------------------------------------

CREATE TRIGGER desk_new AFTER INSERT ON desk
BEGIN
    INSERT OR IGNORE INTO desk_list SELECT 1, r.section_id, new.place
        FROM story s JOIN revision r ON r.id = s.newest WHERE s.id = new.story_id;
    INSERT OR IGNORE INTO desk_list SELECT 2 + n.kind, n.name_id, new.place
        FROM story s JOIN revision_name n ON n.revision_id = s.newest WHERE s.id = new.story_id;
    INSERT OR IGNORE INTO desk_list VALUES (4, new.state, new.place);
    INSERT OR IGNORE INTO desk_list SELECT 5, new.owner_id, new.place WHERE new.owner_id IS NOT NULL;
END;

CREATE TRIGGER desk_moves AFTER UPDATE OF place, state, owner_id ON desk
WHEN old.place <> new.place OR old.state <> new.state OR old.owner_id IS NOT new.owner_id
BEGIN
    DELETE FROM desk_list WHERE kind = 4 AND list_id = old.state AND place = old.place;
    DELETE FROM desk_list WHERE kind = 5 AND list_id = old.owner_id AND place = old.place;
    DELETE FROM desk_list WHERE kind = 1 AND place = old.place AND old.place <> new.place
        AND list_id = (SELECT r.section_id FROM story s JOIN revision r ON r.id = s.newest
            WHERE s.id = old.story_id);
    DELETE FROM desk_list WHERE kind = 2 AND place = old.place AND old.place <> new.place
        AND list_id IN (SELECT n.name_id FROM story s JOIN revision_name n
            ON n.revision_id = s.newest AND n.kind = 0 WHERE s.id = old.story_id);
    DELETE FROM desk_list WHERE kind = 3 AND place = old.place AND old.place <> new.place
        AND list_id IN (SELECT n.name_id FROM story s JOIN revision_name n
            ON n.revision_id = s.newest AND n.kind = 1 WHERE s.id = old.story_id);
    INSERT OR IGNORE INTO desk_list SELECT 1, r.section_id, new.place
        FROM story s JOIN revision r ON r.id = s.newest
        WHERE s.id = new.story_id AND old.place <> new.place;
    INSERT OR IGNORE INTO desk_list SELECT 2 + n.kind, n.name_id, new.place
        FROM story s JOIN revision_name n ON n.revision_id = s.newest
        WHERE s.id = new.story_id AND old.place <> new.place;
    INSERT OR IGNORE INTO desk_list VALUES (4, new.state, new.place);
    INSERT OR IGNORE INTO desk_list SELECT 5, new.owner_id, new.place WHERE new.owner_id IS NOT NULL;
END;

-- A virtual table must not be written by a trigger here: what leaves the index is noted, and the store
-- takes it out when it next writes words.
CREATE TRIGGER desk_words_go AFTER UPDATE OF place, words ON desk
WHEN old.words IS NOT NULL AND new.words IS NULL
BEGIN INSERT OR IGNORE INTO headline_gone (place, words) VALUES (old.place, old.words); END;

-- A story has its first revision, or another one.
CREATE TRIGGER desk_follows_first AFTER UPDATE OF newest ON story
WHEN old.newest IS NULL AND new.newest IS NOT NULL
BEGIN
    INSERT INTO desk (place, story_id, state, date, handed_in_at, publish_at, scheduled_minor,
        scheduled_relist, embargo_until, live_at)
    SELECT (max(min(r.at / 1000, 8589934591), -8589934592) + 8589934592) * 536870912 + new.id,
        new.id, 1, r.at, 0, 0, 0, 0, 0, 0
    FROM revision r WHERE r.id = new.newest;
END;
CREATE TRIGGER desk_follows_newest AFTER UPDATE OF newest ON story
WHEN old.newest IS NOT NULL AND new.newest IS NOT old.newest
BEGIN
    DELETE FROM desk_list WHERE kind = 1
        AND list_id = (SELECT section_id FROM revision WHERE id = old.newest)
        AND place = (SELECT place FROM desk WHERE story_id = new.id);
    DELETE FROM desk_list WHERE kind = 2
        AND list_id IN (SELECT name_id FROM revision_name WHERE revision_id = old.newest AND kind = 0)
        AND place = (SELECT place FROM desk WHERE story_id = new.id);
    DELETE FROM desk_list WHERE kind = 3
        AND list_id IN (SELECT name_id FROM revision_name WHERE revision_id = old.newest AND kind = 1)
        AND place = (SELECT place FROM desk WHERE story_id = new.id);
    UPDATE desk SET
        state = iif(state = 6 AND new.live IS NOT new.newest, 3, state),
        words = iif(EXISTS (SELECT 1 FROM revision a JOIN revision b ON b.id = new.newest
            WHERE a.id = old.newest AND a.headline = b.headline AND a.language = b.language),
            words, NULL)
    WHERE story_id = new.id;
    UPDATE desk SET
        words = iif(place = (SELECT (max(min(at / 1000, 8589934591), -8589934592) + 8589934592)
            * 536870912 + new.id FROM revision WHERE id = new.newest), words, NULL),
        date = (SELECT at FROM revision WHERE id = new.newest),
        place = (SELECT (max(min(at / 1000, 8589934591), -8589934592) + 8589934592) * 536870912
            + new.id FROM revision WHERE id = new.newest)
    WHERE story_id = new.id AND new.published_at = 0 AND state <> 5;
    INSERT OR IGNORE INTO desk_list SELECT 1, r.section_id, d.place
        FROM desk d JOIN revision r ON r.id = new.newest WHERE d.story_id = new.id;
    INSERT OR IGNORE INTO desk_list SELECT 2 + n.kind, n.name_id, d.place
        FROM desk d JOIN revision_name n ON n.revision_id = new.newest WHERE d.story_id = new.id;
END;

-- What readers see of it changes.
CREATE TRIGGER desk_follows_story AFTER UPDATE OF state, live, published_at ON story
WHEN new.newest IS NOT NULL AND (old.state <> new.state OR old.live IS NOT new.live
    OR old.published_at <> new.published_at)
BEGIN
    UPDATE desk SET
        state = CASE WHEN new.state = 3 THEN 7
            WHEN new.state = 2 AND new.live IS new.newest THEN 6
            WHEN new.state = 2 AND state = 6 THEN 3 ELSE state END,
        publish_at = iif(new.state = 3 OR (new.state = 2 AND new.live IS new.newest), 0, publish_at)
    WHERE story_id = new.id;
    UPDATE desk SET
        words = iif(place = (max(min(new.published_at / 1000, 8589934591), -8589934592)
            + 8589934592) * 536870912 + new.id, words, NULL),
        date = new.published_at,
        place = (max(min(new.published_at / 1000, 8589934591), -8589934592) + 8589934592)
            * 536870912 + new.id
    WHERE story_id = new.id AND new.published_at <> 0 AND state <> 5;
END;

INSERT INTO desk (place, story_id, state, date, handed_in_at, publish_at, scheduled_minor,
    scheduled_relist, embargo_until, live_at)
SELECT (max(min(date / 1000, 8589934591), -8589934592) + 8589934592) * 536870912 + id, id,
    CASE WHEN state = 3 THEN 7 WHEN state = 2 AND live = newest THEN 6 WHEN state = 2 THEN 3
        ELSE 1 END,
    date, 0, 0, 0, 0, 0, updated_at
FROM (SELECT s.id, s.state, s.live, s.newest, s.updated_at,
    iif(s.published_at <> 0, s.published_at, r.at) AS date
    FROM story s JOIN revision r ON r.id = s.newest);

-- ---- Pictures in the library -----------------------------------------------------------------------------

CREATE TABLE picture_desk (
    picture_id INTEGER PRIMARY KEY REFERENCES picture (id) ON DELETE CASCADE,
    title TEXT NOT NULL, -- for colleagues
    caption TEXT NOT NULL, -- this and the next: what a story that takes it begins with
    credit TEXT NOT NULL,
    copyright TEXT NOT NULL,
    alt TEXT NOT NULL,
    focal_x INTEGER NOT NULL CHECK (focal_x BETWEEN -1 AND 10000), -- of 10000; -1: not chosen
    focal_y INTEGER NOT NULL CHECK (focal_y BETWEEN -1 AND 10000),
    uploaded_by INTEGER REFERENCES account (id), -- for none NULL
    changed_at INTEGER NOT NULL,
    avif INTEGER NOT NULL CHECK (avif IN (0, 1, 2)), -- to do, done, failed
    words TEXT -- of all its texts, by which it is found; NULL: wait to be written
) STRICT;
CREATE INDEX picture_desk_no_alt ON picture_desk (picture_id) WHERE alt = '';
CREATE INDEX picture_desk_avif ON picture_desk (picture_id) WHERE avif = 0;
CREATE INDEX picture_desk_unworded ON picture_desk (picture_id) WHERE words IS NULL;
CREATE INDEX picture_desk_uploaded ON picture_desk (uploaded_by, picture_id)
    WHERE uploaded_by IS NOT NULL;

CREATE VIRTUAL TABLE picture_words USING fts5 (
    words, content = 'picture_desk', content_rowid = 'picture_id', detail = 'none', columnsize = 0,
    tokenize = 'ascii tokenchars _'
);
-- Every picture has its row, whatever the way in which it came.
CREATE TRIGGER picture_desk_follows AFTER INSERT ON picture
BEGIN
    INSERT INTO picture_desk (picture_id, title, caption, credit, copyright, alt, focal_x, focal_y,
        changed_at, avif, words)
    VALUES (new.id, '', '', '', '', '', -1, -1, new.created_at, 0, NULL);
END;
-- What the newest revision that had it said of it.
INSERT INTO picture_desk (picture_id, title, caption, credit, copyright, alt, focal_x, focal_y,
    changed_at, avif, words)
SELECT p.id, '', coalesce(r.caption, ''), coalesce(r.credit, ''), '', coalesce(r.alt, ''), -1, -1,
    p.created_at, 0, NULL
FROM picture p LEFT JOIN revision r
    ON r.id = (SELECT max(id) FROM revision WHERE picture_id = p.id);

-- ---- Sections, standing pages ------------------------------------------------------------------------------

ALTER TABLE section ADD COLUMN parent_id INTEGER REFERENCES section (id); -- for none NULL

-- A slug that a section had stays its own.
CREATE TABLE section_alias (
    slug TEXT NOT NULL PRIMARY KEY,
    section_id INTEGER NOT NULL REFERENCES section (id)
) STRICT, WITHOUT ROWID;

CREATE TABLE page_revision (
    id INTEGER PRIMARY KEY,
    slug TEXT NOT NULL, -- as in table page
    at INTEGER NOT NULL,
    account_id INTEGER REFERENCES account (id), -- for none NULL
    title TEXT NOT NULL,
    body TEXT NOT NULL -- Markdown
) STRICT;
CREATE INDEX page_revision_slug ON page_revision (slug, id);
