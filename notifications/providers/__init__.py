# SPDX-License-Identifier: AGPL-3.0-or-later
"""The wires: one port, and behind it Twilio, the built-in phone and the recording twin of the tests."""
