"""Two revisions of an answer in; what the later one says otherwise, for who is to approve it, out."""

from __future__ import annotations

from ragqa.review.editing import statement_id
from ragqa.types import Answer, Record, statements_of


class Difference(Record):
    """What a revision says otherwise than the one before it: texts of statements, each once, and further changes as sentences."""

    left_out: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    further: tuple[str, ...] = ()


def difference(before: Answer, after: Answer) -> Difference:
    """Return what has changed from one revision to the next, in the order of reading."""
    old, new = _texts(before), _texts(after)
    return Difference(
        left_out=tuple(text for name, text in old.items() if name not in new),
        added=tuple(text for name, text in new.items() if name not in old),
        further=tuple(_further(before, after, frozenset(old) & frozenset(new))),
    )


def _texts(answer: Answer) -> dict[str, str]:
    """Return id -> text of the statements of an answer, in the order of reading."""
    return {statement_id(statement): statement.text for statement in statements_of(answer)}


def _places(answer: Answer, shared: frozenset[str]) -> list[str]:
    return [name for name in map(statement_id, statements_of(answer)) if name in shared]


def _further(before: Answer, after: Answer, shared: frozenset[str]) -> list[str]:
    said = []
    if before.title != after.title:
        said.append(f"The title was: {before.title}.")
    if before.support is not after.support:
        said.append(f"The support level was: {before.support.value}.")
    if _places(before, shared) != _places(after, shared):
        said.append("Statements stand at other places.")
    if [gap.message for gap in before.gaps] != [gap.message for gap in after.gaps]:
        said.append("The evidence gaps are others.")
    return said
