#!/bin/sh
# S3's core through the AWS CLI with its defaults. The first argument is the `aws` program, the second a bucket.
set -eu
aws=$1
bucket=${2:-cli-bucket}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

"$aws" sts get-caller-identity >/dev/null
"$aws" s3 mb "s3://$bucket"
echo hello >"$folder/one"
"$aws" s3 cp --quiet "$folder/one" "s3://$bucket/folder/one"
"$aws" s3 cp --quiet "s3://$bucket/folder/one" "s3://$bucket/folder/two"
"$aws" s3 cp --quiet "s3://$bucket/folder/two" "$folder/back"
cmp "$folder/one" "$folder/back"
"$aws" s3 ls "s3://$bucket/folder/" | grep -q ' 6 two'
"$aws" s3api head-object --bucket "$bucket" --key folder/one >/dev/null
if "$aws" s3api head-object --bucket "$bucket" --key absent 2>"$folder/error"; then exit 1; fi
grep -q '(404)' "$folder/error"
"$aws" s3 rm --quiet --recursive "s3://$bucket"
"$aws" s3 rb "s3://$bucket"
echo "aws: passed"
