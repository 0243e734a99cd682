# SPDX-License-Identifier: AGPL-3.0-or-later
"""The runbook has a line for every finding of the doctor and for every metric, and names no setting that is not there."""

from __future__ import annotations

import re
from pathlib import Path

from config.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
ABOUT = re.compile(r'\b(?:fine|care|wrong|judge)\(\s*"([^"]+)"|^ABOUT = "([^"]+)"', re.MULTILINE)
NOT_AILING = {"version"}
METRIC = re.compile(r'"(ponte_[a-z_]+)"')
OF_COMPOSE = {"PONTE_DB_PASSWORD"}


def findings() -> set[str]:
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "dispatch" / "doctor").glob("*.py")]
    return {first or second for source in sources for first, second in ABOUT.findall(source)} - NOT_AILING


def lines_of(title: str) -> set[str]:
    """The first cells of the table under a heading."""
    section = TEXT.split(f"## {title}")[1].split("\n## ")[0]
    return {cell.strip("` ") for cell in re.findall(r"^\| (.+?) \|", section, re.MULTILINE)} - {"about", "name"}


def test_every_finding_has_its_line() -> None:
    """Parts are told by their own names; all others stand in the table, and no line speaks of what nobody looks at."""
    assert len(findings()) > 15
    assert findings() - {"serve"} == lines_of("What the doctor finds, and what to do")


def test_every_metric_has_its_line() -> None:
    """What is measured is explained."""
    source = "".join(
        (ROOT / "dispatch" / "watch" / f"{name}.py").read_text("utf-8") for name in ("figures", "requests")
    )
    assert set(METRIC.findall(source)) == lines_of("Metrics")


def test_every_setting_that_is_named_exists() -> None:
    """An operator who types what stands here gets what it says."""
    known = {f"PONTE_{name.upper()}" for name in Settings.model_fields} | OF_COMPOSE
    named = set(re.findall(r"PONTE_[A-Z_]+[A-Z]", TEXT))
    assert len(named) > 10
    assert named <= known
