/* covers: clientlib/net/cred_gcs_machine.c */
#include "gcs_case.h"

#define TOKEN "{\"access_token\":\"ya29.machine\",\"expires_in\":1800,\"token_type\":\"Bearer\"}"
#define TOKEN_PATH "/computeMetadata/v1/instance/service-accounts/default/token"
#define FLAVOR "Metadata-Flavor: Google\r\n"
#define NOTHING "not_allowed: no credentials for Google Cloud have been found | "

static const char *host(const struct cred_case *c)
{
	return textf("127.0.0.1:%d", httpd_port(c->d));
}

/* ---- the metadata server ---- */

void test_cred_gcs__metadata_server(void)
{
	static const struct cred_reply r[] = {
		{.path = "/", .headers = FLAVOR, .body = "computeMetadata/\n"},
		{.path = TOKEN_PATH, .headers = FLAVOR, .body = TOKEN}};
	static const char *const names[] = {"GCE_METADATA_HOST", "GCE_METADATA_ROOT"};
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct cred_case c;
		case_begin(&c, r, ARRAY_SIZE(r));
		case_set(&c, names[i], host(&c));
		CHECK_STR(gcs_got(&c), "bearer - - ya29.machine");
		CHECK_STR(c.cred.source, "Google's metadata server");
		CHECK_INT(c.cred.expires, CASE_NOW + 1800000);
		CHECK_INT(c.n, 2);
		CHECK_STR(c.asked[0].target, "/");
		CHECK_STR(case_header(&c, 0, "Metadata-Flavor"), "Google");
		CHECK_STR(c.asked[1].method, "GET");
		CHECK_STR(c.asked[1].target,
			TOKEN_PATH "?scopes=https%3A%2F%2Fwww.googleapis.com%2F"
				   "auth%2Fdevstorage.read_only");
		CHECK_STR(case_header(&c, 1, "Metadata-Flavor"), "Google");
		case_secrets(&c, (const char *const[]){"ya29.machine", NULL});
		case_end(&c);
	}
}

void test_cred_gcs__metadata_once_found(void)
{
	static const struct cred_reply r[] = {{.path = "/", .headers = FLAVOR, .body = ""},
		{.path = TOKEN_PATH, .headers = FLAVOR, .body = TOKEN}};
	struct cred_case c;
	struct cred_gcs *g;
	struct cred again = CRED_INIT;
	case_begin(&c, r, ARRAY_SIZE(r));
	case_set(&c, "GCE_METADATA_HOST", host(&c));
	CHECK_FATAL(cred_gcs_open(&g, &(struct cred_gcs_options){.context = c.x}, NULL) == MF_OK);
	CHECK_INT(cred_gcs_get(g, NULL, &c.cred, NULL, NULL), MF_OK);
	CHECK_INT(cred_gcs_get(g, &c.cred, &again, NULL, NULL), MF_OK);
	CHECK_INT(c.n, 3); /* the second time without the ping */
	CHECK_INT(strncmp(c.asked[2].target, TOKEN_PATH, strlen(TOKEN_PATH)), 0);
	cred_release(&again);
	cred_gcs_free(g);
	case_end(&c);
}

void test_cred_gcs__metadata_refuses(void)
{
	static const struct cred_reply ping = {.path = "/", .headers = FLAVOR, .body = ""};
	static const struct {
		struct cred_reply reply;
		const char *said;
	} t[] = {
		{{.path = TOKEN_PATH, .headers = FLAVOR, .status = 404, .body = "Not Found"},
			"not_allowed: Google's metadata server: status 404: Not Found | the "
			"machine needs "
			"a service account with access to Cloud Storage"},
		{{.path = TOKEN_PATH, .body = TOKEN}, "not_allowed: Google's metadata server: the "
						      "answer is not from it: Metadata-Flavor "
						      "is missing | "},
		{{.path = TOKEN_PATH, .headers = "Metadata-Flavor: Other\r\n", .body = TOKEN},
			"not_allowed: Google's metadata server: the answer is not from it: "
			"Metadata-Flavor "
			"is missing | "},
		{{.path = TOKEN_PATH, .headers = FLAVOR, .body = "ya29.machine"},
			"corrupt: Google's metadata server: the answer is not an object in JSON "
			"| "},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct cred_case c;
		const struct cred_reply both[] = {ping, t[i].reply};
		case_begin(&c, both, 2);
		case_set(&c, "GCE_METADATA_HOST", host(&c));
		CHECK_STR(gcs_got(&c), t[i].said);
		case_secrets(&c, (const char *const[]){"ya29.machine", NULL});
		case_end(&c);
	}
}

/* What answers there is none of Google's; the addresses, which the test's server stands in for as a
 * proxy. */
