-- The log. Rows are only ever added; an undo is a row too.
CREATE TABLE event (
    id       TEXT PRIMARY KEY,     -- UUIDv7: ordered by time, unique on all machines
    at       INTEGER NOT NULL,     -- UTC, milliseconds since 1970
    day      INTEGER NOT NULL,     -- study day where the user was, days since 1970-01-01
    kind     TEXT NOT NULL,        -- reviewed, marked, fitted, planned, undone
    question TEXT NOT NULL,
    detail   TEXT NOT NULL         -- JSON: the rest of the event
) STRICT, WITHOUT ROWID;

CREATE INDEX event_of_question ON event (question);

-- Derived: what a replay of the log gives, to the same bytes.
CREATE TABLE card (
    question   TEXT PRIMARY KEY,
    stability  REAL NOT NULL,      -- days
    difficulty REAL NOT NULL,      -- 1 to 10
    step       INTEGER,            -- learning and relearning
    due_at     INTEGER,            -- learning and relearning: UTC, milliseconds since 1970
    relearning INTEGER,
    interval   INTEGER,            -- review: days
    due_day    INTEGER,            -- review
    first_day  INTEGER NOT NULL,
    last_day   INTEGER NOT NULL,
    reviews    INTEGER NOT NULL,
    lapses     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE setting (
    name  TEXT PRIMARY KEY,        -- device, rules: what the cards were derived with
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
