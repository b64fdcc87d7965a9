"""A question and those before it in; a model's words to search with besides, out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ragqa.errors import ReplyError
from ragqa.generate.asking import Desk, data_of
from ragqa.generate.shapes import SearchList, list_in
from ragqa.protocols import LanguageModel
from ragqa.text import normalise, one_line, terms, words
from ragqa.types import Usage

PROMPT = "search-1"
MOST_SEARCHES, MOST_WORDS, MOST_CHARACTERS = 3, 20, 200


class Searches(NamedTuple):
    """What is searched beside the question, and what that took."""

    words: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    prompts: tuple[str, ...] = ()
    usage: Usage = Usage()


def searches_for(question: str, history: Sequence[str], model: LanguageModel) -> Searches:
    """Return up to three searches in a model's words; none where it gave none. Raises ModelError as the model does."""
    desk = Desk(model)
    reply = desk.ask(PROMPT, data_of({"question": question, "asked_before": list(history)}), SearchList)
    found: list[str] = []
    if reply is not None:
        try:
            found = [one_line(normalise(value)) for value in list_in(reply.text, "searches") if isinstance(value, str)]
        except ReplyError as error:
            desk.note(f"{PROMPT}: {error}")
    fit = [text for text in dict.fromkeys(found) if terms(text) and len(text) <= MOST_CHARACTERS and len(words(text)) <= MOST_WORDS]
    fit = [text for text in fit if text.lower() != question.lower()]
    return Searches(tuple(fit[:MOST_SEARCHES]), tuple(desk.notes), tuple(desk.prompts), desk.usage)
