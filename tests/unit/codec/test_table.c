#include "tables.h"

/* "name type nulls n|…" of the columns and the number of rows */
static const char *outline(const char *stream, size_t n)
{
	struct buf out = BUF_INIT(1 << 16);
	struct table_test t;

	table_open(&t, stream, n);
	if (t.rc < 0) {
		buf_adds(&out, mf_code_name(t.rc));
	} else {
		for (size_t i = 0; i < mf_table_columns(t.table); i++) {
			const struct mf_column *c = mf_table_column(t.table, i);
			CHECK_INT(strlen(c->name), c->name_n);
			buf_addf(&out, "%s:%s:%zu%s|", c->name, c->type, mf_table_nulls(t.table, i),
				c->is_number ? ":number" : "");
		}
		buf_addf(&out, "%zu", mf_table_rows(t.table));
		CHECK(mf_table_column(t.table, mf_table_columns(t.table)) == NULL);
	}
	table_close(&t);
	return values_keep(&out);
}
#define OUTLINE(literal) outline(literal, sizeof(literal) - 1)

static const char *outline_of(const char *name)
{
	const struct pandas_case *c = pandas_find(name);
	return outline(c->stream, c->n);
}

void test_table__kinds(void)
{
	/* lists */
	CHECK_STR(OUTLINE("(lI1\naF2.5\naNa."), "0:float:1:number|3");
	CHECK_STR(OUTLINE("(I1\nVx\nt."), "0:object:0|2");
	CHECK_STR(OUTLINE("(l."), "0:object:0|0");
	CHECK_STR(OUTLINE("(l(I1\nVa\nta(I2\nNta."), "0:int:0:number|1:str:1|2");
	CHECK_STR(OUTLINE("(l(I1\nVa\nta(I2\nta."), "unsupported");
	CHECK_STR(OUTLINE("(l(I1\ntaI2\na."), "unsupported");
	/* dicts in a list: keys as they come */
	CHECK_STR(OUTLINE("(l(dVb\nI1\nsVa\nI2\nsa(dVa\nF3\nsVc\nI01\nsa."),
		"b:int:1:number|a:float:0:number|c:bool:1|2");
	CHECK_STR(OUTLINE("(l(dI1\nI1\nsa."), "unsupported");
	CHECK_STR(OUTLINE("(l(dVb\nI1\nsaI5\na."), "unsupported");
	/* a dict of lists */
	CHECK_STR(OUTLINE("(dVx\n(lI1\naI2\nasI7\n(Va\nVb\nts."), "x:int:0:number|7:str:0|2");
	CHECK_STR(OUTLINE("(dVx\n(lI1\naI2\nasVy\n(lI1\nas."), "unsupported");
	CHECK_STR(OUTLINE("(dVx\nI1\ns."), "unsupported");
	CHECK_STR(OUTLINE("(d."), "unsupported");
	/* no table */
	CHECK_STR(OUTLINE("I5\n."), "unsupported");
	CHECK_STR(OUTLINE("N."), "unsupported");
	CHECK_STR(OUTLINE("Vtext\n."), "unsupported");
	CHECK_STR(OUTLINE("cmine\nThing\n(tR."), "unsupported");
}

#define ND(shape, dtype, data)                                                                     \
	"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I0\ntVb\ntR(I1\n(" shape         \
	"t" dtype "I00\n" data "tb"
#define DT(code) "cnumpy\ndtype\n(V" code "\nI0\nI1\ntR(I3\nV<\nNNNI-1\nI-1\nI0\ntb"
#define BYTES(text) "c_codecs\nencode\n(V" text "\nVlatin1\ntR"
#define RECORD                                                                                     \
	"cnumpy\ndtype\n(VV4\nI0\nI1\ntR(I3\nV|\nN(Vx\nVy\nt(dVx\n(" DT("i2") "I0\ntsVy\n(" DT(    \
		"u2") "I2\ntsI4\nI1\nI16\ntb"

