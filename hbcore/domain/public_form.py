"""What somebody types on the public form: a counter's draft, and what nobody at a counter sees to."""

from dataclasses import dataclass, field

from hbcore.domain.applicants import Draft

ADULT = 18
"""From this age on somebody applies without a guardian."""


@dataclass(frozen=True)
class PublicForm(Draft):
    """A public form as sent: texts as typed, an empty text is an empty field.

    `guardian_relation`: in the applicant's own words. `photo`, `entry_photo`: a picture file as it came, of the document and of
    the entry stamp. `proof`: what the page's script found for the challenge; empty where no script ran. `once`: what tells this
    form from all others. `held`: the fields whose photo came before with the same form, and was said to be held.
    """

    document_expires_on: str = ""
    guardian_name: str = ""
    guardian_phone: str = ""
    guardian_relation: str = ""
    consent: bool = False
    photo: bytes | None = field(default=None, repr=False)
    entry_photo: bytes | None = field(default=None, repr=False)
    proof: str = ""
    once: str = field(default="", repr=False)
    held: frozenset[str] = frozenset()
