"""boto3 with functions: made, called, changed, answering in parts, told of what happens in a bucket, and deleted."""

import base64
import http.client
import io
import json
import sys
import time
import urllib.parse
import zipfile

import boto3

NAME = sys.argv[1]
RUNTIME = f"python{sys.version_info.major}.{sys.version_info.minor}"
LAMBDA, LOGS, S3 = (boto3.client(name) for name in ("lambda", "logs", "s3"))


OWN = f"""#!{sys.executable}
import base64, http.client, json, os
while True:
    api = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    api.request("GET", "/2018-06-01/runtime/invocation/next")
    event = api.getresponse()
    event.read()
    api.putrequest("POST", f"/2018-06-01/runtime/invocation/{{event.getheader('Lambda-Runtime-Aws-Request-Id')}}/response")
    for name, value in {{
        "Lambda-Runtime-Function-Response-Mode": "streaming", "Transfer-Encoding": "chunked",
        "Trailer": "Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body",
        "Content-Type": "application/vnd.awslambda.http-integration-response",
    }}.items():
        api.putheader(name, value)
    api.endheaders()
    head = {{"statusCode": 201, "headers": {{"Content-Type": "text/x-own"}}, "cookies": ["a=1"]}}
    for piece in (json.dumps(head).encode(), bytes(8), b"one", b"two"):
        api.send(b"%x\\r\\n%s\\r\\n" % (len(piece), piece))
    error = base64.b64encode(json.dumps({{"errorType": "Own.Error", "errorMessage": "m"}}).encode())
    api.send(b"0\\r\\nLambda-Runtime-Function-Error-Type: Own.Error\\r\\nLambda-Runtime-Function-Error-Body: %s\\r\\n\\r\\n" % error)
    api.getresponse().read()
"""


def archive(text, name="app.py"):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as out:
        entry = zipfile.ZipInfo(name)
        entry.external_attr = 0o755 << 16
        out.writestr(entry, text)
    return data.getvalue()


def call(payload, **options):
    answer = LAMBDA.invoke(FunctionName=NAME, Payload=json.dumps(payload), **options)
    return answer, json.load(answer["Payload"]) if answer["StatusCode"] == 200 else None


def eventually(ask):
    for _ in range(300):
        if found := ask():
            return found
        time.sleep(0.1)
    raise AssertionError("it does not come")


LAMBDA.create_function(
    FunctionName=NAME,
    Role="arn:aws:iam::000000000000:role/lambda",
    Runtime=RUNTIME,
    Handler="app.handler",
    Code={"ZipFile": archive("def handler(event, context):\n    print(event)\n    return event\n")},
    Timeout=20,
)
LAMBDA.get_waiter("function_active_v2").wait(FunctionName=NAME)

answer, told = call({"a": [1, "é"]}, LogType="Tail")
assert told == {"a": [1, "é"]} and answer["ExecutedVersion"] == "$LATEST" and "FunctionError" not in answer, answer
log = base64.b64decode(answer["LogResult"]).decode()
assert log.startswith("START RequestId: ") and "{'a': [1, 'é']}\n" in log and "Init Duration: " in log, log
assert call({}, InvocationType="DryRun")[0]["StatusCode"] == 204

# A version stays as it was when the code is changed, and an alias says which is called.
LAMBDA.publish_version(FunctionName=NAME)
LAMBDA.create_alias(FunctionName=NAME, Name="live", FunctionVersion="1")
LAMBDA.update_function_code(FunctionName=NAME, ZipFile=archive("def handler(event, context):\n    return 'new'\n"))
assert call({"n": 1})[1] == "new"
answer, told = call({"n": 1}, Qualifier="live")
assert (told, answer["ExecutedVersion"]) == ({"n": 1}, "1"), answer

# An answer comes in parts, if only in one.
def parts(function, **options):
    answer = LAMBDA.invoke_with_response_stream(FunctionName=function, Payload=b'{"n": 2}', **options)
    events = list(answer["EventStream"])
    pieces = [event["PayloadChunk"]["Payload"] for event in events[:-1]]
    return answer, pieces, events[-1]["InvokeComplete"]


answer, pieces, complete = parts(NAME, Qualifier="live", LogType="Tail")
assert (pieces, answer["ExecutedVersion"]) == ([b'{"n": 2}'], "1"), (answer, pieces)
assert answer["ResponseStreamContentType"] == "application/vnd.amazon.eventstream", answer
assert "ErrorCode" not in complete and b"END RequestId" in base64.b64decode(complete["LogResult"]), complete

