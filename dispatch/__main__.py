# SPDX-License-Identifier: AGPL-3.0-or-later
"""``python -m dispatch`` is the command ``ponte``."""

from dispatch.cli import main

main()
