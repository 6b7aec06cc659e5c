"""The letters: plain text in the applicant's language; no name, no number of a document, no secret, nothing of health."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from hbcore.domain.application_reasons import ASK_WORDS, REFUSE_WORDS
from hbcore.domain.notices import NoticeKind
from hbcore.services.mail_settings import MailSettings
from hbcore.words import LANGUAGES, both, translate


def N_(text: str) -> str:
    """Mark a sentence of a letter for translation."""
    return text


SENDER = N_("Hubei health code")
SUBJECT = N_("Your health code application {receipt}")
SAYS = {
    NoticeKind.APPROVED: N_("Your application {receipt} has been approved. You can show your health code on the page below."),
    NoticeKind.REFUSED: N_("Your application {receipt} has not been approved:"),
    NoticeKind.ASKED: N_(
        "We cannot finish your application {receipt} yet. Please complete or check the following within seven days:"
    ),
    NoticeKind.REMINDER: N_(
        "We have not heard from you about your application {receipt} for three days. Without an answer it ends after seven days."
        " Please complete or check:"
    ),
    NoticeKind.EXPIRED: N_(
        "Your application {receipt} has ended, because we had no answer from you for seven days. You may apply again."
    ),
    NoticeKind.REVOKED: N_("The approval of your application {receipt} has been withdrawn:"),
    NoticeKind.REOPENED: N_(
        "The decision on your application {receipt} that we told you of has been taken back. The application is under review"
        " again; you need not do anything."
    ),
}
AGAIN = N_("You may apply again once this is settled.")
MAY_APPLY_AGAIN = (NoticeKind.REFUSED, NoticeKind.REVOKED)
LOOK = N_("Look it up with your receipt number here: {page}")
ASK = N_("Questions? Call {hotline}.")
NO_ANSWER = N_("This letter was sent by a machine; answers to it are not read. We never ask for a password or for money.")
TRY = N_("This is a letter to try the settings of the health code desk. It concerns nobody's application.")


@dataclass(frozen=True)
class Told:
    """What a letter says. `languages`: the applicant's, or all of the desk's where it is not known."""

    notice: int
    kind: NoticeKind
    receipt: str
    reasons: Sequence[str]
    languages: Sequence[str]


def letter(told: Told, to: str, settings: MailSettings, hotline: str, *, at: datetime) -> EmailMessage:
    """The letter of a notice. Its number is the notice's own, so that a reader's mail program knows it again."""
    subjects = [translate(SUBJECT, language, receipt=told.receipt) for language in told.languages]
    texts = [_text(told, language, settings, hotline) for language in told.languages]
    return _written(" / ".join(subjects), texts, to, settings, f"{told.notice}", told.languages, at)


def trying(to: str, settings: MailSettings, *, number: int, at: datetime) -> EmailMessage:
    """A letter that tells whoever sends it to themselves that the settings are right."""
    return _written(" / ".join(both(SENDER).values()), list(both(TRY).values()), to, settings, f"try-{number}", LANGUAGES, at)


def _text(told: Told, language: str, settings: MailSettings, hotline: str) -> str:
    said = [translate(SAYS[told.kind], language, receipt=told.receipt)]
    said += [f"- {_reason(code, language)}" for code in told.reasons]
    said += [translate(AGAIN, language)] if told.kind in MAY_APPLY_AGAIN else []
    said += ["", translate(LOOK, language, page=settings.status_page), translate(ASK, language, hotline=hotline)]
    return "\n".join([*said, "", translate(NO_ANSWER, language)])


def _reason(code: str, language: str) -> str:
    words = REFUSE_WORDS[code] if code in REFUSE_WORDS else ASK_WORDS[code]
    return words.zh if language == "zh" else words.en


def _written(
    subject: str, texts: Sequence[str], to: str, settings: MailSettings, number: str, languages: Sequence[str], at: datetime
) -> EmailMessage:
    message = EmailMessage()
    message["From"] = Address(translate(SENDER, languages[0]), addr_spec=settings.sender)
    message["To"] = Address(addr_spec=to)
    message["Subject"] = subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{number}@{settings.sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = ", ".join(languages)
    message.set_content("\n\n".join(texts) + "\n", cte="quoted-printable")
    return message
