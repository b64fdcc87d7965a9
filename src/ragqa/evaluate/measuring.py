"""A gold question and its kept answer in, QuestionScore out."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

from ragqa.evaluate.calibrate import best_of
from ragqa.evaluate.citing import Citing, citing
from ragqa.evaluate.claims import Bearing, bears, covers, distinct_statements, violations
from ragqa.evaluate.gold import Abstain, GoldClaim, GoldQuestion
from ragqa.evaluate.judges import Judge, JudgeCard
from ragqa.evaluate.keeping import Kept
from ragqa.evaluate.locate import Lookup
from ragqa.evaluate.rouge import rouge
from ragqa.evaluate.scores import ClaimResult, QuestionScore
from ragqa.readability import reading_grade
from ragqa.text import words
from ragqa.types import Answer, Statement
from ragqa.vocabulary import Support

LEVELS = {Abstain.NO: 0.0, Abstain.PARTIAL: 1.0, Abstain.WHOLE: 2.0}
Values = dict[str, float | None]


class Ruler(NamedTuple):
    """What answers are measured with: the documents, and a judge with its card."""

    lookup: Lookup
    judge: Judge
    card: JudgeCard


def measure(gold: GoldQuestion, kept: Kept, ruler: Ruler) -> QuestionScore:
    """Measure one answer. A question without an answer scores 0 wherever there was something to reach."""
    answer = kept.answer
    statements = distinct_statements(answer) if answer else ()
    cited = citing(gold, answer, statements, ruler.lookup) if answer else Citing()
    claims = _claims(gold, statements, ruler)
    forbidden = violations(gold.must_not, statements)
    values: Values = {
        "retrieved": _retrieved(gold, kept),
        **_claim_values(gold, claims, statements),
        "must_not": float(len(forbidden)) if gold.must_not else None,
        **_rouge_values(gold, answer, statements),
        **cited.values(),
        **_abstention_values(gold, kept),
        **_shape_values(answer, statements),
        "failed": float(answer is None),
        "seconds": kept.seconds,
    }
    return QuestionScore(
        id=gold.id,
        question=gold.question,
        part=gold.part,
        type=gold.type,
        audience=gold.audience.value,
        values=values,
        abstain=gold.abstain,
        abstain_kind=gold.abstain_kind,
        support=gold.support.value if gold.support else None,
        given_support=answer.support.value if answer else None,
        claims=claims,
        violations=forbidden,
        unfaithful=cited.unfaithful,
        error=kept.error,
    )


def level_of(answer: Answer | None) -> float:
    """Return how far an answer abstains: 2 whole, 1 partial (a gap that decides, or gaps and support insufficient), 0 not."""
    if answer is None or answer.abstained:
        return LEVELS[Abstain.WHOLE]
    partial = any(gap.decisive for gap in answer.gaps) or (bool(answer.gaps) and answer.support is Support.INSUFFICIENT)
    return LEVELS[Abstain.PARTIAL if partial else Abstain.NO]


def doubt_of(kept: Kept) -> float:
    """Return how much an answer is doubted, 0 to 3: its level of abstention, then how far the best passage is (cosine)."""
    nearest = max((found.hit.arms.dense for found in kept.passages if found.hit.arms.dense is not None), default=0.0)
    return level_of(kept.answer) + (1 - max(-1.0, min(1.0, nearest))) / 2


def _retrieved(gold: GoldQuestion, kept: Kept) -> float | None:
    """Return the share of the claims that must be there of which a passage kept with the answer covers a place."""
    return _mean(
        [
            any(
                span.document == found.document_id and covers(span.span, found.span)
                for span in claim.spans
                for found in kept.passages
            )
            for claim in gold.must_have
            if claim.spans
        ]
    )


def _claims(gold: GoldQuestion, statements: Sequence[Statement], ruler: Ruler) -> tuple[ClaimResult, ...]:
    asked = [*((claim, True) for claim in gold.must_have), *((claim, False) for claim in gold.nice_to_have)]
    grounds = [_ground(claim, statements) for claim, _ in asked]
    texts = [statement.text for statement in statements]
    open_places = [place for place, ground in enumerate(grounds) if ground is None]
    scores = best_of(ruler.judge, [(asked[place][0].text, texts) for place in open_places]) if texts else []
    for place, score in zip(open_places, scores, strict=False):
        if score >= ruler.card.threshold:
            grounds[place] = Bearing.JUDGE
    return tuple(
        ClaimResult(text=claim.text, must=must, bearing=ground)
        for (claim, must), ground in zip(asked, grounds, strict=True)
    )


def _ground(claim: GoldClaim, statements: Sequence[Statement]) -> Bearing | None:
    found = [ground for statement in statements if (ground := bears(statement, claim))]
    return Bearing.SPAN if Bearing.SPAN in found else found[0] if found else None


def _claim_values(gold: GoldQuestion, claims: Sequence[ClaimResult], statements: Sequence[Statement]) -> Values:
    must = [claim for claim in claims if claim.must]
    placed = any(claim.spans for claim in gold.must_have)
    firm = [claim.bearing in (Bearing.SPAN, Bearing.WORDING) for claim in must]
    wanted = (*gold.must_have, *gold.nice_to_have)
    right = [any(bears(statement, claim) for claim in wanted) for statement in statements]
    return {
        "must_have_recall": _mean(firm) if placed else None,
        "must_have_judged": _mean([claim.bearing is not None for claim in must]),
        "must_have_precision": _mean(right) if placed else None,
    }


def _rouge_values(gold: GoldQuestion, answer: Answer | None, statements: Sequence[Statement]) -> Values:
    reference = gold.reference_text()
    if not reference:
        return dict.fromkeys(("rouge1", "rouge2", "rougeL", "rougeSU4", "rougeL_direct"))
    whole = rouge(reference, " ".join(statement.text for statement in statements))
    direct = " ".join(statement.text for statement in answer.direct) if answer else ""
    return {**whole._asdict(), "rougeL_direct": rouge(reference, direct).rougeL}


def _abstention_values(gold: GoldQuestion, kept: Kept) -> Values:
    wanted, given = LEVELS[gold.abstain], level_of(kept.answer)
    values: Values = {
        "abstention_wanted": wanted,
        "abstention_given": given,
        "abstention_right": float(wanted == given),
        "doubt": doubt_of(kept),
        "support_right": None,
    }
    if gold.support is not None:
        values["support_right"] = float(kept.answer is not None and kept.answer.support is gold.support)
    if gold.abstain_kind:
        values[f"kind flagged: {gold.abstain_kind}"] = float(given > 0)
        values[f"kind right: {gold.abstain_kind}"] = float(wanted == given)
    return values


def _shape_values(answer: Answer | None, statements: Sequence[Statement]) -> Values:
    text = " ".join(statement.text for statement in statements)
    return {
        "unique_words": float(sum(len(words(statement.text)) for statement in statements))
        if answer and statements
        else None,
        "reading_grade": reading_grade(text),
    }


def _mean(found: Sequence[bool]) -> float | None:
    return sum(found) / len(found) if found else None


def measured_names(scores: Sequence[QuestionScore]) -> list[str]:
    """Return the names of all values, in order of first appearance."""
    return list(dict.fromkeys(chain.from_iterable(score.values for score in scores)))
