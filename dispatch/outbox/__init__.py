# SPDX-License-Identifier: AGPL-3.0-or-later
"""SMS as rows: what every stage that writes to mediators shares; the offers stage carries them."""
