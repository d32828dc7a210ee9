"""The folder of pictures and the database belong together, also where several machines share both."""

from uuid import uuid4

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from backup.errors import BackupError
from backup.models import MediaFolder
from publishing.removal import held_pictures

MARK = "site-id"  # in the folder; backed up and restored with it


def missing_files() -> list[str]:
    """Files that the database holds and the folder lacks."""
    return sorted(name for name in held_pictures() if not default_storage.exists(name))


def claim_folder() -> None:
    """Mark the folder as this database's, at the first start. Raises BackupError where another was marked before.

    Machines with a folder each would show only the pictures that were uploaded on themselves.
    """
    found = ""
    if default_storage.exists(MARK):
        with default_storage.open(MARK) as file:
            found = file.read().decode(errors="replace").strip()[:32]
    ours = MediaFolder.objects.first()
    if ours and ours.key != found:
        raise BackupError(
            f"DATA_DIR: {settings.MEDIA_ROOT} är inte den bildmapp som hör till databasen. Montera den mapp som"
            f" maskinerna delar där, eller lägg tillbaka bilderna. Är mappen ändå rätt: skriv {ours.key} i"
            f" {settings.MEDIA_ROOT / MARK}"
        )
    if not found:
        found = uuid4().hex
        default_storage.save(MARK, ContentFile(found))
    if not ours:
        MediaFolder.objects.create(key=found)
