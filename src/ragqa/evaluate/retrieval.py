"""A BEIR-style folder and an index of it in; the measures of both arms and their fusion, run files and a report out."""

from __future__ import annotations

import time
from pathlib import Path
from typing import NamedTuple, cast

import ragqa
from ragqa.config import Settings
from ragqa.evaluate.arms import Found, Searcher, System, search_arms
from ragqa.evaluate.asking import OnProgress, Opener
from ragqa.evaluate.beir import Beir, corpus_file, read_beir
from ragqa.evaluate.gate import Baseline, Breach, breaches
from ragqa.evaluate.keeping import MANIFEST, SCORES, RunManifest, code_digest, key_of, write_lines, write_whole
from ragqa.evaluate.locate import Lookup, remembering
from ragqa.evaluate.opening import opener_of
from ragqa.evaluate.parts import part_of
from ragqa.evaluate.passages import holds
from ragqa.evaluate.ranking import Ranking, best_passages, measure_rankings, write_trec
from ragqa.evaluate.report_retrieval import Shown, write_retrieval_report
from ragqa.evaluate.scores import QuestionScore
from ragqa.evaluate.summary import Summary, summarise, write_summary

DEPTH = 100
HITS = (1, 10)
RUNS = Path("eval/runs")


class RetrievalRun(NamedTuple):
    """A finished run: its folder, each query measured, and the summary."""

    folder: Path
    scores: list[QuestionScore]
    summary: Summary
    broken: list[Breach] | None


class _Searched(NamedTuple):
    """What came of all queries: rankings by system, passage hits by query, passages to show, seconds by query."""

    rankings: dict[System, dict[str, Ranking]]
    hits: dict[str, dict[str, float | None]]
    shown: dict[str, Shown]
    seconds: dict[str, float]


def evaluate_retrieval(
    data: Path | str,
    index: Path | str | Opener | None = None,
    *,
    settings: Settings = Settings(),
    run: Path | str | None = None,
    depth: int = DEPTH,
    most: int | None = None,
    gate: Baseline | None = None,
    on_progress: OnProgress | None = None,
) -> RetrievalRun:
    """Search every query of a BEIR-style folder with each arm and with their fusion, `depth` passages deep.

    A document is ranked by its best passage. Where the folder has `answers.jsonl.gz` with spans, passages are measured
    as well: hit@k is a passage among the first k that covers at least half of a gold span, or half of whose characters
    lie in one; "w1200" widens each passage to 1,200 characters first. Without `index`, one of the folder's corpus is
    built under the run's folder, and used again. `most` asks only the first queries by id.

    Raises GoldError for bad data, MissingExtra where ir-measures is missing.
    """
    folder = Path(data)
    measure_rankings({}, {"q": {"d": 1}})  # a missing extra is said before any work
    corpus = corpus_file(folder)
    home = Path(run) if run else RUNS / f"retrieval-{folder.resolve().name}"
    opener = (
        index
        if callable(index)
        else opener_of(Path(index) if index else _built(corpus, home, settings, on_progress), settings)
    )
    engine = cast(Searcher, opener())
    lookup = remembering(engine.index.document)
    beir = read_beir(folder, lookup)
    if most is not None:
        beir = _first(beir, most)
    found = _search_all(engine, beir, depth, lookup, on_progress)
    scores = _scores(beir, found)
    summary = summarise(scores)
    broken = breaches(summary, gate) if gate else None
    for system, rankings in found.rankings.items():
        write_trec(home / f"{system.value}.trec", rankings, f"ragqa-{system.value}")
    manifest = _manifest(beir, engine, settings, depth, index)
    write_lines(home / SCORES, scores)
    write_summary(home, summary)
    write_whole(home / MANIFEST, manifest.model_dump_json(indent=1) + "\n")
    write_retrieval_report(home, manifest, scores, summary, found.shown, beir.qrels, broken=broken)
    return RetrievalRun(home, scores, summary, broken)


def _built(corpus: Path, home: Path, settings: Settings, on_progress: OnProgress | None) -> Path:
    from ragqa.engine import build_index  # noqa: PLC0415 a caller with an index does without

    stat = corpus.stat()
    where = home / f"index-{key_of(str(stat.st_size), str(stat.st_mtime_ns), settings.fingerprint())}"
    mark = where / "COMPLETE"
    if not mark.is_file():
        build_index([corpus], where, settings, on_progress=on_progress)
        mark.write_text("", encoding="utf-8")
    return where


def _first(beir: Beir, most: int) -> Beir:
    kept = sorted(beir.queries)[:most]
    return beir._replace(
        queries={query: beir.queries[query] for query in kept}, qrels={query: beir.qrels[query] for query in kept}
    )


def _search_all(engine: Searcher, beir: Beir, depth: int, lookup: Lookup, on_progress: OnProgress | None) -> _Searched:
    searched = _Searched({system: {} for system in System}, {}, {}, {})
    for done, (query, text) in enumerate(beir.queries.items(), 1):
        started = time.perf_counter()
        found = search_arms(engine, text, depth=depth)
        searched.seconds[query] = round(time.perf_counter() - started, 6)
        document_of = {passage.id: passage.document_id for passage in found.passages.values()}
        for system, scored in found.scored.items():
            searched.rankings[system][query] = best_passages(scored, document_of)
        searched.hits[query] = _hits(found, beir, query, lookup)
        first = [found.passages[passage] for passage, _ in found.scored[System.FUSED][: max(HITS)]]
        searched.shown[query] = Shown(tuple((p.document_id, p.heading_path, p.text[:300]) for p in first))
        if on_progress:
            on_progress("searching", done, len(beir.queries))
    return searched


def _hits(found: Found, beir: Beir, query: str, lookup: Lookup) -> dict[str, float | None]:
    spans = beir.spans.get(query)
    values: dict[str, float | None] = {}
    for system, scored in found.scored.items() if spans else ():
        passages = [found.passages[passage] for passage, _ in scored[: max(HITS)]]
        plain = [holds(passage, spans or ()) for passage in passages]
        wide = [holds(passage, spans or (), length=len(lookup(passage.document_id).text)) for passage in passages]
        for k in HITS:
            values[f"{system.value} hit@{k}"] = float(any(plain[:k]))
            values[f"{system.value} hit@{k} w1200"] = float(any(wide[:k]))
    return values


def _scores(beir: Beir, found: _Searched) -> list[QuestionScore]:
    measured = {system: measure_rankings(rankings, beir.qrels) for system, rankings in found.rankings.items()}
    scores = []
    for query, text in beir.queries.items():
        values: dict[str, float | None] = {
            f"{system.value} {name}": value
            for system, by_query in measured.items()
            for name, value in by_query[query].items()
        }
        values |= found.hits[query]
        scores.append(
            QuestionScore(
                id=query, question=text, part=part_of(query), type=beir.name, audience="clinician", values=values
            )
        )
    return scores


def _manifest(
    beir: Beir, engine: Searcher, settings: Settings, depth: int, index: Path | str | Opener | None
) -> RunManifest:
    return RunManifest(
        kind="retrieval",
        gold=beir.name,
        questions=len(beir.queries),
        index_fingerprint=engine.index.fingerprint,
        index=None if index is None or callable(index) else Path(index).name,
        ragqa_version=ragqa.__version__,
        code=code_digest(),
        settings=key_of(settings.model_dump_json(exclude={"index"})),
        processes=1,
        judge=f"{depth} passages deep; a document is ranked by its best passage; encoder {engine.index.encoder_name}.",
    )
