#!/bin/bash
# screenshots.sh UNIT DIR: the pictures of the README, from canvas dumps that the golden-screen tests make of real data.
set -eu
cd "$(dirname "$0")/../.."
unit=$1 dir=$2
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
SCREENS=$tmp MFKIT_SOURCE=$PWD "$unit" screenshots >"$tmp/log" 2>&1 || { tail -n 30 "$tmp/log" >&2; exit 1; }
mkdir -p "$dir"
for svg in "$tmp"/shot_*.svg; do
	name=$(basename "$svg" .svg)
	name=${name#shot_}
	cp "$svg" "$dir/$name.svg"
	rsvg-convert "$svg" -o "$dir/$name.png"
	echo "$dir/$name.svg $dir/$name.png"
done
