#!/bin/sh
# Files, listings and settings through s3cmd. The first argument is the `s3cmd` program, the second a bucket.
set -eu
program=$1
bucket=${2:-s3cmd-bucket}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

same() {
    [ "$1" = "$2" ] || { echo "wanted: $1" >&2; echo "got: $2" >&2; exit 1; }
}
address=${AWS_ENDPOINT_URL#http://}
: >config
s3cmd() {
    "$program" --config config --no-ssl --host "$address" --host-bucket "$address" --access_key "$AWS_ACCESS_KEY_ID" \
        --secret_key "$AWS_SECRET_ACCESS_KEY" --region "$AWS_DEFAULT_REGION" --no-progress "$@"
}
listed() { s3cmd ls --recursive "s3://$bucket/$1" | awk '{print $3, $4}' | sed "s|s3://$bucket/||"; }

s3cmd mb "s3://$bucket" >/dev/null
head -c 20000000 /dev/urandom >large
s3cmd put large "s3://$bucket/large" --multipart-chunk-size-mb 5 --add-header x-amz-meta-origin:here >/dev/null
s3cmd get "s3://$bucket/large" back >/dev/null
cmp large back
s3cmd info "s3://$bucket/large" >info
grep -q 'File size: 20000000' info
grep -q 'x-amz-meta-origin: here' info
grep -q "MD5 sum:   $(md5sum <large | cut -d' ' -f1)" info

mkdir -p up/deep "up/with space"
for name in one two deep/three "with space/four +ü"; do echo "text of $name" >"up/$name"; done
s3cmd sync up/ "s3://$bucket/tree/" >/dev/null
rm up/two
echo more >>up/one
s3cmd sync --delete-removed up/ "s3://$bucket/tree/" >/dev/null
mkdir down
s3cmd sync "s3://$bucket/tree/" down/ >/dev/null
diff -r up down
s3cmd cp "s3://$bucket/tree/one" "s3://$bucket/copy" >/dev/null
s3cmd mv "s3://$bucket/copy" "s3://$bucket/moved" >/dev/null
same "20000000 large
17 moved" "$(listed '' | grep -v tree)"
same "$(cat up/one)" "$(s3cmd get "s3://$bucket/moved" -)"
s3cmd modify --add-header content-type:text/x "s3://$bucket/moved" >/dev/null
s3cmd info "s3://$bucket/moved" | grep -q 'MIME type: text/x'
same "$(cat up/one)" "$(curl -sf "$(s3cmd signurl "s3://$bucket/moved" +60)")"

cat >policy <<END
{"Version": "2012-10-17", "Statement": [{"Sid": "Kept", "Effect": "Deny", "Principal": "*",
 "Action": "s3:DeleteObject", "Resource": "arn:aws:s3:::$bucket/large"}]}
END
s3cmd setpolicy policy "s3://$bucket" >/dev/null
s3cmd info "s3://$bucket" | grep -q '"Sid": "Kept"'
if s3cmd del "s3://$bucket/large" 2>error; then exit 1; fi
grep -q 'AccessDenied' error
s3cmd delpolicy "s3://$bucket" >/dev/null
s3cmd expire "s3://$bucket" --expiry-days 3 --expiry-prefix tmp/ >/dev/null
s3cmd getlifecycle "s3://$bucket" | grep -q '<Days>3</Days>'
s3cmd dellifecycle "s3://$bucket" >/dev/null
same "" "$(s3cmd multipart "s3://$bucket" | grep -c large | sed s/0//)"

s3cmd del "s3://$bucket/large" >/dev/null
s3cmd del --recursive --force "s3://$bucket/tree/with space/" >/dev/null
same "17 tree/one
19 tree/deep/three" "$(listed tree/ | sort)"
s3cmd rb --recursive --force "s3://$bucket" >/dev/null
same "" "$(s3cmd ls)"
echo "s3cmd: passed"
