/* safetensors: what is written is read, and every way in which a file can lie is seen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

#include "format/file.h"
#include "format/folder.h"
#include "format/safetensors.h"

static const rl_memory libc = { 0 };

/* ---- Round trips ---- */

static const float weights[6] = { 1, -2, 0.1f, 1e-40f, NAN, INFINITY };
static const double moments[2] = { 0.1, -1e300 };
static const uint8_t flags[3] = { 1, 0, 255 };
static const int64_t steps[1] = { INT64_MIN };

static const rl_tensor all[] = {
    { .name = "flags", .type = RL_TENSOR_U8, .rank = 1, .shape = { 3 }, .data = flags },
    { .name = "0.weight", .type = RL_TENSOR_F32, .rank = 2, .shape = { 2, 3 }, .data = weights },
    { .name = "steps", .type = RL_TENSOR_I64, .rank = 0, .data = steps },
    { .name = "none", .type = RL_TENSOR_F32, .rank = 2, .shape = { 0, 7 }, .data = weights },
    { .name = "Moments \"α\"", .type = RL_TENSOR_F64, .rank = 3, .shape = { 1, 2, 1 }, .data = moments },
};
enum { ALL = sizeof all / sizeof *all };

static const rl_metadata words[] = { { "relive.version", "0.1.0" }, { "names", "[\"a\", \"ü\"]\n" }, { "empty", "" } };

static void what_is_written_is_read(void **state)
{
    (void)state;
    rl_error err = { 0 };
    assert_true(rl_safetensors_write(path, all, ALL, words, 3, libc, &err));
    rl_safetensors file;
    assert_true(rl_safetensors_read(&file, path, libc, &err));
    assert_int_equal(file.tensor_count, ALL);
    for (size_t i = 0; i < ALL; i++) {
        const rl_tensor *found = rl_safetensors_find(&file, all[i].name);
        assert_non_null(found);
        assert_int_equal(found->type, all[i].type);
        assert_true(rl_tensor_has_shape(found, all[i].rank, all[i].shape));
        assert_memory_equal(found->data, all[i].data, rl_tensor_count(&all[i]) * rl_tensor_type_bytes(all[i].type));
        if (rl_tensor_count(found) > 0)
            assert_int_equal((uintptr_t)found->data % rl_tensor_type_bytes(found->type), 0);
    }
    assert_int_equal(file.metadata_count, 3);
    for (size_t i = 0; i < 3; i++)
        assert_string_equal(rl_safetensors_metadata(&file, words[i].key), words[i].value);
    assert_null(rl_safetensors_find(&file, "absent"));
    assert_null(rl_safetensors_metadata(&file, "absent"));
    rl_safetensors_free(&file);
}

static void an_empty_file_is_a_file(void **state)
{
    (void)state;
    rl_error err = { 0 };
    rl_safetensors file;
    assert_true(rl_safetensors_write(path, NULL, 0, NULL, 0, libc, &err));
    assert_true(rl_safetensors_read(&file, path, libc, &err));
    assert_int_equal(file.tensor_count + file.metadata_count, 0);
    assert_null(rl_safetensors_find(&file, "x"));
    rl_safetensors_free(&file);
}

static void the_bytes_are_as_specified(void **state)
{
    (void)state;
    rl_error err = { 0 };
    size_t count;
    assert_true(rl_safetensors_write(path, &all[1], 1, words, 1, libc, &err));
    char *bytes = rl_read_file(path, 1 << 20, &count, libc, &err);
    static const char expected[] = "{\"__metadata__\":{\"relive.version\":\"0.1.0\"},"
                                   "\"0.weight\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]}}";
    size_t length = sizeof expected - 1;
    uint64_t header;
    memcpy(&header, bytes, 8);
    assert_int_equal(header, (length + 7) / 8 * 8);
    assert_memory_equal(bytes + 8, expected, length);
    for (size_t i = length; i < header; i++)
        assert_int_equal(bytes[8 + i], ' ');
    assert_int_equal(count, 8 + header + 24);
    assert_memory_equal(bytes + 8 + header, weights, 24);
    rl_free(libc, bytes);
}

