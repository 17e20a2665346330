"""The database and Redis: connections, transactions, migrations, column types, idempotency keys."""
