"""boto3 with functions: made, called, changed, told of what happens in a bucket, and deleted."""

import base64
import io
import json
import sys
import time
import zipfile

import boto3

NAME = sys.argv[1]
RUNTIME = f"python{sys.version_info.major}.{sys.version_info.minor}"
LAMBDA, LOGS, S3 = (boto3.client(name) for name in ("lambda", "logs", "s3"))


def archive(text):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as out:
        out.writestr("app.py", text)
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

LAMBDA.delete_function(FunctionName=NAME)
try:
    call({})
    raise AssertionError("a function that is gone was called")
except LAMBDA.exceptions.ResourceNotFoundException as gone:
    assert gone.response["Error"]["Message"] == f"Function not found: {function}", gone.response
