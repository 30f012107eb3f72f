#!/bin/bash
# check.sh: all hermetic tests, each group with its own `N passed, N failed` line; the sum at the end. GROUPS_ONLY="unit cli"
# runs some. Needs what deps.sh check installs.
set -u
cd "$(dirname "$0")/../.."
jobs=$(nproc 2>/dev/null || echo 2)
passed=0 failed=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT
only=${GROUPS_ONLY:-lint build unit cli corpus service stores fuzz screen clang}

# Run a group; its "N passed, N failed" lines count, else its exit code does.
group() {
	local name=$1; shift
	[[ " $only " == *" $name "* ]] || return 0
	echo "== $name"
	local started=$SECONDS p f
	"$@" >"$log" 2>&1
	local rc=$?
	grep -vE '^  (CC|LINK) ' "$log" | tail -n 60
	# every such line counts: a group may run more than one program
	read -r p f < <(grep -oE '[0-9]+ passed, [0-9]+ failed' "$log" | awk '{ p += $1; f += $3 } END { if (NR) print p, f }') || true
	if [ -z "${p:-}" ]; then p=0 f=0; [ $rc = 0 ] && p=1 || f=1; fi
	[ $rc != 0 ] && [ "$f" = 0 ] && f=1
	passed=$((passed + p)) failed=$((failed + f))
	echo "-- $name: $p passed, $f failed ($((SECONDS - started)) s)"
}

build() { make -j"$jobs" all build/libmfclient.so; }

# CUnit's own summary, told in one line as well.
unit() {
	make -j"$jobs" SAN=address,undefined build-address-undefined/unit || return 1
	ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=halt_on_error=1 MFKIT_SOURCE=$PWD build-address-undefined/unit >"$log.unit" 2>&1
	local rc=$?
	grep -vE '^ *Test: .*\.\.\.passed$' "$log.unit" | tail -n 80
	awk -v rc=$rc '$1 == "tests" { p = $4; f = $5; if (rc && !f) f = 1; print p " passed, " f " failed"; seen = 1 }
		END { if (!seen) print "0 passed, 1 failed" }' "$log.unit"
	rm -f "$log.unit"
	return $rc
}

cli() { MFCTL=$PWD/build/mfctl python3 tests/tools/run_transcripts.py; }

# The histories that facts are compared of, below $dir.
dir=build/histories
histories() {
	mkdir -p $dir
	tests/tools/unpack_demo.sh $dir >/dev/null || return 1
	[ -e $dir/corpus-mini ] || tar -xJf tests/data/corpus-mini.tar.xz -C $dir || return 1
	[ ! -e ../shared/corpus/dev.tar.zst ] || [ -e $dir/full/dev/hello ] ||
		{ mkdir -p $dir/full && zstd -q -d --long=27 -c ../shared/corpus/dev.tar.zst | tar -x -C $dir/full; }
}

# Every scenario's facts against the Python client's recorded answers.
corpus() {
	histories || return 1
	local all=("$dir/demo" "$dir"/corpus-mini/*/)
	if [ -e $dir/full/dev/hello ]; then
		all=("$dir/demo")
		for s in "$dir"/full/dev/*/; do
			case $s in */pickles/ | */remote_*) ;; *) all+=("$s") ;; esac
		done
		python3 tests/tools/pickle_corpus.py build/mfctl $dir/full/dev/pickles | tee "$log.p" || return 1
	else
		echo "../shared/corpus is not there: the compact subset in tests/data is compared"
	fi
	python3 tests/tools/compare_oracle.py --mfctl build/mfctl --jobs "$jobs" --show 5 "${all[@]}"
}

# The double of the metadata service against recorded exchanges with the real one; then the same facts through the double.
# `damaged` is left out: what is damaged there are files of records, which a service does not have.
service() {
	histories || return 1
	python3 tests/tools/service_check.py
	local rc=$? s name all=("$dir/demo")
	for s in "$dir"/corpus-mini/*/; do
		name=$(basename "$s")
		case $name in
			damaged) continue ;;
			hello | retry | foreach25 | nested | switch | tags | params | resume | parallel | legacy | kill | endpoints)
				[ -e "$dir/full/dev/$name" ] && s=$dir/full/dev/$name ;;
		esac
		all+=("$s")
	done
	[ -e $dir/full/dev/logs ] && all+=("$dir/full/dev/logs")
	python3 tests/tools/service_facts.py --mfctl build/mfctl --jobs "$jobs" "${all[@]}" && return $rc
}

# The same questions about histories whose data is in S3, Azure and Google Cloud Storage, through doubles of these; and about a
# run whose metadata is in the store alone, as its containers packed it.
stores() {
	python3 tests/tools/store_data.py unpack $dir/stores || return 1
	[ -e $dir/argo_packed ] || tar -xJf tests/data/argo_packed.tar.xz -C $dir || return 1
	python3 tests/tools/compare_oracle.py --mfctl build/mfctl --jobs "$jobs" --show 5 \
		--metadata datastore@$PWD/$dir/argo_packed/store/metaflow $dir/argo_packed
	local rc=$?
	python3 tests/tools/store_facts.py --mfctl build/mfctl --jobs "$jobs" $dir/stores/*/ && return $rc
}

fuzz() { make -j"$jobs" SAN=address,undefined fuzz-replay; }
screen() { MFTOP=$PWD/build/mftop MFCTL=$PWD/build/mfctl tests/tools/screen_test.sh; }
clang() { make -j"$jobs" CC=clang all; }

group build build
group lint make lint
group unit unit
group cli cli
group corpus corpus
group service service
group stores stores
group fuzz fuzz
group screen screen
group clang clang
echo
echo "check: $passed passed, $failed failed"
[ "$failed" = 0 ]
