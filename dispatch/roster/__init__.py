# SPDX-License-Identifier: AGPL-3.0-or-later
"""The register of mediators: who they are, when they can be sent, and how their week reads to the planner."""
