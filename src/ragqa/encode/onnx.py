"""Texts in, vectors out, through an exported model: onnxruntime and tokenizers only, so that a question starts fast."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, ValidationError

from ragqa.errors import EncoderError
from ragqa.protocols import Vectors
from ragqa.types import Record

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

GRAPH, WEIGHTS, TOKENIZER, SHEET = "model.onnx", "model.weights", "tokenizer.json", "encoder.json"
_BATCH = 8  # larger batches are no faster on a CPU, and pad more
_REMEDY = "build the index again, or remove the folder and export once more"


class EncoderSheet(Record):
    """What stands in encoder.json: how an export is run, and digests of its files."""

    format: int = 1
    name: str
    model: str  # SHA-256 over the files of the model that was exported
    dimensions: int = Field(ge=1)
    max_tokens: int = Field(ge=2)
    precision: str
    query_prompt: str
    passage_prompt: str
    token_types: bool
    agreement: float  # least cosine with sentence-transformers over the texts of the export's check
    files: dict[str, str]


class OnnxEncoder:
    """An exported model; safe to use from many threads, and opened at its first use.

    `threads` is how many batches of a call run side by side; by default one a core, up to four.
    """

    def __init__(self, folder: Path, *, threads: int | None = None) -> None:
        self.folder: Path | None = folder
        self.home = folder
        self._threads = threads or min(4, os.cpu_count() or 1)
        self._opening = threading.Lock()
        self._opened: tuple[InferenceSession, Tokenizer] | None = None
        self.sheet = _read_sheet(folder)

    @property
    def name(self) -> str:
        """Return the model's name."""
        return self.sheet.name

    @property
    def dimensions(self) -> int:
        """Return the length of a vector."""
        return self.sheet.dimensions

    def encode_passages(self, texts: Sequence[str], on_progress: Callable[[int, int], None] | None = None) -> Vectors:
        """Encode texts that will be searched, in batches of like length, longest first."""
        return self._encode(texts, self.sheet.passage_prompt, on_progress)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Encode texts that search."""
        return self._encode(texts, self.sheet.query_prompt, None)

    def warm(self) -> None:
        """Load the model in a thread of its own, while the caller does something else; its first use waits for it."""
        threading.Thread(target=self._warm, name="ragqa-encoder").start()

    def _warm(self) -> None:
        with suppress(EncoderError):  # whoever uses the encoder is told
            self._session()

    def _encode(self, texts: Sequence[str], prompt: str, on_progress: Callable[[int, int], None] | None) -> Vectors:
        session, tokenizer = self._session()
        tokens = [encoding.ids for encoding in tokenizer.encode_batch([prompt + text.strip() for text in texts])]
        order = sorted(range(len(texts)), key=lambda row: (-len(tokens[row]), row))
        found = np.empty((len(texts), self.dimensions), dtype=np.float32)
        batches = [order[start : start + _BATCH] for start in range(0, len(order), _BATCH)]

        def run(rows: list[int]) -> Vectors:
            return np.asarray(session.run(None, self._inputs([tokens[row] for row in rows]))[0])

        done = 0
        for rows, vectors in zip(batches, self._each(run, batches), strict=True):
            found[rows] = vectors
            done += len(rows)
            if on_progress is not None:
                on_progress(done, len(texts))
        return found

    def _each(self, run: Callable[[list[int]], Vectors], batches: list[list[int]]) -> Iterator[Vectors]:
        """Run batches side by side, one a core: a batch split among cores waits for the slowest at every operator."""
        if len(batches) < 2 or self._threads < 2:  # noqa: PLR2004 - nothing to put side by side
            yield from map(run, batches)
            return
        with ThreadPoolExecutor(self._threads) as pool:
            yield from pool.map(run, batches)

    def _inputs(self, tokens: list[list[int]]) -> dict[str, NDArray[np.int64]]:
        ids = np.zeros((len(tokens), max(len(row) for row in tokens)), dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, found in enumerate(tokens):
            ids[row, : len(found)] = found
            mask[row, : len(found)] = 1
        inputs = {"input_ids": ids, "attention_mask": mask}
        return inputs | {"token_type_ids": np.zeros_like(ids)} if self.sheet.token_types else inputs

    def _session(self) -> tuple[InferenceSession, Tokenizer]:
        with self._opening:
            if self._opened is None:
                self._opened = _open(self.home, self.sheet)
            return self._opened


def _open(folder: Path, sheet: EncoderSheet) -> tuple[InferenceSession, Tokenizer]:
    import onnxruntime  # noqa: PLC0415 - late
    from onnxruntime.capi.onnxruntime_pybind11_state import Fail, InvalidGraph, InvalidProtobuf, NoSuchFile  # noqa: PLC0415 - late
    from tokenizers import Tokenizer  # noqa: PLC0415 - late

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # batches run side by side instead
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    if WEIGHTS in sheet.files:  # its operators were fused when it was exported
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    known = onnxruntime.get_available_providers()
    providers = [name for name in ("CUDAExecutionProvider", "CPUExecutionProvider") if name in known]
    try:
        session = onnxruntime.InferenceSession(str(folder / GRAPH), options, providers=providers)
    except (Fail, InvalidGraph, InvalidProtobuf, NoSuchFile) as error:
        raise EncoderError(f"{folder / GRAPH} cannot be opened: {error}", remedy=_REMEDY) from error
    text = _read(folder / TOKENIZER)
    if sha256(text.encode()).hexdigest() != sheet.files[TOKENIZER]:
        raise EncoderError(f"{folder / TOKENIZER} is not the file that was exported", remedy=_REMEDY)
    tokenizer = Tokenizer.from_str(text)
    tokenizer.enable_truncation(sheet.max_tokens)
    tokenizer.no_padding()
    return session, tokenizer


def _read_sheet(folder: Path) -> EncoderSheet:
    try:
        sheet = EncoderSheet.model_validate_json(_read(folder / SHEET))
    except ValidationError as error:
        raise EncoderError(f"{folder / SHEET} is no description of an encoder", remedy=_REMEDY) from error
    if sheet.format != 1:
        raise EncoderError(f"{folder} was exported by another version of ragqa (format {sheet.format})", remedy=_REMEDY)
    return sheet


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise EncoderError(f"{path} cannot be read", remedy=_REMEDY) from error
