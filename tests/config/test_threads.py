# SPDX-License-Identifier: AGPL-3.0-or-later
"""A fresh process may read its first values in several threads at once: a web door gets its first requests together."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
AT_ONCE = """{classes}
import sys, threading, msgspec
sys.setswitchinterval(1e-6)
gate = threading.Barrier(16)
def read():
    gate.wait()
    try:
        msgspec.convert({{}}, Whole)
    except msgspec.ValidationError:
        pass
threads = [threading.Thread(target=read) for _ in range(16)]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""
KEYS = (ROOT / "config" / "policy_keys.py").read_text(encoding="utf-8")
UNLEARNT = KEYS.partition("# msgspec learns")[0] + "Whole = Policy\n"  # the same classes, and nobody made a decoder


def ended_with(classes: str) -> int:
    script = AT_ONCE.format(classes=classes)
    return subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False, capture_output=True).returncode


@pytest.mark.parametrize(
    "classes",
    [
        "from config.policy import Policy as Whole",
        "from solver.problem import PlanningProblem as Whole",
        "from solver.plan import Plan as Whole",
    ],
)
def test_sixteen_threads_read_the_first_values_at_once(classes: str) -> None:
    """And the process lives to tell."""
    assert ended_with(classes) == 0


def test_classes_that_were_not_learnt_before_end_the_process() -> None:
    """Control: the day this no longer fails, msgspec has mended it, and the decoders at import can go."""
    assert any(ended_with(UNLEARNT) < 0 for _ in range(40))
