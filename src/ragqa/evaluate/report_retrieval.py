"""A finished retrieval run in; one self-contained HTML page and a Markdown summary out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from ragqa.evaluate.arms import System
from ragqa.evaluate.beir import Qrels
from ragqa.evaluate.gate import Breach
from ragqa.evaluate.keeping import RunManifest
from ragqa.evaluate.page import FOOT, fold, head_of, listing, number, table, text
from ragqa.evaluate.report import markdown_table
from ragqa.evaluate.scores import QuestionScore
from ragqa.evaluate.summary import PARTS, Summary
from ragqa.evaluate.svg import Bar, bars, figure

MOST_SHOWN = 200  # failing queries on the page; run files and scores.jsonl hold all


class Shown(NamedTuple):
    """The first passages of the fusion: document id, headings, beginning."""

    passages: tuple[tuple[str, tuple[str, ...], str], ...]


def write_retrieval_report(
    run: Path,
    manifest: RunManifest,
    scores: Sequence[QuestionScore],
    summary: Summary,
    shown: Mapping[str, Shown],
    qrels: Qrels,
    *,
    broken: Sequence[Breach] | None = None,
) -> tuple[Path, Path]:
    """Write report.html and report.md into the run's folder."""
    page, paper = run / "report.html", run / "report.md"
    title = f"ragqa retrieval on {manifest.gold}"
    notes = [
        f"{manifest.questions} queries, index {manifest.index_fingerprint}, ragqa {manifest.ragqa_version} (code {manifest.code}).",
        manifest.judge,
    ]
    gate = (
        [] if broken is None else [f"Gate: {'failed' if broken else 'kept'}", *(breach.sentence() for breach in broken)]
    )
    with page.open("w", encoding="utf-8") as file:
        file.write(head_of(title) + "".join(f'<p class="soft">{text(line)}</p>' for line in (*notes, *gate)))
        file.writelines(f"<h2>{group}</h2>{table(*system_rows(summary[group]))}" for group in PARTS if group in summary)
        file.write(f'<div class="plots">{_plot(summary["all"], len(scores))}</div>')
        failing = [score for score in scores if not score.values.get("fused nDCG@10")]
        file.write(
            f"<h2>Queries without a relevant document among the first ten: {len(failing)} of {len(scores)}</h2>\n"
        )
        file.writelines(_query_part(score, shown[score.id], qrels) + "\n" for score in failing[:MOST_SHOWN])
        file.write(FOOT)
    lines = [f"### {title}", "", *notes, "", *gate, ""]
    for group in PARTS:
        if group in summary:
            lines += [f"#### {group}", "", *markdown_table(*system_rows(summary[group])), ""]
    paper.write_text("\n".join(lines), encoding="utf-8")
    return page, paper


def system_rows(values: Mapping[str, float | None]) -> tuple[list[str], list[list[str]]]:
    """Return the head and rows of a table of systems by measures."""
    names = list(dict.fromkeys(name.partition(" ")[2] for name in values if " " in name))
    rows = [[system.value, *(number(values.get(f"{system.value} {name}")) for name in names)] for system in System]
    return [f"system ({values['questions'] or 0:.0f} queries)", *names], rows


def _plot(values: Mapping[str, float | None], count: int) -> str:
    found = [Bar(system.value, values.get(f"{system.value} nDCG@10") or 0.0, count) for system in System]
    return figure("nDCG@10", bars(found))


def _query_part(score: QuestionScore, shown: Shown, qrels: Qrels) -> str:
    relevant = [document for document, grade in qrels.get(score.id, {}).items() if grade > 0]
    title = f'<b>{text(score.question)}</b><span class="tag">{text(score.id)}</span><span class="tag">{score.part.value}</span>'
    found = listing(
        f"<b>{text(' › '.join((document, *path)))}</b><br>{text(start)}" for document, path, start in shown.passages
    )
    return fold(title, f"<p>Relevant: {text(', '.join(relevant))}</p><h3>Passages retrieved</h3>{found}")
