/* covers: audit_table.c audit_stream.c audit_value.c */
#include "values.h"

#include "../../../clientlib/codec/audit.h"

/* The findings as "risk action name; …" in order, and the error if there is one. */
static const char *told(int rc, struct mf_audit *a, const struct mf_error *err)
{
	struct buf out = BUF_INIT(1 << 16);
	for (size_t i = 0; a && i < mf_audit_count(a); i++) {
		const struct mf_finding *f = mf_audit_get(a, i);
		buf_addf(&out, "%s%s %s ", i ? "; " : "", mf_risk_name(f->risk), f->action);
		buf_add(&out, f->name, f->n);
	}
	if (rc < 0)
		buf_addf(&out, "%s%s", out.n ? "; " : "", mf_code_name(rc));
	CHECK_INT(rc, err->code);
	mf_audit_free(a);
	return values_keep(&out);
}

static const char *stream(const char *p, size_t n)
{
	struct mf_error err = MF_ERROR_INIT;
	struct mf_audit *a;
	char *copy = malloc(n ? n : 1);
	memcpy(copy, p, n);
	int rc = mf_audit_pickle(&a, copy, n, &err);
	free(copy); /* the names are the audit's own */
	return told(rc, a, &err);
}
#define STREAM(literal) stream(literal, sizeof(literal) - 1)

static const char *value(const char *p, size_t n)
{
	struct arena arena;
	struct mf_error err = MF_ERROR_INIT;
	struct mf_audit *a;
	arena_init(&arena, 0);
	int rc = mf_audit_value(&a, values_read(&arena, p, n), &err);
	arena_release(&arena);
	return told(rc, a, &err);
}
#define VALUE(literal) value(literal, sizeof(literal) - 1)

void test_audit__streams(void)
{
	static const struct {
		const char *stream, *found;
	} t[] = {
		{"(I1\nVa\nl.", ""},
		{"cos\nsystem\n(S'id'\ntR.", "dangerous call os.system"},
		{"(S'id'\nios\nsystem\n.", "dangerous call os.system"},
		{"(cos\nsystem\nS'id'\no.", "dangerous call os.system"},
		{"\x80\4\x8c\2os\x8c\6system\x93\x8c\2id\x85R.", "dangerous call os.system"},
		/* named, not called */
		{"cos\nsystem\n.", "dangerous import os.system"},
		{"cm\nC\n)\x81}b.", "unknown call m.C"},
		{"cm\nC\n)}\x92.", "unknown call m.C"},
		/* dropped again: not in the value */
		{"cos\nsystem\n(S'id'\ntR0N.", "dangerous call os.system"},
		{"(dVa\ncos\nsystem\n(S'id'\ntRsVa\nNs.", "dangerous call os.system"},
		{"(cos\nsystem\n1N.", "dangerous import os.system"},
		/* before the damage */
		{"cos\nsystem\n(S'id'\ntR", "dangerous call os.system; corrupt"},
		{"cos\nsystem\n(S'id'\ntR\xff", "dangerous call os.system; corrupt"},
		{"", "corrupt"},
		/* today's names for Python 2's */
		{"c__builtin__\neval\n(S'1'\ntR.", "dangerous call builtins.eval"},
		{"\x80\3c__builtin__\neval\nX\1\0\0\0001\x85R.", "dangerous call __builtin__.eval"},
		/* plain values, however they are written */
		{"c__builtin__\nset\n((ltR.", "safe call builtins.set"},
		{"ccopy_reg\n_reconstructor\n(cm\nC\nc__builtin__\nobject\nNtR.",
			"unknown import m.C; safe call copyreg._reconstructor; safe import "
			"builtins.object"},
		/* attributes */
		{"cbuiltins\ngetattr\n(cm\nColor\nVRED\ntR.",
			"unknown call builtins.getattr; unknown import m.Color; unknown import "
			"m.Color.RED"},
		{"cbuiltins\ngetattr\n(cm\nos\nVsystem\ntR.",
			"dangerous import m.os; dangerous import m.os.system; unknown call "
			"builtins.getattr"},
		{"cbuiltins\ngetattr\n(I1\nV__class__\ntR.", "dangerous call builtins.getattr"},
		{"cbuiltins\ngetattr\n(I1\nVreal\ntR.", "unknown call builtins.getattr"},
		/* what is called is computed */
		{"cfunctools\npartial\n(cos\nsystem\nVid\ntR)R.",
			"dangerous call functools.partial; dangerous import os.system; unknown "
			"call functools.partial(\xe2\x80\xa6)"},
		{"coperator\nattrgetter\n(Vx\ntR)R.",
			"dangerous call operator.attrgetter; dangerous call "
			"operator.attrgetter(\xe2\x80\xa6)"},
		{"Pabc\n.", "unknown persistent id abc"},
		{"Pabc\n)R.", "unknown persistent id abc; unknown call persistent id"},
		{"I7\nQ.", "unknown persistent id 7"},
		{"NQ.", "unknown persistent id \xe2\x80\xa6"},
		{"\x82\5\x85.", "unknown extension 5"},
		/* once, called, and the worst of it */
		{"(lcm\nC\nacm\nC\n)RacN\nC\na.", "unknown call m.C; unknown import N.C"},
		/* the end is the end */
		{"N.cos\nsystem\n.", ""},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		/* \1\0\0\0: the one stream with NULs */
		size_t n = i == 15 ? 0 : strlen(t[i].stream);
		CHECK_STR(n || !*t[i].stream
				  ? stream(t[i].stream, n)
				  : STREAM("\x80\3c__builtin__\neval\nX\1\0\0\0001\x85R."),
			t[i].found);
	}
}

