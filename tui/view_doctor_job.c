#include "view_doctor_job.h"

#include <stdlib.h>
#include <string.h>

#include "../clientlib/base/err.h"

int findings_add(struct findings *f, const struct mf_diagnosis *finding, struct mf_error *err)
{
	struct finding own = {finding->level, strdup(finding->topic ? finding->topic : ""),
		strdup(finding->text ? finding->text : ""),
		strdup(finding->hint ? finding->hint : "")};

	if (own.topic && own.text && own.hint && vec_push(&f->all, own))
		return MF_OK;
	free(own.topic);
	free(own.text);
	free(own.hint);
	return err_nomem(err);
}

void findings_release(struct findings *f)
{
	for (size_t i = 0; i < f->all.n; i++) {
		free(f->all.v[i].topic);
		free(f->all.v[i].text);
		free(f->all.v[i].hint);
	}
	vec_release(&f->all);
}

size_t findings_count(const struct findings *f, enum mf_level level)
{
	size_t n = 0;

	for (size_t i = 0; i < f->all.n; i++)
		n += f->all.v[i].level == level;
	return n;
}

int findings_ask(struct findings *out, const struct mf_config *config, struct mf_client *client,
	struct mf_error *err)
{
	struct mf_doctor *doctor;
	const struct mf_diagnosis *finding;
	int rc = mf_doctor_run(&doctor, config, client, NULL, err);

	if (rc < 0)
		return rc;
	for (size_t i = 0; rc == MF_OK && i < FINDINGS_MOST; i++) {
		finding = mf_doctor_finding(doctor, i);
		if (!finding)
			break;
		rc = findings_add(out, finding, err);
	}
	mf_doctor_free(doctor);
	return rc;
}

static void find_free(void *p)
{
	struct doctor_job *j = p;

	findings_release(&j->found);
	free(j);
}

static void find_run(struct job *job, void *p)
{
	struct doctor_job *j = p;

	(void)job;
	j->port->doctor(&j->found, j->config, j->client, &j->err);
}

int doctor_submit(struct view *v, int kind)
{
	const struct data *d = data_of(v->app);
	struct doctor_job *j = d ? calloc(1, sizeof(*j)) : NULL;

	if (!j)
		return MF_ENOMEM;
	*j = (struct doctor_job){.config = d->config,
		.client = d->client,
		.port = d->link.port,
		.err = MF_ERROR_INIT};
	return view_submit(v, kind, find_run, j, find_free, NULL);
}
