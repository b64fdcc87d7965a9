"""The commands that ask: ask, search, trace and chat."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from ragqa.cli.app import ABSTAINED, FAILED, app
from ragqa.cli.choices import one_of
from ragqa.cli.options import (
    BaseUrlOption,
    ComposerOption,
    DesignOption,
    DocumentOption,
    DryRunOption,
    IndexOption,
    KindOption,
    LanguageOption,
    ModelOption,
    OutOption,
    RerankOption,
    SettingsOption,
    SinceOption,
    UntilOption,
    WrittenForOption,
    filters_of,
    model_of,
    open_engine,
    settings_of,
    write_out,
)
from ragqa.cli.paging import NoPagerOption, show
from ragqa.errors import UsageError
from ragqa.question import is_readable, mask_identifiers
from ragqa.rendering import RENDERERS, parse_answer, render, render_found, render_traces
from ragqa.rendering.hostile import safe
from ragqa.types import Answer
from ragqa.vocabulary import Audience

FORMATS = tuple(RENDERERS)
DRY_RUN = (
    "ragqa: a dry run; nothing was sent. The first request is as it would be. Each later one is as it would be if the model "
    "gave no reply to those before it: its searches add evidence, its plan changes the order, and sentences that fail are asked for again."
)


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="The question, in quotation marks.")],
    form: Annotated[str, typer.Option("--format", help=f"One of {', '.join(FORMATS)}.")] = "terminal",
    audience: Annotated[Audience, typer.Option("--audience", parser=one_of(Audience), help="Who reads the answer.")] = Audience.CLINICIAN,
    kind: KindOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    design: DesignOption = None,
    written_for: WrittenForOption = None,
    language: LanguageOption = None,
    document: DocumentOption = None,
    rerank: RerankOption = None,
    composer: ComposerOption = None,
    model: ModelOption = None,
    base_url: BaseUrlOption = None,
    dry_run: DryRunOption = False,
    index: IndexOption = None,
    settings: SettingsOption = None,
    out: OutOption = None,
    no_pager: NoPagerOption = False,
) -> None:
    """Answer a question from the index. Exit code 0: answered, 3: abstained."""
    _known_form(form)
    if not is_readable(question):
        raise UsageError("the question holds no word in Latin letters", remedy="ask in English, the one language that ragqa understands")
    chosen = settings_of(settings, index, rerank=rerank)
    asked = model_of(chosen, composer, model, base_url, dry_run=dry_run)
    _notice_identifiers(question, sent=asked is not None)
    filters = filters_of(kind, since, until, designs=design, audiences=written_for, language=language, documents=document)
    engine = open_engine(chosen)
    engine.warm()
    answer = engine.ask(question, audience=audience, filters=filters, model=asked, on_sentence=_progress())
    if dry_run:
        print(DRY_RUN, file=sys.stderr)
        return
    if out is None:
        show(rendered(answer, form, out), no_pager=no_pager)
    else:
        write_out(rendered(answer, form, out), out)
    if answer.abstained:
        raise typer.Exit(ABSTAINED)


@app.command(short_help="Show the passages found, with their scores.")
def search(
    question: Annotated[str, typer.Argument(help="What to search for.")],
    depth: Annotated[int, typer.Option("--depth", min=1, max=100, help="How many passages to show.")] = 10,
    kind: KindOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    design: DesignOption = None,
    written_for: WrittenForOption = None,
    language: LanguageOption = None,
    document: DocumentOption = None,
    rerank: RerankOption = None,
    index: IndexOption = None,
    settings: SettingsOption = None,
    no_pager: NoPagerOption = False,
) -> None:
    """Show the passages found, with the scores of both arms and the id of the document."""
    filters = filters_of(kind, since, until, designs=design, audiences=written_for, language=language, documents=document)
    engine = open_engine(settings_of(settings, index, rerank=rerank))
    engine.warm()
    found = engine.search(question, filters=filters, depth=depth)
    if not found:
        print("ragqa: no passage passes the filters", file=sys.stderr)
        raise typer.Exit(ABSTAINED)
    titles = {card.document_id: card.source.title for card in engine.index.cards(sorted({p.document_id for _, p in found}))}
    show(render_found(found, titles, width=_width(), color=_color()), no_pager=no_pager)


@app.command(short_help="Show each quote in its source.")
def trace(
    file: Annotated[Path, typer.Argument(help="An answer written by: ragqa ask ... --format json --out FILE")],
    number: Annotated[int | None, typer.Argument(help="Only this reference.")] = None,
    index: IndexOption = None,
    settings: SettingsOption = None,
    no_pager: NoPagerOption = False,
) -> None:
    """Show each quote in its source, and prove that the source still says it. Exit code 1 where one does not."""
    try:
        answer = parse_answer(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read {file}: {error}") from error
    engine = open_engine(settings_of(settings, index))
    traces = engine.trace(answer, number)
    show(render_traces(traces, width=_width(), color=_color()), no_pager=no_pager)
    if not all(found.intact for found in traces):
        raise typer.Exit(FAILED)


@app.command(short_help="Ask one question after another.")
def chat(
    audience: Annotated[Audience, typer.Option("--audience", parser=one_of(Audience), help="Who reads the answers.")] = Audience.CLINICIAN,
    composer: ComposerOption = None,
    model: ModelOption = None,
    base_url: BaseUrlOption = None,
    index: IndexOption = None,
    settings: SettingsOption = None,
) -> None:
    """Ask one question after another; each is understood in the light of those before it. An empty line ends."""
    chosen = settings_of(settings, index)
    asked = model_of(chosen, composer, model, base_url, dry_run=False)
    engine = open_engine(chosen)
    engine.warm()
    history: list[str] = []
    while True:
        try:
            question = input("\n> " if sys.stdin.isatty() else "").strip()
        except EOFError:
            return
        if not question:
            return
        _notice_identifiers(question, sent=asked is not None)
        answer = engine.ask(question, audience=audience, history=history, model=asked, on_sentence=_progress())
        write_out(rendered(answer, "terminal", None), None)
        history.append(question)


def _known_form(form: str) -> None:
    if form not in FORMATS:
        raise UsageError(f"unknown format {form!r}", remedy=f"choose one of {', '.join(FORMATS)}")


def rendered(answer: Answer, form: str, out: Path | None, *, standing: str | None = None) -> str:
    """Return an answer in a form; for a terminal as wide and as coloured as that is. `standing` is as in `render`."""
    if form == "terminal":
        return render(answer, form, width=_width(), color=_color() and out is None, standing=standing)
    return render(answer, form, standing=standing)


def _width() -> int:
    return min(120, max(40, shutil.get_terminal_size((80, 24)).columns)) if sys.stdout.isatty() else 80


def _color() -> bool:
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ


def _notice_identifiers(question: str, *, sent: bool) -> None:
    _, kinds = mask_identifiers(question)
    if kinds:
        kept = "it is masked before anything is sent" if sent else "nothing is stored"
        print(f"ragqa: the question seems to hold {_listed(kinds)}; {kept}, but leave it out", file=sys.stderr)
    if sent:
        print("ragqa: what goes to a language model is masked by patterns; a name with neither a title nor an age beside it is not recognised", file=sys.stderr)


def _listed(kinds: Sequence[str]) -> str:
    return " and ".join(f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}" for kind in kinds)


def _progress() -> Callable[[str], None] | None:
    """Return what shows each sentence of a language model that has been verified, on a terminal, while the rest comes."""
    return (lambda sentence: print(f"  ✓ {safe(sentence)}", file=sys.stderr)) if sys.stderr.isatty() else None
