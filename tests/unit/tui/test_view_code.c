/* covers: view_code_job.c */
#include "../../support/test.h"

#include <zlib.h>

#include "../../support/history.h"
#include "demo_app.h"

static struct history h;

/* ---- a tar file, byte for byte the same everywhere ---- */

static void add_file(struct buf *tar, const char *name, const char *text)
{
	char head[512] = "";
	unsigned sum = 0;
	size_t n = strlen(text);

	snprintf(head, 100, "%s", name);
	memcpy(head + 100,
		"0000644\0"
		"0000000\0"
		"0000000\0",
		24);
	snprintf(head + 124, 12, "%011o", (unsigned)n);
	snprintf(head + 136, 12, "%011o", 1000000000);
	memset(head + 148, ' ', 8);
	head[156] = '0';
	memcpy(head + 257,
		"ustar\0"
		"00",
		8);
	for (size_t i = 0; i < sizeof(head); i++)
		sum += (unsigned char)head[i];
	snprintf(head + 148, 8, "%06o", sum);
	buf_add(tar, head, sizeof(head));
	buf_add(tar, text, n);
	while (tar->n % 512)
		buf_addc(tar, '\0');
}

static void add_le32(struct buf *b, uint32_t n)
{
	for (int i = 0; i < 32; i += 8)
		buf_addc(b, (char)(n >> i));
}

/* gzip with one stored block: whatever zlib there is, the same bytes. */
static void pack(struct buf *out, const struct buf *in)
{
	CHECK_FATAL(in->n < 65536);
	buf_add(out, "\x1f\x8b\x08\0\0\0\0\0\0\x03\x01", 11);
	add_le32(out, (uint32_t)in->n | ~(uint32_t)in->n << 16);
	buf_add(out, in->p, in->n);
	add_le32(out, (uint32_t)crc32(0, (const Bytef *)in->p, (uInt)in->n));
	add_le32(out, (uint32_t)in->n);
}

#define FLOW                                                                                       \
	"import helper\n\n\nclass F(FlowSpec):\n    \"\"\"A flow.\"\"\"\n\n    @step\n    def "    \
	"start(self):\n"                                                                           \
	"        self.x = helper.answer()  # %s\n        self.next(self.end)\n"

static void write_run(int run, const char *helper, const char *comment)
{
	struct buf tar = BUF_INIT(1 << 20), packed = BUF_INIT(1 << 20);
	const char *task = textf("F/%d/start/1", run);
	char sha[41];

	add_file(&tar, "INFO", "{\"script\": \"flow.py\"}");
	add_file(&tar, "helper.py", helper);
	add_file(&tar, "flow.py", textf(FLOW, comment));
	if (run == 2)
		add_file(&tar, "extra.bin", "new\1\2");
	add_file(&tar, "metaflow/a.py", "pass\n");
	for (int i = 0; i < 1024; i++)
		buf_addc(&tar, '\0');
	pack(&packed, &tar);
	history_run(&h, textf("F/%d", run), h.now - 100000 + run * 1000, NULL, NULL);
	history_done_task(&h, task, h.now - 100000 + run * 1000);
	history_blob(&h, "F", packed.p, packed.n, 1, sha);
	history_meta(&h, task, "code-package",
		textf("\"{\\\"ds_type\\\": \\\"local\\\", \\\"sha\\\": \\\"%s\\\", "
		      "\\\"location\\\": "
		      "\\\"%s/.metaflow/F/data/%.2s/%s\\\", \\\"user_name\\\": \\\"bob\\\"}\"",
			sha, h.dir, sha, sha),
		h.now - 90000, 0);
	buf_release(&tar);
	buf_release(&packed);
}

static void write_history(void)
{
	history_init(&h);
	write_run(1, "def answer():\n    return 41\n", "what is it");
	write_run(2, "def answer():\n    return 42\n", "what is it");
	history_done_task(&h, "F/3/start/1", h.now - 50000);
}

static struct app *open_app(const struct screen_options *o, const char *view, const char *arg)
{
	struct app *a = screen_start(o);
	struct mf_config_options c = {.cwd = h.dir,
		.environ = (const char *const[]){NULL},
		.metadata = textf("local@%s", h.dir),
		.now = h.now,
		.proc = ""};

	CHECK_FATAL(data_open(a, &c, NULL, NULL) == MF_OK);
	snprintf(app_info(a)->source, sizeof(app_info(a)->source), "local ~/demo");
	app_open(a, view, arg);
	settle(a);
	return a;
}

