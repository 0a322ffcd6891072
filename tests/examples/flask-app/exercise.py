"""Deploys the application and calls it as API Gateway does: python exercise.py ENDPOINT ARCHIVE."""

import base64
import http.client
import json
import sys
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import boto3
import events

ENDPOINT, ARCHIVE = sys.argv[1:3]
SESSION = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name="us-east-1")
RUNTIME = f"python{sys.version_info.major}.{sys.version_info.minor}"
BUCKET, TABLE = "flask-files", "flask-items"
PICTURE = bytes(range(256))
FORMATS = {"apig": [events.rest, events.http], "serverless": [events.rest, events.http]}
FORMATS |= {"awsgi": [events.rest], "mangum": [events.rest, events.http], "powertools": [events.http]}


def client(name):
    return SESSION.client(name, endpoint_url=ENDPOINT)


def deploy(awslambda):
    """Makes what the application needs, and a function for each adapter."""
    client("s3").create_bucket(Bucket=BUCKET)
    client("dynamodb").create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "name", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "name", "KeyType": "HASH"}],
    )
    client("s3").upload_file(ARCHIVE, BUCKET, "code.zip")
    for handler in [*FORMATS, "raising"]:
        awslambda.create_function(
            FunctionName=f"flask-{handler}",
            Role="arn:aws:iam::123456789012:role/lambda",
            Runtime=RUNTIME,
            Handler=f"handlers.{handler}",
            Code={"S3Bucket": BUCKET, "S3Key": "code.zip"},
            Environment={"Variables": {"BUCKET": BUCKET, "TABLE": TABLE}},
            Timeout=30,
            MemorySize=512,
        )
        awslambda.get_waiter("function_active_v2").wait(FunctionName=f"flask-{handler}")


def ask(awslambda, handler, event):
    """Calls a function with an event; gives the status, the headers by lower-case name, and the body."""
    answer = awslambda.invoke(FunctionName=f"flask-{handler}", Payload=json.dumps(event))
    told = json.load(answer["Payload"])
    assert "FunctionError" not in answer, told
    headers = {name.lower(): [value] for name, value in (told.get("headers") or {}).items()}
    headers |= {name.lower(): values for name, values in (told.get("multiValueHeaders") or {}).items()}
    headers.setdefault("set-cookie", told.get("cookies") or [])
    body = told.get("body") or ""
    return int(told["statusCode"]), headers, base64.b64decode(body) if told.get("isBase64Encoded") else body.encode()


def try_routes(awslambda, handler, make):
    """Every route by one adapter, with the events of one API."""
    status, headers, body = ask(awslambda, handler, make("GET", "/", {"a": ["1", "2"]}, {"Cookie": "session=abc"}))
    assert status == 200 and headers["content-type"] == ["application/json"], (status, headers)
    told = json.loads(body)
    assert told["path"] == "/" and told["query"]["a"][-1] == "2" and told["cookie"] == "abc", told

    typed = {"Content-Type": "application/json", "User-Agent": "exercise"}
    status, headers, body = ask(awslambda, handler, make("POST", "/echo", headers=typed, body='{"n":[1,"é"]}'))
    assert status == 201 and json.loads(body) == {"json": {"n": [1, "é"]}, "agent": "exercise"}, body
    cookies = " ".join(value for name, values in headers.items() if name == "set-cookie" for value in values)
    assert "session=one" in cookies or "other=two" in cookies, headers

    name = f"/files/{handler}/{make.__name__}/pictures/one.png"
    status, _, _ = ask(awslambda, handler, make("PUT", name, headers={"Content-Type": "image/png"}, body=PICTURE))
    assert status == 204, status
    status, headers, body = ask(awslambda, handler, make("GET", name))
    assert (status, headers["content-type"], body) == (200, ["image/png"], PICTURE), (status, headers, body[:20])

    status, _, body = ask(awslambda, handler, make("GET", "/files/nothing"))
    assert (status, json.loads(body)) == (404, {"error": "not found"}), (status, body)
    status, _, body = ask(awslambda, handler, make("GET", "/broken"))
    assert status == 500 and b"Internal Server Error" in body, (status, body)


