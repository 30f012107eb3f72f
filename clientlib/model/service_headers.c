/* Headers of requests: what the configuration says, and what a command prints. They are secrets: never printed, and kept until
 * the client is closed, since requests under way may still use those of an older generation. */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../base/fmt.h"
#include "../base/limits.h"
#include "../codec/json.h"
#include "config.h"
#include "service.h"

extern char **environ;

enum { OUTPUT_MAX = 256 << 10, COMMAND_MS = 60000 };

typedef VEC(const char *) header_list;

static int add(struct arena *a, header_list *list, const char *name, size_t name_n, const char *value, size_t value_n,
	const char *source, struct mf_error *err)
{
	bool good = name_n > 0;
	for (size_t i = 0; i < name_n; i++)
		good = good && (isalnum((unsigned char)name[i]) || strchr("!#$%&'*+-.^_`|~", name[i]));
	for (size_t i = 0; i < value_n; i++)
		good = good && (value[i] == '\t' || (unsigned char)value[i] >= ' ') && value[i] != 127;
	if (!good) {
		err_set(err, MF_EUSAGE, "%s holds something that is no HTTP header", source);
		err_hint(err, "names are letters, digits and dashes; values are one line");
		return MF_EUSAGE;
	}
	char *text = arena_alloc(a, name_n + value_n + 3);
	if (!text)
		return err_nomem(err);
	memcpy(text, name, name_n);
	memcpy(text + name_n, ": ", 2);
	memcpy(text + name_n + 2, value, value_n);
	text[name_n + 2 + value_n] = '\0';
	for (size_t i = 0; i < list->n; i++)
		if (strncasecmp(list->v[i], text, name_n + 1) == 0) {
			list->v[i] = text; /* the later one wins */
			return MF_OK;
		}
	return vec_push(list, text) ? MF_OK : err_nomem(err);
}

/* {"name": "value", …} */
static int add_json(struct arena *a, header_list *list, const char *text, const char *source, struct mf_error *err)
{
	struct mf_value *v;
	struct arena scratch;
	arena_init(&scratch, 0);
	int rc = json_parse(&v, &scratch, text, strlen(text), NULL);
	if (rc == MF_ENOMEM) {
		err_nomem(err);
	} else if (rc < 0 || v->kind != MF_DICT) {
		rc = err_set(err, MF_EUSAGE, "%s is no JSON object of headers", source);
		err_hint(err, "it looks like {\"Authorization\": \"Bearer …\"}");
	}
	for (size_t i = 0; rc == MF_OK && i < mf_value_count(v); i++) {
		size_t n, value_n = 0;
		const char *name = mf_value_text(mf_value_key(v, i), &n), *value = mf_value_text(mf_value_item(v, i), &value_n);
		rc = add(a, list, name ? name : "", name ? n : 0, value ? value : "", value_n, source, err);
	}
	arena_release(&scratch);
	return rc;
}

/* Lines of "Name: value". */
static int add_lines(struct arena *a, header_list *list, const char *p, const char *source, struct mf_error *err)
{
	int rc = MF_OK;
	while (*p && rc == MF_OK) {
		size_t n = strcspn(p, "\n"), len = n;
		const char *colon = memchr(p, ':', n);
		while (len && isspace((unsigned char)p[len - 1]))
			len--;
		if (len) {
			const char *value = colon ? colon + 1 : p;
			while (value < p + len && isblank((unsigned char)*value))
				value++;
			rc = add(a, list, p, colon ? (size_t)(colon - p) : 0, value, (size_t)(p + len - value), source, err);
		}
		p += n + (p[n] == '\n');
	}
	return rc;
}

