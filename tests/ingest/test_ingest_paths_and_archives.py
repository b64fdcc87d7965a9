from __future__ import annotations

import io
import os
import tarfile
import zipfile
from pathlib import Path

import pytest

from ragqa.ingest import READERS, FailedFile, Outcome, ReadDocument, SkippedFile, Tally, read_paths

TEXT = "Asthma is common in adults.\n\nIt is treated with drugs."


def tree(folder: Path) -> Path:
    root = folder / "data"
    for name in (
        "b.txt",
        "a/z.md",
        "a/README.md",
        "a/.hidden.md",
        ".git/x.md",
        "MANIFEST.tsv",
        "table.csv",
        "x.png",
        "queries.jsonl",
        "noname",
    ):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(TEXT)
    (root / "bad.pdf").write_bytes(b"%PDF-1.4 broken")
    return root


def test_a_folder_is_read_in_order_and_every_file_is_reported(tmp_path: Path) -> None:
    root = tree(tmp_path)
    (root / "link").symlink_to(root)
    (root / "gone.txt").symlink_to(root / "nowhere")
    tally = Tally()
    results = list(read_paths([root], base=tmp_path))
    for result in results:
        tally.add(result)
    said = {report.file.removeprefix("data/"): (report.outcome, report.reasons[:1]) for report in tally.reports()}
    assert said == {
        ".git": (Outcome.SKIPPED, ("hidden",)),
        "MANIFEST.tsv": (Outcome.SKIPPED, ("not a document",)),
        "a/.hidden.md": (Outcome.SKIPPED, ("hidden",)),
        "a/README.md": (Outcome.SKIPPED, ("not a document",)),
        "a/z.md": (Outcome.READ, ()),
        "b.txt": (Outcome.READ, ()),
        "bad.pdf": (Outcome.FAILED, said["bad.pdf"][1]),
        "gone.txt": (Outcome.SKIPPED, ("a broken link",)),
        "link": (Outcome.SKIPPED, ("a link to a folder",)),
        "noname": (Outcome.SKIPPED, ("no reader for a file without a suffix",)),
        "queries.jsonl": (Outcome.SKIPPED, ("questions or judgements of a test set",)),
        "table.csv": (Outcome.SKIPPED, ("no reader for .csv",)),
        "x.png": (Outcome.SKIPPED, ("no reader for .png",)),
    }
    assert [r.file for r in results if isinstance(r, ReadDocument)] == ["data/a/z.md", "data/b.txt"]


def test_known_files_are_skipped_without_being_read(tmp_path: Path) -> None:
    root = tree(tmp_path)
    seen = {r.file: r.digest for r in read_paths([root]) if isinstance(r, ReadDocument)}
    again = [r for r in read_paths([root], known=lambda name, digest: seen.get(name) == digest) if r.file in seen]
    assert all(isinstance(r, SkippedFile) and r.known and r.digest == seen[r.file] for r in again)
    (root / "b.txt").write_text("Changed text.")
    again = [
        r
        for r in read_paths([root], known=lambda name, digest: seen.get(name) == digest)
        if isinstance(r, ReadDocument)
    ]
    assert [r.document.text for r in again] == ["Changed text."]


def test_a_path_that_is_not_there_fails_by_name(tmp_path: Path) -> None:
    (result,) = read_paths([tmp_path / "nowhere"])
    assert isinstance(result, FailedFile)
    assert "no such file" in result.reason


def test_a_readme_that_is_named_is_read_and_no_file_twice(tmp_path: Path) -> None:
    root = tree(tmp_path)
    results = list(read_paths([root / "a/README.md", root / "a", root / "a/z.md"]))
    assert [Path(r.file).name for r in results if isinstance(r, ReadDocument)] == ["README.md", "z.md"]


def test_a_hostile_file_name_is_escaped(tmp_path: Path) -> None:
    (tmp_path / "a\x1b[31m\u202e.txt").write_text(TEXT)
    Path(os.fsdecode(bytes(tmp_path) + b"/b\xff.txt")).write_text(TEXT)
    names = [r.file.rsplit("/", 1)[-1] for r in read_paths([tmp_path])]
    assert names == ["a\\x1b[31m\\u202e.txt", "b\\udcff.txt"]


