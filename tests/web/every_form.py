"""Every form of the pages: what keeps two editors apart, and what is wrong that it is sent."""

from tests.web.odd import ODD

_PART = b'--b\r\nContent-Disposition: form-data; name="text"\r\n\r\n'
BROKEN = (
    ("multipart/form-data; boundary=b", _PART + b"breaks o"),
    ("multipart/form-data; boundary=b", b"--b\r\n\x00\xff\xfe: \r\n\r\n--b--"),
    ("multipart/form-data", b"no boundary"),
    ("multipart/form-data; boundary=b; charset=unicode_escape", _PART + b"\\ud800\r\n--b--"),
    ("application/x-www-form-urlencoded; charset=utf-16", b"%ff=%00&=&&&form_token"),
    ("application/json", b"{}"),
)
TYPED = ("a\x00b", ODD, "9" * 40)
GUARDS = {
    "/letters/settle": "seen",
    "/approvals": "take",
    "/posts/{post}/send": "plan",
    "/posts/{post}/take-out": "plan",
    "/posts/{post}": "mark",
    "/correct/{delivery_id:path}": "seen",
    "/approve-correction/{delivery_id:path}": "content",
    "/essential/{delivery_id:path}": "seen",
    "/decide/{delivery_id:path}": "seen",
    "/settle/{delivery_id:path}": "seen",
    "/stop/lift": "fingerprint",
    "/move/{entry}": "plan",
    "/reports/{name}/sentence": "seen",
    "/reports/{name}/release": "seen",
    "/reports/{name}/correct": "seen",
    "/partner/{token}/accept/{delivery:path}": "seen",
}
"""The field of each form that names what was read; where that has changed, nothing is done."""
ADDS, OWN, ENDS, ONCE, READS = "adds alone", "one's own", "ends alone", "done once", "reads alone"
REASONS = {
    ADDS: "it takes nothing from anybody, whatever stands there",
    OWN: "nobody else has it in hand",
    ENDS: "it stops or takes back, which is right whatever became of it meanwhile",
    ONCE: "whoever comes second is told that it is done",
    READS: "it changes nothing",
}
NO_GUARD = {
    **dict.fromkeys(["/sign-in", "/sign-out", "/sign-in/link", "/you/letters", "/you/tokens"], OWN),
    **dict.fromkeys(["/you/sign-out-everywhere", "/you/tokens/{token_id}/revoke"], OWN),
    **dict.fromkeys(["/people/{name}/left", "/withdraw/{delivery_id:path}", "/stop"], ENDS),
    **dict.fromkeys(["/posts/{post}/share", "/partner/{token}/decline/{delivery:path}"], ENDS),
    **dict.fromkeys(["/partner/{token}/change/{delivery:path}", "/partner/stop/{token}"], ENDS),
    **dict.fromkeys(["/people/{name}/back", "/posts/new", "/posts/{post}/copy"], ADDS),
    **dict.fromkeys(["/deputies", "/legal-holds"], ADDS),
    **dict.fromkeys(["/legal-holds/lift", "/outside/{token}"], ONCE),
    **dict.fromkeys(["/asked-outside/{number}/again"], ONCE),
    **dict.fromkeys(["/asked-outside/{number}/revoke"], ENDS),
    **dict.fromkeys(["/deputies/{number}/end"], ENDS),
    **dict.fromkeys(["/subscribers/{name}/secret", "/subscribers/{name}/replay"], ADDS),
    **dict.fromkeys(["/partner/{token}/count/{delivery:path}", "/partner/{token}/numbers"], ADDS),
    **dict.fromkeys(["/partner/{token}/screenshot/{delivery:path}", "/partner/lost"], ADDS),
    **dict.fromkeys(["/sign-in/link/{token}", "/reports/{name}/prepare"], ONCE),
    **dict.fromkeys(["/subscribers/{name}/enable", "/from-partners/found/{number}"], ONCE),
    **dict.fromkeys(["/from-partners/pictures/{number}/open"], ONCE),
    **dict.fromkeys(["/from-partners/pictures/{number}"], ONCE),
    **dict.fromkeys(["/partner/{token}/posted/{delivery:path}"], ONCE),
    **dict.fromkeys(["/posts/{post}/check", "/records/export"], READS),
}
"""The forms that need none, each for one of the reasons."""
BUTTONS = {"/approvals": "approve", "/posts/{post}": "save", "/letters/settle": "arrived"}
FILLED = {
    "found": "no",
    "way": "edit",
    "text": "Other words",
    "reason": "Why",
    "why": "Why",
    "read": "yes",
    "sure": "yes",
    "lifted": "network:x",
    "day": "2027-01-20",
    "time": "10:30",
    "kind": "learning",
    "learning": "Something else",
    "mail": "no",
    "letter": "none",
    "entry": "odd-words",
}
"""What fills any of these forms but for what was read."""
