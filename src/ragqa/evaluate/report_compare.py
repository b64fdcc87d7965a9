"""A comparison of two runs in; Markdown and one self-contained HTML page with the answers side by side out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ragqa.evaluate.comparing import Comparison, Difference, Move
from ragqa.evaluate.keeping import read_kept
from ragqa.evaluate.page import FOOT, fold, head_of, listing, number, table, text
from ragqa.evaluate.report import markdown_table
from ragqa.evaluate.showing import answer_part

MOST_MOVED = 40
MOST_LISTED = 10
HEAD = ("measure", "first", "second", "change", "95 % interval", "p")


def difference_rows(differences: Sequence[Difference]) -> list[list[str]]:
    """Return the rows of the table of differences; a change whose interval leaves out 0 is marked with a star."""
    return [
        [
            found.measure.title,
            number(found.first),
            number(found.second),
            f"{found.change:+.3f}{'*' if found.interval.low > 0 or found.interval.high < 0 else ''}",
            f"{found.interval.low:+.3f} to {found.interval.high:+.3f}",
            f"{found.p_value:.4f}",
        ]
        for found in differences
    ]


def compare_markdown(comparison: Comparison) -> str:
    """Return a comparison as Markdown, for a pull request."""
    lines = [_title(comparison), "", _note(comparison), ""]
    for group, differences in comparison.differences.items():
        lines += [f"#### {group}", "", *markdown_table(HEAD, difference_rows(differences)), ""]
    moved = [move for move in comparison.moves if move.by][:MOST_LISTED]
    rows = [
        [move.first.id, f"{move.by:+.2f}", move.first.question, "; ".join(move.second.failings()[:2])] for move in moved
    ]
    if rows:
        lines += [
            "#### Questions that moved most",
            "",
            *markdown_table(("id", "by", "question", "faults now"), rows),
            "",
        ]
    return "\n".join(lines)


def write_compare_page(comparison: Comparison, path: Path) -> Path:
    """Write a comparison as one HTML page with both answers of the questions that moved most."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        file.write(head_of(_title(comparison).removeprefix("### ")) + f'<p class="soft">{text(_note(comparison))}</p>')
        for group, differences in comparison.differences.items():
            file.write(f"<h2>{group}</h2>{table(HEAD, difference_rows(differences))}")
        moved = [move for move in comparison.moves if move.by][:MOST_MOVED]
        file.write(f"<h2>Questions that moved most: {len(moved)}</h2>\n")
        file.writelines(_move_part(move, comparison) + "\n" for move in moved)
        file.write(FOOT)
    return path


def _move_part(move: Move, comparison: Comparison) -> str:

    sides = []
    for name, run, score in (("First", comparison.first, move.first), ("Second", comparison.second, move.second)):
        kept = read_kept(run, score.id)
        faults = listing(f'<span class="bad">{text(words)}</span>' for words in score.failings())
        if kept is not None:
            shown = answer_part(kept.answer, score.error)
        else:
            shown = listing(f"{text(label)} {number(value)}" for label, value in score.values.items())
        sides.append(f"<div><h3>{name}</h3>{faults}{shown}</div>")
    colour = "good" if move.by > 0 else "bad"
    title = f'<b>{text(move.first.question)}</b><span class="tag">{text(move.first.id)}</span> <span class="{colour}">{move.by:+.2f}</span>'
    return fold(title, f'<div class="two">{"".join(sides)}</div>')


def _title(comparison: Comparison) -> str:
    return f"### {comparison.second.name} against {comparison.first.name}"


def _note(comparison: Comparison) -> str:
    return (
        f"{comparison.shared} questions in both runs. Change is second minus first, with a paired bootstrap interval and the p-value "
        "of a paired randomisation test (seeded); a star marks an interval without 0."
    )
