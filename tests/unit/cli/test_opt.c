#include "../../support/test.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "../../../cli/opt.h"
#include "../../../cli/words.h"

struct args {
	bool all, raw;
	const char *output, *debug;
	int limit;
	struct opt_many tags;
};
static const struct opt table[] = {
	{"all", 'a', OPT_FLAG, offsetof(struct args, all), NULL, ""}, {"raw", 'r', OPT_FLAG, offsetof(struct args, raw), NULL, ""},
	{"output", 'o', OPT_VALUE, offsetof(struct args, output), "FORMAT", ""},
	{"debug", 0, OPT_OPTIONAL, offsetof(struct args, debug), "WHAT", ""},
	{"limit", 'l', OPT_INT, offsetof(struct args, limit), "N", ""},
	{"tag", 't', OPT_MANY, offsetof(struct args, tags), "T", ""}, {0}};

/* "all raw output debug limit tags… : words" or the problem */
static const char *parsed(const char *line, bool stop)
{
	static char out[4][512];
	static int next;
	char *text = out[next++ % 4], copy[256], *argv[32];
	const char *problem = NULL;
	struct args a = {.limit = -1};
	struct opt_set set = {table, &a};
	struct buf b = BUF_INIT(400);
	size_t at = 0;
	snprintf(copy, sizeof(copy), "%s", line);
	int n = opt_parse(argv, words_split(copy, argv, 32, &problem), &set, 1, stop, &b);
	if (n < 0) {
		snprintf(text, sizeof(out[0]), "%s", b.p);
	} else {
		at += (size_t)snprintf(text + at, sizeof(out[0]) - at, "%d%d %s %s %d", a.all, a.raw, a.output ? a.output : "-",
			a.debug ? a.debug : "-", a.limit);
		for (size_t i = 0; i < a.tags.n; i++)
			at += (size_t)snprintf(text + at, sizeof(out[0]) - at, " %s", a.tags.v[i]);
		CHECK(a.tags.v[a.tags.n] == NULL);
		at += (size_t)snprintf(text + at, sizeof(out[0]) - at, ":");
		for (int i = 0; i < n; i++)
			at += (size_t)snprintf(text + at, sizeof(out[0]) - at, " %s", argv[i]);
	}
	buf_release(&b);
	return text;
}

void test_opt__table(void)
{
	static const struct {
		const char *line, *want;
		bool stop;
	} t[] = {
		{"", "00 - - -1:", false},
		{"ls --all F", "10 - - -1: ls F", false},
		{"ls F -ar", "11 - - -1: ls F", false},
		{"-ojson x", "00 json - -1: x", false},
		{"-o json x", "00 json - -1: x", false},
		{"--output=json x", "00 json - -1: x", false},
		{"--output= x", "00  - -1: x", false},
		{"-aojson", "10 json - -1:", false},
		{"--debug x", "00 -  -1: x", false},
		{"--debug=http x", "00 - http -1: x", false},
		{"-l5 --limit 7", "00 - - 7:", false},
		{"-t a --tag b --tag=c", "00 - - -1 a b c:", false},
		{"-- --all", "00 - - -1: --all", false},
		{"x - y", "00 - - -1: x - y", false},
		{"--all x --raw", "10 - - -1: x --raw", true},
		{"--alll", "unknown option --alll; did you mean --all?", false},
		{"--zzzzzz", "unknown option --zzzzzz", false},
		{"-z", "unknown option -z", false},
		{"-az", "unknown option -z", false},
		{"--all=1", "--all takes no value", false},
		{"--output", "--output needs FORMAT", false},
		{"--limit x", "--limit takes a number, not “x”", false},
		{"--limit -1", "--limit takes a number, not “-1”", false},
		{"--limit 99999999999", "--limit takes a number, not “99999999999”", false},
		{"--limit ''", "--limit takes a number, not “”", false},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++)
		CHECK_STR(parsed(t[i].line, t[i].stop), t[i].want);
}
