#!/bin/sh
# Folders, large files, presigned URLs and versions through the AWS CLI.
# The first argument is the `aws` program, the second a bucket.
set -eu
aws=$1
bucket=${2:-cli-sync-bucket}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

# Says what was wanted and what was there, and fails, when they differ.
same() {
    [ "$1" = "$2" ] || { echo "wanted: $1" >&2; echo "got: $2" >&2; exit 1; }
}
keys() { "$aws" s3api list-objects-v2 --bucket "$bucket" --prefix "$1" --query 'Contents[].Key' --output text | tr '\t' ' '; }

"$aws" s3 mb "s3://$bucket" >/dev/null

# A folder goes up, changes, and goes up again; another comes down and is the same.
mkdir -p up/deep/er "up/with space"
for name in one two deep/three deep/er/four "with space/five +%"; do echo "text of $name" >"up/$name"; done
find up -type f -exec touch -d '1 minute ago' {} +
"$aws" s3 sync --quiet up "s3://$bucket/sync"
same "sync/deep/er/four sync/deep/three sync/one sync/two sync/with space/five +%" "$(keys sync/)"
same "" "$("$aws" s3 sync --no-progress up "s3://$bucket/sync")"
rm up/two
echo "more text of one" >up/one
told=$("$aws" s3 sync --no-progress --delete up "s3://$bucket/sync" | sort)
same "delete: s3://$bucket/sync/two
upload: up/one to s3://$bucket/sync/one" "$told"
mkdir down
echo stray >down/stray
"$aws" s3 sync --quiet --delete "s3://$bucket/sync" down
diff -r up down
"$aws" s3 sync --quiet "s3://$bucket/sync" "s3://$bucket/again" --exclude 'deep/*' --include 'deep/er/*'
same "again/deep/er/four again/one again/with space/five +%" "$(keys again/)"

# 80 MiB in parts, both ways and copied, and through pipes.
head -c 83886080 /dev/urandom >large
"$aws" s3 cp --quiet large "s3://$bucket/large" --metadata origin=here --storage-class STANDARD_IA
same "83886080 STANDARD_IA here" "$("$aws" s3api head-object --bucket "$bucket" --key large \
    --query '[ContentLength, StorageClass, Metadata.origin]' --output text | tr '\t' ' ')"
"$aws" s3 cp --quiet "s3://$bucket/large" "s3://$bucket/large copy"
"$aws" s3 cp --quiet "s3://$bucket/large copy" back
cmp large back
head -c 9000000 large | "$aws" s3 cp --quiet - "s3://$bucket/piped"
"$aws" s3 cp --quiet "s3://$bucket/piped" - | cmp - large -n 9000000

# What is moved is at one end only.
"$aws" s3 mv --quiet "s3://$bucket/again/one" "s3://$bucket/moved/one"
"$aws" s3 mv --quiet --recursive "s3://$bucket/again" "moved"
same "" "$(keys again/ | sed s/None//)"
same "moved/one" "$(keys moved/)"
same "text of deep/er/four" "$(cat moved/deep/er/four)"
same "Total Objects: 1" "$("$aws" s3 ls --recursive --summarize "s3://$bucket/moved/" | sed -n 's/^ *\(Total Objects.*\)/\1/p')"
"$aws" s3 rm --quiet --recursive "s3://$bucket/sync" --exclude '*/three'
same "sync/deep/three" "$(keys sync/)"

# Who has the URL has the object, and no other.
url=$("$aws" s3 presign "s3://$bucket/sync/deep/three" --expires-in 60)
same "text of deep/three" "$(curl -sf "$url")"
same "<Code>SignatureDoesNotMatch</Code>" "$(curl -s "$url" -X DELETE | grep -o '<Code>.*</Code>')"

# Versions stay below a delete marker until they are taken away by name.
"$aws" s3api put-bucket-versioning --bucket "$bucket" --versioning-configuration Status=Enabled
for text in first second; do
    echo "$text" >version
    "$aws" s3api put-object --bucket "$bucket" --key history --body version >/dev/null
done
"$aws" s3 rm --quiet "s3://$bucket/history"
list() { "$aws" s3api list-object-versions --bucket "$bucket" --prefix history --output text --query "$1" | tr '\t' ' '; }
same "2 1 True" "$(list '[length(Versions), length(DeleteMarkers), DeleteMarkers[0].IsLatest]')"
oldest=$(list 'Versions[1].VersionId')
"$aws" s3api get-object --bucket "$bucket" --key history --version-id "$oldest" version >/dev/null
same first "$(cat version)"
"$aws" s3api delete-object --bucket "$bucket" --key history --version-id "$(list 'DeleteMarkers[0].VersionId')" >/dev/null
"$aws" s3 cp --quiet "s3://$bucket/history" version
same second "$(cat version)"
"$aws" s3api delete-objects --bucket "$bucket" --delete \
    "$("$aws" s3api list-object-versions --bucket "$bucket" --query '{Objects: Versions[].{Key: Key, VersionId: VersionId}}')" >/dev/null
same "None" "$("$aws" s3api list-object-versions --bucket "$bucket" --query Versions --output text)"
"$aws" s3 rb "s3://$bucket" >/dev/null
echo "aws s3 sync: passed"
