"""The tables of the review file; the file itself refuses that anything is changed or taken out."""

from __future__ import annotations

# INSERT OR REPLACE takes rows out without asking the triggers on deletion, hence those on insertion.
SCHEMA = """
CREATE TABLE IF NOT EXISTS revisions (
    article TEXT NOT NULL, digest TEXT NOT NULL, answer BLOB NOT NULL, sources TEXT NOT NULL, PRIMARY KEY (article, digest)
);
CREATE TABLE IF NOT EXISTS history (
    number INTEGER PRIMARY KEY, article TEXT NOT NULL, action TEXT NOT NULL, status TEXT NOT NULL, actor TEXT NOT NULL,
    note TEXT NOT NULL, time TEXT NOT NULL, answer TEXT NOT NULL, sources TEXT NOT NULL, previous TEXT NOT NULL UNIQUE,
    digest TEXT NOT NULL UNIQUE, FOREIGN KEY (article, answer) REFERENCES revisions (article, digest)
);
CREATE INDEX IF NOT EXISTS history_of_article ON history (article, number);
CREATE TRIGGER IF NOT EXISTS history_is_added_to BEFORE INSERT ON history
WHEN EXISTS (SELECT 1 FROM history WHERE number = NEW.number OR previous = NEW.previous OR digest = NEW.digest)
BEGIN SELECT RAISE(ABORT, 'history is append-only'); END;
CREATE TRIGGER IF NOT EXISTS revisions_are_added_to BEFORE INSERT ON revisions
WHEN EXISTS (SELECT 1 FROM revisions WHERE rowid = NEW.rowid OR (article = NEW.article AND digest = NEW.digest))
BEGIN SELECT RAISE(ABORT, 'revisions are kept as they are'); END;
CREATE TRIGGER IF NOT EXISTS history_stays BEFORE UPDATE ON history BEGIN SELECT RAISE(ABORT, 'history is append-only'); END;
CREATE TRIGGER IF NOT EXISTS history_remains BEFORE DELETE ON history BEGIN SELECT RAISE(ABORT, 'history is append-only'); END;
CREATE TRIGGER IF NOT EXISTS revisions_stay BEFORE UPDATE ON revisions BEGIN SELECT RAISE(ABORT, 'revisions are kept as they are'); END;
CREATE TRIGGER IF NOT EXISTS revisions_remain BEFORE DELETE ON revisions BEGIN SELECT RAISE(ABORT, 'revisions are kept as they are'); END;
"""
