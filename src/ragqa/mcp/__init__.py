"""Calls of an agent in; answers, passages and traces out, by the Model Context Protocol."""

from ragqa.mcp.serving import serve

__all__ = ["serve"]
