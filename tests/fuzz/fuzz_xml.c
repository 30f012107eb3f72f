/* Any bytes are a document that is walked, or an error with its place. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../clientlib/codec/xml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int element(void *self, const char *path, const char *text, size_t n)
{
	size_t *seen = self;
	*seen += strlen(path) + n;
	/* what is handed out is text with an end */
	if (!*path || text[n] != '\0')
		abort();
	return strstr(path, "/stop") ? MF_EFAILED : MF_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t seen = 0;
	struct xml_visitor v = {element, &seen};
	struct mf_error err = MF_ERROR_INIT;
	int rc = xml_walk((const char *)data, size, &v, &err);
	if (rc > 0 || (rc < 0 && rc != MF_EFAILED && (err.code != rc || !err.message[0])))
		abort();
	if (rc == MF_OK && !seen)
		abort();
	return 0;
}
