/* codec/audit.h: what Python would import and call if it loaded a pickle (mf_audit_*).
 * audit_table.c judges names by audit.def, audit_stream.c follows a stream, audit_value.c walks a
 * value, audit.c collects what they find. */
#ifndef MF_CODEC_AUDIT_H
#define MF_CODEC_AUDIT_H

#include "../base/arena.h"
#include "../base/vec.h"
#include "value.h"

enum audit_action { AUDIT_IMPORT, AUDIT_CALL, AUDIT_PERSISTENT, AUDIT_EXTENSION };

struct audit_entry {
	struct mf_finding finding;
	enum audit_action action;
	uint64_t hash;
	size_t order;
};

struct mf_audit {
	struct arena arena; /* the names */
	VEC(struct audit_entry) entries;
	size_t *table; /* hash table of indexes + 1 */
	size_t cap;
};

/* The risk of a global "module.qualname", and of an attribute of a value that is not known. */
enum mf_risk audit_global(const char *name, size_t n);
enum mf_risk audit_attribute(const char *name, size_t n);

/* Each returns false when out of memory. */
/* A global that is named. */
bool audit_import(struct mf_audit *a, const struct mf_value *ref);
/* f(*args) or an instance of f; args may be NULL. */
bool audit_call(struct mf_audit *a, const struct mf_value *f, const struct mf_value *args);
/* A persistent id or an extension code; other kinds are none. */
bool audit_other(struct mf_audit *a, const struct mf_value *v);

/* All that the stream does up to its end, or up to the byte where it is damaged (then the error, as
 * pickle_read has it). */
int audit_stream(struct mf_audit *a, const char *p, size_t n, struct mf_error *err);
/* All that is left of it in a value. */
int audit_value(struct mf_audit *a, const struct mf_value *v, struct mf_error *err);

#endif
