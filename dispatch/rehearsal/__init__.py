# SPDX-License-Identifier: AGPL-3.0-or-later
"""A realistic province on virtual time: people, desks, a week of requests, and mediators who answer their SMS."""
