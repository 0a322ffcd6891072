"""A function in Java under AWS's runtime client: made, called, and failing.

Usage: java.py CLASSES CLASS-PATH: the folder with the handler, and the archives that it needs, with colons in between.
"""

import base64
import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import boto3

LAMBDA = boto3.client("lambda")


def archive(classes, libraries):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as out:
        for file in Path(classes).rglob("*.class"):
            out.write(file, file.relative_to(classes))
        for library in libraries:
            out.write(library, f"lib/{os.path.basename(library)}")
    return data.getvalue()


def version():
    told = subprocess.run(["java", "-XshowSettings:properties", "-version"], stderr=subprocess.PIPE, text=True).stderr
    return next(line.split("=")[1].strip() for line in told.splitlines() if "java.specification.version" in line)


def call(name, event):
    answer = LAMBDA.invoke(FunctionName=name, Payload=json.dumps(event), LogType="Tail")
    return answer.get("FunctionError"), json.load(answer["Payload"]), base64.b64decode(answer["LogResult"]).decode()


def main(classes, class_path):
    libraries = class_path.split(":")
    with_client = archive(classes, libraries)
    # Where the function brings no client, that of the machine is taken.
    without = archive(classes, [library for library in libraries if "runtime-interface-client" not in library])
    for name, code in [("java-with", with_client), ("java-without", without)]:
        LAMBDA.create_function(
            FunctionName=name, Role="arn:aws:iam::000000000000:role/lambda", Runtime=f"java{version()}",
            Handler="Handlers::handleRequest", Code={"ZipFile": code}, Timeout=20, MemorySize=512,
            Environment={"Variables": {"OWN": "value"}},
        )
        for count in (1, 2):
            error, told, log = call(name, {"a": [1, None, "é"]})
            assert error is None, told
            request_id = told.pop("id")
            expected = {"event": {"a": [1, None, "é"]}, "count": count, "name": name, "own": "value", "waits": True}
            assert told == expected, told
            assert f"START RequestId: {request_id}" in log and "called with 1\n" in log and "printed\n" in log, log
        error, told, log = call(name, {"fail": "luck"})
        assert (error, told["errorMessage"], told["errorType"]) == ("Unhandled", "no luck", "java.lang.IllegalStateException"), told
        assert told["stackTrace"][0].startswith("Handlers.handleRequest(Handlers.java:"), told
        assert call(name, {})[1]["count"] == 3
        LAMBDA.delete_function(FunctionName=name)


main(*sys.argv[1:])
