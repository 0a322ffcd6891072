#!/bin/sh
# Folders through rclone: copied, checked byte for byte, moved, linked, removed. The first argument is the `rclone`
# program, the second a bucket.
set -eu
program=$1
bucket=${2:-rclone-bucket}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

same() {
    [ "$1" = "$2" ] || { echo "wanted: $1" >&2; echo "got: $2" >&2; exit 1; }
}
export RCLONE_CONFIG_S3_TYPE=s3 RCLONE_CONFIG_S3_PROVIDER=Other RCLONE_CONFIG_S3_ENV_AUTH=true
export RCLONE_CONFIG_S3_ENDPOINT="$AWS_ENDPOINT_URL" RCLONE_CONFIG_S3_REGION="$AWS_DEFAULT_REGION"
# By default it asks for a list of `private`, which no bucket takes whose owner owns everything.
export RCLONE_CONFIG_S3_ACL=bucket-owner-full-control RCLONE_CONFIG_S3_BUCKET_ACL=private
export RCLONE_CONFIG_S3_FORCE_PATH_STYLE=true RCLONE_CONFIG=/dev/null RCLONE_S3_UPLOAD_CUTOFF=6Mi RCLONE_S3_CHUNK_SIZE=5Mi
rclone() { "$program" --retries 1 --log-level NOTICE "$@"; }

rclone mkdir "s3:$bucket"
mkdir -p up/deep/er "up/with space"
for name in one two deep/three deep/er/four "with space/five +%ü"; do echo "text of $name" >"up/$name"; done
head -c 17000000 /dev/urandom >up/large
touch -d '2020-01-02 03:04:05.678901234' up/one
rclone sync up "s3:$bucket/tree"
rclone check --download up "s3:$bucket/tree"
rclone check up "s3:$bucket/tree"
same "$(cd up && find . -type f | sed 's|^./||' | sort)" "$(rclone lsf --recursive --files-only "s3:$bucket/tree" | sort)"
same "2020-01-02 03:04:05.678901234" "$(TZ=UTC rclone lsl "s3:$bucket/tree/one" | awk '{print $2, $3}')"
same "$(md5sum up/one up/large | awk '{print $1}' | sort)" \
    "$(rclone md5sum "s3:$bucket/tree" --include '{one,large}' | awk '{print $1}' | sort)"

# The second time there is nothing to do; what is gone here goes there.
same 0 "$(rclone sync --dry-run up "s3:$bucket/tree" 2>&1 | grep -c Skipped || true)"
rm up/two
echo "more" >up/one
rclone sync up "s3:$bucket/tree"
rclone check --download up "s3:$bucket/tree"
rclone sync "s3:$bucket/tree" down
diff -r up down

rclone copy "s3:$bucket/tree" "s3:$bucket/copy"
rclone check --download "s3:$bucket/tree" "s3:$bucket/copy"
rclone moveto "s3:$bucket/copy/large" "s3:$bucket/moved/large"
same "17000000" "$(rclone size --json "s3:$bucket/moved" | sed 's/.*"bytes":\([0-9]*\).*/\1/')"
same "copy/ moved/ tree/" "$(rclone lsf "s3:$bucket" | tr '\n' ' ' | sed 's/ $//')"
rclone cat --offset 8 "s3:$bucket/tree/deep/three" | cmp - /dev/fd/3 3<<END
deep/three
END
echo piped | rclone rcat "s3:$bucket/piped"
same piped "$(curl -sf "$(rclone link --expire 1m "s3:$bucket/piped")")"
rclone delete "s3:$bucket/tree" --include 'deep/**'
same "with space/" "$(rclone lsf "s3:$bucket/tree" --dirs-only)"
rclone purge "s3:$bucket"
same "" "$(rclone lsf s3: | grep "^$bucket/" || true)"
echo "rclone: passed"
