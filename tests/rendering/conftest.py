"""The hand-built answers, loaded from a file beside this one."""

import importlib.util
from pathlib import Path

import pytest
from lxml import html as lxml_html

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def answers():
    spec = importlib.util.spec_from_file_location("render_fixture_answers", HERE / "fixtures" / "answers.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def golden_folder():
    return HERE / "golden"


@pytest.fixture(scope="session")
def flat():
    """Return what makes one line of a rendering, as a reader reads it: without cards and the marks of any form."""

    def read(text):
        if text.startswith("<!doctype"):
            tree = lxml_html.fromstring(text)
            for gone in tree.xpath("//style | //title | //nav | //*[@class='card']"):
                gone.drop_tree()
            text = tree.text_content()
        return " ".join(text.replace("\\", "").replace("*", "").split())

    return read
