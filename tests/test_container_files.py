"""The Dockerfile and the compose file, held against rules that hadolint and others know, for they are not run here."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from dockerfile_parse import DockerfileParser

ROOT = Path(__file__).parents[1]


@pytest.fixture
def steps(tmp_path):
    parser = DockerfileParser(path=str(tmp_path))
    parser.content = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    return [(step["instruction"], step["value"]) for step in parser.structure if step["instruction"] != "COMMENT"]


def test_every_image_is_pinned_to_a_version(steps):
    images = [value.split()[0] for name, value in steps if name == "FROM"]
    assert images
    assert all(re.fullmatch(r"[\w./-]+:\d+\.\d+\.\d+[\w.-]*", image) for image in images)


def test_the_image_runs_without_rights_and_checks_itself(steps):
    names = [name for name, _ in steps]
    last = len(names) - 1 - names[::-1].index("FROM")
    assert dict(steps[last:])["USER"] not in {"root", "0"}
    assert names.index("USER", last) < names.index("ENTRYPOINT", last)
    assert "HEALTHCHECK" in names[last:]
    assert all(value.startswith("[") for name, value in steps if name in {"ENTRYPOINT", "CMD"})


def test_nothing_is_fetched_by_hand_and_versions_are_those_of_the_constraints(steps):
    runs = [value for name, value in steps if name == "RUN"]
    assert not any(re.search(r"\b(?:curl|wget|sudo|apt)\b", run) for run in runs)
    assert all("--constraint" in run for run in runs if "pip install" in run)
    assert not any(name == "ADD" for name, _ in steps)


def test_what_is_copied_is_in_the_repository_and_let_through(steps):
    copied = [word for name, value in steps if name == "COPY" and "--from" not in value for word in value.split()[:-1]]
    let_through = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    for name in copied:
        assert (ROOT / name).exists()
        assert f"!{name}" in let_through
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    assert "server" in extras


def test_the_compose_file_gives_no_rights_and_no_open_port():
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    (service,) = compose["services"].values()
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "privileged" not in service
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])
    assert {volume.split(":")[0] for volume in service["volumes"]} == set(compose["volumes"])
