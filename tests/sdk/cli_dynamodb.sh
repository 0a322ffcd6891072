# DynamoDB through the AWS CLI: `sh cli_dynamodb.sh AWS TABLE`. Runs against AWS_ENDPOINT_URL.
set -eu
aws=$1 table=$2
"$aws" dynamodb create-table --table-name "$table" --billing-mode PAY_PER_REQUEST \
    --attribute-definitions AttributeName=id,AttributeType=S --key-schema AttributeName=id,KeyType=HASH >/dev/null
"$aws" dynamodb wait table-exists --table-name "$table"
"$aws" dynamodb put-item --table-name "$table" --item '{"id": {"S": "one"}, "n": {"N": "1"}, "b": {"B": "AAH/"}}'
got=$("$aws" dynamodb get-item --table-name "$table" --key '{"id": {"S": "one"}}' --query Item.n.N --output text)
[ "$got" = 1 ]
told=$("$aws" dynamodb update-item --table-name "$table" --key '{"id": {"S": "one"}}' \
    --update-expression 'SET n = n + :one' --expression-attribute-values '{":one": {"N": "1"}}' \
    --return-values UPDATED_NEW --query Attributes.n.N --output text)
[ "$told" = 2 ]
for number in 1 2 3 4 5; do
    "$aws" dynamodb put-item --table-name "$table" --item "{\"id\": {\"S\": \"item-$number\"}}"
done
count=$("$aws" dynamodb scan --table-name "$table" --page-size 2 --query 'length(Items)' --output json)
[ "$count" = 6 ]
if "$aws" dynamodb put-item --table-name "$table" --item '{"id": {"S": "one"}}' \
    --condition-expression 'attribute_not_exists(id)' 2>"$table.err"; then exit 1; fi
grep -q 'An error occurred (ConditionalCheckFailedException) when calling the PutItem operation: The conditional request failed' "$table.err"
rm "$table.err"
"$aws" dynamodb delete-table --table-name "$table" >/dev/null
"$aws" dynamodb wait table-not-exists --table-name "$table"