static const struct screen_options wide = {.w = 120, .h = 30};

void test_view_code__files(void)
{
	write_history();
	struct app *a = open_app(&wide, "code", "F/2");

	CHECK(screen_has(a, "3 files"));
	CHECK(screen_has(a, "self.x = helper.answer()"));
	CHECK(!screen_has(a, "metaflow/a.py"));
	keys(a, "j");
	CHECK(screen_has(a, "return 42"));
	keys(a, "Y");
	CHECK(screen_has(a, "copied mfctl code show F/2 helper.py"));
	keys(a, "j");
	CHECK(screen_has(a, "6e 65 77 01 02") || screen_has(a, "new\\x01"));
	keys(a, "a");
	CHECK(screen_has(a, "metaflow/a.py"));
	keys(a, "gjj/answer<Enter>");
	CHECK(screen_has(a, "match") || screen_has(a, "no match"));
	app_free(a);
	history_close(&h);
}

void test_view_code__diff(void)
{
	write_history();
	struct app *a = open_app(&wide, "code", "F/2");

	keys(a, "D");
	CHECK(screen_has(a, "compare with the code of"));
	keys(a, "1<Enter>");
	CHECK(screen_has(a, "compared with F/1"));
	CHECK(screen_has(a, "2 files differ"));
	CHECK(screen_has(a, "≠ helper.py"));
	CHECK(screen_has(a, "+ extra.bin"));
	keys(a, "j");
	CHECK(screen_has(a, "-    return 41"));
	CHECK(screen_has(a, "+    return 42"));
	keys(a, "Y");
	CHECK(screen_has(a, "mfctl code diff F/1 F/2"));
	keys(a, "D<C-u><Enter>");
	CHECK(screen_has(a, "3 files"));
	keys(a, "D<C-u>F/3<Enter>"); /* which has none */
	CHECK(screen_has(a, "no code package"));
	app_free(a);
	/* from the list of runs */
	a = open_app(&wide, "runs", "F");
	keys(a, "D");
	CHECK(screen_has(a, "mark the run to compare with"));
	keys(a, "jj<Space>kkjD");
	CHECK_STR(app_view(a)->info->id, "code");
	CHECK(screen_has(a, "compared with F/1"));
	app_free(a);
	history_close(&h);
}

void test_view_code__none(void)
{
	write_history();
	struct app *a = open_app(&wide, "code", "F/3");

	CHECK(screen_has(a, "no code package"));
	keys(a, "jo<Tab>jG/x<Enter>nw");
	app_open(a, "code", "F");
	CHECK(screen_has(a, "code packages are of runs and tasks"));
	app_free(a);
	history_close(&h);
}

void test_view_code__golden(void)
{
	static const struct {
		int w, h;
		bool ascii;
		enum theme_id theme;
		const char *name, *arg, *keys;
	} t[] = {
		{80, 24, false, THEME_DARK, "code_80x24", "F/2", ""},
		{120, 40, false, THEME_LIGHT, "code_120x40", "F/2 F/1", "j"},
		{40, 10, false, THEME_DARK, "code_40x10", "F/2", ""},
		{80, 24, true, THEME_DARK, "code_ascii", "F/2 F/1", ""},
	};

	write_history();
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct app *a = open_app(
			&(struct screen_options){
				.w = t[i].w, .h = t[i].h, .ascii = t[i].ascii, .theme = t[i].theme},
			"code", t[i].arg);
		keys(a, t[i].keys);
		screen_golden(a, t[i].name);
		app_free(a);
	}
	history_close(&h);
}

void test_view_code__all_sizes_and_no_memory(void)
{
	write_history();
	struct app *a = open_app(&wide, "code", "F/2");

	for (int w = 1; w < 130; w += 9)
		for (int y = 1; y < 44; y += 4) {
			app_resize(a, w, y);
			app_draw(a, true);
		}
	app_free(a);
	for (long n = 1; n < 400; n += 7) {
		a = open_app(&wide, "runs", "F");
		test_fail_alloc(n);
		app_open(a, "code", "F/2 F/1");
		app_drain(a);
		app_drain(a);
		app_draw(a, true);
		screen_keys(a, "jja");
		test_fail_alloc(0);
		app_free(a);
	}
	history_close(&h);
}
