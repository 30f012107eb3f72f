/* model/package.h: a code package held in memory, for the files package_*.c. */
#ifndef MF_MODEL_PACKAGE_H
#define MF_MODEL_PACKAGE_H

#include "../base/arena.h"
#include "../base/buf.h"
#include "../codec/archive.h"
#include "../mf.h"

struct mf_package {
	struct arena arena;
	struct buf bytes; /* the archive */
	const char *sha, *script;
	struct mf_member *members;
	bool *shadowed; /* a later member has the same path: that one counts */
	size_t n, cap;
};

/* A package from the bytes of an archive, copied. */
int package_make(
	struct mf_package **out, const char *p, size_t n, const char *sha, struct mf_error *err);
/* Index of the member that counts of those with that path; n if there is none. */
size_t package_find(const struct mf_package *package, const char *path);

/* Go through the archive once. want: 0 and *sink set to have the bytes of file `index` sent there;
 * a negative code ends it. */
struct package_walk {
	int (*want)(void *arg, size_t index, const struct mf_sink **sink, struct mf_error *err);
	int (*end)(void *arg, struct mf_error *err); /* of the bytes of the file; may be NULL */
	void *arg;
};
int package_walk(
	const struct mf_package *package, const struct package_walk *walk, struct mf_error *err);

#endif
