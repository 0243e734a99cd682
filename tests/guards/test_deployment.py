# SPDX-License-Identifier: AGPL-3.0-or-later
"""What docker-compose.yml and Dockerfile name exists: commands, settings, paths; no engine is needed to know that."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from config.settings import Settings
from dispatch.cli import app

ROOT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
OURS = {name: part for name, part in COMPOSE["services"].items() if "build" in part}


@pytest.mark.parametrize("part", OURS)
def test_each_part_runs_a_command_that_exists(part: str) -> None:
    """`ponte <command> --help` answers for the command of each of our containers."""
    assert CliRunner().invoke(app, [*OURS[part]["command"], "--help"]).exit_code == 0


@pytest.mark.parametrize("part", OURS)
def test_each_variable_is_a_setting(part: str) -> None:
    """A misspelt variable would be ignored in silence."""
    known = {f"PONTE_{name.upper()}" for name in Settings.model_fields} | {"DATABASE_URL"}
    assert set(OURS[part]["environment"]) <= known


def test_the_image_copies_and_runs_what_is_there() -> None:
    """Files that the Dockerfile names are in the repository, and its variables are settings."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    for named in ("requirements.lock", "dispatch/web/assets/build.py"):
        assert named in text
        assert (ROOT / named).exists()
    known = {f"PONTE_{name.upper()}" for name in Settings.model_fields}
    assert set(re.findall(r"(PONTE_[A-Z_]+)=", text)) <= known
    assert re.search(r"^USER ponte$", text, re.MULTILINE)


def test_the_image_compiles_the_planner_for_its_own_user() -> None:
    """Where that user may write and read it, for numba keeps nothing in a folder that it could not also write to."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    kept = re.search(r"NUMBA_CACHE_DIR=(\S+)", text)
    assert kept is not None
    assert f"install --directory --owner=ponte {kept[1]}" in text
    assert (ROOT / "solver" / "warm.py").exists()
    assert text.index(kept[0]) < text.index("USER ponte") < text.index("RUN python -m solver.warm")
