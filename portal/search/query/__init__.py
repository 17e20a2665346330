"""From what was typed to a query plan: parsing, planning, ranking factors, spelling."""
