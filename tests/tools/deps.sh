#!/bin/sh
# deps.sh build|check|peers|pictures: install what is missing on Debian and Ubuntu; elsewhere, say what is needed.
set -eu
build="gcc make zlib1g-dev libjansson-dev nettle-dev libarchive-dev libexpat1-dev libcurl4-openssl-dev libisal-dev libncurses-dev libreadline-dev xz-utils"
check="$build clang libcunit1-dev libvterm-dev python3 tmux zstd git openssl"
peers="$build python3 python3-venv openssl"
pictures="$check librsvg2-bin fonts-dejavu-core"
case ${1:-build} in
build) want=$build ;; check) want=$check ;; peers) want=$peers ;; pictures) want=$pictures ;;
*) echo "usage: deps.sh build|check|peers|pictures" >&2; exit 2 ;;
esac
if ! command -v dpkg-query >/dev/null 2>&1; then
	command -v "${CC:-cc}" >/dev/null 2>&1 && exit 0
	echo "deps.sh: this is no Debian or Ubuntu. Install the packages that are called there: $want" >&2
	exit 1
fi
missing=
for p in $want; do
	[ "$(dpkg-query -W -f '${db:Status-Status}' "$p" 2>/dev/null)" = installed ] && continue
	# any version of these tools will do
	case $p in gcc|clang|make|git|python3|tmux|openssl) command -v "$p" >/dev/null 2>&1 && continue ;; esac
	missing="$missing $p"
done
[ -z "$missing" ] && exit 0
sudo=
if [ "$(id -u)" != 0 ]; then
	sudo=sudo
	command -v sudo >/dev/null 2>&1 || { echo "deps.sh: as root: apt-get install$missing" >&2; exit 1; }
fi
echo "installing:$missing"
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086
$sudo apt-get install -y -q --no-install-recommends $missing >/dev/null 2>&1 || {
	$sudo apt-get update -q >/dev/null
	$sudo apt-get install -y -q --no-install-recommends $missing >/dev/null
}
