/* main.c: the command line of mftop. */
#include <getopt.h>
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "../clientlib/base/err.h"
#include "loop.h"
#include "start.h"

enum {
	OPT_PROFILE = 256,
	OPT_METADATA,
	OPT_ROOT,
	OPT_CONFIG,
	OPT_THEME,
	OPT_ASCII,
	OPT_NO_MOUSE,
	OPT_REFRESH,
	OPT_OFFLINE,
	OPT_NO_CACHE,
	OPT_TRUST_PATHS,
	OPT_MY_RUNS,
	OPT_UTC,
	OPT_COLOR,
	OPT_NOTHING,
	OPT_HELP,
	OPT_VERSION
};

/* One row an option: getopt's table and --help are made of it. */
static const struct {
	const char *name, *value, *help;
	int arg, id;
} options[] = {
	{"profile", "NAME", "use the Metaflow profile NAME", required_argument, OPT_PROFILE},
	{"metadata", "SPEC", "where the metadata is: local@DIR, spin@DIR, service@URL or datastore@ROOT",
		required_argument, OPT_METADATA},
	{"datastore-root", "ROOT", "read the datastore there: DIR, s3://…, gs://… or azure://…", required_argument,
		OPT_ROOT},
	{"config", "FILE", "read this Metaflow configuration file", required_argument, OPT_CONFIG},
	{"namespace", "NS", "show this namespace; \"\" shows all", required_argument, 'n'},
	{"theme", "NAME", "dark, light, high-contrast, colorblind, mono, auto", required_argument,
		OPT_THEME},
	{"ascii", "yes|no", "draw with ASCII characters only", optional_argument, OPT_ASCII},
	{"no-mouse", NULL, "leave the mouse to the terminal", no_argument, OPT_NO_MOUSE},
	{"refresh", "TIME", "ask again every 2s, 500ms, 1m, or off", required_argument,
		OPT_REFRESH},
	{"offline", NULL, "ask for nothing over the network: show what was kept", no_argument,
		OPT_OFFLINE},
	{"no-cache", NULL, "neither read nor write what was kept of earlier answers", no_argument,
		OPT_NO_CACHE},
	{"trust-paths", NULL, "read files outside the history that records and artifacts name", no_argument,
		OPT_TRUST_PATHS},
	{"my-runs", NULL, "show the namespace user:<me>", no_argument, OPT_MY_RUNS},
	{"utc", NULL, "times in UTC instead of local time", no_argument, OPT_UTC},
	{"color", "WHEN", "auto, always or never", required_argument, OPT_COLOR},
	/* of mfctl, for what it prints: taken, so that the same options serve both */
	{"output", NULL, NULL, required_argument, 'o'},
	{"fields", NULL, NULL, required_argument, OPT_NOTHING},
	{"no-headers", NULL, NULL, no_argument, OPT_NOTHING},
	{"no-pager", NULL, NULL, no_argument, OPT_NOTHING},
	{"relative", NULL, NULL, no_argument, OPT_NOTHING},
	{"timeout", NULL, NULL, required_argument, OPT_NOTHING},
	{"debug", NULL, NULL, optional_argument, OPT_NOTHING},
	{"stats", NULL, NULL, no_argument, OPT_NOTHING},
	{"quiet", NULL, NULL, no_argument, 'q'},
	{"help", NULL, "show this text", no_argument, OPT_HELP},
	{"version", NULL, "show the version", no_argument, OPT_VERSION},
};

struct args {
	struct start_options start;
	struct conf conf;
};

static void usage(FILE *f)
{
	fputs("Usage: mftop [OPTION]... [PATHSPEC]\n"
	      "Look at Metaflow flows, runs, tasks, logs and artifacts. ? in the program lists the "
	      "keys.\n\n",
		f);
	for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
		if (!options[i].help)
			continue;
		char left[48];
		bool is_short = options[i].id < 256;
		snprintf(left, sizeof(left), "  %c%c%s--%s%s%s%s", is_short ? '-' : ' ',
			is_short ? options[i].id : ' ', is_short ? ", " : "  ", options[i].name,
			options[i].arg == optional_argument ? "[="
			: options[i].value                  ? "="
							    : "",
			options[i].value ? options[i].value : "",
			options[i].arg == optional_argument ? "]" : "");
		fprintf(f, "%-32s %s\n", left, options[i].help);
	}
	fputs("\nOptions of mfctl about what it prints are taken too, and change nothing here.\n", f);
}

static void print_warning(void *ctx, const char *file, int line, const char *message)
{
	(void)ctx;
	fprintf(stderr, "mftop: %s:%d: %s\n", file, line, message);
}

static bool setting(struct args *a, const char *name, const char *value)
{
	const char *why;

	if (conf_set(&a->conf, name, value, &why))
		return true;
	fprintf(stderr, "mftop: --%s %s: %s\n", name, value, why);
	return false;
}

