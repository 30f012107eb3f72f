/* base/fs.h: reading files and directories whole. Paths are relative to a directory descriptor (AT_FDCWD for none). */
#ifndef MF_BASE_FS_H
#define MF_BASE_FS_H

#include <stdint.h>

#include "arena.h"
#include "buf.h"
#include "err.h"

/* Read a regular file of at most `limit` bytes into the arena, NUL-terminated; never follows into devices or pipes.
 * `where` names it in errors (NULL: path). Codes of err_sys; MF_ELIMIT; MF_ENOMEM. */
int fs_read(int dirfd, const char *path, struct arena *a, size_t limit, char **out, size_t *n, const char *where,
	struct mf_error *err);
/* Append a file to a buffer (whose limit applies). */
int fs_read_buf(int dirfd, const char *path, struct buf *b, const char *where, struct mf_error *err);

/* Names in a directory without "." and "..": NUL-terminated names one behind the other in `blob`, their offsets in `at`. */
struct fs_names {
	char *blob;
	size_t blob_n, blob_cap;
	uint32_t *at;
	size_t n, cap;
};
/* Append the names (of directories and links only, when the file system tells, if `dirs`). */
int fs_list(int dirfd, const char *path, bool dirs, struct fs_names *out, const char *where, struct mf_error *err);
/* The same of an open directory descriptor, from where it stands. */
int fs_list_fd(int fd, bool dirs, struct fs_names *out, const char *where, struct mf_error *err);
/* Append a name of n bytes, none of them NUL; false: out of memory, or more than 4 GiB of names. */
bool fs_names_add(struct fs_names *names, const char *p, size_t n);
void fs_names_release(struct fs_names *names);
static inline const char *fs_name(const struct fs_names *names, size_t i)
{
	return names->blob + names->at[i];
}
void fs_names_sort(struct fs_names *names); /* bytewise */

/* Write a file beside its name and rename it into place, mode 0666 & ~umask (or `mode` when not 0). */
int fs_replace(const char *path, const void *p, size_t n, unsigned mode, struct mf_error *err);
bool fs_is_dir(int dirfd, const char *path);
bool fs_exists(int dirfd, const char *path);

#endif
