"""Parquet through Apache Arrow's own S3 client, which is the AWS SDK for C++.

Runs against AWS_ENDPOINT_URL; fails with a traceback at the first surprise.
"""

import os
import sys

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
from pyarrow.fs import FileSelector, FileType, S3FileSystem

BUCKET = sys.argv[1] if len(sys.argv) > 1 else "pyarrow-bucket"


def main():
    scheme, address = os.environ["AWS_ENDPOINT_URL"].split("://")
    fs = S3FileSystem(endpoint_override=address, scheme=scheme, region="us-east-1", allow_bucket_creation=True, allow_bucket_deletion=True)
    fs.create_dir(BUCKET)

    rows = 200_000
    table = pa.table({
        "number": pa.array(range(rows), pa.int64()),
        "year": pa.array([2020 + number % 3 for number in range(rows)]),
        "noise": pa.array([os.urandom(48) for _ in range(rows)]),
    })
    pq.write_table(table, f"{BUCKET}/one.parquet", filesystem=fs, compression="none")
    assert fs.get_file_info(f"{BUCKET}/one.parquet").size > 9_600_000
    assert pq.read_table(f"{BUCKET}/one.parquet", filesystem=fs).equals(table)
    column = pq.read_table(f"{BUCKET}/one.parquet", filesystem=fs, columns=["number"], filters=[("year", "==", 2021)])
    assert column["number"].to_pylist()[:2] == [1, 4] and column.num_rows == 66_667, column

    ds.write_dataset(table, f"{BUCKET}/set", format="parquet", partitioning=["year"], partitioning_flavor="hive", filesystem=fs)
    folders = sorted(each.base_name for each in fs.get_file_info(FileSelector(f"{BUCKET}/set")))
    assert folders == ["year=2020", "year=2021", "year=2022"], folders
    back = ds.dataset(f"{BUCKET}/set", format="parquet", partitioning="hive", filesystem=fs)
    got = back.to_table(filter=ds.field("year") == 2022, columns=["number"])
    assert sorted(got["number"].to_pylist()) == list(range(2, rows, 3))

    body = os.urandom(23 << 20)
    with fs.open_output_stream(f"{BUCKET}/raw", metadata={"Content-Type": "x/y", "colour": "blue"}) as stream:
        stream.write(body)
    with fs.open_input_file(f"{BUCKET}/raw") as file:
        assert file.size() == len(body)
        file.seek(1_000_003)
        assert file.read(5) == body[1_000_003:][:5]
        file.seek(0)
        assert file.readall() == body
    with fs.open_input_stream(f"{BUCKET}/raw") as stream:
        metadata = stream.metadata()
        assert metadata["Content-Type"] == b"x/y", metadata
    fs.copy_file(f"{BUCKET}/raw", f"{BUCKET}/copy of raw")
    fs.move(f"{BUCKET}/raw", f"{BUCKET}/moved/raw")
    types = [each.type for each in fs.get_file_info([f"{BUCKET}/{name}" for name in ("raw", "moved", "moved/raw", "copy of raw")])]
    assert types == [FileType.NotFound, FileType.Directory, FileType.File, FileType.File], types
    fs.create_dir(f"{BUCKET}/empty/folder")
    assert fs.get_file_info(f"{BUCKET}/empty/folder").type == FileType.Directory
    try:
        fs.open_input_file(f"{BUCKET}/absent")
    except FileNotFoundError:
        pass
    else:
        raise AssertionError("it is there")
    everything = fs.get_file_info(FileSelector(BUCKET, recursive=True))
    assert sum(each.type == FileType.File for each in everything) == 6, everything
    fs.delete_dir_contents(BUCKET)
    assert fs.get_file_info(FileSelector(BUCKET, recursive=True)) == []
    fs.delete_dir(BUCKET)
    print("pyarrow: passed")


main()