def zipped(members: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in members.items():
            package.writestr(name, data)
    return stream.getvalue()


def tarred(members: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as package:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            package.addfile(info, io.BytesIO(data))
        link = tarfile.TarInfo("link.txt")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        package.addfile(link)
    return stream.getvalue()


MEMBERS = {
    "../../evil.txt": TEXT.encode(),
    "sub/a.md": TEXT.encode() + b" Yes.",
    "sub/bad.pdf": b"no",
    "README.md": b"x",
    "t.csv": b"x",
    "n.jsonl": b'{"_id": "1", "text": "One is read."}\nbad\n{"_id": "2", "text": "Two is read."}\n',
    "inner.zip": zipped({"a.txt": b"x"}),
}


@pytest.mark.parametrize(
    ("name", "data"), [("p.zip", zipped(MEMBERS)), ("p.tar.gz", tarred(MEMBERS)), ("p.tgz", tarred(MEMBERS))]
)
def test_an_archive_is_read_member_by_member_and_writes_nothing_beside_itself(
    tmp_path: Path, name: str, data: bytes
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / name).write_bytes(data)
    results = list(read_paths([tmp_path / "in"]))
    members = sorted(r.document.origin.member or "" for r in results if isinstance(r, ReadDocument))
    assert members == ["../../evil.txt", "n.jsonl#1", "n.jsonl#2", "sub/a.md"]
    assert {r.document.origin.file for r in results if isinstance(r, ReadDocument)} == {f"{tmp_path}/in/{name}"}
    assert sorted(r.member or "" for r in results if isinstance(r, FailedFile)) == ["n.jsonl", "sub/bad.pdf"]
    skipped = {r.member: r.reason for r in results if isinstance(r, SkippedFile)}
    links = {"link.txt": "a link or a special file"} if name != "p.zip" else {}
    assert skipped == {
        "README.md": "not a document",
        "t.csv": "no reader for .csv",
        "inner.zip": "an archive in an archive is not opened",
        **links,
    }
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["in", name]


def test_a_bomb_is_refused_and_the_rest_is_read(tmp_path: Path) -> None:
    data = zipped({"a.txt": b"0" * 30_000_000, "b.txt": TEXT.encode()})
    (tmp_path / "p.zip").write_bytes(data)
    failed, read = read_paths([tmp_path / "p.zip"])
    assert isinstance(failed, FailedFile)
    assert "bomb" in failed.reason
    assert isinstance(read, ReadDocument)


@pytest.mark.parametrize("limit", ["ARCHIVE_MEMBER", "ARCHIVE_TOTAL"])
def test_limits_of_archives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    (tmp_path / "p.zip").write_bytes(zipped({"a.txt": TEXT.encode()}))
    monkeypatch.setattr(f"ragqa.ingest.limits.{limit}", 10)
    (result,) = read_paths([tmp_path / "p.zip"])
    assert isinstance(result, FailedFile)


def test_too_many_members(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ragqa.ingest.limits.ARCHIVE_MEMBERS", 1)
    (tmp_path / "p.zip").write_bytes(zipped({"a.txt": TEXT.encode(), "b.txt": TEXT.encode()}))
    assert [type(r) for r in read_paths([tmp_path / "p.zip"])] == [ReadDocument, FailedFile]


def test_a_damaged_archive_gives_what_came_before(tmp_path: Path) -> None:
    many = {f"{n}.txt": f"Text number {n} is here. {os.urandom(200).hex()}".encode() for n in range(200)}
    data = tarred(many)
    (tmp_path / "p.tar.gz").write_bytes(data[: len(data) // 2])
    kinds = [type(r) for r in read_paths([tmp_path / "p.tar.gz"])]
    assert kinds.count(ReadDocument) > 20
    assert kinds[-1] is FailedFile


def test_the_table_of_readers_holds_every_format() -> None:
    wanted = ".md .txt .html .pdf .docx .xml .nxml .xml.gz .nbib .medline .jsonl .jsonl.gz .zip .tar.gz"
    assert set(wanted.split()) <= set(READERS)
