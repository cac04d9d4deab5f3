-- Working copies: what one person typed into one page of the browser and has not saved yet.
CREATE TABLE working (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id INTEGER NOT NULL REFERENCES account (id),
    story_id INTEGER REFERENCES story (id), -- NULL: a story that isn't there yet
    page TEXT NOT NULL, -- which page wrote it last
    turn INTEGER NOT NULL, -- rises with each writing
    at INTEGER NOT NULL,
    settled INTEGER NOT NULL CHECK (settled IN (0, 1)), -- its text became the revision `base`
    base INTEGER REFERENCES revision (id), -- the revision that it began from; for none NULL
    picture_id INTEGER NOT NULL, -- as typed; 0 for none
    featured INTEGER NOT NULL CHECK (featured IN (0, 1)),
    headline TEXT NOT NULL,
    standfirst TEXT NOT NULL,
    dateline TEXT NOT NULL,
    bylines TEXT NOT NULL, -- names, parted by commas
    agency TEXT NOT NULL,
    section TEXT NOT NULL,
    tags TEXT NOT NULL, -- the same
    slug TEXT NOT NULL,
    language TEXT NOT NULL,
    caption TEXT NOT NULL,
    credit TEXT NOT NULL,
    alt TEXT NOT NULL,
    social_title TEXT NOT NULL,
    social_description TEXT NOT NULL,
    note TEXT NOT NULL, -- to colleagues, of the next step
    body TEXT NOT NULL, -- Markdown
    CHECK ((story_id IS NULL) = (base IS NULL))
) STRICT;
CREATE UNIQUE INDEX working_page ON working (account_id, coalesce(story_id, 0), page);
CREATE INDEX working_story ON working (story_id, id) WHERE story_id IS NOT NULL;
CREATE INDEX working_picture ON working (picture_id) WHERE picture_id > 0;
