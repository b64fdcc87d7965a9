"""Kill builds, additions, removals and tunings at random points, and look whether anything is lost, wrong or left behind.

Usage: python bench/crash.py [--rounds N] [--seed N] [--disk | --closed]

A round: an index of some documents; a process that changes it and is killed with SIGKILL, after a random number of its dealings with
the system or after a random time. Afterwards the index must open as the old or the new generation, `verify` must be clean, the same
change run again must give the new generation, reading and encoding again nothing that was finished, and nothing must be left over.
With --disk the process is not killed but finds a full disk: a small tmpfs where one may be mounted, and a limit on the size of a file.
With --closed the index's folders lose their permission to be written at a random dealing, for root too, whose privilege is dropped.
Uses the hashing encoder. Exit code 1 where a promise was broken.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ragqa.config import Settings
from ragqa.encode import HashingEncoder
from ragqa.engine.build import add_to_index, build_index, remove_from_index
from ragqa.errors import RagqaError
from ragqa.index import LocalIndex, turn_vectors, verify
from ragqa.index.files import scratch
from ragqa.index.layers import PassageLayer, SentenceLayer

SETTINGS = Settings(encoder="hashing-32")
EVENTS = ("open", "os", "shutil", "sqlite3", "fcntl", "mmap", "subprocess")
OPERATIONS = ("build", "add", "remove", "tune", "first")
WORDS = ["aspirin", "stroke", "knee", "pain", "trial", "placebo", "risk", "dose", "renal", "warfarin", "bleeding", "relief", "adults", "children", "therapy", "needle", "sham", "lowers"]


class State(NamedTuple):
    """What an index is: its content and how often it was sealed."""

    fingerprint: str
    vectors: bytes


def write_documents(folder: Path, seed: int, count: int) -> None:
    """Write Markdown documents of random words."""
    folder.mkdir(parents=True)
    dice = random.Random(seed)
    for number in range(count):
        lines = [" ".join(dice.choices(WORDS, k=8)).capitalize() + "." for _ in range(dice.randint(2, 9))]
        (folder / f"d{seed}-{number}.md").write_text(f"# Document {seed} {number}\n\n" + "\n\n".join(lines) + "\n", encoding="utf-8")


def change(operation: str, home: Path, on_progress: Callable[[str, int, int | None], None]) -> None:
    """Change the index in `home`."""
    os.chdir(home)
    if operation in ("build", "first"):
        build_index([Path("two")], Path("index"), SETTINGS, on_progress=on_progress)
    elif operation == "add":
        add_to_index([Path("two")], Path("index"), SETTINGS, on_progress=on_progress)
    elif operation == "remove":
        with LocalIndex.open(Path("index")) as index:
            held = {card.document_id for card in index.cards()}
        gone = [path.as_posix() for path in sorted(Path("one").iterdir())[:3]]
        remove_from_index(gone if len(held) > 9 else [], Path("index"), SETTINGS)
    else:
        _tune(Path("index"))


def _tune(folder: Path) -> None:
    with LocalIndex.open(folder) as index:
        fingerprint, done = index.fingerprint, index.encoder_name != "hashing-32"
    with scratch(folder) as lent:
        (lent / "encoder").mkdir()
        (lent / "encoder" / "sheet.json").write_text("{}" * 1000)
        turn_vectors(
            folder, lambda vectors: vectors if done else np.ascontiguousarray(vectors[:, ::-1]), fingerprint=fingerprint, encoder="turned-32",
            encoder_folder=lent / "encoder", snapshot=date(2026, 11, 1),
        )  # fmt: skip


def notes_of(home: Path) -> Path:
    """Return the folder for what is written down about a home, which never is on a disk that is full."""
    found = Path(os.environ["CRASH_NOTES"]) / home.as_posix().replace("/", "_")
    found.mkdir(parents=True, exist_ok=True)
    return found


def state_of(folder: Path) -> State | None:
    """Open an index and return what it is, None where there is none."""
    if not (folder / "CURRENT").exists():
        return None
    with LocalIndex.open(folder) as index:
        names = [passage.id for card in index.cards() for passage in index.passages_of(card.document_id)]
        return State(index.fingerprint, np.round(index.vectors(names), 4).tobytes())


def litter_of(home: Path) -> list[str]:
    """Return what is in an index, or in the folder for temporary files, and should not be."""
    with LocalIndex.open(home / "index") as index:
        number = str(index.manifest.generation)
    found = [path.name for path in (home / "index").iterdir() if path.name not in {".lock", "CURRENT", "generations"}]
    found += [path.name for path in (home / "index" / "generations").iterdir() if path.name != number]
    return found + [path.name for path in (home / "tmp").iterdir()]


def kill_self(_home: Path) -> None:
    """End as nothing can prevent."""
    os.kill(os.getpid(), signal.SIGKILL)


def close_folders(home: Path) -> None:
    """Take the permission to write from the folders of an index."""
    for folder in [home / "index", *(home / "index").rglob("*")]:
        if folder.is_dir():
            folder.chmod(0o500)


def open_folders(home: Path) -> None:
    """Give the permission to write back."""
    for folder in [home / "index", *(home / "index").rglob("*")]:
        if folder.is_dir():
            folder.chmod(0o755)


def without_privilege() -> None:
    """Drop root's privilege to write anywhere, for this process and those that it starts."""
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    held = (ctypes.c_uint32 * 6)()
    for number in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
        libc.prctl(24, number, 0, 0, 0)  # PR_CAPBSET_DROP
    libc.capget(header, held)
    for place in range(3):  # effective, permitted, inheritable
        held[place] &= ~0b110
    if libc.capset(header, held) != 0:
        raise SystemExit("the privilege to write anywhere cannot be dropped here")


