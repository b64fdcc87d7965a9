"""The commands of review: list, show, submit, start, approve, reject, export and verify."""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated

import typer

from ragqa.cli.app import FAILED, app
from ragqa.cli.asking import FORMATS, rendered
from ragqa.cli.choices import one_of
from ragqa.cli.options import (
    KEY_FILE,
    IndexOption,
    OutOption,
    SettingsOption,
    local_index,
    open_engine,
    settings_of,
    write_out,
)
from ragqa.cli.paging import NoPagerOption, show
from ragqa.config import API_KEY, Settings
from ragqa.engine import default_index, state_folder
from ragqa.errors import AccessError, IndexMissing, ReviewError, UsageError
from ragqa.index import LocalIndex
from ragqa.keys import KeyStore, allows, check_name
from ragqa.rendering import parse_answer, render
from ragqa.rendering.hostile import safe
from ragqa.review import Difference, ReviewStore
from ragqa.types import Article
from ragqa.vocabulary import ReviewAction, ReviewStatus, Role

review_app = typer.Typer(help="Review articles: answers that were kept.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(review_app, name="review")

ArticleArgument = Annotated[str, typer.Argument(help="The id of the article.", show_default=False)]
ByOption = Annotated[str | None, typer.Option("--by", help="Who takes the step; without it the holder of the API key or, where no key was made, the user of this machine.")]
NoteOption = Annotated[str, typer.Option("--note", help="A note for the history.")]
REVIEW_FILE = "review.sqlite"


@review_app.command("list")
def list_articles(
    status: Annotated[ReviewStatus | None, typer.Option("--status", parser=one_of(ReviewStatus), help="Only articles of this status.")] = None,
    index: IndexOption = None,
    settings: SettingsOption = None,
) -> None:
    """List the articles, those with the newest step first."""
    found = _compared_store(settings_of(settings, index)).articles(status)
    if not found:
        which = f" is {status.value}" if status else ""
        print(f"ragqa: no article{which} yet; keep an answer as one: ragqa review submit ANSWER.json", file=sys.stderr)
    for article in found:
        print(f"{article.id}  {article.status.value:<12}  {article.last.time[:10]}  {safe(article.answer.title)}")


@review_app.command("show")
def show_article(
    article: ArticleArgument, index: IndexOption = None, settings: SettingsOption = None, no_pager: NoPagerOption = False
) -> None:
    """Show an article with its history."""
    store = _compared_store(settings_of(settings, index))
    found = store.article(article)
    show("\n".join((rendered(found.shown(), "terminal", None, standing=found.standing), *_history(found, store.differences(found)))), no_pager=no_pager)


@review_app.command("submit")
def submit(
    file: Annotated[Path, typer.Argument(help="An answer written by: ragqa ask ... --format json --out FILE")],
    by: ByOption = None,
    note: NoteOption = "",
    index: IndexOption = None,
    settings: SettingsOption = None,
) -> None:
    """Keep an answer as an article. It is asked again first: only what the index answers, word for word, is kept."""
    chosen = settings_of(settings, index)
    actor = _actor(chosen, by, Role.READER)
    try:
        answer = parse_answer(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read {file}: {error}") from error
    engine = open_engine(chosen)
    if engine.ask_again(answer) != answer:
        raise ReviewError("the index does not give this answer", remedy="ask again and submit what is answered now")
    print(_line(_store(chosen).submit(answer, engine.index, by=actor, note=note)))


@review_app.command("start")
def start(article: ArticleArgument, by: ByOption = None, note: NoteOption = "", settings: SettingsOption = None) -> None:
    """Take an article under review."""
    _step(article, ReviewAction.START, settings, by, note)


@review_app.command("approve", short_help="Approve exactly the bytes that were read.")
def approve(
    article: ArticleArgument,
    by: ByOption = None,
    note: NoteOption = "",
    answer: Annotated[str | None, typer.Option("--answer", help="The SHA-256 that `show` gave: approve these bytes, or none.")] = None,
    index: IndexOption = None,
    settings: SettingsOption = None,
) -> None:
    """Approve an article: exactly the bytes of its answer, as long as its sources stay as they are.

    Who brought the text in, by submitting, editing or asking again, does not approve it, unless review.approve_own is set.
    """
    chosen = settings_of(settings, index)
    actor = _actor(chosen, by, Role.REVIEWER)
    with LocalIndex.open(local_index(chosen)) as opened:
        print(_line(_store(chosen).approve(article, opened, by=actor, note=note, seen=answer)))


@review_app.command("reject")
def reject(
    article: ArticleArgument,
    note: Annotated[str, typer.Option("--note", help="Why.", show_default=False)],
    by: ByOption = None,
    settings: SettingsOption = None,
) -> None:
    """Reject an article, with the reason."""
    _step(article, ReviewAction.REJECT, settings, by, note)


@review_app.command("export")
def export(
    article: ArticleArgument,
    form: Annotated[str, typer.Option("--format", help=f"One of {', '.join(FORMATS)}; json holds the history too.")] = "markdown",
    index: IndexOption = None,
    settings: SettingsOption = None,
    out: OutOption = None,
) -> None:
    """Write an article with the status that review has given it."""
    found = _compared_store(settings_of(settings, index)).article(article)
    write_out(found.model_dump_json(indent=2) if form == "json" else render(found.shown(), form, standing=found.standing), out)


@review_app.command("verify", short_help="Check that the history is whole.")
def verify(
    index: Annotated[
        Path | None, typer.Option("--index", help="An index folder: take back approvals whose sources are other there.", show_default=False)
    ] = None,
    settings: SettingsOption = None,
) -> None:
    """Check the chain of the history, and that each entry binds the answer that is kept. Exit code 1 where one does not."""
    store = _store(settings_of(settings, index))
    problems = store.verify()
    for problem in problems:
        print(f"ragqa: {problem}", file=sys.stderr)
    if problems:
        raise typer.Exit(FAILED)
    print("verified: the history is whole, and each entry binds the answer that is kept")
    if index is not None:
        with LocalIndex.open(index) as opened:
            for article in store.recheck(opened):
                print(f"{article.id} falls back to Under review: {safe(article.last.note)}")


def _step(article: str, action: ReviewAction, settings: Path | None, by: str | None, note: str) -> None:
    chosen = settings_of(settings, None)
    print(_line(_store(chosen).step(article, action, by=_actor(chosen, by, Role.REVIEWER), note=note)))


def _store(settings: Settings) -> ReviewStore:
    return ReviewStore(state_folder(settings) / REVIEW_FILE, approve_own=settings.review.approve_own)


def _compared_store(settings: Settings) -> ReviewStore:
    """Return the store, after saying which approved articles have other sources in the index at hand.

    Nothing is written: one store serves every index, and an article may have been approved against another one.
    """
    store = _store(settings)
    try:
        with LocalIndex.open(default_index(settings)) as index:
            for article, reasons in store.outdated(index):
                print(f"ragqa: {article.id} is approved, but in this index: {safe(' '.join(reasons))}", file=sys.stderr)
    except IndexMissing as error:
        print(f"ragqa: sources are not checked: {error}", file=sys.stderr)
    return store


def _history(article: Article, changes: Mapping[int, Difference]) -> Iterator[str]:
    """Yield the history of an article, line by line, with what each revision has changed."""
    yield "Review history"
    for entry in article.history:
        note = f": {safe(entry.note)}" if entry.note else ""
        yield f"  {entry.number:>4}  {entry.time}  {entry.action.value} by {safe(entry.actor)}, then {entry.status.value}{note}"
        if (change := changes.get(entry.number)) is not None:
            said = [*(f"left out: {text}" for text in change.left_out), *(f"added: {text}" for text in change.added), *change.further]
            yield from (f"        {safe(line)}" for line in said or ["no statement changed"])
    if article.approved_alone:
        yield f"  approved by {safe(article.last.actor)}, who had brought the text in: no second person has answered for it"
    yield f"  bytes of the answer (SHA-256): {article.last.answer}"
    yield f"  last entry of the history:     {article.last.digest}"


def _line(article: Article) -> str:
    return f"{article.id}  {article.status.value}"


def _actor(settings: Settings, by: str | None, role: Role) -> str:
    """Return under whose name a step is taken: the holder's of a key, once there are keys, else the name that is typed.

    Raises AccessError for a key that does not allow the step, and for a name that is none or another's.
    """
    keys = KeyStore(state_folder(settings) / KEY_FILE)
    if not keys.cards():
        name = getpass.getuser() if by is None else by
        check_name(name)
        return name
    card = keys.holder(_key())
    if not allows(card.role, role):
        raise AccessError(f"the key of {card.name} does not allow this", remedy=f"it needs the role {role.value}")
    if by is not None and by != card.name:
        raise AccessError(f"the key is held by {card.name}, not by {by}", remedy="leave --by out")
    return card.name


def _key() -> str:
    """Return the API key of the environment, or one that is typed unseen."""
    key = os.environ.get(API_KEY)
    if key is None and sys.stdin.isatty():
        key = getpass.getpass("API key: ", stream=sys.stderr)
    if not key:
        raise AccessError("a step of review needs an API key, since keys were made", remedy=f"set {API_KEY}")
    return key.strip()
