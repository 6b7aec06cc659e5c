"""What a check of a code's text may say, and the steps it goes through."""

from enum import StrEnum


class CodeVerdict(StrEnum):
    """What a presented text is."""

    REGISTERED = "registered"
    """Signed by a key of ours, and in the register of what was issued."""
    SIGNED_NOT_REGISTERED = "signed_not_registered"
    """Signed by a key of ours, but we never issued it: somebody has the key."""
    REVOKED = "revoked"
    EXPIRED = "expired"
    """Rightly signed, by us or by a trusted key, but not valid at the instant asked about: no longer, or not yet."""
    FOREIGN_VALID = "foreign_valid"
    """Signed by a key on the list of trusted ones, and valid."""
    NOT_OURS = "not_ours"
    """A code of this kind, signed by a key that we do not know."""
    INVALID = "invalid"


class CodeStep(StrEnum):
    """The steps from a text to a verdict, in their order: a text is refused at the first that fails."""

    PREFIX = "prefix"
    BASE45 = "base45"
    ZLIB = "zlib"
    CBOR = "cbor"
    COSE = "cose"
    KEY = "key"
    KEY_USAGE = "key_usage"
    SIGNATURE = "signature"
    CLAIMS = "claims"
    TIME = "time"
    SCHEMA = "schema"
    REGISTER = "register"
