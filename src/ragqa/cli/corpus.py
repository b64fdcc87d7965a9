"""The commands that keep a corpus: lint."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from ragqa.cli.app import FAILED, app
from ragqa.engine import starter_corpus
from ragqa.rendering.hostile import safe

corpus_app = typer.Typer(help="Keep a corpus of documents.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(corpus_app, name="corpus")


@corpus_app.callback()
def corpus() -> None:
    """Keep a corpus of documents."""


@corpus_app.command("lint")
def lint(folder: Annotated[Path | None, typer.Argument(help="A folder of Markdown documents; default: the starter corpus.")] = None) -> None:
    """Check front matter, identifiers, headings, lengths, and that every sentence can stand alone. Exit code 1 on a finding."""
    from ragqa.engine import lint as lint_folder  # noqa: PLC0415 questions do without the readers

    report = lint_folder(folder or starter_corpus())
    for finding in report.findings:
        said = f": {finding.text}" if finding.text else ""
        print(safe(f"{finding.file}: {finding.problem}{said}"), file=sys.stderr)
    print(f"{report.documents} documents, {report.sentences} sentences, {len(report.findings)} findings")
    if report.findings or not report.documents:
        raise typer.Exit(FAILED)
