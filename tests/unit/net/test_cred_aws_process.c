/* credential_process, and `aws login`, which is not supported. */
#include <sys/stat.h>

#include "cred_aws_case.h"

static int get(struct aws_case *c, const char *command, const char *printed)
{
	test_write(c->dir, ".aws/config", textf("[profile p]\ncredential_process = %s\n", command));
	test_write(c->dir, "printed", printed);
	c->opts.profile = "p";
	return aws_get(c);
}

void test_cred_aws_process__keys(void)
{
	struct aws_case c;
	aws_open(&c, NULL, NULL, NULL, 0);
	CHECK_INT(get(&c, "cat \"printed\"",
			  "{\"Version\": 1, \"AccessKeyId\": \"A\\u0041\", \"SecretAccessKey\": "
			  "\"S\", \"SessionToken\": "
			  "\"T\", \"Expiration\": \"2026-11-21T02:33:34+00:00\"}"),
		MF_OK);
	CHECK_STR(c.out.id, "AA");
	CHECK_STR(c.out.secret, "S");
	CHECK_STR(c.out.token, "T");
	CHECK_STR(c.out.source, textf("profile “p” of %s/.aws/config", c.dir));
	CHECK_INT(c.out.expires, AWS_NOW + 3600 * 1000);
	CHECK_INT(get(&c, "cat printed",
			  "{\"Version\": 1, \"AccessKeyId\": \"A\", \"SecretAccessKey\": \"S\"}"),
		MF_OK);
	CHECK(!c.out.token);
	CHECK_INT(c.out.expires, MF_NO_TIME);
	/* no shell, words as shlex.split has them */
	test_write(c.dir, "words",
		"#!/bin/sh\nprintf '{\"Version\": 1, \"AccessKeyId\": \"%s\", \"SecretAccessKey\": "
		"\"%s\"}' \"$#\" \"$1|$2|$3|$4\"\n");
	chmod(textf("%s/words", c.dir), 0755);
	CHECK_INT(get(&c, "./words  $HOME 'a  b'\"'c\" d\\ e \"\" `x`", ""), MF_OK);
	CHECK_STR(c.out.id, "5");
	CHECK_STR(c.out.secret, "$HOME|a  b'c|d e|");
	aws_close(&c);
}

void test_cred_aws_process__faults(void)
{
	static const struct {
		const char *command, *printed;
		int code;
		const char *message;
	} t[] = {
		{"cat printed",
			"{\"Version\": 2, \"AccessKeyId\": \"A\", \"SecretAccessKey\": \"S\"}",
			MF_EUNSUPPORTED, "its credential_process does not print “\"Version\": 1”"},
		{"cat printed", "{\"AccessKeyId\": \"A\", \"SecretAccessKey\": \"S\"}",
			MF_EUNSUPPORTED, "its credential_process does not print “\"Version\": 1”"},
		{"cat printed", "{\"Version\": 1, \"AccessKeyId\": \"A\"}", MF_ECORRUPT,
			"the answer has no “SecretAccessKey”"},
		{"cat printed", "secret words", MF_ECORRUPT,
			"what its credential_process prints is not an object in JSON"},
		{"cat printed",
			"{\"Version\": 1, \"AccessKeyId\": \"A\", \"SecretAccessKey\": \"S\", "
			"\"Expiration\": "
			"\"2026-11-21T01:33:34Z\"}",
			MF_EACCESS, "the credentials it gives have expired"},
		{"cat printed",
			"{\"Version\": 1, \"AccessKeyId\": \"A\", \"SecretAccessKey\": \"S\", "
			"\"Expiration\": \"x\"}",
			MF_ECORRUPT, "“Expiration” of the answer is not a time"},
		{"sh -c 'echo log in first >&2; exit 1'", "", MF_EACCESS,
			"“sh” ended with status 1: log in first"},
		{"mfkit-no-such-program", "", MF_EUSAGE,
			"there is no program “mfkit-no-such-program”"},
		{"cat 'printed", "", MF_EUSAGE,
			"its credential_process is no command: a quote is not closed"},
		{"cat printed\\", "", MF_EUSAGE,
			"its credential_process is no command: a quote is not closed"},
		{"", "", MF_EUSAGE, "its credential_process is no command: it is empty"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct aws_case c;
		aws_open(&c, NULL, NULL, NULL, 0);
		CHECK_INT(get(&c, t[i].command, t[i].printed), t[i].code);
		CHECK_STR(c.err.message,
			textf("profile “p” of %s/.aws/config: %s", c.dir, t[i].message));
		aws_close(&c);
	}
}

void test_cred_aws_process__login(void)
{
	struct aws_case c;
	aws_open(&c, "[profile p]\nlogin_session = arn:x\n", NULL, NULL, 0);
	c.opts.profile = "p";
	CHECK_INT(aws_get(&c), MF_EUNSUPPORTED);
	CHECK(strstr(c.err.hint, "aws configure export-credentials --profile p") != NULL);
	aws_close(&c);
}

void test_cred_aws_process__allocation_failure(void)
{
	struct aws_case c;
	aws_open(&c, NULL, NULL, NULL, 0);
	CHECK_INT(get(&c, "cat printed",
			  "{\"Version\": 1, \"AccessKeyId\": \"A\\u0041\", \"SecretAccessKey\": "
			  "\"S\", \"SessionToken\": \"T\"}"),
		MF_OK);
	test_every_alloc(aws_once, &c);
	aws_close(&c);
}