def child(operation: str, home: Path, kill_at: int, at: Callable[[Path], None]) -> None:
    """Change an index; do what is to befall it at a dealing with the system, and write down what was done and how many dealings there were."""
    PassageLayer.at_once = SentenceLayer.at_once = 8
    log = os.open(notes_of(home) / "log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    seen = 0

    def touch(event: str, _: tuple[object, ...]) -> None:
        nonlocal seen
        if event.split(".", maxsplit=1)[0] in EVENTS:
            seen += 1
            if seen == kill_at:
                at(home)

    sys.addaudithook(touch)
    change(operation, home, lambda *told: os.write(log, (json.dumps(told) + "\n").encode()) and None)
    (notes_of(home) / "events").write_text(str(seen))


def run(operation: str, home: Path, *, kill_at: int = 0, kill_after: float | None = None, prepare: Callable[[], None] = lambda: None, at: Callable[[Path], None] = kill_self) -> tuple[int, list[list[object]]]:
    """Change an index in a process of its own; return its exit code and its progress."""
    (notes_of(home) / "log").unlink(missing_ok=True)
    number = os.fork()
    if number == 0:
        code = 3
        try:
            os.environ["TMPDIR"] = tempfile.tempdir = str(home / "tmp")
            os.dup2(os.open(notes_of(home) / "errors", os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 2)
            prepare()
            child(operation, home, kill_at, at)
            code = 0
        except RagqaError as error:
            print(error, file=sys.stderr, flush=True)
            code = 1
        finally:
            if code == 3:
                sys.excepthook(*sys.exc_info())  # type: ignore[arg-type]
            os._exit(code)
    if kill_after is not None:
        time.sleep(kill_after)
        os.kill(number, signal.SIGKILL)
    code = os.waitstatus_to_exitcode(os.waitpid(number, 0)[1])
    log = notes_of(home) / "log"
    return code, [json.loads(line) for line in log.read_text().splitlines()] if log.is_file() else []


def copied(start: Path, home: Path, operation: str) -> Path:
    """Copy a home, without its index where the operation is to make the first one."""
    shutil.copytree(start, home)
    if operation == "first":
        shutil.rmtree(home / "index")
    return home


def prepared(home: Path) -> Path:
    """Make a home with two folders of documents and an index of the first."""
    (home / "tmp").mkdir(parents=True)
    write_documents(home / "one", 1, 10)
    write_documents(home / "two", 2, 14)
    shutil.copytree(home / "one", home / "two", dirs_exist_ok=True)
    here = Path.cwd()
    os.chdir(home)
    build_index([Path("one")], Path("index"), SETTINGS)
    os.chdir(here)
    return home


def broken(operation: str, home: Path, old: State | None, new: State | None, progress: list[list[object]]) -> list[str]:
    """Return the promises that were broken by a change that did not come to its end, and by the same change run again."""
    found = _wrong(home, {old, new}, "after it")
    swapped = state_of(home / "index") == new
    code, again = run(operation, home)
    if code != 0:
        found.append(f"run again, it failed: {(home / 'errors').read_text()[-300:]}")
        return found
    found += _wrong(home, {new}, "after the next run")
    if litter := litter_of(home):
        found.append(f"left over: {litter}")
    read = sum(step == "documents read" for step, *_ in progress)
    reread = sum(step == "documents read" for step, *_ in again)
    whole = 24 if operation in ("build", "first", "add") else 0
    if not swapped and read and read - 1 + reread > whole:
        found.append(f"{read} documents were read, and {reread} again")
    done = max((int(str(done)) for step, done, _ in progress if step == "texts encoded"), default=0)
    total = max((int(str(total)) for step, _, total in progress if step == "texts encoded"), default=0)
    left = max((int(str(total)) for step, _, total in again if step == "texts encoded"), default=0)
    if not swapped and done and left > total - done:
        found.append(f"{done} of {total} texts were encoded, and {left} again")
    return found


def _wrong(home: Path, allowed: set[State | None], when: str) -> list[str]:
    there = (home / "index" / "CURRENT").exists()
    problems = [f"{when}: {problem}" for problem in verify(home / "index").problems] if there else []
    return problems + ([f"{when}: neither the old nor the new index"] if state_of(home / "index") not in allowed else [])


def kills(rounds: int, seed: int, work: Path, start: Path) -> Counter[str]:
    """Kill, look and run again; return how often what happened."""
    dice = random.Random(seed)
    whole: dict[str, tuple[State | None, int, float]] = {}
    for operation in OPERATIONS:
        home = copied(start, work / operation, operation)
        began = time.monotonic()
        code, _ = run(operation, home)
        if code != 0:
            raise SystemExit((notes_of(home) / "errors").read_text())
        whole[operation] = state_of(home / "index"), int((notes_of(home) / "events").read_text()), time.monotonic() - began
    counts: Counter[str] = Counter()
    for number in range(rounds):
        operation = OPERATIONS[number % len(OPERATIONS)]
        new, events, spent = whole[operation]
        home = copied(start, work / f"r{number}", operation)
        old = state_of(home / "index")
        how = {"kill_at": dice.randint(1, events)} if dice.random() < 0.7 else {"kill_after": dice.uniform(0, spent)}
        code, progress = run(operation, home, **how)  # type: ignore[arg-type]
        counts["killed" if code == -signal.SIGKILL else "had ended"] += 1
        counts["new generation" if state_of(home / "index") == new else "old generation"] += 1
        for problem in broken(operation, home, old, new, progress):
            counts["BROKEN"] += 1
            print(f"BROKEN round {number}, {operation}, {how}: {problem}", flush=True)
        shutil.rmtree(home)
    return counts


def full_disks(rounds: int, seed: int, work: Path, start: Path) -> Counter[str]:
    """Fill the disk, look, make room and run again; return how often what happened."""
    dice = random.Random(seed)
    counts: Counter[str] = Counter()
    for number in range(rounds):
        operation = OPERATIONS[number % len(OPERATIONS)]
        mount = work / f"m{number}"
        mount.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "none", str(mount)], check=False, capture_output=True).returncode == 0
        try:
            home = copied(start, mount / "home", operation)
            old = state_of(home / "index")
            new_home = copied(start, work / f"n{number}", operation)
            run(operation, new_home)
            new = state_of(new_home / "index")
            progress = _on_a_full_disk(operation, home, dice, mounted=mounted and dice.random() < 0.6, counts=counts)
            for problem in broken(operation, home, old, new, progress):
                counts["BROKEN"] += 1
                print(f"BROKEN full disk {number}, {operation}: {problem}", flush=True)
            shutil.rmtree(new_home)
        finally:
            if mounted:
                subprocess.run(["umount", str(mount)], check=True)
    return counts


