/* model/verify.h: the insides of mf_verify. First all records are read (verify_scan.c), then each
 * blob that they name is read once, then what is wrong is told with all that need it. */
#ifndef MF_MODEL_VERIFY_H
#define MF_MODEL_VERIFY_H

#include "export.h"

enum verify_kind { VERIFY_BLOB, VERIFY_PACKAGE, VERIFY_FILE };

/* Somebody who needs a thing. */
struct verify_need {
	uint32_t item;    /* of the plan */
	uint32_t next;    /* index + 1 of the next who needs the same */
	const char *name; /* of the artifact; NULL: the task itself */
	int attempt;
};

/* A thing that is needed: a blob, or a file that has been found damaged. */
struct verify_thing {
	enum verify_kind kind;
	uint32_t needs;   /* index + 1 of the first */
	const char *flow; /* of blobs */
	char sha[41];     /* "" for files */
	const char *path; /* NULL: unknown */
	bool bad;
	enum mf_damage damage;
	struct mf_error *error;
};

struct verify {
	struct mf_client *client;
	struct mf_verify_options opts;
	struct export_plan plan;
	size_t jobs;
	int64_t started;
	atomic_size_t next, done;
	atomic_uint_fast64_t bytes, files, bad;
	bool checking;        /* the second phase */
	pthread_mutex_t lock; /* guards what follows, and what is reported */
	pthread_cond_t changed;
	size_t running;
	struct arena arena;
	VEC(struct verify_need) needs;
	VEC(struct verify_thing) things;
	uint32_t *slots; /* index + 1 of things that are blobs, by flow and SHA */
	size_t n_slots;
	atomic_int failed; /* MF_ENOMEM: memory ran out */
};

/* Read the records of an item of the plan. */
void verify_scan(struct verify *v, size_t item);
/* What an error on reading means. */
enum mf_damage verify_damage(const struct mf_error *err);
/* Note that a thing is bad. */
void verify_note(struct verify *v, struct verify_thing *thing, const struct mf_error *err);

#endif
