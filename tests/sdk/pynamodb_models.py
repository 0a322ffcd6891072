"""PynamoDB: models, indexes, conditions, batches, transactions. Runs against AWS_ENDPOINT_URL."""

import os
import sys

from pynamodb.attributes import ListAttribute, MapAttribute, NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute, VersionAttribute
from pynamodb.connection import Connection
from pynamodb.exceptions import DoesNotExist, PutError, TransactWriteError, UpdateError
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite
import datetime


class ByMail(GlobalSecondaryIndex):
    class Meta:
        index_name = "by-mail"
        projection = AllProjection()

    mail = UnicodeAttribute(hash_key=True)


class User(Model):
    class Meta:
        table_name = sys.argv[1]
        host = os.environ["AWS_ENDPOINT_URL"]
        region = "us-east-1"
        billing_mode = "PAY_PER_REQUEST"

    name = UnicodeAttribute(hash_key=True)
    number = NumberAttribute(range_key=True)
    mail = UnicodeAttribute(null=True)
    friends = ListAttribute(default=list)
    address = MapAttribute(default=dict)
    since = UTCDateTimeAttribute(null=True)
    version = VersionAttribute()
    by_mail = ByMail()


User.create_table(wait=True)
assert User.exists()
since = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc)
ann = User("ann", 1, mail="ann@example.org", friends=["bob"], address={"city": "Ulm"}, since=since)
ann.save()
found = User.get("ann", 1)
assert found.since == since and found.address["city"] == "Ulm" and found.version == 1
found.update(actions=[User.friends.set(User.friends.append(["cid"])), User.mail.set("a@example.org")])
assert User.get("ann", 1).friends == ["bob", "cid"]
try:
    ann.save()
    raise AssertionError("an old version was saved")
except PutError as error:
    assert "ConditionalCheckFailed" in str(error.cause_response_code)
with User.batch_write() as batch:
    for number in range(40):
        batch.save(User("many", number, mail=f"{number % 4}@example.org"))
assert len(list(User.query("many", User.number.between(10, 19)))) == 10
assert len(list(User.by_mail.query("3@example.org", filter_condition=User.number > 20, page_size=3))) == 5
assert sum(1 for _ in User.scan(User.mail.startswith("1@"))) == 10
assert len(list(User.batch_get([("many", 1), ("many", 2), ("none", 3)]))) == 2
connection = Connection(region="us-east-1", host=os.environ["AWS_ENDPOINT_URL"])
try:
    with TransactWrite(connection=connection) as transaction:
        transaction.save(User("new", 1))
        transaction.condition_check(User, "none", 1, condition=User.name.exists())
    raise AssertionError("a transaction took place whose condition does not hold")
except TransactWriteError as error:
    assert {reason.code for reason in error.cancellation_reasons if reason} == {"ConditionalCheckFailed"}
try:
    User.get("new", 1)
    raise AssertionError("half a transaction took place")
except DoesNotExist:
    pass
User.get("ann", 1).delete()
User.delete_table()