void test_audit__values(void)
{
	CHECK_STR(VALUE("cos\nsystem\n(S'id'\ntR."), "dangerous call os.system");
	CHECK_STR(VALUE("(lcm\nC\n)\x81}Vf\ncos\nremove\nsba."),
		"dangerous import os.remove; unknown call m.C");
	CHECK_STR(VALUE("(dcm\nK\nPid\ns."), "unknown import m.K; unknown persistent id id");
	CHECK_STR(VALUE("\x82\5\x85."), "unknown extension 5");
	CHECK_STR(VALUE("N."), "");
	/* cycles end, and sharing costs nothing: ten to the thirtieth paths */
	CHECK_STR(VALUE("(lp0\ng0\nacm\nC\na."), "unknown import m.C");
	struct buf b = BUF_INIT(1 << 16);
	buf_adds(&b, "](cm\nC\ne");
	for (int i = 0; i < 30; i++) {
		buf_addf(&b, "p%d\n0](", i);
		for (int k = 0; k < 10; k++)
			buf_addf(&b, "g%d\n", i);
		buf_adds(&b, "e");
	}
	buf_adds(&b, ".");
	CHECK_STR(value(b.p, b.n), "unknown import m.C");
	buf_release(&b);
}

void test_audit__risks_of_names(void)
{
	static const struct {
		const char *name;
		enum mf_risk risk;
	} t[] = {
		{"os.system", MF_RISK_DANGEROUS},
		{"os", MF_RISK_DANGEROUS},
		{"posix.execve", MF_RISK_DANGEROUS},
		{"os.stat_result", MF_RISK_SAFE},
		{"oslo.config", MF_RISK_UNKNOWN},
		{"subprocess.Popen", MF_RISK_DANGEROUS},
		{"subprocess.CalledProcessError", MF_RISK_SAFE},
		{"builtins.eval", MF_RISK_DANGEROUS},
		{"builtins.evaluate", MF_RISK_UNKNOWN},
		{"builtins.ValueError", MF_RISK_SAFE},
		{"builtins.list", MF_RISK_SAFE},
		{"builtins.list.__class__", MF_RISK_DANGEROUS},
		{"collections.OrderedDict", MF_RISK_SAFE},
		{"collections.OrderedDict.fromkeys", MF_RISK_UNKNOWN},
		{"collections.OrderedDict.__init__.__globals__", MF_RISK_DANGEROUS},
		{"numpy.ndarray", MF_RISK_SAFE},
		{"numpy.core.multiarray._reconstruct", MF_RISK_SAFE},
		{"numpy._core.multiarray.scalar", MF_RISK_SAFE},
		{"numpy.load", MF_RISK_DANGEROUS},
		{"numpy.testing._private.utils.runstring", MF_RISK_DANGEROUS},
		{"numpy.testing.os.system", MF_RISK_DANGEROUS},
		{"numpy.core.os.system", MF_RISK_DANGEROUS},
		{"numpy.core.multiarray.os", MF_RISK_DANGEROUS},
		{"numpy.random._pickle.__randomstate_ctor", MF_RISK_SAFE},
		{"pandas.core.frame.DataFrame", MF_RISK_SAFE},
		{"pandas.core.frame.DataFrame.eval", MF_RISK_DANGEROUS},
		{"pandas.io.pickle.read_pickle", MF_RISK_DANGEROUS},
		{"pandas.core.indexes.base._new_Index", MF_RISK_SAFE},
		{"pathlib.PosixPath", MF_RISK_SAFE},
		{"pathlib.PurePosixPath", MF_RISK_SAFE},
		{"pathlib.Path.unlink", MF_RISK_DANGEROUS},
		{"pathlib._local.PosixPath", MF_RISK_SAFE},
		{"scipy.sparse._csr.csr_matrix", MF_RISK_SAFE},
		{"metaflow.exception.MetaflowExceptionWrapper", MF_RISK_SAFE},
		{"sklearn.cluster._kmeans.KMeans", MF_RISK_UNKNOWN},
		{"__main__.Model", MF_RISK_UNKNOWN},
		{"__main__.osname", MF_RISK_UNKNOWN},
		{"shutil.rmtree", MF_RISK_DANGEROUS},
		{"importlib.import_module", MF_RISK_DANGEROUS},
		{"webbrowser.open", MF_RISK_DANGEROUS},
		{"torch.load", MF_RISK_DANGEROUS},
		{"pickle.loads", MF_RISK_DANGEROUS},
		{"operator.methodcaller", MF_RISK_DANGEROUS},
		{"functools.partial", MF_RISK_UNKNOWN},
		{"", MF_RISK_UNKNOWN},
		{".", MF_RISK_UNKNOWN},
		{"a..os.system", MF_RISK_DANGEROUS},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++)
		if (audit_global(t[i].name, strlen(t[i].name)) != t[i].risk)
			CHECK_STR(mf_risk_name(audit_global(t[i].name, strlen(t[i].name))),
				t[i].name);
	/* longer than any name */
	char *name = malloc(100000);
	CHECK_FATAL(name != NULL);
	memset(name, '.', 100000);
	CHECK_INT(audit_global(name, 100000), MF_RISK_DANGEROUS);
	CHECK_INT(audit_global(name, 4000), MF_RISK_UNKNOWN);
	free(name);
	CHECK_INT(audit_attribute("__class__", 9), MF_RISK_DANGEROUS);
	CHECK_INT(audit_attribute("system", 6), MF_RISK_UNKNOWN);
}

