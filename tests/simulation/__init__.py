"""A network that lives for a year: members who answer fast, slowly or never, through the real services and jobs."""
