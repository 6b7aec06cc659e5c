"""Who acts."""

from dataclasses import dataclass

from hbcore.domain.vocabulary import Role, Theme


@dataclass(frozen=True)
class Staff:
    """Somebody who acts. `session` is the hash of the session's secret; None when acting by shell.

    `password_change_needed`: signed in with a one-time password, and held to choosing an own one before anything else.
    """

    id: int
    name: str
    full_name: str
    role: Role
    unit: str | None
    institutions: tuple[str, ...] = ()
    language: str = "zh"
    session: bytes | None = None
    theme: Theme = Theme.SYSTEM
    password_change_needed: bool = False

    @property
    def via(self) -> str:
        """How they act, as events say it."""
        return "desk" if self.session else "shell"
