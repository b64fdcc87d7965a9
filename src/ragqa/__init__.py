"""ragqa: a retrieval-augmented clinical answer engine whose every statement traces to its source.

Open an index with `Engine.open(path)`, ask it with `.ask(question)`, and show the Answer with `render(answer, "markdown")`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from ragqa.version import __version__

if TYPE_CHECKING:
    from ragqa.config import Settings
    from ragqa.engine import Engine
    from ragqa.errors import RagqaError
    from ragqa.rendering import render
    from ragqa.types import Answer

__all__ = ["Answer", "Engine", "RagqaError", "Settings", "__version__", "render"]

# What is offered here, and where it lives; loaded when it is first asked for, so that `import ragqa` costs nothing.
_HOMES = {
    "Answer": "ragqa.types",
    "Engine": "ragqa.engine",
    "RagqaError": "ragqa.errors",
    "Settings": "ragqa.config",
    "render": "ragqa.rendering",
}


def __getattr__(name: str) -> object:
    """Load what the front door offers."""
    if name not in _HOMES:
        raise AttributeError(f"module 'ragqa' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
