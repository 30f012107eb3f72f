/* The names that people give to fields. */
#include <strings.h>

#include "../base/buf.h"
#include "../base/err.h"
#include "../base/suggest.h"
#include "query.h"

static const struct {
	const char *alias, *field;
} aliases[] = {{"user", "user_name"}, {"duration", "duration_ms"}, {"started", "created_at"},
	{"created", "created_at"}, {"finished", "finished_at"}, {"ended", "ended_at"},
	{"tag", "tags"}, {"reason", "status_reason"}, {"origin", "origin_pathspec"},
	{"runtime", "runtime_name"}, {"attempt", "current_attempt"}, {"id", "name"},
	{"path", "pathspec"}};

static int field_named(enum mf_entity entity, const char *name)
{
	size_t n;
	const struct mf_field *f = mf_fields(entity, &n);
	for (size_t i = 0; i < n; i++)
		if (strcasecmp(f[i].name, name) == 0)
			return (int)i;
	return -1;
}

bool query_field(enum mf_entity entity, const char *name, struct query_node *node)
{
	size_t n;
	node->ancestor = -1;
	node->field = field_named(entity, name);
	for (size_t i = 0; i < ARRAY_SIZE(aliases) && node->field < 0; i++)
		if (strcasecmp(aliases[i].alias, name) == 0)
			node->field = field_named(entity, aliases[i].field);
	if (node->field >= 0) {
		node->type = mf_fields(entity, &n)[node->field].type;
		return true;
	}
	for (int e = 0; e <= (int)entity; e++)
		if (strcasecmp(mf_entity_name((enum mf_entity)e), name) == 0) {
			node->ancestor = e;
			node->type = MF_T_STRING;
			return true;
		}
	return false;
}

const char *query_near_field(enum mf_entity entity, const char *name)
{
	const char *names[128];
	size_t n, count = 0;
	const struct mf_field *f = mf_fields(entity, &n);
	for (size_t i = 0; i < n && count < ARRAY_SIZE(names); i++)
		names[count++] = f[i].name;
	for (size_t i = 0; i < ARRAY_SIZE(aliases) && count < ARRAY_SIZE(names); i++)
		if (field_named(entity, aliases[i].field) >= 0)
			names[count++] = aliases[i].alias;
	return suggest(name, names, count);
}

int query_unknown_field(enum mf_entity entity, const char *name, const char *near, size_t offset,
	struct mf_error *err)
{
	struct buf b = BUF_INIT(200);
	size_t n;
	const struct mf_field *f = mf_fields(entity, &n);
	query_error(err, offset, "%s %s has no field “%.100s”", entity == MF_ARTIFACT ? "an" : "a",
		mf_entity_name(entity), name);
	for (size_t i = 0; i < n; i++)
		buf_addf(&b, "%s%s", i ? ", " : "", f[i].name);
	if (near)
		err_hint(err, "did you mean “%s”?", near);
	else
		err_hint(err, "it has %s%s", b.p, b.failed ? " …" : "");
	buf_release(&b);
	return MF_EUSAGE;
}

void query_choose_finished(
	struct mf_query *q, struct query_node *n, const char *name, const char *value)
{
	static const char *const words[] = {"true", "false", "yes", "no", "null"};
	if (strcasecmp(name, "finished") != 0 || n->op == OP_MATCH || n->op == OP_NO_MATCH)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (strcasecmp(words[i], value) == 0)
			return;
	int time = field_named(q->entity, "finished_at");
	if (time >= 0) {
		n->field = time;
		n->type = MF_T_TIME;
	}
}

int query_columns(struct mf_query *q, struct mf_error *err)
{
	static const char *const first[] = {"id", "name", "user_name", "tags", "status"};
	size_t n, wide = MF_FIELD_COLUMN | MF_FIELD_WIDE;
	const struct mf_field *f = mf_fields(q->entity, &n);
	q->columns = arena_calloc(&q->arena, n + ARRAY_SIZE(first), sizeof(*q->columns));
	if (!q->columns)
		return err_nomem(err);
	for (size_t i = 0; i < ARRAY_SIZE(first); i++) {
		int field = mf_field_find(q->entity, first[i]);
		if (field >= 0)
			q->columns[q->n_columns++] = field;
	}
	for (size_t i = 0; i < n; i++) {
		bool text = f[i].type == MF_T_STRING || f[i].type == MF_T_LIST;
		bool known = !text || !(f[i].flags & wide) || (f[i].flags & MF_FIELD_ASKED);
		for (size_t k = 0; k < q->n_columns; k++)
			known = known || q->columns[k] == (int)i;
		if (!known)
			q->columns[q->n_columns++] = (int)i;
	}
	return MF_OK;
}
