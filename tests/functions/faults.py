"""What goes wrong in functions: each fault gives AWS's error, leaves no process behind, and the next call works.

Usage: faults.py BINARY. It starts the emulator by itself, stops it and kills it while invocations run.
"""

import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
import zipfile
from pathlib import Path

import boto3
from botocore.config import Config

RUNTIME = f"python{sys.version_info.major}.{sys.version_info.minor}"
HANDLERS = """
import os, signal, subprocess, sys, time

def handler(event, context):
    return globals()[event.get("do", "well")](event)

def well(event):
    return "well"

def killed(event):
    os.kill(os.getpid(), signal.SIGKILL)

def leaves(event):
    os._exit(3)

def aborted(event):
    os.abort()

def loops(event):
    while True:
        pass

def forks(event):
    for _ in range(4000):
        if os.fork() == 0:
            time.sleep(60)
            os._exit(0)
    time.sleep(5)

def hides(event):
    subprocess.Popen(["sleep", "1000"], start_new_session=True)
    subprocess.Popen(["sleep", "1000"])
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(1000)
        os._exit(0)
    os._exit(1)

def strays(event):
    subprocess.Popen(["sleep", "1000"], start_new_session=True)
    loops(event)

def writes(event):
    block = "x" * 1023 + "\\n"
    for _ in range(1 << 20):
        sys.stdout.write(block)
    return "written"

def floods(event):
    while True:
        print("flood")

def grows(event):
    held = []
    while True:
        held.append(b"x" * (8 << 20))

def grabs(event):
    return len(b"x" * (16 << 30))

def keeps(event):
    global number
    path = os.environ["TMPDIR"] + "/kept"
    if "write" in event:
        number = 42
        open(path, "w").write(event["write"])
    return [globals().get("number"), open(path).read()]

def tells(event):
    return "x" * event["bytes"]

def files(event):
    return sorted(os.readlink(f"/proc/self/fd/{name}").split(":")[0] for name in os.listdir("/proc/self/fd") if os.path.lexists(f"/proc/self/fd/{name}"))
"""


