/* cli/cmd.h: what a command is and what it is given. A command keeps no statics, writes to ctx->out and ctx->diag, and
 * returns an exit code: the same function serves argv, the shell's prompt and a test with memory streams. */
#ifndef CLI_CMD_H
#define CLI_CMD_H

#include <stdio.h>

#include "../clientlib/base/buf.h"
#include "../clientlib/mf.h"
#include "opt.h"

enum { NEED_CLIENT = 1, PAGER_OK = 2, COMPLETE_PATHSPEC = 4 };

enum format { FORMAT_DEFAULT, FORMAT_TABLE, FORMAT_WIDE, FORMAT_JSON, FORMAT_NDJSON, FORMAT_CSV, FORMAT_TSV, FORMAT_NAME,
	FORMAT_TEXT, FORMAT_RAW, FORMAT_PICKLE, FORMAT_NPY, FORMAT_DOT, FORMAT_MERMAID };

/* The global options (globals.def), as given. */
struct globals {
	const char *metadata, *datastore_root, *profile, *config, *ns, *output, *fields, *color, *timeout, *debug;
	bool my_runs, no_headers, no_pager, ascii, utc, relative, offline, no_cache, trust_paths, stats, quiet, help;
};

struct cmd_ctx {
	FILE *out, *diag;
	bool out_tty, diag_tty;      /* is it a terminal? */
	bool dumb; /* TERM is, or not set: no pager, and nothing but text */
	size_t width;                /* columns of the terminal; 0 when out is none */
	bool color, ascii;
	enum format format;          /* of -o; FORMAT_DEFAULT without it */
	struct globals g;
	const char *ns;              /* namespace in force, NULL: all */
	int64_t now;                 /* ms, for ages and relative times */
	struct mf_config *config;    /* NULL until need_config */
	struct mf_client *client;    /* set for commands that need it */
	struct mf_cancel *cancel;    /* set on Ctrl-C */
	const char *const *environ;
	const struct command *command;
	struct buf *cwd;             /* of the shell: "Flow/run", else NULL */
	int64_t first_row_us;        /* of the monotonic clock, for --stats; 0: none yet */
	int attempt;                 /* --attempt of what is being shown, -1 */
	bool hidden;                 /* --all: hidden steps and artifacts too */
	bool borrowed;               /* config and client belong to the shell */
};

struct command {
	const char *name, *arguments, *summary;
	unsigned flags;
	const struct opt *opts;      /* ended by a row without a name */
	size_t args_size;            /* of the struct that opts fill */
	const void *defaults;        /* its initial content; NULL: zeros */
	const char *const *examples; /* "what|mfctl …", NULL-terminated */
	const char *notes;           /* further text of its help, NULL */
	unsigned formats;            /* bits 1 << enum format that -o may name */
	int (*run)(struct cmd_ctx *ctx, const void *args, char **argv, int argc);
};

#define FORMATS_LIST                                                                                   \
	(1u << FORMAT_TABLE | 1u << FORMAT_WIDE | 1u << FORMAT_JSON | 1u << FORMAT_NDJSON | 1u << FORMAT_CSV       \
		| 1u << FORMAT_TSV | 1u << FORMAT_NAME)

extern const struct command *const commands[]; /* NULL-terminated, in the order of cmds.def */
const struct command *command_find(const char *name);

/* Parse arguments (without the program's name) and run. Returns the exit code. */
int cmd_main(struct cmd_ctx *ctx, int argc, char **argv);
/* Load the configuration (once). 0 or an exit code, said on diag. */
int need_config(struct cmd_ctx *ctx);
/* Open the client (once). */
int need_client(struct cmd_ctx *ctx);
/* Say an error ("mfctl: where: message", hint, JSON object under -o json) and return its exit code. */
int cmd_error(struct cmd_ctx *ctx, const struct mf_error *err);
/* The same for a message of our own; code is an enum mf_code. */
int cmd_fail(struct cmd_ctx *ctx, int code, const char *where, const char *fmt, ...) PRINTF_LIKE(4, 5);
int cmd_usage(struct cmd_ctx *ctx, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* Exactly one positional argument that names one object: its pathspec, or NULL after an error (exit code in *code).
 * `depth` is an enum mf_entity, or -1. Free the result. */
char *cmd_one(struct cmd_ctx *ctx, char **argv, int argc, int depth, int *code);
/* A pathspec below the shell's cd; free it. */
char *cmd_absolute(const struct cmd_ctx *ctx, const char *pathspec);
/* Parse "a,b" of --fields into field ids of the entity; NULL text: none. Count, or -1 after an error. */
int cmd_fields(struct cmd_ctx *ctx, enum mf_entity entity, const char *text, int *out, size_t most, int *code);
bool cmd_interrupted(const struct cmd_ctx *ctx);
/* The present by the clock of who keeps the history. */
int64_t cmd_now(const struct cmd_ctx *ctx);
/* How long to wait between two looks at the history, ms: a service is asked less often than a disk. */
int64_t cmd_pace(struct cmd_ctx *ctx, int64_t local, int64_t service);
/* Live events of an object (or of all, ""), where a service has a UI backend that is set up; else NULL. mf_watch_free. */
struct mf_watch *cmd_events(struct cmd_ctx *ctx, const char *pathspec);
/* Wait, unless Ctrl-C ends it, or an event of `watch` (may be NULL). */
void cmd_sleep(struct cmd_ctx *ctx, int64_t ms, struct mf_watch *watch);
void cmd_ctx_release(struct cmd_ctx *ctx);

void help_main(struct cmd_ctx *ctx);
void help_command(struct cmd_ctx *ctx, const struct command *c);

#endif