def try_crowd(awslambda):
    """Eight callers at once, cold and warm: each call counts once."""
    event = events.http("POST", "/items/crowd")
    with ThreadPoolExecutor(8) as crowd:
        answers = list(crowd.map(lambda _: ask(awslambda, "apig", event), range(40)))
    hits = sorted(json.loads(body)["hits"] for _, _, body in answers)
    assert hits == list(range(1, 41)), hits


def try_url(awslambda):
    """The application at a URL of its own, as a browser meets it."""
    config = awslambda.create_function_url_config(FunctionName="flask-apig", AuthType="NONE")
    awslambda.add_permission(
        FunctionName="flask-apig", StatementId="url", Action="lambda:InvokeFunctionUrl", Principal="*",
        FunctionUrlAuthType="NONE",
    )
    host, address = urlsplit(config["FunctionUrl"]).netloc, urlsplit(ENDPOINT).netloc

    def get(method, path, body=None, **headers):
        # The name is for the emulator to see; not every machine finds names under localhost.
        connection = http.client.HTTPConnection(address)
        connection.request(method, path, body, {"Host": host, **headers})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()

    status, headers, body = get("GET", "/?a=1&a=2", Cookie="session=abc")
    told = json.loads(body)
    assert (status, told["query"]["a"], told["cookie"]) == (200, ["1", "2"], "abc"), told
    status, headers, body = get("POST", "/echo", '{"n":1}', **{"Content-Type": "application/json"})
    assert status == 201 and len(headers.get_all("Set-Cookie")) == 2, (status, headers.items())
    status, _, _ = get("PUT", "/files/by/url.png", PICTURE, **{"Content-Type": "image/png"})
    assert status == 204, status
    status, headers, body = get("GET", "/files/by/url.png")
    assert (status, headers["Content-Type"], body) == (200, "image/png", PICTURE), (status, body[:20])
    assert get("GET", "/broken")[0] == 500
    awslambda.delete_function_url_config(FunctionName="flask-apig")
    assert get("GET", "/")[0] == 403


def try_error(awslambda):
    """An exception is told as Lambda tells it, and the log says what happened."""
    answer = awslambda.invoke(FunctionName="flask-raising", Payload=b'{"what":"you"}', LogType="Tail")
    told = json.load(answer["Payload"])
    assert answer["FunctionError"] == "Unhandled" and answer["StatusCode"] == 200, answer
    assert (told["errorType"], told["errorMessage"]) == ("LookupError", "nothing for you"), told
    assert told["stackTrace"][0].startswith('  File "/var/task/handlers.py", line '), told
    log = base64.b64decode(answer["LogResult"]).decode()
    request_id = answer["ResponseMetadata"]["RequestId"]
    assert f"START RequestId: {request_id} Version: $LATEST\n" in log, log
    assert "[ERROR] LookupError: nothing for you\nTraceback (most recent call last):\n" in log, log
    assert f"\nREPORT RequestId: {request_id}\tDuration: " in log, log
    found = client("logs").filter_log_events(logGroupName="/aws/lambda/flask-raising", filterPattern="LookupError")
    assert len(found["events"]) == 1, found


def try_powertools():
    """What Powertools logs is in the log, with what it adds of the invocation."""
    found = client("logs").filter_log_events(logGroupName="/aws/lambda/flask-powertools", filterPattern="{ $.level = INFO }")
    first = json.loads(found["events"][0]["message"])
    assert first["function_name"] == "flask-powertools" and first["service"] == "flask-app", first


def main():
    awslambda = client("lambda")
    deploy(awslambda)
    for handler, formats in FORMATS.items():
        for make in formats:
            try_routes(awslambda, handler, make)
            print(f"{handler} with events of {make.__name__}: ok")
    try_crowd(awslambda)
    try_url(awslambda)
    try_error(awslambda)
    try_powertools()


if __name__ == "__main__":
    main()
