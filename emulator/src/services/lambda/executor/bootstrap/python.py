"""What runs a function in Python: takes its events from the Runtime API, and tells what the handler gives.

Sources: Lambda Developer Guide, "Using the Lambda runtime API for custom runtimes", "Define Lambda function handler in
Python", "Using the Lambda context object to retrieve Python function information", "Log and monitor Python Lambda
functions"; the sentences and forms of errors and logs as AWS's runtime client for Python gives them, beside which this is
tested.
"""

import importlib
import json
import os
import socket
import struct
import sys
import time
from decimal import Decimal

API = os.environ["AWS_LAMBDA_RUNTIME_API"]
TASK_ROOT = os.environ["LAMBDA_TASK_ROOT"]
VERSION = "/2018-06-01/runtime"
# Answers hold what is not ASCII as it is since Python 3.12, and escaped before.
ESCAPES = sys.version_info < (3, 12)
WARNING = (
    "LAMBDA_WARNING: Unhandled exception. The most likely cause is an issue in the function code. However, in rare cases, a "
    "Lambda runtime update can cause unexpected function behavior. For functions using managed runtimes, runtime updates can "
    "be triggered by a function change, or can be applied automatically. To determine if the runtime has been updated, check "
    "the runtime version in the INIT_START log entry. If this error correlates with a change in the runtime version, you may "
    "be able to mitigate this error by temporarily rolling back to the previous runtime version. For more information, see "
    "https://docs.aws.amazon.com/lambda/latest/dg/runtimes-update.html\r"
)


class Api:
    """A connection to the Runtime API. It is kept, and closes when the emulator is gone."""

    def __init__(self):
        host, port = API.rsplit(":", 1)
        self.socket = socket.create_connection((host, int(port)))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.file = self.socket.makefile("rb")

    def ask(self, method, path, body=b"", headers=()):
        """Sends a request; gives the status, the headers by lower-case name, and the body."""
        self.socket.sendall(self.request(method, path, body, headers))
        return self.answer()

    def tell_and_next(self, path, body, headers):
        """Tells how an invocation ended and asks for the next in one go; gives the answer to the second."""
        self.socket.sendall(self.request("POST", path, body, headers) + self.request("GET", "/invocation/next"))
        self.answer()
        return self.answer()

    def request(self, method, path, body=b"", headers=()):
        """A request, as it is sent."""
        head = [f"{method} {VERSION}{path} HTTP/1.1", f"host: {API}", f"content-length: {len(body)}"]
        head += [f"{name}: {value}" for name, value in headers]
        return "\r\n".join(head).encode("latin-1", "replace") + b"\r\n\r\n" + body

    def answer(self):
        """The next answer."""
        line = self.file.readline()
        if not line:
            os._exit(0)
        status, found = int(line.split()[1]), {}
        while (line := self.file.readline().decode("latin-1").rstrip("\r\n")):
            name, _, value = line.partition(":")
            found[name.lower()] = value.strip()
        return status, found, self.file.read(int(found.get("content-length", 0)))


class Fault(Exception):
    """What is wrong with a function before any line of its handler runs."""

    def __init__(self, kind, message, trace=()):
        super().__init__(message)
        self.told = error_of(kind, message, "", trace)


class Identity:
    """Whom Amazon Cognito knows the caller as."""

    def __init__(self, found):
        self.cognito_identity_id = found.get("cognitoIdentityId")
        self.cognito_identity_pool_id = found.get("cognitoIdentityPoolId")

    def __repr__(self):
        return (
            f"CognitoIdentity([cognito_identity_id={self.cognito_identity_id},"
            f"cognito_identity_pool_id={self.cognito_identity_pool_id}])"
        )


class Client:
    """What a mobile application says of itself."""

    def __init__(self, found):
        for name in ("installation_id", "app_title", "app_version_name", "app_version_code", "app_package_name"):
            setattr(self, name, found.get(name))

    def __repr__(self):
        return "Client([" + ",".join(f"{name}={value}" for name, value in vars(self).items()) + "])"


class ClientContext:
    """The client context of an invocation."""

    def __init__(self, found):
        self.custom = found.get("custom")
        self.env = found.get("env")
        self.client = Client(found["client"]) if "client" in found else None

    def __repr__(self):
        return f"ClientContext([custom={self.custom},env={self.env},client={self.client}])"


