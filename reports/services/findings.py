"""What a check of an issue finds: the common shape of all kinds of contradictions."""

import hashlib
from dataclasses import dataclass

# What the columns of a contradiction hold.
_KEY, _MESSAGE, _VALUE = 120, 1000, 500


@dataclass(frozen=True)
class Finding:
    """One contradiction. `key` is stable over recomputation; both values are kept as printed."""

    key: str
    kind: str
    severity: str
    where: str
    message: str
    claim: str = ""
    computed: str = ""
    published: str = ""
    typed_by: int | None = None


def finding(
    kind: str, where: str, message: str, *, computed: str, published: str, about: str = ""
) -> Finding:
    """A warning about one place of a document; `about` tells several at one place apart."""
    key = ":".join(filter(None, (kind, where, about)))
    if len(key) > _KEY:
        digest = hashlib.sha256(key.encode()).hexdigest()[:16]
        key = f"{key[: _KEY - len(digest) - 1]}:{digest}"
    return Finding(
        key,
        kind,
        "warning",
        where,
        message[:_MESSAGE],
        computed=computed[:_VALUE],
        published=published[:_VALUE],
    )
