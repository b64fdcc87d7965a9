"""A gold question, its score and its kept answer in; the HTML that shows why, side by side, out."""

from __future__ import annotations

from collections.abc import Sequence

from ragqa.evaluate.claims import distinct_statements
from ragqa.evaluate.gold import GoldClaim, GoldQuestion
from ragqa.evaluate.keeping import Kept
from ragqa.evaluate.page import fold, listing, text
from ragqa.evaluate.scores import ClaimResult, QuestionScore
from ragqa.types import Answer


def question_part(score: QuestionScore, gold: GoldQuestion | None, kept: Kept | None) -> str:
    """Return one question, folded: what is wrong with it, its answer beside its gold, and the passages retrieved."""
    wrong = score.failings()
    title = (
        f'<b>{text(score.question)}</b><span class="tag">{text(score.id)}</span><span class="tag">{score.part.value}</span>'
        f'<span class="tag">{text(score.type)}</span><span class="tag">{text(score.audience)}</span>'
        f'<br><span class="bad">{text("; ".join(wrong[:3]))}{f" and {len(wrong) - 3} more" if len(wrong) > 3 else ""}</span>'  # noqa: PLR2004 three are shown
    )
    answer = kept.answer if kept else None
    body = (
        listing(f'<span class="bad">{text(words)}</span>' for words in wrong)
        + f'<div class="two"><div><h3>Answer</h3>{answer_part(answer, score.error)}</div>'
        + f"<div><h3>Gold</h3>{gold_part(score, gold)}</div></div>"
        + (passages_part(kept) if kept else "")
    )
    return fold(title, body)


def answer_part(answer: Answer | None, error: str | None = None) -> str:
    """Return an answer: how far it goes, each statement with where it is quoted from, and its gaps."""
    if answer is None:
        return f'<p class="bad">{text(error or "no answer was kept")}</p>'
    direct = {statement.text for statement in answer.direct}
    pieces = [f"<p>{'Abstained. ' if answer.abstained else ''}Support: {text(answer.support.value)}</p>"]
    pieces.append(
        listing(
            f"{'<b>' if statement.text in direct else ''}{text(statement.text)}{'</b>' if statement.text in direct else ''}"
            + "".join(
                f'<span class="tag" title="{text(citation.quoted)}">{text(citation.document_id)} {citation.span.start}–{citation.span.end}</span>'
                for citation in statement.citations
            )
            for statement in distinct_statements(answer)
        )
    )
    if answer.gaps:
        pieces.append("<p>Gaps</p>" + listing(text(gap.message) for gap in answer.gaps))
    return "".join(pieces)


def gold_part(score: QuestionScore, gold: GoldQuestion | None) -> str:
    """Return what the answer should hold, each claim with whether it is there and its quotes."""
    pieces = [f"<p>Abstain: {score.abstain.value}. Support: {text(score.support or 'not stated')}</p>"]
    quotes: Sequence[GoldClaim | None] = (*gold.must_have, *gold.nice_to_have) if gold else (None,) * len(score.claims)
    pieces.append(listing(_claim_part(result, claim) for result, claim in zip(score.claims, quotes, strict=False)))
    if gold and gold.gap:
        pieces.append(f"<p>Gap: {text(gold.gap)}</p>")
    if gold and gold.must_not:
        pieces.append("<p>Must not say</p>" + listing(text(words) for words in gold.must_not))
    if gold and gold.relevant:
        pieces.append(f'<p class="soft">Relevant: {text(", ".join(gold.relevant))}</p>')
    return "".join(pieces)


def passages_part(kept: Kept) -> str:
    """Return the passages retrieved, best first, with the scores of both arms."""
    items = []
    for found in kept.passages:
        arms = found.hit.arms
        scores = " · ".join(
            f"{name} {value:.3f}"
            for name, value in (("score", found.hit.score), ("dense", arms.dense), ("BM25", arms.lexical))
            if value is not None
        )
        path = " › ".join((found.document_id, *found.heading_path))
        items.append(f'<b>{text(path)}</b> <span class="soft">{text(scores)}</span><br>{text(found.text[:500])}')
    return f"<h3>Passages retrieved</h3><ol>{''.join(f'<li>{item}</li>' for item in items)}</ol>" if items else ""


def _claim_part(result: ClaimResult, claim: GoldClaim | None) -> str:
    there = (
        f'<span class="good">there ({result.bearing.value})</span>'
        if result.bearing
        else '<span class="bad">not there</span>'
    )
    label = "must have" if result.must else "nice to have"
    quotes = "".join(
        f'<blockquote>{text(span.quoted[:600])} <span class="tag">{text(span.document)} {span.span.start}–{span.span.end}</span></blockquote>'
        for span in (claim.spans[:4] if claim else ())
    )
    return f'{text(result.text[:600])} <span class="tag">{label}</span> {there}{quotes}'