void test_table__arrays(void)
{
	CHECK_STR(OUTLINE(ND("I2\nI3\n", DT("i2"), BYTES("aabbccddeeff")) "."),
		"0:int16:0:number|1:int16:0:number|2:int16:0:number|2");
	CHECK_STR(OUTLINE(ND("I2\n", DT("f4"),
			  BYTES("\\u0000\\u0000\\u00c0\\u007f\\u0000\\u0000\\u0000\\u0000")) "."),
		"0:float32:1:number|2");
	CHECK_STR(OUTLINE(ND("", DT("i2"), BYTES("aa")) "."), "0:int16:0:number|1");
	CHECK_STR(OUTLINE(ND("I1\nI1\nI1\n", DT("i2"), BYTES("aa")) "."), "unsupported");
	CHECK_STR(OUTLINE(ND("I2\n", RECORD, BYTES("aabbccdd")) "."),
		"x:int16:0:number|y:uint16:0:number|2");
	CHECK_STR(CSV_OF(ND("I2\n", RECORD, BYTES("a\\u0000b\\u0000c\\u0000d\\u0000")) "."),
		"x,y\n97,98\n99,100\n");
	CHECK_STR(CSV_OF(ND("I2\nI2\n", DT("i2"), BYTES("a\\u0000b\\u0000c\\u0000d\\u0000")) "."),
		"0,1\n97,98\n99,100\n");
	/* parts that do not fit */
	CHECK_STR(OUTLINE(ND("I9\n", DT("i2"), BYTES("aa")) "."), "unsupported");
	/* arrays in a dict */
	CHECK_STR(OUTLINE("(dVx\n" ND("I1\n", DT("i2"), BYTES("aa")) "sVy\n(lI5\nas."),
		"x:int16:0:number|y:int:0:number|1");
}

void test_table__frames(void)
{
	CHECK_STR(outline_of("v15_frame2"), "a:int64:0:number|b:float64:1:number|c:object:1|3");
	CHECK_STR(outline_of("v10_mixed"),
		"i:int8:0:number|u:uint32:0:number|t:bool:0|when:datetime64[ns]:1|tz:datetime64[ns,"
		" Europe/Helsinki]:1|"
		"delta:timedelta64[ns]:1|cat:category:1|Int:Int64:1:number|obj:object:0|3");
	CHECK_STR(outline_of("v15_empty"), "0");
	CHECK_STR(outline_of("v15_index"), "n:int64:0:number|2");
	CHECK_STR(outline_of("v3_multi"), "s:str:1|d:datetime64[us]:1|2:float64:1:number|2");
	CHECK_STR(
		outline_of("v15_columns"), "('a', 1):float64:0:number|('b', 2):float64:0:number|2");
	CHECK_STR(outline_of("rows_short"), "unsupported");
}

/* Every cell and label of every recorded frame, and what is asked of a table besides. */
void test_table__every_cell(void)
{
	pandas_load();
	for (size_t i = 0; i < pandas_n; i++) {
		struct table_test t;
		table_open(&t, pandas_cases[i].stream, pandas_cases[i].n);
		size_t rows = t.table ? mf_table_rows(t.table) : 0;
		for (size_t c = 0; t.table && c < mf_table_columns(t.table); c++) {
			size_t nulls = 0;
			for (size_t r = 0; r < rows; r++) {
				const struct mf_value *v = mf_table_cell(t.table, r, c);
				double d;
				CHECK_FATAL(v != NULL);
				bool missing = mf_table_missing(t.table, r, c);
				nulls += missing;
				CHECK(missing || mf_value_kind(v) != MF_NULL);
				CHECK(!missing || !mf_table_double(t.table, r, c, &d));
				mf_table_label(t.table, r);
				CHECK_INT(mf_table_compare(t.table, c, r, r), 0);
				CHECK_INT(mf_table_compare(t.table, c, r, rows - 1 - r),
					-mf_table_compare(t.table, c, rows - 1 - r, r));
			}
			CHECK_INT(nulls, mf_table_nulls(t.table, c));
		}
		table_close(&t);
	}
}

