"""Where bytes live: tables, queries, files, migrations; it decides nothing."""
