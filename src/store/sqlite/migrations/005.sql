-- The blocks of the front, arranged apart from the navigation. A layout without rows follows the
-- navigation; sections that a layout doesn't name come after those that it names.
CREATE TABLE layout_block (
    layout_id INTEGER NOT NULL REFERENCES layout (id),
    position INTEGER NOT NULL, -- 1, 2, 3 …
    section_id INTEGER NOT NULL REFERENCES section (id),
    shown INTEGER NOT NULL CHECK (shown IN (0, 1)),
    PRIMARY KEY (layout_id, position),
    UNIQUE (layout_id, section_id)
) STRICT, WITHOUT ROWID;