class LambdaContext:
    """What a handler is told about its invocation."""

    def __init__(self, headers):
        environ = os.environ
        self.aws_request_id = headers["lambda-runtime-aws-request-id"]
        self.log_group_name = environ.get("AWS_LAMBDA_LOG_GROUP_NAME")
        self.log_stream_name = environ.get("AWS_LAMBDA_LOG_STREAM_NAME")
        self.function_name = environ.get("AWS_LAMBDA_FUNCTION_NAME")
        self.memory_limit_in_mb = environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        self.function_version = environ.get("AWS_LAMBDA_FUNCTION_VERSION")
        self.invoked_function_arn = headers.get("lambda-runtime-invoked-function-arn")
        self.tenant_id = headers.get("lambda-runtime-aws-tenant-id")
        context = headers.get("lambda-runtime-client-context")
        self.client_context = ClientContext(json.loads(context)) if context else None
        self.identity = Identity(json.loads(headers.get("lambda-runtime-cognito-identity") or "{}"))
        self._epoch_deadline_time_in_ms = int(headers.get("lambda-runtime-deadline-ms", 0))

    def get_remaining_time_in_millis(self):
        return max(self._epoch_deadline_time_in_ms - int(time.time() * 1000), 0)

    def log(self, message):
        for output in (sys.stdout,):
            output.write(str(message))

    def __repr__(self):
        parts = ("aws_request_id", "log_group_name", "log_stream_name", "function_name", "memory_limit_in_mb")
        parts += ("function_version", "invoked_function_arn", "client_context", "identity", "tenant_id")
        return "LambdaContext([" + ",".join(f"{part}={getattr(self, part)}" for part in parts) + "])"


class Logs:
    """Where records go that may have more than one line: each is told as one, in a frame of its own."""

    JSON = os.environ.get("AWS_LAMBDA_LOG_FORMAT") == "JSON"
    LEVELS = {"TRACE": 5, "DEBUG": 10, "INFO": 20, "WARN": 30, "WARNING": 30, "ERROR": 40, "FATAL": 50, "CRITICAL": 50}
    request_id = ""

    @staticmethod
    def write(text):
        sys.stdout.flush()
        data = text.encode("utf-8", "backslashreplace")
        frame = struct.pack(">IIQ", 0xA55A0003, len(data), int(time.time() * 1_000_000)) + data
        while frame:
            frame = frame[os.write(2, frame) :]

    @staticmethod
    def moment():
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())

    @classmethod
    def error(cls, told):
        """Tells an error that ended an invocation."""
        kind, message, trace = told["errorType"], told["errorMessage"], told["stackTrace"]
        if cls.JSON:
            record = {"timestamp": cls.moment(), "level": "ERROR", "errorMessage": message, "errorType": kind}
            cls.write(json.dumps({**record, "requestId": told["requestId"], "stackTrace": trace}, ensure_ascii=False))
            return
        lines = [f"[ERROR] {kind}: {message}" if message else f"[ERROR] {kind}", "Traceback (most recent call last):"]
        for line in "".join(trace).splitlines():
            # Blanks that a page does not swallow.
            text = line.lstrip(" ")
            lines.append("\u00a0" * (len(line) - len(text)) + text)
        cls.write("\n".join(lines))


def install_logging():
    """Gives the root logger its handler; gives what warns."""
    import logging
    import traceback

    class Handler(logging.Handler):
        def emit(self, record):
            try:
                Logs.write(self.format(record))
            except Exception:
                self.handleError(record)

    class Text(logging.Formatter):
        converter = time.gmtime

        def format(self, record):
            record.aws_request_id = Logs.request_id
            return super().format(record)

        def formatException(self, error):
            return super().formatException(error).replace(TASK_ROOT + os.sep, "/var/task/")

    class Structured(logging.Formatter):
        KNOWN = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "aws_request_id"}

        def format(self, record):
            told = {
                "timestamp": Logs.moment(),
                "level": record.levelname,
                "message": record.getMessage(),
                "logger": record.name,
            }
            if record.exc_info:
                kind, value, trace = record.exc_info
                marked = traceback.format_tb(trace)
                told["stackTrace"] = [frame.replace(TASK_ROOT + os.sep, "/var/task/") for frame in marked]
                told["errorType"], told["errorMessage"] = kind.__name__, str(value)
            told["requestId"] = Logs.request_id
            if record.exc_info:
                told["location"] = f"{where(record.pathname)}:{record.funcName}:{record.lineno}"
            told.update({name: value for name, value in vars(record).items() if name not in self.KNOWN})
            return json.dumps(told, ensure_ascii=False, default=str) + "\n"

    handler = Handler()
    layout = "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s\n"
    handler.setFormatter(Structured() if Logs.JSON else Text(layout, "%Y-%m-%dT%H:%M:%S"))
    logging.root.addHandler(handler)
    level = os.environ.get("AWS_LAMBDA_LOG_LEVEL", "").upper()
    if Logs.JSON and level in Logs.LEVELS:
        logging.root.setLevel(Logs.LEVELS[level])
    return logging.warning


def where(path):
    """A file's path as it would be on AWS."""
    for folder, shown in ((TASK_ROOT, "/var/task"), (sys.base_prefix, "/var/lang")):
        if path.startswith(folder + os.sep):
            return shown + path[len(folder) :]
    return "/var/runtime/bootstrap.py" if path == __file__ else path


def frames_of(trace):
    """A traceback as lists of it are told; what is ours at its head is left out, where there is more."""
    import traceback

    frames = traceback.extract_tb(trace)
    ours = 0
    while ours < len(frames) and frames[ours].filename == __file__:
        ours += 1
    told = frames[ours:] or frames
    return traceback.format_list([(where(frame.filename), frame.lineno, frame.name, frame.line) for frame in told])


