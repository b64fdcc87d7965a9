"""A request in; what a language model behind an OpenAI-compatible endpoint replied, out. It reaches a network only when a model is named."""

from ragqa.llm.chat import ChatModel
from ragqa.llm.dry import DryRun
from ragqa.llm.endpoint import Endpoint, Structured, endpoint_of

__all__ = ["ChatModel", "DryRun", "Endpoint", "Structured", "endpoint_of"]
