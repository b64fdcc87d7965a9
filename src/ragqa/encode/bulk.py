"""Model folders in; sentence-transformers models, their ONNX graphs and their vectors out.

The one place that imports sentence_transformers and torch, and it does so late: that takes five seconds.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ragqa.encode.models import Manner
from ragqa.errors import EncoderError
from ragqa.protocols import Vectors

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_OFFLINE = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")
_BATCH = 32
_PASSAGE_PROMPTS = ("document", "passage", "corpus")
_OPSET = 17


def fetch_model(name: str, *, allow_network: bool) -> Path:
    """Return the folder of a model of the Hugging Face hub; only with `allow_network` is it downloaded.

    Raises EncoderError where it is neither in the local cache nor allowed or able to be fetched.
    """
    _stay_offline(unless=allow_network)
    from huggingface_hub import snapshot_download  # noqa: PLC0415 - late
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError  # noqa: PLC0415 - late

    try:
        return Path(
            snapshot_download(
                name,
                local_files_only=not allow_network,
                ignore_patterns=["*.bin", "*.h5", "*.onnx", "*.ot", "*.msgpack"],
            )
        )
    except (LocalEntryNotFoundError, HfHubHTTPError, HFValidationError, OSError) as error:
        remedy = "check the name and the connection" if allow_network else "give its folder, or allow the network once"
        raise EncoderError(f"the model {name} is not on this machine", remedy=remedy) from error


def load_model(folder: Path, *, dimensions: int | None = None) -> SentenceTransformer:
    """Load a model from its folder, offline, weights from safetensors only, on a GPU where there is one.

    With `dimensions` its vectors are cut after so many, before they are given unit length. Raises EncoderError for a folder
    without a model, or one of fewer dimensions.
    """
    _stay_offline(unless=False)
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415 - late
    from transformers.utils import logging  # noqa: PLC0415 - late

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    try:
        model = SentenceTransformer(
            str(folder), local_files_only=True, trust_remote_code=False, model_kwargs={"use_safetensors": True}, truncate_dim=dimensions
        )
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise EncoderError(f"{folder} holds no sentence-transformers model: {error}") from error
    model.eval()
    if dimensions is not None and (held := encode_with(model, ["dimensions"], "").shape[1]) < dimensions:
        raise EncoderError(f"{folder} gives vectors of {held} dimensions, fewer than {dimensions}", remedy="ask for fewer, or leave the suffix out")
    return model


class BulkEncoder:
    """Encode through sentence-transformers, for models that cannot be exported."""

    def __init__(self, name: str, folder: Path, manner: Manner = Manner()) -> None:
        self._model = load_model(folder, dimensions=manner.dimensions)
        self._query_prompt, self._passage_prompt = prompts_of(self._model, manner)
        self._name = name
        self._dimensions = len(self._encode(["dimensions"], "")[0])
        self.folder: Path | None = None

    @property
    def name(self) -> str:
        """Return the model's name."""
        return self._name

    @property
    def dimensions(self) -> int:
        """Return the length of a vector."""
        return self._dimensions

    def encode_passages(self, texts: Sequence[str], on_progress: Callable[[int, int], None] | None = None) -> Vectors:
        """Encode texts that will be searched, longest first."""
        found = np.empty((len(texts), self._dimensions), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda row: (-len(texts[row]), row))
        for start in range(0, len(order), _BATCH * 8):
            rows = order[start : start + _BATCH * 8]
            found[rows] = self._encode([texts[row] for row in rows], self._passage_prompt)
            if on_progress is not None:
                on_progress(start + len(rows), len(texts))
        return found

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Encode texts that search."""
        if not texts:
            return np.empty((0, self._dimensions), dtype=np.float32)
        return self._encode(texts, self._query_prompt)

    def _encode(self, texts: Sequence[str], prompt: str) -> Vectors:
        return encode_with(self._model, texts, prompt)


def encode_with(model: SentenceTransformer, texts: Sequence[str], prompt: str) -> Vectors:
    """Return the unit vectors that a model gives, its prompt put before each text."""
    found = model.encode(
        list(texts), prompt=prompt, batch_size=_BATCH, normalize_embeddings=True, show_progress_bar=False
    )
    return np.asarray(found, dtype=np.float32)


def prompts_of(model: SentenceTransformer, manner: Manner = Manner()) -> tuple[str, str]:
    """Return the prompts for queries and for passages: those asked for, else the model's, as its encode_query and encode_document choose them."""
    prompts = {name: prompt or "" for name, prompt in (model.prompts or {}).items()}
    default = prompts.get(model.default_prompt_name or "", "")
    passage = next((prompts[name] for name in _PASSAGE_PROMPTS if name in prompts), default)
    query = prompts.get("query", default)
    return (
        query if manner.query_prompt is None else manner.query_prompt,
        passage if manner.passage_prompt is None else manner.passage_prompt,
    )


def write_onnx(model: SentenceTransformer, path: Path) -> bool:
    """Write the whole model, pooling and normalising included, as an ONNX graph; return whether it asks token types.

    Raises EncoderError for a model that the exporter cannot trace.
    """
    import torch  # noqa: PLC0415 - late

    types = "token_type_ids" in model.tokenizer.model_input_names
    names = ["input_ids", "attention_mask", *(["token_type_ids"] if types else [])]

    class Traced(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, *inputs: torch.Tensor) -> torch.Tensor:
            features = self.model(dict(zip(names, inputs, strict=True)))
            return torch.nn.functional.normalize(features["sentence_embedding"][:, : model.truncate_dim], dim=1)

    device = model.device
    sample = torch.ones(2, 7, dtype=torch.long)
    inputs = (sample, sample, torch.zeros_like(sample))[: len(names)]
    try:
        model.to("cpu")
        with warnings.catch_warnings(), torch.no_grad():
            warnings.simplefilter("ignore")  # the tracer warns of shapes it fixes; the check of vectors finds real ones
            torch.onnx.export(
                Traced().eval(), inputs, str(path), input_names=names, output_names=["vectors"], opset_version=_OPSET,
                dynamic_axes={name: {0: "texts", 1: "tokens"} for name in names} | {"vectors": {0: "texts"}},
                dynamo=False,
            )  # fmt: skip
    except (RuntimeError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise EncoderError(f"the model cannot be exported to ONNX: {error}") from error
    finally:
        model.to(device)
    return types


def _stay_offline(*, unless: bool) -> None:
    for variable in _OFFLINE:
        if not unless:
            os.environ[variable] = "1"  # read by the libraries when they are imported
