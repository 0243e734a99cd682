# SPDX-License-Identifier: AGPL-3.0-or-later
"""Packs checked files into one text, so that the confirmation imports exactly them wherever it is answered.

The page carries it from the check to the confirmation: nothing lies about on a machine, and any number may serve.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import zlib
from collections.abc import Sequence

import msgspec

from dispatch.errors import FieldProblem, NotUnderstood
from dispatch.exchange.importing import Upload
from dispatch.web.i18n import gettext as _

LARGEST = 2 * 1024 * 1024  # of all files of one page; larger ones go in by the command
DIGEST = 12


def pack(uploads: Sequence[Upload]) -> str:
    """The files as text for a hidden field."""
    whole = msgspec.msgpack.encode([(upload.name, upload.content) for upload in uploads])
    return base64.b64encode(zlib.compress(whole)).decode()


def unpack(parcel: str) -> list[Upload]:
    """The files again; NotUnderstood when the text was cut or made by somebody else."""
    try:
        # A little text may swell to gigabytes; never more than what could have been packed is unpacked.
        whole = zlib.decompressobj().decompress(base64.b64decode(parcel, validate=True), LARGEST + 64 * 1024)
        files = msgspec.msgpack.decode(whole, type=list[tuple[str, bytes]])
    except (binascii.Error, zlib.error, msgspec.DecodeError, ValueError) as trouble:
        message, remedy = _("The checked files did not come back whole."), _("Choose them again.")
        raise NotUnderstood(f"{message} {remedy}", fields=(FieldProblem("files", message, None, remedy),)) from trouble
    return [Upload(name, content) for name, content in files]


def digest(uploads: Sequence[Upload]) -> str:
    """What tells these files from any others, short enough to compare by eye."""
    told = hashlib.sha256()
    for upload in uploads:
        told.update(hashlib.sha256(upload.content).digest())
    return told.hexdigest()[:DIGEST]
