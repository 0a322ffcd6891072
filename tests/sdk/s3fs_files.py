"""Files through s3fs, as pandas, Dask and others use them: written, read in pieces, listed, moved, removed.

Runs against AWS_ENDPOINT_URL; fails with a traceback at the first surprise.
"""

import hashlib
import os
import sys
import tempfile

import fsspec
import s3fs

BUCKET = sys.argv[1] if len(sys.argv) > 1 else "s3fs-bucket"
MIB = 1 << 20


def main():
    fs = s3fs.S3FileSystem(default_block_size=5 * MIB)
    fs.mkdir(BUCKET)
    assert BUCKET in fs.ls("")

    body = os.urandom(17 * MIB)
    with fs.open(f"{BUCKET}/deep/large", "wb", block_size=5 * MIB) as file:
        for at in range(0, len(body), 999_999):
            file.write(body[at : at + 999_999])
    info = fs.info(f"{BUCKET}/deep/large")
    assert (info["size"], info["type"], info["ETag"][-3:]) == (17 * MIB, "file", '-3"'), info
    with fs.open(f"{BUCKET}/deep/large", "rb", block_size=MIB) as file:
        file.seek(-1_000_000, os.SEEK_END)
        assert file.read(10) == body[-1_000_000:][:10]
        file.seek(0)
        assert hashlib.sha256(file.read()).digest() == hashlib.sha256(body).digest()
    ranges = fs.cat_ranges([f"{BUCKET}/deep/large"] * 2, [0, 6 * MIB], [10, 6 * MIB + 10])
    assert ranges == [body[:10], body[6 * MIB : 6 * MIB + 10]]
    with fs.open(f"{BUCKET}/deep/large", "ab") as file:
        file.write(b"the end")
    assert fs.tail(f"{BUCKET}/deep/large", 7) == b"the end"
    assert fs.du(f"{BUCKET}/deep") == 17 * MIB + 7

    fs.pipe({f"{BUCKET}/tree/{name}": name.encode() for name in ("one", "two", "a/three", "a/b/f ö+ur")})
    assert fs.ls(f"{BUCKET}/tree", detail=False) == [f"{BUCKET}/tree/{name}" for name in ("a", "one", "two")]
    assert fs.find(f"{BUCKET}/tree") == [f"{BUCKET}/tree/{name}" for name in ("a/b/f ö+ur", "a/three", "one", "two")]
    assert fs.glob(f"{BUCKET}/tree/**/t*") == [f"{BUCKET}/tree/{name}" for name in ("a/three", "two")]
    assert fs.isdir(f"{BUCKET}/tree/a") and fs.isfile(f"{BUCKET}/tree/one") and not fs.exists(f"{BUCKET}/tree/on")
    assert fs.cat(f"{BUCKET}/tree/a/b/f ö+ur") == "a/b/f ö+ur".encode()
    fs.mv(f"{BUCKET}/tree/one", f"{BUCKET}/tree/moved")
    assert (fs.exists(f"{BUCKET}/tree/one"), fs.cat(f"{BUCKET}/tree/moved")) == (False, b"one")
    fs.copy(f"{BUCKET}/tree/a", f"{BUCKET}/copies", recursive=True)
    assert fs.cat(f"{BUCKET}/copies/three") == b"a/three"

    fs.setxattr(f"{BUCKET}/tree/two", copy_kwargs={"ContentType": "text/x"}, colour="blue")
    assert fs.metadata(f"{BUCKET}/tree/two") == {"colour": "blue"}, fs.metadata(f"{BUCKET}/tree/two")
    fs.put_tags(f"{BUCKET}/tree/two", {"a": "b"})
    assert fs.get_tags(f"{BUCKET}/tree/two") == {"a": "b"}
    with fsspec.open(fs.sign(f"{BUCKET}/tree/two", expiration=60).replace("https", "http")) as file:
        assert file.read() == b"two"
    fs.touch(f"{BUCKET}/tree/empty")
    assert fs.size(f"{BUCKET}/tree/empty") == 0

    with tempfile.TemporaryDirectory() as folder:
        fs.get(f"{BUCKET}/tree/", f"{folder}/down/", recursive=True)
        with open(f"{folder}/down/a/three", "rb") as file:
            assert file.read() == b"a/three"
        fs.put(f"{folder}/down/", f"{BUCKET}/again/", recursive=True)
    names = [name.removeprefix(f"{BUCKET}/tree/") for name in fs.find(f"{BUCKET}/tree")]
    assert [name.removeprefix(f"{BUCKET}/again/") for name in fs.find(f"{BUCKET}/again")] == names

    for bad, error in ((f"{BUCKET}/absent", FileNotFoundError), ("no-such-bucket-here/key", FileNotFoundError)):
        try:
            fs.cat(bad)
        except error:
            continue
        raise AssertionError(f"{bad} is there")

    versioned = s3fs.S3FileSystem(version_aware=True)
    versioned.mkdir(f"{BUCKET}-versions")
    versioned.make_bucket_versioned(f"{BUCKET}-versions")
    for text in (b"first", b"second"):
        versioned.pipe(f"{BUCKET}-versions/key", text)
    old = versioned.object_version_info(f"{BUCKET}-versions/key")[1]["VersionId"]
    with versioned.open(f"{BUCKET}-versions/key", version_id=old) as file:
        assert file.read() == b"first"

    fs.rm(BUCKET, recursive=True)
    assert not fs.exists(BUCKET)
    print("s3fs: passed")


main()
