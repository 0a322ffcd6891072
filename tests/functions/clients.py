"""The same handlers under our bootstraps and under AWS's own runtime clients, which have to give the same.

Usage: clients.py python PYTHON-WITH-awslambdaric | node FOLDER-WITH-aws-lambda-ric. The endpoint is in AWS_ENDPOINT_URL.

A handler runs twice: as a function of its runtime, and as one of provided.al2023 whose bootstrap starts AWS's client.
"""

import base64
import concurrent.futures
import io
import json
import re
import stat
import subprocess
import sys
import zipfile

import boto3
from botocore.config import Config
import handlers

FUNCTIONS = boto3.client("lambda", config=Config(read_timeout=60, retries={"max_attempts": 0}))
CONTEXT = {"client": {"installation_id": "i", "app_title": "t", "unknown": 1}, "custom": {"a": "b"}, "env": {"c": "d"}}


def archive(files, bootstrap):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as out:
        for name, text in files.items():
            out.writestr(name, text)
        if bootstrap:
            entry = zipfile.ZipInfo("bootstrap")
            entry.external_attr = (stat.S_IFREG | 0o755) << 16
            out.writestr(entry, bootstrap)
    return data.getvalue()


def deploy(name, runtime, case, bootstrap=None):
    settings = {"LoggingConfig": {"LogFormat": "JSON", **case["log"]}} if "log" in case else {}
    FUNCTIONS.create_function(
        FunctionName=name, Role="arn:aws:iam::000000000000:role/lambda", Runtime=runtime, Timeout=20, MemorySize=512,
        Handler=case.get("handler", "app.handler"), Code={"ZipFile": archive(case["files"], bootstrap)},
        Environment={"Variables": {"OWN": "value"}}, **settings,
    )


def told(name, case):
    """What the calls of a case give: error, payload and log, without what no two calls have in common."""
    results = []
    for event in case.get("events", [{}]):
        options = {"ClientContext": base64.b64encode(json.dumps(CONTEXT).encode()).decode()} if case.get("context") else {}
        payload = event if isinstance(event, bytes) else json.dumps(event)
        answer = FUNCTIONS.invoke(FunctionName=name, Payload=payload, LogType="Tail", **options)
        log = base64.b64decode(answer["LogResult"]).decode()
        log = [line for line in re.split(r"\n|(?<!\n)(?=END RequestId|\{\"time\")", log) if not is_platforms(line)]
        results.append((answer.get("FunctionError"), plain(answer["Payload"].read().decode(), name), [plain(line, name) for line in log]))
    return results


def is_platforms(line):
    """Whether a line is Lambda's own: START, END, REPORT and its like."""
    return re.match(r"START |END |REPORT |INIT_START |XRAY |Executing |\{\"time\":\"[^\"]+\",\"type\":\"platform\.", line) or not line


def plain(text, name):
    """A text without what differs from call to call: ids, moments, the folder of the code, the name of the function."""
    for pattern, shown in [
        (re.escape(name), "NAME"),
        (r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "ID"),
        (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "MOMENT"),
        (r"/[\w/.-]*/ruststack-lambda-\w+/code-\w+", "/var/task"),
        # The client's own place, and a line of it that an error shows.
        (r"/[\w/.-]*/awslambdaric/bootstrap.py", "/var/runtime/bootstrap.py"),
        (r"(/var/runtime/bootstrap.py\W+, line )\d+", r"\1N"),
        (r"(file://)?/[\w/.-]*/aws-lambda-ric/dist/index.mjs", "file:///var/runtime/index.mjs"),
        (r"(/var/runtime/index.mjs):\d+:\d+", r"\1:N:N"),
        (re.escape(sys.base_prefix), "/var/lang"),
        (r"repeated \d+ more times", "repeated N more times"),
        (r"\d{4}/\d\d/\d\d/\[\$LATEST\][0-9a-f]{32}", "STREAM"),
        (r"file:///var/task", "/var/task"),
        (r"Root=[^\"\\ ]*", "TRACE"),
    ]:
        text = re.sub(pattern, shown, text)
    return text


def compare(language, runtime, bootstrap, cases):
    failed = []

    def one(item):
        name, case = item
        ours, theirs = f"{language}-{name}-ours", f"{language}-{name}-awss"
        deploy(ours, runtime, case)
        deploy(theirs, "provided.al2023", case, bootstrap)
        here, there = told(ours, case), told(theirs, case)
        same = here == there
        if not same:
            failed.append(name)
            for place, (one, other) in enumerate(zip(here, there)):
                for what, left, right in zip(("error", "payload", "log"), one, other):
                    if left != right:
                        print(f"{language} {name}, event {place}, {what}\n  ours  {left}\n  AWS's {right}")
        for function in (ours, theirs):
            FUNCTIONS.delete_function(FunctionName=function)

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        list(pool.map(one, cases.items()))
    assert not failed, f"{failed} of {len(cases)} differ"
    print(f"{len(cases)} handlers give the same under both")


def main(language, where):
    if language == "python":
        version = subprocess.check_output([where, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"], text=True).strip()
        bootstrap = f'#!/bin/sh\nexport AWS_EXECUTION_ENV=AWS_Lambda_python{version}\nexec {where} -m awslambdaric "$_HANDLER"\n'
        compare("python", f"python{version}", bootstrap, handlers.PYTHON)
    else:
        node = subprocess.check_output(["node", "-p", "process.execPath + ' ' + process.versions.node.split('.')[0]"], text=True)
        program, version = node.split()
        client = f"{where}/node_modules/aws-lambda-ric/bin/index.mjs"
        bootstrap = f'#!/bin/sh\nexec {program} {client} "$_HANDLER"\n'
        compare("node", f"nodejs{version}.x", bootstrap, handlers.NODE)


main(*sys.argv[1:])
