/* mf.h: the only public header of libmfclient.
 *
 * Reads what Metaflow leaves behind (runs, steps, tasks, artifacts, logs, graphs) without Python and
 * without executing anything it reads.
 *
 * Conventions, everywhere:
 *   - int functions return 0 (or a positive "found one more") or a negative enum mf_code;
 *   - the out parameter comes first, `struct mf_error *err` last; err may be NULL, the first error wins;
 *   - what is stored through **out belongs to the caller and has its _free; everything a getter returns is lent
 *     until its parent is freed;
 *   - strings are NUL-terminated UTF-8 unless a length is given; values may hold NULs and lone surrogates
 *     (encoded as three bytes, as WTF-8 does), so they always come with a length;
 *   - times are milliseconds since 1970-01-01 UTC; MF_NO_TIME means "Metaflow has none".
 */
#ifndef MF_H
#define MF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MF_API __attribute__((visibility("default")))
#define MF_VERSION "0.1.0"
#define MF_NO_TIME INT64_MIN

/* ---- errors --------------------------------------------------------------------------------------- */

/* X(constant, value, name in JSON, exit code of mfctl) */
#define MF_CODES(X)                                                                                    \
	X(MF_OK, 0, "ok", 0)                                                                           \
	X(MF_EFAILED, -1, "failed", 1)                                                                 \
	X(MF_EUSAGE, -2, "usage", 2)                                                                   \
	X(MF_ENOTFOUND, -3, "not_found", 3)                                                            \
	X(MF_EACCESS, -4, "not_allowed", 4)                                                            \
	X(MF_ENETWORK, -5, "network", 5)                                                               \
	X(MF_EPARTIAL, -6, "partial", 6)                                                               \
	X(MF_EFALSE, -7, "false", 7)                                                                   \
	X(MF_ENOMEM, -8, "out_of_memory", 1)                                                           \
	X(MF_ECORRUPT, -9, "corrupt", 1)                                                               \
	X(MF_ELIMIT, -10, "too_large", 1)                                                              \
	X(MF_ECANCELLED, -11, "cancelled", 130)                                                        \
	X(MF_EIO, -12, "io", 1)                                                                        \
	X(MF_ETIMEOUT, -13, "timed_out", 124)                                                          \
	X(MF_EUNSUPPORTED, -14, "unsupported", 1)

enum mf_code {
#define X(id, value, name, exit) id = value,
	MF_CODES(X)
#undef X
};

struct mf_error {
	int code;           /* enum mf_code */
	int http_status;    /* 0: not from HTTP */
	int sys_errno;      /* 0: not from the system */
	int64_t offset;     /* byte offset in what was read, -1: none */
	bool retriable;     /* trying again may help */
	char where[512];    /* file, pathspec or URL; may be empty */
	char message[512];  /* one line, no trailing period */
	char hint[256];     /* what to do; may be empty */
};

#define MF_ERROR_INIT {.offset = -1}

/* "not_found" … for enum mf_code; "failed" for anything else. */
MF_API const char *mf_code_name(int code);
/* The exit code of mfctl for enum mf_code (cli.md §1). */
MF_API int mf_code_exit(int code);

/* ---- values ---------------------------------------------------------------------------------------- */

/* One kind of value for JSON records, fields of objects and artifacts. */
enum mf_kind {
	MF_NULL,
	MF_BOOL,
	MF_INT,       /* fits int64_t */
	MF_BIGINT,    /* little-endian two's complement bytes, any length */
	MF_FLOAT,
	MF_STRING,
	MF_BYTES,
	MF_LIST,
	MF_TUPLE,
	MF_SET,
	MF_FROZENSET,
	MF_DICT,      /* keys and values of any kind, insertion order */
	MF_REF,       /* a global named in a pickle: class or function; text is "module.qualname" */
	MF_OBJECT,    /* instance of a class that is known by name only */
	MF_PERSID,    /* persistent id; one item */
	MF_EXT,       /* extension code, an integer */
	MF_ELLIPSIS,
	MF_NOTIMPLEMENTED,
	MF_BYTEARRAY,
	MF_FAILURE,   /* a value that could not be read: {"$error": …} */
	MF_TRUNCATED  /* a part left out at a limit: {"$truncated": …} */
};

struct mf_value;

/* All functions on values are pure and may be called from any thread. A value lives as long as what it came from. */
MF_API enum mf_kind mf_value_kind(const struct mf_value *v);       /* NULL counts as MF_NULL */
MF_API bool mf_value_bool(const struct mf_value *v);               /* MF_BOOL; false otherwise */
MF_API int64_t mf_value_int(const struct mf_value *v);             /* MF_INT, MF_BOOL; else 0 */
MF_API double mf_value_float(const struct mf_value *v);            /* MF_FLOAT, MF_INT; else 0 */
/* Text or bytes of MF_STRING, MF_BYTES, MF_BYTEARRAY, MF_REF; NULL and *n = 0 for other kinds. */
MF_API const char *mf_value_text(const struct mf_value *v, size_t *n);
/* Number of items (of pairs for MF_DICT); 0 for scalars. */
MF_API size_t mf_value_count(const struct mf_value *v);
/* Item i of a list, tuple or set; value i of a dict. NULL out of range. */
MF_API const struct mf_value *mf_value_item(const struct mf_value *v, size_t i);
/* Key i of a dict. */
MF_API const struct mf_value *mf_value_key(const struct mf_value *v, size_t i);
/* Value of a string key of a dict, NULL where absent. */
MF_API const struct mf_value *mf_value_get(const struct mf_value *v, const char *key);
/* The parts of an MF_OBJECT as its pickle carries them; NULL where absent. */
enum mf_part { MF_PART_CLASS, MF_PART_ARGS, MF_PART_KWARGS, MF_PART_ITEMS, MF_PART_DICT, MF_PART_STATE };
MF_API const struct mf_value *mf_value_part(const struct mf_value *v, enum mf_part part);

/* Where printed bytes go. write returns 0, or a negative code that ends the printing. */
struct mf_sink {
	int (*write)(void *self, const char *p, size_t n);
	void *self;
};

enum { MF_PRINT_INDENT = 1, MF_PRINT_COLOR = 2 };
/* The JSON text of json-values.md. Canonical without flags, written as it is made. Returns 0, MF_EPARTIAL when a
 * limit left a part out (the document is whole and marked), or an error. No newline at the end. */
MF_API int mf_value_print_json(const struct mf_value *v, const struct mf_sink *sink, unsigned flags,
	struct mf_error *err);
/* The way a person would like to read it; one line when `width` > 0 (cut at that many columns). Control
 * characters are escaped. */
MF_API int mf_value_print_text(const struct mf_value *v, const struct mf_sink *sink, size_t width,
	struct mf_error *err);

#ifdef __cplusplus
}
#endif
#endif
