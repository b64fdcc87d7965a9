"""A file's bytes and dice in; damaged bytes out: cut, flipped, spliced, repeated, in another encoding, or bad inside a good package."""

from __future__ import annotations

import gzip
import io
import random
import tarfile
import zipfile
import zlib
from collections.abc import Callable

CHUNKS = (
    b"\0" * 40, b"\xff\xfe", b"<" * 90, b"&#x0;", b"]]>", b"\r" * 30, b"- " * 300, b"{" * 900, b'"', b"<div>" * 400, b"\xe2\x80\xae", b" " * 9000, b"9" * 999,
    b"[" * 6000, b"(" * 2000, b"_a" * 500, b"`" * 500, b"|a" * 400 + b"\n|-" * 2, b"> " * 500, b"\n\n" * 900, b"<table>" * 60, b"<td colspan=999999 rowspan=999999>x", b"&lol9;",
    b'<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;&x;&x;&x;&x;">]>', b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>', b"<?xml version='1.0' encoding='utf-7'?>", b"\x1b]0;owned\x07\x1b[2J",
    "\u202egnp.exe\u2069\u200f".encode(), "e\u0301\u0323".encode() * 300, b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"1e99999", b"-0", b"10.1234/" + b"a" * 5000, b"Year: 99999999999999999999", b"A. B. C. D. " * 300,
    b"/Kids [3 0 R 3 0 R 1 0 R]", b"/Length 999999999", b"/Count -1", b"\nstream\n", b"startxref\n0\n%%EOF", b"a" * 70_000, b"(a) (b) (c) " * 300, b"\\u0000", b"\\ud800", b"null,", b"PMID- \nTI  - \n",
)  # fmt: skip
ENCODINGS = ("utf-16", "utf-16-be", "utf-32", "utf-8-sig", "latin-1", "cp1252", "cp437", "shift_jis", "gb18030", "utf-7", "koi8-r", "cp037")


def mutate(data: bytes, dice: random.Random, others: list[bytes]) -> bytes:
    """Return a file's bytes after one to three changes; half the time those of a package are made inside it."""
    if dice.random() < 0.5 and (inside := _inside(data, dice, others)) is not None:
        return inside
    for _ in range(dice.choice((1, 1, 1, 2, 3))):
        data = dice.choice(_CHANGES)(data, dice, others)
    return data


def _cut(data: bytes, dice: random.Random, _: list[bytes]) -> bytes:
    return data[: _place(data, dice)]


def _drop(data: bytes, dice: random.Random, _: list[bytes]) -> bytes:
    at = _place(data, dice)
    return data[:at] + data[at + dice.randrange(1, 300) :]


def _repeat(data: bytes, dice: random.Random, _: list[bytes]) -> bytes:
    at, size = _place(data, dice), dice.randrange(1, 300)
    return data[:at] + data[at : at + size] * dice.choice((2, 20, 400)) + data[at:]


def _insert(data: bytes, dice: random.Random, _: list[bytes]) -> bytes:
    at = _place(data, dice)
    return data[:at] + dice.choice(CHUNKS) * dice.choice((1, 1, 1, 3, 30)) + data[at:]


def _flip(data: bytes, dice: random.Random, _: list[bytes]) -> bytes:
    changed = bytearray(data)
    for _number in range(dice.randrange(1, 24) if data else 0):
        changed[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
    return bytes(changed)


def _splice(data: bytes, dice: random.Random, others: list[bytes]) -> bytes:
    other = dice.choice(others)
    return data[: _place(data, dice)] + other[_place(other, dice) :]


def _in_another_encoding(data: bytes, dice: random.Random, _: list[bytes]) -> bytes:
    return data.decode("utf-8", errors="replace").encode(dice.choice(ENCODINGS), errors="replace")


def _other_line_ends(data: bytes, dice: random.Random, _: list[bytes]) -> bytes:
    return data.replace(b"\n", dice.choice((b"\r\n", b"\r", b" ", b"\0", b"\n\0", b"\x0c", b"\xe2\x80\xa8")))


def _swap_tokens(data: bytes, dice: random.Random, _: list[bytes]) -> bytes:
    found = data.split(b" ")
    for _number in range(dice.randrange(1, 9)):
        one, other = dice.randrange(len(found)), dice.randrange(len(found))
        found[one], found[other] = found[other], found[one]
    return b" ".join(found)


def _empty(_data: bytes, dice: random.Random, _others: list[bytes]) -> bytes:
    return dice.choice((b"", b"\0", b"\n", b"\xef\xbb\xbf", b"\xff\xfe", b"\0" * 5000, b" "))


Change = Callable[[bytes, random.Random, list[bytes]], bytes]
_CHANGES: tuple[Change, ...] = (_cut, _drop, _repeat, _insert, _insert, _flip, _flip, _flip, _splice, _in_another_encoding, _other_line_ends, _swap_tokens, _empty)  # fmt: skip


def _place(data: bytes, dice: random.Random) -> int:
    return dice.randrange(len(data) + 1)


def _inside(data: bytes, dice: random.Random, others: list[bytes]) -> bytes | None:
    """Return a package with one of its parts changed, None for what is no package that can be opened."""
    try:
        if data.startswith(b"PK"):
            return _in_zip(data, dice, others)
        if data.startswith(b"\x1f\x8b"):
            return gzip.compress(mutate(gzip.decompress(data), dice, others), compresslevel=1)
        if data[257:262] == b"ustar":
            return _in_tar(data, dice, others)
    except (zipfile.BadZipFile, tarfile.TarError, OSError, EOFError, zlib.error, ValueError, NotImplementedError, RuntimeError):
        return None
    return None


def _in_zip(data: bytes, dice: random.Random, others: list[bytes]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = {info.filename: package.read(info) for info in package.infolist()}
    name = dice.choice(sorted(parts))
    parts[name] = mutate(parts[name], dice, others)
    if dice.random() < 0.2:
        parts[dice.choice(("../../up.md", "/absolute.md", "a\0b.md", "\u202e.md", "x" * 300 + ".md", "CON.md", "a\nb.md"))] = b"# T\n\nText of a member."
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", dice.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED))) as package:
        for part, content in parts.items():
            package.writestr(part, content)
    return written.getvalue()


def _in_tar(data: bytes, dice: random.Random, others: list[bytes]) -> bytes:
    written = io.BytesIO()
    with tarfile.open(fileobj=io.BytesIO(data)) as package, tarfile.open(fileobj=written, mode="w") as changed:
        for info in package:
            stream = package.extractfile(info) if info.isfile() else None
            content = stream.read() if stream is not None else b""
            if stream is not None and dice.random() < 0.4:
                content = mutate(content, dice, others)
                info.size = len(content)
            if dice.random() < 0.1:
                info.name = dice.choice(("../../up.md", "/absolute.md", "a\nb.md", "x" * 200 + ".md"))
            changed.addfile(info, io.BytesIO(content) if stream is not None else None)
    return written.getvalue()
