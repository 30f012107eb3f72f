/* base/err.h: filling struct mf_error. First error wins; no allocation; err may be NULL. */
#ifndef MF_BASE_ERR_H
#define MF_BASE_ERR_H

#include "../mf.h"
#include "util.h"

/* Record code with a formatted message and return it. */
int err_set(struct mf_error *err, int code, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* The same with where (file, pathspec…) */
int err_at(struct mf_error *err, int code, const char *where, const char *fmt, ...) PRINTF_LIKE(4, 5);
/* Record the errno of a failed system call on a file: EACCES, EPERM → MF_EACCESS, ENOENT, ENOTDIR → MF_ENOTFOUND,
 * ENOMEM → MF_ENOMEM, others MF_EIO. `what` is the action ("cannot read"). */
int err_sys(struct mf_error *err, int sys_errno, const char *where, const char *what);
int err_nomem(struct mf_error *err);
/* Add a hint if there is none yet; returns err->code (MF_OK for NULL). */
int err_hint(struct mf_error *err, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* As MF_ERROR_INIT has it, without a pass over the texts: for what is done once for each of many objects. */
static inline void err_clear(struct mf_error *err)
{
	if (!err)
		return;
	err->code = err->http_status = err->sys_errno = 0;
	err->offset = -1;
	err->retriable = false;
	err->where[0] = err->message[0] = err->hint[0] = '\0';
}

#endif
