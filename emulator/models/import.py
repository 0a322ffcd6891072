#!/usr/bin/env python3
"""Makes aws/<service>.json from the models that the botocore package carries.

A description keeps the facts of an AWS model (operations, bindings, shapes, constraints, errors) and none of
its prose. To add a service, or to bring all of them up to date:

    pip install --upgrade botocore
    python3 emulator/models/import.py [SERVICE...]

Without a name, every service that already has a file is imported again. `--check` writes nothing and fails
when a file differs from what the installed botocore of the same version gives.
"""

import argparse
import gzip
import json
import pathlib
import sys

import botocore

HERE = pathlib.Path(__file__).resolve().parent
DATA = pathlib.Path(botocore.__file__).resolve().parent / "data"

METADATA = (
    "apiVersion", "endpointPrefix", "globalEndpoint", "jsonVersion", "protocol", "serviceId", "signingName",
    "targetPrefix", "xmlNamespace", "awsQueryCompatible",
)
# What a server needs to know; documentation, examples and client settings stay behind.
OPERATION = ("http", "input", "output", "errors", "authtype", "unsignedPayload", "httpChecksum", "endpoint", "idempotent")
REFERENCE = (
    "shape", "location", "locationName", "flattened", "streaming", "xmlNamespace", "xmlAttribute", "box",
    "idempotencyToken", "eventpayload", "eventheader", "resultWrapper", "hostLabel", "jsonvalue",
)
SHAPE = (
    "type", "members", "member", "key", "value", "required", "enum", "pattern", "min", "max", "sensitive", "payload",
    "flattened", "timestampFormat", "exception", "error", "fault", "streaming", "xmlNamespace", "locationName",
    "eventstream", "event", "union", "document", "box", "wrapper",
)


def keep(source, names):
    return {name: source[name] for name in names if name in source}


def reference(source):
    return keep(source, REFERENCE)


def operation(source):
    facts = keep(source, OPERATION)
    for side in ("input", "output"):
        if side in facts:
            facts[side] = reference(facts[side])
    facts["errors"] = [error["shape"] for error in facts.get("errors", [])]
    if not facts["errors"]:
        del facts["errors"]
    return facts


def shape(source):
    facts = keep(source, SHAPE)
    if "members" in facts:
        facts["members"] = {name: reference(member) for name, member in facts["members"].items()}
    for part in ("member", "key", "value"):
        if part in facts:
            facts[part] = reference(facts[part])
    return facts


def load(service):
    versions = sorted((DATA / service).glob("*/service-2.json*"))
    if not versions:
        sys.exit(f"import.py: botocore {botocore.__version__} has no service {service!r}")
    path = versions[-1]
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        return json.load(file)


def describe(service):
    """The description as text: one operation or shape a line, so that a change of AWS's reads as a diff."""
    model = load(service)
    metadata = keep(model["metadata"], METADATA)
    metadata["awsQueryCompatible"] = "awsQueryCompatible" in metadata
    metadata["source"] = f"botocore {botocore.__version__}"

    def block(entries):
        lines = (f"    {json.dumps(name)}: {json.dumps(facts, ensure_ascii=False)}" for name, facts in entries)
        return "{\n" + ",\n".join(lines) + "\n  }"

    operations = block((name, operation(facts)) for name, facts in sorted(model["operations"].items()))
    shapes = block((name, shape(facts)) for name, facts in sorted(model["shapes"].items()))
    head = json.dumps(metadata, sort_keys=True)
    return f'{{\n  "metadata": {head},\n  "operations": {operations},\n  "shapes": {shapes}\n}}\n'


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("services", nargs="*", metavar="SERVICE")
    parser.add_argument("--check", action="store_true", help="write nothing; fail when a file would change")
    arguments = parser.parse_args()
    services = arguments.services or sorted(path.stem for path in (HERE / "aws").glob("*.json"))
    stale = []
    for service in services:
        path = HERE / "aws" / f"{service}.json"
        text = describe(service)
        if arguments.check:
            if not path.exists() or path.read_text() != text:
                stale.append(service)
        else:
            path.write_text(text)
    if stale:
        sys.exit(f"import.py: not as botocore {botocore.__version__} has them: {', '.join(stale)}")


if __name__ == "__main__":
    main()
