/* cli/opt.h: options as data. A row names the member of the command's argument struct that it fills. */
#ifndef CLI_OPT_H
#define CLI_OPT_H

#include <stdbool.h>
#include <stddef.h>

#include "../clientlib/base/buf.h"

enum opt_kind {
	OPT_FLAG,     /* bool */
	OPT_VALUE,    /* const char * */
	OPT_INT,      /* int, not negative */
	OPT_MANY,     /* struct opt_many: may be repeated */
	OPT_OPTIONAL  /* const char *: "--x" gives "", "--x=VALUE" the value */
};

enum { OPT_MANY_MAX = 64 };

struct opt_many {
	const char *v[OPT_MANY_MAX + 1]; /* NULL-terminated */
	size_t n;
};

struct opt {
	const char *name;
	char letter; /* 0: none */
	enum opt_kind kind;
	size_t offset;
	const char *metavar, *help;
};

/* A table and the struct it fills. */
struct opt_set {
	const struct opt *opts; /* ended by a row without a name */
	void *into;
};

/* Take options out of argv (in place); what is left are the positional arguments, their number returned. "--" ends the
 * options. With stop_at_word the first positional argument ends them too. -1: *problem says what is wrong. Strings point into
 * argv. */
int opt_parse(char **argv, int argc, const struct opt_set *sets, size_t n_sets, bool stop_at_word, struct buf *problem);

#endif
