"""A model folder in; a folder with its ONNX graph, tokenizer and description out, checked against the original."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path

import numpy as np

from ragqa.encode import bulk
from ragqa.encode.models import Manner, Model, digest_of
from ragqa.encode.onnx import GRAPH, SHEET, TOKENIZER, WEIGHTS, EncoderSheet, OnnxEncoder
from ragqa.errors import EncoderError

LEAST_COSINE = {"fp32": 0.9999, "int8": 0.95}
"""How near an export's vectors must be to those of sentence-transformers, text by text."""

_SMALL = "1024"  # bytes up to which a weight stays in the graph

_LONG = "The randomised trial compared electroacupuncture with sham treatment in adults with chronic low back pain. "
_SAMPLES = (
    "Does acupuncture help chronic low back pain?",
    "a",
    "",
    "What is the recommended dose of metformin in stage 3 chronic kidney disease?",
    "Patients (n = 240) were randomised 1:1; HR 0.82, 95 % CI 0.71–0.95, p<0.001.",
    "TNF-α and IL-6 fell by 3.4 µg/mL; naïve T-cells did not.",
    "幹細胞 стволовые клетки خلايا جذعية 🧬",
    "Mesenchymal stem cells\nBone marrow; umbilical cord",
    "UPPER CASE WARNING: DO NOT USE IN PREGNANCY",
    *(_LONG * times for times in (1, 2, 4, 8, 20)),
    "Definition. Asthma: a heterogeneous disease, usually characterised by chronic airway inflammation.",
    "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15",
)


def export_model(model: Model, folder: Path, *, manner: Manner, name: str) -> OnnxEncoder:
    """Export a model into an empty folder and return it opened.

    Raises EncoderError where the model cannot be exported, or where a vector of the export is farther from that of
    sentence-transformers than `LEAST_COSINE` allows.
    """
    original = bulk.load_model(model.folder, dimensions=manner.dimensions)
    query_prompt, passage_prompt = bulk.prompts_of(original, manner)
    precision = "int8" if manner.int8 else "fp32"
    if not getattr(original[1], "include_prompt", True) and (query_prompt or passage_prompt):
        raise EncoderError(f"{model.name} pools without its prompt, which an export cannot do")
    types = bulk.write_onnx(original, folder / GRAPH)
    if precision == "int8":
        _quantise(folder / GRAPH)
    _optimise(folder)
    original.tokenizer.backend_tokenizer.save(str(folder / TOKENIZER))
    vectors = bulk.encode_with(original, _SAMPLES, passage_prompt)
    sheet = EncoderSheet(
        name=name, dimensions=vectors.shape[1], max_tokens=int(original.max_seq_length or 512), precision=precision,
        query_prompt=query_prompt, passage_prompt=passage_prompt, token_types=types, agreement=1.0, model=model.digest,
        files={file: digest_of(folder / file) for file in (GRAPH, WEIGHTS, TOKENIZER)},
    )  # fmt: skip
    agreement = _agreement(sheet, folder, vectors)
    sheet = sheet.model_copy(update={"agreement": round(agreement, 6)})
    (folder / SHEET).write_text(sheet.model_dump_json(indent=1) + "\n", encoding="utf-8")
    return OnnxEncoder(folder)


def _agreement(sheet: EncoderSheet, folder: Path, expected: np.ndarray[tuple[int, int], np.dtype[np.float32]]) -> float:
    (folder / SHEET).write_text(sheet.model_dump_json(), encoding="utf-8")
    found = OnnxEncoder(folder).encode_passages(_SAMPLES)
    cosine = float((found * expected).sum(axis=1).min())
    if not cosine >= LEAST_COSINE[sheet.precision]:
        raise EncoderError(f"the export of {sheet.name} differs from the model (cosine {cosine:.5f})")
    return cosine


def _optimise(folder: Path) -> None:
    """Fuse the graph's operators now and lay its weights apart, so that opening neither optimises nor parses them.

    On two cores a session of MiniLM then opens in a fifth of the time. Only what is right on every processor is fused.
    """
    import onnxruntime  # noqa: PLC0415 - late

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.optimized_model_filepath = str(folder / f"{GRAPH}.fused")
    options.add_session_config_entry("session.optimized_model_external_initializers_file_name", WEIGHTS)
    options.add_session_config_entry("session.optimized_model_external_initializers_min_size_in_bytes", _SMALL)
    onnxruntime.InferenceSession(str(folder / GRAPH), options, providers=["CPUExecutionProvider"])
    (folder / f"{GRAPH}.fused").replace(folder / GRAPH)


def _quantise(graph: Path) -> None:
    from onnxruntime.quantization import QuantType, quantize_dynamic  # noqa: PLC0415 - late

    root = logging.getLogger()
    level = root.level
    root.setLevel(logging.ERROR)  # it advises a pre-processing step on the root logger that changes nothing here
    small = graph.with_suffix(".int8")
    try:
        quantize_dynamic(graph, small, weight_type=QuantType.QInt8, per_channel=True)
    finally:
        root.setLevel(level)
    shutil.move(small, graph)
