/* Any bytes are a line or are not; the parts of one lie inside of it, in their order. */
#include <stdint.h>
#include <stdlib.h>

#include "../../clientlib/codec/logline.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *p = (const char *)data;
	struct logline l;
	if (!logline_parse(&l, p, size))
		return 0;
	if (!l.stamp_n || !l.source_n || !l.id_n || l.stamp < p || l.source < l.stamp + l.stamp_n ||
		l.id < l.source + l.source_n || l.text < l.id + l.id_n ||
		l.text + l.text_n != p + size)
		abort();
	return 0;
}
