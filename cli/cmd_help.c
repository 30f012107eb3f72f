#include <string.h>

#include "../clientlib/base/suggest.h"
#include "cmd.h"
#include "opts_global.h"
#include "out.h"

static void print_opts(struct cmd_ctx *ctx, const struct opt *opts)
{
	for (const struct opt *o = opts; o && o->name; o++) {
		char left[64];
		if (!o->help)
			continue;
		bool optional = o->metavar && o->kind == OPT_OPTIONAL;
		snprintf(left, sizeof(left), "--%s%s%s%s", o->name, optional ? "[=" : o->metavar ? " " : "",
			o->metavar ? o->metavar : "", optional ? "]" : "");
		if (o->letter)
			fprintf(ctx->out, "  -%c, %-24s %s\n", o->letter, left, o->help);
		else
			fprintf(ctx->out, "      %-24s %s\n", left, o->help);
	}
}

void help_command(struct cmd_ctx *ctx, const struct command *c)
{
	if (c->examples) {
		fprintf(ctx->out, "%sExamples%s\n", out_bold(ctx), out_plain(ctx));
		for (const char *const *e = c->examples; *e; e++) {
			const char *bar = strchr(*e, '|');
			fprintf(ctx->out, "  %s\n      %s%.*s%s\n", bar + 1, out_dim(ctx), (int)(bar - *e), *e, out_plain(ctx));
		}
		fputc('\n', ctx->out);
	}
	fprintf(ctx->out, "%sUsage%s\n  mfctl %s%s%s%s\n      %s\n", out_bold(ctx), out_plain(ctx), c->name,
		c->opts && c->opts->name ? " [OPTIONS]" : "", *c->arguments ? " " : "", c->arguments, c->summary);
	if (c->opts && c->opts->name) {
		fprintf(ctx->out, "\n%sOptions%s\n", out_bold(ctx), out_plain(ctx));
		print_opts(ctx, c->opts);
	}
	if (c->notes)
		fprintf(ctx->out, "\n%s\n", c->notes);
	fprintf(ctx->out, "\nOptions of every command: mfctl help options\n");
}

void help_main(struct cmd_ctx *ctx)
{
	fprintf(ctx->out, "mfctl reads what Metaflow leaves behind: flows, runs, steps, tasks, logs, artifacts.\n\n"
			  "  mfctl [OPTIONS] COMMAND [PATHSPEC]        mfctl Flow/run shows that run\n\n");
	for (size_t i = 0; commands[i]; i++)
		fprintf(ctx->out, "  %s%-11s%s %s\n", out_bold(ctx), commands[i]->name, out_plain(ctx), commands[i]->summary);
	fprintf(ctx->out, "\nmfctl COMMAND --help starts with examples. Topics: mfctl help options, fields, pathspec, where,\n"
			  "status, exit.\n");
}

/* ---- topics ---- */

static void topic_options(struct cmd_ctx *ctx)
{
	fprintf(ctx->out, "Options of every command; they may stand before or after it.\n\n");
	print_opts(ctx, cmd_global_opts());
	fprintf(ctx->out, "\nEnvironment: METAFLOW_* as Metaflow has them; MFCTL_NAMESPACE, MFCTL_PAGER, PAGER, NO_COLOR,\n"
			  "CLICOLOR_FORCE, TERM=dumb; MFCTL_MAX_VALUE: bytes of one artifact held in memory (1G).\n"
			  "Of object stores: what Metaflow, botocore, azure-identity and google-auth obey (AWS_*, AZURE_*,\n"
			  "GOOGLE_*, ~/.aws …), and MFCTL_S3_ANONYMOUS, MFCTL_S3_REQUESTER_PAYS, MFCTL_GS_ANONYMOUS.\n"
			  "Of a metadata service: MFCTL_SERVICE_HEADERS_COMMAND, MFCTL_SERVICE_CA, MFCTL_SERVICE_CERT,\n"
			  "MFCTL_SERVICE_KEY; MFCTL_CACHE_SIZE: what is kept of its answers (256M).\n");
}

