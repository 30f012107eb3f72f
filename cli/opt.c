#include "opt.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "../clientlib/base/suggest.h"

static const struct opt *find(const struct opt_set *sets, size_t n_sets, const char *name, size_t len, char letter, void **into)
{
	for (size_t s = 0; s < n_sets; s++)
		for (const struct opt *o = sets[s].opts; o && o->name; o++)
			if (letter ? o->letter == letter : strlen(o->name) == len && strncmp(o->name, name, len) == 0) {
				*into = (char *)sets[s].into + o->offset;
				return o;
			}
	return NULL;
}

static void unknown(const struct opt_set *sets, size_t n_sets, const char *name, size_t len, struct buf *problem)
{
	const char *names[128];
	size_t n = 0;
	char word[64];
	for (size_t s = 0; s < n_sets; s++)
		for (const struct opt *o = sets[s].opts; o && o->name && n < ARRAY_SIZE(names); o++)
			names[n++] = o->name;
	buf_addf(problem, "unknown option --%.*s", (int)len, name);
	if (len < sizeof(word)) {
		memcpy(word, name, len);
		word[len] = '\0';
		const char *near = suggest(word, names, n);
		if (near)
			buf_addf(problem, "; did you mean --%s?", near);
	}
}

static bool take(const struct opt *o, void *into, const char *value, struct buf *problem)
{
	switch (o->kind) {
	case OPT_FLAG: *(bool *)into = true; return true;
	case OPT_VALUE:
	case OPT_OPTIONAL: *(const char **)into = value; return true;
	case OPT_INT: {
		char *end;
		long v = strtol(value, &end, 10);
		if (!*value || *end || v < 0 || v > INT_MAX) {
			buf_addf(problem, "--%s takes a number, not “%s”", o->name, value);
			return false;
		}
		*(int *)into = (int)v;
		return true;
	}
	case OPT_MANY: {
		struct opt_many *m = into;
		if (m->n == OPT_MANY_MAX) {
			buf_addf(problem, "--%s may be given %d times at most", o->name, OPT_MANY_MAX);
			return false;
		}
		m->v[m->n++] = value;
		return true;
	}
	}
	return false;
}

int opt_parse(char **argv, int argc, const struct opt_set *sets, size_t n_sets, bool stop_at_word, struct buf *problem)
{
	int kept = 0, i = 0;
	for (; i < argc; i++) {
		char *a = argv[i];
		void *into;
		const struct opt *o;
		const char *value = NULL;
		if (a[0] != '-' || !a[1]) {
			if (stop_at_word)
				break;
			argv[kept++] = a;
			continue;
		}
		if (strcmp(a, "--") == 0) {
			i++;
			break;
		}
		if (a[1] == '-') {
			size_t len = strcspn(a + 2, "=");
			o = find(sets, n_sets, a + 2, len, 0, &into);
			if (!o) {
				unknown(sets, n_sets, a + 2, len, problem);
				return -1;
			}
			if (a[2 + len])
				value = a + 3 + len;
			if (value && o->kind == OPT_FLAG) {
				buf_addf(problem, "--%s takes no value", o->name);
				return -1;
			}
		} else {
			o = find(sets, n_sets, NULL, 0, a[1], &into);
			if (!o) {
				buf_addf(problem, "unknown option -%c", a[1]);
				return -1;
			}
			if (a[2] && o->kind == OPT_FLAG) { /* -abc is -a -bc */
				if (!take(o, into, "", problem))
					return -1;
				memmove(a + 1, a + 2, strlen(a + 2) + 1);
				i--;
				continue;
			}
			if (a[2])
				value = a + 2;
		}
		if (!value && (o->kind == OPT_VALUE || o->kind == OPT_INT || o->kind == OPT_MANY)) {
			if (i + 1 >= argc) {
				buf_addf(problem, "--%s needs %s", o->name, o->metavar ? o->metavar : "a value");
				return -1;
			}
			value = argv[++i];
		}
		if (!take(o, into, value ? value : "", problem))
			return -1;
	}
	for (; i < argc; i++)
		argv[kept++] = argv[i];
	return kept;
}
