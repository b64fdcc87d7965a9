"""The commands that make and keep an index: build, add, load, remove, info and verify."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ragqa.cli.app import FAILED, app
from ragqa.cli.choices import one_of
from ragqa.cli.options import IndexOption, SettingsOption, local_index, release_starter, settings_of
from ragqa.config import load_settings
from ragqa.engine import default_index
from ragqa.engine.places import is_on_server, shown
from ragqa.index import LocalIndex
from ragqa.rendering.hostile import safe
from ragqa.vocabulary import IngestEngine

if TYPE_CHECKING:
    from ragqa.engine import BuildReport

index_app = typer.Typer(help="Make and keep an index.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(index_app, name="index")

PathsArgument = Annotated[list[Path], typer.Argument(help="Files, folders and archives to read.", show_default=False)]
MOST_SHOWN = 20


@index_app.command("build")
def build(paths: PathsArgument, index: IndexOption = None, settings: SettingsOption = None) -> None:
    """Read files and folders into a new index that replaces the one in the folder."""
    _run(paths, index, settings, fresh=True)


@index_app.command("add")
def add(paths: PathsArgument, index: IndexOption = None, settings: SettingsOption = None) -> None:
    """Add files to an index: only new or changed ones are read and encoded."""
    _run(paths, index, settings, fresh=False)


@index_app.command("load")
def load(
    source: Annotated[Path, typer.Argument(help="A local index, or the output of an ingest.", show_default=False)],
    index: IndexOption = None,
    settings: SettingsOption = None,
) -> None:
    """Put an index, or the output of an ingest, into another index with nothing encoded again; the one in force answers until the end."""
    from ragqa.cli.progress import bar  # noqa: PLC0415 rich is needed only while something is built
    from ragqa.engine import load_index  # noqa: PLC0415 questions do without the readers

    chosen = settings_of(settings, index)
    folder = default_index(chosen)
    with bar() as on_progress:
        report = load_index(source, folder, chosen, on_progress=on_progress)
    if not is_on_server(folder):
        release_starter(folder)
    print(f"index {shown(folder)}: {report.documents} documents, {report.passages} passages")


@app.command("ingest", short_help="Read and encode in bulk, into Parquet shards.")
def ingest(
    source: Annotated[Path, typer.Option("--input", help="The folder of the files.", show_default=False)],
    output: Annotated[Path, typer.Option("--output", help="An empty folder; for several nodes one that all share.", show_default=False)],
    engine: Annotated[IngestEngine, typer.Option("--engine", parser=one_of(IngestEngine), help="What runs it: this process, or Ray (the extra ray), which pays with many cores or GPUs.")] = IngestEngine.LOCAL,
    settings: SettingsOption = None,
) -> None:
    """Read, cut and encode files in bulk into Parquet shards for `index load`."""
    from ragqa.cli.progress import bar  # noqa: PLC0415 rich is needed only while something is built
    from ragqa.engine import ingest as run  # noqa: PLC0415 questions do without the readers

    with bar() as on_progress:
        report = run(source, output, load_settings(settings), engine=engine, on_progress=on_progress)
    print(f"{output}: {report.shards} shards, {report.documents} documents, {report.passages} passages, failed {len(report.failed)}")
    for name, reason in report.failed[:MOST_SHOWN]:
        print(f"  failed  {safe(name)}: {safe(reason)}")
    if not report.documents:
        raise typer.Exit(FAILED)


@index_app.command("remove")
def remove(
    names: Annotated[list[str], typer.Argument(help="File names as read, or document ids.", show_default=False)],
    index: IndexOption = None,
    settings: SettingsOption = None,
) -> None:
    """Remove files or documents from an index."""
    from ragqa.engine import remove_from_index  # noqa: PLC0415 questions do without the readers

    chosen = settings_of(settings, index)
    if is_on_server(default_index(chosen)):
        from ragqa.engine import remove_from_server  # noqa: PLC0415 an extra

        print(f"removed {remove_from_server(names, default_index(chosen), chosen)} documents")
        return
    report = remove_from_index(names, default_index(chosen), chosen)
    release_starter(default_index(chosen))
    print(f"removed {report.removed} documents; {report.documents} documents and {report.passages} passages remain")


@index_app.command("info")
def info(index: IndexOption = None, settings: SettingsOption = None) -> None:
    """Say what an index holds and how it was made."""
    chosen = settings_of(settings, index)
    folder = default_index(chosen)
    if is_on_server(folder):
        from ragqa.engine import open_on_server  # noqa: PLC0415 an extra

        lines = open_on_server(folder, chosen).describe()
    else:
        lines = LocalIndex.open(folder).describe()
    for key, value in lines:
        print(f"{key:<22} {safe(str(value))}")


@index_app.command("verify")
def verify(index: IndexOption = None, settings: SettingsOption = None) -> None:
    """Check every file, span and count of an index. Exit code 1 where one is wrong."""
    from ragqa.index import verify as verify_index  # noqa: PLC0415 questions only read

    report = verify_index(local_index(settings_of(settings, index)))
    for problem in report.problems:
        print(f"ragqa: {safe(problem)}", file=sys.stderr)
    if report.problems:
        raise typer.Exit(FAILED)
    print(f"verified: {report.documents} documents, {report.passages} passages, {report.files} files, no problem")


def _run(paths: list[Path], index: Path | None, settings: Path | None, *, fresh: bool) -> None:
    from ragqa.cli.progress import bar  # noqa: PLC0415 rich is needed only while something is built
    from ragqa.engine import add_to_index, build_index  # noqa: PLC0415 questions do without the readers

    chosen = settings_of(settings, index)
    folder = local_index(chosen)
    with bar() as on_progress:
        report = (build_index if fresh else add_to_index)(paths, folder, chosen, on_progress=on_progress)
    release_starter(folder)
    _summarise(report, folder)
    if report.documents == 0:
        raise typer.Exit(FAILED)


def _summarise(report: BuildReport, folder: Path) -> None:
    print(f"index {folder}: {report.documents} documents, {report.passages} passages")
    print(f"files read {report.read}, unchanged {report.unchanged}, skipped {len(report.skipped)}, failed {len(report.failed)}; passages encoded {report.encoded}")
    for label, entries in (("failed", report.failed), ("skipped", report.skipped)):
        for name, reason in entries[:MOST_SHOWN]:
            print(f"  {label}  {safe(name)}: {safe(reason)}")
        if len(entries) > MOST_SHOWN:
            print(f"  {label}  and {len(entries) - MOST_SHOWN} more")
