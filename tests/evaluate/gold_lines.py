"""Gold questions for the stub engine's documents, as lines of a file."""

from __future__ import annotations

import json
from pathlib import Path

from stub_engine import S1, S2, T1


def line(name: str, question: str, claims: list[tuple[str, str]], **more: object) -> dict[str, object]:
    return {
        "id": name, "question": question, "audience": "clinician", "type": "treatment", "support": "supported",
        "must_have": [{"text": quoted, "spans": [{"document": document, "quoted": quoted}]} for document, quoted in claims],
        "nice_to_have": [], "must_not": [], "relevant": sorted({document for document, _ in claims}),
        "abstain": "no", "abstain_kind": None, "gap": None, **more,
    }  # fmt: skip


def gold() -> list[dict[str, object]]:
    whole = {"support": "insufficient", "abstain": "whole"}
    return [
        line("a1", "Does aspirin prevent stroke?", [("aspirin", S1), ("aspirin", S2)], must_not=["cures stroke"]),
        line("a2", "Aspirin bleeding risk", [("aspirin", S2)], type="harm", audience="patient"),
        line("s1", "Do statins lower cholesterol?", [("statin", T1)]),
        line(
            "p1",
            "Does aspirin help in lunar fever?",
            [("aspirin", S1)],
            support="insufficient",
            abstain="partial",
            abstain_kind="missing-facet",
        ),
        line("w1", "How do I bake bread?", [], abstain_kind="non-medical", **whole),
        line("w2", "Zorblax dose?", [], abstain_kind="unknown-drug", **whole),
        *(line(f"m{n}", f"Is aspirin number {n} good?", [("aspirin", S1)]) for n in range(12)),
    ]


def write(folder: Path, lines: list[dict[str, object]], name: str = "gold.jsonl") -> Path:
    path = folder / name
    path.write_text("".join(json.dumps(entry) + "\n" for entry in lines), encoding="utf-8")
    return path
