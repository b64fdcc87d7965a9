"""What ragqa needs is under permissive licences and stands in docs/licences.md; an audit that learnt nothing says so."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def licences():
    spec = importlib.util.spec_from_file_location("licences", ROOT / "scripts" / "licences.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_package_that_is_needed_is_permissive_and_listed(licences):
    found = licences.needed("ragqa")
    assert len(found) > 60
    assert not {name: licence for name, licence in found.items() if licences.refused(licence)}
    listed = {line.split("|")[1].strip() for line in licences.TABLE.read_text(encoding="utf-8").splitlines() if line.startswith("|")}
    assert not {name.split()[0] for name in found} - listed, "run: python scripts/licences.py --write"


@pytest.mark.parametrize("licence", ["GPL-3.0-only", "GNU Affero General Public License v3", "not stated", "Proprietary", "LGPL-2.1", "SSPL-1.0"])
def test_what_is_not_permissive_is_refused(licences, licence):
    assert licences.refused(licence)
    assert not licences.refused(f"MIT OR {licence}")


@pytest.mark.parametrize(
    ("audit", "code", "said"),
    [
        ({"dependencies": [{"name": "a", "version": "1", "vulns": []}, {"name": "b", "version": "2", "vulns": []}]}, 0, "2 were asked about, 0 of them"),
        ({"dependencies": [{"name": "a", "version": "1", "vulns": []}, {"name": "b", "skip_reason": "not found"}]}, 2, "NOTHING IS KNOWN"),
        ({"dependencies": [{"name": "a", "version": "1", "vulns": [{"id": "CVE-1", "fix_versions": ["2"]}]}]}, 1, "VULNERABLE a 1: CVE-1, mended in 2"),
        (None, 2, "did not answer about 2 packages"),
    ],
)
def test_an_audit_says_what_it_learnt_and_what_not(tmp_path, audit, code, said):
    (tmp_path / "pinned.txt").write_text("# pinned\na==1\nb==2\n")
    if audit is not None:
        (tmp_path / "audit.json").write_text(json.dumps(audit))
    ran = subprocess.run([sys.executable, str(ROOT / "scripts" / "advisories.py"), str(tmp_path / "audit.json"), str(tmp_path / "pinned.txt")], check=False, capture_output=True, text=True)
    assert (ran.returncode, said in ran.stdout) == (code, True), ran.stdout + ran.stderr
