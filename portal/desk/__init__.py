"""The editors' desk: pending cases, reports, the audit log, synonyms, and what people search for in vain."""
