"""A function of a text in, the same function that remembers what it gave out.

Beside `functools.lru_cache`, for what is asked of very many texts: that keeps each entry in objects which Python's collector goes
through one by one at each of its full passes, and these took a sixth of a warm answer. Of a plain dictionary whose keys are texts it
looks at the values alone, and at nothing where these are texts, numbers or None.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

Given = TypeVar("Given")


def remembered(most: int) -> Callable[[Callable[[str], Given]], Callable[[str], Given]]:
    """Have a function of one text remember what it gave for up to `most` texts; then it forgets them all, and begins anew.

    Safe to use from many threads: two may work out the same at the same time. What an error came of is not remembered.
    """

    def of(make: Callable[[str], Given]) -> Callable[[str], Given]:
        held: dict[str, Given] = {}

        @wraps(make)
        def look(text: str) -> Given:
            try:
                return held[text]
            except KeyError:
                pass  # and it is made outside, so that no error of its making stands below this one
            found = make(text)
            if len(held) >= most:
                held.clear()
            held[text] = found
            return found

        return look

    return of
