"""Answer physicians' K-QA questions over an index of MedQuAD and count the must-have statements covered, at equal length.

Usage: python bench/kqa.py KQA_FOLDER MEDQUAD_INDEX [--most N]

Systems: ragqa's article; the first sentences of the passages found; the sentences of those passages nearest to the
question by cosine. Each of the two is cut to the words of ragqa's article; where ragqa abstains, all three count as
empty. "All of it" is every sentence of the passages: what those passages could cover at most. A statement is covered
where the judge of ragqa eval (words and encoder) scores a sentence at the threshold of its card, which is chosen on the
physicians' labels beside the questions; the card is printed. Intervals: paired bootstrap over questions, 95 %.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ragqa.engine import Engine
from ragqa.evaluate.calibrate import best_of, calibrate, read_labels
from ragqa.evaluate.gold_shared import read_shared
from ragqa.evaluate.judges import open_judge
from ragqa.evaluate.locate import remembering
from ragqa.evaluate.rouge import rouge
from ragqa.text import words
from ragqa.types import statements_of

LABELS = "nli_physician_labels.jsonl.gz"
DEPTH = 10  # passages that the baselines take their sentences from
ROUNDS, SEED = 2000, 7


def main() -> None:
    """Ask, judge and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("index", type=Path)
    parser.add_argument("--most", type=int)
    given = parser.parse_args()
    engine = Engine.open(given.index)
    judge = open_judge("lexical+encoder", engine.encoder.encode_queries)
    card = calibrate(judge, read_labels(given.folder / LABELS), named=LABELS)
    print(card.sentence())
    asked = [q for q in read_shared(given.folder / "answers.jsonl.gz", remembering(engine.index.document)) if q.must_have][: given.most]
    covered: dict[str, list[float]] = {}
    likeness: dict[str, list[float]] = {}
    for question in asked:
        shown = systems(engine, question.question)
        for name, texts in shown.items():
            scores = best_of(judge, [(claim.text, list(texts)) for claim in question.must_have])
            covered.setdefault(name, []).append(float(np.mean([score >= card.threshold for score in scores])))
            likeness.setdefault(name, []).append(rouge(question.reference_text(), " ".join(texts)).rouge1 if texts else 0.0)
    print(f"{len(asked)} questions, abstained from {sum(not value for value in map(bool, likeness['ragqa']))}")
    report("must-have statements covered", covered)
    report("ROUGE-1 to the physician's answer", likeness)


def systems(engine: Engine, question: str) -> dict[str, Sequence[str]]:
    """Return what each system shows, as sentences, at ragqa's length."""
    answer = engine.ask(question)
    mine = list(dict.fromkeys(statement.text for statement in statements_of(answer)))
    room = sum(len(words(text)) for text in mine)
    passages = [passage for _, passage in engine.search(question, depth=DEPTH)]
    every = [passage.text_at(sentence.span) for passage in passages for sentence in passage.sentences]
    vectors = engine.encoder.encode_queries([question, *every]) if every else np.zeros((1, 1), dtype=np.float32)
    nearest = [every[i] for i in np.argsort(-(vectors[1:] @ vectors[0]), kind="stable")]
    return {
        "ragqa": mine,
        "first sentences": cut(every, room),
        "nearest by cosine": cut(nearest, room),
        "all of it": every if mine else [],
    }


def cut(texts: Sequence[str], room: int) -> list[str]:
    """Return the first texts that fit into so many words."""
    kept: list[str] = []
    for text in texts:
        size = len(words(text))
        if size > room:
            break
        room -= size
        kept.append(text)
    return kept


def report(what: str, values: dict[str, list[float]]) -> None:
    """Print means, and the ratio of ragqa to each system with its interval."""
    print(what)
    draw = np.random.default_rng(SEED)
    mine = np.array(values["ragqa"])
    picks = draw.integers(0, len(mine), (ROUNDS, len(mine)))
    for name, found in values.items():
        theirs = np.array(found)
        ratios = mine[picks].mean(axis=1) / np.maximum(theirs[picks].mean(axis=1), 1e-9)
        low, high = np.quantile(ratios, (0.025, 0.975))
        print(f"  {name:20} {theirs.mean():.3f}   ragqa against it {mine.mean() / max(theirs.mean(), 1e-9):.2f} ({low:.2f} to {high:.2f})")


if __name__ == "__main__":
    main()
