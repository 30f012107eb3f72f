#include <stdlib.h>
#include <unistd.h>

#include "../clientlib/base/fmt.h"
#include "cmd.h"

struct args {
	const char *condition;
};

static const struct opt opts[] = {{"for", 0, OPT_VALUE, offsetof(struct args, condition), "COND",
					  "completed, failed, finished (default: it ended, however) or step=S (S has a task)"},
	{0}};

static const char *const examples[] = {"until the run has ended|mfctl wait TrainFlow/latest",
	"deploy only what completed|mfctl wait TrainFlow/1834 --for completed --timeout 2h && ./deploy.sh",
	"until a step is reached|mfctl wait TrainFlow/latest-running --for step=train", NULL};

enum { HOLDS, NEVER, NOT_YET };

/* Does the run have a task of the step? */
static bool has_step(struct cmd_ctx *ctx, const char *run, const char *step)
{
	struct mf_iter *iter;
	struct mf_list_options lo = MF_LIST_INIT;
	char *path;
	bool any = false;
	if (asprintf(&path, "%s/%s", run, step) < 0)
		return false;
	if (mf_list(&iter, ctx->client, path, &lo, NULL) == MF_OK) {
		any = mf_iter_total(iter);
		mf_iter_free(iter);
	}
	free(path);
	return any;
}

/* Is it worth while to ask again? Who waits for a run for hours does not want to hear of a service that restarts. */
static bool survives(struct cmd_ctx *ctx, const struct mf_error *err, int64_t *since)
{
	enum { DOWN_MS = 600000 };
	if (err->code != MF_ENETWORK && err->code != MF_ETIMEOUT)
		return false;
	if (!*since) {
		*since = clock_now_ms();
		if (!ctx->g.quiet)
			fprintf(ctx->diag, "mfctl: %s: %s; trying again\n", err->where, err->message);
	}
	return clock_now_ms() - *since < DOWN_MS;
}

static int look(struct cmd_ctx *ctx, const char *path, const char *condition, struct buf *status, struct mf_error *err)
{
	struct mf_object *o;
	mf_client_forget(ctx->client);
	int rc = mf_get(&o, ctx->client, path, NULL, err);
	if (rc < 0)
		return rc;
	const char *s = mf_value_text(mf_object_get(o, "status"), NULL);
	size_t n = 0;
	const char *why = mf_value_text(mf_value_get(mf_object_get(o, "status_reason"), "text"), &n);
	buf_clear(status);
	buf_adds(status, s ? s : "unknown");
	if (why)
		buf_addf(status, " (%.*s)", (int)n, why);
	struct mf_link link;
	mf_client_link(ctx->client, &link);
	if (link.state == MF_LINK_DOWN) { /* what was found is no answer */
		mf_object_free(o);
		*err = (struct mf_error){.code = MF_ENETWORK, .offset = -1, .retriable = true};
		snprintf(err->message, sizeof(err->message), "%s", link.error);
		snprintf(err->where, sizeof(err->where), "%s", path);
		return MF_ENETWORK;
	}
	bool completed = s && str_eq(s, "completed"), failed = s && str_eq(s, "failed");
	bool ended = completed || failed || (s && str_eq(s, "unknown"));
	int result;
	if (str_eq(condition, "completed"))
		result = completed ? HOLDS : ended ? NEVER : NOT_YET;
	else if (str_eq(condition, "failed"))
		result = failed ? HOLDS : ended ? NEVER : NOT_YET;
	else if (str_eq(condition, "finished"))
		result = completed || failed ? HOLDS : ended ? NEVER : NOT_YET;
	else
		result = has_step(ctx, path, condition + strlen("step=")) ? HOLDS : ended ? NEVER : NOT_YET;
	mf_object_free(o);
	return result;
}

static int run(struct cmd_ctx *ctx, const void *a, char **argv, int argc)
{
	const struct args *args = a;
	const char *condition = args->condition ? args->condition : "finished";
	static const char *const words[] = {"completed", "failed", "finished"};
	bool known = str_starts(condition, "step=") && condition[5];
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		known = known || str_eq(words[i], condition);
	if (!known)
		return cmd_usage(ctx, "--for %s: it is completed, failed, finished or step=S", condition);
	int64_t timeout = -1, started = clock_now_ms();
	if (ctx->g.timeout)
		parse_duration(ctx->g.timeout, &timeout);
	int code = 0, unknown = 0;
	int64_t pace = cmd_pace(ctx, 500, 3000), down_since = 0;
	char *path = cmd_one(ctx, argv, argc, MF_RUN, &code);
	struct buf status = BUF_INIT(1 << 16);
	struct mf_watch *events = path ? cmd_events(ctx, path) : NULL;
	while (path && !code) {
		struct mf_error err = MF_ERROR_INIT;
		int result = look(ctx, path, condition, &status, &err);
		if (result >= 0)
			down_since = 0;
		if (result < 0 && !survives(ctx, &err, &down_since)) {
			code = cmd_error(ctx, &err);
		} else if (result == HOLDS) {
			if (!ctx->g.quiet && ctx->diag_tty)
				fprintf(ctx->diag, "%s: %s\n", path, status.p);
			break;
		} else if (result == NEVER && !(str_starts(status.p, "unknown") && unknown++ < 4)) {
			/* between two tasks no process may be seen for a moment: look a few times before giving up */
			code = cmd_fail(ctx, MF_EFALSE, path, "waited for “%s”, but the run is %s", condition, status.p);
		} else if (timeout >= 0 && clock_now_ms() - started >= timeout) {
			code = cmd_fail(ctx, MF_ETIMEOUT, path, "waited %s for “%s”; the run is %s", ctx->g.timeout, condition,
				status.p);
		} else {
			int64_t left = timeout < 0 ? pace : timeout - (clock_now_ms() - started);
			cmd_sleep(ctx, left > pace ? pace : left < 1 ? 1 : left, events);
			if (cmd_interrupted(ctx))
				code = 130;
		}
	}
	mf_watch_free(events);
	buf_release(&status);
	free(path);
	return code;
}

const struct command cmd_wait = {.name = "wait", .arguments = "FLOW/run",
	.summary = "wait until a run ends or gets to a step", .flags = NEED_CLIENT | COMPLETE_PATHSPEC, .opts = opts,
	.args_size = sizeof(struct args), .examples = examples, .formats = 1u << FORMAT_TEXT | 1u << FORMAT_JSON,
	.notes = "Exit code 0: the condition holds; 7: it cannot come true any more; 124: --timeout has passed.", .run = run};
