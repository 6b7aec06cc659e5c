"""A laboratory file into one flat table by django-import-export's bulk way: run by `bench peers`, prints its seconds."""

import csv
import sys
from collections.abc import Mapping
from pathlib import Path
from time import perf_counter

import django
from django.conf import settings

from hbcore.bench.lab_file import HEADINGS

BATCH = 1_000
LEAN = {"skip_diff": True, "force_init_instance": True}
"""Without the report of differences that it otherwise makes of every row."""


def main() -> None:
    """`FILE DATABASE [lean]`: the rows of a UTF-8 file into a new SQLite database."""
    file, database, *lean = sys.argv[1:]
    settings.configure(
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": database}},
        INSTALLED_APPS=["import_export"],
        IMPORT_EXPORT_USE_TRANSACTIONS=True,
    )
    django.setup()
    print(_imported(Path(file), LEAN if lean else {}))


def _imported(file: Path, more: Mapping[str, bool]) -> float:
    import tablib
    from django.db import connection, models
    from import_export.resources import modelresource_factory

    cells = {f"cell_{place}": models.CharField(max_length=100) for place in range(len(HEADINGS))}
    indexes = [models.Index(fields=["cell_2", "cell_4"], name="person"), models.Index(fields=["cell_6"], name="sample")]
    meta = type("Meta", (), {"app_label": "import_export", "indexes": indexes})
    flat = type("Flat", (models.Model,), {"__module__": __name__, "Meta": meta, **cells})
    with connection.schema_editor() as editor:
        editor.create_model(flat)
    options = {"use_bulk": True, "batch_size": BATCH, "import_id_fields": (), **more}
    resource = modelresource_factory(flat, meta_options={**options, "fields": tuple(cells)})
    began = perf_counter()
    with file.open(encoding="utf-8", newline="") as rows:
        _, *read = csv.reader(rows)
    answer = resource().import_data(tablib.Dataset(*read, headers=list(cells)), raise_errors=True)
    if answer.totals["new"] != len(read):
        raise AssertionError(f"{answer.totals} is not {len(read)} new")
    return perf_counter() - began


if __name__ == "__main__":
    main()
