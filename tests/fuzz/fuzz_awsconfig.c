/* Any bytes are a file of profiles or an error; no setting of it has a line break, and nothing is asked for. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../clientlib/net/cred_aws.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char dir[] = "/tmp/mfkit-fuzz-XXXXXX", file[64], variable[96];

static void clean(void)
{
	unlink(file);
	rmdir(dir);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = {"region", "endpoint_url", "s3.endpoint_url", "s3.addressing_style", "ca_bundle", "role_arn"};
	const char *const env[] = {variable, "AWS_EC2_METADATA_DISABLED=true", NULL};
	struct cred_aws_options o = {.context = {.environ = env, .now = 1}};
	struct mf_error err = MF_ERROR_INIT;
	struct cred_aws *a;
	if (!*file) {
		if (!mkdtemp(dir))
			abort();
		snprintf(file, sizeof(file), "%s/config", dir);
		snprintf(variable, sizeof(variable), "AWS_CONFIG_FILE=%s", file);
		atexit(clean);
	}
	FILE *f = fopen(file, "wb");
	if (!f || fwrite(data, 1, size, f) != size || fclose(f) != 0)
		abort();
	int rc = cred_aws_open(&a, &o, &err);
	if (rc < 0) {
		if (err.code != rc || !err.message[0])
			abort();
		return 0;
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		const char *v = cred_aws_setting(a, names[i]);
		if (v && strlen(v) > size)
			abort();
	}
	cred_aws_free(a);
	return 0;
}
