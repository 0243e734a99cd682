# SPDX-License-Identifier: AGPL-3.0-or-later
"""A desk asks; a request becomes appointments and slots."""
