"""A folder in; files made to break a reader, written into it, out: bombs, traps, locks, loops, and what is far too large or too deep.

Usage: python bench/hostile_files.py FOLDER

`small()` are seeds to be damaged further, `large()` are read as they are. Everything is made by hand here and is the same on every run.
"""

from __future__ import annotations

import gzip
import io
import sys
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from hashlib import md5
from pathlib import Path

CLAIM = "Acupuncture lowers pain in adults with chronic low back pain."
OUTSIDE = "/etc/passwd"  # what must never be read
MEBI = 1 << 20
_LOL = '<!DOCTYPE {root} [<!ENTITY a "ha">' + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)) + "]>"
_OUTSIDE = f'<!DOCTYPE {{root}} [<!ENTITY x SYSTEM "file://{OUTSIDE}"><!ENTITY % p SYSTEM "file://{OUTSIDE}"> %p;]>'
_ARTICLE = "<article><front><article-meta><title-group><article-title>Pain {0}</article-title></title-group></article-meta></front><body><p>" + CLAIM + " {0}</p></body></article>"
_WORD = '<?xml version="1.0"?>{0}<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{1}</w:body></w:document>'
_TYPES = '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>'
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'


def zipped(parts: dict[str, bytes | str], *, links: dict[str, str] | None = None) -> bytes:
    """Return an archive of named parts, and of links to paths."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
        for name, target in (links or {}).items():
            info = zipfile.ZipInfo(name)
            info.external_attr = 0o120777 << 16
            package.writestr(info, target)
    return written.getvalue()


def tarred() -> bytes:
    """Return an archive whose members climb out of it, link out of it, and are devices."""
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w:gz") as package:
        for name in ("../../up.md", "/tmp/absolute.md", "a/../../../b.md", "good.md"):  # noqa: S108 - the name of a member
            info = tarfile.TarInfo(name)
            data = f"# Member\n\n{CLAIM}\n".encode()
            info.size = len(data)
            package.addfile(info, io.BytesIO(data))
        for name, kind in (("link.md", tarfile.SYMTYPE), ("hard.md", tarfile.LNKTYPE), ("null.md", tarfile.CHRTYPE), ("pipe.md", tarfile.FIFOTYPE)):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, OUTSIDE
            package.addfile(info)
    return written.getvalue()


def word(body: str, *, doctype: str = "", target: str = "word/document.xml", more: dict[str, bytes | str] | None = None) -> bytes:
    """Return a Word document of a body's XML, whose main part is said to stand at `target`."""
    main = f'<Relationship Id="r1" Type="{_RELATION}/officeDocument" Target="{target}"/>'
    parts: dict[str, bytes | str] = {"[Content_Types].xml": _TYPES, "_rels/.rels": _RELATIONS.format(main), "word/document.xml": _WORD.format("", "")}
    return zipped(parts | {target: _WORD.format(doctype, body)} | (more or {}))


def paragraph(text: str) -> str:
    """Return a paragraph of a Word document."""
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def pdf(objects: list[bytes], *, trailer: bytes = b"") -> bytes:
    """Return a PDF of numbered objects, the first of which is its catalogue."""
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table, len(objects) + 1, trailer, len(out))


def stream(data: bytes, *, entries: bytes = b"") -> bytes:
    """Return a stream object of a PDF."""
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), entries, data)


def pages(count: int, content: bytes, *, kids: bytes | None = None, encrypt: Callable[[int, bytes], bytes] | None = None, trailer: bytes = b"", more: list[bytes] | None = None) -> bytes:
    """Return a PDF of equal pages with the same content."""
    data = encrypt(4, content) if encrypt else content
    first = 5
    listed = kids if kids is not None else b" ".join(b"%d 0 R" % (first + n) for n in range(count))
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 3 0 R >> >> >>"
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
    tree = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (count, listed)
    return pdf([b"<< /Type /Catalog /Pages 2 0 R >>", tree, font, stream(data), *[page] * count, *(more or [])], trailer=trailer)


def drawn(lines: int) -> bytes:
    """Return what draws lines of text on a page."""
    return b"\n".join(b"BT /F1 10 Tf 60 %d Td (%s) Tj ET" % (740 - 12 * n, CLAIM.encode()) for n in range(lines))


def locked() -> bytes:
    """Return a PDF protected by a password (the standard handler with RC4 and 40 bits)."""
    padding = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")
    password = (b"secret" + padding)[:32]
    owner = _rc4(md5(password, usedforsecurity=False).digest()[:5], password)
    rights, name = (-4).to_bytes(4, "little", signed=True), b"0123456789abcdef"
    key = md5(password + owner + rights + name, usedforsecurity=False).digest()[:5]
    user = _rc4(key, padding)

    def encrypt(number: int, data: bytes) -> bytes:
        return _rc4(md5(key + number.to_bytes(3, "little") + b"\0\0", usedforsecurity=False).digest()[:10], data)

    handler = b"<< /Filter /Standard /V 1 /R 2 /O <%s> /U <%s> /P -4 >>" % (owner.hex().encode(), user.hex().encode())
    trailer = b"/Encrypt 6 0 R /ID [<%s> <%s>]" % ((name.hex().encode(),) * 2)
    return pages(1, drawn(3), encrypt=encrypt, trailer=trailer, more=[handler])


