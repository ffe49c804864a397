/* SPEC to data set. A SPEC is looked at in this order:
 *
 *     a name that ships, is made or is found       digits, moons:200:0.1, fashion-mnist:FOLDER
 *     a CSV file                                   FILE.csv, FILE.csv:regression
 *     a pair of files                              X.npy,Y.npy   IMAGES.idx.gz,LABELS.idx.gz
 *
 * Files are told by their endings; a comma or colon within a path does no harm. */
#include "base/memory.h"
#include "base/text.h"
#include "data/csv.h"
#include "data/embedded.h"
#include "data/file.h"
#include "data/generator.h"
#include "data/idx.h"
#include "data/npy.h"
#include "data/source.h"

#include <string.h>
#include <strings.h>

static const rl_source *const sources[] = { &rl_source_adding, &rl_source_dosage, &rl_source_fashion_mnist,
    &rl_source_fashion_mnist_test };
enum { SOURCES = sizeof sources / sizeof *sources };

/* Files by their endings; those of pairs hold features in one, labels in another. */
static const struct {
    const char *ending;
    rl_dataset *(*parse_pair)(rl_bytes x, rl_bytes y, bool regression, rl_memory memory, rl_error *err);
} pairs[] = {
    { ".npy", rl_npy_parse },
    { ".idx", rl_idx_parse },
    { ".idx.gz", rl_idx_parse },
    { "-ubyte", rl_idx_parse },
    { "-ubyte.gz", rl_idx_parse },
};
enum { PAIRS = sizeof pairs / sizeof *pairs };

static bool ends_in(const char *text, size_t length, const char *ending)
{
    size_t tail = strlen(ending);
    return length > tail && strncasecmp(text + length - tail, ending, tail) == 0;
}

