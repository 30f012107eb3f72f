/* cli/artifacts.h: for commands that read values (cat, audit): the artifacts that PATHSPECs name,
 * and going through many of them on all cores. */
#ifndef CLI_ARTIFACTS_H
#define CLI_ARTIFACTS_H

#include "cmd.h"

/* What the arguments of a command stand for: tasks and artifacts, by their exact pathspecs. */
struct artifact_set {
	struct mf_paths **paths; /* of each argument */
	int n;
	size_t total;
	bool many; /* a glob, a task or more, several arguments */
	int missed; /* exit code: some of several arguments name nothing; that has been said, the others are there */
};

struct artifact_options {
	int attempt; /* -1: the client's choice */
	bool hidden; /* globs also match hidden artifacts */
	bool known;  /* the path of artifacts_of is known to be there: mf_paths_known */
	bool values; /* `each` asks for values (not files): small ones are fetched ahead from an object store */
	bool above;  /* steps, runs and flows are taken too: they stand for all their tasks */
};

/* 0 or an exit code, said on diag. Release the set in either case. */
int artifact_set_open(struct artifact_set *set, struct cmd_ctx *ctx,
	const struct artifact_options *opts, char **argv, int argc);
void artifact_set_release(struct artifact_set *set);

/* Hand the artifact of that pathspec, or each of that task, to `each`. Returns MF_OK or the error
 * of what holds them. */
int artifacts_of(struct cmd_ctx *ctx, const struct artifact_options *opts, const char *path,
	void (*each)(void *self, struct mf_object *o), void *self, struct mf_error *err);

/* Work to do for each of many paths. */
struct artifact_work {
	const void *self;
	/* Print one to ctx->out and ctx->diag; the exit code. `ahead`: into memory, on any thread
	 * beside others: set *large and print nothing where that would be too much. */
	int (*print)(
		const void *self, struct cmd_ctx *ctx, const char *path, bool known, bool ahead,
		bool *large);
	int (*worse)(int a, int b); /* which of two exit codes counts */
};

enum { ARTIFACTS_WORTH_THREADS = 8 };

/* Do it for each, in order; what is printed ahead is written in order too. The exit code that
 * counts. */
int artifacts_print(
	struct cmd_ctx *ctx, const struct mf_paths *paths, const struct artifact_work *work);

/* The bytes of a file, for --pickle-file. 0 or an exit code, said on diag. */
int artifact_file(struct cmd_ctx *ctx, const char *file, struct buf *out);

#endif
