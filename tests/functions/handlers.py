"""The handlers that our bootstraps and AWS's runtime clients both run: files, handler, events, log settings."""


def python(text, *events, **more):
    return {"files": {"app.py": text}, **({"events": list(events)} if events else {}), **more}


def node(text, *events, file="app.js", **more):
    return {"files": {file: text}, **({"events": list(events)} if events else {}), **more}


RAISING = """
class OwnError(Exception):
    pass

def inner(value):
    raise OwnError(f"no {value}")

def handler(event, context):
    try:
        inner(event)
    except OwnError as error:
        raise RuntimeError("outer") from error
"""
LOGGING = """
import logging
logger = logging.getLogger()
logger.setLevel(logging.DEBUG)
own = logging.getLogger("own.name")

def handler(event, context):
    print("printed")
    print("two\\nlines")
    logger.debug("debugged")
    logger.info("several\\nlines, é and \\U0001f600")
    own.warning("with %s and %d", "text", 5)
    own.error("failed", extra={"order": 7, "what": {"a": [1, None]}})
    try:
        {}["missing"]
    except KeyError:
        logger.exception("caught")
"""
QUIET = "import logging\ndef handler(event, context):\n    logging.info('not told')\n    logging.warning('told')\n"
CONTEXT = """
def handler(event, context):
    context.get_remaining_time_in_millis()
    known = {name: str(getattr(context, name)) for name in sorted(vars(context)) if name != "aws_request_id" and name[0] != "_"}
    client = context.client_context
    return {
        "known": known,
        "client": client and [client.custom, client.env, client.client and [client.client.installation_id, client.client.app_title, client.client.app_package_name]],
        "shown": [repr(client), repr(context.identity)],
        "remaining": 0 < context.get_remaining_time_in_millis() <= 20000,
    }
"""
ENVIRONMENT = """
import os, sys
def handler(event, context):
    names = ["_HANDLER", "AWS_REGION", "AWS_LAMBDA_FUNCTION_NAME", "OWN", "LAMBDA_TASK_ROOT", "TZ", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
    return {"names": {name: os.environ.get(name) for name in names}, "trace": "Root=" in os.environ.get("_X_AMZN_TRACE_ID", ""), "cwd": os.getcwd()}
"""

