"""A pattern is compiled when it is first used, and every one that ragqa ships can be."""

import importlib
import pkgutil
import re

import pytest

import ragqa
from ragqa import patterns
from ragqa.patterns import lazy_pattern

HOLDING = ("question", "compose", "verify", "rendering", "text", "readability", "vocabulary")


def test_it_finds_what_the_compiled_one_finds():
    dose = lazy_pattern(r"(\d+) mg", re.IGNORECASE)
    assert dose.search("take 20 MG").group(1) == "20"
    assert dose.sub(r"\1 milligrams", "take 20 mg") == "take 20 milligrams"
    assert (dose.pattern, dose.flags & re.IGNORECASE) == (r"(\d+) mg", re.IGNORECASE)


def test_nothing_is_compiled_before_its_first_use(monkeypatch):
    compiled = []
    real = re.compile
    monkeypatch.setattr(re, "compile", lambda *given: compiled.append(given) or real(*given))
    dose = lazy_pattern(r"\d+ mg")
    assert compiled == []
    assert dose.search("20 mg")
    assert dose.search("30 mg")
    assert compiled == [(r"\d+ mg", 0)]


def test_a_wrong_pattern_says_so_at_its_first_use():
    wrong = lazy_pattern("(")
    with pytest.raises(re.error):
        wrong.search("")


def lazy_in(thing):
    """Yield the lazy patterns that a thing is, or holds at any depth."""
    if type(thing) is patterns._Lazy:
        yield thing
    elif isinstance(thing, dict):
        yield from lazy_in(tuple(thing.values()))
    elif isinstance(thing, (tuple, list)):
        for part in thing:
            yield from lazy_in(part)


def test_every_pattern_that_is_shipped_can_be_compiled():
    names = [name for _, name, _ in pkgutil.walk_packages(ragqa.__path__, "ragqa.") if name.split(".")[1] in HOLDING]
    sources = {pattern._written for name in names for pattern in lazy_in(vars(importlib.import_module(name)))}
    assert len(sources) > 200
    for source, flags in sources:
        re.compile(source, flags)
