"""Gold questions and an index in; kept answers, measures and a report in a run folder out."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

import ragqa
from ragqa.config import Settings
from ragqa.errors import RagqaError
from ragqa.evaluate.asking import Answerer, OnProgress, Opener, Task, ask_all
from ragqa.evaluate.calibrate import card_of
from ragqa.evaluate.gate import Baseline, Breach, breaches
from ragqa.evaluate.gold import GoldQuestion
from ragqa.evaluate.gold_reading import gold_files, read_gold
from ragqa.evaluate.judges import JudgeCard, open_judge
from ragqa.evaluate.keeping import (
    MANIFEST,
    SCORES,
    RunManifest,
    code_digest,
    key_of,
    read_kept,
    write_lines,
    write_whole,
)
from ragqa.evaluate.locate import remembering
from ragqa.evaluate.measuring import Ruler, measure
from ragqa.evaluate.opening import encode_of, opener_of
from ragqa.evaluate.report import write_report
from ragqa.evaluate.rouge import rouge
from ragqa.evaluate.scores import QuestionScore
from ragqa.evaluate.summary import Summary, summarise, write_summary

RUNS = Path("eval/runs")
DEFAULT_JUDGE = "lexical+encoder"


class AnswersRun(NamedTuple):
    """A finished run: its folder, each question measured, the summary, and how many questions were asked anew."""

    folder: Path
    scores: list[QuestionScore]
    summary: Summary
    asked: int
    card: JudgeCard
    broken: list[Breach] | None


def evaluate_answers(  # noqa: PLR0913 each is an option of one command
    gold: Path | str,
    index: Path | str | Opener,
    *,
    settings: Settings = Settings(),
    run: Path | str | None = None,
    processes: int = 1,
    judge: str | None = None,
    labels: Path | None = None,
    gate: Baseline | None = None,
    on_progress: OnProgress | None = None,
) -> AnswersRun:
    """Ask every gold question, keep every answer, measure them and write a report.

    `index` is an index folder, or a picklable function that opens an engine. Without `run`, the folder is named after
    what is run (gold, index, settings, code), so the same call goes on where one was interrupted. Nothing is asked
    before the whole of the gold set is checked.

    Raises GoldError for a bad gold set, MissingExtra where rouge-score is missing, and what opening an index raises.
    """
    rouge("a", "a")  # a missing extra is said before any work
    opener = index if callable(index) else opener_of(Path(index), settings, processes=processes)
    engine = opener()
    questions = read_gold(Path(gold), engine.index.document)
    encode = encode_of(engine)
    chosen = open_judge(judge or (DEFAULT_JUDGE if encode else "lexical"), encode)
    card = card_of(chosen, labels)
    manifest = _manifest(Path(gold), index, engine, settings, questions, processes, card)
    folder = Path(run) if run else RUNS / f"{Path(gold).resolve().stem}-{_run_key(Path(gold), manifest)}"
    base = (manifest.index_fingerprint, manifest.code, manifest.settings)
    tasks = [Task(q.id, q.question, q.audience, key_of(*base, q.question, q.audience.value)) for q in questions]
    asked = ask_all(tasks, folder, opener, engine, processes=processes, on_progress=on_progress)
    ruler = Ruler(remembering(engine.index.document), chosen, card)
    scores = _measure_all(questions, tasks, folder, ruler, on_progress)
    summary = summarise(scores)
    broken = breaches(summary, gate) if gate else None
    write_lines(folder / SCORES, scores)
    write_summary(folder, summary)
    write_whole(folder / MANIFEST, manifest.model_dump_json(indent=1) + "\n")
    write_report(folder, manifest, scores, summary, {q.id: q for q in questions}, broken=broken)
    return AnswersRun(folder, scores, summary, asked, card, broken)


def _measure_all(
    questions: Sequence[GoldQuestion], tasks: Sequence[Task], folder: Path, ruler: Ruler, on_progress: OnProgress | None
) -> list[QuestionScore]:
    scores = []
    for question, task in zip(questions, tasks, strict=True):
        kept = read_kept(folder, task.id, task.key)
        if kept is None:
            raise RagqaError(f"the answer to {task.id} has gone from {folder}", remedy="run the same command again")
        scores.append(measure(question, kept, ruler))
        if on_progress:
            on_progress("measuring", len(scores), len(questions))
    return scores


def _manifest(
    gold: Path,
    index: Path | str | Opener,
    engine: Answerer,
    settings: Settings,
    questions: Sequence[GoldQuestion],
    processes: int,
    card: JudgeCard,
) -> RunManifest:
    return RunManifest(
        kind="answers",
        gold=gold.name,
        questions=len(questions),
        index_fingerprint=engine.index.fingerprint,
        index=None if callable(index) else Path(index).name,
        ragqa_version=ragqa.__version__,
        code=code_digest(),
        settings=key_of(settings.model_dump_json(exclude={"index"})),
        processes=processes,
        judge=card.sentence(),
    )


def _run_key(gold: Path, manifest: RunManifest) -> str:
    digest = blake2b(digest_size=8)
    for file in gold_files(gold):
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return key_of(digest.hexdigest(), manifest.index_fingerprint, manifest.settings, manifest.code)[:8]
