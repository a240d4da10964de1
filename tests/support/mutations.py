"""Ways to change a snapshot that its verification must see: bytes, members, names, order, cuts."""

from __future__ import annotations

import io
import random
import zipfile


def mutated(body: bytes, chance: random.Random) -> tuple[bytes, str]:
    """Other bytes than `body`, and what was done to them."""
    kind = chance.choice(
        ["flip", "flip", "flip", "cut", "append", "insert", "swap", "rename", "add", "remove", "edit", "order"]
    )
    changed = bytearray(body)
    at = chance.randrange(len(body))
    match kind:
        case "flip":
            changed[at] ^= 1 << chance.randrange(8)
        case "cut":
            del changed[at:]
        case "append":
            changed += bytes([chance.randrange(256)]) * chance.randrange(1, 30)
        case "insert":
            changed[at:at] = bytes([chance.randrange(256)])
        case "swap":
            other = chance.choice([place for place in range(len(body)) if body[place] != body[at]])
            changed[at], changed[other] = changed[other], changed[at]
        case _:
            changed = bytearray(_packed(_members(body, kind, chance)))
    return bytes(changed), f"{kind} at {at}"


def _members(body: bytes, kind: str, chance: random.Random) -> list[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(body)) as found:
        members = [(name, found.read(name)) for name in found.namelist()]
    at = chance.randrange(len(members))
    name, inner = members[at]
    match kind:
        case "rename":
            members[at] = f"{name}x", inner
        case "add":
            members.append(("added.json", b"{}"))
        case "remove":
            del members[at]
        case "edit":
            place = chance.randrange(max(1, len(inner)))
            members[at] = name, inner[:place] + bytes([(inner[place] if inner else 0) ^ 1]) + inner[place + 1 :]
        case _:
            members.reverse()
    return members


def _packed(members: list[tuple[str, bytes]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, inner in members:
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), inner, zipfile.ZIP_DEFLATED)
    return out.getvalue()
