/* codec/xml.h: small XML documents (lists and errors of object stores) as a walk over their texts. libexpat is loaded when the
 * first one is read. */
#ifndef MF_CODEC_XML_H
#define MF_CODEC_XML_H

#include "../mf.h"

struct xml_visitor {
	/* An element has ended: its path from the root, "ListBucketResult/Contents/Key" (prefixes of namespaces cut off), and its
	 * own text. < 0 ends the walk with that code. */
	int (*element)(void *self, const char *path, const char *text, size_t n);
	void *self;
};
/* MF_ECORRUPT with line and column: malformed, deeper than 32, or with an entity declared (those can be made to explode);
 * MF_EUNSUPPORTED: no libexpat; MF_ENOMEM; the visitor's code. */
int xml_walk(const char *p, size_t n, const struct xml_visitor *v, struct mf_error *err);

#endif
