-- Derived: what stands on a question.
CREATE TABLE mark (
    question  TEXT PRIMARY KEY,
    suspended INTEGER NOT NULL,
    buried    INTEGER,             -- the study day on which it is not asked
    flagged   INTEGER NOT NULL
) STRICT, WITHOUT ROWID
