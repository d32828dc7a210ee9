from django.core.management import CommandError

FULL = "disken är full"


class BackupError(CommandError):
    """What went wrong, as a sentence for the person who runs the command, and what to do about it."""


def reason(error: Exception) -> str:
    """What an exception says, on one line."""
    said = getattr(error, "strerror", None) or str(error) or type(error).__name__
    is_full = any(words in str(said) for words in ("No space left", "disk is full", "Disk quota"))
    return FULL if is_full else " ".join(str(said).split())
