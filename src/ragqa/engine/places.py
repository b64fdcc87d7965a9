"""Where things lie: the starter corpus, and the index that is asked where none is named."""

from __future__ import annotations

from hashlib import blake2b
from pathlib import Path

from ragqa.config import Settings
from ragqa.version import __version__

_PACKAGE = Path(__file__).parent.parent


def checkout() -> Path | None:
    """Return the root of the checkout that this package runs from, None where it is installed."""
    root = _PACKAGE.parent.parent
    return root if (root / "pyproject.toml").is_file() and (root / "corpus").is_dir() else None


def starter_corpus() -> Path:
    """Return the folder of the documents that ragqa answers from before a user adds any."""
    root = checkout()
    return root / "corpus" if root else _PACKAGE / "starter_corpus"


def default_index(settings: Settings) -> Path:
    """Return the index folder of the settings, else `indexes/default` of a checkout, else one in the user's data folder."""
    if settings.index is not None:
        return settings.index
    root = checkout()
    if root:
        return root / "indexes" / "default"
    from platformdirs import user_data_path  # noqa: PLC0415 not needed in a checkout

    return user_data_path("ragqa") / "indexes" / "default"


def is_on_server(path: Path | str) -> bool:
    """Tell whether this is the address of an index on a server; one that became a path has lost a slash."""
    return str(path).startswith("qdrant:/")


def shown(path: Path | str) -> str:
    """Return the address or path of an index as a person writes it."""
    return str(path).replace("qdrant:/", "qdrant://", 1) if is_on_server(path) and "://" not in str(path) else str(path)


def state_folder(settings: Settings) -> Path:
    """Return the folder that keeps reviewed articles and API keys: that of the settings, else `state` of a checkout."""
    if settings.state is not None:
        return settings.state
    root = checkout()
    if root:
        return root / "state"
    from platformdirs import user_data_path  # noqa: PLC0415 not needed in a checkout

    return user_data_path("ragqa") / "state"


def corpus_digest(corpus: Path) -> str:
    """Return a digest of the names and contents of a corpus and of ragqa's version."""
    digest = blake2b(__version__.encode(), digest_size=16)
    for path in sorted(corpus.glob("*/*.md")):
        digest.update(str(path.relative_to(corpus)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
