# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who may come in and what each may open: one policy table, accounts, sessions, keys, signed links, the audit."""
