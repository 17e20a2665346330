"""Pictures and documents that people send in: checked, made anew, kept on disk, given only to who may have them."""
