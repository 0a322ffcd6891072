"""The application behind each of the adapters that people put between Lambda's events and WSGI."""

from app import app, logger


def apig(event, context):
    from apig_wsgi import make_lambda_handler

    return make_lambda_handler(app, binary_support=True)(event, context)


def serverless(event, context):
    import serverless_wsgi

    return serverless_wsgi.handle_request(app, event, context)


def awsgi(event, context):
    import awsgi

    return awsgi.response(app, event, context, base64_content_types={"image/png"})


def mangum(event, context):
    from a2wsgi import WSGIMiddleware
    from mangum import Mangum

    return Mangum(WSGIMiddleware(app), lifespan="off")(event, context)


@logger.inject_lambda_context(log_event=True)
def powertools(event, context):
    return apig(event, context)


def raising(event, context):
    raise LookupError(f"nothing for {event.get('what')}")
