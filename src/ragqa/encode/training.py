"""Vectors of questions and of the passages that answer them in, the matrix of an adapter out.

The map is residual and linear, M = I + W with W = 0 at the start, and trained by InfoNCE (A. van den Oord, Y. Li and
O. Vinyals, "Representation Learning with Contrastive Predictive Coding", 2018) over the other passages of a batch and
hard negatives. What was learnt is then taken back part of the way, which keeps most of the gain on questions like those
trained on and most of what the encoder knew of others (M. Wortsman et al., "Robust fine-tuning of zero-shot models", 2022).
One seed gives one matrix on one machine.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ragqa.errors import EncoderError
from ragqa.protocols import Vectors

if TYPE_CHECKING:
    import torch

Rows = NDArray[np.int64]
_WARM_UP = 20  # steps


class Lesson(NamedTuple):
    """Questions of one kind, and the passages among which their answers are.

    `questions` has shape (n, dimensions), `passages` (m, dimensions), both of unit length; `answers` names the rows of
    the passages that answer each question, one at least, and `negatives` (n, h) rows of passages that come near and
    do not answer it. `weight` says how often steps are taken on it, against that of other lessons.
    """

    questions: Vectors
    passages: Vectors
    answers: Sequence[Rows]
    negatives: Rows
    weight: float = 1.0


class Course(NamedTuple):
    """How it is trained; the values here were chosen on the development parts of the shipped adapter's data."""

    steps: int = 300
    batch: int = 256
    negatives: int = 6  # of each question, at a step
    temperature: float = 0.05
    rate: float = 2e-3
    pull: float = 2e-3  # towards the identity: times the squared Frobenius norm of W
    share: float = 0.75  # of the way from the identity to what was learnt
    seed: int = 0


def train_adapter(
    lessons: Sequence[Lesson], course: Course = Course(), *, on_progress: Callable[[int, int], None] | None = None
) -> Vectors:
    """Return M, shape (dimensions, dimensions); each step takes one lesson, drawn by weight.

    Raises EncoderError without a question to learn from.
    """
    lessons = [lesson for lesson in lessons if len(lesson.questions)]
    if not lessons:
        raise EncoderError("there is no pair of a question and a passage to train on")
    import torch  # noqa: PLC0415 - late: it takes seconds

    draw = np.random.default_rng(course.seed)
    dimensions = lessons[0].questions.shape[1]
    weights = torch.zeros(dimensions, dimensions, requires_grad=True)
    optimiser = torch.optim.Adam([weights], lr=course.rate)
    shares = np.array([lesson.weight for lesson in lessons])
    for step in range(course.steps):
        for group in optimiser.param_groups:
            group["lr"] = course.rate * min(1.0, (step + 1) / _WARM_UP) * (1 - step / course.steps)
        lesson = lessons[int(draw.choice(len(lessons), p=shares / shares.sum()))]
        loss = _loss(lesson, weights, course, draw)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        if on_progress is not None:
            on_progress(step + 1, course.steps)
    learnt: Vectors = weights.detach().numpy()
    return np.eye(dimensions, dtype=np.float32) + np.float32(course.share) * learnt


def _loss(lesson: Lesson, weights: torch.Tensor, course: Course, draw: np.random.Generator) -> torch.Tensor:
    import torch  # noqa: PLC0415 - late

    size = min(course.batch, len(lesson.questions))
    chosen = draw.choice(len(lesson.questions), size, replace=False)
    answers = np.array([draw.choice(lesson.answers[row]) for row in chosen])
    columns = answers
    if lesson.negatives.shape[1]:
        places = draw.integers(0, lesson.negatives.shape[1], course.negatives)
        columns = np.concatenate([answers, lesson.negatives[chosen][:, places].ravel()])
    questions = _turned(torch.from_numpy(lesson.questions[chosen]), weights)
    passages = _turned(torch.from_numpy(lesson.passages[columns]), weights)
    scores = questions @ passages.T / course.temperature
    other = np.stack([np.isin(columns, lesson.answers[row]) for row in chosen])
    other[np.arange(size), np.arange(size)] = False  # another right answer is no wrong one
    scores = scores.masked_fill(torch.from_numpy(other), -torch.inf)
    return torch.nn.functional.cross_entropy(scores, torch.arange(size)) + course.pull * (weights**2).sum()


def _turned(vectors: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    import torch  # noqa: PLC0415 - late

    return torch.nn.functional.normalize(vectors + vectors @ weights.T, dim=1)
