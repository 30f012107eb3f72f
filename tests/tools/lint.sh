#!/bin/bash
# lint.sh: the rules that a compiler does not know: layers, test twins, sizes, banned functions, one set of exported names.
set -u
cd "$(dirname "$0")/../.."
bad=0
say() { echo "lint: $*"; bad=$((bad + 1)); }

# ---- layers: folder → what its files may include of ours (a table, one row a folder) ----
allowed() {
	case $1 in
	clientlib/base) echo 'base|mf' ;;
	clientlib/codec) echo 'codec|base|mf' ;;
	clientlib/net) echo 'net|codec|base|mf' ;;
	clientlib/store) echo 'store|net|codec|base|mf' ;;
	clientlib/model) echo 'model|store|net|codec|base|mf' ;;
	cli) echo 'cli|base|mf' ;;
	tui) echo 'tui|base|mf' ;;
	esac
}
room() { # the room that an include names, seen from a file
	local dir=$1 inc=$2 path
	path=$(realpath -m --relative-to=. "$dir/$inc")
	case $path in
	clientlib/mf.h) echo mf ;;
	clientlib/*/*) path=${path#clientlib/}; echo "${path%%/*}" ;;
	cli/*) echo cli ;;
	tui/*) echo tui ;;
	*) echo "outside:$path" ;;
	esac
}
for dir in clientlib/base clientlib/codec clientlib/net clientlib/store clientlib/model cli tui; do
	ok=$(allowed $dir)
	while IFS=: read -r file inc; do
		r=$(room "$dir" "$inc")
		[[ $r =~ ^($ok)$ ]] || say "$file includes $inc ($r); $dir may use only $ok"
	done < <(grep -Ho '^#include "[^"]*"' $dir/*.[ch] $dir/*.def 2>/dev/null | sed 's/#include "\(.*\)"/\1/')
done

# ---- system headers that belong to few files ----
only() { # header regex, files regex
	while IFS=: read -r file _; do
		[[ $file =~ $2 ]] || say "$file includes <$1>: only $2 may"
	done < <(grep -nE "^#include <($1)" clientlib/*/*.[ch] cli/*.[ch] tui/*.[ch])
}
only 'curl/' '^clientlib/net/'
only 'openssl/' '^clientlib/(net/|codec/digest)'
only 'nettle/' '^clientlib/codec/digest'
only 'zlib\.h' '^clientlib/codec/inflate'
only 'archive' '^clientlib/codec/archive'
only 'curses\.h|ncurses' '^tui/(term|input)'
only 'readline/' '^cli/cmd_shell'
only 'jansson' '^$'

# ---- functions that are easy to get wrong ----
while IFS= read -r line; do
	say "banned function: $line"
done < <(grep -nE '(^|[^_a-zA-Z>.])(strcpy|strcat|sprintf|vsprintf|gets|strtok|atoi|gmtime|localtime|asctime|ctime|tmpnam|system|popen)\(' \
	clientlib/*/*.c cli/*.c tui/*.c | grep -vE '^[^:]*:[0-9]+:[[:space:]]*(/?\*|//)' | grep -v 'lint: allowed')

# ---- every .c of the three parts has a test: its twin, its family's (x_y.c in test_x.c), one that says `covers: x.c`, or a
# transcript for commands ----
for f in clientlib/*/*.c cli/*.c tui/*.c; do
	base=$(basename "$f" .c) folder=$(basename "$(dirname "$f")")
	[ "$base" = main ] && continue
	found=
	name=$base
	while :; do
		[ -e "tests/unit/$folder/test_$name.c" ] && found=1 && break
		case $name in *_*) name=${name%_*} ;; *) break ;; esac
	done
	case $f in cli/cmd_*) [ -e "tests/cli/${base#cmd_}.t" ] && found=1 ;; esac
	[ -n "$found" ] || ! grep -qE "covers:.*[ /]$base\.c( |$)" tests/unit/"$folder"/test_*.c tests/cli/*.t 2>/dev/null || found=1
	[ -n "$found" ] || say "$f has no test tests/unit/$folder/test_$base.c"
done

# ---- sizes ----
for f in clientlib/*/*.[ch] cli/*.[ch] tui/*.[ch]; do
	n=$(wc -l <"$f")
	[ "$n" -gt 1000 ] && say "$f has $n lines: 1000 is the limit"
	[ "$n" -gt 600 ] && [ "$n" -le 1000 ] && echo "lint: warning: $f has $n lines"
done

# ---- the top level is exactly what it should be ----
for f in $(git ls-files | sed 's|/.*||' | sort -u); do
	case $f in Makefile|README.md|LICENSE|clientlib|cli|tui|tests|screenshots|.*) ;; *) say "unexpected at the top level: $f" ;; esac
done

# ---- exported names are declared with MF_API, and nothing else is exported ----
lib=${LIB:-build/libmfclient.so}
if [ -e "$lib" ]; then
	diff <(nm -D --defined-only "$lib" | awk '$2 ~ /[TDBR]/ {print $3}' | sed 's/@.*//' | grep -v '^MFCLIENT' | sort) \
		<(grep -v '#define' clientlib/mf.h | grep -oE 'MF_API [^;(]*\(' | sed 's/.*[ *]\(mf_[a-z0-9_]*\)($/\1/' | sort) >/tmp/lint.$$ ||
		say "exported names differ from mf.h: $(tr '\n' ' ' </tmp/lint.$$)"
	rm -f /tmp/lint.$$
fi

if [ $bad = 0 ]; then echo "lint: 1 passed, 0 failed"; else echo "lint: 0 passed, $bad failed"; exit 1; fi
