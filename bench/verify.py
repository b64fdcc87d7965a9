"""How well ragqa.verify tells wrong sentences from faithful ones, beside two gates that its peers use.

Usage: python bench/verify.py [--statements 400] [--show KIND] [--labels nli_physician_labels.jsonl.gz]
Reads eval/gold and the default index.

From statements that the gold set quotes, wrong sentences are made (bench/corruptions.py; the citation moved to the nearest other
statement, two statements merged, one made the reason of another), half of them from the statement as it stands and half from a
faithful rewording; and faithful rewordings. Thresholds of all gates are set on statements of the tuned part; the table is of both
parts, apart. Each text is encoded once, in batches of like length. Random choices come from one seed.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
from corruptions import CORRUPTIONS, RIGHT, Case, because, faithful, freer, merged

from ragqa.config import Settings
from ragqa.engine import Engine, default_index
from ragqa.evaluate.calibrate import read_labels
from ragqa.evaluate.gold_reading import read_gold
from ragqa.evaluate.parts import Part
from ragqa.protocols import Encoder, Vectors
from ragqa.text import sentences, terms
from ragqa.verify import Verifier
from ragqa.vocabulary import Fault

ROOT = Path(__file__).resolve().parent.parent
SEED, REWORDINGS, BATCH = 20261123, 4, 64
PRECISION = 0.90
Gate = Callable[[Case], float]
"""Higher is more likely wrong."""


def main() -> None:
    """Make the cases, ask every gate, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--statements", type=int, default=400, help="so many of each part")
    parser.add_argument(
        "--show", help="print what is let through of this kind, or refused of the faithful ones (tuned part)"
    )
    parser.add_argument(
        "--labels",
        type=Path,
        help="people's labels of claims and answers: show what each cut of the meaning check does to them",
    )
    arguments = parser.parse_args()
    show = arguments.show
    engine = Engine.open(default_index(Settings()))
    engine.encoder = Encoded(engine.encoder)
    cases = {part: cases_of(sample(statements(engine, part), arguments.statements), engine) for part in Part}
    engine.encoder.learn(text for made in cases.values() for case in made for text in (case.sentence, *case.quotes))
    cosine, overlap = _cosine_gate(engine), _overlap
    verifier = engine.verifier()
    found = {
        case: float(not verifier.bearing(case.sentence, case.quotes)[0]) for made in cases.values() for case in made
    }

    def rules(case: Case) -> float:
        return found[case]

    gates: dict[str, Gate] = {"ragqa.verify": rules, "cosine": cosine, "token overlap": overlap}
    for part, made in cases.items():
        print(
            f"\n### {part.value} part: {sum(c.kind not in RIGHT for c in made)} wrong, {sum(c.kind in RIGHT for c in made)} right\n"
        )
        cuts = {name: 0.5 if gate is rules else _cut(gate, cases[Part.TUNED]) for name, gate in gates.items()}
        _print_table(gates, cuts, made)
    _cuts(cases[Part.TUNED], verifier, cosine, engine, arguments.labels)
    if show:
        for case in cases[Part.TUNED]:
            found, why = verifier.bearing(case.sentence, case.quotes)
            if case.kind == show and bool(found) != (show in RIGHT):
                print(f"\n{case.sentence}\n   {' | '.join(case.quotes)}\n   {why}")


def _cuts(cases: Sequence[Case], verifier: Verifier, cosine: Gate, engine: Engine, labels: Path | None) -> None:
    """Print what the cut of the meaning check does to what the other rules let through, and to people's labels."""
    passed = [c for c in cases if all(f.fault is Fault.MEANING for f in verifier.bearing(c.sentence, c.quotes)[1])]
    judged: list[tuple[float, bool]] = []
    if labels:
        for label in read_labels(labels):
            parts = [label.answer[a:b] for a, b in sentences(label.answer)]
            vectors = engine.encoder.encode_queries([label.claim, *parts])
            judged.append((float(max(vectors[1:] @ vectors[0])), label.entailed))
    print("\n| cut | right refused | labels: entailed kept | labels: others refused |\n|---|---|---|---|")
    right = [-cosine(c) for c in passed if c.kind in RIGHT]
    for cut in (0.4, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8):
        shares = [np.mean([x < cut for x in right])]
        shares += (
            [
                np.mean([x >= cut for x, bears in judged if bears]),
                np.mean([x < cut for x, bears in judged if not bears]),
            ]
            if judged
            else []
        )
        print(f"| {cut:.2f} | " + " | ".join(f"{share:.3f}" for share in shares) + " |")


def statements(engine: Engine, part: Part) -> list[str]:
    """Return what the gold set quotes, each once, of a part."""
    found = {}
    for gold in read_gold(ROOT / "eval" / "gold", engine.index.document):
        if gold.part is part:
            for claim in (*gold.must_have, *gold.nice_to_have):
                found.update(dict.fromkeys(span.quoted for span in claim.spans if "\n" not in span.quoted))
    return list(found)


