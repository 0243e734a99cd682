# SPDX-License-Identifier: AGPL-3.0-or-later
"""The first start: an empty database opens one page, and who reads the server's terminal makes the first account there."""
