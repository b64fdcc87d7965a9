"""Texts in, vectors out."""

from ragqa.encode.adapted import JOINT, AdaptedEncoder, base_name, join
from ragqa.encode.adapter import AUTO, CLINICAL, NONE, Adapter, find_adapter, read_adapter, turned, write_adapter
from ragqa.encode.cross import open_cross_encoder
from ragqa.encode.hashing import HashingEncoder
from ragqa.encode.models import DEFAULT_MODEL, INT8, PAIRED, PROMPTS
from ragqa.encode.onnx import OnnxEncoder
from ragqa.encode.opening import FolderEncoder, open_encoder
from ragqa.encode.paired import PairEncoder
from ragqa.encode.training import Course, Lesson, train_adapter

__all__ = [
    "AUTO",
    "CLINICAL",
    "DEFAULT_MODEL",
    "INT8",
    "JOINT",
    "NONE",
    "PAIRED",
    "PROMPTS",
    "AdaptedEncoder",
    "Adapter",
    "Course",
    "FolderEncoder",
    "HashingEncoder",
    "Lesson",
    "OnnxEncoder",
    "PairEncoder",
    "base_name",
    "find_adapter",
    "join",
    "open_cross_encoder",
    "open_encoder",
    "read_adapter",
    "train_adapter",
    "turned",
    "write_adapter",
]
