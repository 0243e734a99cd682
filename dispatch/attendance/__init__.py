# SPDX-License-Identifier: AGPL-3.0-or-later
"""It took place, or not: reminders before a visit, what both sides say of it afterwards, and what counts."""
