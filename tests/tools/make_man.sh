#!/bin/sh
# make_man.sh MFCTL MFTOP DIR: man pages from what the programs print of their own tables.
set -eu
mfctl=$1 mftop=$2 dir=$3
version=$("$mfctl" version | sed 's/.* //')
roff() { sed 's/\\/\\\\/g; s/^\([.'"'"']\)/\\\&\1/; s/-/\\-/g'; }
page() { # name, one line
	printf '.TH %s 1 "" "mfkit %s" "User Commands"\n.SH NAME\n%s \\- %s\n' "$(echo "$1" | tr '[:lower:]' '[:upper:]')" "$version" "$1" "$2"
}
text() { printf '.nf\n'; roff; printf '.fi\n'; }
{
	page mfctl "reads what Metaflow leaves behind: flows, runs, steps, tasks, logs, artifacts"
	printf '.SH SYNOPSIS\n.B mfctl\n[OPTIONS] COMMAND [OPTIONS] [PATHSPEC...]\n.SH COMMANDS\n'
	for c in $("$mfctl" help | sed -n 's/^  \([a-z]*\)  .*/\1/p'); do
		printf '.SS %s\n' "$c"
		"$mfctl" help "$c" | sed '/^Options of every command/d' | text
	done
	for t in options pathspec where fields status exit; do
		printf '.SH %s\n' "$(echo "$t" | tr '[:lower:]' '[:upper:]')"
		"$mfctl" help $t | text
	done
} >"$dir/mfctl.1"
{
	page mftop "a dashboard of Metaflow's flows, runs, steps and tasks"
	printf '.SH SYNOPSIS\n.B mftop\n[PATHSPEC] [OPTIONS]\n.SH OPTIONS\n'
	"$mftop" --help | text
} >"$dir/mftop.1"
