# SPDX-License-Identifier: AGPL-3.0-or-later
"""Presences: a coordinator enters a shift that comes back, and its dates go the way of every appointment."""