PYTHON = {
    "echo": python("def handler(event, context):\n    return event\n", {}, [1, 2.5, None, True], "text é \U0001f600", 7, None, {"a": {"b": "\ud7ff"}}),
    "nothing": python("def handler(event, context):\n    pass\n"),
    "nested-module": {"files": {"pkg/__init__.py": "", "pkg/mod.py": "def run(event, context):\n    return __name__\n"}, "handler": "pkg.mod.run"},
    "slash-module": {"files": {"pkg/__init__.py": "", "pkg/mod.py": "def run(event, context):\n    return __name__\n"}, "handler": "pkg/mod.run"},
    "class-handler": python("class Handler:\n    def __call__(self, event, context):\n        return 'called'\nhandler = Handler()\n"),
    "raises": python(RAISING, {"a": 1}),
    "raises-without-text": python("def handler(event, context):\n    raise ValueError\n"),
    "raises-key": python("def handler(event, context):\n    return event['missing']\n"),
    "raises-lines": python("def handler(event, context):\n    raise Exception('two\\nlines')\n"),
    "raises-recursion": python("def handler(event, context):\n    return handler(event, context)\n"),
    "no-module": python("", handler="missing.handler"),
    "no-inner-module": python("import nothing_of_the_kind\n"),
    "no-handler": python("x = 1\n"),
    "bad-handler": python("", handler="app"),
    "syntax": python("def handler(event, context):\n    return (\n"),
    "indentation": python("def handler(event, context):\nreturn 1\n"),
    "init-raises": python("raise ValueError('at once')\n"),
    "init-exits": python("import sys\nsys.exit(4)\n"),
    "exits": python("import sys\ndef handler(event, context):\n    sys.exit(5)\n"),
    "exits-well": python("import sys\ndef handler(event, context):\n    sys.exit(0)\n"),
    "leaves": python("import os\ndef handler(event, context):\n    os._exit(6)\n"),
    "not-json": python("def handler(event, context):\n    return {1, 2}\n"),
    "not-json-bytes": python("def handler(event, context):\n    return b'bytes'\n"),
    "not-json-object": python("class Thing:\n    pass\ndef handler(event, context):\n    return {'a': Thing()}\n"),
    "not-json-circle": python("def handler(event, context):\n    event['self'] = event\n    return event\n"),
    "bytes-inside": python("def handler(event, context):\n    return {'a': b'x', 'b': [b'\\xc3\\xa9']}\n"),
    "bytes-not-text": python("def handler(event, context):\n    return {'a': b'\\xff'}\n"),
    "keys-odd": python("def handler(event, context):\n    return {(1, 2): 3}\n"),
    "enum": python("import enum\nclass Colour(enum.IntEnum):\n    RED = 1\nclass Name(str, enum.Enum):\n    A = 'a'\ndef handler(event, context):\n    return [Colour.RED, Name.A]\n"),
    "generator": python("def handler(event, context):\n    return (x for x in [1])\n"),
    "logs-directly": python("def handler(event, context):\n    context.log('two\\nlines')\n    print()\n    print('after')\n"),
    "dates": python("import datetime\ndef handler(event, context):\n    return datetime.datetime(2020, 1, 2)\n"),
    "decimals": python("from decimal import Decimal\ndef handler(event, context):\n    return [Decimal('1'), Decimal('1.50'), Decimal('-0.1')]\n"),
    "floats": python("def handler(event, context):\n    return [1e100, 0.1, float('nan'), float('inf'), 10**30]\n"),
    "keys": python("def handler(event, context):\n    return {1: 'a', None: 'b', True: 'c'}\n"),
    "tuples": python("import collections\nPoint = collections.namedtuple('Point', 'x y')\ndef handler(event, context):\n    return [(1, 2), Point(3, 4)]\n"),
    "surrogates": python("def handler(event, context):\n    return '\\ud800'\n"),
    "prints": python("import sys\ndef handler(event, context):\n    print('a', 1)\n    print('é\\tb', file=sys.stderr)\n    sys.stdout.write('no end')\n"),
    "logging": python(LOGGING),
    "logging-quiet": python(QUIET),
    "logging-json": python(LOGGING, log={"ApplicationLogLevel": "DEBUG"}),
    "logging-json-quiet": python(QUIET, log={"ApplicationLogLevel": "WARN"}),
    "raises-json": python(RAISING, {"a": 1}, log={}),
    "no-module-json": python("", handler="missing.handler", log={}),
    "context": python(CONTEXT),
    "client-context": python(CONTEXT, context=True),
    "environment": python(ENVIRONMENT),
    "global": python("count = 0\ndef handler(event, context):\n    global count\n    count += 1\n    return count\n", {}, {}, {}),
    "recovers": python("def handler(event, context):\n    if event:\n        raise ValueError('once')\n    return 'well'\n", {"bad": 1}, {}),
    "builtin": python("", handler="builtins.dict"),
    "too-few": python("def handler(event):\n    return 1\n"),
}

FAILING = "exports.handler = async (event) => { throw new %s; };"
SHOW = """
exports.handler = async (event, context) => {
  const { awsRequestId, ...known } = context;
  const shown = Object.fromEntries(Object.entries(known).filter(([, value]) => typeof value !== 'function'));
  return { shown, functions: Object.keys(context).filter((name) => typeof context[name] === 'function').sort(),
    remaining: context.getRemainingTimeInMillis() <= 20000, id: awsRequestId.length };
};
"""
CONSOLE = """
exports.handler = async () => {
  console.log('a', 1, { b: [1, { c: null }] });
  console.info('two\\nlines');
  console.warn('warned %s', 'so');
  console.error(new Error('logged').message);
  console.debug('debugged');
  console.trace === undefined;
  process.stdout.write('written\\n');
};
"""