class Emulator:
    """A `ruststack serve` of its own."""

    def __init__(self, binary):
        self.process = subprocess.Popen(
            [binary, "serve", "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        self.url = self.process.stdout.readline().split()[-1]
        config = Config(read_timeout=90, retries={"max_attempts": 0}, max_pool_connections=50)
        self.functions = boto3.client("lambda", endpoint_url=self.url, config=config)

    def create(self, name, text=HANDLERS, files={}, **settings):
        data = io.BytesIO()
        with zipfile.ZipFile(data, "w") as out:
            out.writestr("app.py", text)
            for path, script in files.items():
                entry = zipfile.ZipInfo(path)
                entry.external_attr = 0o100755 << 16
                out.writestr(entry, script)
        self.functions.create_function(
            FunctionName=name, Role="arn:aws:iam::000000000000:role/lambda", Handler="app.handler",
            Code={"ZipFile": data.getvalue()}, **{"Runtime": RUNTIME, "Timeout": 20, **settings},
        )

    def call(self, name, event):
        answer = self.functions.invoke(FunctionName=name, Payload=json.dumps(event))
        return answer.get("FunctionError"), json.load(answer["Payload"]), answer["ResponseMetadata"]["RequestId"]

    def folders(self):
        """The folder of this emulator's functions, by who has it among its variables."""
        return {value for _, variables in processes() if (value := workshop(variables)) and self.url in variables}


def processes():
    """The processes of functions, each with its variables."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                variables = (entry / "environ").read_bytes().decode(errors="replace")
            except OSError:
                continue
            if "AWS_LAMBDA_FUNCTION_NAME=" in variables:
                yield int(entry.name), variables


def workshop(variables):
    found = [part for part in variables.split("\0") if part.startswith("LAMBDA_RUNTIME_DIR=")]
    return found[0].split("=", 1)[1].rsplit("/", 1)[0] if found else None


def of_function(name):
    return [process for process, variables in processes() if f"AWS_LAMBDA_FUNCTION_NAME={name}\0" in variables]


def eventually(holds, what):
    for _ in range(200):
        if holds():
            return
        time.sleep(0.05)
    raise AssertionError(what if isinstance(what, str) else what())


def exit_error(how):
    return lambda id: {"errorType": "Runtime.ExitError", "errorMessage": f"RequestId: {id} Error: Runtime exited with error: {how}"}


def timed_out(seconds):
    return lambda id: {"errorType": "Sandbox.Timedout", "errorMessage": f"RequestId: {id} Error: Task timed out after {seconds:.2f} seconds"}


TOO_LARGE = {
    "errorType": "Function.ResponseSizeTooLarge",
    "errorMessage": "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
}
# A process may have 1,024 threads on AWS, and the next is refused. Root is not held by that limit, and is killed instead.
IS_ROOT = os.geteuid() == 0
FAULTS = {
    "killed": (exit_error("signal: killed"), {}),
    "leaves": (exit_error("exit status 3"), {}),
    "aborted": (exit_error("signal: aborted"), {}),
    "loops": (timed_out(1), {"Timeout": 1}),
    "forks": (exit_error("signal: killed"), {"MemorySize": 10240}) if IS_ROOT else (None, {"MemorySize": 10240}),
    "hides": (exit_error("exit status 1"), {}),
    "floods": (timed_out(2), {"Timeout": 2}),
    "grows": (exit_error("signal: killed"), {"MemorySize": 128}),
}


def fault(emulator, name):
    expected, settings = FAULTS[name]
    emulator.create(name, **settings)
    assert emulator.call(name, {})[:2] == (None, "well")
    kind, told, request_id = emulator.call(name, {"do": name})
    if expected:
        assert (kind, told) == ("Unhandled", expected(request_id)), (name, kind, told)
    else:
        assert told["errorType"] == "BlockingIOError", told
    if expected:
        eventually(lambda: not of_function(name), lambda: f"{name} leaves {of_function(name)}")
    assert emulator.call(name, {})[:2] == (None, "well"), name


def hidden_again_and_again(emulator):
    """What leaves its group just as the runtime ends is found too, whatever it was doing then."""
    emulator.create("hides-often")

    def hide():
        for _ in range(8):
            assert emulator.call("hides-often", {"do": "hides"})[1]["errorType"] == "Runtime.ExitError"

    all_at_once([hide] * 6)
    eventually(lambda: not of_function("hides-often"), lambda: f"hides-often leaves {of_function('hides-often')}")


def in_one_environment(emulator):
    """What is refused, or is much, without an end of the environment."""
    emulator.create("much", MemorySize=1024, Timeout=60)
    assert emulator.call("much", {"do": "writes"})[:2] == (None, "written")
    assert emulator.call("much", {"do": "tells", "bytes": 6 << 20})[0] is None
    assert emulator.call("much", {"do": "tells", "bytes": (6 << 20) + 200})[:2] == ("Unhandled", TOO_LARGE)
    # More than the machine should give is refused by the system before it is there.
    assert emulator.call("much", {"do": "grabs"})[1]["errorType"] == "MemoryError"
    assert emulator.call("much", {})[:2] == (None, "well")
    open_files = emulator.call("much", {"do": "files"})[1]
    assert set(open_files) <= {"/dev/null", "pipe", "socket"} and len(open_files) <= 5, open_files


def after_a_fault(emulator):
    """The runtime is begun anew where it was: its files are there, what it had in memory is not, and its log goes on."""
    emulator.create("again", Timeout=1)
    assert emulator.call("again", {"do": "keeps", "write": "text"})[1] == [42, "text"]
    assert emulator.call("again", {"do": "keeps"})[1] == [42, "text"]
    assert emulator.call("again", {"do": "loops"})[1]["errorType"] == "Sandbox.Timedout"
    assert emulator.call("again", {"do": "keeps"})[1] == [None, "text"]
    logs = boto3.client("logs", endpoint_url=emulator.url)
    assert len(logs.describe_log_streams(logGroupName="/aws/lambda/again")["logStreams"]) == 1


def by_a_wrapper(emulator):
    """A wrapper starts the runtime; one that is not there is told as AWS tells it."""
    wrapper = "#!/bin/sh\nexport WRAPPED=yes\nexec \"$@\"\n"
    text = "import os\ndef handler(event, context):\n    return os.environ['WRAPPED']\n"
    for name, path in [("wrapped", "/var/task/wrapper.sh"), ("not-wrapped", "/idontexist.sh")]:
        variables = {"Variables": {"AWS_LAMBDA_EXEC_WRAPPER": path}}
        emulator.create(name, text, files={"wrapper.sh": wrapper}, Environment=variables)
    assert emulator.call("wrapped", {})[:2] == (None, "yes")
    kind, told, request_id = emulator.call("not-wrapped", {})
    assert (kind, told) == ("Unhandled", exit_error("exit status 127")(request_id)), told


def in_init(emulator):
    """A module that ends the process gives the same error again and again."""
    for name, text, how in [
        ("init-exit", "import sys\nsys.exit(7)\n", "exit status 7"),
        ("init-kill", "import os\nos.kill(os.getpid(), 9)\n", "signal: killed"),
    ]:
        emulator.create(name, text)
        for _ in range(2):
            kind, told, request_id = emulator.call(name, {})
            assert (kind, told) == ("Unhandled", exit_error(how)(request_id)), told
        eventually(lambda: not of_function(name), name)


def all_at_once(tasks):
    failed = []

    def run(task):
        try:
            task()
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=run, args=(task,)) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]


def ended(binary, how):
    """The emulator is ended while invocations run: nothing is left of them."""
    emulator = Emulator(binary)
    emulator.create("long", Timeout=60)
    calls = ["loops", "floods", "strays"]

    def call(do):
        try:
            emulator.call("long", {"do": do})
        except Exception:
            return
        raise AssertionError("an emulator that has ended does not answer")

    def end():
        eventually(lambda: len(emulator.folders()) == 1 and len(of_function("long")) == len(calls) + 1, "they run")
        folder = emulator.folders().pop()
        emulator.process.send_signal(how)
        emulator.process.wait(10)
        left = lambda: [process for process, variables in processes() if folder in variables]
        eventually(lambda: not left(), lambda: f"{how} leaves {left()}")
        eventually(lambda: not Path(folder).exists(), f"{how} leaves {folder}")

    all_at_once([lambda do=do: call(do) for do in calls] + [end])


def main(binary):
    emulator = Emulator(binary)
    all_at_once([lambda name=name: fault(emulator, name) for name in FAULTS if name != "forks"])
    all_at_once([lambda: in_one_environment(emulator), lambda: in_init(emulator), lambda: after_a_fault(emulator), lambda: by_a_wrapper(emulator)])
    hidden_again_and_again(emulator)
    fault(emulator, "forks")
    folder = emulator.folders().pop()
    emulator.process.terminate()
    assert emulator.process.wait(10) == 0
    assert not Path(folder).exists(), "the folder is taken away in order"
    ended(binary, signal.SIGTERM)
    ended(binary, signal.SIGKILL)


main(sys.argv[1])
