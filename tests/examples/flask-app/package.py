"""Packages the application as Lambda takes it: what it needs and its own files, in one archive.

python package.py ARCHIVE [FOLDER]: FOLDER keeps what was installed for the next time.
"""

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

HERE = Path(__file__).parent
OWN = ["app.py", "handlers.py"]


def install(folder):
    """Installs the requirements into a folder, if that has not been done."""
    stamp, wanted = folder / "installed.txt", (HERE / "requirements.txt").read_text()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--upgrade"]
    subprocess.run([*command, "--target", folder, "--requirement", HERE / "requirements.txt"], check=True)
    stamp.write_text(wanted)


def pack(folder, archive):
    """Writes the archive. What is only for people who read or test the packages stays out."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as out:
        for path in sorted(folder.rglob("*")):
            inner = path.relative_to(folder)
            if path.is_file() and "__pycache__" not in inner.parts and "examples-1.json" not in path.name:
                out.write(path, inner)
        for name in OWN:
            out.write(HERE / name, name)


def main():
    archive = Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as fresh:
        folder = Path(sys.argv[2] if len(sys.argv) > 2 else fresh)
        folder.mkdir(parents=True, exist_ok=True)
        install(folder)
        pack(folder, archive)


if __name__ == "__main__":
    main()
