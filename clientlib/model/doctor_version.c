/* What a service has and what it lacks, by what it answers: the version that it announces does not
 * tell (service-api.md §2). Nothing is changed by these requests, and no object has the names that
 * they ask for. */
#include "doctor.h"

#define NOWHERE "/flows/mfctl-doctor/runs"

struct feature {
	const char *name, *path, *since, *without; /* without: what its lack means */
	enum mf_level lacking;
};

static const struct feature features[] = {
	{"looking for tasks by their metadata",
		NOWHERE "/1/steps/start/filtered_tasks?metadata_field_name=mfctl-doctor&pattern=x",
		"2.5.0",
		"states of the tasks of a step are told by the metadata of the whole run: slower "
		"where it is large",
		MF_NOTE},
	{"reading a chosen attempt", NOWHERE "/1/steps/start/tasks/1/attempt/0/artifacts", "2.0.6",
		"artifacts of the last attempt can be read, those of others cannot", MF_WARNING},
	/* only PATCH is allowed there; what knows the path refuses GET in another way than what
	   does not */
	{"changing tags", NOWHERE "/1/tag/mutate", "2.3.0",
		"tags of runs can be read, but not changed", MF_WARNING},
};

static const char *ours(const struct mf_doctor *d)
{
	return *d->version ? d->version : "of an unknown version";
}

static void feature(struct mf_doctor *d, const struct feature *f)
{
	struct asked a = ASKED_INIT;
	int rc = doctor_ask(d, f->path, 0, &a);
	if ((rc == MF_OK && !service_is_page(a.r.body.p, a.r.body.n)) || a.err.http_status == 405)
		doctor_say(d, MF_FINE, "version", NULL, "%s: yes", f->name);
	else if (rc == MF_EUNSUPPORTED)
		doctor_say(d, f->lacking, "version", f->without,
			"a newer service is needed for %s: %s or later; this one is %s", f->name,
			f->since, ours(d));
	else
		doctor_say(d, MF_NOTE, "version", NULL, "%s: not told: %s", f->name,
			rc < 0 ? a.err.message : "a web page came in place of the answer");
	if (rc == MF_ENOMEM)
		d->failed = MF_ENOMEM;
	doctor_asked_release(&a);
}

/* Each on a connection of its own: what differs between instances shows here too. */
static void sample(struct mf_doctor *d)
{
	for (int i = 0; i < DOCTOR_SAMPLES; i++) {
		struct asked a = ASKED_INIT;
		char limit[16];
		if (doctor_ask(d, NOWHERE "?_limit=1", ASK_FRESH, &a) == MF_OK) {
			d->sampled++;
			d->paged += http_header(&a.r, "X-Limit", limit, sizeof(limit)) != NULL;
		}
		doctor_asked_release(&a);
	}
}

void doctor_version(struct mf_doctor *d)
{
	if (*d->version)
		doctor_say(d, MF_FINE, "version", NULL, "it announces version %s", d->version);
	else
		doctor_say(d, MF_NOTE, "version", NULL, "it announces no version");
	sample(d);
	if (d->paged)
		doctor_say(d, MF_FINE, "version", NULL, "pages and filters: yes");
	else if (d->sampled)
		doctor_say(d, MF_NOTE, "version",
			"lists come whole and are filtered here: slower where there are many runs",
			"a newer service is needed for pages and filters: later than 2.5.1; this "
			"one is %s",
			ours(d));
	else
		doctor_say(d, MF_NOTE, "version", NULL, "pages and filters: not told");
	for (size_t i = 0; i < ARRAY_SIZE(features); i++)
		feature(d, &features[i]);
}
