"""A line of text in, its pieces out: sentences, and the items of lists and tables that were glued into the line.

"Treatment includes: - Rest. - Ice." is a lead-in and two items; no character is changed, the marks lie between pieces.
"""

from __future__ import annotations

import re
from itertools import islice, pairwise
from typing import Final, NamedTuple

from ragqa.text import sentences
from ragqa.types import Span
from ragqa.vocabulary import BlockKind

_DASH: Final = re.compile(r"(?:^|(?<=\s))[-\u2022\u25aa*]\s+(?=\S)")
# What a sentence that runs on into its list ends with.
_LEAD_WORD: Final = re.compile(
    r"(?::|\b(?:includes?|including|included|are|as|is|following|with|to|for|if|have|has|such as|from|may|can|or|and|that|when|by|of|in|on|who|should|must|about|called|cause|causes))$",
    re.IGNORECASE,
)
# A capital in the middle of the last item: a sentence that was glued to it.
_NEW_SENTENCE: Final = re.compile(
    r"(?<=[a-z0-9)]) (?=(?:The|These|This|Those|If|In|You|Your|Most|Many|Some|During|There|When|It|Its|Other|Treatment|Symptoms|Doctors|People"
    r"|They|For|A|An|Although|Because|Even|How|However|As|At|Not|No|One|Only|Researchers|Sometimes|Talk|To|Usually|Very|We|What|While|With|Women|Men|Children"
    r"|NIH:|Signs|Tests|See|Check|Call|Also|After|All|Before|Both|By|Each)\b [a-z])"
)
_QUESTION: Final = re.compile(r"(?:What|How|Who|Is|Are|Can|Does|Do|Why|When|Where)\b[^.?!]{5,200}\?\s+(?=\S)")
_AGENCY: Final = re.compile(r"\bNIH: [A-Z][\w ,()&'-]{5,90}$")
_FEATURES: Final = re.compile(r"Signs and Symptoms Approximate number of patients \(when available\)\s+")
_FEATURE: Final = re.compile(r"(\S.*?)\s(?:\d{1,3}(?:\.\d+)?%|\d+/\d+|-)(?=\s|$)\s*")
_STOP: Final = re.compile(r"[.?!]\s+")
_LOOKS: Final = 6  # sentences of a last item after which its list may stand again
_LOOK_BACK: Final = 80  # characters before a mark that tell whether a list begins there
_MOST_LISTS: Final = 30  # that stand one after another in one line
_FEATURES_END: Final = "The Human Phenotype Ontology (HPO) has collected"


class Piece(NamedTuple):
    """A part of a line that will be a block."""

    start: int
    end: int
    kind: BlockKind = BlockKind.PARAGRAPH
    lead_in: Span | None = None
    header: Span | None = None

    def sentence_start(self, text: str) -> int:
        """Return where the last sentence of the piece begins."""
        return self.start + sentences(text[self.start : self.end])[-1][0]


def pieces_of_line(text: str, start: int, end: int) -> list[Piece]:
    """Return the pieces of `text[start:end]`, which is one line."""
    question = _QUESTION.match(text, start, end)
    if question and question.end() < end:
        start = question.end()  # a heading glued to the first sentence
    agency = _AGENCY.search(text, start, end)
    if agency and agency.start() > start:
        end = agency.start()
    features = _FEATURES.search(text, start, end)
    if features:
        return _features(text, start, end, features)
    return _with_lists(text, start, end)


def _features(text: str, start: int, end: int, head: re.Match[str]) -> list[Piece]:
    """Return the rows of a table of signs and their frequencies, and the sentences around it."""
    stop = text.find(_FEATURES_END, head.end(), end)
    stop = end if stop < 0 else stop
    header = Span(start=head.start(), end=head.start() + len(head.group().rstrip()))
    rows, at = [], head.end()
    while (row := _FEATURE.match(text, at, stop)) is not None:
        rows.append(_trimmed(text, at, row.end(), BlockKind.TABLE_ROW, header=header))
        at = row.end()
    before = [_trimmed(text, start, head.start())] if text[start : head.start()].strip() else []
    after = [_trimmed(text, at, end)] if text[at:end].strip() else []
    return [*before, Piece(header.start, header.end, BlockKind.CAPTION), *rows, *after]


def _with_lists(text: str, start: int, end: int, *, depth: int = 0) -> list[Piece]:
    marks = list(_DASH.finditer(text, start, end))
    first = next((at for at, mark in enumerate(marks) if _begins_list(text, start, marks, at)), None)
    if first is None:
        return [_trimmed(text, start, end)] if text[start:end].strip() else []
    marks = _separators(text, marks[first:])
    pieces: list[Piece] = []
    leads = _Leads(text, is_upper=text[marks[0].end()].isupper())
    if text[start : marks[0].start()].strip():
        before = _trimmed(text, start, marks[0].start())
        pieces.append(before)
        if not text[before.start : before.end].endswith((".", "?", "!")):
            leads.open(before.sentence_start(text), before.end)
    for mark, following in pairwise(marks):
        item = _trimmed(text, mark.end(), following.start(), BlockKind.LIST_ITEM)
        pieces += leads.item(item._replace(lead_in=leads.of(item)), following.end())
    last = _trimmed(text, marks[-1].end(), end, BlockKind.LIST_ITEM)
    return pieces + _last_item(text, last._replace(lead_in=leads.of(last)), pieces, depth)


