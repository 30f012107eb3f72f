/* cli/opts_global.h: the table of the options of every command. */
#ifndef CLI_OPTS_GLOBAL_H
#define CLI_OPTS_GLOBAL_H

#include "opt.h"

const struct opt *cmd_global_opts(void);

#endif
