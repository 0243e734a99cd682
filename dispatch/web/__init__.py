# SPDX-License-Identifier: AGPL-3.0-or-later
"""What every page shares: templates, macros, view models, words in two languages, and the assets."""
