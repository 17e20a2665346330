"""The PostgreSQL engine: the same terms and plans as the embedded one, for any number of machines."""
