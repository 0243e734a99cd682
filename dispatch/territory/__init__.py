# SPDX-License-Identifier: AGPL-3.0-or-later
"""The register of where the work happens: ambiti, comuni and languages as rows, and the places made from them."""