def cases_of(quotes: Sequence[str], engine: Engine) -> list[Case]:
    """Return faithful and wrong sentences made from statements."""
    rng = random.Random(SEED)
    vectors = engine.encoder.encode_queries(list(quotes))
    near = vectors @ vectors.T
    np.fill_diagonal(near, -1)
    made = []
    for place, quote in enumerate(quotes):
        reworded = list(dict.fromkeys(text for _ in range(REWORDINGS) if (text := faithful(quote, rng))))
        made += [Case("faithful", text, (quote,)) for text in reworded]
        other = dict.fromkeys(text for _ in range(2) if (text := freer(quote, rng)) and text not in reworded)
        made += [Case("freer", text, (quote,)) for text in other]
        start = rng.choice([quote, *reworded[:1]])
        made += [
            Case(kind, text, (quote,))
            for kind, corrupt in CORRUPTIONS.items()
            if (text := corrupt(start, rng)) and text not in (start, quote)
        ]
        nearest = quotes[int(np.argmax(near[place]))]
        made.append(Case("citation", start, (nearest,)))
        made.append(Case("reason", because(quote, nearest), (quote, nearest)))
        if (text := merged(quote, nearest)) and text not in quotes:
            made.append(Case("merged", text, (quote, nearest)))
    return made


class Encoded:
    """An encoder that has encoded texts beforehand."""

    def __init__(self, encoder: Encoder) -> None:
        self.name, self.dimensions, self.encode_passages = encoder.name, encoder.dimensions, encoder.encode_passages
        self._encode, self._vectors = encoder.encode_queries, dict[str, Vectors]()

    def learn(self, texts: Iterable[str]) -> None:
        """Encode texts that are not known, those of like length together: a batch takes the time of its longest."""
        new = sorted({text for text in texts if text not in self._vectors}, key=len)
        for start in range(0, len(new), BATCH):
            batch = new[start : start + BATCH]
            self._vectors.update(zip(batch, self._encode(batch), strict=True))

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of texts."""
        self.learn(texts)
        return np.stack([self._vectors[text] for text in texts])


def sample(found: Sequence[str], most: int) -> list[str]:
    """Return so many at most, in their order."""
    places = sorted(random.Random(SEED).sample(range(len(found)), min(most, len(found))))
    return [found[place] for place in places]


def _cosine_gate(engine: Engine) -> Gate:
    def gate(case: Case) -> float:
        vectors = engine.encoder.encode_queries([case.sentence, *case.quotes])
        return -float(max(vectors[1:] @ vectors[0]))

    return gate


def _overlap(case: Case) -> float:
    asked = set(terms(case.sentence))
    return -max(len(asked & set(terms(quote))) / (len(asked) or 1) for quote in case.quotes)


def _cut(gate: Gate, cases: Sequence[Case]) -> float:
    """Return the cut of highest recall at the asked precision; where none reaches it, that of highest F1."""
    scores = sorted(((gate(c), c.kind not in RIGHT) for c in cases), reverse=True)
    wrong = sum(bad for _, bad in scores)
    best, fallback, found = None, (0.0, 0.0), 0
    for place, (score, bad) in enumerate(scores, 1):
        found += bad
        precision, recall = found / place, found / wrong
        if precision >= PRECISION:
            best = score
        fallback = max(fallback, (2 * precision * recall / ((precision + recall) or 1), score))
    return best if best is not None else fallback[1]


def _print_table(gates: dict[str, Gate], cuts: dict[str, float], cases: Sequence[Case]) -> None:
    """Print, for each kind, the share that each gate flags; below, precision and recall over all."""
    kinds = sorted({c.kind for c in cases}, key=lambda kind: (kind in RIGHT, kind))
    total = Counter(c.kind for c in cases)
    flagged = {name: Counter(c.kind for c in cases if gate(c) >= cuts[name]) for name, gate in gates.items()}
    print("| flagged | cases | " + " | ".join(gates) + " |\n| --- " + "| ---: " * (len(gates) + 1) + "|")
    for kind in kinds:
        print(
            f"| {kind}{' (wrongly)' if kind in RIGHT else ''} | {total[kind]} | "
            + " | ".join(f"{found[kind] / total[kind]:.3f}" for found in flagged.values())
            + " |"
        )
    wrong = sum(total[kind] for kind in kinds if kind not in RIGHT)
    hits = {name: sum(found[kind] for kind in kinds if kind not in RIGHT) for name, found in flagged.items()}
    print(
        f"| precision over all | {len(cases)} | "
        + " | ".join(f"{hits[name] / (sum(found.values()) or 1):.3f}" for name, found in flagged.items())
        + " |"
    )
    print(f"| recall over all | {wrong} | " + " | ".join(f"{hits[name] / wrong:.3f}" for name in flagged) + " |")


if __name__ == "__main__":
    main()
