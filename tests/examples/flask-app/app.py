"""A Flask application as people deploy it on Lambda: JSON, files in S3, items in DynamoDB, and an error."""

import os
from decimal import Decimal

import boto3
from aws_lambda_powertools import Logger
from botocore.exceptions import ClientError
from flask import Flask, Response, abort, jsonify, request

app = Flask(__name__)
logger = Logger(service="flask-app")
s3 = boto3.client("s3")
table = boto3.resource("dynamodb").Table(os.environ["TABLE"])
BUCKET = os.environ["BUCKET"]


@app.get("/")
def index():
    return jsonify(path=request.path, query=request.args.to_dict(flat=False), cookie=request.cookies.get("session"))


@app.post("/echo")
def echo():
    answer = jsonify(json=request.get_json(), agent=request.headers.get("User-Agent"))
    answer.set_cookie("session", "one")
    answer.set_cookie("other", "two")
    return answer, 201


@app.put("/files/<path:name>")
def put_file(name):
    s3.put_object(Bucket=BUCKET, Key=name, Body=request.get_data(), ContentType=request.content_type or "")
    return "", 204


@app.get("/files/<path:name>")
def get_file(name):
    try:
        found = s3.get_object(Bucket=BUCKET, Key=name)
    except ClientError as error:
        if error.response["Error"]["Code"] == "NoSuchKey":
            abort(404)
        raise
    return Response(found["Body"].read(), content_type=found["ContentType"])


@app.post("/items/<name>")
def count_item(name):
    updated = table.update_item(
        Key={"name": name},
        UpdateExpression="ADD hits :one",
        ExpressionAttributeValues={":one": Decimal(1)},
        ReturnValues="ALL_NEW",
    )
    logger.info("counted", extra={"item": name})
    return jsonify(name=name, hits=int(updated["Attributes"]["hits"]))


@app.get("/broken")
def broken():
    raise RuntimeError("this route is broken")


@app.errorhandler(404)
def missing(_):
    return jsonify(error="not found"), 404
