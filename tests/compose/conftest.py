"""What tests of whole answers over a few pages of their own share."""

import pytest

from ragqa.config import Settings
from ragqa.engine import Engine, build_index


@pytest.fixture(scope="module")
def engine_over(tmp_path_factory):
    """Return what makes an engine over pages, given as Markdown by id; its encoder hashes words, and needs no model."""
    settings = Settings(encoder="hashing-64", adapter="none")

    def opened(pages):
        home = tmp_path_factory.mktemp("pages")
        folder = home / "in"
        folder.mkdir()
        for name, text in pages.items():
            (folder / f"{name}.md").write_text(text, encoding="utf-8")
        build_index([folder], home / "index", settings)
        return Engine.open(home / "index", settings=settings)

    return opened


@pytest.fixture(scope="session")
def page():
    """Return what makes a page of a title, what stands in its head, and lists under headings."""

    def made(name, title, sections, *head):
        body = "".join(f"\n## {heading}\n" + "".join(f"- {line}\n" for line in lines) for heading, lines in sections.items())
        return "\n".join(("---", f"id: {name}", f'title: "{title}"', "year: 2021", *head, "---")) + f"\n\n# {title}\n{body}"

    return made


@pytest.fixture(scope="module")
def guidelines_over(engine_over, page):
    """Return what makes an engine over guidelines, given by id as a title, the condition that it is on, and lists under headings."""

    def opened(pages):
        return engine_over({name: page(name, title, sections, "kind: guideline", f"condition: {condition}") for name, (title, condition, sections) in pages.items()})

    return opened
