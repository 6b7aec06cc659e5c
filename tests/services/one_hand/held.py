"""What one supervisor alone does about rows that are held, and staff about whose documents are whose."""

from hbcore.domain.lab_held import fitting
from hbcore.domain.vocabulary import DocumentKind, RowCode
from hbcore.services import held_settling, identity
from hbcore.services.acting import Staff
from hbcore.services.held_settling import Settlement
from hbcore.services.identity import AddedFor
from tests.services.one_hand.accounts import PERMITS
from tests.services.one_hand.persons import Persons

WHOSE = (RowCode.NAME_DIFFERS, RowCode.AMBIGUOUS_DOCUMENT)
HOLDERS = """
    SELECT d.person_id FROM upload_row r JOIN document d ON d.key = r.document_key WHERE r.upload_id = ? AND r.row_number = ?
"""


class HeldRows(Persons):
    """Acts on held rows by one; what takes two is proposed elsewhere."""

    def _settle(self, by: Staff, a: int, b: int, c: int) -> str:
        """One row or all of its kind; now and then by who added a document last."""
        held = self.all("SELECT upload_id, row_number, held_for FROM upload_row WHERE held_for IS NOT NULL ORDER BY 1, 2")
        if not held:
            return "nothing"
        upload, row, kind = held[a % len(held)]
        rows = [(upload, row)] if b % 3 else [one[:2] for one in held if one[2] == kind]
        take = b % 4 > 0
        reasons = fitting(RowCode(kind), take)
        by = self.last.get("added", by) if c % 4 == 0 else by
        holders = {person for one in rows for (person,) in self.all(HOLDERS, *one)} if kind in WHOSE else set()
        held_settling.settle(Settlement(tuple(rows), take, str(reasons[c % len(reasons)])), by=by, at=self.at)
        assert not self.book.added & {(one, by.id) for one in holders}, "who added a document said whose a row is"
        for one, _row in rows:
            self.book.released[one].add(by.id)
        self.last["settled"] = upload, row, by
        return "done"

    def _reopen(self, _by: Staff, _a: int, _b: int, _c: int) -> str:
        if "settled" not in self.last:
            return "nothing"
        upload, row, by = self.last["settled"]
        held_settling.reopen(upload, row, by=by, at=self.at)
        return "done"

    def _add_document(self, by: Staff, a: int, b: int, _c: int) -> str:
        """A permit that may become known, or is, as somebody else's."""
        person = self._looked_up(by, a)
        if person is None:
            return "nothing"
        number = PERMITS[b % len(PERMITS)][2]
        identity.add_document(person, DocumentKind.HK_MACAU_PERMIT, number, "", AddedFor.SECOND_DOCUMENT, by=by, at=self.at)
        self.book.added.add((person, by.id))
        self.last["added"] = by
        return "done"
