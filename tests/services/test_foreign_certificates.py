"""A foreign certificate is evidence: read, marked as trusted or not, entered as a result by two people, and it clears nothing."""

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from sqlmodel import Session

from hbcore.domain.code_verdicts import CodeStep, CodeVerdict
from hbcore.domain.dcc import StatementKind
from hbcore.domain.vocabulary import Assay, Outcome, Role
from hbcore.services import codes_presented, foreign_certificates, outside_results, trusted_signers
from hbcore.services.acting import Staff
from hbcore.services.foreign_certificates import Standing
from hbcore.services.outside_results import Behind, Report
from hbcore.storage.engine import engine
from tests import standing
from tests.domain.test_code_chain import RECOVERY, WHO_TEST
from tests.domain.test_key_files import certificate
from tests.services.requesting import AT, DAY, HOUR, RESIDENT, desk, jpeg, looked_up, refused
from tests.signed_codes import CLAIMS, KID, TEST, ec_key, signed

VECTORS = Path(__file__).parent.parent / "data" / "dgc"
SAMPLED = (AT - 5 * HOUR).astimezone(UTC).replace(second=0, microsecond=0)


@pytest.fixture
def two(database: Path) -> tuple[Staff, Staff]:
    entering, confirming, _ = desk()
    return entering, confirming


def issued(**test: object) -> str:
    said = {**TEST["t"][0], "sc": SAMPLED.isoformat(), **test}
    begun, ends = int((AT - HOUR).timestamp()), int((AT + DAY).timestamp())
    return signed({1: "SE", 4: ends, 6: begun, -260: {1: {**TEST, "t": [said]}}})


def trust_sweden() -> None:
    """The signer's key, under the id that the test's codes name."""
    line = {"kid": base64.b64encode(KID).decode(), "country": "SE"}
    of_signer = certificate(begun=AT - 30 * DAY, ended=AT + 30 * DAY)
    line["rawData"] = base64.b64encode(of_signer.public_bytes(Encoding.DER)).decode()
    keeper = standing.staff(Role.ADMINISTRATOR, AT, name="keeper")
    trusted_signers.bring_in("EU", json.dumps([line]).encode(), by=keeper, at=AT)


def report(text: str, **changed: object) -> Report:
    plain = Report("Hall 3", "1", Assay.NAAT, Outcome.NEGATIVE, SAMPLED, (("report.jpg", jpeg()),), text)
    return replace(plain, **changed)  # type: ignore[arg-type]


def test_a_certificate_by_a_trusted_key_is_marked_so_and_says_its_test(two):
    trust_sweden()

    read = foreign_certificates.read(issued(), by=two[0], at=AT)

    assert (read.standing, read.failed_step, read.country) == (Standing.TRUSTED, None, "SE")
    assert (read.statement.name, read.statement.born) == ("Blödsinn", "1979-04-14")
    assert (read.test.assay, read.test.outcome, read.test.sampled_at) == (Assay.NAAT, Outcome.NEGATIVE, SAMPLED)


def test_a_test_of_whos_is_read_as_well(two):
    trust_sweden()
    test = {**WHO_TEST["test"], "date": SAMPLED.isoformat(), "type": {"code": "94558-4"}}
    begun, ends = int((AT - HOUR).timestamp()), int((AT + DAY).timestamp())

    read = foreign_certificates.read(signed({4: ends, 6: begun, -260: {4: [{**WHO_TEST, "test": test}]}}), by=two[0], at=AT)

    assert (read.standing, read.kind, read.statement.name) == (Standing.TRUSTED, StatementKind.TEST, "Aung San")
    assert (read.test.assay, read.test.outcome, read.test.sampled_at) == (Assay.ANTIGEN, Outcome.NEGATIVE, SAMPLED)
    assert (read.test.institution, read.test.country, read.statement.issuer) == ("Hall 3", "MMR", "an agency")


@pytest.mark.parametrize(
    ("stated", "kind"),
    [
        ({"t": TEST["t"] * 2}, None),
        ({"r": RECOVERY["r"]}, None),
        ({"t": [], "r": RECOVERY["r"] * 2}, StatementKind.RECOVERY),
    ],
)
def test_what_an_early_release_states_several_times_or_beside_a_test_is_no_evidence_of_one(two, stated, kind):
    trust_sweden()
    begun, ends = int((AT - HOUR).timestamp()), int((AT + DAY).timestamp())

    read = foreign_certificates.read(signed({4: ends, 6: begun, -260: {1: {**TEST, "ver": "1.0.0", **stated}}}), by=two[0], at=AT)

    assert (read.standing, read.kind, read.statement, read.test) == (Standing.TRUSTED, kind, None, None)


