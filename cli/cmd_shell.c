/* The prompt: every command in this process, over one open client. The only file that knows readline. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <readline/history.h>
#include <readline/readline.h>

#include "../clientlib/base/vec.h"
#include "cmd.h"
#include "complete.h"
#include "words.h"

static const char *const examples[] = {"a prompt|mfctl shell", "commands from a file|mfctl shell < commands.txt", NULL};

/* readline's callbacks take no argument. */
static struct cmd_ctx *prompt_ctx;
static char **found;
static size_t n_found, found_cap;

static void keep(void *arg, const char *text)
{
	(void)arg;
	char *copy = strdup(text);
	if (copy && vec_grow((void **)&found, &found_cap, n_found + 1, sizeof(*found)))
		found[n_found++] = copy;
	else
		free(copy);
}

static char *next_found(const char *text, int state)
{
	static size_t at;
	(void)text;
	if (!state)
		at = 0;
	if (at < n_found) {
		char *s = found[at];
		found[at++] = NULL;
		return s;
	}
	return NULL;
}

static char **complete(const char *text, int start, int end)
{
	static const char *const own[] = {"cd", "pwd", "exit"};
	struct buf first = BUF_INIT(1 << 16);
	(void)end;
	for (size_t i = 0; i < n_found; i++)
		free(found[i]);
	n_found = 0;
	size_t blank = strspn(rl_line_buffer, " "), n = strcspn(rl_line_buffer + blank, " ");
	rl_attempted_completion_over = 1;
	rl_completion_append_character = '\0';
	if ((size_t)start <= blank) {
		complete_command(text, keep, NULL);
		for (size_t i = 0; i < ARRAY_SIZE(own); i++)
			if (str_starts(own[i], text))
				keep(NULL, own[i]);
		rl_completion_append_character = ' ';
	} else {
		buf_add(&first, rl_line_buffer + blank, n);
		const struct command *c = command_find(first.p);
		if (text[0] == '-')
			complete_option(c, text, keep, NULL);
		else
			complete_pathspec(prompt_ctx, text, keep, NULL);
	}
	buf_release(&first);
	return n_found ? rl_completion_matches(text, next_found) : NULL;
}

/* ---- history ---- */

static char *history_path(void)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	char *dir = NULL, *path = NULL;
	if (state && *state ? asprintf(&dir, "%s/mfkit", state) < 0 : !home || asprintf(&dir, "%s/.local/state/mfkit", home) < 0)
		return NULL;
	for (char *p = dir + 1; (p = strchr(p, '/')); p++) {
		*p = '\0';
		mkdir(dir, 0700);
		*p = '/';
	}
	mkdir(dir, 0700);
	if (asprintf(&path, "%s/history", dir) < 0)
		path = NULL;
	free(dir);
	return path;
}

/* ---- own commands ---- */

static void change_dir(struct cmd_ctx *ctx, const char *to)
{
	struct mf_error err = MF_ERROR_INIT;
	struct mf_paths *paths = NULL;
	char *path = to && !str_eq(to, "/") ? cmd_absolute(ctx, to) : strdup("");
	if (!path)
		return;
	ctx->command = NULL;
	if (!*path) {
		buf_clear(ctx->cwd);
	} else if (mf_pathspec_entity(path) == MF_ARTIFACT) {
		cmd_fail(ctx, MF_EUSAGE, path, "an artifact has nothing below it");
	} else if (mf_expand(&paths, ctx->client, path, -1, NULL, &err) < 0) {
		cmd_error(ctx, &err);
	} else if (mf_paths_count(paths) != 1) {
		cmd_fail(ctx, MF_EUSAGE, path, "%zu objects match", mf_paths_count(paths));
	} else {
		buf_clear(ctx->cwd);
		buf_adds(ctx->cwd, mf_paths_get(paths, 0));
	}
	mf_paths_free(paths);
	free(path);
}

