"""Image work takes a bounded amount of memory, and gives it back."""

import subprocess
import sys
from typing import Any

import pytest

from publishing.imaging import MEMORY, clean, in_own_process
from tests.publishing.test_images import KINDS, picture
from tests.servers import ROOT

# The resident memory of a worker, in MB, after each of three rounds of uploads in four threads.
ROUNDS = """
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from django.core.files.uploadedfile import SimpleUploadedFile
from publishing.images import clean_image

def upload(name):
    clean_image(SimpleUploadedFile("x", Path(name).read_bytes()))

with ThreadPoolExecutor(4) as threads:
    for _ in range(3):
        list(threads.map(upload, sys.argv[1:]))
        print(int(Path("/proc/self/statm").read_text().split()[1]) * 4096 >> 20)
"""


def test_memory_does_not_grow_with_uploads(tmp_path: Any) -> None:
    files = [tmp_path / kind for kind in KINDS]
    for file in files:
        file.write_bytes(picture(file.name, (1500, 1000)))
    command = [sys.executable, "-c", ROUNDS, *files]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    first, *_others, last = map(int, done.stdout.split())
    assert last < first + 10, done.stdout


def test_image_work_beyond_the_limit_is_stopped() -> None:
    with pytest.raises(MemoryError):
        in_own_process(bytearray, MEMORY)


def test_largest_picture_fits_in_the_limit() -> None:
    """A WebP with transparency takes most memory."""
    content = picture("WEBP", (8160, 6120), "RGBA", lossless=True, method=0, quality=0)
    assert in_own_process(clean, content)[0] == "WEBP"
