"""Texts in, vectors out."""

from ragqa.encode.cross import open_cross_encoder
from ragqa.encode.hashing import HashingEncoder
from ragqa.encode.models import DEFAULT_MODEL
from ragqa.encode.onnx import OnnxEncoder
from ragqa.encode.opening import FolderEncoder, open_encoder

__all__ = ["DEFAULT_MODEL", "FolderEncoder", "HashingEncoder", "OnnxEncoder", "open_cross_encoder", "open_encoder"]
