"""The web door: a page for readers and reviewers, and an HTTP API, over one engine."""

from ragqa.server.app import create_app

__all__ = ["create_app"]
