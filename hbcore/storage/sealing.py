"""Keys and what they do: AES-GCM for what people told us, a keyed hash to find it again. The only room that sees keys."""

import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hbcore.storage.home import home

KEY_VERSION = 1
KEY = 32
NONCE = 12
TOKEN = 16
SIGNING_KEY = "checkpoint.key"
"""Signs checkpoints of the chains of events and nothing else; made with the first one where it is missing."""

KEY_FILES = (f"sealing-{KEY_VERSION}.key", "index.key")


def make_keys() -> None:
    """Make the sealing key and the index key in `HBCORE_HOME/keys` (0600) where they are missing; never overwrite one."""
    folder = home() / "keys"
    folder.mkdir(mode=0o700, exist_ok=True)
    for name in KEY_FILES:
        if not (folder / name).exists():
            _make_key(folder / name)
    keep_names(folder)


def keep_names(folder: Path) -> None:
    """The names of the files in a folder onto the disk as well."""
    if os.name == "posix":  # elsewhere a folder cannot be opened
        _keep(os.open(folder, os.O_RDONLY))


def keys_there() -> bool:
    """Whether the keys are in their folder."""
    return all((home() / "keys" / name).exists() for name in KEY_FILES)


def _make_key(place: Path) -> None:
    keep_key(place, os.urandom(KEY))


def keep_key(place: Path, key: bytes) -> None:
    """Put a key down for its owner alone, on the disk before this returns; one that lies there already stays."""
    # Written elsewhere, then linked to its name: it is there whole or not at all, and whoever links second loses.
    draft = place.with_name(f"{place.name}.{os.urandom(8).hex()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(descriptor, key)
        _keep(descriptor)
        with suppress(FileExistsError):
            os.link(draft, place)
    finally:
        draft.unlink()


def _keep(descriptor: int) -> None:
    """Onto the disk, and closed: what a lost key sealed is lost with it."""
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@lru_cache(maxsize=8)
def _key(path: Path) -> bytes:
    key = path.read_bytes()
    if len(key) != KEY:  # a keyed hash takes no key as well, and would say nothing
        raise ValueError(f"{path.name} is no key of {KEY} bytes")
    return key


def signature(text: bytes) -> bytes:
    """The Ed25519 signature of `text` under the desk's own signing key."""
    folder = home() / "keys"
    if not (folder / SIGNING_KEY).exists():
        _make_key(folder / SIGNING_KEY)
    return _signer().sign(text)


def signed_here(text: bytes, signed: bytes) -> bool:
    """Whether `signed` is `signature(text)` of this desk; False without its signing key too."""
    if not (home() / "keys" / SIGNING_KEY).exists():
        return False
    public: Ed25519PublicKey = _signer().public_key()
    try:
        public.verify(signed, text)
    except InvalidSignature:
        return False
    return True


def _signer() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(_key(home() / "keys" / SIGNING_KEY))


@lru_cache(maxsize=8)
def _cipher_in(folder: Path, version: int) -> AESGCM:
    return AESGCM(_key(folder / "keys" / f"sealing-{version}.key"))


def _cipher(version: int) -> AESGCM:
    return _cipher_in(home(), version)


def _bound(table: str, column: str, row: int, version: int) -> bytes:
    return _bound_to(table, column, version) % row


@lru_cache(maxsize=256)
def _bound_to(table: str, column: str, version: int) -> bytes:
    """What a sealed value is bound to, but for its row (`%d`)."""
    return f"{table}|{column}|%d|{version}".encode()


def seal(table: str, column: str, row: int, plain: bytes) -> bytes:
    """`plain` encrypted and bound to its table, column, row and key version, so that it opens nowhere else (S40)."""
    nonce = os.urandom(NONCE)
    return nonce + _cipher(KEY_VERSION).encrypt(nonce, plain, _bound(table, column, row, KEY_VERSION))


def seal_many(table: str, column: str, rows: Sequence[int], plains: Sequence[bytes]) -> list[bytes]:
    """`seal` for a whole column: one draw of randomness, one cipher."""
    encrypt, bound = _cipher(KEY_VERSION).encrypt, _bound_to(table, column, KEY_VERSION)
    drawn = os.urandom(NONCE * len(rows))
    nonces = [drawn[place : place + NONCE] for place in range(0, len(drawn), NONCE)]
    return [nonce + encrypt(nonce, plain, bound % row) for nonce, row, plain in zip(nonces, rows, plains, strict=True)]


def unseal(table: str, column: str, row: int, sealed: bytes, version: int) -> bytes:
    """What `seal` closed.

    :raises cryptography.exceptions.InvalidTag: when the bytes were moved, changed, or sealed by another key.
    """
    cipher = _cipher(version)
    return cipher.decrypt(sealed[:NONCE], sealed[NONCE:], _bound(table, column, row, version))


def opened(table: str, column: str, row: int, sealed: bytes) -> bytes | None:
    """`unseal` of what came from outside, under the key of today; None for what this desk has not sealed."""
    try:
        return unseal(table, column, row, sealed, KEY_VERSION)
    except (InvalidTag, ValueError):  # a nonce too short is a value error
        return None


def unseal_many(table: str, column: str, rows: Iterable[tuple[int, bytes, int]]) -> list[bytes]:
    """`unseal` for a whole column, of each row's id, sealed bytes and key version: each cipher is looked up once."""
    ciphers: dict[int, AESGCM] = {}
    opened = []
    for row, sealed, version in rows:
        cipher = ciphers.get(version) or ciphers.setdefault(version, _cipher(version))
        opened.append(cipher.decrypt(sealed[:NONCE], sealed[NONCE:], _bound(table, column, row, version)))
    return opened


def keyed_hashes(use: str, texts: Sequence[str]) -> list[bytes]:
    """16 bytes of keyed BLAKE2b under the index key for each text; `use` keeps one use's hashes apart from another's.

    A quarter of the time of HMAC-SHA256, which hashes twice: a million texts in 0.35 s.
    """
    start = blake2b(f"{use}|".encode(), key=_key(home() / "keys" / "index.key"), digest_size=TOKEN).copy
    hashes = []
    for text in texts:
        state = start()
        state.update(text.encode())
        hashes.append(state.digest())
    return hashes


def keyed_hash(use: str, text: str) -> bytes:
    """`keyed_hashes` of one text."""
    return keyed_hashes(use, (text,))[0]


def document_keys(kinds: Sequence[str], numbers: Sequence[str]) -> list[bytes]:
    """The key of each document: kind and normalised number (model part 4)."""
    return keyed_hashes("document", [f"{kind}|{number}" for kind, number in zip(kinds, numbers, strict=True)])


def document_key(kind: str, number: str) -> bytes:
    """`document_keys` of one document."""
    return document_keys((kind,), (number,))[0]
