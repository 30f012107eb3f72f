/* view_doctor_job.h: what the library finds about configuration, service and data, away from the UI
 * thread. */
#ifndef TUI_VIEW_DOCTOR_JOB_H
#define TUI_VIEW_DOCTOR_JOB_H

#include "../clientlib/base/vec.h"
#include "data.h"

enum { FINDINGS_MOST = 1000, FINDING_LEVELS = MF_PROBLEM + 1 };

/* Owned copies: they outlive what they came from. */
struct finding {
	enum mf_level level;
	char *topic, *text, *hint; /* hint "" for none */
};

struct findings {
	VEC(struct finding) all;
};

int findings_add(struct findings *f, const struct mf_diagnosis *finding, struct mf_error *err);
void findings_release(struct findings *f);
/* How many of a level. */
size_t findings_count(const struct findings *f, enum mf_level level);
/* Ask the library; the doctor of link_library. */
int findings_ask(struct findings *out, const struct mf_config *config, struct mf_client *client,
	struct mf_error *err);

struct doctor_job {
	const struct mf_config *config;
	struct mf_client *client;
	const struct link_port *port;
	struct findings found;
	struct mf_error err;
};

/* A job of the view; its argument is a doctor_job. */
int doctor_submit(struct view *v, int kind);

#endif
