# SPDX-License-Identifier: AGPL-3.0-or-later
"""Published assignment → offer → SMS → reply → booked or reopened."""
