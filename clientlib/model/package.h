/* model/package.h: a code package held in memory, for the files package_*.c. */
#ifndef MF_MODEL_PACKAGE_H
#define MF_MODEL_PACKAGE_H

#include "../base/arena.h"
#include "../base/buf.h"
#include "../codec/archive.h"
#include "object.h"

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

/* The package of a task, or of the newest step of a run whose newest task has one; hidden: also
 * hidden steps. *out NULL: there is none. */
int package_open(struct mf_package **out, struct mf_object *o, bool hidden, struct mf_error *err);
/* Why a member must not be made below a directory; NULL: it may. */
const char *package_refusal(const struct mf_member *m);
/* Is it a file that is unpacked: one of the user's (or of all), the last of its name? */
bool package_takes(const struct mf_package *package, size_t index, bool all);
/* Open the directory below fd that a member is in. Its path is appended to *path, each component as
 * `spell` appends it (NULL: as it is); *name is the last of them. With `make`, missing directories
 * are made; no link is followed. A descriptor or an error; MF_ENOTFOUND where a directory is
 * missing. */
typedef void package_spell(struct buf *out, const char *name, size_t n);
int package_parent(int fd, const char *member, bool make, package_spell *spell, struct buf *path,
	const char **name, struct mf_error *err);

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
