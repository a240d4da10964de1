"""What the door says beside the three `s` errors (those are in console/domain/texts.py), word for word.

Known from the service's manual: the `p` and `e` texts, and the HTTP codes `-` and `>`. Assumptions of this lab, because no
document that we know gives them: the `s` forms of a wrong key and a wrong format, and the other HTTP codes and messages.
"""

from __future__ import annotations

from typing import Final, NamedTuple

NO_AUTHORITY: Final = "received illegal service authorization"
BAD_FORMAT: Final = "received unsupported audio format"

S_NO_AUTHORITY: Final = f"s {NO_AUTHORITY}"
S_BAD_FORMAT: Final = f"s {BAD_FORMAT}"
P_BAD_FORMAT: Final = f"p {BAD_FORMAT}"
P_CANNOT_FEED: Final = "p can't feed audio data to recognizer server"
P_SESSION_TIMEOUT: Final = "p session timeout occurred"
E_TIMEOUT_BEFORE: Final = "e timeout occurred"
E_TIMEOUT_DURING: Final = "e timeout occurred while recognizing audio data from client"


class Code(NamedTuple):
    """An error of the HTTP interface: it travels in the body of a 200."""

    code: str
    message: str


NONE: Final = Code("", "")
AUTHORITY: Final = Code("-", NO_AUTHORITY)
FORMAT: Final = Code("+", BAD_FORMAT)
TOO_LARGE: Final = Code("%", "received too large audio data from client")
CONNECT: Final = Code("!", "failed to connect to recognizer server")
SEND: Final = Code(">", "failed to send audio data to recognizer server")
RECEIVE: Final = Code("<", "failed to receive recognition result from recognizer server")
CLIENT_TIMEOUT: Final = Code("$", "timeout occurred while receiving audio data from client")
