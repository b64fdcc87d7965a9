"""Make an index many times the size of another by repeating it, where building one of that size would take too long.

Usage: python bench/tile.py INDEX TIMES FOLDER [--askable [ENCODER]]

Documents, passages and postings are those of INDEX, TIMES over under other ids; vectors are made anew, in clusters, by the
library's own writer. What is searched, mapped and read has the size of a real index, but the vocabulary does not grow and each
text is there TIMES over. With --askable it holds the export of the packaged encoder, or of ENCODER. Prints what it costs.
"""

from __future__ import annotations

import argparse
import sqlite3
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import numpy as np
from passages import DIMENSIONS, SEED
from timing import of_call

from ragqa.encode import DEFAULT_MODEL, open_encoder
from ragqa.index import LocalIndex, files
from ragqa.index.bm25 import finalise, map_postings
from ragqa.index.dense import VectorFile, kind_for
from ragqa.index.manifest import ENCODER, MANIFEST, Manifest, Recipe, generation_path, point_to
from ragqa.index.masks import OWNERS, TRAITS
from ragqa.index.schema import STORE, TABLES
from ragqa.index.sealing import sheets_of
from ragqa.index.shortforms import write_keys

BLOCK = 16_384
STORED = (
    "INSERT INTO documents SELECT number + :d, :t || id, source, kind, year, language, retracted, superseded, digest, content FROM old.documents ORDER BY number",
    "INSERT INTO structures SELECT document + :d, structure FROM old.structures ORDER BY document",
    "INSERT INTO pieces SELECT document + :d, part, text FROM old.pieces ORDER BY document, part",
    "INSERT INTO subjects SELECT document + :d, subject FROM old.subjects ORDER BY document",
    "INSERT INTO passages SELECT row + :p, :t || id, document + :d, start, end, headings, sentences, digest FROM old.passages ORDER BY row",
)


def tile(source: Path, times: int, folder: Path, *, askable: str | None) -> Manifest:
    """Write the index."""
    with LocalIndex.open(source) as index:
        held, home = index.manifest, generation_path(source, index.manifest.generation)
    target = generation_path(folder, 1)
    target.mkdir(parents=True)
    _store(home / STORE, target / STORE, times, held)
    _repeat(home / OWNERS, target / OWNERS, np.dtype(np.int32), times, step=held.documents)
    _repeat(home / TRAITS, target / TRAITS, np.dtype(np.uint8), times, step=0)
    _postings(home, target, times)
    passages = held.passages * times
    kind = kind_for(passages, None)
    _vectors(VectorFile(target, kind, passages, DIMENSIONS), passages)
    if askable:
        (target / ENCODER).mkdir()
        for path in sorted(open_encoder(askable).folder.iterdir()):  # type: ignore[union-attr]
            files.link_or_copy(path, target / ENCODER / path.name)
    recipe = Recipe(encoder=askable or held.recipe.encoder, dimensions=DIMENSIONS)
    counts = {"documents": held.documents * times, "passages": passages, "dense": kind, "generation": 1, "sentences": None}
    made = held.model_copy(update={"recipe": recipe, "files": sheets_of(target), **counts})
    (target / files.LEASE).touch()
    (target / MANIFEST).write_text(made.model_dump_json(indent=1) + "\n", encoding="utf-8")
    point_to(folder, made)
    return made


def _store(source: Path, target: Path, times: int, held: Manifest) -> None:
    with closing(sqlite3.connect(target, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.executescript(TABLES)
        connection.execute("ATTACH ? AS old", (str(source),))
        connection.execute("BEGIN")
        for number in range(times):
            moved = {"d": number * held.documents, "p": number * held.passages, "t": f"t{number:03}"}
            for statement in STORED:
                connection.execute(statement, moved)
        connection.execute("INSERT INTO words SELECT word, count * ? FROM old.words", (times,))
        connection.execute("INSERT INTO abbreviations SELECT short, long, count * ? FROM old.abbreviations", (times,))
        connection.execute("COMMIT")
    write_keys(target)


def _repeat(source: Path, target: Path, dtype: np.dtype, times: int, *, step: int) -> None:  # type: ignore[type-arg]
    values = np.fromfile(source, dtype=dtype)
    np.concatenate([values + dtype.type(number * step) for number in range(times)]).tofile(target)


def _postings(source: Path, target: Path, times: int) -> None:
    held = map_postings(source)
    count = held.lengths.size
    np.asarray(held.vocabulary).tofile(target / "vocabulary")
    (held.offsets * times).tofile(target / "offsets")
    np.tile(held.lengths, times).tofile(target / "lengths")
    with (target / "rows").open("wb") as rows, (target / "frequencies").open("wb") as frequencies:
        for start, end in pairwise(held.offsets.tolist()):
            (held.rows[start:end] + count * np.arange(times, dtype=np.int32)[:, None]).tofile(rows)
            np.tile(held.frequencies[start:end], times).tofile(frequencies)
    finalise(target, k1=Recipe.model_fields["k1"].default, b=Recipe.model_fields["b"].default, idf=Recipe.model_fields["idf"].default)


def _vectors(file: VectorFile, passages: int) -> None:
    rng = np.random.default_rng(SEED)
    centres = rng.standard_normal((max(10, passages // 500), DIMENSIONS), dtype=np.float32)
    for start in range(0, passages, BLOCK):
        rows = np.arange(start, min(passages, start + BLOCK))
        found = centres[rng.integers(len(centres), size=rows.size)] + rng.standard_normal((rows.size, DIMENSIONS), dtype=np.float32)
        file.put(rows, found / np.linalg.norm(found, axis=1, keepdims=True))
    file.finish()


def main() -> None:
    """Make and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("index", type=Path)
    parser.add_argument("times", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--askable", nargs="?", const=DEFAULT_MODEL, metavar="ENCODER", help="with an encoder for questions, the packaged one unless another is named")
    options = parser.parse_args()
    made: list[Manifest] = []
    cost = of_call(lambda: made.append(tile(options.index, options.times, options.folder, askable=options.askable)))
    size = sum(sheet.size for name, sheet in made[0].files.items() if not name.startswith("encoder/"))
    print(f"{made[0].passages} passages, {cost.wall:.0f} s on the clock, {cost.processor:.0f} s of processor, {size / made[0].passages:.0f} bytes a passage without the encoder")


if __name__ == "__main__":
    main()
