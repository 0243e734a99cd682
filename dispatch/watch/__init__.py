# SPDX-License-Identifier: AGPL-3.0-or-later
"""What who keeps an installation running watches: one line a request, figures for Prometheus, and who is allowed them."""