/* Returns -1 to go on, else the exit code. */
static int one_option(struct args *a, int opt, const char *value)
{
	switch (opt) {
	case OPT_PROFILE: a->start.profile = value; return -1;
	case OPT_METADATA: a->start.metadata = value; return -1;
	case OPT_ROOT: a->start.datastore_root = value; return -1;
	case OPT_CONFIG: a->start.config = value; return -1;
	case 'n': a->start.ns = value; return -1;
	case OPT_THEME: return setting(a, "theme", value) ? -1 : 2;
	case OPT_ASCII: return setting(a, "ascii", value ? value : "yes") ? -1 : 2;
	case OPT_NO_MOUSE: a->conf.mouse = false; return -1;
	case OPT_REFRESH: return setting(a, "refresh", value) ? -1 : 2;
	case OPT_OFFLINE: a->start.offline = true; return -1;
	case OPT_NO_CACHE: a->start.no_cache = true; return -1;
	case OPT_TRUST_PATHS: a->start.trust_paths = true; return -1;
	case OPT_MY_RUNS: a->start.my_runs = true; return -1;
	case OPT_UTC: setenv("TZ", "UTC", 1); return -1;
	case OPT_COLOR:
		if (!str_eq(value, "auto") && !str_eq(value, "always") && !str_eq(value, "never")) {
			fprintf(stderr, "mftop: --color %s: it is auto, always or never\n", value);
			return 2;
		}
		if (str_eq(value, "never"))
			setenv("NO_COLOR", "1", 1);
		else if (str_eq(value, "always"))
			unsetenv("NO_COLOR");
		return -1;
	case 'o':
	case 'q':
	case OPT_NOTHING: return -1;
	case 'h':
	case OPT_HELP: usage(stdout); return 0;
	case OPT_VERSION: puts("mftop " MF_VERSION); return 0;
	default: fputs("Try 'mftop --help'.\n", stderr); return 2;
	}
}

static int parse(struct args *a, int argc, char **argv)
{
	struct option table[ARRAY_SIZE(options) + 1] = {0};
	int opt;

	for (size_t i = 0; i < ARRAY_SIZE(options); i++)
		table[i] = (struct option){options[i].name, options[i].arg, NULL, options[i].id};
	while ((opt = getopt_long(argc, argv, "n:o:qh", table, NULL)) != -1) {
		int rc = one_option(a, opt, optarg);
		if (rc >= 0)
			return rc;
	}
	if (optind < argc)
		a->start.pathspec = argv[optind++];
	if (optind < argc) {
		fprintf(stderr, "mftop: one PATHSPEC at most: %s\n", argv[optind]);
		return 2;
	}
	return -1;
}

static int64_t wall_clock(void *self)
{
	struct timespec ts;

	(void)self;
	clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static const char *environment(const char *name)
{
	return getenv(name);
}

/* Widths need a UTF-8 locale; a terminal that has none gets ASCII, which every terminal shows. */
static bool locale_is_utf8(void)
{
	setlocale(LC_ALL, "");
	if (str_eq(nl_langinfo(CODESET), "UTF-8"))
		return true;
	setlocale(LC_CTYPE, "C.UTF-8");
	return false;
}

static int run(struct args *args)
{
	struct mf_error err = MF_ERROR_INIT;
	struct term *term = NULL;
	struct app *app = NULL;
	const char *no_color = getenv("NO_COLOR");
	int signals, code = 1, rc;
	bool utf8 = locale_is_utf8();
	struct app_options o = {.now_ms = wall_clock, .env = environment};
	struct term_options t = {.in = stdin,
		.out = stdout,
		.mouse = args->conf.mouse,
		.no_color = no_color && *no_color};

	TRY(start_load(&args->start, &err));
	o.threads = start_threads(&args->start);
	TRY(loop_signals(&signals, &err));
	TRY(term_open(&term, &t, &err));
	int theme = args->conf.theme;
	if (theme < 0)
		theme = term_background(term, 20) == 1 ? THEME_LIGHT : THEME_DARK;
	if (term_depth(term) == DEPTH_MONO)
		theme = THEME_MONO;
	o.theme = (enum theme_id)theme;
	o.ascii = args->conf.ascii < 0 ? !utf8 : args->conf.ascii;
	o.conf = args->conf;
	o.start = &args->start;
	args->conf = (struct conf){0}; /* the app's now */
	term_size(term, &o.w, &o.h);
	TRY(app_new(&app, &o, &err));
	saved_load(app_saved(app), getenv("XDG_STATE_HOME"), getenv("HOME"));
	if (app_open_start(app, args->start.pathspec))
		code = loop_run(app, term, signals);
	else
		rc = err_set(&err, MF_EFAILED, "nothing to show");
done:
	term_close(term);
	if (app) {
		(void)saved_save(app_saved(app), NULL); /* a comfort, not worth an error */
		if (!app_stop(app, 1000))
			_exit(code); /* a file system that hangs holds nobody up */
	}
	app_free(app);
	start_unload(&args->start);
	if (rc < 0) {
		fprintf(stderr, "mftop: %s%s%s\n", err.where, err.where[0] ? ": " : "",
			err.message);
		if (err.hint[0])
			fprintf(stderr, "hint: %s\n", err.hint);
		code = mf_code_exit(err.code);
	}
	return code;
}

int main(int argc, char **argv)
{
	struct args args = {0};
	struct mf_error err = MF_ERROR_INIT;
	int code;

	if (conf_init(&args.conf, &err) < 0 ||
		conf_load(&args.conf, getenv("XDG_CONFIG_HOME"), getenv("HOME"), print_warning,
			NULL, &err) < 0) {
		fprintf(stderr, "mftop: %s\n", err.message);
		return 1;
	}
	code = parse(&args, argc, argv);
	if (code < 0)
		code = run(&args);
	conf_release(&args.conf);
	return code;
}
