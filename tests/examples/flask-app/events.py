"""The events with which API Gateway calls a function.

Sources: API Gateway Developer Guide, "Set up Lambda proxy integrations" (REST APIs) and "Create AWS Lambda proxy
integrations for HTTP APIs" (payload format 2.0).
"""

import base64
from urllib.parse import urlencode

HOST = "70ixmpl4fl.execute-api.us-east-1.amazonaws.com"


def _body(body, headers):
    """The body as an event has it, and whether it is encoded; the headers tell its length."""
    if body is None:
        return None, False
    headers["Content-Length"] = str(len(body if isinstance(body, bytes) else body.encode()))
    if isinstance(body, bytes):
        return base64.b64encode(body).decode(), True
    return body, False


def rest(method, path, query=None, headers=None, body=None):
    """A request to a REST API: payload format 1.0."""
    headers = {"Host": HOST, "X-Forwarded-Proto": "https", "X-Forwarded-Port": "443", **(headers or {})}
    text, is_encoded = _body(body, headers)
    query = {name: values if isinstance(values, list) else [values] for name, values in (query or {}).items()}
    return {
        "resource": "/{proxy+}",
        "path": path,
        "httpMethod": method,
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": {name: values[-1] for name, values in query.items()} or None,
        "multiValueQueryStringParameters": query or None,
        "pathParameters": {"proxy": path.lstrip("/")},
        "stageVariables": None,
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "70ixmpl4fl",
            "domainName": HOST,
            "httpMethod": method,
            "identity": {"sourceIp": "52.255.255.12", "userAgent": headers.get("User-Agent")},
            "path": f"/Prod{path}",
            "protocol": "HTTP/1.1",
            "requestId": "77375676-xmpl-4b79-853a-f982474efe18",
            "resourcePath": "/{proxy+}",
            "stage": "Prod",
        },
        "body": text,
        "isBase64Encoded": is_encoded,
    }


def http(method, path, query=None, headers=None, body=None):
    """A request to an HTTP API: payload format 2.0."""
    headers = {"host": HOST, "x-forwarded-proto": "https", "x-forwarded-port": "443", **(headers or {})}
    text, is_encoded = _body(body, headers)
    headers = {name.lower(): value for name, value in headers.items()}
    event = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": urlencode(query or {}, doseq=True),
        "headers": headers,
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "70ixmpl4fl",
            "domainName": HOST,
            "domainPrefix": "70ixmpl4fl",
            "http": {
                "method": method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "52.255.255.12",
                "userAgent": headers.get("user-agent", ""),
            },
            "requestId": "JKJaXmPLvHcESHA=",
            "routeKey": "$default",
            "stage": "$default",
            "time": "10/Mar/2026:05:16:23 +0000",
            "timeEpoch": 1583817383220,
        },
        "isBase64Encoded": is_encoded,
    }
    if cookies := headers.pop("cookie", None):
        event["cookies"] = cookies.split("; ")
    if text is not None:
        event["body"] = text
    return event
