"""The command that serves agents: mcp."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from ragqa.cli.app import app
from ragqa.cli.options import (
    BaseUrlOption,
    ComposerOption,
    IndexOption,
    ModelOption,
    SettingsOption,
    model_of,
    open_engine,
    settings_of,
)


@app.command(short_help="Serve agents by the Model Context Protocol.")
def mcp(
    http: Annotated[bool, typer.Option("--http", help="Serve streamable HTTP instead of standard input and output.")] = False,
    host: Annotated[str, typer.Option("--host", help="The address to listen on; any other than loopback is open to its network.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="The port to listen on.")] = 8321,
    composer: ComposerOption = None,
    model: ModelOption = None,
    base_url: BaseUrlOption = None,
    index: IndexOption = None,
    settings: SettingsOption = None,
) -> None:
    """Serve agents by the Model Context Protocol: ask, search, trace and passages. Needs the extra mcp."""
    from ragqa.mcp import serve  # noqa: PLC0415 no other command needs it

    chosen = settings_of(settings, index)
    asked = model_of(chosen, composer, model, base_url, dry_run=False)
    engine = open_engine(chosen)
    if http:
        print(f"ragqa: serving agents at http://{host}:{port}/mcp; interrupt to end", file=sys.stderr)
    serve(engine, model=asked, http=http, host=host, port=port)
