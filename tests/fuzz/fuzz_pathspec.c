/* Any text is a pathspec, names something of a small history, or is refused; what it expands to can be read. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../clientlib/mf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char dir[] = "/tmp/mfkit-fuzz-XXXXXX";
static struct mf_config *config;
static struct mf_client *client;
static const char *const parts[] = {".metaflow", "Flow", "1", "start", "2"};

static void clean(void)
{
	char path[256];

	mf_client_free(client);
	mf_config_free(config);
	for (size_t n = 5; n > 0; n--) {
		size_t at = (size_t)snprintf(path, sizeof(path), "%s", dir);
		for (size_t i = 0; i < n; i++)
			at += (size_t)snprintf(path + at, sizeof(path) - at, "/%s", parts[i]);
		snprintf(path + at, sizeof(path) - at, "/_meta/_self.json");
		unlink(path);
		snprintf(path + at, sizeof(path) - at, "/_meta");
		rmdir(path);
		path[at] = '\0';
		rmdir(path);
	}
	rmdir(dir);
}

static void make(void)
{
	static const char *const env[] = {NULL};
	char path[256];
	size_t at;

	if (!mkdtemp(dir))
		abort();
	at = (size_t)snprintf(path, sizeof(path), "%s", dir);
	for (size_t i = 0; i < 5; i++) {
		at += (size_t)snprintf(path + at, sizeof(path) - at, "/%s", parts[i]);
		mkdir(path, 0700);
		if (!i)
			continue;
		snprintf(path + at, sizeof(path) - at, "/_meta");
		mkdir(path, 0700);
		snprintf(path + at, sizeof(path) - at, "/_meta/_self.json");
		FILE *f = fopen(path, "wb");
		if (!f || fputs("{\"ts_epoch\": 1000}", f) < 0 || fclose(f) != 0)
			abort();
		path[at] = '\0';
	}
	struct mf_config_options opts = {.environ = env, .cwd = dir, .proc = "", .now = 1};
	if (mf_config_load(&config, &opts, NULL) < 0 || mf_client_open(&client, config, NULL) < 0)
		abort();
	atexit(clean);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mf_error err = MF_ERROR_INIT;
	struct mf_paths *paths;

	if (!client)
		make();
	char *text = malloc(size + 1);
	if (!text)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	int entity = mf_pathspec_entity(text);
	if (entity < -1 || entity >= MF_N_ENTITIES)
		abort();
	int rc = mf_expand(&paths, client, text, -1, NULL, &err);
	if (rc != err.code && rc < 0)
		abort();
	if (entity < 0 && rc != MF_EUSAGE)
		abort();
	for (size_t i = 0; rc == MF_OK && i < mf_paths_count(paths); i++) {
		struct mf_object *o;
		if (mf_pathspec_entity(mf_paths_get(paths, i)) != entity)
			abort();
		if (mf_get(&o, client, mf_paths_get(paths, i), NULL, NULL) < 0)
			abort();
		mf_object_free(o);
	}
	if (rc == MF_OK)
		mf_paths_free(paths);
	free(text);
	return 0;
}
