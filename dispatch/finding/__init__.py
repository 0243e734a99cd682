# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finding somebody for a date: the coordinator's pages over what planning knows and what offers are asking."""
