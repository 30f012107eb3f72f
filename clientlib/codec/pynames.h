/* codec/pynames.h: Python 2 names of globals → today's. */
#ifndef MF_CODEC_PYNAMES_H
#define MF_CODEC_PYNAMES_H

#include <stddef.h>

struct pyname {
	const char *module, *name;
	size_t n_module, n_name;
};

/* Replace a name that Python 2 had elsewhere, as Python's unpickler does for protocols 0 to 2;
 * others stay. */
void pynames_map(struct pyname *name);

#endif
