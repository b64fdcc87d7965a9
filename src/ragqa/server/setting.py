"""An Answer in; the parts of its page, set by the same outline and the same setter as every HTML form, out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple
from urllib.parse import quote, urlencode

from markupsafe import Markup

from ragqa.rendering.blocks import Block, Bullets, Cite, Facts, Heading, Notice, Question, Tone
from ragqa.rendering.html_blocks import PageSetter
from ragqa.rendering.outline import PART_LEVEL, outline
from ragqa.rendering.wording import ASKED_BEFORE, Part, heading
from ragqa.types import Answer, statements_of

REVIEW_FACT, AUDIENCE_FACT = "Review status", "Audience"  # said by the steps, and by the choice of audience, on this page
SAID = (REVIEW_FACT, ASKED_BEFORE)  # on every page: by the steps, and by the thread


class ArticlePage(NamedTuple):
    """The parts of an article's page."""

    emergency: Markup
    question: Markup
    facts: Markup
    title: Markup
    notices: Markup
    before_related: Markup
    after_related: Markup
    contents: tuple[tuple[str, str], ...]  # anchor, heading


class _Setter(PageSetter):
    """Sets citation numbers that lead to what they quote, highlighted in its section."""

    def __init__(self, blocks: tuple[Block, ...], answer: Answer, *, root: str, back: str) -> None:
        super().__init__(blocks)
        self._root, self._back = root, back
        self._places = {
            (citation.number, citation.quoted): (citation.document_id, citation.span)
            for statement in statements_of(answer)
            for citation in statement.citations
        }

    def address_of(self, cite: Cite, anchor: str) -> str:
        """Return the address of the page that shows the quotes in their source, and leads back to where they are cited."""
        places = [self._places[cite.number, quoted] for quoted in cite.quotes]
        spans = [("quote", f"{span.start}-{span.end}") for _, span in places]
        return f"{self._root}/sources/{quote(places[0][0], safe='')}?{urlencode([*spans, ('number', cite.number), ('back', f'{self._back}#{anchor}')])}"


def set_article(answer: Answer, *, root: str, back: str, said: Collection[str] = SAID) -> ArticlePage:
    """Return the parts of an article's page; `back` is the address that a source leads back to, `said` the facts that the page says otherwise."""
    blocks = tuple(_without(block, said) for block in outline(answer))
    setter = _Setter(blocks, answer, root=root, back=back)
    title = next(place for place, block in enumerate(blocks) if isinstance(block, Heading))
    start, end = _related(blocks, answer)
    emergency = [b for b in blocks[:title] if isinstance(b, Notice) and b.tone is Tone.EMERGENCY]
    notices = [b for b in blocks[:title] if isinstance(b, Notice) and b.tone is not Tone.EMERGENCY]

    def together(some: Sequence[Block]) -> Markup:
        return Markup("\n".join(map(setter.html, some)))  # noqa: S704 the setter escapes all that documents say

    return ArticlePage(
        emergency=together(emergency),
        question=together([b for b in blocks[:title] if isinstance(b, Question)]),
        facts=together([b for b in blocks[:title] if isinstance(b, Facts) and b.pairs]),
        title=together(blocks[title : title + 1]),
        notices=together(notices),
        before_related=together(blocks[title + 1 : start]),
        after_related=together(blocks[end:]),
        contents=tuple((setter.anchor(b), b.text) for b in blocks if isinstance(b, Heading) and b.level == PART_LEVEL),
    )


def _without(block: Block, said: Collection[str]) -> Block:
    if not isinstance(block, Facts):
        return block
    return Facts(tuple(pair for pair in block.pairs if pair[0] not in said))


def _related(blocks: tuple[Block, ...], answer: Answer) -> tuple[int, int]:
    """Return where the list of related questions begins and ends; on this page they can be asked."""
    named = heading(Part.RELATED, answer.audience)
    for place, block in enumerate(blocks):
        if isinstance(block, Heading) and block.text == named and answer.related_questions and isinstance(blocks[place + 1], Bullets):
            return place + 1, place + 2
    return len(blocks), len(blocks)