def _rc4(key: bytes, data: bytes) -> bytes:
    box, j, out = list(range(256)), 0, bytearray()
    for i in range(256):
        j = (j + box[i] + key[i % len(key)]) % 256
        box[i], box[j] = box[j], box[i]
    i = j = 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + box[i]) % 256
        box[i], box[j] = box[j], box[i]
        out.append(byte ^ box[(box[i] + box[j]) % 256])
    return bytes(out)


def scanned() -> bytes:
    """Return a PDF whose page is a picture."""
    picture = stream(zlib.compress(b"\x80" * 10_000), entries=b"/Type /XObject /Subtype /Image /Width 100 /Height 100 /ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /FlateDecode")
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /XObject << /I 5 0 R >> >> >>"
    return pdf([b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>", page, stream(b"q 500 0 0 700 50 50 cm /I Do Q"), picture])


def password_zip() -> bytes:
    """Return an archive whose member says that it is encrypted."""
    data = bytearray(zipped({"a.md": f"# T\n\n{CLAIM}"}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def overlapping_zip(members: int) -> bytes:
    """Return an archive of which all members are the same bytes, said again and again in its directory."""
    whole = zipped({"00000.md": b"a " * (MEBI // 2)})
    start, end = whole.index(b"PK\x01\x02"), whole.index(b"PK\x05\x06")
    entry = whole[start:end]
    directory = b"".join(entry.replace(b"00000.md", b"%05d.md" % n) for n in range(members))
    closing = b"PK\x05\x06\0\0\0\0" + members.to_bytes(2, "little") * 2 + len(directory).to_bytes(4, "little") + start.to_bytes(4, "little") + b"\0\0"
    return whole[:start] + directory + closing


def small() -> dict[str, bytes]:
    """Return the seeds that may be damaged further."""
    bomb, outside = _LOL.format(root="article"), _OUTSIDE.format(root="article")
    text = CLAIM.encode()
    return {
        "entity-bomb.nxml": (bomb + _ARTICLE.format("&j;")).encode(),
        "entity-bomb.xml": (_LOL.format(root="PubmedArticleSet") + "<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>1</PMID><Article><ArticleTitle>&j;</ArticleTitle></Article></MedlineCitation></PubmedArticle></PubmedArticleSet>").encode(),
        "entity-bomb.html": (_LOL.format(root="html") + f"<html><body><h1>T</h1><p>{CLAIM} &j;</p></body></html>").encode(),
        "outside-entity.nxml": (outside + _ARTICLE.format("&x;")).encode(),
        "outside-entity.xml": (_OUTSIDE.format(root="html") + f"<html><body><p>{CLAIM} &x;</p></body></html>").encode(),
        "outside-include.nxml": _ARTICLE.format(f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file://{OUTSIDE}" parse="text"/>').encode(),
        "entity-bomb.docx": word(paragraph("&j;"), doctype=_LOL.format(root="w")),
        "late-entity-bomb.docx": word(paragraph("&j;"), doctype=f"<!--{' ' * 9000}-->" + _LOL.format(root="w")),
        "hidden-entity-bomb.docx": word(paragraph("&j;"), doctype=_LOL.format(root="w"), target="word/media/picture.png"),
        "outside-entity.docx": word(paragraph("&x;"), doctype=f"<!--{' ' * 9000}-->" + _OUTSIDE.format(root="w")),
        "macro.docm": word(paragraph(CLAIM), more={"word/vbaProject.bin": b'Attribute VB_Name = "AutoOpen"\r\nShell "calc.exe"'}),
        "deep.docx": word("<w:tbl><w:tr><w:tc>" * 60 + paragraph(CLAIM) + "</w:tc></w:tr></w:tbl>" * 60),
        "locked.docx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000,
        "bomb.zip": zipped({"bomb.md": b" " * (8 * MEBI), "good.md": f"# T\n\n{CLAIM}"}),
        "overlapping.zip": overlapping_zip(20),
        "climbing.zip": zipped(dict.fromkeys(("../../up.md", "/absolute.md", "..\\..\\up.txt", "C:\\up.md", "good.md"), f"# T\n\n{CLAIM}"), links={"link.md": OUTSIDE}),
        "nested.zip": zipped({"inner.zip": zipped({"a.md": CLAIM}), "good.md": f"# T\n\n{CLAIM}"}),
        "password.zip": password_zip(),
        "climbing.tar.gz": tarred(),
        "bomb.jsonl.gz": gzip.compress(b'{"text": "' + b"a" * (3 * MEBI) + b'"}\n', compresslevel=9, mtime=0),
        "cycle.pdf": pages(2, drawn(3), kids=b"2 0 R 5 0 R 2 0 R"),
        "self-parent.pdf": pdf([b"<< /Type /Catalog /Pages 1 0 R >>", b"<< /Type /Pages /Count 9 /Kids [1 0 R] >>"]),
        "locked.pdf": locked(),
        "scanned.pdf": scanned(),
        "script.pdf": pages(1, drawn(3), trailer=b"/Info << /Title (\x1b[2J<script>alert(1)</script>) >>", more=[b"<< /S /JavaScript /JS (app.alert(1)) >>"]),
        "counted-wrong.pdf": pages(3, drawn(3)).replace(b"/Count 3", b"/Count 2147483647"),
        "bomb.pdf": pages(1, zlib.compress(b"BT /F1 10 Tf 60 700 Td (a) Tj ET " * 40_000, 9)).replace(b"<< /Length", b"<< /Filter /FlateDecode /Length", 1),
        "deep.nxml": ("<article><body>" + "<sec>" * 400 + f"<p>{CLAIM}</p>").encode(),
        "deep.html": ("<div>" * 3_000 + CLAIM).encode(),
        "deep.md": ("> " * 3_000 + CLAIM).encode(),
        "deep.jsonl": ('{"_id": "1", "text": ' + "[" * 9_000).encode(),
        "frontmatter.md": b"---\ntitle: &a [x, *a]\nother: !!python/object/apply:os.system ['touch /tmp/owned']\nmany: &b [" + b"&c [*b], " * 200 + b"]\n---\n\n# T\n\n" + text,
        "laughs.md": ("---\na: &a [ha, ha]\n" + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(9)) + f"title: *j\n---\n\n# T\n\n{CLAIM}\n").encode(),
        "bidi.txt": f"ASTHMA \u202e\u2066gnp\n\n{CLAIM}\x1b[2J\x07\n".encode(),
        "utf16.txt": f"ASTHMA\n\n{CLAIM}\n".encode("utf-16-le"),
        "utf32.html": f"<html><body><p>{CLAIM}</p></body></html>".encode("utf-32"),
        "utf7.html": b'<html><head><meta charset="utf-7"></head><body><p>+ADw-script+AD4-alert(1)+ADw-/script+AD4- ' + text + b"</p></body></html>",
        "nul.md": b"# T\0\0\n\n" + text + b"\0\r\0\n",
        "ends.nbib": b"PMID- 1\rTI  - Pain\r\r\nAB  - " + text + b"\x0b\x0c\x85",
    }  # fmt: skip


def large() -> dict[str, bytes]:
    """Return the files that are read as they are."""
    line = b"word " * (2 * MEBI)
    return {
        "line.txt": line, "line.md": line, "line.html": b"<p>" + line, "line.jsonl": b'{"_id": "1", "text": "' + line + b'"}',
        "line-no-blank.txt": b"a" * (10 * MEBI), "line-no-blank.md": b"a" * (10 * MEBI),
        "line.nxml": _ARTICLE.format(line.decode()).encode(), "line.nbib": b"PMID- 1\nTI  - " + line,
        "marks.md": b"*_`[" * (MEBI // 2), "pipes.md": b"|a" * MEBI + b"\n|-|-\n", "open.html": b"<b><i>" * (MEBI // 4), "open.nxml": b"<article><body>" + b"<p>" * MEBI,
        "pages-500.pdf": pages(500, drawn(40)), "pages-4000.pdf": pages(4_000, drawn(1)),
        "objects.pdf": pages(1, b"1 0 0 1 0 0 cm 10 10 5 5 re f " * 60_000 + drawn(3)),
        "bomb.docx": word(paragraph("a" * (40 * MEBI))), "paragraphs.docx": word(paragraph(CLAIM) * 30_000), "very-deep.docx": word("<w:tbl><w:tr><w:tc>" * 20_000),
        "bomb.nxml.gz": gzip.compress(b"<article><body><p>" + b"a" * (90 * MEBI), compresslevel=1, mtime=0),
        "bomb-lines.jsonl.gz": gzip.compress(b"{}\n" * (4 * MEBI), compresslevel=1, mtime=0), "one-line.jsonl.gz": gzip.compress(b"a" * (200 * MEBI), compresslevel=1, mtime=0),
        "overlapping-many.zip": overlapping_zip(2_000), "many.zip": zipped({f"{n}.md": "" for n in range(20_000)}),
    }  # fmt: skip


def main() -> None:
    """Write all of them."""
    for kind, files in (("small", small()), ("large", large())):
        folder = Path(sys.argv[1]) / kind
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            (folder / name).write_bytes(data)
            print(f"{len(data):>10} {kind}/{name}")


if __name__ == "__main__":
    main()
