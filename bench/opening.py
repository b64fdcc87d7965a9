"""Time opening an index and its first search, and show the memory that this takes.

Usage: python bench/opening.py INDEX [RUNS]        processes started anew; VmHWM and anonymous pages as Linux counts them
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys

MEASURED = """
import json, sys, time
import numpy as np
from pathlib import Path
from ragqa.index import LocalIndex
from ragqa.types import Filters

def pages():
    text = Path("/proc/self/smaps_rollup").read_text()
    return {line.split(":")[0]: int(line.split()[1]) / 1024 for line in text.splitlines()[1:] if line.startswith(("Rss", "Anonymous"))}

before = pages()
start = time.perf_counter()
index = LocalIndex.open(Path(sys.argv[1]))
opened = time.perf_counter()
vector = np.ones(index.manifest.recipe.dimensions, dtype=np.float32)
vector /= np.linalg.norm(vector)
index.search_lexical({"pain": 1.0, "dose": 1.0}, depth=100, filters=Filters())
lexical = time.perf_counter()
found = index.search_dense(vector, depth=100, filters=Filters())
dense = time.perf_counter()
index.passages([hit.passage_id for hit in found])
end = time.perf_counter()
after = pages()
size = sum(sheet.size for name, sheet in index.manifest.files.items() if not name.startswith("encoder/"))
print(json.dumps({
    "open ms": 1e3 * (opened - start), "first lexical ms": 1e3 * (lexical - opened), "first dense ms": 1e3 * (dense - lexical),
    "100 passages ms": 1e3 * (end - dense), "resident MB": after["Rss"], "resident MB, added": after["Rss"] - before["Rss"],
    "anonymous MB, added": after["Anonymous"] - before["Anonymous"], "disk bytes a passage": size / index.passage_count,
}))
"""


def main() -> None:
    """Measure and print."""
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    command = [sys.executable, "-c", MEASURED, sys.argv[1]]
    found = [json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout) for _ in range(runs + 1)][1:]
    for name in found[0]:
        values = [one[name] for one in found]
        print(f"{name:<24} median {statistics.median(values):9.1f}   least {min(values):9.1f}   most {max(values):9.1f}")


if __name__ == "__main__":
    main()
