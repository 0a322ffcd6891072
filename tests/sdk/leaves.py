"""Leaves things behind in services that only a cleanup deletes. What is named `old` may have been there before."""

import sys

import boto3

name = sys.argv[1]
sqs, sns, events, kms = (boto3.client(it) for it in ("sqs", "sns", "events", "kms"))
firehose, apigateway = boto3.client("firehose"), boto3.client("apigateway")


def common(name):
    """What answers the same whether it was there or not."""
    sqs.create_queue(QueueName=name)
    sns.create_topic(Name=name)
    events.put_rule(Name=name, ScheduleExpression="rate(1 day)")


if name == "before":
    common("old")
elif name == "count":
    print(
        "queues",
        sorted(url.rsplit("/", 1)[1] for url in sqs.list_queues().get("QueueUrls", [])),
        "topics",
        sorted(topic["TopicArn"].rsplit(":", 1)[1] for topic in sns.list_topics()["Topics"]),
        "subscriptions",
        len(sns.list_subscriptions()["Subscriptions"]),
        "rules",
        sorted(rule["Name"] for rule in events.list_rules()["Rules"]),
        "buses",
        sorted(bus["Name"] for bus in events.list_event_buses()["EventBuses"]),
        "apis",
        len(apigateway.get_rest_apis()["items"]),
        "streams",
        firehose.list_delivery_streams()["DeliveryStreamNames"],
        "keys",
        sorted(kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]["KeyState"] for key in kms.list_keys()["Keys"]),
    )
else:
    common("old")
    common("new")
    queue = sqs.get_queue_url(QueueName="new")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    topic = sns.create_topic(Name="new")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    events.put_targets(Rule="new", Targets=[{"Id": "1", "Arn": arn}, {"Id": "2", "Arn": topic}])
    events.create_event_bus(Name="bus")
    events.put_rule(Name="inside", EventBusName="bus", EventPattern='{"source":["x"]}')
    events.put_targets(Rule="inside", EventBusName="bus", Targets=[{"Id": "3", "Arn": arn}])
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName="alias/new", TargetKeyId=key)
    api = apigateway.create_rest_api(name="new")["id"]
    root = apigateway.get_resources(restApiId=api)["items"][0]["id"]
    apigateway.create_resource(restApiId=api, parentId=root, pathPart="p")
    destination = {"RoleARN": "arn:aws:iam::123456789012:role/r", "BucketARN": "arn:aws:s3:::b"}
    firehose.create_delivery_stream(DeliveryStreamName="new", ExtendedS3DestinationConfiguration=destination)