void test_cred_gcs__ping(void)
{
	static const struct cred_reply there[] = {{.path = "/", .headers = FLAVOR, .body = ""},
		{.path = TOKEN_PATH, .headers = FLAVOR, .body = TOKEN}};
	static const struct cred_reply other[] = {REPLY("/", "Welcome")};
	struct cred_case c;
	case_begin(&c, there, ARRAY_SIZE(there));
	case_stand_in(&c, true);
	CHECK_STR(gcs_got(&c), "bearer - - ya29.machine");
	case_stand_in(&c, false);
	CHECK_STR(c.asked[0].target, "http://169.254.169.254/");
	CHECK(strstr(c.asked[1].target, "http://metadata.google.internal" TOKEN_PATH "?") != NULL);
	/* the ping goes to the address given for it */
	case_set(&c, "GCE_METADATA_IP", host(&c));
	case_set(&c, "GCE_METADATA_HOST", textf("localhost:%d", httpd_port(c.d)));
	CHECK_STR(gcs_got(&c), "bearer - - ya29.machine");
	CHECK_STR(case_header(&c, 0, "Host"), host(&c));
	CHECK_STR(case_header(&c, 1, "Host"), textf("localhost:%d", httpd_port(c.d)));
	case_set(&c, "GCE_METADATA_HOST", "evil/path?");
	CHECK_STR(gcs_got(&c), "usage: GCE_METADATA_HOST is not a host's name | ");
	case_end(&c);
	case_begin(&c, other, 1);
	case_set(&c, "GCE_METADATA_HOST", host(&c));
	CHECK(strstr(gcs_got(&c), NOTHING) != NULL);
	CHECK_INT(c.n, 1);
	case_set(&c, "NO_GCE_CHECK", "true");
	CHECK(strstr(gcs_got(&c), NOTHING) != NULL);
	CHECK_INT(c.n, 0);
	case_set(&c, "NO_GCE_CHECK", NULL);
	case_set(&c, "GCE_METADATA_HOST", textf("127.0.0.1:%d", httpd_closed_port()));
	CHECK(strstr(gcs_got(&c), NOTHING) != NULL);
	case_end(&c);
}

/* ---- nobody ---- */

void test_cred_gcs__anonymous(void)
{
	static const struct cred_reply there[] = {{.path = "/", .headers = FLAVOR, .body = ""},
		{.path = TOKEN_PATH, .headers = FLAVOR, .body = TOKEN}};
	struct cred_case c;
	case_begin(&c, there, ARRAY_SIZE(there));
	case_stand_in(&c, true);
	CHECK_STR(gcs_got_as(&c, true), "none - - -");
	case_stand_in(&c, false);
	CHECK_INT(c.n, 0); /* no address is tried that nobody named */
	CHECK_INT(c.cred.expires, MF_NO_TIME);
	/* what is configured is used all the same, and told when it does not work */
	case_set(&c, "GCE_METADATA_HOST", host(&c));
	CHECK_STR(gcs_got_as(&c, true), "bearer - - ya29.machine");
	case_set(&c, "GOOGLE_APPLICATION_CREDENTIALS", "/nowhere/x.json");
	CHECK(strstr(gcs_got_as(&c, true), "usage: ") != NULL);
	case_end(&c);
	cred_gcs_free(NULL);
}

void test_cred_gcs__cancelled(void)
{
	static const struct cred_reply there[] = {{.path = "/", .headers = FLAVOR, .body = ""}};
	struct cred_case c;
	struct cred_gcs *g;
	struct mf_cancel *cancel = mf_cancel_new();
	case_begin(&c, there, 1);
	case_set(&c, "GCE_METADATA_HOST", host(&c));
	mf_cancel_set(cancel);
	CHECK_FATAL(cred_gcs_open(&g, &(struct cred_gcs_options){.context = c.x}, NULL) == MF_OK);
	CHECK_INT(cred_gcs_get(g, NULL, &c.cred, cancel, NULL), MF_ECANCELLED);
	cred_gcs_free(g);
	mf_cancel_free(cancel);
	case_end(&c);
}

/* ---- memory ---- */

void test_cred_gcs__allocation_failure(void)
{
	static const struct cred_reply there[] = {{.path = "/", .headers = FLAVOR, .body = ""},
		{.path = TOKEN_PATH, .headers = FLAVOR, .body = TOKEN}};
	struct cred_case c;
	case_begin(&c, there, ARRAY_SIZE(there));
	case_set(&c, "GCE_METADATA_HOST", host(&c));
	case_set(&c, "HOME", test_dir());
	test_every_alloc(gcs_alloc, &c);
	case_end(&c);
}
