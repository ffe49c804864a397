/* The settings file: YAML whose keys are the options' names.
 *
 *     activations: [relu, gelu]      # a list, or relu,gelu
 *     hidden: 64,32
 *     json: true
 *
 * The schema is made from the table of options: every option is a text, checked later by the same function that
 * checks the command line. An option that takes a list may also be a YAML sequence; a schema has one type a key, so
 * a key that turns out to be a sequence is made one and the file is read again. */
#include "program.h"

#include <cyaml/cyaml.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LARGEST = 64 * 1024, LONGEST_TEXT = 4096, MOST_ITEMS = 64 };

typedef struct {
    char *text[MOST_OPTIONS];
    char **items[MOST_OPTIONS];
    unsigned item_count[MOST_OPTIONS];
} content;

/* What libcyaml had to say, first words first. */
typedef struct {
    char first[200]; /* its first error */
    char field[64];  /* the innermost field it was in */
} complaint;

static void listen(cyaml_log_t level, void *self, const char *format, va_list list)
{
    complaint *c = self;
    if (level < CYAML_LOG_ERROR)
        return;
    char line[300];
    vsnprintf(line, sizeof line, format, list);
    line[strcspn(line, "\n")] = '\0';
    const char *text = !strncmp(line, "Load: ", 6) ? line + 6 : line;
    if (!c->first[0])
        snprintf(c->first, sizeof c->first, "%.199s", text);
    const char *field = strstr(text, "in mapping field '");
    if (field && !c->field[0])
        snprintf(c->field, sizeof c->field, "%.*s", (int)strcspn(field + 18, "'"), field + 18);
}

static char *slurp(const char *path, size_t *size, rl_error *err)
{
    FILE *file = fopen(path, "rb");
    char *bytes = file ? malloc(LARGEST + 1) : NULL;
    if (!file || !bytes) {
        int why = errno;
        if (file)
            fclose(file);
        rl_fail(err, file ? RL_NO_MEMORY : RL_BAD_FILE, "%s: %s", path, strerror(why));
        return NULL;
    }
    *size = fread(bytes, 1, LARGEST + 1, file);
    int why = ferror(file) ? errno : 0;
    fclose(file);
    if (!why && *size <= LARGEST)
        return bytes;
    if (why)
        rl_fail(err, RL_BAD_FILE, "%s: %s", path, strerror(why));
    else
        rl_fail(err, RL_BAD_FILE, "%s: larger than %d KB, expected a settings file", path, LARGEST / 1024);
    free(bytes);
    return NULL;
}

/* The line whose first word is the key: settings are one flat mapping. 1 where it cannot be found. */
static int line_of(const char *bytes, size_t size, const char *key)
{
    int line = 1;
    for (size_t at = 0; at < size; line++) {
        size_t start = at;
        while (at < size && bytes[at] != '\n')
            at++;
        while (start < at && strchr(" '\"{", bytes[start]))
            start++;
        size_t length = strlen(key);
        if (at - start > length && !memcmp(bytes + start, key, length) && strchr(" '\":", bytes[start + length]))
            return line;
        at++;
    }
    return 1;
}

static cyaml_err_t load(const char *bytes, size_t size, const cyaml_schema_value_t *schema, cyaml_config_t *config,
    complaint *said, content **loaded)
{
    *said = (complaint){ 0 };
    *loaded = NULL;
    config->log_ctx = said;
    return cyaml_load_data((const uint8_t *)bytes, size, config, schema, (cyaml_data_t **)loaded, NULL);
}

/* libyaml knows where the syntax breaks but libcyaml does not say: it is the line after the longest run of whole
 * lines that can be read. */
static int broken_line(const char *bytes, size_t size, const cyaml_schema_value_t *schema, cyaml_config_t config)
{
    config.flags |= CYAML_CFG_IGNORE_UNKNOWN_KEYS;
    for (size_t end = size; end > 0; end--) {
        if (bytes[end - 1] != '\n' || end == size)
            continue;
        complaint said;
        content *loaded;
        cyaml_err_t code = load(bytes, end, schema, &config, &said, &loaded);
        cyaml_free(&config, schema, loaded, 0);
        if (code == CYAML_ERR_LIBYAML_PARSER)
            continue;
        int line = 1;
        for (size_t i = 0; i < end; i++)
            line += bytes[i] == '\n';
        return line;
    }
    return 1;
}

