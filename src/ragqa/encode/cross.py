"""A cross-encoder's folder or name in; a function from (claim or question, text) pairs to scores out.

Used where it is asked for by name: to judge answers, and to put passages in order.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence

import numpy as np

from ragqa.encode.models import find_model
from ragqa.errors import EncoderError

Score = Callable[[Sequence[tuple[str, str]]], list[float]]
_BATCH = 32


def open_cross_encoder(name_or_path: str) -> Score:
    """Return what scores how far each text bears its claim, 0 to 1.

    A model with one label (a reranker) reads claim or question, then text. One with several (natural language inference) reads text
    as premise and claim as hypothesis, and its probability of the label "entailment" counts. Nothing is downloaded.
    The function may be called from many threads; they take turns, as its tokenizer asks.
    Raises EncoderError for a model that is missing, holds its weights as a pickle, or has no such label.
    """
    model = find_model(name_or_path, allow_network=False)
    os.environ["HF_HUB_OFFLINE"] = "1"
    import torch  # noqa: PLC0415 - late: five seconds
    from sentence_transformers import CrossEncoder  # noqa: PLC0415 - late

    try:
        loaded = CrossEncoder(
            str(model.folder), local_files_only=True, trust_remote_code=False, model_kwargs={"use_safetensors": True}
        )
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise EncoderError(f"{name_or_path} holds no cross-encoder: {error}") from error
    labels = {str(label).lower(): place for place, label in loaded.config.id2label.items()}
    single = len(labels) == 1
    if not single and "entailment" not in labels:
        raise EncoderError(
            f"the cross-encoder {name_or_path} has the labels {', '.join(labels)} and not entailment",
            remedy="take a reranker, or a model of natural language inference",
        )
    activation = torch.nn.Sigmoid() if single else torch.nn.Softmax(dim=-1)

    turn = threading.Lock()

    def score(pairs: Sequence[tuple[str, str]]) -> list[float]:
        if not pairs:
            return []
        asked = [(claim, text) if single else (text, claim) for claim, text in pairs]
        with turn:
            predicted = loaded.predict(asked, batch_size=_BATCH, show_progress_bar=False, activation_fn=activation)
        found = np.asarray(predicted, dtype=np.float64)
        return [float(value) for value in (found if single else found[:, int(labels["entailment"])])]

    return score
