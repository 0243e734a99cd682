# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a mediator says of herself by SMS: when she can come and when not, and that a number is hers."""