static void narrow_and_wide_floats_are_read(void **state)
{
    (void)state;
    /* 1, -2, the largest, the smallest, the largest below normal, -0, infinity, not a number */
    static const uint16_t halves[8] = { 0x3C00, 0xC000, 0x7BFF, 0x0001, 0x03FF, 0x8000, 0xFC00, 0x7E01 };
    static const float as_f16[7] = { 1, -2, 65504, 0x1p-24f, 0x1.ff8p-15f, -0.0f, -INFINITY };
    static const uint16_t brains[4] = { 0x3F80, 0xC000, 0x3DCD, 0x7FC0 };
    static const float as_bf16[3] = { 1, -2, 0.10009765625f };
    float out[8];
    rl_tensor tensor = { .type = RL_TENSOR_F16, .rank = 1, .shape = { 8 }, .data = halves };
    assert_true(rl_tensor_floats(&tensor, out));
    assert_memory_equal(out, as_f16, sizeof as_f16);
    assert_true(isnan(out[7]));
    tensor = (rl_tensor){ .type = RL_TENSOR_BF16, .rank = 1, .shape = { 4 }, .data = brains };
    assert_true(rl_tensor_floats(&tensor, out));
    assert_memory_equal(out, as_bf16, sizeof as_bf16);
    assert_true(isnan(out[3]));
    assert_true(rl_tensor_floats(&all[4], out));
    assert_true(out[0] == 0.1f && out[1] == -INFINITY);
    char shifted[1 + sizeof weights]; /* unaligned */
    memcpy(shifted + 1, weights, sizeof weights);
    tensor = (rl_tensor){ .type = RL_TENSOR_F32, .rank = 1, .shape = { 6 }, .data = shifted + 1 };
    assert_true(rl_tensor_floats(&tensor, out));
    assert_memory_equal(out, weights, sizeof weights);
    assert_false(rl_tensor_floats(&all[0], out));
    assert_false(rl_tensor_floats(&all[2], out));
}

/* ---- Hostile files ---- */

static bool parse(rl_safetensors *file, const char *header, size_t data_bytes, rl_error *err)
{
    uint64_t length = strlen(header);
    size_t count = 8 + (size_t)length + data_bytes;
    char *bytes = calloc(1, count); /* exactly as long, so that a sanitizer sees a step beyond */
    memcpy(bytes, &length, 8);
    memcpy(bytes + 8, header, (size_t)length);
    bool parsed = rl_safetensors_parse(file, bytes, count, "hostile", libc, err);
    free(bytes);
    return parsed;
}

#define TENSOR(name, type, shape, offsets)                                                                             \
    "\"" name "\":{\"dtype\":\"" type "\",\"shape\":" shape ",\"data_offsets\":" offsets "}"

