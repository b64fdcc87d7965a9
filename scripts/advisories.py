"""The JSON of pip-audit and the pinned packages in; which have known vulnerabilities, and about which nothing was learnt, out.

Exit code 0: all were asked about and none has one; 1: some have one; 2: some, or all, could not be asked about.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path


def main() -> int:
    """Report."""
    audit, pinned = Path(sys.argv[1]), Path(sys.argv[2])
    wanted = {line.partition("==")[0].lower() for line in pinned.read_text(encoding="utf-8").splitlines() if "==" in line}
    try:
        found = json.loads(audit.read_text(encoding="utf-8"))["dependencies"]
    except (OSError, ValueError, KeyError):
        found = []
    asked = [entry for entry in found if "skip_reason" not in entry]
    for entry in asked:
        for flaw in entry["vulns"]:
            print(f"VULNERABLE {entry['name']} {entry['version']}: {flaw['id']}, mended in {', '.join(flaw['fix_versions']) or 'no version'}")
    unknown = len(wanted - {entry["name"].lower() for entry in asked})
    flawed = sum(bool(entry["vulns"]) for entry in asked)
    print(f"audit: of {len(wanted)} pinned packages {len(asked)} were asked about, {flawed} of them have known vulnerabilities")
    if unknown:
        print(f"audit: the database of advisories did not answer about {unknown} packages: NOTHING IS KNOWN about their vulnerabilities")
    return 1 if flawed else 2 if unknown else 0


if __name__ == "__main__":
    raise SystemExit(main())
