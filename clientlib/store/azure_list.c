/* Names of blobs, a page at a time. */
#include <stdlib.h>

#include "../base/err.h"
#include "../codec/xml.h"
#include "azure.h"

enum { URL = 64 << 10 };

struct page {
	struct store_list *list;
	const struct buf *prefix;
	bool list_here;
	char *next;
};

static int take(void *self, const char *path, const char *text, size_t n)
{
	struct page *p = self;
	if (str_eq(path, "EnumerationResults"))
		p->list_here = true;
	if (str_eq(path, "EnumerationResults/NextMarker") && n) {
		free(p->next);
		p->next = strndup(text, n);
		return p->next ? MF_OK : MF_ENOMEM;
	}
	if (!str_eq(path, "EnumerationResults/Blobs/Blob/Name") &&
		!str_eq(path, "EnumerationResults/Blobs/BlobPrefix/Name"))
		return MF_OK;
	return stores_list_add(p->list, p->prefix, text, n);
}

int azure_list(struct store *base, struct store_list *list, struct mf_error *err)
{
	struct azure_store *s = (struct azure_store *)base;
	struct http_response r = HTTP_RESPONSE_INIT;
	struct store_call call = {.cancel = list->cancel};
	struct page page = {.list = list};
	struct buf prefix = BUF_INIT(URL);
	struct azure_asked q = {.key = NULL};
	char limit[24];
	int rc;
	stores_key(&prefix, s->base.prefix, list->prefix);
	TRY(buf_err(&prefix, err));
	page.prefix = &prefix;
	q.query[q.n_query++] = (struct sign_pair){"restype", "container"};
	q.query[q.n_query++] = (struct sign_pair){"comp", "list"};
	stores_list_query(q.query, &q.n_query, list, prefix.p, "marker", "maxresults", 5000, limit);
	TRY(azure_ask(s, &q, &call, &r, err));
	struct xml_visitor v = {take, &page};
	struct mf_error mine = MF_ERROR_INIT;
	size_t bom = r.body.n >= 3 && memcmp(r.body.p, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
	rc = xml_walk(r.body.p + bom, r.body.n - bom, &v, &mine);
	if (rc == MF_OK && !page.list_here)
		rc = err_set(&mine, MF_ECORRUPT, "the reply is none");
	if (rc < 0)
		err_at(err, rc, s->base.where, "a list of the container: %s",
			mine.code ? mine.message : mf_code_name(rc));
	free(list->next);
	list->next = rc == MF_OK ? page.next : NULL;
	if (rc == MF_OK)
		page.next = NULL;
done:
	free(page.next);
	buf_release(&prefix);
	http_response_release(&r);
	return rc;
}