def test_without_its_key_or_out_of_its_time_it_is_unverified_and_still_read(two):
    read = foreign_certificates.read(issued(), by=two[0], at=AT)
    assert (read.standing, read.failed_step, read.test.outcome) == (Standing.UNVERIFIED, CodeStep.KEY, Outcome.NEGATIVE)

    trust_sweden()
    late = foreign_certificates.read(issued(), by=two[0], at=AT + 2 * DAY)
    assert (late.standing, late.failed_step) == (Standing.UNVERIFIED, CodeStep.TIME)


def test_who_pretends_to_have_a_trusted_key_is_refused_and_so_is_whatever_is_none(two):
    trust_sweden()
    forged = signed({**CLAIMS, -260: {1: TEST}}, private=ec_key(1))
    live = signed({4: CLAIMS[4], 6: CLAIMS[6], 7: bytes(16), -260: {-1: ["green", "hubei-2020-04"]}})

    for text in (forged, live, "", "HC1:", "hello"):
        refused("certificate_invalid", lambda text=text: foreign_certificates.read(text, by=two[0], at=AT))


@pytest.mark.parametrize("known", [True, False])
def test_a_result_from_outside_says_what_stands_behind_it_to_both(two, known):
    entering, confirming = two
    if known:
        trust_sweden()
    person = looked_up(standing.person(RESIDENT, AT - 9 * DAY), entering)

    proposal = outside_results.propose(person, report(issued()), by=entering, at=AT)

    expected = Behind(Standing.TRUSTED if known else Standing.UNVERIFIED, "SE")
    (entered,) = outside_results.of_person(person, by=entering, at=AT)
    assert entered.behind == expected
    assert outside_results.paper_of(entered.id, by=confirming, at=AT).behind == expected
    outside_results.confirm(proposal, by=confirming, at=AT)


def test_what_is_entered_is_what_the_certificate_says(two):
    entering, _ = two
    person = looked_up(standing.person(RESIDENT, AT - 9 * DAY), entering)

    def enter(one: Report) -> Callable[[], object]:
        return lambda: outside_results.propose(person, one, by=entering, at=AT)

    refused("certificate_says_other", enter(report(issued(), sampled_at=SAMPLED - timedelta(hours=1))))
    refused("certificate_says_other", enter(report(issued(tr="260373001"))))
    refused("certificate_no_test", enter(report(issued(tr="1"))))
    refused("certificate_invalid", enter(report("HC1:x")))
    refused("picture_needed", enter(report(issued(), pictures=())))


def test_a_paper_alone_has_nothing_behind_it(two):
    entering, _ = two
    person = looked_up(standing.person(RESIDENT, AT - 9 * DAY), entering)

    outside_results.propose(person, report(""), by=entering, at=AT)

    (entered,) = outside_results.of_person(person, by=entering, at=AT)
    assert entered.behind == Behind()


def test_a_time_without_its_zone_is_utc_and_a_day_begins_at_midnight(two):
    def said(at: str) -> datetime:
        read = foreign_certificates.read(issued(sc=at), by=two[0], at=AT)
        assert read.test is not None
        return read.test.sampled_at

    assert said("2020-11-20T08:00:00") == datetime(2020, 11, 20, 8, tzinfo=UTC)
    assert said("2020-11-20") == datetime(2020, 11, 20, tzinfo=UTC)


def test_an_imported_key_counts_wherever_a_code_is_read_at_the_desk(two):
    def verdict() -> CodeVerdict:
        with engine().connect() as connection, Session(connection) as session:
            return codes_presented.presented(session, issued(), at=AT).verdict

    assert verdict() == CodeVerdict.NOT_OURS
    trust_sweden()
    assert verdict() == CodeVerdict.FOREIGN_VALID


def test_a_certificate_is_read_in_a_photo_of_its_paper():
    vector = json.loads((VECTORS / "SE_2.json").read_text("utf-8"))

    assert foreign_certificates.text_in(base64.b64decode(vector["2DCODE"])) == vector["PREFIX"]
    assert foreign_certificates.text_in(jpeg()) is None
