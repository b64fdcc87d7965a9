"""The tables of store.sqlite, and how a connection to them is opened."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from urllib.parse import quote

STORE = "store.sqlite"
_LOGGED = 16_384  # pages of 4 kB in the log before they go to their places: a page that changes often is then written there once

TABLES = """
CREATE TABLE documents(
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, source TEXT NOT NULL,
    kind TEXT NOT NULL, year INTEGER, language TEXT, retracted INTEGER NOT NULL, superseded INTEGER NOT NULL,
    digest BLOB NOT NULL, content BLOB NOT NULL);
CREATE TABLE structures(document INTEGER PRIMARY KEY, structure BLOB NOT NULL);
CREATE TABLE pieces(document INTEGER, part INTEGER, text BLOB NOT NULL, PRIMARY KEY(document, part)) WITHOUT ROWID;
CREATE TABLE subjects(document INTEGER PRIMARY KEY, subject TEXT NOT NULL);
CREATE TABLE passages(
    row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, document INTEGER NOT NULL, start INTEGER NOT NULL,
    end INTEGER NOT NULL, headings TEXT NOT NULL, sentences BLOB NOT NULL, digest BLOB NOT NULL);
CREATE INDEX passages_of ON passages(document, start);
CREATE TABLE files(number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, digest TEXT NOT NULL, whole INTEGER NOT NULL);
CREATE TABLE file_documents(
    file INTEGER, document INTEGER, stale INTEGER NOT NULL, PRIMARY KEY(file, document)) WITHOUT ROWID;
CREATE INDEX files_of ON file_documents(document);
CREATE TABLE words(word TEXT PRIMARY KEY, count INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE abbreviations(
    short TEXT, long TEXT, count INTEGER NOT NULL, PRIMARY KEY(short, long)) WITHOUT ROWID;
CREATE TABLE abbreviation_keys(
    key INTEGER, short TEXT, terms INTEGER NOT NULL, PRIMARY KEY(key, short)) WITHOUT ROWID;
CREATE INDEX longest_key ON abbreviation_keys(terms);
"""

COPY = """
CREATE TEMP TABLE renumbered(old INTEGER PRIMARY KEY, new INTEGER NOT NULL);
INSERT INTO renumbered SELECT number, row_number() OVER (ORDER BY id) - 1 FROM old.documents;
INSERT INTO main.documents
    SELECT new, id, source, kind, year, language, retracted, superseded, digest, content
    FROM old.documents JOIN renumbered ON number = old ORDER BY new;
INSERT INTO main.structures SELECT new, structure FROM renumbered JOIN old.structures ON document = old ORDER BY new;
INSERT INTO main.pieces
    SELECT new, part, text FROM renumbered JOIN old.pieces ON document = old ORDER BY new, part;
INSERT INTO main.subjects SELECT new, subject FROM renumbered JOIN old.subjects ON document = old ORDER BY new;
INSERT INTO main.passages
    SELECT row_number() OVER (ORDER BY id) - 1, id, new, start, end, headings, sentences, digest
    FROM old.passages JOIN renumbered ON document = old ORDER BY id;
INSERT INTO main.files SELECT row_number() OVER (ORDER BY name) - 1, name, digest, whole FROM old.files ORDER BY name;
INSERT INTO main.file_documents
    SELECT kept.number, new, stale FROM old.file_documents
    JOIN renumbered ON document = old JOIN old.files AS f ON f.number = file JOIN main.files AS kept ON kept.name = f.name
    ORDER BY kept.number, new;
INSERT INTO main.abbreviations SELECT short, long, count FROM old.abbreviations WHERE count > 0 ORDER BY short, long;
DROP TABLE renumbered;
"""


def connect_to_write(path: Path) -> sqlite3.Connection:
    """Open a store for one writer; what is committed survives the end of the process."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA cache_size = -65536")
    connection.execute(f"PRAGMA wal_autocheckpoint = {_LOGGED}")
    return connection


def connect_to_read(path: Path) -> sqlite3.Connection:
    """Open a sealed store; nothing is locked, because nothing changes it."""
    name = quote(str(path.absolute()))
    connection = sqlite3.connect(f"file:{name}?mode=ro&immutable=1", uri=True, check_same_thread=False)
    connection.execute("PRAGMA cache_size = -16384")
    return connection


def copy_in_order(source: Path, target: Path) -> None:
    """Write a store anew with documents and passages numbered in the order of their ids.

    The same content then has the same rows, whatever the order in which it came.
    """
    connection = sqlite3.connect(target, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = OFF")  # the target is scratch until it is renamed
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA temp_store = FILE")
        connection.executescript(TABLES)
        connection.execute("ATTACH ? AS old", (str(source),))
        connection.execute("BEGIN")
        for statement in COPY.split(";\n"):
            connection.execute(statement)
        connection.execute("COMMIT")
    finally:
        connection.close()
