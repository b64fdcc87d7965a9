"""A reference and an answer in, ROUGE F1 out (Lin, 2004): 1, 2 and L by rouge-score, SU4 here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from ragqa.errors import MissingExtra

if TYPE_CHECKING:
    from rouge_score.rouge_scorer import RougeScorer
    from rouge_score.tokenizers import DefaultTokenizer

MOST_SKIPPED = 4  # words between the two of a skip-bigram
_TYPES = ("rouge1", "rouge2", "rougeL")


class Rouge(NamedTuple):
    """F1 of each measure, 0 to 1."""

    rouge1: float
    rouge2: float
    rougeL: float  # noqa: N815 the field's own name
    rougeSU4: float  # noqa: N815


def rouge(reference: str, answer: str) -> Rouge:
    """Return the ROUGE of an answer, stemmed. Raises MissingExtra where rouge-score is not installed."""
    scorer, tokenizer = _scorer()
    found = scorer.score(reference, answer)
    su4 = rouge_su4(tokenizer.tokenize(reference), tokenizer.tokenize(answer))
    one, two, longest = (float(found[name].fmeasure) for name in _TYPES)
    return Rouge(one, two, longest, su4)


def rouge_su4(reference: Sequence[str], answer: Sequence[str]) -> float:
    """Return the F1 of unigrams and of word pairs in order with at most four words between them, counts clipped."""
    wanted, given = _units(reference), _units(answer)
    shared = (wanted & given).total()
    if shared == 0:
        return 0.0
    precision, recall = shared / given.total(), shared / wanted.total()
    return 2 * precision * recall / (precision + recall)


def _units(words: Sequence[str]) -> Counter[tuple[str, ...]]:
    units: Counter[tuple[str, ...]] = Counter((word,) for word in words)
    for place, first in enumerate(words):
        units.update((first, second) for second in words[place + 1 : place + 2 + MOST_SKIPPED])
    return units


@cache
def _scorer() -> tuple[RougeScorer, DefaultTokenizer]:
    try:
        from rouge_score.rouge_scorer import RougeScorer  # noqa: PLC0415 an extra
        from rouge_score.tokenizers import DefaultTokenizer  # noqa: PLC0415
    except ImportError as error:
        raise MissingExtra("ROUGE", "eval") from error
    tokenizer = DefaultTokenizer(use_stemmer=True)
    return RougeScorer(list(_TYPES), tokenizer=tokenizer), tokenizer
