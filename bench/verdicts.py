"""Answer PubMedQA's questions from the abstract of each, its conclusion held back: the direct answer and the verdict.

Usage: python bench/verdicts.py PUBMEDQA INDEX_OF_IT EVIDENCE_INFERENCE [--fit words|studies] [--most N]

Six in ten questions, by a hash of their ids, are for fitting (dev); the others are only measured (test). The index holds
the abstracts without their conclusions, and each question is asked of its own abstract alone, as by a filter; that ragqa
may abstain is left out of the composing, and counted. ROUGE-L is the F1 to the conclusion; every baseline is cut to the
words of ragqa's direct answer. `--fit` (needs scikit-learn) writes one of the two models of verdicts: which sentence reports
no difference, fitted on the dev documents of Evidence Inference; whether a study says yes, on the dev questions of
PubMedQA, after the first. Run scripts/digests after each.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from evidence import mmr, textrank, unit_rows

from ragqa.compose.extractive import selected
from ragqa.compose.finding import null_odds, words_of
from ragqa.compose.roles import denies_effect
from ragqa.compose.studies import SURE_FROM, Finding, findings_of, says_yes, traits_of
from ragqa.engine import Engine
from ragqa.evaluate.gold_shared import read_queries
from ragqa.evaluate.rouge import rouge
from ragqa.types import Filters
from ragqa.vocabulary import Support

ROOT = Path(__file__).resolve().parent.parent / "src" / "ragqa" / "compose"
DEV, PARTS = 6, 10  # of ten hashes, those that are for fitting
RARE, STRENGTH = 3, 0.05  # sentences that a word must stand in, and the strength of regularisation (C)
TREES, LEAVES, LEAST, SHARE, SEED = 100, 16, 4, 0.4, 0
NO_DIFFERENCE, YES, NO = "no significant difference", "yes", "no"
VERDICTS = {Support.SUPPORTED: YES, Support.NOT_SUPPORTED: NO}


class Case(NamedTuple):
    """A question with its abstract as ragqa sees it."""

    question: str
    exact: str
    conclusion: str
    direct: tuple[str, ...]
    every: tuple[str, ...]  # sentences of the abstract in their order
    nearness: tuple[float, ...]
    findings: tuple[Finding, ...]
    abstained: bool
    support: Support


def main() -> None:
    """Fit or measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("index", type=Path)
    parser.add_argument("trials", type=Path)
    parser.add_argument("--fit", choices=("words", "studies"))
    parser.add_argument("--most", type=int)
    given = parser.parse_args()
    trials = [(row["snippets"][0]["text"], row["exact"] == NO_DIFFERENCE, is_dev(row["snippets"][0]["doc"])) for row in read_lines(given.trials / "answers.jsonl.gz")]
    if given.fit == "words":
        write("finding.json", fitted_words([(text, null) for text, null, dev in trials if dev]))
        return
    engine = Engine.open(given.index)
    queries = read_queries(given.folder)
    answers = {row["_id"]: row for row in read_lines(given.folder / "answers.jsonl.gz")}
    wanted = sorted(q for q in answers if is_dev(q) is bool(given.fit))[: given.most]
    cases = [look(engine, queries[q], answers[q], whole=not given.fit) for q in wanted]
    if given.fit:
        write("studies.json", fitted_trees(cases))
        return
    held = [(text, null) for text, null, dev in trials if not dev]
    by_model, by_rule = (np.mean([judge(text) == null for text, null in held]) for judge in (lambda text: null_odds(text) > 0, denies_effect))
    print(f"Evidence Inference, {len(held)} result sentences held back, no difference or not: by model {by_model:.3f}, by wording {by_rule:.3f}")
    report_verdicts(cases)
    report_likeness(cases)


def is_dev(key: str) -> bool:
    """Tell whether a question or document is one that may be fitted to."""
    return blake2b(key.encode(), digest_size=8).digest()[0] % PARTS < DEV


def read_lines(file: Path) -> list[dict[str, Any]]:
    """Return the rows of a gzipped file of JSON lines."""
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def look(engine: Engine, question: str, row: Mapping[str, Any], *, whole: bool) -> Case:
    """Return a question with what ragqa finds in its own abstract, and what its whole answer says where that is wanted."""
    document = row["snippets"][0]["doc"]
    filters = Filters(documents=(document,))
    query = engine.understand(question, filters=filters)
    hits = engine.hits_for(query)
    made = selected(query, hits, engine.index, engine.encoder.encode_queries, most_words=engine.settings.compose.most_words, answerable=True)
    passages = engine.index.passages_of(document)
    every = [passage.text_at(sentence.span) for passage in passages for sentence in passage.sentences]
    vectors = np.concatenate(engine.index.sentence_vectors([passage.id for passage in passages]) or [])
    nearness = vectors @ engine.encoder.encode_queries([query.text])[0]
    answer = engine.ask(question, filters=filters) if whole else None
    return Case(
        question=query.text,
        exact=row["exact"],
        conclusion=row["answer"],
        direct=tuple(item.candidate.text for item in made.direct),
        every=tuple(every),
        nearness=tuple(nearness.tolist()),
        findings=tuple(findings_of(document, made.found)),
        abstained=answer is None or answer.abstained,
        support=Support.INSUFFICIENT if answer is None else answer.support,
    )


