# SPDX-License-Identifier: AGPL-3.0-or-later
"""Measures the planner against its own bound and its greedy baseline; never run by the tests."""
