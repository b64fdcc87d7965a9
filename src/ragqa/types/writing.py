"""What a language model did for an answer: its searches, its sentences, what was refused and why, and what it took."""

from __future__ import annotations

from pydantic import Field

from ragqa.types.records import Record
from ragqa.vocabulary import Fault


class Usage(Record):
    """What was asked of a language model. `unreported` counts the requests whose tokens the endpoint did not tell."""

    requests: int = Field(default=0, ge=0)
    prompt_tokens: int = Field(default=0, ge=0)
    reply_tokens: int = Field(default=0, ge=0)
    unreported: int = Field(default=0, ge=0)
    cost: float | None = Field(default=None, ge=0)  # in the currency of the prices that the settings name

    def plus(self, other: Usage) -> Usage:
        """Return both together; the cost is known where one of them knows it."""
        costs = [cost for cost in (self.cost, other.cost) if cost is not None]
        return Usage(
            requests=self.requests + other.requests,
            prompt_tokens=self.prompt_tokens + other.prompt_tokens,
            reply_tokens=self.reply_tokens + other.reply_tokens,
            unreported=self.unreported + other.unreported,
            cost=sum(costs) if costs else None,
        )


class Refusal(Record):
    """A sentence that a language model wrote and nobody is shown in its place."""

    sentence: str
    cited: tuple[str, ...]  # the ids as the model gave them
    faults: tuple[Fault, ...] = Field(min_length=1)
    reason: str
    again: str | None = None  # what the model wrote when it was told the reason and asked once more
    mended: bool = False  # that was borne out, and is shown
    instead: tuple[int, ...] = ()  # else the references whose quotes stand in its place; none where it cited nothing given


class Writing(Record):
    """How a language model worded an answer."""

    model: str
    endpoint: str
    prompts: tuple[str, ...]  # names and versions of the instructions
    verifier: str
    searches: tuple[str, ...] = ()  # the model's words that were searched beside the question
    sentences: int = Field(default=0, ge=0)  # written
    kept: int = Field(default=0, ge=0)  # shown as written, or as mended
    refusals: tuple[Refusal, ...] = ()
    notes: tuple[str, ...] = ()  # replies that were late, cut off or not to be read
    usage: Usage = Usage()
