"""Results of somebody who was alone in a tube until another file put others into it: ended, and added as the tube's."""

from collections.abc import Sequence

import sqlalchemy as sa

from hbcore.domain.tube_columns import of_tube
from hbcore.domain.vocabulary import Outcome
from hbcore.storage import recall_counts, result_rows, results_again
from hbcore.storage.ids import new_ids
from hbcore.storage.result_rows import ResultLine, Uploaded

CORRECTED = "corrected"


def share(connection: sa.Connection, held: Sequence[ResultLine], upload: Uploaded) -> None:
    """End these valid results by the upload that put somebody beside them, and add each as one of a tube of several.

    It stays what its own upload said when that was recorded: it counts where and when it counted, and goes with that upload.
    """
    if not held:
        return
    ended = [line._replace(ended_at=upload.at, ended_how=CORRECTED, ended_by=upload.id) for line in held]
    now = [of_several(line, line.id)._replace(id=id_) for line, id_ in zip(held, new_ids(len(held)), strict=True)]
    recall_counts.recount(connection, held, [*ended, *now])
    result_rows.end_results(connection, [(line, CORRECTED) for line in held], upload)
    result_rows.add_lines(connection, sorted(now))
    results_again.repeat(connection, {was.id: one.id for was, one in zip(held, now, strict=True)})


def of_several(line: ResultLine, shared: int) -> ResultLine:
    """A result as it is beside somebody whom another file put into its tube."""
    return line._replace(single=False, shared=shared, outcome=of_tube(Outcome(line.outcome), False))
