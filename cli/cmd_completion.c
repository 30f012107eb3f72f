#include <string.h>

#include "cmd.h"
#include "complete.h"

static const char *const examples[] = {"for this shell|source <(mfctl completion bash)",
	"for good|mfctl completion zsh > ~/.zfunc/_mfctl", "fish|mfctl completion fish > ~/.config/fish/completions/mfctl.fish", NULL};

static const char bash_script[] =
	"# bash completion of mfctl\n"
	"_mfctl() {\n"
	"    local cur=${COMP_WORDS[COMP_CWORD]}\n"
	"    COMPREPLY=()\n"
	"    local IFS=$'\\n'\n"
	"    COMPREPLY=($(mfctl completion words \"$COMP_CWORD\" -- \"${COMP_WORDS[@]:1}\" 2>/dev/null))\n"
	"    [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == */ ]] && compopt -o nospace\n"
	"    [[ ${#COMPREPLY[@]} -gt 1 ]] && compopt -o nospace\n"
	"    return 0\n"
	"}\n"
	"complete -F _mfctl mfctl\n";

static const char zsh_script[] = "#compdef mfctl\n"
				 "_mfctl() {\n"
				 "    local -a found\n"
				 "    found=(\"${(@f)$(mfctl completion words $((CURRENT - 1)) -- \"${words[@]:1}\" 2>/dev/null)}\")\n"
				 "    [[ -n $found ]] && compadd -Q -S '' -- \"${found[@]}\"\n"
				 "}\n"
				 "if [[ $funcstack[1] == _mfctl ]]; then _mfctl \"$@\"; else compdef _mfctl mfctl; fi\n";

static const char fish_script[] =
	"# fish completion of mfctl\n"
	"function __mfctl_words\n"
	"    set -l tokens (commandline -opc) (commandline -ct)\n"
	"    mfctl completion words (math (count $tokens) - 1) -- $tokens[2..-1] 2>/dev/null\n"
	"end\n"
	"complete -c mfctl -f -a '(__mfctl_words)'\n";

static void print(void *arg, const char *text)
{
	fprintf(arg, "%s\n", text);
}

/* Candidates for word `at` (1: the first after mfctl) of a command line. */
static void words(struct cmd_ctx *ctx, int at, char **argv, int argc)
{
	const char *word = at >= 1 && at <= argc ? argv[at - 1] : "";
	const struct command *c = NULL;
	for (int i = 0; i < at - 1 && i < argc && !c; i++)
		c = command_find(argv[i]);
	if (word[0] == '-') {
		complete_option(c, word, print, ctx->out);
		return;
	}
	if (!c) {
		complete_command(word, print, ctx->out);
		if (!strchr(word, '/'))
			return;
	}
	FILE *diag = ctx->diag; /* what is wrong is not told in the middle of a half-typed line */
	ctx->diag = fopen("/dev/null", "we");
	if (ctx->diag && (!c || c->flags & COMPLETE_PATHSPEC) && need_client(ctx) == 0)
		complete_pathspec(ctx, word, print, ctx->out);
	if (ctx->diag)
		fclose(ctx->diag);
	ctx->diag = diag;
}

static int run(struct cmd_ctx *ctx, const void *args, char **argv, int argc)
{
	static const struct {
		const char *shell, *script;
	} scripts[] = {{"bash", bash_script}, {"zsh", zsh_script}, {"fish", fish_script}};
	(void)args;
	for (size_t i = 0; argc == 1 && i < ARRAY_SIZE(scripts); i++)
		if (str_eq(argv[0], scripts[i].shell)) {
			fputs(scripts[i].script, ctx->out);
			return 0;
		}
	if (argc >= 2 && str_eq(argv[0], "words")) { /* what the scripts call */
		int at = 0;
		for (const char *p = argv[1]; *p >= '0' && *p <= '9' && at < 100000; p++)
			at = at * 10 + (*p - '0');
		words(ctx, at, argv + 2, argc - 2);
		return 0;
	}
	return cmd_usage(ctx, "which shell: bash, zsh or fish?");
}

const struct command cmd_completion = {.name = "completion", .arguments = "bash|zsh|fish",
	.summary = "print the completion script of a shell", .examples = examples, .run = run};