/* What the command prints, within a minute. Its errors go where ours go. */
static int run_command(const char *command, struct buf *out, struct mf_error *err)
{
	int fds[2], status = 0, rc = MF_OK;
	pid_t pid;
	char shell[] = "sh", option[] = "-c", *argv[] = {shell, option, (char *)(uintptr_t)command, NULL};
	if (pipe2(fds, O_CLOEXEC) < 0)
		return err_sys(err, errno, NULL, "cannot make a pipe");
	posix_spawn_file_actions_t actions;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, fds[1], STDOUT_FILENO);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	int e = posix_spawn(&pid, "/bin/sh", &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	close(fds[1]);
	if (e) {
		close(fds[0]);
		return err_sys(err, e, "MFCTL_SERVICE_HEADERS_COMMAND", "cannot start a shell");
	}
	int64_t end = clock_now_ms() + COMMAND_MS;
	for (;;) {
		struct pollfd p = {.fd = fds[0], .events = POLLIN};
		int64_t left = end - clock_now_ms();
		char chunk[4096];
		int ready = left > 0 ? poll(&p, 1, (int)left) : 0;
		if (ready < 0 && errno == EINTR)
			continue;
		ssize_t n = ready > 0 ? read(fds[0], chunk, sizeof(chunk)) : -1;
		if (ready > 0 && n == 0)
			break;
		if (n > 0)
			buf_add(out, chunk, (size_t)n);
		if (n <= 0 || out->failed) {
			kill(pid, SIGKILL);
			rc = n <= 0 ? err_set(err, MF_ETIMEOUT, "MFCTL_SERVICE_HEADERS_COMMAND did not end within a minute")
				    : err_set(err, MF_ELIMIT, "MFCTL_SERVICE_HEADERS_COMMAND prints too much");
			break;
		}
	}
	close(fds[0]);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (rc == MF_OK && status) {
		rc = err_set(err, MF_EACCESS, "MFCTL_SERVICE_HEADERS_COMMAND ended with status %d",
			WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
		err_hint(err, "run it by itself: it must print “Name: value” lines, or one JSON object");
	}
	return rc;
}

/* All headers anew, into the arena of secrets; while `renewing` is held. */
static int collect(struct mf_client *c, struct mf_error *err)
{
	struct service *s = c->service;
	const struct mf_config *config = c->config;
	header_list list = {0};
	struct buf printed = BUF_INIT(OUTPUT_MAX);
	int rc = MF_OK;
	const char *json = mf_config_get(config, "SERVICE_HEADERS"), *key = mf_config_get(config, "SERVICE_AUTH_KEY");
	if (json && *json)
		TRY(add_json(&s->secrets, &list, json, "METAFLOW_SERVICE_HEADERS", err));
	if (key && *key)
		TRY(add(&s->secrets, &list, "x-api-key", strlen("x-api-key"), key, strlen(key), "METAFLOW_SERVICE_AUTH_KEY", err));
	if (config->headers_command) {
		static const char source[] = "the output of MFCTL_SERVICE_HEADERS_COMMAND";
		TRY(run_command(config->headers_command, &printed, err));
		const char *p = printed.p + strspn(printed.p, " \t\r\n");
		TRY(*p == '{' ? add_json(&s->secrets, &list, p, source, err) : add_lines(&s->secrets, &list, p, source, err));
	}
	const char **headers = arena_calloc(&s->secrets, list.n + 1, sizeof(*headers));
	if (!headers) {
		rc = err_nomem(err);
		goto done;
	}
	for (size_t i = 0; i < list.n; i++)
		headers[i] = list.v[i];
	pthread_mutex_lock(&s->lock);
	s->headers = headers;
	s->generation++;
	pthread_mutex_unlock(&s->lock);
done:
	buf_release(&printed);
	vec_release(&list);
	return rc;
}

int service_first_headers(struct mf_client *c, struct mf_error *err)
{
	pthread_mutex_lock(&c->service->renewing);
	int rc = collect(c, err);
	pthread_mutex_unlock(&c->service->renewing);
	return rc;
}

bool service_new_headers(struct mf_client *c, unsigned generation, const char *const **headers)
{
	struct service *s = c->service;
	if (!c->config->headers_command)
		return false;
	pthread_mutex_lock(&s->renewing);
	pthread_mutex_lock(&s->lock);
	bool good = s->generation != generation; /* another thread has been here */
	pthread_mutex_unlock(&s->lock);
	good = good || collect(c, NULL) == MF_OK;
	pthread_mutex_lock(&s->lock);
	*headers = s->headers;
	pthread_mutex_unlock(&s->lock);
	pthread_mutex_unlock(&s->renewing);
	return good;
}
