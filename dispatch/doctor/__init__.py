# SPDX-License-Identifier: AGPL-3.0-or-later
"""Looks an installation over and says what is wrong and what to do: settings, machine, database, carrier, work."""
