"""The commands of the service: serve, and the API keys that open it."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Annotated

import typer

from ragqa.cli.app import app
from ragqa.cli.choices import one_of
from ragqa.cli.options import KEY_FILE, IndexOption, SettingsOption, open_engine, settings_of
from ragqa.engine import default_index, state_folder
from ragqa.errors import MissingExtra
from ragqa.keys import KeyStore
from ragqa.rendering.hostile import safe
from ragqa.vocabulary import Role

keys_app = typer.Typer(help="Make and revoke the API keys of the service.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(keys_app, name="keys")
SERVER = "ragqa.server.serving"  # doors never import each other: this one is opened by its name


@app.command()
def serve(
    host: Annotated[str, typer.Option("--host", help="The address to listen at; without keys only this machine's.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="The port to listen at.")] = 8080,
    workers: Annotated[int, typer.Option("--workers", min=1, max=64, help="How many processes answer.")] = 2,
    index: IndexOption = None,
    settings: SettingsOption = None,
) -> None:
    """Serve the web page and the HTTP API until interrupted."""
    chosen = settings_of(settings, index)
    try:
        server = import_module(SERVER)
    except ModuleNotFoundError as error:
        raise MissingExtra("ragqa serve", "server") from error
    open_engine(chosen)  # builds the index of the starter corpus where it is due
    if sys.stderr.isatty():  # a person looks on; what follows are lines for programs
        print(f"ragqa: in a few seconds at http://{host}:{port}/, until Ctrl-C", file=sys.stderr)
    server.serve(default_index(chosen), state_folder(chosen), chosen, host=host, port=port, workers=workers)


@keys_app.command("create")
def create(
    name: Annotated[str, typer.Argument(help="Who or what will hold the key.", show_default=False)],
    role: Annotated[Role, typer.Option("--role", parser=one_of(Role), help="What the key allows.")] = Role.READER,
    settings: SettingsOption = None,
) -> None:
    """Make a key and show it, this one time. From the first key on, nothing is served without one."""
    card, key = KeyStore(state_folder(settings_of(settings, None)) / KEY_FILE).create(name, role)
    print(f"{key}\n{card.id}: {card.role.value}, held by {safe(card.name)}. The key is kept nowhere and cannot be shown again.")


@keys_app.command("revoke")
def revoke(
    key: Annotated[str, typer.Argument(help="The id of the key.", show_default=False)], settings: SettingsOption = None
) -> None:
    """Let a key open nothing from now on."""
    KeyStore(state_folder(settings_of(settings, None)) / KEY_FILE).revoke(key)
    print(f"{key}: revoked")


@keys_app.command("list")
def list_keys(settings: SettingsOption = None) -> None:
    """List the keys: id, role, day, holder; never a key itself."""
    cards = KeyStore(state_folder(settings_of(settings, None)) / KEY_FILE).cards()
    if not cards:
        print("ragqa: no key yet; the service answers only this machine", file=sys.stderr)
    for card in cards:
        ended = f", revoked {card.revoked[:10]}" if card.revoked else ""
        print(f"{card.id}  {card.role.value:<8}  {card.made[:10]}  {safe(card.name)}{ended}")
