"""The database: types, engine, the one way to write, paging, migrations."""
