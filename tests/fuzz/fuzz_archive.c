/* Any bytes are a code package or an error; all its files can be read, and it does not differ from
 * itself. The two halves of the bytes are also compared as texts. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../clientlib/codec/diff.h"
#include "../../clientlib/model/package.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int count(void *self, const char *p, size_t n)
{
	(void)p;
	*(size_t *)self += n;
	return MF_OK;
}

static void packages(const char *p, size_t n)
{
	struct mf_package *a, *b = NULL;
	struct mf_package_diff *d;
	const struct mf_member *m;
	const struct mf_file_change *c;
	size_t bytes = 0;
	struct mf_sink sink = {count, &bytes};
	if (package_make(&a, p, n, "a", NULL) < 0)
		return;
	mf_package_read(a, NULL, &sink, NULL);
	size_t members = mf_package_members(a, &m);
	for (size_t i = 0; i < members && i < 20; i++)
		mf_package_read(a, m[i].path, &sink, NULL);
	if (package_make(&b, p, n, "b", NULL) == MF_OK &&
		mf_package_diff(&d, a, b, true, NULL) == MF_OK) {
		if (mf_package_diff_files(d, &c))
			abort();
		mf_package_diff_free(d);
	}
	mf_package_free(b);
	mf_package_free(a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *p = (const char *)data;
	struct diff_text a = {p, size / 2}, b = {p + size / 2, size - size / 2};
	size_t bytes = 0;
	struct mf_sink sink = {count, &bytes};
	packages(p, size);
	if (diff_unified(&a, "a", &b, "b", &sink, NULL) == MF_OK && !bytes &&
		(a.n != b.n || memcmp(a.p, b.p, a.n) != 0))
		abort();
	return 0;
}