class _Leads:
    """What introduces the items of a line, as lists begin and end in it."""

    def __init__(self, text: str, *, is_upper: bool) -> None:
        self._text = text
        self._is_upper = is_upper  # the items of the outer list begin with capitals
        self._outer: Span | None = None
        self._inner: Span | None = None
        self._is_lower = False  # the items of the inner list begin with small letters
        self._is_finished: bool | None = None  # the items of the inner list end like sentences

    def open(self, start: int, end: int) -> None:
        """Begin a new list after its lead-in."""
        self._outer, self._inner = Span(start=start, end=end), None

    def of(self, item: Piece) -> Span | None:
        """Return the lead-in of an item; one that is not like those of the inner list ends it."""
        if self._inner is None:
            return self._outer
        is_finished = self._text[item.start : item.end].endswith((".", "?", "!", ":"))
        is_like = self._is_finished in (None, is_finished)
        if not is_like or (self._is_lower and not self._text[item.start].islower()):
            self._inner = None
            return self._outer
        self._is_finished = is_finished
        return self._inner

    def item(self, item: Piece, following: int) -> list[Piece]:
        """Return the pieces of an item; what it ends with may introduce the items that follow, from `following` on."""
        text = self._text
        cuts = sentences(text[item.start : item.end])
        is_lead = _LEAD_WORD.search(text, max(item.start, item.end - _LOOK_BACK), item.end) is not None
        if len(cuts) > 1 and is_lead:  # "... a scan. After treatment, tests include:" is an item and a lead-in
            head = _trimmed(text, item.start, item.start + cuts[0][1], BlockKind.LIST_ITEM, lead_in=item.lead_in)
            self.open(item.start + cuts[-1][0], item.end)
            self._is_upper = text[following].isupper()
            return [head, _trimmed(text, item.start + cuts[1][0], item.end)]
        goes_lower = self._is_upper and self._inner is None and text[following].islower()
        if goes_lower or (is_lead and text[item.end - 1] == ":"):
            self._inner = Span(start=item.sentence_start(text), end=item.end)
            self._is_finished, self._is_lower = None, goes_lower
        return [item]


def _begins_list(text: str, start: int, marks: list[re.Match[str]], at: int) -> bool:
    if at == 0 and not text[start : marks[0].start()].strip():
        return True  # the line begins with a mark
    before = text[max(start, marks[at].start() - _LOOK_BACK) : marks[at].start()].rstrip()
    more = len(marks) - at - 1
    if before.endswith(":"):
        return True
    if before.endswith((".", "?")):
        return more >= 1 and text[marks[at].end()].isupper()
    return more >= 1 and _LEAD_WORD.search(before) is not None


def _separators(text: str, marks: list[re.Match[str]]) -> list[re.Match[str]]:
    """Leave out dashes inside items: where items begin with capitals, one before a small letter that nothing leads to."""
    if not text[marks[0].end()].isupper():
        return marks
    kept = [marks[0]]
    is_inner = False
    for mark in marks[1:]:
        if not text[mark.end()].islower():
            is_inner = False
        elif not is_inner:
            is_inner = (
                _LEAD_WORD.search(text[max(kept[-1].end(), mark.start() - _LOOK_BACK) : mark.start()].rstrip())
                is not None
            )
            if not is_inner:
                continue
        kept.append(mark)
    return kept


def _last_item(text: str, item: Piece, pieces: list[Piece], depth: int) -> list[Piece]:
    """Cut from the last item what goes on after the list, where the other items show its shape."""
    others = [text[piece.start : piece.end] for piece in pieces if piece.kind is BlockKind.LIST_ITEM]
    if not others or depth > _MOST_LISTS:
        return [item]
    again = _said_again(text, item, others)
    if again is not None:
        head = _trimmed(text, item.start, again[0], BlockKind.LIST_ITEM, lead_in=item.lead_in)
        return [head, *_with_lists(text, again[1], item.end, depth=depth + 1)]
    cuts = sentences(text[item.start : item.end])
    if all(len(sentences(other)) == 1 for other in others):
        glued = None
        if not any(other.endswith((".", "?", "!")) for other in others):
            glued = _NEW_SENTENCE.search(text, item.start, item.start + cuts[0][1])
        at = glued.end() if glued else item.start + cuts[1][0] if len(cuts) > 1 else None
        if at is not None:
            return [
                _trimmed(text, item.start, at, BlockKind.LIST_ITEM, lead_in=item.lead_in),
                *_with_lists(text, at, item.end, depth=depth + 1),
            ]
    return [item]


def _said_again(text: str, item: Piece, others: list[str]) -> tuple[int, int] | None:
    """Return where the last item ends and its list stands once more, and where that ends; None where it does not."""
    for stop in islice(_STOP.finditer(text, item.start, item.end), _LOOKS):
        whole = " ".join([*others, text[item.start : stop.end()].strip()])
        if text.startswith(whole, stop.end()):
            return stop.end(), min(stop.end() + len(whole), item.end)
    return None


def _trimmed(
    text: str,
    start: int,
    end: int,
    kind: BlockKind = BlockKind.PARAGRAPH,
    *,
    lead_in: Span | None = None,
    header: Span | None = None,
) -> Piece:
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    return Piece(start + left, start + max(len(piece.rstrip()), left + 1), kind, lead_in, header)
