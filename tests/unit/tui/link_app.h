/* link_app.h: the demo history as if it came from a metadata service, with a connection that the
 * test makes up. */
#ifndef TEST_TUI_LINK_APP_H
#define TEST_TUI_LINK_APP_H

#include <stdlib.h>

#include "../../../tui/view_doctor_job.h"
#include "../../support/test.h"
#include "demo_app.h"

static struct mf_link link_now;
static struct mf_request link_requests[600];
static size_t link_n_requests;

static inline void link_state(struct mf_client *client, struct mf_link *out)
{
	(void)client;
	*out = link_now;
}

static inline size_t link_list(struct mf_client *client, struct mf_request *out, size_t n)
{
	(void)client;
	n = n < link_n_requests ? n : link_n_requests;
	memcpy(out, link_requests, n * sizeof(*out));
	return n;
}

static inline int link_doctor(struct findings *out, const struct mf_config *config,
	struct mf_client *client, struct mf_error *err)
{
	static const struct mf_diagnosis all[] = {
		{MF_FINE, "configuration",
			"metadata provider: service, as METAFLOW_DEFAULT_METADATA says", NULL},
		{MF_NOTE, "configuration",
			"the profile “prod” is not used: METAFLOW_PROFILE is not set", NULL},
		{MF_PROBLEM, "service",
			"http://metaflow.example/api answers with a web page where JSON should be",
			"a gateway asks for a login: METAFLOW_SERVICE_HEADERS or "
			"MFCTL_SERVICE_HEADERS_COMMAND gives the "
			"headers that it wants"},
		{MF_WARNING, "clock", "this machine's clock is 3 min behind that of the service",
			"timedatectl set-ntp true"},
		{MF_FINE, "datastore", "the data of the newest run is there", NULL},
		{MF_FINE, "service", "version 2.5.1 has all that is needed", NULL},
	};
	int rc = MF_OK;

	(void)config;
	(void)client;
	for (size_t i = 0; i < ARRAY_SIZE(all) && rc == MF_OK; i++)
		rc = findings_add(out, &all[i], err);
	return rc;
}

static const struct link_port link_fake = {link_state, link_list, link_doctor};

static inline void link_is(struct app *a, enum mf_link_state state, double latency_ms)
{
	link_now.state = state;
	link_now.since = app_now(a);
	link_now.latency_ms = latency_ms;
	settle(a);
}

/* What the frame says follows from it. */
static inline struct app *link_app(const struct screen_options *o, const char *pathspec)
{
	struct app *a = demo_app(o, pathspec);
	struct data *d = data_of(a);

	link_now = (struct mf_link){.state = MF_LINK_UP,
		.since = DEMO_NOW - 60000,
		.latency_ms = 38,
		.requests = 14,
		.cached_at = MF_NO_TIME};
	link_n_requests = 0;
	if (!d)
		abort();
	snprintf(app_info(a)->source, sizeof(app_info(a)->source), "service metaflow.example");
	link_open(&d->link, a, d->client, &link_fake);
	d->link.base = "http://metaflow.example/api";
	app_drain(a);
	app_draw(a, true);
	return a;
}

#endif
