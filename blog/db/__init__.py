"""The database: column types, engine, transactions, paging, migrations."""
