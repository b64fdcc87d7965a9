"""Words of a command line in; text, files and an exit code out."""

from __future__ import annotations

import gc
import sys
from typing import Annotated, NoReturn

import typer
from typer.core import TyperGroup

from ragqa.errors import RagqaError
from ragqa.rendering.hostile import safe
from ragqa.version import __version__

SHORT = frozenset(["ask", "search", "trace"])  # commands that answer once and end
ANSWERED, FAILED, WRONG_USAGE, ABSTAINED = 0, 1, 2, 3

COMMANDS = ("ask", "chat", "search", "trace", "index", "corpus", "serve", "review", "keys", "mcp", "tune", "ingest", "eval")


class InOrder(TyperGroup):
    """Lists the commands as a person comes to need them."""

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]  # typer's own context
        """Return the names of the commands."""
        return sorted(super().list_commands(ctx), key=COMMANDS.index)


app = typer.Typer(
    name="ragqa",
    cls=InOrder,
    help="Answers to clinical questions, quoted from the documents of an index, every line traceable to its source.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback(invoke_without_command=True)
def ragqa(context: typer.Context, version: Annotated[bool, typer.Option("--version", help="Say which version this is, and end.")] = False) -> None:
    """Answer clinical questions from an index of documents."""
    if context.invoked_subcommand not in SHORT:
        gc.enable()
    if version:
        print(f"ragqa {__version__}")
        raise typer.Exit


def main() -> NoReturn:
    """Run the command line; a deliberate error is one line, never a traceback."""
    from ragqa.cli import asking  # noqa: F401, PLC0415 each adds its commands

    if not SHORT.intersection(sys.argv[1:2]):  # a line that answers once does without the other commands
        from ragqa.cli import agents, corpus, evaluating, indexing, reviewing, serving, tuning  # noqa: F401, PLC0415

    try:
        app(standalone_mode=True)
    except RagqaError as error:
        fail(error)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(FAILED)
    except KeyboardInterrupt:
        print("ragqa: interrupted", file=sys.stderr)
        sys.exit(130)
    sys.exit(ANSWERED)


def fail(error: RagqaError) -> NoReturn:
    """Say what went wrong in one line and leave."""
    print(f"ragqa: {safe(str(error))}", file=sys.stderr)  # it may name a file or quote a document
    sys.exit(error.exit_code)