void test_table__compare(void)
{
	static const char rows[] = "(l(I3\nVb\nta(I1\nVa\nta(NNta(F2.5\nVz\nta("
				   "L9007199254740993L\nVzz\nta(L9007199254740992L\nI1\nta.";
	struct table_test t;

	table_open(&t, rows, sizeof(rows) - 1);
	CHECK_FATAL(t.table != NULL);
	CHECK(mf_table_compare(t.table, 0, 0, 1) > 0);
	CHECK(mf_table_compare(t.table, 0, 1, 0) < 0);
	CHECK(mf_table_compare(t.table, 0, 3, 0) < 0);
	CHECK(mf_table_compare(t.table, 0, 2, 1) > 0); /* missing ones last */
	CHECK(mf_table_compare(t.table, 0, 0, 2) < 0);
	CHECK_INT(mf_table_compare(t.table, 0, 2, 2), 0);
	CHECK(mf_table_compare(t.table, 0, 4, 5) > 0); /* more digits than a double has */
	CHECK(mf_table_compare(t.table, 1, 0, 1) > 0);
	CHECK(mf_table_compare(t.table, 1, 3, 4) < 0);
	CHECK(mf_table_compare(t.table, 1, 5, 0) < 0); /* numbers before texts */
	CHECK_INT(mf_table_compare(t.table, 9, 0, 1), 0);
	CHECK_INT(mf_table_compare(t.table, 0, 0, 99), 0);
	table_close(&t);
}

/* A cell that was lent is there for 64 more. */
void test_table__lent(void)
{
	const struct pandas_case *c = pandas_find("v15_mixed");
	const struct mf_value *lent[200];
	struct table_test t;

	table_open(&t, c->stream, c->n);
	for (size_t i = 0; i < 200; i++) {
		lent[i] = mf_table_cell(t.table, i % 3, 4);
		if (i >= 64) {
			const struct mf_value *old = lent[i - 64];
			CHECK((i - 64) % 3 == 2
					? mf_value_kind(old) == MF_NULL
					: memcmp(mf_value_text(old, NULL), "2024-0", 6) == 0);
		}
	}
	CHECK(mf_table_cell(t.table, 3, 0) == NULL);
	CHECK(mf_table_cell(t.table, 0, 99) == NULL);
	CHECK(mf_table_label(t.table, 0) == NULL); /* a plain range */
	table_close(&t);
	c = pandas_find("v10_multi");
	table_open(&t, c->stream, c->n);
	CHECK_INT(mf_value_count(mf_table_label(t.table, 1)), 2);
	CHECK(mf_table_label(t.table, 2) == NULL);
	table_close(&t);
	mf_table_free(NULL);
}

/* Rows of keys that no other row has: a table of that many cells is refused. */
void test_table__limits(void)
{
	struct buf s = BUF_INIT(1 << 22);

	buf_adds(&s, "(l");
	for (int i = 0; i < 9000; i++)
		buf_addf(&s, "(dVk%d\nI1\nsa", i);
	buf_addc(&s, '.');
	CHECK_STR(outline(s.p, s.n), "too_large");
	buf_release(&s);
}

/* ---- memory ---- */

static int open_once(void *arg)
{
	const struct pandas_case *c = arg;
	struct mf_table *t = NULL;
	struct mf_value *v;
	struct arena a;
	struct buf out = BUF_INIT(1 << 20);
	struct mf_sink sink = {buf_sink_write, &out};

	arena_init(&a, 0);
	int rc = pickle_read(&v, &a, c->stream, c->n, NULL, NULL);
	if (rc == 0)
		rc = mf_table_open(&t, v, NULL);
	if (rc == 0)
		rc = mf_table_write_csv(t, 0, SIZE_MAX, &sink, NULL);
	mf_table_free(t);
	buf_release(&out);
	arena_release(&a);
	return rc;
}

void test_table__allocation_failure(void)
{
	static char lists[] = "(dVx\n(lI1\naI2\nasI7\n(Va\nVb\nts.",
		    dicts[] = "(l(dVb\nI1\nsVa\nI2\nsa(dVa\nF3\nsVc\nI01\nsa.",
		    rows[] = "(l(I1\nVa\nta(I2\n(lI5\nata.";
	static const char *const names[] = {
		"v15_mixed", "v15_columns", "v22_arrow_times", "v3_multi"};
	struct pandas_case plain[] = {{"", lists, sizeof(lists) - 1, NULL},
		{"", dicts, sizeof(dicts) - 1, NULL}, {"", rows, sizeof(rows) - 1, NULL}};

	for (size_t i = 0; i < ARRAY_SIZE(plain); i++)
		test_every_alloc(open_once, &plain[i]);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct pandas_case c = *pandas_find(names[i]);
		test_every_alloc(open_once, &c);
	}
}
