# SPDX-License-Identifier: AGPL-3.0-or-later
"""Workload, budgets and equity: every figure is a fold over visits and their attendance; nothing here is written."""
