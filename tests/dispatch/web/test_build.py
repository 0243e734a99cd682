# SPDX-License-Identifier: AGPL-3.0-or-later
"""Building the assets never stops the set-up, and is quick when there is nothing to do."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

import pytest

from dispatch.web import i18n

ASSETS = Path(i18n.__file__).parent / "assets"


@pytest.fixture
def build(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    """The build script with its results in a temporary folder and every command refused."""
    spec = importlib.util.spec_from_file_location("build", ASSETS / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "build", module)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "VENDOR", tmp_path / "vendor")
    monkeypatch.setattr(module, "STAMP", tmp_path / "built-from.txt")
    monkeypatch.setattr(module, "INSTALLED", tmp_path / "installed-from.txt")
    return module


def test_without_network_it_warns_and_succeeds(
    build: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """npm that cannot be reached costs the style, not the installation."""
    monkeypatch.setattr(
        build, "node_on_path", lambda: ([sys.executable, "-c", "raise SystemExit('no network')"], Path(sys.executable))
    )
    build.main()
    warning = capsys.readouterr().err
    assert "warning: the pages will work without style" in warning
    assert "no network" in warning
    assert not build.STAMP.exists()


def test_nothing_changed_is_nothing_to_do(build: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a fresh stamp no command runs."""
    build.STAMP.write_text(build.fingerprint())
    monkeypatch.setattr(build, "build", lambda: pytest.fail("built although nothing changed"))
    build.main()


def test_an_old_node_is_not_used(build: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """Node 16 counts as no Node."""
    monkeypatch.setattr(build.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(build, "run", lambda *_command: "v16.20.0\n")
    assert build.node_on_path() is None
    monkeypatch.setattr(build, "run", lambda *_command: "v20.1.0\n")
    assert build.node_on_path() is not None


def test_the_lock_names_exact_versions_and_no_addresses() -> None:
    """The lock pins every package by hash and works with whatever registry npm is set to."""
    lock = json.loads((ASSETS / "package-lock.json").read_text())
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert len(packages) > 20
    assert all("integrity" in entry and "resolved" not in entry for entry in packages.values())
    asked = json.loads((ASSETS / "package.json").read_text())
    assert all(
        version[0].isdigit() for group in ("dependencies", "devDependencies") for version in asked[group].values()
    )
