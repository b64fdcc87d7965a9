"""A folder that may not be written is said in one line, and nothing is left in it; for root too, without its privilege."""

import os
import shutil
import subprocess
import sys

import pytest

HELD = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-dac_override,-dac_read_search"]


def held() -> list[str]:
    """Return what takes from root the privilege to write anywhere; nothing for anybody else."""
    if os.geteuid() != 0:
        return []
    if shutil.which(HELD[0]) is None:
        pytest.skip("root may write anywhere, and setpriv is not here")
    return HELD


def test_a_build_into_a_read_only_folder_says_so(tmp_path):
    (tmp_path / "zinc.md").write_text("# Zinc\n\nZinc shortens the common cold by about two days in adults.\n", encoding="utf-8")
    folder = tmp_path / "closed"
    folder.mkdir(mode=0o500)
    command = [*held(), sys.executable, "-c", "from ragqa.cli import main; main()", "index", "build", str(tmp_path / "zinc.md"), "--index", str(folder / "index")]
    try:
        ran = subprocess.run(command, check=False, capture_output=True, text=True)
    finally:
        folder.chmod(0o700)
    assert ran.returncode == 1
    assert "Permission denied" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert list(folder.iterdir()) == []
