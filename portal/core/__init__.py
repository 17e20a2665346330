"""Code that every other package uses. It imports nothing from the rest of the portal except `portal.build`."""
