/* Keys that are there as they are, and the shared files. covers: clientlib/net/cred_aws_file.c,
 * clientlib/net/cred_aws_keys.c */
#include "cred_aws_case.h"

/* ---- where keys are found ---- */

static const char config[] = "[default]\nregion = eu-west-1\n"
			     "[profile ml]\naws_access_key_id = IDC\naws_secret_access_key = SC\n"
			     "[profile both]\naws_access_key_id = IDC\naws_secret_access_key = SC\n"
			     "[profile half]\naws_access_key_id = IDC\n"
			     "[plain]\naws_access_key_id = NEVER\naws_secret_access_key = NEVER\n";
static const char credentials[] = "[default]\naws_access_key_id=IDD\naws_secret_access_key=SD\n"
				  "aws_session_token = TD\n"
				  "[both]\naws_access_key_id=IDB\naws_secret_access_key=SB\n"
				  "aws_security_token = TB\naws_session_token = older\n"
				  "[half]\naws_secret_access_key=SH\n";

void test_cred_aws__order(void)
{
	static const struct {
		const char *env[4];
		const char *profile, *id, *found;
	} t[] = {
		{{NULL}, NULL, NULL, "IDD|SD|TD|profile “default” of ~/.aws/credentials"},
		{{NULL}, "ml", NULL, "IDC|SC|-|profile “ml” of ~/.aws/config"},
		{{NULL}, "both", NULL, "IDB|SB|TB|profile “both” of ~/.aws/credentials"},
		{{"AWS_PROFILE=ml"}, NULL, NULL, "IDC|SC|-|profile “ml” of ~/.aws/config"},
		{{"AWS_PROFILE=ml", "AWS_DEFAULT_PROFILE=both"}, NULL, NULL,
			"IDB|SB|TB|profile “both” of ~/.aws/credentials"},
		{{"AWS_ACCESS_KEY_ID=E", "AWS_SECRET_ACCESS_KEY=ES"}, NULL, NULL,
			"E|ES|-|the environment"},
		{{"AWS_ACCESS_KEY_ID=E", "AWS_SECRET_ACCESS_KEY=ES", "AWS_SESSION_TOKEN=ET"}, NULL,
			NULL, "E|ES|ET|the environment"},
		{{"AWS_ACCESS_KEY_ID=E", "AWS_SECRET_ACCESS_KEY=ES", "AWS_SECURITY_TOKEN=old"},
			NULL, NULL, "E|ES|old|the environment"},
		/* a profile by option puts the environment's keys aside, AWS_PROFILE does not */
		{{"AWS_ACCESS_KEY_ID=E", "AWS_SECRET_ACCESS_KEY=ES", "AWS_PROFILE=ml"}, NULL, NULL,
			"E|ES|-|the environment"},
		{{"AWS_ACCESS_KEY_ID=E", "AWS_SECRET_ACCESS_KEY=ES"}, "ml", NULL,
			"IDC|SC|-|profile “ml” of ~/.aws/config"},
		{{"AWS_ACCESS_KEY_ID=E", "AWS_SECRET_ACCESS_KEY=ES"}, "ml", "G",
			"G|GS|GT|the keys given"},
		{{"AWS_ACCESS_KEY_ID=", "AWS_SECRET_ACCESS_KEY=x"}, NULL, NULL,
			"IDD|SD|TD|profile “default” of ~/.aws/credentials"},
		/* faults */
		{{"AWS_ACCESS_KEY_ID=E"}, NULL, NULL,
			"AWS_ACCESS_KEY_ID is set and AWS_SECRET_ACCESS_KEY is not|set both, or "
			"neither"},
		{{"AWS_ACCESS_KEY_ID=E", "AWS_SECRET_ACCESS_KEY=ES",
			 "AWS_CREDENTIAL_EXPIRATION=soon"},
			NULL, NULL,
			"AWS_CREDENTIAL_EXPIRATION is not a time|it looks like "
			"2026-11-21T01:33:34Z"},
		{{"AWS_ACCESS_KEY_ID=E", "AWS_SECRET_ACCESS_KEY=ES",
			 "AWS_CREDENTIAL_EXPIRATION=2026-11-21T01:33:34Z"},
			NULL, NULL,
			"the AWS credentials of the environment have expired at "
			"2026-11-21T01:33:34Z|set "
			"AWS_ACCESS_KEY_ID and its companions anew, or unset them"},
		{{NULL}, "half", NULL,
			"profile “half” has aws_access_key_id and no aws_secret_access_key|`aws "
			"configure --profile "
			"half` sets both"},
		{{NULL}, "plain", NULL,
			"there is no AWS profile “plain”|an option names it; `aws configure "
			"list-profiles` lists those "
			"there are"},
		{{"AWS_PROFILE=none"}, NULL, NULL,
			"there is no AWS profile “none”|AWS_PROFILE names it; `aws configure "
			"list-profiles` lists "
			"those there are"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct aws_case c;
		aws_open(&c, config, credentials, NULL, 0);
		aws_no_metadata(&c);
		for (size_t k = 0; k < 4 && t[i].env[k]; k++)
			aws_env(&c, t[i].env[k]);
		c.opts.profile = t[i].profile;
		c.opts.key_id = t[i].id;
		c.opts.secret = t[i].id ? "GS" : NULL;
		c.opts.token = t[i].id ? "GT" : NULL;
		CHECK_STR(aws_found(&c), t[i].found);
		aws_close(&c);
	}
}

void test_cred_aws__expiry_of_the_environment(void)
{
	struct aws_case c;
	aws_open(&c, NULL, NULL, NULL, 0);
	aws_env(&c, "AWS_ACCESS_KEY_ID=E");
	aws_env(&c, "AWS_SECRET_ACCESS_KEY=ES");
	aws_env(&c, "AWS_CREDENTIAL_EXPIRATION=2026-11-21T02:33:34Z");
	CHECK_INT(aws_get(&c), MF_OK);
	CHECK_INT(c.out.expires, AWS_NOW + 3600 * 1000);
	aws_close(&c);
}

void test_cred_aws__nothing(void)
{
	struct aws_case c;
	aws_open(&c, NULL, NULL, NULL, 0);
	aws_no_metadata(&c);
	CHECK_INT(aws_get(&c), MF_EACCESS);
	CHECK_STR(c.err.message, "no AWS credentials have been found");
	CHECK(strstr(c.err.hint, "AWS_ACCESS_KEY_ID") && strstr(c.err.hint, "aws configure"));
	c.opts.anonymous = true;
	CHECK_INT(aws_get(&c), MF_OK);
	CHECK_INT(c.out.kind, CRED_NONE);
	c.opts = (struct cred_aws_options){.context = c.opts.context, .key_id = "alone"};
	CHECK_INT(aws_get(&c), MF_EUSAGE);
	c.opts.key_id = NULL;
	c.env[0] = "HOME=";
	CHECK_INT(aws_get(&c), MF_EACCESS);
	aws_close(&c);
}

void test_cred_aws__named_files(void)
{
	struct aws_case c;
	aws_open(&c, config, credentials, NULL, 0);
	test_write(c.dir, "other/config",
		"[profile a]\naws_access_key_id=OA\naws_secret_access_key=OS\n");
	test_write(c.dir, "other/cred", "[b]\naws_access_key_id=OB\naws_secret_access_key=OS\n");
	aws_env(&c, "AWS_CONFIG_FILE=other/config");
	aws_env(&c, "AWS_SHARED_CREDENTIALS_FILE=~/other/cred");
	c.opts.profile = "a";
	CHECK_STR(aws_found(&c), "OA|OS|-|profile “a” of ~/other/config");
	c.opts.profile = "b";
	CHECK_STR(aws_found(&c), "OB|OS|-|profile “b” of ~/other/cred");
	aws_close(&c);
	/* one that is not there is empty */
	aws_open(&c, config, credentials, NULL, 0);
	aws_env(&c, "AWS_CONFIG_FILE=/nowhere/config");
	CHECK_STR(aws_found(&c), "IDD|SD|TD|profile “default” of ~/.aws/credentials");
	aws_close(&c);
}

/* ---- how files are read ---- */

void test_cred_aws__settings(void)
{
	static const char text[] = "# a comment\r\n; another\r\n\r\n"
				   "[DEFAULT]\r\noutput = json\r\n"
				   "[profile \"two words\"]\r\n"
				   "Region : eu-central-1  \r\n"
				   "note = a = b # not a comment\r\n"
				   "long = one\r\n"
				   "   two\r\n"
				   "\r\n"
				   "   # between\r\n"
				   "\tthree\r\n"
				   "empty =\r\n"
				   "s3 =\r\n"
				   "  addressing_style = path\r\n"
				   "  # between\r\n"
				   "  Max = 5\r\n"
				   "\r\n"
				   "  payload = a=b\r\n"
				   "services = mine\r\n"
				   "[services mine]\r\n"
				   "  s3 =\r\n"
				   "    endpoint_url = http://127.0.0.1:9000\r\n"
				   "  sts =\r\n"
				   "    endpoint_url = http://127.0.0.1:9001\r\n"
				   "[profile broken \"quote]\r\nregion = x\r\n"
				   "[profile one two three]\r\nregion = x";
	static const struct {
		const char *name, *value;
	} t[] = {
		{"region", "eu-central-1"},
		{"note", "a = b # not a comment"},
		{"long", "one\ntwo\n\nthree"},
		{"empty", ""},
		{"s3.addressing_style", "path"},
		{"s3.Max", "5"},
		{"s3.payload", "a=b"},
		{"s3.endpoint_url", "http://127.0.0.1:9000"},
		{"sts.endpoint_url", "http://127.0.0.1:9001"},
		{"output", "json"},
		{"addressing_style", NULL},
		{"s3.region", NULL},
		{"none", NULL},
		{"s3.max", NULL},
		{"sqs.endpoint_url", NULL},
	};
	struct aws_case c;
	struct cred_aws *a;
	aws_open(&c, text, "[two words]\nregion_2 = x\nnote_2 = y", NULL, 0);
	c.opts.profile = "two words";
	CHECK_INT(cred_aws_open(&a, &c.opts, &c.err), MF_OK);
	CHECK_STR(c.err.message, "");
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		const char *value = cred_aws_setting(a, t[i].name);
		CHECK_STR(value ? value : "(none)", t[i].value ? t[i].value : "(none)");
	}
	CHECK_STR(cred_aws_setting(a, "region_2"), "x");
	cred_aws_free(a);
	c.opts.profile = "broken \"quote";
	CHECK_INT(cred_aws_open(&a, &c.opts, NULL), MF_EUSAGE);
	CHECK(!a);
	aws_close(&c);
}

