#include "err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static int set(struct mf_error *err, int code, int sys, const char *where, const char *fmt, va_list ap) PRINTF_LIKE(5, 0);

static int set(struct mf_error *err, int code, int sys, const char *where, const char *fmt, va_list ap)
{
	if (err && err->code == MF_OK) {
		err->code = code;
		err->sys_errno = sys;
		snprintf(err->where, sizeof(err->where), "%s", where ? where : "");
		vsnprintf(err->message, sizeof(err->message), fmt, ap);
	}
	return code;
}

int err_set(struct mf_error *err, int code, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	set(err, code, 0, NULL, fmt, ap);
	va_end(ap);
	return code;
}

int err_at(struct mf_error *err, int code, const char *where, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	set(err, code, 0, where, fmt, ap);
	va_end(ap);
	return code;
}

static int set_sys(struct mf_error *err, int code, int sys, const char *where, const char *fmt, ...) PRINTF_LIKE(5, 6);

static int set_sys(struct mf_error *err, int code, int sys, const char *where, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	set(err, code, sys, where, fmt, ap);
	va_end(ap);
	return code;
}

int err_sys(struct mf_error *err, int sys_errno, const char *where, const char *what)
{
	int code = sys_errno == ENOENT || sys_errno == ENOTDIR ? MF_ENOTFOUND
		   : sys_errno == EACCES || sys_errno == EPERM ? MF_EACCESS
		   : sys_errno == ENOMEM		       ? MF_ENOMEM
							       : MF_EIO;
	return set_sys(err, code, sys_errno, where, "%s: %s", what, strerror(sys_errno));
}

int err_nomem(struct mf_error *err)
{
	return err_set(err, MF_ENOMEM, "out of memory");
}

int err_hint(struct mf_error *err, const char *fmt, ...)
{
	if (!err)
		return MF_OK;
	if (!err->hint[0]) {
		va_list ap;
		va_start(ap, fmt);
		vsnprintf(err->hint, sizeof(err->hint), fmt, ap);
		va_end(ap);
	}
	return err->code;
}

const char *mf_code_name(int code)
{
	switch (code) {
#define X(id, value, name, exit)                                                                       \
	case id: return name;
		MF_CODES(X)
#undef X
	default: return "failed";
	}
}

int mf_code_exit(int code)
{
	switch (code) {
#define X(id, value, name, exit)                                                                       \
	case id: return exit;
		MF_CODES(X)
#undef X
	default: return 1;
	}
}
