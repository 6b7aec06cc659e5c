"""The letters: plain text in the applicant's language; no name, no number of a document, no secret, nothing of health."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from hbcore.domain.notices import NoticeKind
from hbcore.public_sentences import ASKS, REFUSED
from hbcore.public_words import P_, said
from hbcore.services.mail_settings import MailSettings
from hbcore.words import LANGUAGES, both

SENDER = P_("Hubei health code")
SUBJECT = P_("Your health code application {receipt}")
SAYS = {
    NoticeKind.RECEIVED: P_(
        "We have received your application {receipt}. Staff check it, usually within 24 hours, on holidays too. To see how it"
        " stands you need this number and the secret that was shown with it, or your document number. If you did not apply,"
        " you need not do anything."
    ),
    NoticeKind.APPROVED: P_("Your application {receipt} has been approved. You can show your health code on the page below."),
    NoticeKind.REFUSED: P_("Your application {receipt} has not been approved:"),
    NoticeKind.ASKED: P_(
        "We cannot finish your application {receipt} yet. Please complete or check the following within seven days:"
    ),
    NoticeKind.REMINDER: P_(
        "We have not heard from you about your application {receipt} for three days. Without an answer it ends after seven days."
        " Please complete or check:"
    ),
    NoticeKind.EXPIRED: P_(
        "Your application {receipt} has ended, because we had no answer from you for seven days. You may apply again."
    ),
    NoticeKind.REVOKED: P_("The approval of your application {receipt} has been withdrawn:"),
    NoticeKind.REOPENED: P_(
        "The decision on your application {receipt} that we told you of has been taken back. The application is under review"
        " again; you need not do anything."
    ),
}
LOOK = P_("Look it up with your receipt number here: {page}")
ASK = P_("Questions? Call the hotline {hotline}.")
NO_ANSWER = P_("This letter was sent by a machine; answers to it are not read. We never ask for a password or for money.")
REASONS = {**ASKS, **REFUSED}
"""What to do about each, in the applicant's own language; `REFUSED` says of those in both lists how it ended."""


@dataclass(frozen=True)
class Told:
    """What a letter says. `languages`: the applicant's; Chinese and English where it is not known."""

    notice: int
    kind: NoticeKind
    receipt: str
    reasons: Sequence[str]
    languages: Sequence[str]


def letter(told: Told, to: str, settings: MailSettings, hotline: str, *, at: datetime) -> EmailMessage:
    """The letter of a notice. Its number is the notice's own, so that a reader's mail program knows it again."""
    subjects = [said(SUBJECT, language, receipt=told.receipt) for language in told.languages]
    texts = [_text(told, language, settings, hotline) for language in told.languages]
    return _written(" / ".join(subjects), texts, to, settings, f"{told.notice}", told.languages, at)


def trying(to: str, settings: MailSettings, *, number: int, at: datetime) -> EmailMessage:
    """A letter that tells whoever sends it to themselves that the settings are right."""
    subject = " / ".join(said(SENDER, language) for language in LANGUAGES)
    texts = both("This is a letter to try the settings of the health code desk. It concerns nobody's application.")
    return _written(subject, list(texts.values()), to, settings, f"try-{number}", LANGUAGES, at)


def _text(told: Told, language: str, settings: MailSettings, hotline: str) -> str:
    lines = [said(SAYS[told.kind], language, receipt=told.receipt)]
    lines += [f"- {said(REASONS[code], language)}" for code in told.reasons]
    lines += ["", said(LOOK, language, page=settings.status_page), said(ASK, language, hotline=hotline)]
    return "\n".join([*lines, "", said(NO_ANSWER, language)])


def _written(
    subject: str, texts: Sequence[str], to: str, settings: MailSettings, number: str, languages: Sequence[str], at: datetime
) -> EmailMessage:
    message = EmailMessage()
    message["From"] = Address(said(SENDER, languages[0]), addr_spec=settings.sender)
    message["To"] = Address(addr_spec=to)
    message["Subject"] = subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{number}@{settings.sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content("\n\n".join(texts) + "\n", cte="quoted-printable")
    message["Content-Language"] = ", ".join(languages)  # after the text, which brings its own headers about it
    return message
