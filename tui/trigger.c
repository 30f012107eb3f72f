#include "trigger.h"

#include <string.h>

#include "../clientlib/base/fmt.h"

void trigger_text(
	const struct mf_value *event, int64_t now, bool utc, struct buf *text, struct buf *run)
{
	size_t n = 0, kind = 0, m = 0;
	const char *id = mf_value_text(mf_value_get(event, "id"), &n);
	const char *type = mf_value_text(mf_value_get(event, "type"), &kind);
	const char *name = mf_value_text(mf_value_get(event, "name"), &m);
	struct buf at = BUF_INIT(64);
	bool by_run = id && type && kind == 3 && memcmp(type, "run", 3) == 0;
	int64_t ms;

	if (by_run) { /* the id is a task of it */
		const char *slash = memchr(id, '/', n);
		const char *end =
			slash ? memchr(slash + 1, '/', n - (size_t)(slash + 1 - id)) : NULL;
		size_t length = end ? (size_t)(end - id) : n;
		buf_add(text, id, length);
		buf_adds(text, m ? "   " : "");
		if (run)
			buf_add(run, id, length);
	}
	buf_add(text, m ? name : by_run || !id ? "" : id, m ? m : by_run || !id ? 0 : n);
	const char *stamp = mf_value_text(mf_value_get(event, "timestamp"), &n);
	buf_add(&at, stamp ? stamp : "", stamp ? n : 0);
	if (at.n && parse_time(at.p, now, &ms)) {
		buf_adds(text, "   ");
		fmt_datetime(text, ms, utc);
	}
	buf_release(&at);
}
