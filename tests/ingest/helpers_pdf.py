"""Make small PDFs by hand: text at places, in sizes, bold or not; rules and bullets."""

from __future__ import annotations

from typing import NamedTuple


class Text(NamedTuple):
    x: float
    y: float
    text: str
    size: float = 10
    bold: bool = False


class Rule(NamedTuple):
    x0: float
    y0: float
    x1: float
    y1: float


def make_pdf(pages: list[list[Text | Rule]], *, info: str = "") -> bytes:
    objects: list[bytes] = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
    ]
    kids = []
    for page in pages:
        stream = "\n".join(_drawn(item) for item in page).encode("latin-1")
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents %d 0 R"
            b" /Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> >>" % len(objects)
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(kids), b" ".join(kids))
    objects.append(f"<< {info} >>".encode("latin-1"))
    out = b"%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"trailer\n<< /Size %d /Root 1 0 R /Info %d 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        len(objects),
        start,
    )


def _drawn(item: Text | Rule) -> str:
    if isinstance(item, Rule):
        return f"{item.x0} {item.y0} {item.x1 - item.x0} {item.y1 - item.y0} re f"
    text = item.text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return f"BT /F{2 if item.bold else 1} {item.size} Tf {item.x} {item.y} Td ({text}) Tj ET"


def column(x: float, y: float, lines: list[str], *, pitch: float = 12) -> list[Text | Rule]:
    return [Text(x, y - pitch * at, line) for at, line in enumerate(lines)]