void test_cred_aws__files_that_win(void)
{
	struct aws_case c;
	struct cred_aws *a;
	aws_open(&c, "[default]\nregion = one\noutput = text\n",
		"\xef\xbb\xbf[default]\nregion = two\n", NULL, 0);
	CHECK_INT(cred_aws_open(&a, &c.opts, NULL), MF_OK);
	CHECK_STR(cred_aws_setting(a, "region"), "two");
	CHECK_STR(cred_aws_setting(a, "output"), "text");
	cred_aws_free(a);
	aws_close(&c);
	aws_open(&c, NULL, "[default]\nregion = two\n", NULL, 0);
	CHECK_INT(cred_aws_open(&a, &c.opts, NULL), MF_OK);
	CHECK_STR(cred_aws_setting(a, "region"), "two");
	cred_aws_free(a);
	aws_close(&c);
	aws_open(&c, NULL, NULL, NULL, 0);
	CHECK_INT(cred_aws_open(&a, &c.opts, NULL), MF_OK);
	CHECK(!cred_aws_setting(a, "region"));
	cred_aws_free(a);
	aws_close(&c);
}

void test_cred_aws__broken_files(void)
{
	static const struct {
		const char *text, *message;
	} t[] = {
		{"a = b\n", "line 1: a setting before the first [section]"},
		{"[a]\n\nwhat\n", "line 3: neither a [section] nor a “name = value”"},
		{"[a]\n= b\n", "line 2: neither a [section] nor a “name = value”"},
		{"[]\n", "line 1: a setting before the first [section]"},
		{"[a]\n[]\n", "line 2: neither a [section] nor a “name = value”"},
		{"[a]\nx = 1\n[b]\n[a]\n", "line 4: this section has been there before"},
		{"[a]\nx = 1\nX: 2\n", "line 3: this setting has been there before in its section"},
		{"[a]\ns3 =\n  x = 1\n  what\ny = 1",
			"line 2: a nested block has a line without “=”"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct aws_case c;
		struct cred_aws *a;
		aws_open(&c, t[i].text, NULL, NULL, 0);
		CHECK_INT(cred_aws_open(&a, &c.opts, &c.err), MF_EUSAGE);
		CHECK_STR(c.err.message, t[i].message);
		CHECK_STR(c.err.where, textf("%s/.aws/config", c.dir));
		CHECK(c.err.hint[0]);
		CHECK_INT(cred_aws_open(&a, &c.opts, NULL), MF_EUSAGE);
		aws_close(&c);
	}
	struct aws_case c;
	struct cred_aws *a;
	aws_open(&c, NULL, NULL, NULL, 0);
	test_write(c.dir, ".aws/x", "");
	test_write_bytes(textf("%s/.aws/credentials", c.dir), "[a]\nb\0c = d", 11);
	CHECK_INT(cred_aws_open(&a, &c.opts, NULL), MF_EUSAGE);
	aws_close(&c);
}

void test_cred_aws__sizes(void)
{
	/* more of anything than a person writes is an error, and takes no time */
	struct buf b = BUF_INIT(1 << 20);
	struct aws_case c;
	struct cred_aws *a;
	for (int i = 0; i < 1001; i++)
		buf_addf(&b, "%sa%d=1\n", i ? "" : "[x]\n", i);
	aws_open(&c, b.p, NULL, NULL, 0);
	CHECK_INT(cred_aws_open(&a, &c.opts, NULL), MF_ELIMIT);
	aws_close(&c);
	buf_clear(&b);
	for (int i = 0; i < 10001; i++)
		buf_addf(&b, "[a%d]\n", i);
	aws_open(&c, b.p, NULL, NULL, 0);
	CHECK_INT(cred_aws_open(&a, &c.opts, NULL), MF_ELIMIT);
	aws_close(&c);
	buf_clear(&b);
	for (int i = 0; i < 1001; i++)
		buf_addf(&b, "%s a%d=1\n", i ? "" : "[x]\ns3=\n", i);
	aws_open(&c, b.p, NULL, NULL, 0);
	CHECK_INT(cred_aws_open(&a, &c.opts, NULL), MF_ELIMIT);
	aws_close(&c);
	buf_release(&b);
}

/* ---- allocation failure ---- */

void test_cred_aws__allocation_failure(void)
{
	static const char *const profiles[] = {NULL, "ml", "nested"};
	struct aws_case c;
	aws_open(&c,
		textf("%s[profile nested]\ns3 =\n a = b\n c = d\naws_access_key_id = "
		      "x\naws_secret_access_key = y\n",
			config),
		credentials, NULL, 0);
	for (size_t i = 0; i < ARRAY_SIZE(profiles); i++) {
		c.opts.profile = profiles[i];
		test_every_alloc(aws_once, &c);
	}
	aws_env(&c, "AWS_ACCESS_KEY_ID=E");
	aws_env(&c, "AWS_SECRET_ACCESS_KEY=ES");
	c.opts.profile = NULL;
	test_every_alloc(aws_once, &c);
	aws_close(&c);
}
