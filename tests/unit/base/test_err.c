#include "../../support/test.h"

#include <errno.h>

void test_err__the_first_wins(void)
{
	struct mf_error err = MF_ERROR_INIT;
	CHECK_INT(err_set(&err, MF_EIO, "first %d", 1), MF_EIO);
	CHECK_INT(err_at(&err, MF_ECORRUPT, "there", "second"), MF_ECORRUPT);
	CHECK_STR(err.message, "first 1");
	CHECK_STR(err.where, "");
	CHECK_INT(err.code, MF_EIO);
	CHECK_INT(err_hint(&err, "try %s", "again"), MF_EIO);
	CHECK_INT(err_hint(&err, "another"), MF_EIO);
	CHECK_STR(err.hint, "try again");
	err_clear(&err);
	CHECK_INT(err.code, 0);
	CHECK_INT(err.offset, -1);
	CHECK_INT(err_at(&err, MF_ECORRUPT, "there", "third"), MF_ECORRUPT);
	CHECK_STR(err.where, "there");
}

void test_err__may_be_null(void)
{
	CHECK_INT(err_set(NULL, MF_EIO, "x"), MF_EIO);
	CHECK_INT(err_at(NULL, MF_EIO, "w", "x"), MF_EIO);
	CHECK_INT(err_sys(NULL, ENOENT, "w", "x"), MF_ENOTFOUND);
	CHECK_INT(err_nomem(NULL), MF_ENOMEM);
	CHECK_INT(err_hint(NULL, "x"), MF_OK);
	err_clear(NULL);
}

void test_err__system_errors(void)
{
	static const struct {
		int number, code;
	} t[] = {{EACCES, MF_EACCESS}, {EPERM, MF_EACCESS}, {ENOENT, MF_ENOTFOUND}, {ENOMEM, MF_ENOMEM}, {EIO, MF_EIO},
		{ENOSPC, MF_EIO}};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct mf_error err = MF_ERROR_INIT;
		CHECK_INT(err_sys(&err, t[i].number, "file", "cannot read"), t[i].code);
		CHECK_INT(err.code, t[i].code);
		CHECK_STR(err.where, "file");
		if (t[i].code != MF_ENOMEM)
			CHECK_INT(err.sys_errno, t[i].number);
	}
}

void test_err__long_texts_are_cut(void)
{
	struct mf_error err = MF_ERROR_INIT;
	char text[2000];
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	err_at(&err, MF_EIO, text, "%s", text);
	err_hint(&err, "%s", text);
	CHECK_INT(strlen(err.where), sizeof(err.where) - 1);
	CHECK_INT(strlen(err.message), sizeof(err.message) - 1);
	CHECK_INT(strlen(err.hint), sizeof(err.hint) - 1);
}

void test_err__codes_have_names_and_exits(void)
{
#define X(id, value, name, exit)                                                                        \
	CHECK_STR(mf_code_name(id), name);                                                              \
	CHECK_INT(mf_code_exit(id), exit);
	MF_CODES(X)
#undef X
	CHECK_STR(mf_code_name(-99), "failed");
	CHECK_STR(mf_code_name(1), "failed");
	CHECK_INT(mf_code_exit(-99), 1);
}
