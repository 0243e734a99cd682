# SPDX-License-Identifier: AGPL-3.0-or-later
"""Appointments as every stage that makes or ends them needs them: days and times read, findings, calling off."""
