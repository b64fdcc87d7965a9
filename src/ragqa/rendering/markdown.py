"""An Answer in, Markdown (CommonMark with GitHub's tables) out; nothing of a document acts as markup."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from ragqa.patterns import lazy_pattern
from ragqa.rendering.blocks import (
    Block,
    Bullets,
    Cites,
    Entries,
    Facts,
    Heading,
    Inline,
    Item,
    Link,
    Notice,
    Para,
    Pointer,
    Question,
    RunIn,
    Side,
    Sides,
    Small,
    SourceName,
    Style,
    Table,
    Terms,
    Tone,
)
from ragqa.rendering.hostile import safe, safe_run
from ragqa.rendering.outline import outline
from ragqa.types import Answer

_ACTIVE = lazy_pattern(r"[\\`*_\[\]|~$]")
_TAG = lazy_pattern(r"<(?=[A-Za-z/!?]|$)")
_ENTITY = lazy_pattern(r"&(?=#|\w)")
_ADDRESS = lazy_pattern(r"(?<=[A-Za-z])(?=://)|(?<=\bwww)(?=\.)|(?<=\bWWW)(?=\.)")
_OPENS = lazy_pattern(r"^(?=[-+#=>:])")
_NUMBERS = lazy_pattern(r"(\d{1,9})(?=[.)])")


def to_markdown(answer: Answer, *, width: int | None = None, color: bool = False, standing: str | None = None) -> str:  # noqa: ARG001 one signature for all forms
    """Return an answer as Markdown, a paragraph a line."""
    return "\n\n".join(text for block in outline(answer, standing) for text in _SETTERS[type(block)](block)) + "\n"


def escape(text: str) -> str:
    """Return text of a document that Markdown shows as it is, at the start of a line too."""
    return _opened(_escaped(safe(text)))


def _escaped(text: str) -> str:
    text = _ACTIVE.sub(r"\\\g<0>", text)
    text = _TAG.sub("&lt;", _ENTITY.sub("&amp;", text))
    return _ADDRESS.sub(r"\\", text)


def _opened(text: str) -> str:
    """Return text that opens no list, heading, quotation or rule where a line begins with it."""
    return _NUMBERS.sub(r"\1\\", text, count=1) if _NUMBERS.match(text) else _OPENS.sub(r"\\", text, count=1)


def _notice(notice: Notice) -> Iterator[str]:
    loud = notice.tone is Tone.EMERGENCY
    yield f"> **{notice.label}: {escape(notice.text)}**" if loud else f"> **{notice.label}:** {escape(notice.text)}"


def _question(question: Question) -> Iterator[str]:
    yield f"**{question.label}:** {escape(question.text)}"


def _facts(facts: Facts) -> Iterator[str]:
    yield "\n".join(f"- **{label}:** {_line(line)}" for label, line in facts.pairs)


def _heading(heading: Heading) -> Iterator[str]:
    yield f"{'#' * heading.level} {escape(heading.text)}"


def _para(para: Para | Small) -> Iterator[str]:
    yield _line(para.line)


def _run_in(run_in: RunIn) -> Iterator[str]:
    mark = f" · **{escape(run_in.mark)}**" if run_in.mark else ""
    yield f"*{escape(run_in.title)}* · {escape(run_in.facts)}{mark}"


def _bullets(bullets: Bullets) -> Iterator[str]:
    lines = []
    for place, item in enumerate(bullets.items, start=bullets.start or 0):
        bullet = "- " if bullets.start is None else f"{place}. "
        lines.append(f"{bullet}{_item(item, ' ' * len(bullet))}")
    yield "\n".join(lines)
    if bullets.names:
        yield "\\\n".join(map(_source_name, bullets.names))


def _item(item: Item, indent: str) -> str:
    note = f"\\\n{indent}{escape(item.note)}" if item.note else ""
    words = "".join(f"\\\n{indent}*{escape(term)}*: {escape(meaning)}" for term, meaning in item.words)
    return f"{_line(item.line)}{note}{words}"


def _source_name(name: SourceName) -> str:
    mark = f" · **{escape(name.mark)}**" if name.mark else ""
    return f"[{name.number}] {_escaped(safe(name.label))}{mark}"


def _table(table: Table) -> Iterator[str]:
    lines = [f"| {' | '.join(table.header)} |", f"|{' --- |' * len(table.header)}"]
    for name, cells in table.rows:
        texts = (f"**{escape(name)}**", *(_line(cell) if cell else f"*{table.empty}*" for cell in cells))
        lines.append(f"| {' | '.join(texts)} |")
    yield "\n".join(lines)


def _sides(sides: Sides) -> Iterator[str]:
    heads = [_side_head(side) for side in sides.sides]
    lines = [_line(side.line) for side in sides.sides]
    yield "\n".join((f"| {' | '.join(heads)} |", f"|{' --- |' * len(heads)}", f"| {' | '.join(lines)} |"))


def _side_head(side: Side) -> str:
    mark = f" ({escape(side.mark)})" if side.mark else ""
    return f"{escape(side.facts)}: {escape(side.title)}{mark}"


def _terms(terms: Terms) -> Iterator[str]:
    yield "\n".join(f"- **{escape(term)}:** {escape(meaning)}" for term, meaning in terms.pairs)


def _entries(entries: Entries) -> Iterator[str]:
    lines = []
    for entry in entries.entries:
        marks = "".join(f"**{escape(mark)}.** " for mark in entry.marks)
        lines.append(f"- [{entry.number}] **{escape(entry.kind)}.** {marks}{_line(entry.line)}")
    yield "\n".join(lines)


def _line(line: Sequence[Inline]) -> str:
    return "".join(map(_inline, line)).strip()


def _inline(piece: Inline) -> str:
    if isinstance(piece, Cites):
        return f" [{', '.join(str(cite.number) for cite in piece.cites)}]"
    if isinstance(piece, Pointer):
        return _escaped(safe(piece.text))
    if isinstance(piece, Link):
        return f"[{_escaped(safe(piece.text))}]({piece.url.replace('(', '%28').replace(')', '%29')})"
    text = safe_run(piece.text)
    core = _opened(_escaped(text.strip()))
    if not core:
        return text
    if piece.style in {Style.TERM, Style.STRONG}:
        core = f"**{core}**"
    return f"{text[: len(text) - len(text.lstrip())]}{core}{text[len(text.rstrip()) :]}"


_SETTERS: dict[type[Block], Callable[[Any], Iterator[str]]] = {
    Notice: _notice,
    Question: _question,
    Facts: _facts,
    Heading: _heading,
    Para: _para,
    Small: _para,
    RunIn: _run_in,
    Bullets: _bullets,
    Table: _table,
    Sides: _sides,
    Terms: _terms,
    Entries: _entries,
}
