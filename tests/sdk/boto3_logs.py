"""CloudWatch Logs through boto3 with its defaults: groups, streams, pages, filters, Insights.

Runs against AWS_ENDPOINT_URL; fails at the first surprise.
"""

import sys
import time

import boto3
from botocore.exceptions import ClientError

group = f"/app/{sys.argv[1]}"
logs = boto3.client("logs")


def refused(call, code, sentence):
    try:
        call()
    except ClientError as error:
        told = error.response["Error"]
        assert (told["Code"], told["Message"]) == (code, sentence), told
        return
    raise AssertionError(f"expected {code}")


logs.create_log_group(logGroupName=group, tags={"team": "one"})
refused(
    lambda: logs.create_log_group(logGroupName=group),
    "ResourceAlreadyExistsException",
    "The specified log group already exists",
)
refused(
    lambda: logs.get_log_events(logGroupName=group, logStreamName="none"),
    "ResourceNotFoundException",
    "The specified log stream does not exist.",
)
logs.put_retention_policy(logGroupName=group, retentionInDays=7)
(described,) = logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]
assert described["retentionInDays"] == 7 and described["arn"].endswith(f":log-group:{group}:*"), described
assert logs.list_tags_for_resource(resourceArn=described["logGroupArn"])["tags"] == {"team": "one"}

now = int(time.time() * 1000)
for stream in ("a", "b"):
    logs.create_log_stream(logGroupName=group, logStreamName=stream)
    events = [
        {"timestamp": now - 10_000 + number, "message": f'{{"stream": "{stream}", "number": {number}}}'}
        for number in range(250)
    ]
    answer = logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=events)
    assert answer["nextSequenceToken"] and "rejectedLogEventsInfo" not in answer, answer
old = logs.put_log_events(
    logGroupName=group, logStreamName="a", logEvents=[{"timestamp": now - 20 * 86_400_000, "message": "old"}]
)
assert old["rejectedLogEventsInfo"]["tooOldLogEventEndIndex"] == 1, old

# To the end of a stream and back.
found, token = [], None
while True:
    more = {"nextToken": token} if token else {}
    page = logs.get_log_events(logGroupName=group, logStreamName="a", startFromHead=True, limit=100, **more)
    found += page["events"]
    if page["nextForwardToken"] == token:
        break
    token = page["nextForwardToken"]
assert len(found) == 250 and token.startswith("f/") and token.endswith("/s"), token
back = logs.get_log_events(logGroupName=group, logStreamName="a", limit=10)
assert [event["message"] for event in back["events"]] == [event["message"] for event in found[-10:]]
before = logs.get_log_events(logGroupName=group, logStreamName="a", limit=10, nextToken=back["nextBackwardToken"])
assert before["events"] == [
    {key: event[key] for key in ("timestamp", "message", "ingestionTime")} for event in found[-20:-10]
]

# Both streams, by the paginator.
pages = logs.get_paginator("filter_log_events").paginate(
    logGroupName=group, filterPattern="{ $.number >= 200 && $.stream = a }", PaginationConfig={"PageSize": 20}
)
matched = [event for page in pages for event in page["events"]]
assert len(matched) == 50 and len({event["eventId"] for event in matched}) == 50
refused(
    lambda: logs.filter_log_events(logGroupName=group, filterPattern="{ $.number"),
    "InvalidParameterException",
    "If a filter pattern starts with '{' it must end with '}'",
)
names = [
    stream["logStreamName"]
    for page in logs.get_paginator("describe_log_streams").paginate(
        logGroupName=group, orderBy="LastEventTime", descending=True, PaginationConfig={"PageSize": 1}
    )
    for stream in page["logStreams"]
]
assert names == ["b", "a"], names

query = logs.start_query(
    logGroupName=group,
    startTime=now // 1000 - 60,
    endTime=now // 1000 + 60,
    queryString="filter number < 10 | stats count(*) as n, max(number) as top by stream | sort stream",
)["queryId"]
while (results := logs.get_query_results(queryId=query))["status"] in ("Scheduled", "Running"):
    time.sleep(0.1)
rows = [{field["field"]: field["value"] for field in row} for row in results["results"]]
assert rows == [{"stream": "a", "n": "10", "top": "9"}, {"stream": "b", "n": "10", "top": "9"}], rows

logs.delete_log_stream(logGroupName=group, logStreamName="a")
logs.delete_log_group(logGroupName=group)
assert logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"] == []
