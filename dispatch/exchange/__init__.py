# SPDX-License-Identifier: AGPL-3.0-or-later
"""Registers in and out as the files a cooperative keeps: CSV and XLSX, Italian headers, one clear finding per bad row."""
