"""The commands that keep a corpus: lint, fetch and sync."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ragqa.cli.app import FAILED, app
from ragqa.cli.choices import one_of
from ragqa.cli.options import SettingsOption
from ragqa.config import load_settings
from ragqa.engine import starter_corpus
from ragqa.rendering.hostile import safe
from ragqa.vocabulary import Library

if TYPE_CHECKING:
    from ragqa.sources import FetchReport

IntoOption = Annotated[
    Path | None,
    typer.Option("--into", help="The folder of the records; without it, the one of the settings, else `fetched`."),
]
MOST_SHOWN = 20

corpus_app = typer.Typer(help="Keep a corpus of documents.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(corpus_app, name="corpus")


@corpus_app.callback()
def corpus() -> None:
    """Keep a corpus of documents."""


@corpus_app.command("lint")
def lint(
    folder: Annotated[
        Path | None, typer.Argument(help="A folder of Markdown documents; default: the starter corpus.")
    ] = None,
) -> None:
    """Check front matter, identifiers, headings, lengths, and that every sentence can stand alone. Exit code 1 on a finding."""
    from ragqa.engine import lint as lint_folder  # noqa: PLC0415 questions do without the readers

    report = lint_folder(folder or starter_corpus())
    for finding in report.findings:
        said = f": {finding.text}" if finding.text else ""
        print(safe(f"{finding.file}: {finding.problem}{said}"), file=sys.stderr)
    print(f"{report.documents} documents, {report.sentences} sentences, {len(report.findings)} findings")
    if report.findings or not report.documents:
        raise typer.Exit(FAILED)


@corpus_app.command("fetch")
def fetch(
    library: Annotated[Library, typer.Argument(parser=one_of(Library), help="Where the records are.")],
    query: Annotated[
        str, typer.Argument(help="The query in the library's own form; for dailymed a drug's name.", show_default=False)
    ],
    most: Annotated[int | None, typer.Option("--max", min=1, help="At most so many records.")] = None,
    into: IntoOption = None,
    settings: SettingsOption = None,
) -> None:
    """Fetch the records of a query over the network into a folder that `index add` reads; stopped, it goes on where it was. Exit code 1 where records could not be read."""
    from ragqa.cli.progress import bar  # noqa: PLC0415 rich is needed only while something is fetched
    from ragqa.engine import fetch_records  # noqa: PLC0415 nothing else reaches a network

    chosen = load_settings(settings).sources
    with bar() as on_progress:
        report = fetch_records(library, query, into or chosen.folder, chosen, most=most, on_progress=on_progress)
    _summarise([report], into or chosen.folder)


@corpus_app.command("sync")
def sync(into: IntoOption = None, settings: SettingsOption = None) -> None:
    """Fetch what is new, changed or retracted since the last time, for every query that filled the folder."""
    from ragqa.cli.progress import bar  # noqa: PLC0415 rich is needed only while something is fetched
    from ragqa.engine import sync_records  # noqa: PLC0415 nothing else reaches a network

    chosen = load_settings(settings).sources
    with bar() as on_progress:
        reports = sync_records(into or chosen.folder, chosen, on_progress=on_progress)
    if not reports:
        print(f"nothing has been fetched into {into or chosen.folder} yet; run: ragqa corpus fetch")
        raise typer.Exit(FAILED)
    _summarise(reports, into or chosen.folder)


def _summarise(reports: list[FetchReport], folder: Path) -> None:
    for report in reports:
        print(
            safe(
                f"{report.library.value} {report.query}: found {report.found}, fetched {report.fetched}, new or changed {report.changed}"
            ),
            f"retracted {report.retracted}, quarantined {len(report.quarantined)}",
            sep=", ",
        )
        for name, reason in report.quarantined[:MOST_SHOWN]:
            print(safe(f"  quarantined  {name}: {reason}"))
        if len(report.quarantined) > MOST_SHOWN:
            print(f"  quarantined  and {len(report.quarantined) - MOST_SHOWN} more")
    print(f"run: ragqa index add {folder}")
    if any(report.quarantined for report in reports):
        raise typer.Exit(FAILED)
