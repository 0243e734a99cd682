# SPDX-License-Identifier: AGPL-3.0-or-later
"""The browser is the system's: found where it is, named by a setting, and missed with a remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser import chromium


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine with nothing on its PATH but what a test puts there."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("PONTE_CHROMIUM", raising=False)
    return tmp_path


def program(folder: Path, name: str, script: str = "") -> str:
    file = folder / name
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    return str(file)


@pytest.mark.parametrize("name", chromium.NAMES)
def test_it_is_found_under_each_of_its_names(bare: Path, name: str) -> None:
    """Distributions call it differently."""
    assert chromium.find() is None
    there = program(bare, name)
    assert chromium.find() == there


def test_a_named_one_goes_first(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who names one means that one: a wrong name is not quietly another browser."""
    program(bare, "chromium")
    own = program(bare, "my-browser")
    monkeypatch.setenv("PONTE_CHROMIUM", own)
    assert chromium.find() == own
    monkeypatch.setenv("PONTE_CHROMIUM", str(bare / "nowhere"))
    assert chromium.find() is None


def test_root_takes_it_from_the_packages(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The set-up step installs it once, quietly, and anybody else is told what to do."""
    told = bare / "told"
    program(bare, "apt-get", f'echo "$*" >> {told}; : > {bare}/chromium; /bin/chmod 755 {bare}/chromium')
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert not chromium.install()
    monkeypatch.setattr("os.geteuid", lambda: 0)
    assert chromium.install()
    assert [line.split()[-1] for line in told.read_text().splitlines()] == ["update", "fonts-noto-core"]


def test_without_packages_it_says_what_to_do(
    bare: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A package that cannot be had fails nothing: one line names the remedy."""
    program(bare, "apt-get", "exit 100")
    monkeypatch.setattr("os.geteuid", lambda: 0)
    chromium.main()
    assert "apt-get install chromium" in capsys.readouterr().out