def closed_folders(rounds: int, seed: int, work: Path, start: Path) -> Counter[str]:
    """Close the folders of an index while it is changed, look, open them and run again; return how often what happened."""
    dice = random.Random(seed)
    counts: Counter[str] = Counter()
    for number in range(rounds):
        operation = OPERATIONS[number % len(OPERATIONS)]
        whole = copied(start, work / f"w{number}", operation)
        run(operation, whole)
        new, events = state_of(whole / "index"), int((notes_of(whole) / "events").read_text())
        home = copied(start, work / f"c{number}", operation)
        old = state_of(home / "index")
        code, progress = run(operation, home, kill_at=dice.randint(1, events), prepare=without_privilege, at=close_folders)
        said = (notes_of(home) / "errors").read_text().strip()
        open_folders(home)
        counts["went well" if code == 0 else "refused in one line" if code == 1 and said and "\n" not in said else "BROKEN"] += 1
        if code not in (0, 1) or "\n" in said:
            print(f"BROKEN {operation} on a closed folder, exit code {code}: {said[-600:]}", flush=True)
        for problem in broken(operation, home, old, new, progress):
            counts["BROKEN"] += 1
            print(f"BROKEN closed folder {number}, {operation}: {problem}", flush=True)
        shutil.rmtree(home)
        shutil.rmtree(whole)
    return counts


