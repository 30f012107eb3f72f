/* Tags of a run through the service: one PATCH, tried again while others change the same run (service-api.md §1.10). */
#include <stdlib.h>

#include "../base/fmt.h"
#include "../base/limits.h"
#include "../codec/value.h"
#include "service.h"
#include "tags.h"

enum { TRIES = 10, FIRST_PAUSE_MS = 300 };

static int print_names(struct buf *b, const char *key, const struct tag_names *names, struct arena *a, struct mf_error *err)
{
	struct mf_sink sink = {buf_sink_write, b};
	buf_addf(b, "\"%s\": [", key);
	for (size_t i = 0; i < names->n; i++) {
		const struct mf_value *v = value_str(a, names->v[i]);
		if (!v)
			return err_nomem(err);
		if (i)
			buf_adds(b, ", ");
		int rc = mf_value_print_json(v, &sink, 0, err);
		if (rc < 0)
			return rc;
	}
	buf_adds(b, "]");
	return MF_OK;
}

/* Metaflow's own rules, which the service does not enforce. */
static int check(const struct tag_change *c, struct arena *a, bool *changed, struct mf_error *err)
{
	struct tag_values tags = {0};
	struct mf_value *record;
	int rc = provider_service.record(c->client, c->run, a, &record, err);
	if (rc == MF_OK)
		rc = tags_next(c, record, a, &tags, changed, err);
	vec_release(&tags);
	return rc;
}

int service_change_tags(const struct tag_change *c, struct mf_error *err)
{
	struct buf path = BUF_INIT(64 << 10), body = BUF_INIT(MF_LIMIT_JSON_FILE);
	struct arena a;
	const char *text = "";
	bool changed;
	int rc, status = 0;
	arena_init(&a, 0);
	TRY(check(c, &a, &changed, err));
	if (!changed)
		goto done;
	service_path(&path, c->run);
	buf_adds(&path, "/tag/mutate");
	buf_addc(&body, '{');
	TRY(print_names(&body, "tags_to_add", &c->add, &a, err));
	buf_adds(&body, ", ");
	TRY(print_names(&body, "tags_to_remove", &c->remove, &a, err));
	buf_addc(&body, '}');
	TRY(buf_err(&path, err));
	TRY(buf_err(&body, err));
	long pause = FIRST_PAUSE_MS;
	for (int tries = 1;; tries++, pause += pause / 2) {
		TRY(service_send(c->client, "PATCH", path.p, body.p, body.n, &a, &status, &text, err));
		if (status != 409)
			break;
		if (tries == TRIES) {
			rc = tags_contended(c, err);
			goto done;
		}
		clock_sleep_ms(pause - pause / 20 + random() % (pause / 10));
	}
	if (status / 100 != 2) {
		struct http_response none = HTTP_RESPONSE_INIT;
		struct mf_error mine = MF_ERROR_INIT;
		rc = service_refused(c->client, status, text, strlen(text), &none, c->run, &mine);
		if (rc == MF_EUNSUPPORTED || status == 405)
			rc = service_too_old(c->client, "changing tags", "2.3.0", err);
		else if (err && err->code == MF_OK)
			*err = mine;
	}
done:
	arena_release(&a);
	buf_release(&body);
	buf_release(&path);
	return rc;
}
