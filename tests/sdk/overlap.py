"""Calls that wait while others are made: a live tail of logs, or a long poll of a queue."""

import sys
import threading

import boto3
from botocore.config import Config

plain = Config(inject_host_prefix=False)


def tail(name):
    logs = boto3.client("logs", config=plain)
    logs.create_log_group(logGroupName=name)
    logs.create_log_stream(logGroupName=name, logStreamName="one")
    group = logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"][0]["logGroupArn"]
    stream = logs.start_live_tail(logGroupIdentifiers=[group])["responseStream"]
    seen = []
    for event in stream:
        if "sessionStart" in event:
            put(logs, name, ["first", "second"])
        for result in event.get("sessionUpdate", {}).get("sessionResults", []):
            seen.append(result["message"])
        if len(seen) == 2:
            break
    stream.close()
    assert seen == ["first", "second"], seen
    logs.delete_log_group(logGroupName=name)


def put(logs, name, messages):
    import time

    now = int(time.time() * 1000)
    events = [{"timestamp": now, "message": message} for message in messages]
    logs.put_log_events(logGroupName=name, logStreamName="one", logEvents=events)


def poll(name):
    sqs = boto3.client("sqs")
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    # The message is sent when the poll is under way.
    sender = threading.Timer(1.5, lambda: sqs.send_message(QueueUrl=url, MessageBody="hello"))
    sender.start()
    received = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=15)["Messages"]
    sender.join()
    assert [message["Body"] for message in received] == ["hello"], received
    sqs.delete_message(QueueUrl=url, ReceiptHandle=received[0]["ReceiptHandle"])
    sqs.delete_queue(QueueUrl=url)


if __name__ == "__main__":
    {"tail": tail, "poll": poll}[sys.argv[1]](sys.argv[2])
