/* Any bytes are a configuration file or an error that names it; what is loaded is sorted and whole. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../clientlib/mf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char dir[] = "/tmp/mfkit-fuzz-XXXXXX", file[64];

static void clean(void)
{
	unlink(file);
	rmdir(dir);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const env[] = {"METAFLOW_USER=", NULL};
	struct mf_config_options opts = {.environ = env, .cwd = "/", .file = file, .proc = "", .now = 1};
	const struct mf_config_entry *e;
	struct mf_config *c;
	struct mf_error err = MF_ERROR_INIT;

	if (!*file) {
		if (!mkdtemp(dir))
			abort();
		snprintf(file, sizeof(file), "%s/config.json", dir);
		atexit(clean);
	}
	FILE *f = fopen(file, "wb");
	if (!f || fwrite(data, 1, size, f) != size || fclose(f) != 0)
		abort();
	int rc = mf_config_load(&c, &opts, &err);
	if (rc < 0) {
		if (c || err.code != rc || strcmp(err.where, file) != 0)
			abort();
		return 0;
	}
	size_t n = mf_config_entries(c, &e);
	for (size_t i = 0; i < n; i++)
		if (mf_config_explain(c, e[i].key) == NULL || (i && strcmp(e[i - 1].key, e[i].key) > 0))
			abort();
	mf_config_free(c);
	return 0;
}
