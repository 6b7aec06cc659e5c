"""The page of trusted signers: what a file would change stands before the button, and a list is ended in a dialog."""

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from hbcore.domain.vocabulary import Role
from hbcore.services import accounts, trusted_signers
from hbcore.services.accounts import NewAccount
from hbcore.services.acting import Staff
from hbcore.services.clock import now
from tests import standing
from tests.domain.test_key_files import certificate
from tests.pages.test_administrators_pages import PASSWORD, before_the_screen, page, press, said
from tests.signed_codes import rsa_key

PEM = certificate().public_bytes(Encoding.PEM)


@pytest.fixture
def keeper(database, monkeypatch) -> Staff:
    root = standing.staff(Role.ADMINISTRATOR, now(), name="root")
    accounts.add_staff(NewAccount("chen", Role.ADMINISTRATOR), PASSWORD, by=root, at=now())
    return before_the_screen(monkeypatch, "chen")


def test_a_list_is_imported_shown_and_ended(keeper):
    shown = page("Trusted_signers")
    assert "尚未信任任何境外签发方" in said(shown)

    shown.text_input[0].set_value("EU")
    shown.file_uploader[0].set_value(("eu.pem", PEM, "application/x-pem-file")).run()
    assert "新增 1 个密钥" in said(shown)
    press(shown, "导入该名单")

    assert not shown.exception
    (line,) = trusted_signers.listed(by=keeper, at=now())
    assert (line.source, line.country, line.keys) == ("EU", "SE", 1)
    shown = page("Trusted_signers")
    assert list(shown.dataframe[0].value.iloc[0])[:3] == ["EU", "SE", 1]

    shown.selectbox[0].select("EU").run()
    press(shown, "停用名单…")
    next(button for button in shown.button if button.label == "停用名单…").click()  # AppTest runs the whole page
    press(shown, "停用名单")
    assert trusted_signers.listed(by=keeper, at=now()) == ()


def test_keys_that_cannot_be_used_are_counted_before_the_button(keeper):
    shown = page("Trusted_signers")
    shown.text_input[0].set_value("EU")
    weak = certificate(private=rsa_key(1024)).public_bytes(Encoding.PEM)

    shown.file_uploader[0].set_value(("eu.pem", PEM + weak, "application/x-pem-file")).run()

    assert "文件中有 1 个密钥无法使用" in said(shown)
    assert "导入该名单" in [button.label for button in shown.button]


def test_a_file_without_keys_is_refused_in_words(keeper):
    shown = page("Trusted_signers")
    shown.text_input[0].set_value("EU")

    shown.file_uploader[0].set_value(("x.txt", b"nothing", "text/plain")).run()

    assert "读不到签发方的公钥" in said(shown)
    assert "导入该名单" not in [button.label for button in shown.button]