def fitted_words(rows: Sequence[tuple[str, bool]]) -> dict[str, Any]:
    """Return intercept and weights of the words of sentences that report no difference."""
    from sklearn.feature_extraction.text import CountVectorizer  # noqa: PLC0415 only for fitting
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415

    counter = CountVectorizer(analyzer=words_of, min_df=RARE, binary=True)
    counts = counter.fit_transform([text for text, _ in rows])
    model = LogisticRegression(C=STRENGTH, max_iter=3000).fit(counts, [null for _, null in rows])
    names = counter.get_feature_names_out()
    weights = {str(name): round(float(weight), 3) for name, weight in zip(names, model.coef_[0], strict=True)}
    return {"intercept": round(float(model.intercept_[0]), 3), "weights": weights}


def fitted_trees(cases: Sequence[Case]) -> dict[str, Any]:
    """Return the trees that tell a yes from a no, and print the probability above which the surest third of dev lies."""
    from sklearn.ensemble import ExtraTreesClassifier  # noqa: PLC0415 only for fitting
    from sklearn.model_selection import cross_val_predict  # noqa: PLC0415

    known = [case for case in cases if case.findings]
    rows = np.array([traits_of(case.question, case.findings) for case in known])
    told = np.array([case.exact for case in known])
    clear = np.isin(told, [YES, NO])
    model = ExtraTreesClassifier(TREES, max_leaf_nodes=LEAVES, min_samples_leaf=LEAST, max_features=SHARE, random_state=SEED)
    given = np.zeros(len(known))
    given[clear] = cross_val_predict(model, rows[clear], told[clear] == YES, cv=10, method="predict_proba")[:, 1]
    model.fit(rows[clear], told[clear] == YES)
    given[~clear] = model.predict_proba(rows[~clear])[:, 1]
    print(f"dev, {len(known)} cases, cross-validated but for maybe: right {np.mean(np.where(given > 0.5, YES, NO) == told):.3f}")
    print(f"surest third from {np.quantile(np.maximum(given, 1 - given), 2 / 3):.3f}")
    return {"trees": [_tree(tree.tree_, 0) for tree in model.estimators_]}


def _tree(tree: Any, node: int) -> Any:  # noqa: ANN401 scikit-learn has no types
    if tree.children_left[node] < 0:
        return round(float(tree.value[node][0][1] / tree.value[node][0].sum()), 3)
    low, high = _tree(tree, tree.children_left[node]), _tree(tree, tree.children_right[node])
    return [int(tree.feature[node]), round(float(tree.threshold[node]), 3), low, high]


def write(name: str, model: dict[str, Any]) -> None:
    """Write a model into the package."""
    (ROOT / name).write_text(json.dumps(model, separators=(",", ":")) + "\n", encoding="utf-8")


def report_verdicts(cases: Sequence[Case]) -> None:
    """Print how often the verdict is right, over all and on the surest third, and what ragqa's support level says."""
    odds = np.array([says_yes(case.question, case.findings) if case.findings else 1.0 for case in cases])
    told = np.array([case.exact for case in cases])
    right = np.where(odds > 0.5, YES, NO) == told
    order = np.argsort(-np.maximum(odds, 1 - odds), kind="stable")[: len(cases) // 3]
    print(f"PubMedQA, {len(cases)} questions held back: right {right.mean():.3f}, always yes {np.mean(told == YES):.3f}; surest third {right[order].mean():.3f}")
    sure = np.maximum(odds, 1 - odds) >= SURE_FROM
    print(f"  at least {SURE_FROM} sure: {sure.mean():.3f} of them, right {right[sure].mean():.3f}")
    answered = [case for case in cases if not case.abstained]
    said = [case for case in answered if case.support in VERDICTS]
    print(f"  whole answers: abstained {len(cases) - len(answered)}; support level yes or no in {len(said)}, right {np.mean([VERDICTS[c.support] == c.exact for c in said]):.3f}")


def report_likeness(cases: Sequence[Case]) -> None:
    """Print ROUGE-L to the conclusion for the direct answer and each baseline, at equal length."""
    scores: dict[str, list[float]] = {}
    for case in cases:
        room = sum(len(text.split()) for text in case.direct)
        *rows, asked = unit_rows(case.every, case.question)
        orders = {
            "first sentences": range(len(case.every)),
            "last sentences": range(len(case.every) - 1, -1, -1),
            "TextRank": textrank(np.array(rows)),
            "MMR": mmr(np.array(rows), asked),
            "nearest by cosine": np.argsort([-near for near in case.nearness], kind="stable").tolist(),
        }
        shown = {"ragqa": " ".join(case.direct), **{name: cut([case.every[i] for i in order], room) for name, order in orders.items()}}
        shown["best single sentence, knowing the conclusion"] = max(case.every, key=lambda text: rouge(case.conclusion, text).rougeL)
        for name, text in shown.items():
            scores.setdefault(name, []).append(rouge(case.conclusion, text).rougeL)
    mine = np.mean(scores["ragqa"])
    print(f"ROUGE-L, words of a direct answer {np.mean([sum(len(t.split()) for t in c.direct) for c in cases]):.0f}")
    for name, found in scores.items():
        print(f"  {name:46} {np.mean(found):.4f}   ragqa against it {mine / np.mean(found):.3f}")


def cut(texts: Sequence[str], room: int) -> str:
    """Return the first words of some sentences, so many of them."""
    return " ".join(" ".join(texts).split()[:room])


if __name__ == "__main__":
    main()
