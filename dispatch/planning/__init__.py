# SPDX-License-Identifier: AGPL-3.0-or-later
"""Planning: open slots and the roster become a problem, a plan, a draft to review, and published assignments."""
