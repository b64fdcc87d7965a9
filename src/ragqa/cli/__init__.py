"""The terminal door."""

from ragqa.cli.app import main

__all__ = ["main"]
