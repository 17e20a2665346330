"""What the portal withstands: each module walks every public route rather than one page."""
