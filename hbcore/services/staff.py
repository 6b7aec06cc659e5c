"""Who acts."""

from dataclasses import dataclass

from hbcore.domain.vocabulary import Role


@dataclass(frozen=True)
class Staff:
    """Somebody who acts. `session` is the hash of the session's secret; None when acting by shell."""

    id: int
    name: str
    full_name: str
    role: Role
    unit: str | None
    institutions: tuple[str, ...] = ()
    language: str = "zh"
    session: bytes | None = None

    @property
    def via(self) -> str:
        """How they act, as events say it."""
        return "desk" if self.session else "shell"
