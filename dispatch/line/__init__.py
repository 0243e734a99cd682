# SPDX-License-Identifier: AGPL-3.0-or-later
"""The carrier's line as rows: which provider speaks, at what pace, and whether it stands still and why."""
