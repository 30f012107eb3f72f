#include "../../support/test.h"

#include <stdlib.h>

#include "../../../tui/trigger.h"
#include "../../support/history.h"

static void check(const char *json, const char *text, const char *run)
{
	struct mf_document *doc = NULL;
	struct buf b = BUF_INIT(4096), r = BUF_INIT(4096);
	size_t n;
	char *pickle = history_pickle(json, &n);

	CHECK_FATAL(pickle && mf_pickle_read(&doc, pickle, n, NULL) == MF_OK);
	trigger_text(mf_document_value(doc), INT64_C(1795262400000), true, &b, &r);
	CHECK_STR(b.p, text);
	CHECK_STR(r.p, run);
	buf_clear(&b);
	trigger_text(mf_document_value(doc), 0, true, &b, NULL);
	CHECK_STR(b.p, text);
	buf_release(&b);
	buf_release(&r);
	mf_document_free(doc);
	free(pickle);
}

void test_trigger__text(void)
{
	check("{\"id\": \"Up/argo-1/end/t-4\", \"name\": \"metaflow.Up.end\", \"type\": \"run\", "
	      "\"timestamp\": \"2026-11-21T11:58:00.000Z\"}",
		"Up/argo-1   metaflow.Up.end   2026-11-21 11:58:00", "Up/argo-1");
	check("{\"id\": \"ev-1\", \"name\": \"data.ready\", \"type\": \"event\", \"timestamp\": "
	      "null}",
		"data.ready", "");
	check("{\"id\": \"ev-1\", \"name\": null, \"type\": \"event\"}", "ev-1", "");
	check("{\"id\": \"Up\", \"type\": \"run\"}", "Up", "Up");
	check("{\"id\": 5, \"type\": \"run\", \"timestamp\": \"soon\"}", "", "");
	check("{}", "", "");
}
