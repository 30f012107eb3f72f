#!/bin/bash
# screen_test.sh: the installed program in a real terminal (tmux): start, keys, resize, signals. MFTOP and MFCTL name the programs.
set -u
cd "$(dirname "$0")/../.."
MFTOP=${MFTOP:-$PWD/build/mftop} MFCTL=${MFCTL:-$PWD/build/mfctl}
dir=$(mktemp -d)
sock=$dir/tmux
count=0
passed=0 failed=0
t() { tmux -S "$sock" -f /dev/null "$@"; }
cleanup() { t kill-server 2>/dev/null; rm -rf "$dir"; }
trap cleanup EXIT
ok() { passed=$((passed + 1)); }
no() { failed=$((failed + 1)); echo "FAILED: $1"; t capture-pane -p 2>/dev/null | sed 's/^/    | /' | head -40; }
# Wait until the screen shows a text (10 s at most).
shows() {
	for _ in $(seq 200); do
		t capture-pane -p 2>/dev/null | grep -qF -- "$1" && return 0
		sleep 0.05
	done
	return 1
}
expect() { if shows "$2"; then ok; else no "$1: no “$2” on the screen"; fi; }
start() { # command in a fresh 100x30 terminal whose shell tells how it ended
	t kill-server 2>/dev/null
	sock=$dir/tmux$((count++)) # a fresh server: the old one may take a moment to go
	t new-session -d -x 100 -y 30 "env LC_ALL=C.UTF-8 TERM=tmux-256color HOME=$dir $1; echo ended with \$?; exec sleep 60"
}
ended() { # exit code
	if shows "ended with $1"; then ok; else no "did not end with $1"; fi
}

tests/tools/unpack_demo.sh "$dir" >/dev/null || { echo "0 passed, 1 failed"; exit 1; }
history="--metadata local@$dir/demo"

start "$MFTOP $history"
expect "flows" TrainFlow
t send-keys '?'
expect "help" "Keys"
t send-keys Escape
sleep 0.3 # Escape and a letter at once are Alt and the letter
t send-keys Q
ended 0

start "$MFTOP $history TrainFlow"
expect "runs" "TrainFlow"
t send-keys j j Enter
expect "a run" "start"
t resize-window -x 80 -y 24
expect "resized" "start"
t resize-window -x 30 -y 6
sleep 0.3
t resize-window -x 120 -y 40
expect "back from too small" "start"
t send-keys q
expect "back in the list" "TrainFlow"
pid=$(pgrep -f -- "^$MFTOP $history TrainFlow" | head -n 1)
kill -TERM "$pid" 2>/dev/null
ended 143

start "env TERM=dumb $MFTOP $history"
expect "dumb terminal" "TERM"
ended 2

start "$MFTOP --metadata local@$dir/nowhere"
expect "no history" ".metaflow"
ended 3

start "$MFTOP $history RouterFlow/latest"
expect "deep link" "RouterFlow"
t send-keys Q
ended 0

start "$MFCTL $history shell"
expect "prompt" "mf:/"
t send-keys "cd TrainFlow/latest" Enter "ls" Enter
expect "commands in the shell" "start"
t send-keys "garbage that is given up"
sleep 0.2
t send-keys C-c
sleep 0.2
t send-keys C-c
sleep 0.2
t send-keys "show st" Tab
expect "completion" "show start/"
t send-keys C-c
sleep 0.2
t send-keys "exit" Enter
ended 0

# mfctl's options serve the dashboard too
start "env METAFLOW_USER=bob $MFTOP $history --my-runs --utc --color never -o json --timeout 5s -q TrainFlow"
expect "my runs" "user:bob"
expect "bob's" "4 runs"
t send-keys Q
ended 0
start "$MFTOP $history --color sometimes"
ended 2

# a pager that is not there, or a terminal that cannot be drawn on, takes nothing away
start "env MFCTL_PAGER='nosuchpager -x' $MFCTL $history ls"
ended 0
expect "without its pager" RouterFlow
start "env TERM=dumb PAGER= $MFCTL $history ls"
ended 0
expect "dumb" RouterFlow
start "env TERM=dumb $MFCTL $history watch TrainFlow"
expect "dumb watch" "watch gives events"
ended 2

# names from the data do not act on the terminal, in any format
odd="$dir/odd/.metaflow/$(printf 'Ev\033[31mil')"
mkdir -p "$odd/_meta"
echo '{"flow_id": "odd", "user_name": "alice", "ts_epoch": 1795226136037, "tags": [], "system_tags": []}' > "$odd/_meta/_self.json"
for f in csv tsv name table; do
	start "$MFCTL --metadata local@$dir/odd ls -o $f"
	ended 0
	expect "escaped in $f" 'Ev\x1b[31mil'
done

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
