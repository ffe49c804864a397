/* IDX: plain and packed by gzip (files by tests/data/files/make_files.py), and files that lie. */
#include "data_testing.h"

#include "data/gzip.h"
#include "data/idx.h"

enum { ROOM = 4096 };

typedef struct {
    unsigned char bytes[ROOM];
    size_t size;
} made;

static made read_all(const char *name)
{
    char path[1024];
    made file;
    FILE *stream = fopen(beside(name, path), "rb");
    assert_non_null(stream);
    file.size = fread(file.bytes, 1, ROOM, stream);
    assert_true(file.size < ROOM);
    fclose(stream);
    return file;
}

static rl_bytes bytes_of(const char *name, const made *file)
{
    return (rl_bytes){ name, file->bytes, file->size };
}

static rl_dataset *parse(const made *images, const made *labels, rl_error *err)
{
    return rl_idx_parse(bytes_of("images", images), bytes_of("labels", labels), false, (rl_memory){ 0 }, err);
}

/* The images of make_files.py: 4 × 2 × 2, value 15 times the place; labels 3 0 3 9. */
static void assert_images(rl_dataset *data)
{
    static const float y[] = { 1, 0, 1, 2 };
    static const char *const names[] = { "0", "3", "9" };
    assert_non_null(data);
    assert_int_equal(data->rows, 4);
    assert_int_equal(data->features, 4);
    assert_int_equal(data->classes, 3);
    for (size_t i = 0; i < 16; i++)
        assert_same(data->x[i], 15 * i);
    for (size_t i = 0; i < 4; i++)
        assert_same(data->y[i], y[i]);
    for (size_t c = 0; c < 3; c++)
        assert_string_equal(data->class_names[c], names[c]);
    rl_data_free(data);
}

/* A build without zlib refuses packed files by name; then there is nothing more to test about them. */
static void need_gzip(void)
{
    made packed = read_all("images.idx.gz");
    unsigned char out[64];
    size_t used;
    rl_error err = { 0 };
    if (rl_gunzip(bytes_of("x", &packed), out, sizeof out, &used, (rl_memory){ 0 }, &err))
        return;
    assert_int_equal(err.code, RL_MISSING);
    assert_non_null(strstr(err.text, "zlib1g-dev"));
    skip();
}

static void reads_plain_files(void **state)
{
    (void)state;
    made images = read_all("images.idx"), labels = read_all("labels.idx");
    rl_error err = { 0 };
    assert_images(parse(&images, &labels, &err));
}

static void reads_packed_files(void **state)
{
    (void)state;
    need_gzip();
    made plain = read_all("images.idx"), packed = read_all("images.idx.gz"), members = read_all("two_members.idx.gz"),
         labels = read_all("labels.idx.gz");
    rl_error err = { 0 };
    assert_images(parse(&packed, &labels, &err));
    assert_images(parse(&plain, &labels, &err));
    assert_images(parse(&members, &labels, &err));
}

static void refuse_images(const made *images, const char *message)
{
    made labels = read_all("labels.idx");
    rl_error err = { 0 };
    assert_null(parse(images, &labels, &err));
    assert_fails(err, RL_BAD_FILE, message);
}

static void refuse_file(const char *name, const char *message)
{
    made images = read_all(name);
    refuse_images(&images, message);
}

static void packed_files_must_keep_the_headers_promise(void **state)
{
    (void)state;
    need_gzip();
    refuse_file("bomb.idx.gz", "images: expected 47040016 bytes as its IDX header says, found a gzip file too small for"
                               " that");
    refuse_file("too_long.idx.gz", "images: expected 32 bytes as its IDX header says, found more");
    refuse_file("short.idx.gz", "images: expected 32 bytes as its IDX header says, found 31");
}

/* A header that promises a lot does not make us ask for it. */
static void a_bomb_costs_no_memory(void **state)
{
    (void)state;
    need_gzip();
    counted count = { 0 };
    rl_error err = { 0 };
    made images = read_all("bomb.idx.gz"), labels = read_all("labels.idx");
    assert_null(rl_idx_parse(bytes_of("x", &images), bytes_of("y", &labels), false, counted_memory(&count), &err));
    assert_true(count.calls <= 4); /* zlib's own state and window */
    assert_int_equal(count.living, 0);
}

static void refuses_damaged_gzip(void **state)
{
    (void)state;
    need_gzip();
    made whole = read_all("images.idx.gz"), file;
    for (size_t cut = 2; cut < whole.size; cut++) {
        file = whole;
        file.size = cut;
        refuse_images(&file, "images: expected a whole gzip file, found a truncated one");
    }
    file = whole;
    file.bytes[file.size - 5] ^= 1; /* the check sum */
    refuse_images(&file, "images: expected a whole gzip file, found a damaged one");
    file = whole;
    file.bytes[file.size++] = 'x';
    made labels = read_all("labels.idx");
    rl_error err = { 0 };
    assert_null(parse(&file, &labels, &err));
    assert_int_equal(err.code, RL_BAD_FILE);
}

static made make(unsigned char type, size_t rank, const unsigned *sizes, const void *numbers, size_t size)
{
    made file = { .bytes = { 0, 0, type, (unsigned char)rank }, .size = 4 + 4 * rank + size };
    for (size_t i = 0; i < rank; i++)
        for (size_t k = 0; k < 4; k++)
            file.bytes[4 + 4 * i + k] = (unsigned char)(sizes[i] >> (24 - 8 * k));
    memcpy(file.bytes + 4 + 4 * rank, numbers, size);
    return file;
}

