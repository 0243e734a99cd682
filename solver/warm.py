# SPDX-License-Identifier: AGPL-3.0-or-later
"""Has the pricing compiled before it is needed: `python -m solver.warm` takes half a minute once, then a moment.

What was compiled is kept beside ``kernel.py`` and ``saddle.py``, where that folder may not be written in the user's cache
folder, or in ``NUMBA_CACHE_DIR``; it is compiled again when these files, numba or the kind of processor changes.
"""

from __future__ import annotations

import sys
import time

from solver.columns import Generation
from solver.generate import generate
from solver.gradual import Gradual
from solver.landscape import Landscape
from solver.prepare import Prepared
from solver.program import Column
from solver.scope import everything

TINY = (2, 6, 1)  # mediators, slots and days: what is priced does not matter, only that all is compiled for it


def warm() -> float:
    """Prices the routes of a tiny problem and approaches a tiny program; returns the seconds that took."""
    before = time.perf_counter()
    land = Landscape(Prepared(generate(sizes=TINY, seed=1)), 1)
    Generation(land, everything(land.prepared, land.daily)).begin()
    gradual = Gradual([1.0])
    gradual.add([Column(1.0, 1.0, {0: 1.0})])
    gradual.solve(1.0)
    return time.perf_counter() - before


def main() -> None:
    sys.stdout.write("compiling the planner: about half a minute, once\n")
    sys.stdout.flush()
    sys.stdout.write(f"the planner is ready after {warm():.1f} s\n")


if __name__ == "__main__":
    main()
