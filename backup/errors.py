from django.core.management import CommandError


class BackupError(CommandError):
    """What went wrong, as a sentence for the person who runs the command, and what to do about it."""
