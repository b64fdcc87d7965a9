"""Read made files in the form of the PubMed baseline, small and whole, and print the memory that reading took.

Usage: python bench/baseline.py [--records 30000]
"""

from __future__ import annotations

import argparse
import gzip
import subprocess
import sys
import tempfile
from pathlib import Path

READ = """
import resource, sys
from pathlib import Path
from ragqa.ingest import read_file
from ragqa.protocols import RawFile
path = Path(sys.argv[1])
count = sum(1 for _ in read_file(RawFile(path.name, ".xml.gz", path)))
print(count, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""
SENTENCE = "Drug A lowered pain in adults with gout compared with placebo, and more had nausea. "


def main() -> None:
    """Write both files, read each in a process of its own."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--records", type=int, default=30_000)
    most = parser.parse_args().records
    with tempfile.TemporaryDirectory() as folder:
        for count in (most // 30, most):
            path = Path(folder) / f"pubmed26n{count:05}.xml.gz"
            with gzip.open(path, "wt", encoding="utf-8", compresslevel=1) as file:
                file.write("<PubmedArticleSet>")
                for number in range(1, count + 1):
                    file.write(record(number))
                file.write("</PubmedArticleSet>")
            done = subprocess.run([sys.executable, "-c", READ, str(path)], capture_output=True, text=True, check=True)
            read, megabytes = done.stdout.split()
            print(f"{read} records read, {count * len(record(1)) / 1e6:.0f} MB unpacked, peak {megabytes} MB")


def record(number: int) -> str:
    """Return a record about as long as a real one."""
    mesh = "<MeshHeading><DescriptorName>Gout</DescriptorName></MeshHeading>" * 12
    return (
        f"<PubmedArticle><MedlineCitation><PMID>{number}</PMID><Article><ArticleTitle>Drug A in gout {number}.</ArticleTitle><Abstract><AbstractText>"
        f"{SENTENCE * 18}</AbstractText></Abstract></Article><MeshHeadingList>{mesh}</MeshHeadingList></MedlineCitation></PubmedArticle>\n"
    )


if __name__ == "__main__":
    main()
