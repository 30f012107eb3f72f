/* azure_case.h: what the tests of Azure's sources share. */
#ifndef AZURE_CASE_H
#define AZURE_CASE_H

#include "../../../clientlib/net/cred_azure.h"
#include "cred_case.h"

/* Open with the case's variables and get: case_said of it. */
static inline const char *azure_got(struct cred_case *c)
{
	struct cred_azure *a = NULL;
	c->err = (struct mf_error)MF_ERROR_INIT;
	c->n = 0;
	int rc = cred_azure_open(&a, &(struct cred_azure_options){.context = c->x}, &c->err);
	if (rc == MF_OK)
		rc = cred_azure_get(a, NULL, &c->cred, NULL, &c->err);
	cred_azure_free(a);
	return case_said(c, rc);
}

/* The same for test_every_alloc. */
static inline int azure_alloc(void *arg)
{
	struct cred_case *c = arg;
	struct cred_azure *a = NULL;
	c->n = 0;
	c->err = (struct mf_error)MF_ERROR_INIT;
	int rc = cred_azure_open(&a, &(struct cred_azure_options){.context = c->x}, &c->err);
	if (rc == MF_OK)
		rc = cred_azure_get(a, NULL, &c->cred, NULL, &c->err);
	cred_azure_free(a);
	return rc;
}

#endif