/* Names without number, of which each is found again. */
void test_audit__many_names(void)
{
	struct buf b = BUF_INIT(1 << 22);
	struct mf_audit *a;
	buf_adds(&b, "](");
	for (int pass = 0; pass < 2; pass++)
		for (int i = 0; i < 5000; i++)
			buf_addf(&b, "cm%d\nC\n", i);
	buf_adds(&b, "e.");
	CHECK_INT(mf_audit_pickle(&a, b.p, b.n, NULL), 0);
	CHECK_INT(mf_audit_count(a), 5000);
	CHECK_STR(mf_audit_get(a, 4999)->name, "m4999.C");
	CHECK(mf_audit_get(a, 5000) == NULL);
	CHECK_INT(mf_audit_risk(a), MF_RISK_UNKNOWN);
	mf_audit_free(a);
	mf_audit_free(NULL);
	buf_release(&b);
}

static const char busy[] =
	"](cos\nsystem\n(S'id'\ntR0cm\nC\n)\x81}Va\nPid\nsb\x82\5cfunctools\npartial\n(cm\nf\ntR)R"
	"cb\nC\ncc\nC\ncd\nC\nce\nC\ncf\nC\ne.";

static int follow(void *arg)
{
	struct mf_error err = MF_ERROR_INIT;
	struct mf_audit *a;
	(void)arg;
	int rc = mf_audit_pickle(&a, busy, sizeof(busy) - 1, &err);
	CHECK(rc == err.code && (a != NULL) == (rc == 0));
	mf_audit_free(a);
	return rc;
}

static int walk(void *arg)
{
	struct mf_error err = MF_ERROR_INIT;
	struct mf_audit *a;
	int rc = mf_audit_value(&a, arg, &err);
	CHECK(rc == err.code && (a != NULL) == (rc == 0));
	mf_audit_free(a);
	return rc;
}

void test_audit__out_of_memory(void)
{
	struct arena arena;
	test_every_alloc(follow, NULL);
	arena_init(&arena, 0);
	test_every_alloc(walk, values_read(&arena, busy, sizeof(busy) - 1));
	arena_release(&arena);
}
