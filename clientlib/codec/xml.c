#include "xml.h"

#include <dlfcn.h>
#include <expat.h>
#include <limits.h>
#include <pthread.h>

#include "../base/buf.h"
#include "../base/err.h"

enum { DEPTH = 32, PATH_MAX_XML = 1024, TEXT_MAX_XML = 1 << 20 };

#define FUNCTIONS(X)                                                                               \
	X(XML_ParserCreateNS)                                                                      \
	X(XML_ParserFree)                                                                          \
	X(XML_SetUserData)                                                                         \
	X(XML_SetElementHandler)                                                                   \
	X(XML_SetCharacterDataHandler)                                                             \
	X(XML_SetEntityDeclHandler)                                                                \
	X(XML_StopParser)                                                                          \
	X(XML_Parse)                                                                               \
	X(XML_GetErrorCode)                                                                        \
	X(XML_ErrorString)                                                                         \
	X(XML_GetCurrentLineNumber)                                                                \
	X(XML_GetCurrentColumnNumber)

static struct {
	bool ok;
#define X(name) __typeof__(&name) name;
	FUNCTIONS(X)
#undef X
} lib;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void load(void)
{
	void *so = dlopen("libexpat.so.1", RTLD_NOW | RTLD_LOCAL);
	lib.ok = so;
	/* ISO C has no conversion from object to function pointers; POSIX wants this one to work */
#define X(name)                                                                                    \
	if (lib.ok) {                                                                              \
		*(void **)(void *)&lib.name = dlsym(so, #name);                                    \
		lib.ok = lib.name;                                                                 \
	}
	FUNCTIONS(X)
#undef X
}

struct walk {
	XML_Parser parser;
	const struct xml_visitor *v;
	struct buf path, text;
	size_t cut[DEPTH]; /* of path: where the parents end */
	size_t at[DEPTH];  /* of text: where that of each element begins */
	size_t depth;
	int rc;
	const char *why;
};

static void stop(struct walk *w, int rc, const char *why)
{
	if (w->rc == MF_OK) {
		w->rc = rc;
		w->why = why;
	}
	lib.XML_StopParser(w->parser, XML_FALSE);
}

/* Names come as "namespace|name". */
static void start(void *self, const XML_Char *name, const XML_Char **attributes)
{
	struct walk *w = self;
	const char *bar = strrchr(name, '|');
	(void)attributes;
	if (w->depth == DEPTH) {
		stop(w, MF_ECORRUPT, "elements are nested too deep");
		return;
	}
	w->cut[w->depth] = w->path.n;
	w->at[w->depth++] = w->text.n;
	if (w->path.n)
		buf_addc(&w->path, '/');
	buf_adds(&w->path, bar ? bar + 1 : name);
	if (w->path.failed)
		stop(w, w->path.failed, "a name is too long");
}

static void characters(void *self, const XML_Char *p, int n)
{
	struct walk *w = self;
	buf_add(&w->text, p, (size_t)n);
	if (w->text.failed)
		stop(w, w->text.failed, "a text is too long");
}

static void end(void *self, const XML_Char *name)
{
	struct walk *w = self;
	(void)name;
	size_t from = w->at[--w->depth];
	int rc = w->v->element(w->v->self, w->path.p, w->text.p + from, w->text.n - from);
	if (rc < 0)
		stop(w, rc, NULL);
	w->path.n = w->cut[w->depth];
	w->text.n = from;
	if (w->path.p != buf_empty)
		w->path.p[w->path.n] = '\0';
	if (w->text.p != buf_empty)
		w->text.p[w->text.n] = '\0';
}

static void entity(void *self, const XML_Char *name, int parameter, const XML_Char *value, int n, const XML_Char *base,
	const XML_Char *system, const XML_Char *public, const XML_Char *notation)
{
	(void)name, (void)parameter, (void)value, (void)n, (void)base, (void)system, (void)public, (void)notation;
	stop(self, MF_ECORRUPT, "it declares an entity");
}

int xml_walk(const char *p, size_t n, const struct xml_visitor *v, struct mf_error *err)
{
	struct walk w = {.v = v, .path = BUF_INIT(PATH_MAX_XML), .text = BUF_INIT(TEXT_MAX_XML)};
	pthread_once(&once, load);
	if (!lib.ok) {
		err_set(err, MF_EUNSUPPORTED, "this reply is XML, and libexpat is not installed");
		err_hint(err, "apt install libexpat1");
		return MF_EUNSUPPORTED;
	}
	if (n > INT_MAX)
		return err_set(err, MF_ELIMIT, "%zu bytes of XML are too many", n);
	w.parser = lib.XML_ParserCreateNS(NULL, '|');
	if (!w.parser)
		return err_nomem(err);
	lib.XML_SetUserData(w.parser, &w);
	lib.XML_SetElementHandler(w.parser, start, end);
	lib.XML_SetCharacterDataHandler(w.parser, characters);
	lib.XML_SetEntityDeclHandler(w.parser, entity);
	enum XML_Status status = lib.XML_Parse(w.parser, p, (int)n, 1);
	if (status != XML_STATUS_OK && w.rc == MF_OK) {
		enum XML_Error code = lib.XML_GetErrorCode(w.parser);
		w.rc = code == XML_ERROR_NO_MEMORY ? MF_ENOMEM : MF_ECORRUPT;
		w.why = lib.XML_ErrorString(code);
	}
	if (w.rc == MF_ENOMEM)
		err_nomem(err);
	else if (w.rc < 0 && w.why)
		err_set(err, w.rc, "XML, line %lu, column %lu: %s", (unsigned long)lib.XML_GetCurrentLineNumber(w.parser),
			(unsigned long)lib.XML_GetCurrentColumnNumber(w.parser) + 1, w.why);
	lib.XML_ParserFree(w.parser);
	buf_release(&w.path);
	buf_release(&w.text);
	return w.rc;
}