static bool explain_failure(const char *path, const char *bytes, size_t size, cyaml_err_t code, const complaint *said,
    const cyaml_schema_value_t *schema, const cyaml_config_t *config, rl_error *err)
{
    static const char unexpected[] = "Unexpected key: ", seen[] = "Mapping field already seen: ";
    if (code == CYAML_ERR_OOM)
        return rl_fail(err, RL_NO_MEMORY, "%s: out of memory", path);
    if (code == CYAML_ERR_LIBYAML_PARSER) {
        const char *why = !strncmp(said->first, "libyaml: ", 9) ? said->first + 9 : "not YAML";
        return rl_fail(err, RL_BAD_FILE, "%s line %d: %s", path, broken_line(bytes, size, schema, *config), why);
    }
    if (!strncmp(said->first, unexpected, sizeof unexpected - 1)) {
        const char *key = said->first + sizeof unexpected - 1;
        const char *names[MOST_OPTIONS];
        for (size_t i = 0; i < option_count; i++)
            names[i] = options[i].name;
        const char *nearest = rl_nearest_name(key, names, option_count);
        return rl_fail(err, RL_BAD_FILE, "%s line %d: unknown option \"%.60s\"%s%s%s", path, line_of(bytes, size, key),
            key, nearest ? "; did you mean \"" : "", nearest ? nearest : "", nearest ? "\"?" : "");
    }
    if (!strncmp(said->first, seen, sizeof seen - 1))
        return rl_fail(err, RL_BAD_FILE, "%s: option \"%s\" is there twice", path, said->first + sizeof seen - 1);
    if (!said->field[0])
        return rl_fail(err, RL_BAD_FILE, "%s line 1: expected lines of \"option: value\"", path);
    int line = line_of(bytes, size, said->field);
    if (code == CYAML_ERR_ALIAS)
        return rl_fail(err, RL_BAD_FILE, "%s line %d: %s: aliases are not taken", path, line, said->field);
    if (code == CYAML_ERR_STRING_LENGTH_MAX || code == CYAML_ERR_SEQUENCE_ENTRIES_MAX)
        return rl_fail(err, RL_BAD_FILE, "%s line %d: %s: too long", path, line, said->field);
    return rl_fail(err, RL_BAD_FILE, "%s line %d: %s: expected one value", path, line, said->field);
}

/* [relu, gelu] → "relu,gelu", as the command line has it. */
static char *joined(char *const *items, unsigned count)
{
    size_t room = 1;
    for (unsigned i = 0; i < count; i++)
        room += strlen(items[i]) + 1;
    char *text = calloc(room, 1);
    for (unsigned i = 0; text && i < count; i++) {
        strcat(text, items[i]);
        if (i + 1 < count)
            strcat(text, ",");
    }
    return text;
}

bool config_read(const char *path, char **texts, int *lines, rl_error *err)
{
    size_t size = 0;
    char *bytes = slurp(path, &size, err);
    if (!bytes)
        return false;

    static const cyaml_schema_value_t item = { CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 0, LONGEST_TEXT) };
    cyaml_schema_field_t fields[MOST_OPTIONS + 1] = { 0 };
    for (size_t i = 0; i < option_count; i++)
        fields[i] = (cyaml_schema_field_t){ .key = options[i].name,
            .data_offset = (uint32_t)(offsetof(content, text) + i * sizeof(char *)),
            .value = { CYAML_VALUE_STRING(CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, char, 0, LONGEST_TEXT) } };
    const cyaml_schema_value_t schema = { CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, content, fields) };
    cyaml_config_t config = {
        .log_fn = listen, .mem_fn = cyaml_mem, .log_level = CYAML_LOG_WARNING, .flags = CYAML_CFG_NO_ALIAS
    };

    complaint said;
    content *loaded = NULL;
    cyaml_err_t code;
    for (;;) {
        code = load(bytes, size, &schema, &config, &said, &loaded);
        bool turned = false;
        for (size_t i = 0; code == CYAML_ERR_INVALID_VALUE && i < option_count && !turned; i++) {
            if (strcmp(options[i].name, said.field) != 0 || !options[i].list || fields[i].value.type == CYAML_SEQUENCE)
                continue;
            fields[i] = (cyaml_schema_field_t){ .key = options[i].name,
                .data_offset = (uint32_t)(offsetof(content, items) + i * sizeof(char **)),
                .count_offset = (uint32_t)(offsetof(content, item_count) + i * sizeof(unsigned)),
                .count_size = sizeof(unsigned),
                .value = {
                    CYAML_VALUE_SEQUENCE(CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, char *, &item, 0, MOST_ITEMS) } };
            turned = true;
        }
        if (!turned)
            break;
    }

    bool good = code == CYAML_OK;
    if (!good)
        explain_failure(path, bytes, size, code, &said, &schema, &config, err);
    for (size_t i = 0; good && loaded && i < option_count; i++) {
        bool sequence = fields[i].value.type == CYAML_SEQUENCE && loaded->items[i];
        if (!sequence && !loaded->text[i])
            continue;
        texts[i] = sequence ? joined(loaded->items[i], loaded->item_count[i]) : strdup(loaded->text[i]);
        lines[i] = line_of(bytes, size, options[i].name);
        if (!texts[i])
            good = rl_fail(err, RL_NO_MEMORY, "%s: out of memory", path);
    }
    cyaml_free(&config, &schema, loaded, 0);
    free(bytes);
    return good;
}
