"""The command that fits the encoder of an index to its documents: tune."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ragqa.cli.app import app
from ragqa.cli.options import IndexOption, SettingsOption, local_index, settings_of


@app.command("tune", short_help="Train an adapter on your own pairs.")
def tune_command(
    index: IndexOption = None,
    pairs: Annotated[
        Path | None,
        typer.Option(help="Your own pairs: JSONL of question, document (its id or title) and quoted, or a BEIR folder; else made from headings."),
    ] = None,
    keep_made: Annotated[
        bool, typer.Option("--keep-made", help="Keep an adapter that was learnt from headings alone, if it is better on them.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only measure; leave the index as it is.")] = False,
    settings: SettingsOption = None,
) -> None:
    """Train an adapter for an index, and keep it if it finds more on documents held back."""
    from ragqa.cli.progress import bar  # noqa: PLC0415 rich is needed only while something is trained
    from ragqa.tuning import tune  # noqa: PLC0415 with it comes what only training needs

    folder = local_index(settings_of(settings, index))
    with bar() as on_progress:
        report = tune(folder, pairs=pairs, keep_made=keep_made, dry_run=dry_run, on_progress=on_progress)
    made = "made from titles and headings" if report.made_from_documents else f"of {pairs}"
    change = report.change
    print(f"pairs {made}: {report.pairs} to learn from, {report.held_back} of documents held back")
    print(
        f"nDCG@10 {'of the dense arm' if report.made_from_documents else 'of both arms fused'} on those held back: {change.before:.3f} before, {change.after:.3f} after; "
        f"difference {change.after - change.before:+.3f} (95 % interval {change.interval.low:+.3f} to {change.interval.high:+.3f})"
    )
    if report.kept:
        print(f"kept: {folder} now uses {report.encoder}; its vectors were multiplied, nothing was encoded again")
    elif change.better and dry_run:
        print("better, and not kept: this was a dry run")
    elif change.better:
        print("not kept: headings are no proof of how people's questions will do; give --pairs, or --keep-made to keep it all the same")
    else:
        print("not kept: the interval does not lie above zero; the index is as it was")
