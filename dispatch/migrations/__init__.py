# SPDX-License-Identifier: AGPL-3.0-or-later
"""Numbered migrations, applied in order by ``dispatch.kit.migrate``."""
