-- Migration 1: everything that a newsroom keeps.
--
-- Times are UTC milliseconds since 1970. Texts are UTF-8. "For none" in a comment means NULL where
-- a foreign key stands and 0 elsewhere. Rows of revision, revision_name and rendition never change.

-- ---- The change log ----------------------------------------------------------------------------

CREATE TABLE change (
    number INTEGER PRIMARY KEY AUTOINCREMENT, -- consecutive; never used twice, trimmed or not
    at INTEGER NOT NULL,
    destroys INTEGER NOT NULL CHECK (destroys IN (0, 1)), -- pages drawn from the keys serve nobody
    keys TEXT NOT NULL -- change keys, one a line
) STRICT;

-- ---- Settings, standing pages, house advertisements ---------------------------------------------

CREATE TABLE setting (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE page (
    slug TEXT NOT NULL PRIMARY KEY, -- "about": the address without its slash
    title TEXT NOT NULL,
    updated_at INTEGER NOT NULL,
    body TEXT NOT NULL -- Markdown
) STRICT;

CREATE TABLE ad (
    id INTEGER PRIMARY KEY,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    url TEXT NOT NULL
) STRICT;

-- ---- Sections, tags, authors --------------------------------------------------------------------

CREATE TABLE section (
    id INTEGER PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE, -- the first part of its stories' addresses; never changes
    name TEXT NOT NULL,
    position INTEGER NOT NULL -- ascending in the navigation
) STRICT;
CREATE INDEX section_position ON section (position, id);

CREATE TABLE name (
    id INTEGER PRIMARY KEY,
    kind INTEGER NOT NULL CHECK (kind IN (0, 1)), -- 0 a tag, 1 an author
    slug TEXT NOT NULL, -- the last part of its address; never changes
    name TEXT NOT NULL, -- as shown; two may share it after a renaming
    about TEXT NOT NULL, -- an author's one sentence; empty for tags
    UNIQUE (kind, slug)
) STRICT;
CREATE INDEX name_name ON name (kind, name, id);

-- ---- Pictures -------------------------------------------------------------------------------------

CREATE TABLE picture (
    id INTEGER PRIMARY KEY,
    original TEXT NOT NULL UNIQUE, -- hash of the original file's bytes, which name the file
    type TEXT NOT NULL, -- media type of the original
    width INTEGER NOT NULL, -- in pixels, upright
    height INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE rendition (
    picture_id INTEGER NOT NULL REFERENCES picture (id),
    position INTEGER NOT NULL, -- 1, 2, 3 … within the picture
    kind TEXT NOT NULL, -- "w640", "16x9"
    type TEXT NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    bytes INTEGER NOT NULL, -- the file's size
    file TEXT NOT NULL, -- its name under /media/; pictures whose bytes are equal share it
    PRIMARY KEY (picture_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX rendition_file ON rendition (file);

-- ---- Stories and their revisions ------------------------------------------------------------------

CREATE TABLE story (
    id INTEGER PRIMARY KEY,
    state INTEGER NOT NULL CHECK (state IN (1, 2, 3)), -- draft, published, withdrawn
    newest INTEGER REFERENCES revision (id), -- NULL only while the story is being added
    live INTEGER REFERENCES revision (id), -- what readers see, or saw before the withdrawal
    published_at INTEGER NOT NULL, -- first publication; 0 for never
    updated_at INTEGER NOT NULL, -- last change in substance that readers saw; 0 for never
    listed_at INTEGER NOT NULL, -- its place in the lists; 0 for never
    withdrawn_at INTEGER NOT NULL, -- 0 for not
    path TEXT NOT NULL, -- its current address, as in table address; empty before publication
    reason TEXT NOT NULL, -- of the withdrawal, for readers
    CHECK (state = 1 OR (live IS NOT NULL AND path <> ''))
) STRICT;

-- The body comes last, so that reading a card touches no overflow page.
CREATE TABLE revision (
    id INTEGER PRIMARY KEY,
    story_id INTEGER NOT NULL REFERENCES story (id),
    number INTEGER NOT NULL, -- 1, 2, 3 … within the story
    at INTEGER NOT NULL,
    section_id INTEGER NOT NULL REFERENCES section (id),
    picture_id INTEGER REFERENCES picture (id),
    featured INTEGER NOT NULL CHECK (featured IN (0, 1)),
    slug TEXT NOT NULL, -- as wished; empty: from the headline
    headline TEXT NOT NULL,
    standfirst TEXT NOT NULL,
    language TEXT NOT NULL, -- BCP 47; empty: the newsroom's
    caption TEXT NOT NULL,
    credit TEXT NOT NULL,
    alt TEXT NOT NULL,
    dateline TEXT NOT NULL,
    agency TEXT NOT NULL,
    note TEXT NOT NULL, -- why, for colleagues
    body TEXT NOT NULL, -- Markdown
    UNIQUE (story_id, number)
) STRICT;
CREATE INDEX revision_picture ON revision (picture_id, id) WHERE picture_id IS NOT NULL;

CREATE TABLE revision_name (
    revision_id INTEGER NOT NULL REFERENCES revision (id),
    kind INTEGER NOT NULL CHECK (kind IN (0, 1)), -- as in table name
    position INTEGER NOT NULL, -- 1, 2, 3 … within the kind
    name_id INTEGER NOT NULL REFERENCES name (id),
    PRIMARY KEY (revision_id, kind, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE address (
    path TEXT NOT NULL PRIMARY KEY,
    story_id INTEGER NOT NULL REFERENCES story (id),
    current INTEGER NOT NULL CHECK (current IN (0, 1)) -- 0: it answers with the current one
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX address_current ON address (story_id) WHERE current = 1;

-- ---- Lists -------------------------------------------------------------------------------------------

CREATE TABLE listing (
    kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 4), -- all, section, tag, author, featured
    list_id INTEGER NOT NULL, -- of the section, tag or author; otherwise 0
    listed_at INTEGER NOT NULL, -- as in table story
    story_id INTEGER NOT NULL REFERENCES story (id),
    PRIMARY KEY (kind, list_id, listed_at DESC, story_id DESC)
) STRICT, WITHOUT ROWID;

CREATE TABLE listing_count (
    kind INTEGER NOT NULL,
    list_id INTEGER NOT NULL,
    stories INTEGER NOT NULL CHECK (stories >= 0), -- rows of table listing
    PRIMARY KEY (kind, list_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE month_story (
    month INTEGER NOT NULL, -- of first publication: year * 12 + month - 1 in the newsroom's zone
    story_id INTEGER NOT NULL REFERENCES story (id),
    PRIMARY KEY (month, story_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE month (
    month INTEGER NOT NULL PRIMARY KEY,
    stories INTEGER NOT NULL CHECK (stories > 0) -- rows of table month_story
) STRICT;

-- ---- Related stories ---------------------------------------------------------------------------------

CREATE TABLE word (
    id INTEGER PRIMARY KEY,
    text TEXT NOT NULL UNIQUE,
    stories INTEGER NOT NULL CHECK (stories > 0) -- rows of table term
) STRICT;

-- The words by which a published story is found again.
CREATE TABLE term (
    word_id INTEGER NOT NULL REFERENCES word (id),
    listed_at INTEGER NOT NULL, -- as in table story
    story_id INTEGER NOT NULL REFERENCES story (id),
    position INTEGER NOT NULL, -- 1, 2, 3 … within the story
    PRIMARY KEY (word_id, listed_at DESC, story_id DESC)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX term_story ON term (story_id, position);

CREATE TABLE related (
    story_id INTEGER NOT NULL REFERENCES story (id),
    position INTEGER NOT NULL, -- 1, 2, 3 …: best first
    related_id INTEGER NOT NULL REFERENCES story (id),
    score INTEGER NOT NULL,
    PRIMARY KEY (story_id, position),
    CHECK (related_id <> story_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX related_to ON related (related_id, story_id);

-- ---- Subscribers -----------------------------------------------------------------------------------------

CREATE TABLE subscriber (
    id INTEGER PRIMARY KEY AUTOINCREMENT, -- a forgotten one's number is not used again
    email TEXT NOT NULL, -- as typed
    key TEXT NOT NULL UNIQUE, -- as compared
    state INTEGER NOT NULL CHECK (state IN (1, 2, 3)), -- pending, confirmed, left
    created_at INTEGER NOT NULL,
    story_id INTEGER REFERENCES story (id) -- where the form stood; for none: elsewhere
) STRICT;
CREATE INDEX subscriber_pending ON subscriber (created_at) WHERE state = 1;

CREATE TABLE subscriber_count (
    state INTEGER NOT NULL PRIMARY KEY,
    subscribers INTEGER NOT NULL CHECK (subscribers >= 0) -- rows of table subscriber
) STRICT;

-- A text that people agreed to, kept once.
CREATE TABLE consent_text (
    version TEXT NOT NULL PRIMARY KEY, -- hash of the text
    text TEXT NOT NULL
) STRICT;

CREATE TABLE consent (
    subscriber_id INTEGER NOT NULL REFERENCES subscriber (id) ON DELETE CASCADE,
    kind INTEGER NOT NULL CHECK (kind IN (1, 2, 3)), -- mail, terms, privacy
    version TEXT NOT NULL REFERENCES consent_text (version),
    at INTEGER NOT NULL,
    PRIMARY KEY (subscriber_id, kind)
) STRICT, WITHOUT ROWID;

-- ---- What is never changed ------------------------------------------------------------------------------

CREATE TRIGGER revision_never_changes BEFORE UPDATE ON revision
BEGIN SELECT RAISE(ABORT, 'a revision is never changed'); END;
CREATE TRIGGER revision_never_goes BEFORE DELETE ON revision
BEGIN SELECT RAISE(ABORT, 'a revision is never deleted'); END;
CREATE TRIGGER revision_name_never_changes BEFORE UPDATE ON revision_name
BEGIN SELECT RAISE(ABORT, 'a revision is never changed'); END;
CREATE TRIGGER revision_name_never_goes BEFORE DELETE ON revision_name
BEGIN SELECT RAISE(ABORT, 'a revision is never changed'); END;
CREATE TRIGGER address_keeps_its_story BEFORE UPDATE OF path, story_id ON address
BEGIN SELECT RAISE(ABORT, 'an address belongs to its story for good'); END;
CREATE TRIGGER address_never_goes BEFORE DELETE ON address
BEGIN SELECT RAISE(ABORT, 'an address belongs to its story for good'); END;
