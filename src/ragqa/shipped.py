"""The name of a model that ragqa ships in; its bytes, checked against the digest that was published with them, out."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib.resources import files

from ragqa.errors import ModelDamaged

DIGESTS = "models.sha256"  # in the form of sha256sum; written by scripts/digests
_REMEDY = "install ragqa again; after fitting a model anew run scripts/digests"


def read_model(name: str) -> bytes:
    """Return the bytes of a model by its path in the package; raise ModelDamaged where they are not those published."""
    try:
        data = files("ragqa").joinpath(name).read_bytes()
    except OSError as error:
        raise ModelDamaged(f"the model {name} cannot be read ({error.strerror})", remedy=_REMEDY) from error
    if sha256(data).hexdigest() != _digests().get(name):
        raise ModelDamaged(f"the model {name} is not the one that was published with this version", remedy=_REMEDY)
    return data


@cache
def _digests() -> dict[str, str]:
    try:
        lines = files("ragqa").joinpath(DIGESTS).read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ModelDamaged(f"the list of digests {DIGESTS} cannot be read", remedy=_REMEDY) from error
    return {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
