/* base/limits.h: every limit on input, by name. Sizes in bytes unless said otherwise. */
#ifndef MF_BASE_LIMITS_H
#define MF_BASE_LIMITS_H

#define MF_LIMIT_JSON_DEPTH 512          /* nesting of a JSON document */
#define MF_LIMIT_JSON_FILE (256u << 20)  /* one metadata or datastore JSON file */
/* Of an unpacked pickle so much is held in memory (what MFCTL_MAX_VALUE lifts), and beyond the first so much only if that is
 * not more than a multiple of what is stored. Large arrays and bytes are not held. */
#define MF_LIMIT_PICKLE_BYTES (1024ull << 20)
#define MF_LIMIT_PICKLE_FREE (256ull << 20)
#define MF_LIMIT_PICKLE_RATIO 100
#define MF_LIMIT_PICKLE_NODES 8000000    /* values built from one pickle */
#define MF_LIMIT_PICKLE_MEMO 8000000     /* memo entries */
#define MF_LIMIT_PICKLE_ARENA (768ull << 20) /* memory for the values of one pickle */
#define MF_LIMIT_PRINT_NODES 8000000     /* values printed of one document (sharing repeats them) */
#define MF_LIMIT_PRINT_DEPTH 1000        /* nesting printed */
#define MF_LIMIT_LOG_FILE (1024ull << 20) /* one stored log file */
#define MF_LIMIT_TEXT (1024ull << 20)    /* any text collected in memory */
#define MF_LIMIT_NAME 1024               /* one component of a pathspec */
#define MF_LIMIT_ARENA (1024ull << 20)   /* one arena, unless it asks for less */
#define MF_LIMIT_FOREACH_DEPTH 64        /* frames of a foreach path */
#define MF_LIMIT_ORIGIN_CHAIN 32         /* resumes of resumes followed */

#endif
