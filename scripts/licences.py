"""The packages that ragqa needs, with all that they need, in; name, version and licence of each out. Exit code 1 for one that is not permissive."""

from __future__ import annotations

import re
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

PERMISSIVE = re.compile(
    r"MIT|BSD|Apache|ISC|Python Software Foundation|PSF|MPL|Mozilla Public|Unlicense|Public Domain|CC0|HPND|Zlib|0BSD|BlueOak|Boost|NVIDIA", re.IGNORECASE
)  # NVIDIA's are no libraries of ragqa: torch installs them where there is a GPU build
COPYLEFT = re.compile(r"\b(?:A?GPL|General Public License)", re.IGNORECASE)
NAME = re.compile(r"[A-Za-z0-9._-]+")
TABLE = Path(__file__).parents[1] / "docs" / "licences.md"
HEAD = """# Licences

Every package that ragqa and its extras need here, and what it says of its own licence: all are permissive, and where several are named the
package holds parts under each. MPL 2.0 binds only the files that it came with. `scripts/supply` checks the list against what is installed,
`python scripts/licences.py --write` writes it anew; a test refuses a package that is not in it.

| package | licence |
|---|---|
"""


def licence_of(found: Distribution) -> str:
    """Return what a package says of its licence, on one line."""
    stated = found.metadata.get("License-Expression") or ""
    classified = [value.rpartition("::")[2].strip() for value in found.metadata.get_all("Classifier") or [] if value.startswith("License")]
    text = (found.metadata.get("License") or "").strip().split("\n")[0][:60]
    return stated or "; ".join(classified) or text or "not stated"


def needed(root: str) -> dict[str, str]:
    """Return name and version -> licence of a package and of all that it needs here."""
    seen: dict[str, str] = {}
    extras = set(distribution(root).metadata.get_all("Provides-Extra") or [])
    waiting, known = [root], set[str]()
    while waiting:
        name = waiting.pop()
        key = re.sub(r"[-_.]+", "-", name).lower()
        if key in known:
            continue
        known.add(key)
        try:
            found = distribution(name)
        except PackageNotFoundError:
            continue  # asked for on another system, or by an extra
        seen[f"{key} {found.version}"] = licence_of(found)
        for requirement in found.requires or []:
            extra = re.search(r"extra == ['\"](.+?)['\"]", requirement)
            match = NAME.match(requirement)
            if match and (extra is None or (name == root and extra.group(1) in extras)):
                waiting.append(match.group())
    return dict(sorted(seen.items()))


def refused(licence: str) -> bool:
    """Tell whether a licence is not permissive; where there is a choice, one that is suffices."""
    return not PERMISSIVE.search(licence) or (COPYLEFT.search(licence) is not None and " OR " not in licence)


def main() -> int:
    """Print the list, or write it into the documents."""
    found = needed("ragqa")
    if "--write" in sys.argv[1:]:
        TABLE.write_text(HEAD + "".join(f"| {name.split()[0]} | {licence} |\n" for name, licence in found.items()), encoding="utf-8")
    for name, licence in found.items():
        print(f"{name}\t{licence}{'  <- NOT PERMISSIVE' if refused(licence) else ''}")
    return 1 if any(refused(licence) for licence in found.values()) else 0


if __name__ == "__main__":
    raise SystemExit(main())
