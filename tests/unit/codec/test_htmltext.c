#include "../../support/test.h"

#include <stdlib.h>

#include "../../../clientlib/codec/htmltext.h"

static void check(const char *html, const char *want)
{
	struct buf b = BUF_INIT(1 << 20);
	html_text(&b, html, strlen(html));
	CHECK_STR(b.p, want);
	CHECK(b.n <= strlen(html));
	buf_release(&b);
}

void test_htmltext__tags(void)
{
	check("plain", "plain");
	check("<h1>Title</h1><p>One <b>two</b>\n  three.</p><p>Four</p>",
		"Title\nOne two three.\nFour");
	check("a<br>b<br/>c", "a\nb\nc");
	check("<ul><li>x</li><li>y</li></ul>", "- x\n- y");
	check("<table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>", "1 2\n3");
	check("<pre>a\n  b</pre> c   d", "a\n  b\nc d");
	check("<a href=\"x>y\" title='>'>link</a>", "link");
	check("a<!-- <b>hidden</b> -->b", "ab");
	check("a<script>var x = '<p>';</script>b<style>p{}</style>c", "abc");
	check("<SCRIPT>x</SCRIPT>y", "y");
	check("<script>never closed", "");
	check("1 < 2 and 3 > 2 <3", "1 < 2 and 3 > 2 <3");
	check("x <b never closed", "x <b never closed");
	check("<!-- open", "");
	check("<", "<");
}

void test_htmltext__entities(void)
{
	check("a &amp; b &lt;c&gt; &quot;d&quot; &#39;e&#x27;", "a & b <c> \"d\" 'e'");
	check("&eacute; &nope; &; & &#; &#x; &#0; &#xd800; &#x110000; &#99999999999;",
		"&eacute; &nope; &; & &#; &#x; &#0; &#xd800; &#x110000; &#99999999999;");
	check("&hellip;&#233;", "…é");
	/* what an entity stands for may be a control character: those who print escape it */
	check("&#27;[0m", "\033[0m");
}

/* Text that would cost squares if each open tag or entity were looked for to the end. */
void test_htmltext__long_and_broken(void)
{
	static const char *const parts[] = {"<a ", "<script>", "<!--", "&amp", "</", "<a '"};
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		struct buf html = BUF_INIT(1 << 22), out = BUF_INIT(1 << 22);
		while (html.n < 1 << 20)
			buf_adds(&html, parts[i]);
		html_text(&out, html.p, html.n);
		CHECK(!out.failed && out.n <= html.n);
		buf_release(&html);
		buf_release(&out);
	}
}
