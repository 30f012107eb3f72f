/* covers: complete.c */
#include "../../support/demo.h"
#include "../../support/test.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "../../../cli/cmd.h"
#include "../../../cli/complete.h"
#include "../../../cli/words.h"

/* A command line over the demo history, with memory in place of the terminal. */
static int command(const char *line, char **out, char **diag)
{
	static const char *const env[] = {"HOME=/nonexistent", "USER=alice", NULL};
	size_t n_out, n_diag;
	char copy[1024], *argv[32];
	const char *problem = NULL;
	struct cmd_ctx ctx = {.environ = env, .now = DEMO_NOW};
	ctx.out = open_memstream(out, &n_out);
	ctx.diag = open_memstream(diag, &n_diag);
	CHECK_FATAL(ctx.out && ctx.diag);
	setenv("MFKIT_NOW", "2026-11-21T12:00:00Z", 1);
	snprintf(copy, sizeof(copy), "%s --metadata local@%s", line, demo_dir());
	int n = words_split(copy, argv, 32, &problem);
	int code = cmd_main(&ctx, n, argv);
	fclose(ctx.out);
	fclose(ctx.diag);
	cmd_ctx_release(&ctx);
	return code;
}

void test_cmd__exit_codes_and_errors_as_json(void)
{
	static const struct {
		const char *line;
		int exit;
		const char *code; /* of the JSON error */
	} t[] = {
		{"ls -o json", 0, NULL},
		{"ls Nothing -o json", 3, "not_found"},
		{"show Nothing -o ndjson", 3, "not_found"},
		{"show a/b/c/d/e/f -o json", 2, "usage"},
		{"show -o json", 2, "usage"},
		{"ls --fields nope -o json", 2, "usage"},
		{"cat TrainFlow/latest/nope/1/x -o json", 3, "not_found"},
		{"wait TrainFlow/latest --for failed -o json", 7, "false"},
		{"wait TrainFlow/latest-successful", 0, NULL},
		{"-o json tag add TrainFlow/latest ''", 1, "failed"},
		{"version", 0, NULL},
		{"help", 0, NULL},
		{"help nothing", 2, NULL},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		char *out = NULL, *diag = NULL;
		int code = command(t[i].line, &out, &diag);
		if (code != t[i].exit)
			CHECK_STR(t[i].line, diag);
		CHECK_INT(code, t[i].exit);
		if (t[i].exit && str_starts(diag, "mfctl: ")) {
			char *json = strstr(diag, "{\"error\"");
			CHECK((json != NULL) == (t[i].code != NULL));
			json_t *doc = json ? json_loads(json, 0, NULL) : NULL;
			const json_t *e = json_object_get(doc, "error");
			if (t[i].code) {
				CHECK_STR(json_string_value(json_object_get(e, "code")), t[i].code);
				CHECK_INT(json_object_size(e), 4);
				CHECK(json_is_string(json_object_get(e, "message")));
			}
			json_decref(doc);
			CHECK_STR(out, "");
		}
		free(out);
		free(diag);
	}
}

void test_cmd__every_command_has_help(void)
{
	for (size_t i = 0; commands[i]; i++) {
		char line[64], *out = NULL, *diag = NULL;
		CHECK(command_find(commands[i]->name) == commands[i]);
		snprintf(line, sizeof(line), "%s --help", commands[i]->name);
		CHECK_INT(command(line, &out, &diag), 0);
		CHECK(strstr(out, "Usage\n  mfctl ") != NULL);
		CHECK_STR(diag, "");
		if (commands[i]->examples)
			CHECK(str_starts(out, "Examples\n"));
		free(out);
		free(diag);
	}
	CHECK(command_find("") == NULL);
	CHECK(command_find("lsx") == NULL);
}

void test_cmd__json_documents_are_valid(void)
{
	static const char *const lines[] = {"ls -o json", "ls TrainFlow -o json", "ls TrainFlow/latest -o json --all",
		"ls TrainFlow/latest/train -o json", "ls TrainFlow/latest/start/1 -o json --all", "show TrainFlow -o json",
		"show TrainFlow/latest -o json", "show TrainFlow/latest/train -o json", "show TrainFlow/latest/start/1 -o json",
		"dag TrainFlow/latest -o json", "timeline TrainFlow/latest -o json", "tag list TrainFlow/latest -o json",
		"config show -o json", "config explain USER -o json"};
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		char *out = NULL, *diag = NULL;
		json_error_t error;
		CHECK_INT(command(lines[i], &out, &diag), 0);
		json_t *doc = json_loads(out, 0, &error);
		if (!doc)
			CHECK_STR(lines[i], error.text);
		if (str_starts(lines[i], "ls"))
			CHECK(json_is_array(doc) && json_array_size(doc) > 0);
		json_decref(doc);
		CHECK_STR(diag, "");
		free(out);
		free(diag);
	}
}

static void collect(void *arg, const char *text)
{
	struct buf *b = arg;
	buf_addf(b, "%s ", text);
}

void test_complete__commands_and_options(void)
{
	struct buf b = BUF_INIT(4096);
	complete_command("wa", collect, &b);
	CHECK_STR(b.p, "watch wait ");
	buf_clear(&b);
	complete_command("zzz", collect, &b);
	CHECK_STR(b.p, "");
	complete_option(command_find("ls"), "--li", collect, &b);
	CHECK_STR(b.p, "--limit ");
	buf_release(&b);
}
