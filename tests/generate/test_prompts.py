"""A prompt that changes gets a new version, so that an answer's provenance says what was asked."""

from hashlib import sha256
from importlib.resources import files

import pytest

DIGESTS = {
    "mend-2": "be5bb27556b201dc",
    "plan-1": "9dcdb7ff7bceb1b9",
    "search-1": "29aef46e235c4fea",
    "write-2": "b51dbddd7e721a24",
}


@pytest.mark.parametrize("prompt", sorted(DIGESTS))
def test_a_prompt_is_what_its_version_says(prompt):
    text = files("ragqa.generate").joinpath("prompts", f"{prompt}.txt").read_bytes()
    assert sha256(text).hexdigest()[:16] == DIGESTS[prompt], "changed: give it the next number"


def test_every_prompt_has_a_digest():
    assert {path.name.removesuffix(".txt") for path in files("ragqa.generate").joinpath("prompts").iterdir()} == set(DIGESTS)
