"""`docs/roles.md` from the table of permissions; run as a program, it writes the document anew."""

from hbcore.domain.permissions import BEFORE_OWN_PASSWORD, PAGES, Permission, may
from hbcore.domain.vocabulary import Role
from hbcore.ui.permission_words import PERMISSIONS
from hbcore.ui.staff_acts import DOES
from hbcore.ui.words import PAGE_TITLES, ROLES
from hbcore.words import translate
from tests.checks.actions import actions
from tests.checks.sources import ROOT

PLACE = ROOT / "docs" / "roles.md"
BEGIN = """# Who may do what · 角色与权限

Made from `hbcore/domain/permissions.py` by `.venv/bin/python -m tests.checks.roles_document`; a check compares the two. Menu and
services ask the same table, and `tests/services/test_roles_matrix.py` calls every service in every role.
"""


def document() -> str:
    """The whole text."""
    before = ", ".join(_both(PERMISSIONS[one]) for one in Permission if one in BEFORE_OWN_PASSWORD)
    return "\n".join(
        (
            BEGIN,
            "## Roles · 角色\n",
            *(f"- **{_both(ROLES[role])}**: {_both(DOES[role])}" for role in Role),
            "\nWhoever signed in with a one-time password may do nothing but these until an own one is chosen · "
            f"用一次性密码登录后，设置本人密码前只能：{before}.",
            "\n## Permissions · 权限\n",
            *_table([(_both(PERMISSIONS[one]), one) for one in Permission]),
            "\n## Pages · 页面\n",
            *_table([(_both(PAGE_TITLES[page]), permission) for page, permission in PAGES.items()]),
            "\n## Services · 服务\n",
            *_services(),
            "",
        )
    )


def _table(rows: list[tuple[str, Permission]]) -> list[str]:
    heads = [translate(ROLES[role], "en") + "<br>" + translate(ROLES[role], "zh") for role in Role]
    lines = [f"| | {' | '.join(heads)} |", f"|---|{':-:|' * len(heads)}"]
    return lines + [f"| {text} | {' | '.join('✓' if may(role, one) else ' ' for role in Role)} |" for text, one in rows]


def _services() -> list[str]:
    of: dict[Permission, list[str]] = {}
    for action in actions():
        of.setdefault(action.permission, []).append(f"`{action.name}`")
    return [f"- {_both(PERMISSIONS[one])}: {', '.join(sorted(of[one]))}" for one in Permission if one in of]


def _both(text: str) -> str:
    return f"{text} · {translate(text, 'zh')}"


if __name__ == "__main__":
    PLACE.write_text(document(), encoding="utf-8")
