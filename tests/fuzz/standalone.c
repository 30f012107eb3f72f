/* Replays files, and the files of directories, through a fuzz target: any compiler, no fuzzing engine. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t replayed;

static int replay(const char *path)
{
	struct stat st;
	int bad = 0;

	if (stat(path, &st) < 0) {
		perror(path);
		return 1;
	}
	if (S_ISDIR(st.st_mode)) {
		struct dirent **list;
		int n = scandir(path, &list, NULL, alphasort);
		for (int i = 0; i < n; i++) {
			char *below;
			if (list[i]->d_name[0] != '.' && asprintf(&below, "%s/%s", path, list[i]->d_name) >= 0) {
				bad |= replay(below);
				free(below);
			}
			free(list[i]);
		}
		if (n >= 0)
			free(list);
		return bad;
	}
	size_t size = (size_t)st.st_size;
	uint8_t *data = malloc(size ? size : 1); /* exactly as long: sanitizers see what reads past it */
	FILE *f = fopen(path, "rb");
	if (!f || !data || fread(data, 1, size, f) != size) {
		perror(path);
		bad = 1;
	} else {
		LLVMFuzzerTestOneInput(data, size);
		replayed++;
	}
	if (f)
		fclose(f);
	free(data);
	return bad;
}

int main(int argc, char **argv)
{
	int bad = 0;

	for (int i = 1; i < argc; i++)
		bad |= replay(argv[i]);
	printf("%zu inputs replayed\n", replayed);
	return bad;
}