/* Run one line; *leave is set by exit. Returns the exit code. */
static int run_line(struct cmd_ctx *ctx, char *line, bool *leave)
{
	char *argv[256];
	const char *problem;
	int argc = words_split(line, argv, ARRAY_SIZE(argv), &problem);
	if (argc < 0)
		return cmd_usage(ctx, "%s", problem);
	if (!argc || argv[0][0] == '#')
		return 0;
	if (str_eq(argv[0], "exit") || str_eq(argv[0], "quit")) {
		*leave = true;
		return 0;
	}
	if (str_eq(argv[0], "cd")) {
		change_dir(ctx, argc > 1 ? argv[1] : NULL);
		return 0;
	}
	if (str_eq(argv[0], "pwd")) {
		fprintf(ctx->out, "/%s\n", ctx->cwd->p);
		return 0;
	}
	if (str_eq(argv[0], "shell"))
		return cmd_fail(ctx, MF_EUSAGE, NULL, "this is the shell already");
	mf_client_forget(ctx->client);
	/* a fresh context: nothing that one command sets may reach the next */
	struct cmd_ctx one = *ctx;
	one.command = NULL;
	one.format = FORMAT_DEFAULT;
	one.hidden = false;
	one.attempt = -1;
	one.first_row_us = 0;
	one.g = (struct globals){.metadata = ctx->g.metadata, .datastore_root = ctx->g.datastore_root,
		.profile = ctx->g.profile, .config = ctx->g.config, .ns = ctx->g.ns, .color = ctx->g.color,
		.no_pager = ctx->g.no_pager, .ascii = ctx->g.ascii, .utc = ctx->g.utc, .relative = ctx->g.relative};
	return cmd_main(&one, argc, argv);
}

/* Ctrl-C at the prompt: a fresh line. (In a command it ends the command.) */
static int on_signal(void)
{
	if (cmd_interrupted(prompt_ctx)) {
		mf_cancel_reset(prompt_ctx->cancel);
		rl_crlf();
		rl_replace_line("", 0);
		rl_on_new_line();
		rl_redisplay();
	}
	return 0;
}

/* Does a URL in the line name a user or password? Then it is not written to the history. */
static bool has_secret(const char *line)
{
	for (const char *p = line; (p = strstr(p, "://")); p++)
		if (p[3 + strcspn(p + 3, "/?#@ \t'\"")] == '@')
			return true;
	return false;
}

static int interactive(struct cmd_ctx *ctx)
{
	char *history = history_path();
	bool leave = false;
	int code = 0;
	prompt_ctx = ctx;
	rl_readline_name = "mfctl";
	rl_attempted_completion_function = complete;
	rl_signal_event_hook = on_signal;
	rl_completer_word_break_characters = " \t\n\"'";
	using_history();
	stifle_history(2000);
	if (history)
		read_history(history);
	while (!leave) {
		struct buf prompt = BUF_INIT(1 << 16);
		buf_addf(&prompt, "%s/%s> ", "mf:", ctx->cwd->p);
		char *line = readline(prompt.p);
		buf_release(&prompt);
		if (!line) {
			fputc('\n', ctx->out);
			break;
		}
		if (line[strspn(line, " \t")] && !has_secret(line))
			add_history(line);
		code = run_line(ctx, line, &leave);
		mf_cancel_reset(ctx->cancel); /* an interrupted command has ended: the next one starts afresh */
		free(line);
		fflush(ctx->out);
	}
	if (history)
		write_history(history);
	free(history);
	for (size_t i = 0; i < n_found; i++)
		free(found[i]);
	free(found);
	found = NULL;
	n_found = found_cap = 0;
	return code;
}

/* Lines from a pipe or file: no prompt, stops at the first error like a script with set -e. */
static int scripted(struct cmd_ctx *ctx)
{
	char *line = NULL;
	size_t cap = 0;
	bool leave = false;
	int code = 0;
	while (!leave && !code && getline(&line, &cap, stdin) >= 0) {
		line[strcspn(line, "\n")] = '\0';
		code = run_line(ctx, line, &leave);
	}
	free(line);
	return code;
}

static int run(struct cmd_ctx *ctx, const void *args, char **argv, int argc)
{
	struct buf cwd = BUF_INIT(1 << 20);
	struct cmd_ctx inner = *ctx;
	(void)args;
	if (argc > 1)
		return cmd_usage(ctx, "shell takes at most the PATHSPEC to start in");
	inner.cwd = &cwd;
	inner.borrowed = true;
	inner.command = NULL;
	if (argc)
		change_dir(&inner, argv[0]);
	int code = isatty(STDIN_FILENO) && ctx->out_tty ? interactive(&inner) : scripted(&inner);
	buf_release(&cwd);
	return code;
}

const struct command cmd_shell = {.name = "shell", .arguments = "[PATHSPEC]",
	.summary = "a prompt with all commands, completion and history", .flags = NEED_CLIENT, .examples = examples,
	.notes = "cd FLOW/run goes there, cd .. up, cd alone to the top; pathspecs are then below it. exit or Ctrl-D leaves.",
	.run = run};
