# SPDX-License-Identifier: AGPL-3.0-or-later
"""The register of the policy: what is in force, who changed what from when and why, and a change to one key."""
