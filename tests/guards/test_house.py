# SPDX-License-Identifier: AGPL-3.0-or-later
"""The house keeps its rules: licence lines, import contracts, a lock without addresses, nothing left undone."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = (".py", ".toml", ".css", ".js", ".mjs", ".html", ".po", ".mako")


def tracked() -> list[Path]:
    """The files of the repository; without git (a wheel, an archive) every file outside hidden folders."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False, text=True)
    if listed.returncode == 0 and listed.stdout:
        return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).exists()]
    return [path for path in ROOT.rglob("*") if path.is_file() and not any(p.startswith(".") for p in path.parts)]


def test_every_source_file_names_its_licence() -> None:
    """The SPDX line stands within the first three lines of each source file."""
    nameless = [
        str(path.relative_to(ROOT))
        for path in tracked()
        if path.suffix in SOURCES and "SPDX-License-Identifier: AGPL-3.0-or-later" not in head(path)
    ]
    assert nameless == []


def head(path: Path) -> str:
    return "\n".join(path.read_text(encoding="utf-8").splitlines()[:3])


def test_the_arrows_lean_one_way() -> None:
    """import-linter finds every contract of pyproject.toml kept."""
    linted = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert linted.returncode == 0, linted.stdout + linted.stderr
    assert "0 broken" in linted.stdout


PYTHON_LOCKS = ["requirements.lock", "requirements-bench.lock"]


NODE_LOCKS = ["dispatch/web/assets/package-lock.json", "tests/chaos/second_opinion/package-lock.json"]


@pytest.mark.parametrize("lock", [*PYTHON_LOCKS, *NODE_LOCKS])
def test_locks_hold_hashes_and_no_addresses(lock: str) -> None:
    """Every dependency is pinned by hash, and no download address is written down."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "sha" in text
    assert re.search(r"(index-url|\"resolved\"|files\.python|registry\.)", text) is None


@pytest.mark.parametrize("lock", PYTHON_LOCKS)
def test_every_locked_package_has_a_hash(lock: str) -> None:
    """A line without a hash would let pip refuse the whole install, on a fresh machine first."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    pins = re.findall(r"^([a-z0-9.\-\[\]]+)==[^\n]*\\\n(\s+--hash=sha256:)", text, re.MULTILINE)
    assert len(pins) == len(re.findall(r"^[a-z0-9.\-\[\]]+==", text, re.MULTILINE))


def test_the_peers_are_compared_on_the_packages_that_ponte_runs_on() -> None:
    """`make bench` installs into the same folder: another version there would change what is measured and tested."""
    ours, peers = (
        set(re.findall(r"^([a-z0-9.\-\[\]]+)==([^\n]*)\\$", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE))
        for lock in PYTHON_LOCKS
    )
    shared = {name for name, _ in ours} & {name for name, _ in peers}
    assert len(shared) > 20
    assert {pin for pin in peers if pin[0] in shared} <= ours