def _on_a_full_disk(operation: str, home: Path, dice: random.Random, *, mounted: bool, counts: Counter[str]) -> list[list[object]]:
    def limited() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (dice.randint(1, 120) << 10,) * 2)

    if mounted:
        filler = home.parent / "filler"
        with filler.open("wb") as file:
            file.truncate(0)
            os.posix_fallocate(file.fileno(), 0, max(1, shutil.disk_usage(home).free - (dice.randint(4, 400) << 10)))
        code, progress = run(operation, home)
        filler.unlink()
    else:
        code, progress = run(operation, home, prepare=limited)
    said = (notes_of(home) / "errors").read_text().strip()
    kind = "tmpfs" if mounted else "limit"
    counts[f"{kind}: {'went well' if code == 0 else 'refused in one line' if code == 1 and said.count(chr(10)) == 0 else 'BROKEN'}"] += 1
    if code not in (0, 1) or said.count("\n"):
        print(f"BROKEN {operation} on a full disk ({kind}), exit code {code}: {said[-600:]}", flush=True)
    return progress


def main() -> int:
    """Do the rounds and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--disk", action="store_true")
    parser.add_argument("--closed", action="store_true")
    options = parser.parse_args()
    HashingEncoder("hashing-32")
    with tempfile.TemporaryDirectory(prefix="ragqa-crash-") as work:
        os.environ["CRASH_NOTES"] = str(Path(work) / "notes")
        start = prepared(Path(work) / "start")
        rounds = full_disks if options.disk else closed_folders if options.closed else kills
        counts = rounds(options.rounds, options.seed, Path(work), start)
    print(f"{options.rounds} rounds: {dict(sorted(counts.items()))}")
    return 1 if any("BROKEN" in what for what in counts) else 0


if __name__ == "__main__":
    raise SystemExit(main())
