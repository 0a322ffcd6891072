# CloudWatch Logs through the AWS CLI: `sh cli_logs.sh AWS GROUP`. Runs against AWS_ENDPOINT_URL.
set -eu
aws=$1 group=$2
"$aws" logs create-log-group --log-group-name "$group"
"$aws" logs create-log-stream --log-group-name "$group" --log-stream-name one
now=$(date +%s)000
"$aws" logs put-log-events --log-group-name "$group" --log-stream-name one \
    --log-events "timestamp=$now,message=first" "timestamp=$now,message='second ERROR'" >/dev/null
got=$("$aws" logs get-log-events --log-group-name "$group" --log-stream-name one --start-from-head \
    --query 'join(`,`, events[].message)' --output text)
[ "$got" = "first,second ERROR" ]
got=$("$aws" logs filter-log-events --log-group-name "$group" --filter-pattern ERROR --query 'events[].message' --output text)
[ "$got" = "second ERROR" ]
"$aws" logs put-metric-filter --log-group-name "$group" --filter-name errors --filter-pattern ERROR \
    --metric-transformations metricName=Errors,metricNamespace=App,metricValue=1
count=$("$aws" logs describe-log-groups --log-group-name-prefix "$group" --query 'logGroups[0].metricFilterCount')
[ "$count" = 1 ]
if "$aws" logs create-log-group --log-group-name "$group" 2>"$group.err"; then exit 1; fi
grep -q 'An error occurred (ResourceAlreadyExistsException) when calling the CreateLogGroup operation: The specified log group already exists' "$group.err"
rm "$group.err"
"$aws" logs delete-log-group --log-group-name "$group"
