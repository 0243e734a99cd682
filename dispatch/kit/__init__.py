# SPDX-License-Identifier: AGPL-3.0-or-later
"""What two or more stages share: the database session, the clock, the queue, locks."""
