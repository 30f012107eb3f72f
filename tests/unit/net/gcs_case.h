/* gcs_case.h: what the tests of Google's sources share. */
#ifndef GCS_CASE_H
#define GCS_CASE_H

#include "../../../clientlib/net/cred_gcs.h"
#include "cred_case.h"

/* Open with the case's variables and get: case_said of it. */
static inline const char *gcs_got_as(struct cred_case *c, bool anonymous)
{
	struct cred_gcs *g = NULL;
	const struct cred_gcs_options o = {.context = c->x, .anonymous = anonymous};
	c->err = (struct mf_error)MF_ERROR_INIT;
	c->n = 0;
	int rc = cred_gcs_open(&g, &o, &c->err);
	if (rc == MF_OK)
		rc = cred_gcs_get(g, NULL, &c->cred, NULL, &c->err);
	cred_gcs_free(g);
	return case_said(c, rc);
}

static inline const char *gcs_got(struct cred_case *c)
{
	return gcs_got_as(c, false);
}

/* The same with a file of credentials, in a directory of its own. */
static inline const char *gcs_got_of(struct cred_case *c, const char *json)
{
	const char *dir = test_dir();
	test_write(dir, "cred.json", json);
	case_set(c, "GOOGLE_APPLICATION_CREDENTIALS", textf("%s/cred.json", dir));
	return gcs_got(c);
}

/* The same for test_every_alloc. */
static inline int gcs_alloc(void *arg)
{
	struct cred_case *c = arg;
	struct cred_gcs *g = NULL;
	c->n = 0;
	c->err = (struct mf_error)MF_ERROR_INIT;
	int rc = cred_gcs_open(&g, &(struct cred_gcs_options){.context = c->x}, &c->err);
	if (rc == MF_OK)
		rc = cred_gcs_get(g, NULL, &c->cred, NULL, &c->err);
	cred_gcs_free(g);
	return rc;
}

/* A text as it stands in JSON. */
static inline const char *gcs_json(const char *s)
{
	struct buf b = BUF_INIT(1 << 20);
	for (; *s; s++)
		if (*s == '\n')
			buf_adds(&b, "\\n");
		else
			buf_addc(&b, *s);
	const char *text = textf("%s", b.p);
	buf_release(&b);
	return text;
}

#endif
