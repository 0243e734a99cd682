# SPDX-License-Identifier: AGPL-3.0-or-later
"""The machine an installation runs on: version, secret, disk, built pages, compiled planner."""

from __future__ import annotations

import importlib
import platform
import shutil
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from config.settings import Settings
from dispatch.doctor.finding import Finding, care, fine, wrong
from dispatch.web import static_files

SHORTEST_SECRET = 32  # signs: 128 bits in hexadecimal
LITTLE, HARDLY_ANY = 2 << 30, 256 << 20  # bytes free
COMPILED = ("solver.kernel", "solver.saddle")


def examine_machine(settings: Settings) -> Iterator[Finding]:
    yield fine("version", f"Ponte {installed_version()}, Python {platform.python_version()}")
    yield secret(settings)
    yield disk(settings.home)
    yield pages()
    yield planner()


def installed_version() -> str:
    try:
        return version("ponte")
    except PackageNotFoundError:  # a checkout that was never installed
        return "(not installed)"


def secret(settings: Settings) -> Finding:
    """Who reads the secret can make every link that an SMS can hold."""
    if settings.secret is not None:
        if len(settings.secret.get_secret_value()) < SHORTEST_SECRET:
            remedy = "Take a longer one (openssl rand -hex 32); links in SMS already sent stop working."
            return care("secret", f"PONTE_SECRET is shorter than {SHORTEST_SECRET} signs", remedy)
        return fine("secret", "PONTE_SECRET is set")
    kept = settings.home / "secret"
    if not kept.exists():
        return fine("secret", f"made in {kept} when it is first needed")
    if kept.stat().st_mode & 0o077:
        return wrong("secret", f"others than its owner may read {kept}", f"chmod 600 {kept}")
    return fine("secret", f"{kept}, for its owner only")


def disk(home: Path) -> Finding:
    """The room where the embedded database and the compiled planner grow."""
    there = next(folder for folder in (home, *home.parents) if folder.exists())
    free = shutil.disk_usage(there).free
    says, remedy = f"{free / (1 << 30):.1f} GB free at {there}", "Make room: a database that cannot write stops."
    if free < HARDLY_ANY:
        return wrong("disk", says, remedy)
    return care("disk", says, remedy) if free < LITTLE else fine("disk", says)


def pages() -> Finding:
    if static_files.asset("vendor/ponte.css") is None:
        return care("pages", "their style and script are not built", "make assets (or dispatch/web/assets/build.py)")
    return fine("pages", "style and script are built")


def planner() -> Finding:
    """Compiled code is kept in files; without them the first plan after each start waits for the compiler."""
    lacking = [name for name in COMPILED if not _is_kept(name)]
    if lacking:
        remedy = "python -m solver.warm, as the user that runs the worker and with its NUMBA_CACHE_DIR"
        return care("planner", "not compiled yet: the first plan takes half a minute longer", remedy)
    return fine("planner", "compiled")


def _is_kept(name: str) -> bool:
    module = importlib.import_module(name)
    folders = {one.stats.cache_path for one in vars(module).values() if hasattr(one, "stats")}
    source, base = Path(str(module.__file__)), name.rpartition(".")[2]
    files = [file for folder in folders if folder for file in Path(folder).glob(f"{base}.*.nbi")]
    return any(file.stat().st_mtime >= source.stat().st_mtime for file in files)
