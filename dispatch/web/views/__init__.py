# SPDX-License-Identifier: AGPL-3.0-or-later
"""View models: what each template is given. Pages build them from rows; templates read nothing else.

Texts in them are ready to show unless a field says "msgid"; instants are aware; nothing here touches the database.
"""