static void topic_fields(struct cmd_ctx *ctx)
{
	for (int e = MF_FLOW; e < MF_N_ENTITIES; e++) {
		size_t n;
		const struct mf_field *f = mf_fields((enum mf_entity)e, &n);
		fprintf(ctx->out, "%s%s%s\n", out_bold(ctx), mf_entity_name((enum mf_entity)e), out_plain(ctx));
		for (size_t i = 0; i < n; i++)
			fprintf(ctx->out, "  %-22s %s%s\n", f[i].name, f[i].help,
				f[i].flags & MF_FIELD_VIRTUAL ? " (only when named)"
				: f[i].flags & MF_FIELD_ASKED ? " (in lists only when named)"
				: f[i].flags & MF_FIELD_SHOW  ? " (in show)"
							      : "");
		fputc('\n', ctx->out);
	}
}

static void topic_pathspec(struct cmd_ctx *ctx)
{
	fputs("Flow, Flow/run, Flow/run/step, Flow/run/step/task, Flow/run/step/task/artifact\n\n"
	      "In place of a run id: latest, latest-successful, latest-failed, latest-running; ~N is the N-th before it\n"
	      "(latest~1). A run that has exactly that id wins.\n"
	      "In place of a task id: @INDEX or @VALUE picks the foreach task by its index or value, @outer:2,inner:0 by\n"
	      "its path.\n"
	      "Any component may be a glob: TrainFlow/latest/train/*/auc. * never matches names that start with _, nor the\n"
	      "artifact `name`.\n",
		ctx->out);
}

static void topic_where(struct cmd_ctx *ctx)
{
	fputs("EXPR of --where: comparisons of fields, joined by and, or, not and parentheses.\n\n"
	      "  status=failed and duration>10m          = != < <= > >= compare, by the field's type\n"
	      "  created_at<2h                           an age: created less than 2 hours ago\n"
	      "  created_at>=2026-11-01                  a date or time\n"
	      "  user_tags=exp:* or user=alice           = takes globs; a list matches when one of its items does\n"
	      "  id~^17                                  ~ is a regular expression, !~ its opposite\n"
	      "  exception.type=builtins.ValueError      dots go into objects\n"
	      "  prod                                    a bare word is looked for in all text\n\n"
	      "Values with blanks are quoted. `mfctl help fields` lists the fields.\n",
		ctx->out);
}

static void topic_status(struct cmd_ctx *ctx)
{
	const struct mf_reason *r;
	fputs("Status is completed, failed, running, pending or unknown. status_reason names why:\n\n", ctx->out);
	for (size_t i = 0; (r = mf_status_reason(i)); i++)
		fprintf(ctx->out, "  %-17s %-10s %s\n", r->code, mf_status_name(r->status), r->help);
	fputs("\nfinished and successful are what Metaflow's own client says of them.\n", ctx->out);
}

static void topic_exit(struct cmd_ctx *ctx)
{
	fputs("  0 done    1 failed    2 wrong usage    3 not found    4 not allowed    5 network or backend down\n"
	      "  6 partial: some items failed, each is named    7 the condition is false (wait, verify, audit)\n"
	      "  124 timed out    130 interrupted\n",
		ctx->out);
}

static const struct {
	const char *name;
	void (*print)(struct cmd_ctx *ctx);
} topics[] = {{"options", topic_options}, {"fields", topic_fields}, {"pathspec", topic_pathspec}, {"where", topic_where},
	{"status", topic_status}, {"exit", topic_exit}};

static int run(struct cmd_ctx *ctx, const void *args, char **argv, int argc)
{
	(void)args;
	if (argc > 1)
		return cmd_usage(ctx, "one topic at a time");
	if (!argc) {
		help_main(ctx);
		return 0;
	}
	const struct command *c = command_find(argv[0]);
	if (c) {
		help_command(ctx, c);
		return 0;
	}
	const char *names[64];
	size_t n = 0;
	for (size_t i = 0; i < ARRAY_SIZE(topics); i++) {
		if (str_eq(topics[i].name, argv[0])) {
			topics[i].print(ctx);
			return 0;
		}
		names[n++] = topics[i].name;
	}
	for (size_t i = 0; commands[i] && n < ARRAY_SIZE(names); i++)
		names[n++] = commands[i]->name;
	const char *near = suggest(argv[0], names, n);
	return near ? cmd_usage(ctx, "no topic “%s”; did you mean “%s”?", argv[0], near)
		    : cmd_usage(ctx, "no topic “%s”", argv[0]);
}

static const char *const examples[] = {"the commands|mfctl help", "one of them|mfctl help ls", "how objects are named|mfctl help pathspec", NULL};

const struct command cmd_help = {.name = "help", .arguments = "[TOPIC]", .summary = "help on a command or topic",
	.flags = PAGER_OK, .examples = examples, .run = run};
