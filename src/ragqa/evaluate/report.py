"""A finished run over answers in; one self-contained HTML page and a Markdown summary out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from ragqa.evaluate.columns import columns_of
from ragqa.evaluate.gate import Breach
from ragqa.evaluate.gold import GoldQuestion
from ragqa.evaluate.keeping import RunManifest, read_kept
from ragqa.evaluate.measures import measures_for
from ragqa.evaluate.measuring import measured_names
from ragqa.evaluate.page import FOOT, head_of, number, table, text
from ragqa.evaluate.scores import QuestionScore
from ragqa.evaluate.showing import question_part
from ragqa.evaluate.summary import PARTS, Summary, confusion
from ragqa.evaluate.svg import Bar, bars, calibration, figure, histogram

BREAKDOWN = (
    "must_have_recall",
    "must_have_precision",
    "abstention_any_f1",
    "support_right",
    "citation_precision",
    "rougeL",
    "unique_words",
)


def write_report(
    run: Path,
    manifest: RunManifest,
    scores: Sequence[QuestionScore],
    summary: Summary,
    gold: Mapping[str, GoldQuestion],
    *,
    broken: Sequence[Breach] | None = None,
) -> tuple[Path, Path]:
    """Write report.html and report.md into the run's folder; answers are read one at a time."""
    page, paper = run / "report.html", run / "report.md"
    with page.open("w", encoding="utf-8") as file:
        file.writelines(_pieces(run, manifest, scores, summary, gold, broken))
    paper.write_text(markdown(manifest, scores, summary, broken=broken), encoding="utf-8")
    return page, paper


def measure_rows(scores: Sequence[QuestionScore], summary: Summary) -> tuple[list[str], list[list[str]]]:
    """Return the head and rows of the table of all measures: over all, and in each part."""
    groups = [group for group in PARTS if group in summary]
    rows = [["questions", *(f"{summary[group]['questions'] or 0:.0f}" for group in groups)]]
    for measure in measures_for(measured_names(scores)):
        values = [summary[group].get(measure.name) for group in groups]
        if any(value is not None for value in values):
            rows.append([measure.title, *map(number, values)])
    return ["measure", *groups], rows


def breakdown_rows(scores: Sequence[QuestionScore], summary: Summary) -> tuple[list[str], list[list[str]]]:
    """Return the head and rows of the table by question type and audience."""
    titles = {measure.name: measure.title for measure in measures_for(measured_names(scores))}
    names = [name for name in BREAKDOWN if summary["all"].get(name) is not None]
    rows = [
        [group, f"{values['questions'] or 0:.0f}", *(number(values.get(name)) for name in names)]
        for group, values in summary.items()
        if group not in PARTS
    ]
    return ["group", "questions", *(titles[name] for name in names)], rows


def confusion_rows(scores: Sequence[QuestionScore]) -> tuple[list[str], list[list[str]]]:
    """Return the head and rows of the support levels: gold down, given across."""
    counts = confusion(scores)
    given = sorted({pair[1] for pair in counts})
    rows = [
        [wanted, *(str(counts.get((wanted, level), 0)) for level in given)]
        for wanted in sorted({pair[0] for pair in counts})
    ]
    return ["gold \\ given", *given], rows


def markdown(
    manifest: RunManifest, scores: Sequence[QuestionScore], summary: Summary, *, broken: Sequence[Breach] | None = None
) -> str:
    """Return the tables of a run as Markdown, for a pull request."""
    lines = [f"### {_title(manifest)}", "", *(_notes(manifest)), ""]
    if broken is not None:
        lines += [
            f"**Gate: {'failed' if broken else 'kept'}**",
            "",
            *(f"- {breach.sentence()}" for breach in broken),
            "",
        ]
    for head, rows in (measure_rows(scores, summary), breakdown_rows(scores, summary), confusion_rows(scores)):
        if rows:
            lines += [*markdown_table(head, rows), ""]
    failing = [score for score in scores if score.failings()]
    lines += [f"{len(failing)} of {len(scores)} questions have a fault; see report.html.", ""]
    return "\n".join(lines)


def markdown_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the lines of a Markdown table."""
    cells = [head, ["---", *("---:" for _ in head[1:])], *rows]
    return ["| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in row) + " |" for row in cells]


def _pieces(
    run: Path,
    manifest: RunManifest,
    scores: Sequence[QuestionScore],
    summary: Summary,
    gold: Mapping[str, GoldQuestion],
    broken: Sequence[Breach] | None,
) -> Iterator[str]:
    yield head_of(_title(manifest))
    yield "".join(f'<p class="soft">{text(note)}</p>' for note in _notes(manifest))
    if broken is not None:
        yield f'<h2>Gate: <span class="{"bad" if broken else "good"}">{"failed" if broken else "kept"}</span></h2>'
        yield "".join(f'<p class="bad">{text(breach.sentence())}</p>' for breach in broken)
    yield "<h2>Measures</h2>" + table(*measure_rows(scores, summary))
    yield f'<h2>Distribution</h2><div class="plots">{_plots(scores, summary)}</div>'
    yield "<h2>By question type and audience</h2>" + table(*breakdown_rows(scores, summary))
    yield "<h2>Support level, gold against given</h2>" + table(*confusion_rows(scores))
    failing = sorted((score for score in scores if score.failings()), key=_severity)
    yield f"<h2>Questions with a fault: {len(failing)} of {len(scores)}</h2>\n"
    for score in failing:
        yield question_part(score, gold.get(score.id), read_kept(run, score.id)) + "\n"
    yield FOOT


def _plots(scores: Sequence[QuestionScore], summary: Summary) -> str:
    columns = columns_of(scores)
    pieces = []
    for label in ("type", "audience"):
        found = [
            Bar(group.partition(": ")[2], value, int(values["questions"] or 0))
            for group, values in summary.items()
            if group.startswith(f"{label}: ")
            and (value := values.get("must_have_recall", values.get("must_have_judged"))) is not None
        ]
        if found:
            pieces.append(figure(f"Must-have recall by {label}", bars(found)))
    pieces.append(
        figure(
            "Calibration of abstention: share that gold abstains from (bars) and that was abstained from (lines), by tenths of doubt",
            calibration(columns["doubt"], columns["abstention_wanted"]),
        )
    )
    seconds = columns["seconds"]
    pieces.append(figure("Latency of a question", histogram(seconds[~np.isnan(seconds)], unit="s")))
    return "".join(pieces)


def _severity(score: QuestionScore) -> tuple[bool, int, int, float, str]:
    recall = score.values.get("must_have_recall")
    return (
        score.error is None,
        -len(score.unfaithful),
        -len(score.violations),
        1.0 if recall is None else recall,
        score.id,
    )


def _title(manifest: RunManifest) -> str:
    return f"ragqa answers on {manifest.gold}"


def _notes(manifest: RunManifest) -> list[str]:
    return [
        f"{manifest.questions} questions, index {manifest.index_fingerprint}, ragqa {manifest.ragqa_version} (code {manifest.code}).",
        "Parts by hash of the question's id: settings may be tuned on the one and are never tuned on the untouched one.",
        f"Latency was measured with {manifest.processes} process{'es' if manifest.processes != 1 else ''} at work.",
        manifest.judge,
    ]
