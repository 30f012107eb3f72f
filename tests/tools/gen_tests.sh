#!/bin/sh
# gen_tests.sh FILE...: the table of all test functions, found by their names, as C on standard output.
set -eu
names=$(sed -n 's/^void \(test_[a-z0-9_]*__[a-z0-9_]*\)(void)$/\1/p' "$@" | sort)
echo '#include <stddef.h>'
for n in $names; do echo "void $n(void);"; done
echo 'struct test_case { const char *suite, *name; void (*f)(void); };'
echo 'extern const struct test_case test_cases[];'
echo 'const struct test_case test_cases[] = {'
for n in $names; do
	suite=${n%%__*}
	echo "	{\"${suite#test_}\", \"${n#*__}\", $n},"
done
echo '	{NULL, NULL, NULL}};'