/* The place in pairs of a path's ending, or PAIRS. */
static size_t pair_ending(const char *path, size_t length)
{
    size_t i = 0;
    while (i < PAIRS && !ends_in(path, length, pairs[i].ending))
        i++;
    return i;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* ---- Names ------------------------------------------------------------------------------------------ */

/* If spec is name or name:options. *options is NULL for the former. */
static bool is_called(const char *spec, const char *name, const char **options)
{
    size_t length = strlen(name);
    if (strncmp(spec, name, length) != 0 || (spec[length] != '\0' && spec[length] != ':'))
        return false;
    *options = spec[length] == ':' ? spec + length + 1 : NULL;
    return true;
}

static rl_dataset *load_embedded(const rl_bytes *file, const char *options, rl_memory memory, rl_error *err)
{
    if (options) {
        rl_fail(err, RL_BAD_CONFIG, "data set %s takes no options, found \"%.60s\"", file->name, options);
        return NULL;
    }
    return rl_csv_parse(*file, false, memory, err);
}

/* True if spec names a data set, whether or not it could be loaded. */
static bool load_named(const char *spec, rl_data_config config, rl_dataset **data, rl_error *err)
{
    const char *options;
    size_t count;
    const rl_generator *const *generators = rl_generators(&count);
    for (size_t i = 0; i < rl_embedded_count; i++)
        if (is_called(spec, rl_embedded[i].name, &options)) {
            *data = load_embedded(&rl_embedded[i], options, config.memory, err);
            return true;
        }
    for (size_t i = 0; i < count; i++)
        if (is_called(spec, generators[i]->name, &options)) {
            *data = rl_generate(generators[i], options, config, err);
            return true;
        }
    for (size_t i = 0; i < SOURCES; i++)
        if (is_called(spec, sources[i]->name, &options)) {
            *data = sources[i]->load(options, config, err);
            return true;
        }
    return false;
}

static bool fail_unknown(const char *spec, rl_error *err)
{
    enum { ROOM = 64 };
    const char *names[ROOM];
    size_t known = 0, count;
    const rl_generator *const *generators = rl_generators(&count);
    for (size_t i = 0; i < rl_embedded_count && known < ROOM; i++)
        names[known++] = rl_embedded[i].name;
    for (size_t i = 0; i < count && known < ROOM; i++)
        names[known++] = generators[i]->name;
    for (size_t i = 0; i < SOURCES && known < ROOM; i++)
        names[known++] = sources[i]->name;
    char word[ROOM];
    size_t length = strcspn(spec, ":");
    if (length >= sizeof word)
        length = sizeof word - 1;
    memcpy(word, spec, length);
    word[length] = '\0';
    return rl_fail_unknown(err, "data set", word, names, known);
}

/* ---- Files ------------------------------------------------------------------------------------------ */

static rl_dataset *load_csv(const char *path, bool regression, rl_memory memory, rl_error *err)
{
    rl_bytes file;
    if (!rl_file_read(path, memory, &file, err))
        return NULL;
    rl_dataset *data = rl_csv_parse(file, regression, memory, err);
    rl_file_free(memory, &file);
    return data;
}

/* The comma between two paths whose endings are of one kind, or NULL. */
static char *find_comma(char *paths)
{
    for (char *comma = strchr(paths, ','); comma; comma = strchr(comma + 1, ',')) {
        size_t first = pair_ending(paths, (size_t)(comma - paths));
        size_t second = pair_ending(comma + 1, strlen(comma + 1));
        if (first < PAIRS && second < PAIRS && pairs[first].parse_pair == pairs[second].parse_pair)
            return comma;
    }
    return NULL;
}

static rl_dataset *load_pair(const char *x_path, const char *y_path, bool regression, rl_memory memory, rl_error *err)
{
    rl_bytes x = { 0 }, y = { 0 };
    rl_dataset *data = NULL;
    if (rl_file_read(x_path, memory, &x, err) && rl_file_read(y_path, memory, &y, err))
        data = pairs[pair_ending(x_path, strlen(x_path))].parse_pair(x, y, regression, memory, err);
    rl_file_free(memory, &x);
    rl_file_free(memory, &y);
    return data;
}

/* path: a copy of the SPEC that may be cut. */
static rl_dataset *load_files(char *path, rl_memory memory, rl_error *err)
{
    static const char suffix[] = ":regression";
    size_t length = strlen(path);
    bool regression = ends_in(path, length, suffix);
    if (regression)
        path[length -= sizeof suffix - 1] = '\0';
    rl_dataset *data = NULL;
    char *comma = find_comma(path);
    if (comma) {
        *comma = '\0';
        data = load_pair(path, comma + 1, regression, memory, err);
    } else if (ends_in(path, length, ".csv")) {
        data = load_csv(path, regression, memory, err);
    } else if (pair_ending(path, length) < PAIRS) {
        rl_fail(err, RL_BAD_CONFIG,
            "%.100s: expected a pair of files FEATURES,LABELS of one kind, found one or two kinds", path);
    } else if (strpbrk(path, "./\\,")) {
        rl_fail(err, RL_BAD_CONFIG,
            "data \"%.80s\": expected a data set's name, FILE.csv, X.npy,Y.npy or IMAGES.idx,LABELS.idx", path);
    } else {
        fail_unknown(path, err);
    }
    if (data && !rl_data_rename(data, base_name(path), err)) {
        rl_data_free(data);
        return NULL;
    }
    return data;
}

static bool settle_classes(rl_dataset *data, const char *spec, rl_data_config config, rl_error *err)
{
    if (config.class_names)
        return rl_data_match_classes(data, (const char *const *)config.class_names, config.classes, err);
    if (data->classes == 1)
        return rl_fail(err, RL_BAD_FILE, "%.100s: expected at least two classes, found only \"%.60s\" in %zu rows",
            spec, data->class_names[0], data->rows);
    return true;
}

rl_dataset *rl_data_parse(
    const char *name, const char *text, size_t bytes, bool regression, rl_data_config config, rl_error *err)
{
    const rl_bytes file = { .name = name, .bytes = (const unsigned char *)text, .size = bytes };
    rl_dataset *data = rl_csv_parse(file, regression, config.memory, err);
    if (data && !settle_classes(data, name, config, err)) {
        rl_data_free(data);
        return NULL;
    }
    return data;
}

rl_dataset *rl_data_load(const char *spec, rl_data_config config, rl_error *err)
{
    rl_dataset *data = NULL;
    if (rl_failed(err))
        return NULL;
    if (!load_named(spec, config, &data, err)) {
        char *copy = rl_copy_text(config.memory, spec, err);
        if (copy)
            data = load_files(copy, config.memory, err);
        rl_free(config.memory, copy);
    }
    if (data && !settle_classes(data, spec, config, err)) {
        rl_data_free(data);
        return NULL;
    }
    return data;
}
