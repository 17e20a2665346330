"""Chooses the file store from the settings: a bucket when `PORTAL_FILES_URL` names one, else a folder."""

from flask import current_app

from portal.core.config import Settings
from portal.files.folder_store import FolderStore
from portal.files.store import Store

EXTENSION = "files_store"


def get_store() -> Store:
    """Return the store of the current application, created at first use."""
    known: Store | None = current_app.extensions.get(EXTENSION)
    return known or current_app.extensions.setdefault(EXTENSION, create_store(current_app.config["SETTINGS"]))


def create_store(settings: Settings) -> Store:
    """Return the store that the settings describe."""
    if settings.files.bucket:
        from portal.files.object_store import ObjectStore  # its library is optional: the extra `scale`

        return ObjectStore(settings.files)
    return FolderStore(settings.files.folder or settings.instance / "files")