static void refuses_bad_headers(void **state)
{
    (void)state;
    static const unsigned char zeros[64] = { 0 };
    made file = { .size = 0 };
    refuse_images(&file, "images: expected an IDX file (it starts with two zero bytes), found an empty file");
    file = (made){ .bytes = "1,2,3\n", .size = 6 };
    refuse_images(
        &file, "images: expected an IDX file (it starts with two zero bytes), found another or a truncated one");
    file = make(0x0A, 2, (unsigned[]){ 4, 4 }, zeros, 16);
    refuse_images(&file, "images: expected an IDX type 0x08, 0x09 or 0x0B to 0x0E, found 0x0A");
    file = make(0x08, 0, NULL, zeros, 1);
    refuse_images(&file, "images: expected at least one number, found none");
    file = make(0x08, 2, (unsigned[]){ 4, 0 }, zeros, 0);
    refuse_images(&file, "images: expected at least one number, found none");
    file = make(0x08, 2, (unsigned[]){ 4, 4 }, zeros, 0);
    file.size = 11;
    refuse_images(&file, "images: expected an IDX header of 12 bytes, found the end of the file");
    file = make(0x08, 2, (unsigned[]){ 4, 4 }, zeros, 15);
    refuse_images(&file, "images: expected 28 bytes as its IDX header says, found 27");
    file = make(0x08, 2, (unsigned[]){ 4, 4 }, zeros, 17);
    refuse_images(&file, "images: expected 28 bytes as its IDX header says, found 29");
    file = make(0x08, 3, (unsigned[]){ 0xFFFFFFFF, 0xFFFFFFFF, 4 }, zeros, 0);
    refuse_images(&file, "images: IDX header: the product of the dimensions overflows");
    file = make(0x0E, 2, (unsigned[]){ 0xFFFFFFFF, 0x80000000 }, zeros, 0);
    refuse_images(&file, "images: IDX header: the product of the dimensions overflows");
    file = make(0x08, 1, (unsigned[]){ 4 }, zeros, 4);
    refuse_images(&file, "images: expected images in 2 or more dimensions, found 1");
    file = make(0x08, 2, (unsigned[]){ 3, 1 }, zeros, 3);
    refuse_images(&file, "labels: expected 3 labels, one for each row of images, found 4");
}

static void every_dimension_may_be_used(void **state)
{
    (void)state;
    unsigned sizes[255];
    unsigned char numbers[4] = { 1, 2, 3, 4 };
    for (size_t i = 0; i < 255; i++)
        sizes[i] = i == 0 ? 4 : 1;
    made images = make(0x08, 255, sizes, numbers, 4), labels = read_all("labels.idx");
    rl_error err = { 0 };
    rl_dataset *data = parse(&images, &labels, &err);
    assert_non_null(data);
    assert_int_equal(data->features, 1);
    rl_data_free(data);
}

static void reads_every_type(void **state)
{
    (void)state;
    static const struct {
        unsigned char type;
        size_t size;
        unsigned char bytes[16]; /* two numbers */
        float values[2];
    } types[] = {
        { 0x08, 1, { 255, 1 }, { 255, 1 } },
        { 0x09, 1, { 255, 1 }, { -1, 1 } },
        { 0x0B, 2, { 0xFF, 0xFE, 1, 2 }, { -2, 258 } },
        { 0x0C, 4, { 0xFF, 0xFF, 0xFF, 0xFD, 0, 1, 0, 0 }, { -3, 65536 } },
        { 0x0D, 4, { 0x3F, 0xC0, 0, 0, 0xBF, 0x80, 0, 0 }, { 1.5f, -1 } },
        { 0x0E, 8, { 0x3F, 0xF8, 0, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0 }, { 1.5f, -2 } },
    };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        made file = make(types[i].type, 2, (unsigned[]){ 1, 2 }, types[i].bytes, 2 * types[i].size);
        rl_array array;
        rl_error err = { 0 };
        assert_true(rl_idx_open(bytes_of("x", &file), &array, &err));
        assert_same(rl_array_at(&array, 0, 0), types[i].values[0]);
        assert_same(rl_array_at(&array, 0, 1), types[i].values[1]);
    }
}

static void labels_out_of_range_are_caught(void **state)
{
    (void)state;
    static const unsigned char below[2] = { 0, 0xFF }, beyond[8] = { 0, 0, 0, 0, 0, 0, 0x27, 0x10 },
                               pixels[2] = { 1, 2 };
    made images = make(0x08, 2, (unsigned[]){ 2, 1 }, pixels, 2);
    made labels = make(0x09, 1, (unsigned[]){ 2 }, below, 2);
    rl_error err = { 0 };
    assert_null(parse(&images, &labels, &err));
    assert_fails(err, RL_BAD_FILE,
        "labels row 2: label -1 is out of range, expected a class from 0 to 9999 (real targets: :regression)");
    labels = make(0x0C, 1, (unsigned[]){ 2 }, beyond, 8);
    err = (rl_error){ 0 };
    assert_null(parse(&images, &labels, &err));
    assert_fails(err, RL_BAD_FILE,
        "labels row 2: label 10000 is out of range, expected a class from 0 to 9999 (real targets: :regression)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_plain_files),
        cmocka_unit_test(reads_packed_files),
        cmocka_unit_test(packed_files_must_keep_the_headers_promise),
        cmocka_unit_test(a_bomb_costs_no_memory),
        cmocka_unit_test(refuses_damaged_gzip),
        cmocka_unit_test(refuses_bad_headers),
        cmocka_unit_test(every_dimension_may_be_used),
        cmocka_unit_test(reads_every_type),
        cmocka_unit_test(labels_out_of_range_are_caught),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