NODE = {
    "echo": node("exports.handler = async (event) => event;", {}, [1, 2.5, None, True], "text é \U0001f600", 7, None),
    "nothing": node("exports.handler = async () => {};"),
    "module": node("export const handler = async (event) => ({ event });", file="app.mjs"),
    "module-awaits": node("const x = await Promise.resolve(5);\nexport const handler = async () => x;", file="app.mjs"),
    "common": node("exports.handler = async () => 'cjs';", file="app.cjs"),
    "nested": {"files": {"lib/app.js": "exports.run = async () => 'nested';"}, "handler": "lib/app.run"},
    "deep": {"files": {"app.js": "exports.a = { b: async () => 'deep' };"}, "handler": "app.a.b"},
    "callback": node("exports.handler = (event, context, callback) => { setTimeout(() => callback(null, event), 5); };", {"a": 1}),
    "callback-error": node("exports.handler = (event, context, callback) => callback(new RangeError('called back'));"),
    "callback-text": node("exports.handler = (event, context, callback) => callback('only text');"),
    "succeed": node("exports.handler = (event, context) => context.succeed('done');"),
    "fail": node("exports.handler = (event, context) => context.fail(new Error('failed'));"),
    "done": node("exports.handler = (event, context) => context.done(null, 'done');"),
    "does-not-wait": node("exports.handler = (event, context, callback) => { context.callbackWaitsForEmptyEventLoop = false; setTimeout(() => {}, 60000); callback(null, 'at once'); };"),
    "raises": node(FAILING % "TypeError('no good')"),
    "raises-sync": node("exports.handler = () => { throw new Error('at once'); };"),
    "raises-own": node("class OwnError extends Error { constructor(m) { super(m); this.name = 'OwnError'; this.code = 7; } }\n" + FAILING % "OwnError('own')"),
    "raises-cause": node("exports.handler = async () => { throw new Error('outer', { cause: new Error('inner') }); };"),
    "raises-text": node("exports.handler = async () => { throw 'a text'; };"),
    "raises-nothing": node("exports.handler = async () => { throw undefined; };"),
    "raises-object": node("exports.handler = async () => { throw { a: 1 }; };"),
    "raises-number": node("exports.handler = async () => { throw 42; };"),
    "rejects-unhandled": node("exports.handler = async () => { Promise.reject(new Error('nobody hears')); await new Promise((r) => setTimeout(r, 200)); };"),
    "uncaught": node("exports.handler = () => new Promise(() => setTimeout(() => { throw new Error('later'); }, 5));"),
    "no-module": node("", handler="missing.handler"),
    "no-inner-module": node("require('nothing-of-the-kind');"),
    "no-handler": node("exports.other = 1;"),
    "not-a-function": node("exports.handler = 1;"),
    "bad-handler": node("", handler="app"),
    "syntax": node("exports.handler = async () => {"),
    "syntax-module": node("export const handler = async () => {", file="app.mjs"),
    "init-raises": node("throw new Error('at once');"),
    "exits": node("exports.handler = async () => process.exit(5);"),
    "exits-well": node("exports.handler = async () => process.exit(0);"),
    "never": node("exports.handler = () => new Promise(() => {});"),
    "not-json-circle": node("exports.handler = async (event) => { event.self = event; return event; };"),
    "not-json-bigint": node("exports.handler = async () => ({ a: 10n });"),
    "undefined": node("exports.handler = async () => ({ a: undefined, b: () => 1, c: NaN });"),
    "dates": node("exports.handler = async () => ({ at: new Date(0), map: new Map([[1, 2]]), error: new Error('x') });"),
    "console": node(CONSOLE),
    "console-json": node(CONSOLE, log={"ApplicationLogLevel": "DEBUG"}),
    "console-json-quiet": node(CONSOLE, log={"ApplicationLogLevel": "WARN"}),
    "raises-json": node(FAILING % "TypeError('no good')", log={}),
    "context": node(SHOW),
    "client-context": node(SHOW, context=True),
    "environment": node("exports.handler = async () => [process.env._HANDLER, process.env.OWN, process.cwd(), (process.env._X_AMZN_TRACE_ID || '').slice(0, 5)];"),
    "global": node("let count = 0;\nexports.handler = async () => ++count;", {}, {}),
    "recovers": node("exports.handler = async (event) => { if (event.bad) throw new Error('once'); return 'well'; };", {"bad": 1}, {}),
}
