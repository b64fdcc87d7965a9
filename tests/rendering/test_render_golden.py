"""Each form of each hand-built answer against a file that was read by a person.

After a wanted change: RAGQA_UPDATE_GOLDEN=1 pytest tests/rendering, then read the difference.
"""

import os

import pytest

from ragqa.rendering import parse_answer, render, render_traces
from ragqa.types import Trace

FORMS = {
    "terminal-80.txt": ("terminal", 80),
    "terminal-120.txt": ("terminal", 120),
    "md": ("markdown", None),
    "html": ("html", None),
    "json": ("json", None),
}


def agrees(made, path):
    if os.environ.get("RAGQA_UPDATE_GOLDEN"):
        path.write_text(made, encoding="utf-8")
    assert made == path.read_text(encoding="utf-8"), f"{path.name} differs"


@pytest.mark.parametrize("suffix", FORMS)
@pytest.mark.parametrize("name", ["full", "abstaining", "plain"])
def test_form_is_as_it_was_read(answers, golden_folder, name, suffix):
    form, width = FORMS[suffix]
    agrees(render(getattr(answers, name)(), form, width=width), golden_folder / f"{name}.{suffix}")


def test_colour_is_as_it_was_read(answers, golden_folder):
    agrees(render(answers.full(), "terminal", width=80, color=True), golden_folder / "full.colour.txt")


@pytest.mark.parametrize("color", [False, True])
def test_traces_are_as_they_were_read(golden_folder, color):
    traces = [
        Trace(
            number=1,
            document_id="pmid-19420954",
            title="Safety of acupuncture in 229,230 patients",
            file="witt.pdf",
            page=4,
            heading_path=("Harms", "How often"),
            before="ients in Germany had acupuncture given by physicians, with a mean of about ten treatments each over three months.\nHow often\n",
            quoted="8.6 percent of 229,230 patients\nreported an adverse effect.",
            after=" Bleeding or haematoma was the commonest, reported by 6.1 percent of patients, and 2.2 percent had an effect that needed treat",
            intact=True,
        ),
        Trace(
            number=2,
            document_id="x",
            title="A gone source",
            quoted="It said this.",
            intact=False,
            problem="no document x in this index",
        ),
    ]
    agrees(render_traces(traces, width=80, color=color), golden_folder / f"trace{'-colour' if color else ''}.txt")


@pytest.mark.parametrize("name", ["full", "abstaining", "plain"])
def test_golden_json_reads_back(answers, golden_folder, name):
    assert parse_answer((golden_folder / f"{name}.json").read_text(encoding="utf-8")) == getattr(answers, name)()
