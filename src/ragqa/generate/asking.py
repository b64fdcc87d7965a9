"""A prompt's name and data in; the model's reply, or a note why there is none, out."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files

from ragqa.errors import ReplyError
from ragqa.protocols import LanguageModel, ModelReply, ModelRequest
from ragqa.types import Record, Usage


@lru_cache(maxsize=8)
def instructions_of(prompt: str) -> str:
    """Return the instructions of a prompt, such as "write-2"."""
    return files("ragqa.generate").joinpath("prompts", f"{prompt}.txt").read_text(encoding="utf-8")


def data_of(head: Mapping[str, object], evidence: Sequence[Mapping[str, object]] = ()) -> str:
    """Return what a model is told, as JSON; the evidence a line each between marks that no text of a document can close."""
    lines = [_json(head)]
    if evidence:
        lines += ["<evidence>", *map(_json, evidence), "</evidence>"]
    return "\n".join(lines)


def _json(value: Mapping[str, object]) -> str:
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c").replace(">", "\\u003e")


class Desk:
    """Asks one model for one answer, and keeps account of it."""

    def __init__(self, model: LanguageModel) -> None:
        self.model = model
        self.usage = Usage()
        self.notes: list[str] = []
        self.prompts: list[str] = []

    def ask(
        self, prompt: str, data: str, shape: type[Record], *, on_text: Callable[[str], None] | None = None
    ) -> ModelReply | None:
        """Return the reply, None where none came: the reason is noted. Raises ModelError as the model does."""
        self.prompts.append(prompt)
        try:
            reply = self.model.complete(ModelRequest(prompt, instructions_of(prompt), data, shape), on_text=on_text)
        except ReplyError as error:
            self.usage = self.usage.plus(Usage(requests=1, unreported=1))
            self.note(f"{prompt}: {error}")
            return None
        self.usage = self.usage.plus(reply.usage)
        if not reply.finished:
            self.note(f"{prompt}: the reply was cut off")
        return reply

    def note(self, text: str) -> None:
        """Keep what a reader of the provenance should know."""
        if text not in self.notes:
            self.notes.append(text)
