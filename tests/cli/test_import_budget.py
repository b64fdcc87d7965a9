"""What `ragqa ask` may load: every library costs a person who waits for an answer, so that each has to be let in by name."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

GOUT = Path(__file__).parents[2] / "corpus" / "musculoskeletal" / "acr-2020-gout.md"

ALLOWED = frozenset(
    # numbers, records, the command line, stems: what an answer cannot do without. The encoder adds onnxruntime and tokenizers.
    ["ragqa", "numpy", "pydantic", "pydantic_core", "annotated_types", "typing_inspection", "typing_extensions", "typer", "annotated_doc", "shellingham", "Stemmer", "cython_runtime"]
)
READERS_AND_WRITERS = frozenset(
    ["ragqa.ingest.readers", "ragqa.index.writer", "ragqa.encode.export", "ragqa.encode.bulk", "ragqa.rendering.html", "ragqa.verify"]
)
NOT_ASKED_FOR = frozenset(["ragqa.cli.indexing", "ragqa.cli.serving", "ragqa.cli.evaluating", "numpy.random"]
)
ASK = """
import json, sys
before = set(sys.modules)
from ragqa.cli import main
sys.argv = ["ragqa", *json.loads(sys.argv[1])]
try:
    main()
except SystemExit as done:
    print(json.dumps({"code": done.code, "modules": sorted(set(sys.modules) - before)}), file=sys.stderr)
"""




@pytest.fixture(scope="module")
def modules_after(tmp_path_factory):
    """Return what a command has loaded when it ends."""
    folder = tmp_path_factory.mktemp("gout")
    environment = os.environ | {"RAGQA_ENCODER": "hashing-64", "RAGQA_INDEX": str(folder / "index")}

    def run(*words):
        command = [sys.executable, "-c", ASK, json.dumps(words)]
        done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=folder, env=environment)
        found = json.loads(done.stderr.splitlines()[-1])
        assert not found["code"], done.stderr
        return set(found["modules"])

    run("index", "build", str(GOUT))
    return run


def test_ask_loads_only_what_an_answer_needs(modules_after):
    modules = modules_after("ask", "Which dose of colchicine for a gout flare?")
    roots = {name.partition(".")[0] for name in modules} - sys.stdlib_module_names
    assert {root for root in roots if not root.startswith(("_", "__"))} <= ALLOWED
    assert not modules & READERS_AND_WRITERS
    assert not modules & NOT_ASKED_FOR


def test_the_budget_would_see_what_is_too_much(modules_after):
    modules = modules_after("index", "add", str(GOUT))
    assert modules & READERS_AND_WRITERS
    assert modules & NOT_ASKED_FOR
    assert "rank_bm25" not in modules
