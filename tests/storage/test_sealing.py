"""What people told us opens only in its own place; a keyed hash says nothing but whether two texts are the same."""

from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from hbcore.domain.documents import Document
from hbcore.domain.vocabulary import DocumentKind
from hbcore.storage import people_rows, sealing
from hbcore.storage.people_rows import NewPeople, PersonText
from hbcore.storage.sealing import make_keys, seal, seal_many, unseal

PLAIN = "欧阳若溪 420106199001011231".encode()


@pytest.fixture
def keys(home: Path) -> Path:
    make_keys()
    sealing._key.cache_clear()
    sealing._cipher_in.cache_clear()
    return home / "keys"


def test_what_was_sealed_opens_in_its_place(keys: Path) -> None:
    sealed = seal("person", "sealed", 17, PLAIN)

    assert unseal("person", "sealed", 17, sealed, sealing.KEY_VERSION) == PLAIN
    assert PLAIN not in sealed


@pytest.mark.parametrize(
    ("what", "place"),
    [
        ("another row", ("person", "sealed", 18)),
        ("another table", ("filing", "sealed", 17)),
        ("another column", ("person", "phone", 17)),
    ],
)
def test_moved_to_another_place_it_does_not_open(what: str, place: tuple[str, str, int], keys: Path) -> None:  # S40
    (sealed,) = seal_many("person", "sealed", [17], [PLAIN])

    with pytest.raises(InvalidTag):
        unseal(*place, sealed, sealing.KEY_VERSION)


def test_said_to_be_of_another_key_version_it_does_not_open(keys: Path) -> None:
    (keys / "sealing-2.key").write_bytes((keys / "sealing-1.key").read_bytes())

    with pytest.raises(InvalidTag):
        unseal("person", "sealed", 17, seal("person", "sealed", 17, PLAIN), 2)


@pytest.mark.parametrize("place", [0, sealing.NONCE, -1], ids=["nonce", "text", "tag"])
def test_one_changed_bit_is_found(place: int, keys: Path) -> None:
    sealed = bytearray(seal("person", "sealed", 17, PLAIN))

    sealed[place] ^= 1

    with pytest.raises(InvalidTag):
        unseal("person", "sealed", 17, bytes(sealed), sealing.KEY_VERSION)


def test_no_nonce_comes_twice(keys: Path) -> None:
    sealed = [
        *seal_many("person", "sealed", range(5_000), [PLAIN] * 5_000),
        *(seal("person", "sealed", 1, PLAIN) for _ in range(50)),
    ]

    assert len({one[: sealing.NONCE] for one in sealed}) == len(sealed)


def test_a_column_opens_row_by_row(keys: Path) -> None:
    sealed = seal_many("person", "sealed", [3, 5, 8], [b"three", b"five", b"eight"])

    assert [unseal("person", "sealed", row, one, 1) for row, one in zip([3, 5, 8], sealed, strict=True)] == [
        b"three",
        b"five",
        b"eight",
    ]


def test_a_keyed_hash_is_the_same_for_the_same_and_differs_by_use_and_key(keys: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    uses = ["document", "name", "receipt secret", "session"]

    hashes = [sealing.keyed_hash(use, "H94684388") for use in uses]

    assert hashes == [sealing.keyed_hash(use, "H94684388") for use in uses]
    assert len(set(hashes)) == len(uses)
    assert {len(one) for one in hashes} == {sealing.TOKEN}
    (keys / "index.key").write_bytes(bytes(32))
    sealing._key.cache_clear()
    assert not set(hashes) & {sealing.keyed_hash(use, "H94684388") for use in uses}


def test_kind_and_number_of_a_document_are_both_in_its_key(keys: Path) -> None:
    same, other_kind, other_number = sealing.document_keys(["passport", "foreign_pr_card", "passport"], ["E1", "E1", "E2"])

    assert len({same, other_kind, other_number}) == 3
    assert sealing.document_key("passport", "E1") == same


def test_keys_are_made_once_for_the_desk_alone(keys: Path) -> None:
    before = {file.name: file.read_bytes() for file in keys.iterdir()}

    make_keys()

    assert {file.name: file.read_bytes() for file in keys.iterdir()} == before
    assert before.keys() == {"sealing-1.key", "index.key"}
    assert [len(key) for key in before.values()] == [32, 32]
    assert len(set(before.values())) == 2
    assert {file.stat().st_mode & 0o777 for file in keys.iterdir()} == {0o600}
    assert keys.stat().st_mode & 0o777 == 0o700


def test_the_second_of_two_that_make_keys_at_once_takes_the_first_ones(keys: Path) -> None:
    before = (keys / "index.key").read_bytes()

    sealing._make_key(keys / "index.key")

    assert (keys / "index.key").read_bytes() == before
    assert {file.name for file in keys.iterdir()} == {"sealing-1.key", "index.key"}


@pytest.mark.parametrize("cut", [0, 31])
def test_a_key_that_is_not_whole_is_refused_and_not_taken_for_none(cut: int, keys: Path) -> None:
    (keys / "index.key").write_bytes(bytes(cut))

    with pytest.raises(ValueError, match=r"index\.key"):
        sealing.keyed_hash("document", "E1")


TEXTS = some.text(max_size=12)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=TEXTS, phone=some.none() | some.text(min_size=1, max_size=12))
def test_packing_a_column_of_people_says_the_same_as_packing_each(name: str, phone: str | None) -> None:
    document = Document(DocumentKind.PASSPORT, "C50078212", "FRA")
    column = NewPeople([name], [""], [str(document.kind)], [document.number], [document.country], [phone], [b""], "", "", 0)

    (packed,) = people_rows._pack_new(column)

    assert people_rows.unpack(packed) == PersonText(name, (document,), phone)
    assert packed == people_rows.pack(PersonText(name, (document,), phone))
