# SPDX-License-Identifier: AGPL-3.0-or-later
"""Compares the ways of finding somebody over simulated months, paired by seed."""
