#!/bin/sh
# Backups through restic, which keeps its repository in a bucket. The first argument is the `restic` program, the
# second a bucket.
set -eu
program=$1
bucket=${2:-restic-bucket}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

same() {
    [ "$1" = "$2" ] || { echo "wanted: $1" >&2; echo "got: $2" >&2; exit 1; }
}
export RESTIC_REPOSITORY="s3:$AWS_ENDPOINT_URL/$bucket/backups" RESTIC_PASSWORD=secret RESTIC_CACHE_DIR="$folder/cache"
restic() { "$program" --quiet "$@"; }

restic init
mkdir -p data/deep
head -c 30000000 /dev/urandom >data/large
for number in 1 2 3 4 5 6 7 8 9; do echo "file $number" >"data/deep/$number"; done
restic backup data
echo changed >data/deep/1
rm data/deep/9
restic backup data
restic check --read-data
same 2 "$(restic snapshots --json | grep -o '"short_id"' | wc -l | tr -d ' ')"

restic restore latest --target new
diff -r data new/data
first=$(restic snapshots --json | grep -o '"short_id":"[0-9a-f]*"' | head -1 | cut -d'"' -f4)
restic restore "$first" --target old
same "file 1" "$(cat old/data/deep/1)"
same "file 9" "$(cat old/data/deep/9)"
cmp data/large old/data/large

# What no snapshot needs any more is removed, and what remains is whole.
restic forget --keep-last 1 --prune
restic check --read-data
restic dump latest data/deep/2 >dumped
same "file 2" "$(cat dumped)"
echo "restic: passed"
