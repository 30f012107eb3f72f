/* Objects as JSON documents. */
#include <stdio.h>

#include "../base/fmt.h"
#include "../base/text.h"
#include "export.h"

void export_string(struct buf *b, const char *s)
{
	if (!s) {
		buf_adds(b, "null");
		return;
	}
	buf_addc(b, '"');
	for (size_t n = strlen(s), step; n; s += step, n -= step) {
		int32_t cp;
		step = utf8_next(s, n, &cp);
		if (cp < 0)
			buf_adds(b, "\\ufffd");
		else if (cp == '"' || cp == '\\')
			buf_addf(b, "\\%c", (int)cp);
		else if (cp < 0x20 || cp == 0x7f)
			buf_addf(b, "\\u%04x", (unsigned)cp);
		else
			buf_add(b, s, step);
	}
	buf_addc(b, '"');
}

/* The first failure inside a value. */
static const struct mf_error *failure_in(const struct mf_value *v, int depth)
{
	const struct mf_error *e = mf_value_error(v);
	for (size_t i = 0; !e && depth < 8 && i < mf_value_count(v); i++)
		e = failure_in(mf_value_item(v, i), depth + 1);
	return e;
}

static bool listed(const char *const *names, const char *name)
{
	for (; names && *names; names++)
		if (str_eq(*names, name))
			return true;
	return false;
}

int export_object(struct buf *b, struct mf_object *o, const char *const *without,
	struct mf_error *bad, struct mf_error *err)
{
	struct mf_sink sink = {buf_sink_write, b};
	size_t n, put = 0;
	const struct mf_field *f = mf_fields(mf_object_entity(o), &n);
	buf_addc(b, '{');
	for (size_t i = 0; i < n; i++) {
		if (f[i].flags & MF_FIELD_VIRTUAL || listed(without, f[i].name))
			continue;
		const struct mf_value *v = mf_object_field(o, (int)i);
		const struct mf_error *e = failure_in(v, 0);
		if (e && e->code == MF_ENOMEM)
			return err_nomem(err);
		if (e && bad->code == MF_OK) {
			bad->code = e->code;
			snprintf(bad->message, sizeof(bad->message), "%s: %.400s", f[i].name,
				e->message);
		}
		buf_addf(b, "%s\"%s\":", put++ ? "," : "", f[i].name);
		if (f[i].type == MF_T_TIME && mf_value_kind(v) == MF_INT) {
			buf_addc(b, '"');
			fmt_rfc3339(b, mf_value_int(v));
			buf_addc(b, '"');
		} else {
			mf_value_print_json(v, &sink, 0, NULL);
		}
	}
	buf_addc(b, '}');
	return buf_err(b, err);
}

int export_run(struct buf *b, struct mf_object *run, struct mf_error *bad, struct mf_error *err)
{
	static const char *const steps[] = {"steps", NULL};
	struct mf_list_options lo = MF_LIST_INIT;
	struct mf_iter *iter = NULL;
	struct mf_object *step;
	size_t n = 0;
	int rc;
	lo.hidden = true;
	TRY(export_object(b, run, steps, bad, err));
	b->p[--b->n] = '\0'; /* the brace: more follows */
	buf_adds(b, ",\"steps\":[");
	TRY(mf_list(&iter, run->client, run->pathspec, &lo, err));
	while ((rc = mf_iter_next(iter, &step, err)) == 1) {
		buf_adds(b, n++ ? "," : "");
		rc = mf_object_error(step) ? MF_OK : export_object(b, step, NULL, bad, err);
		if (mf_object_error(step)) {
			*bad = bad->code ? *bad : *mf_object_error(step);
			buf_adds(b, "{\"pathspec\":");
			export_string(b, mf_object_pathspec(step));
			buf_adds(b, ",\"$error\":{\"code\":");
			export_string(b, mf_code_name(mf_object_error(step)->code));
			buf_adds(b, ",\"message\":");
			export_string(b, mf_object_error(step)->message);
			buf_adds(b, "}}");
		}
		mf_object_free(step);
		TRY(rc);
	}
	TRY(rc);
	buf_adds(b, "]}");
	rc = buf_err(b, err);
done:
	mf_iter_free(iter);
	return rc;
}
