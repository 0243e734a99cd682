# SPDX-License-Identifier: AGPL-3.0-or-later
"""A realistic province in rehearsal: its population, its demand, virtual people, virtual time."""