def handler_named(name):
    """The handler, loaded."""
    try:
        module_name, function_name = name.rsplit(".", 1)
    except ValueError as error:
        raise Fault("Runtime.MalformedHandlerName", f"Bad handler '{name}': {error}") from None
    if module_name.split(".")[0] in sys.builtin_module_names:
        message = f"Cannot use built-in module {module_name} as a handler module"
        raise Fault("Runtime.BuiltInModuleConflict", message)
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        message = f"Unable to import module '{module_name}': {error}"
        raise Fault("Runtime.ImportModuleError", message) from None
    except SyntaxError as error:
        told = f'  File "{where(error.filename or "")}" Line {error.lineno}\n    {error.text or ""}'
        message = f"Syntax error in module '{module_name}': {error}"
        raise Fault("Runtime.UserCodeSyntaxError", message, [told]) from None
    try:
        return getattr(module, function_name)
    except AttributeError:
        message = f"Handler '{function_name}' missing on module '{module_name}'"
        raise Fault("Runtime.HandlerNotFound", message) from None


def is_special(value):
    """Whether JSON has another form for a value, in AWS's eyes, than the library gives it."""
    return isinstance(value, (bytes, Decimal)) or (isinstance(value, tuple) and hasattr(value, "_asdict"))


def has_special(value):
    """Whether there is such a value in it."""
    open_, seen = [value], set()
    while open_:
        value = open_.pop()
        if is_special(value):
            return True
        if isinstance(value, (dict, list, tuple)) and id(value) not in seen:
            seen.add(id(value))
            open_.extend(value.values() if isinstance(value, dict) else value)
    return False


def to_json(value):
    """A value as JSON: numbers of any length as they are, tuples with names as objects, bytes as text."""
    if not has_special(value):
        return json.dumps(value, ensure_ascii=ESCAPES)
    mark = f"<{os.urandom(12).hex()}>"

    def plain(value):
        if isinstance(value, Decimal):
            return f"{mark}{value}{mark}"
        if isinstance(value, bytes):
            return value.decode()
        if isinstance(value, dict):
            return {name: plain(item) for name, item in value.items()}
        if is_special(value):
            return plain(value._asdict())
        return [plain(item) for item in value] if isinstance(value, (list, tuple)) else value

    return json.dumps(plain(value), ensure_ascii=ESCAPES).replace(f'"{mark}', "").replace(f'{mark}"', "")


def error_of(kind, message, request_id, trace=()):
    """An error, in the form that is told."""
    return {"errorMessage": message, "errorType": kind, "requestId": request_id, "stackTrace": list(trace)}


def handle_event_request(request_handler, event, lambda_context):
    """Runs the handler once: its answer and no error, or none and what went wrong."""
    request_id = lambda_context.aws_request_id
    try:
        event = json.loads(event or b"null")
    except ValueError as error:
        return None, error_of("Runtime.UnmarshalError", f"Unable to unmarshal input: {error}", request_id)
    try:
        response = request_handler(event, lambda_context)
    except Exception as error:
        return None, error_of(type(error).__name__, str(error), request_id, frames_of(error.__traceback__))
    if isinstance(response, bytes):
        return response, None
    try:
        return to_json(response).encode("utf-8"), None
    except Exception as error:
        return None, error_of("Runtime.MarshalError", f"Unable to marshal response: {error}", request_id)


def main():
    sys.path.insert(0, TASK_ROOT)
    sys.stdout.reconfigure(line_buffering=True, errors="backslashreplace")
    sys.stderr.reconfigure(line_buffering=True, errors="backslashreplace")
    sys.argv = sys.argv[:1]
    api = Api()
    failing = {"content-type": "application/vnd.aws.lambda.error+json"}
    warn = install_logging()
    try:
        handler = handler_named(os.environ["_HANDLER"])
    except (Fault, Exception) as error:
        if isinstance(error, Fault):
            told = error.told
        else:
            told = error_of(type(error).__name__, str(error), "", frames_of(error.__traceback__))
        warn(WARNING)
        Logs.error(told)
        failing["lambda-runtime-function-error-type"] = told["errorType"]
        api.ask("POST", "/init/error", json.dumps(told, ensure_ascii=ESCAPES).encode(), failing.items())
        sys.stdout.flush()
        os._exit(1)
    # What was written while the handler was loaded is of that time.
    sys.stdout.flush()
    status, headers, event = api.ask("GET", "/invocation/next")
    while True:
        if status != 200:
            os._exit(1)
        context = LambdaContext(headers)
        Logs.request_id = context.aws_request_id
        if trace_id := headers.get("lambda-runtime-trace-id"):
            os.environ["_X_AMZN_TRACE_ID"] = trace_id
        result, told = handle_event_request(handler, event, context)
        path = f"/invocation/{context.aws_request_id}"
        sys.stdout.flush()
        if told is None:
            kind = [("content-type", "application/json")]
            status, headers, event = api.tell_and_next(f"{path}/response", result, kind)
        else:
            Logs.error(told)
            failing["lambda-runtime-function-error-type"] = told["errorType"]
            body = json.dumps(told, ensure_ascii=ESCAPES).encode()
            status, headers, event = api.tell_and_next(f"{path}/error", body, failing.items())


if __name__ == "__main__":
    main()