static void lies_are_seen(void **state)
{
    (void)state;
    static const struct {
        const char *header;
        size_t data;
        const char *says;
    } cases[] = {
        { "", 0, "not valid JSON" },
        { "hello", 0, "not valid JSON" },
        { "[]", 0, "not a JSON object" },
        { "{\"a\":{},\"a\":{}}", 0, "duplicate object key" },
        { "{\"a\":\"\xFF\"}", 0, "unable to decode byte" },
        { "{\"a\":3}", 0, "\"a\" is not an object" },
        { "{\"a\":{\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "\"a\" has no dtype" },
        { "{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,4]}}", 4, "\"a\" has no shape" },
        { "{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}", 4, "\"a\" has no data_offsets" },
        { "{\"a\":{\"dtype\":32,\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "\"a\" has no dtype" },
        { "{" TENSOR("a", "F99", "[1]", "[0,4]") "}", 4, "dtype \"F99\", expected F32" },
        { "{" TENSOR("a", "F32", "1", "[0,4]") "}", 4, "has no shape" },
        { "{" TENSOR("a", "F32", "[1,1,1,1,1]", "[0,4]") "}", 4, "5 dimensions, expected at most 4" },
        { "{" TENSOR("a", "F32", "[-1]", "[0,4]") "}", 4, "size 1 of its shape is not a whole number" },
        { "{" TENSOR("a", "F32", "[1,1.0]", "[0,4]") "}", 4, "size 2 of its shape is not a whole number" },
        { "{" TENSOR("a", "F32", "[1]", "[0,4,8]") "}", 4, "has no data_offsets" },
        { "{" TENSOR("a", "F32", "[1]", "[0]") "}", 4, "has no data_offsets" },
        { "{" TENSOR("a", "F32", "[1]", "[0,4.0]") "}", 4, "has no data_offsets" },
        { "{" TENSOR("a", "F32", "[1]", "[-4,0]") "}", 4, "has no data_offsets" },
        { "{" TENSOR("a", "F32", "[1]", "[0,99999999999999999999]") "}", 4, "too big integer" },
        { "{" TENSOR("a", "F32", "[1]", "[4,0]") "}", 4, "bytes 4 to 0, expected within 0 to 4" },
        { "{" TENSOR("a", "F32", "[2]", "[0,8]") "}", 4, "bytes 0 to 8, expected within 0 to 4" },
        { "{" TENSOR("a", "F32", "[2]", "[0,4]") "}", 4, "has 4 bytes, expected 8 for F32 of shape [2]" },
        { "{" TENSOR("a", "F32", "[1]", "[0,8]") "}", 8, "has 8 bytes, expected 4 for F32 of shape [1]" },
        { "{" TENSOR("a", "F64", "[1]", "[0,4]") "}", 4, "has 4 bytes, expected 8 for F64 of shape [1]" },
        { "{" TENSOR("a", "F32", "[4294967296,4294967296]", "[0,0]") "}", 0, "too large" },
        { "{" TENSOR("a", "F32", "[4611686018427387905]", "[0,4]") "}", 4, "too large" },
        { "{" TENSOR("a", "F32", "[0,4294967296,4294967296]", "[0,0]") "}", 0, "too large" },
        { "{" TENSOR("a", "F32", "[1]", "[0,4]") "," TENSOR("b", "F32", "[1]", "[0,4]") "}", 4, "overlap" },
        { "{" TENSOR("a", "F32", "[2]", "[0,8]") "," TENSOR("b", "F32", "[1]", "[4,8]") "}", 8, "overlap" },
        { "{" TENSOR("a", "U8", "[3]", "[0,3]") "," TENSOR("b", "U8", "[0]", "[1,1]") "}", 3, "overlap" },
        { "{" TENSOR("a", "F32", "[1]", "[0,4]") "," TENSOR("b", "F32", "[1]", "[8,12]") "}", 12, "no tensor owns" },
        { "{" TENSOR("a", "F32", "[1]", "[4,8]") "}", 8, "begins at byte 4, expected 0" },
        { "{" TENSOR("a", "F32", "[1]", "[0,4]") "}", 8, "8 bytes of data, expected 4" },
        { "{}", 1, "1 bytes of data, expected 0" },
        { "{\"__metadata__\":[]}", 0, "__metadata__ is not an object" },
        { "{\"__metadata__\":{\"a\":\"x\",\"b\":3}}", 0, "metadata \"b\" is not a text" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rl_error err = { 0 };
        rl_safetensors file;
        assert_false(parse(&file, cases[i].header, cases[i].data, &err));
        assert_int_equal(err.code, RL_BAD_FILE);
        if (!strstr(err.text, cases[i].says) || strncmp(err.text, "hostile: ", 9) != 0)
            fail_msg("%s: %s", cases[i].header, err.text);
        assert_null(file.tensors);
        rl_safetensors_free(&file); /* may be freed all the same */
    }
}

static void odd_but_honest_files_are_taken(void **state)
{
    (void)state;
    static const struct {
        const char *header;
        size_t data;
    } cases[] = {
        { "{}  ", 0 },
        { "{" TENSOR("b", "F32", "[1]", "[4,8]") "," TENSOR("a", "F32", "[1]", "[0,4]") "}", 8 }, /* in any order */
        { "{" TENSOR("a", "U8", "[1]", "[0,1]") "," TENSOR("b", "F32", "[1]", "[1,5]") "}", 5 },  /* unaligned */
        { "{" TENSOR("a", "F32", "[0]", "[0,0]") "," TENSOR("b", "F32", "[1,0,5]", "[0,0]") "}", 0 },
        { "{" TENSOR("a", "U8", "[2]", "[0,2]") "," TENSOR("b", "U8", "[0]", "[2,2]") "}", 2 },
        { "{" TENSOR("", "BF16", "[]", "[0,2]") "}", 2 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rl_error err = { 0 };
        rl_safetensors file;
        if (!parse(&file, cases[i].header, cases[i].data, &err))
            fail_msg("%s: %s", cases[i].header, err.text);
        rl_safetensors_free(&file);
    }
}

static void headers_beyond_the_file_are_refused(void **state)
{
    (void)state;
    const uint64_t lengths[] = { 3, 100000001, UINT64_MAX, UINT64_MAX - 7, (uint64_t)1 << 63 };
    rl_safetensors file;
    char bytes[10] = "........{}";
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        rl_error err = { 0 };
        memcpy(bytes, &lengths[i], 8);
        assert_false(rl_safetensors_parse(&file, bytes, sizeof bytes, "short", libc, &err));
        assert_int_equal(err.code, RL_BAD_FILE);
        assert_non_null(strstr(err.text, "expected at most 2: cut short, or no safetensors file"));
    }
    uint64_t long_header = 100000001;
    char *large = calloc(1, 8 + (size_t)long_header);
    rl_error too_long = { 0 };
    memcpy(large, &long_header, 8);
    assert_false(rl_safetensors_parse(&file, large, 8 + (size_t)long_header, "long", libc, &too_long));
    assert_non_null(strstr(too_long.text, "a header of 100000001 bytes, expected at most 100000000"));
    free(large);
    for (size_t count = 0; count < 8; count++) {
        rl_error err = { 0 };
        assert_false(rl_safetensors_parse(&file, bytes, count, "short", libc, &err));
        assert_non_null(strstr(err.text, "expected a safetensors file of at least 8"));
    }
}

static void every_cut_is_seen(void **state)
{
    (void)state;
    rl_error err = { 0 };
    size_t count;
    assert_true(rl_safetensors_write(path, all, ALL, words, 3, libc, &err));
    char *bytes = rl_read_file(path, 1 << 20, &count, libc, &err);
    for (size_t cut = 0; cut < count; cut++) {
        rl_error cut_err = { 0 };
        rl_safetensors file;
        char *part = malloc(cut + !cut);
        memcpy(part, bytes, cut);
        assert_false(rl_safetensors_parse(&file, part, cut, "cut", libc, &cut_err));
        assert_int_equal(cut_err.code, RL_BAD_FILE);
        free(part);
    }
    rl_free(libc, bytes);
}

static void shapes_too_large_are_not_written(void **state)
{
    (void)state;
    rl_error err = { 0 };
    rl_tensor huge = {
        .name = "huge", .type = RL_TENSOR_F64, .rank = 2, .shape = { SIZE_MAX / 2, 2 }, .data = weights
    };
    assert_false(rl_safetensors_write(path, &huge, 1, NULL, 0, libc, &err));
    assert_int_equal(err.code, RL_BAD_SHAPE);
    assert_int_equal(access(path, F_OK), -1);
}

static bool full_disk_is_an_error(void)
{
    rl_error err = { 0 };
    return !rl_safetensors_write("/dev/full", all, ALL, words, 3, libc, &err) && err.code == RL_MISSING &&
           strstr(err.text, "the disk is full");
}

static void a_full_disk_is_an_error(void **state)
{
    (void)state;
    assert_true(as_nobody(full_disk_is_an_error));
}

static void *failing(void *self, void *block, size_t bytes)
{
    if (bytes == 0) {
        free(block);
        return NULL;
    }
    long *left = self;
    return (*left)-- > 0 ? realloc(block, bytes) : NULL;
}

static void lost_memory_is_an_error(void **state)
{
    (void)state;
    bool written = false, read = false;
    for (long n = 0; n < 50 && !written; n++) {
        rl_error err = { 0 };
        long left = n;
        written = rl_safetensors_write(path, all, ALL, words, 3, (rl_memory){ failing, &left }, &err);
        assert_int_equal(err.code, written ? RL_OK : RL_NO_MEMORY);
        assert_true(written || access(path, F_OK) != 0);
    }
    for (long n = 0; n < 50 && !read; n++) {
        rl_error err = { 0 };
        long left = n;
        rl_safetensors file;
        read = rl_safetensors_read(&file, path, (rl_memory){ failing, &left }, &err);
        assert_int_equal(err.code, read ? RL_OK : RL_NO_MEMORY);
        rl_safetensors_free(&file);
    }
    assert_true(written && read);
}

static void a_set_error_stays(void **state)
{
    (void)state;
    rl_error err = { .code = RL_BAD_SHAPE, .text = "first" };
    rl_safetensors file;
    assert_false(rl_safetensors_write(path, all, ALL, NULL, 0, libc, &err));
    assert_int_equal(access(path, F_OK), -1);
    assert_false(rl_safetensors_read(&file, path, libc, &err));
    assert_false(rl_safetensors_parse(&file, "", 0, "x", libc, &err));
    assert_string_equal(err.text, "first");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_written_is_read, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(an_empty_file_is_a_file, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(the_bytes_are_as_specified, make_folder, remove_folder),
        cmocka_unit_test(narrow_and_wide_floats_are_read),
        cmocka_unit_test(lies_are_seen),
        cmocka_unit_test(odd_but_honest_files_are_taken),
        cmocka_unit_test(headers_beyond_the_file_are_refused),
        cmocka_unit_test_setup_teardown(every_cut_is_seen, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(shapes_too_large_are_not_written, make_folder, remove_folder),
        cmocka_unit_test(a_full_disk_is_an_error),
        cmocka_unit_test_setup_teardown(lost_memory_is_an_error, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(a_set_error_stays, make_folder, remove_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