# What happens in a bucket is an event of the function, and nobody waits for it.
function = LAMBDA.get_function(FunctionName=NAME)["Configuration"]["FunctionArn"]
S3.create_bucket(Bucket=NAME)
LAMBDA.add_permission(
    FunctionName=NAME, Qualifier="live", StatementId="bucket", Action="lambda:InvokeFunction",
    Principal="s3.amazonaws.com", SourceArn=f"arn:aws:s3:::{NAME}",
)
notified = {"LambdaFunctionArn": f"{function}:live", "Events": ["s3:ObjectCreated:*"]}
S3.put_bucket_notification_configuration(
    Bucket=NAME, NotificationConfiguration={"LambdaFunctionConfigurations": [notified]}, SkipDestinationValidation=True
)
S3.put_object(Bucket=NAME, Key="one key", Body=b"1")
found = eventually(
    lambda: LOGS.filter_log_events(logGroupName=f"/aws/lambda/{NAME}", filterPattern='"ObjectCreated:Put"')["events"]
)
assert "one+key" in found[0]["message"], found

# An error is told as the function told it.
LAMBDA.update_function_code(FunctionName=NAME, ZipFile=archive("def handler(event, context):\n    return 1 / 0\n"))
answer, told = call({})
assert answer["FunctionError"] == "Unhandled" and told["errorType"] == "ZeroDivisionError", told
_, pieces, complete = parts(NAME)
assert pieces == [] and complete["ErrorCode"] == "Unhandled" and "ZeroDivisionError" in complete["ErrorDetails"], complete

# A runtime of one's own streams as it likes, to callers and through a URL, by host and by path.
LAMBDA.create_function(
    FunctionName=f"{NAME}-own",
    Role="arn:aws:iam::000000000000:role/lambda",
    Runtime="provided.al2023",
    Handler="any",
    Code={"ZipFile": archive(OWN, "bootstrap")},
)
_, pieces, complete = parts(f"{NAME}-own")
assert b"".join(pieces).endswith(b"\0" * 8 + b"onetwo") and len(pieces) > 1, pieces
assert complete["ErrorCode"] == "Unhandled" and json.loads(complete["ErrorDetails"])["errorType"] == "Own.Error", complete
answer = LAMBDA.invoke_with_response_stream(FunctionName=f"{NAME}-own", InvocationType="DryRun")
assert answer["StatusCode"] == 204 and list(answer["EventStream"]) == [], answer
config = LAMBDA.create_function_url_config(FunctionName=f"{NAME}-own", AuthType="NONE", InvokeMode="RESPONSE_STREAM")
LAMBDA.add_permission(
    FunctionName=f"{NAME}-own", StatementId="url", Action="lambda:InvokeFunctionUrl", Principal="*",
    FunctionUrlAuthType="NONE",
)
url = urllib.parse.urlsplit(config["FunctionUrl"])
endpoint = urllib.parse.urlsplit(LAMBDA.meta.endpoint_url)
for path, host in [("/a", url.netloc), (f"/_ruststack/lambda-url/{url.netloc.split('.')[0]}/a", endpoint.netloc)]:
    connection = http.client.HTTPConnection(endpoint.hostname, endpoint.port)
    connection.request("GET", path, headers={"Host": host})
    response = connection.getresponse()
    assert (response.status, response.getheader("Content-Type")) == (201, "text/x-own"), response.headers
    assert response.read() == b"onetwo" and response.getheader("Set-Cookie") == "a=1"
LAMBDA.delete_function(FunctionName=f"{NAME}-own")

# A request may not be longer than AWS takes.
try:
    LAMBDA.update_function_code(FunctionName=NAME, ZipFile=bytes(53 << 20))
    raise AssertionError("a request that is too long was taken")
except LAMBDA.exceptions.ClientError as refused:
    error = refused.response["Error"]
    assert error["Code"] == "RequestEntityTooLargeException", error
    assert error["Message"] == "Request must be smaller than 70167211 bytes for the UpdateFunctionCode operation", error

LAMBDA.delete_function(FunctionName=NAME)
try:
    call({})
    raise AssertionError("a function that is gone was called")
except LAMBDA.exceptions.ResourceNotFoundException as gone:
    assert gone.response["Error"]["Message"] == f"Function not found: {function}:$LATEST", gone.response
