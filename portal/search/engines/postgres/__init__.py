"""The PostgreSQL engine: an index in the portal's own database, for any number of machines."""
