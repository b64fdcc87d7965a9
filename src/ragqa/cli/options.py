"""What several commands take: options, and what they stand for."""

from __future__ import annotations

import gc
import sys
from pathlib import Path
from typing import Annotated

import typer

from ragqa.cli.choices import one_of, year
from ragqa.config import Settings, load_settings
from ragqa.engine import Engine, checkout, corpus_digest, default_index, open_model, starter_corpus
from ragqa.engine.places import is_on_server, shown
from ragqa.errors import UsageError
from ragqa.protocols import LanguageModel
from ragqa.types import Filters
from ragqa.version import __version__
from ragqa.vocabulary import Audience, Composer, SourceKind

IndexOption = Annotated[
    Path | None, typer.Option("--index", help="The index folder, or qdrant://HOST:PORT/NAME; without it, the one of the settings, else the default.")
]
SettingsOption = Annotated[Path | None, typer.Option("--settings", envvar="RAGQA_SETTINGS", help="A settings file (TOML).")]
KindOption = Annotated[list[SourceKind] | None, typer.Option("--kind", parser=one_of(SourceKind), help="Only sources of this kind; may be repeated.")]
SinceOption = Annotated[int | None, typer.Option("--since", parser=year, metavar="<year>", help="Only sources of this year or later.")]
UntilOption = Annotated[int | None, typer.Option("--until", parser=year, metavar="<year>", help="Only sources of this year or earlier.")]
DesignOption = Annotated[
    list[str] | None, typer.Option("--design", help="Only sources that state this study design, such as “cohort study”; may be repeated.")
]
WrittenForOption = Annotated[list[Audience] | None, typer.Option("--written-for", parser=one_of(Audience), help="Only sources that say they are written for these readers; may be repeated.")]
LanguageOption = Annotated[str | None, typer.Option("--language", help="Only sources that state this language, such as en.")]
DocumentOption = Annotated[list[str] | None, typer.Option("--document", help="Only this document, by its id; may be repeated.")]
RerankOption = Annotated[
    str | None, typer.Option("--rerank", help="A cross-encoder on this machine (folder or hub name) that puts the first passages in order.")
]
ComposerOption = Annotated[
    Composer | None, typer.Option("--composer", parser=one_of(Composer), help="Who words the answer: extractive (quotes alone) or llm, a language model, verified.")
]
ModelOption = Annotated[str | None, typer.Option("--model", help="The language model's name, for --composer llm.")]
BaseUrlOption = Annotated[
    str | None, typer.Option("--base-url", help="The address of its OpenAI-compatible endpoint, such as http://127.0.0.1:11434/v1.")
]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Print what would be sent to the language model, and send nothing.")]
OutOption = Annotated[Path | None, typer.Option("--out", help="Write into this file instead of the terminal.")]

STARTER_MARK = "starter"
KEY_FILE = "keys.sqlite"


def settings_of(path: Path | None, index: Path | None, *, rerank: str | None = None) -> Settings:
    """Return the settings of a file and the environment, with the index and the cross-encoder of the command line where it names them."""
    settings = load_settings(path)
    if rerank is not None:
        settings = settings.model_copy(update={"retrieve": settings.retrieve.model_copy(update={"cross_encoder": rerank})})
    return settings.model_copy(update={"index": index}) if index else settings


def model_of(settings: Settings, composer: Composer | None, model: str | None, base_url: str | None, *, dry_run: bool) -> LanguageModel | None:
    """Return the language model that is asked for by name, None where the composer is the extractive one."""
    if (composer or settings.composer) is not Composer.LLM:
        if model or base_url or dry_run:
            raise UsageError("--model, --base-url and --dry-run go with a language model", remedy="add --composer llm")
        return None
    named = {key: value for key, value in (("model", model), ("base_url", base_url)) if value is not None}
    return open_model(settings.llm.model_copy(update=named), dry_run=print if dry_run else None)


def local_index(settings: Settings) -> Path:
    """Return the folder of the index. Raises UsageError for one on a server, where what a command does cannot be done."""
    folder = default_index(settings)
    if is_on_server(folder):
        raise UsageError(f"{shown(folder)} is on a server", remedy="build or change a local index, then run: ragqa index load DIR --index qdrant://HOST:PORT/NAME")
    return folder


def release_starter(folder: Path) -> None:
    """Note that the user has written this index: it is no longer kept in step with the starter corpus."""
    (folder / STARTER_MARK).unlink(missing_ok=True)


def filters_of(
    kinds: list[SourceKind] | None,
    since: int | None,
    until: int | None,
    *,
    designs: list[str] | None = None,
    audiences: list[Audience] | None = None,
    language: str | None = None,
    documents: list[str] | None = None,
) -> Filters:
    """Return the filters that options ask for. Raises UsageError where no year can pass both."""
    return Filters.of(kinds, since, until, designs=designs, audiences=audiences, language=language, documents=documents)


def open_engine(settings: Settings) -> Engine:
    """Open the index; the default one is built from the starter corpus at first use, and again when that has changed."""
    folder = default_index(settings)
    if settings.index is None:
        _keep_starter_index(folder, settings)
    return Engine.open(folder, settings=settings)


def _keep_starter_index(folder: Path, settings: Settings) -> None:
    mark = folder / STARTER_MARK
    corpus = starter_corpus()
    if not corpus.is_dir():
        return
    exists = (folder / "CURRENT").is_file()
    if exists and not mark.is_file():
        return  # the user built this index; it is left alone
    if exists and not checkout():
        known = mark.read_text(encoding="utf-8").split()
        if known[1:] == [__version__]:
            return
    digest = corpus_digest(corpus)
    if exists and mark.read_text(encoding="utf-8").split()[:1] == [digest]:
        return
    gc.enable()  # to build is more than one answer
    from ragqa.cli.progress import bar  # noqa: PLC0415 rich is needed only while something is built
    from ragqa.engine import build_index  # noqa: PLC0415 and so are the readers

    print("ragqa: building the index of the starter corpus (once; a few minutes)", file=sys.stderr)
    folder.mkdir(parents=True, exist_ok=True)
    mark.write_text("building\n", encoding="utf-8")  # one that is killed on the way is built again, and never taken for the user's own
    with bar() as on_progress:
        build_index([corpus], folder, settings, on_progress=on_progress)
    mark.write_text(f"{digest} {__version__}\n", encoding="utf-8")


def write_out(text: str, out: Path | None) -> None:
    """Print text, or write it into a file."""
    if not text.endswith("\n"):
        text += "\n"
    try:
        if out is None:
            sys.stdout.write(text)
            sys.stdout.flush()
        else:
            out.write_text(text, encoding="utf-8")
    except BrokenPipeError:
        raise
    except OSError as error:
        raise UsageError(f"cannot write {out or 'the answer'}: {error.strerror}") from error
