# SPDX-License-Identifier: AGPL-3.0-or-later
"""Words and wires: what Ponte says by SMS, how it reads an answer, and who carries it."""
