"""Running the portal: facts and demo content, machine addresses, checks."""
