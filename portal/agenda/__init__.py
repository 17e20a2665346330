"""The agenda: kenniscafés, visits and other meetings."""
