"""Pages for administrators (beheer): accounts, roles and settings."""
