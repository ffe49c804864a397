/* SPEC: known values of the sets that ship, files by their endings, and what goes wrong with files. Every load is
 * also tried with the first, second, … allocation failing: an error, and nothing left behind. */
#define _GNU_SOURCE /* mkdtemp */
#include "data_testing.h"

#include <dirent.h>
#include <math.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/relive-data-XXXXXX";

/* Formatted text; the last few stay valid. */
static const char *text(const char *pattern, ...) __attribute__((format(printf, 1, 2)));
static const char *text(const char *pattern, ...)
{
    enum { KEPT = 32, ROOM = 1024 };
    static char texts[KEPT][ROOM];
    static size_t next;
    char *made = texts[next++ % KEPT];
    va_list list;
    va_start(list, pattern);
    assert_in_range(vsnprintf(made, ROOM, pattern, list), 0, ROOM - 1);
    va_end(list);
    return made;
}

static rl_dataset *load(const char *spec)
{
    rl_error err = { 0 };
    rl_dataset *data = rl_data_load(spec, (rl_data_config){ 0 }, &err);
    if (!data)
        fail_msg("%s", err.text);
    return data;
}

static void refuse(const char *spec, rl_code code, const char *message)
{
    rl_error err = { 0 };
    assert_null(rl_data_load(spec, (rl_data_config){ 0 }, &err));
    assert_fails(err, code, message);
}

static const char *inside(const char *name)
{
    return text("%s/%s", folder, name);
}

static const char *saved(const char *name, const char *content)
{
    const char *path = inside(name);
    write_file(path, content, strlen(content));
    return path;
}

/* ---- What ships -------------------------------------------------------------------------------------- */

typedef struct {
    const char *name;
    size_t rows, features, classes;
    const char *class_names[10];
    size_t of[10]; /* rows of each class */
    double sum;    /* of all features */
} known;

/* Counts are those of the sets' descriptions; sums were computed from the source files with Python. */
static const known ships[] = {
    { "digits", 1797, 64, 10, { "0", "1", "2", "3", "4", "5", "6", "7", "8", "9" },
        { 178, 182, 177, 183, 181, 182, 181, 179, 174, 180 }, 561718 },
    { "iris", 150, 4, 3, { "setosa", "versicolor", "virginica" }, { 50, 50, 50 }, 2078.7 },
    { "breast_cancer", 569, 30, 2, { "benign", "malignant" }, { 357, 212 }, 1056474.4596356 },
};

static void knows_what_ships(void **state)
{
    (void)state;
    for (size_t k = 0; k < sizeof ships / sizeof *ships; k++) {
        const known *is = &ships[k];
        rl_dataset *data = load(is->name);
        assert_string_equal(data->name, is->name);
        assert_int_equal(data->rows, is->rows);
        assert_int_equal(data->features, is->features);
        assert_int_equal(data->classes, is->classes);
        size_t of[10] = { 0 };
        double sum = 0;
        for (size_t i = 0; i < data->rows; i++)
            of[(size_t)data->y[i]]++;
        for (size_t i = 0; i < data->rows * data->features; i++)
            sum += (double)data->x[i];
        for (size_t c = 0; c < is->classes; c++) {
            assert_string_equal(data->class_names[c], is->class_names[c]);
            assert_int_equal(of[c], is->of[c]);
        }
        assert_true(fabs(sum / is->sum - 1) < 1e-8);
        rl_data_free(data);
    }
}

static void knows_single_values(void **state)
{
    (void)state;
    rl_dataset *data = load("iris");
    assert_same(data->x[0], 5.1f);
    assert_same(data->x[149 * 4 + 3], 1.8f);
    assert_same(data->y[0], 0);
    assert_same(data->y[149], 2);
    rl_data_free(data);
    data = load("digits");
    assert_same(data->x[2], 5);
    assert_same(data->x[3], 13);
    assert_same(data->y[1796], 8);
    rl_data_free(data);
    data = load("breast_cancer");
    assert_same(data->x[0], 17.99f);
    assert_string_equal(data->class_names[(size_t)data->y[0]], "malignant");
    rl_data_free(data);
}

/* ---- Files ---------------------------------------------------------------------------------------------- */

static void loads_csv(void **state)
{
    (void)state;
    const char *path = saved("wine, red:1.csv", "a,b\n1,0\n2,1\n3,1\n");
    rl_dataset *data = load(path);
    assert_string_equal(data->name, "wine, red:1.csv");
    assert_int_equal(data->rows, 3);
    assert_int_equal(data->classes, 2);
    rl_data_free(data);
    data = load(text("%s:regression", path));
    assert_string_equal(data->name, "wine, red:1.csv");
    assert_int_equal(data->classes, 0);
    rl_data_free(data);
    data = load(saved("UPPER.CSV", "1,x\n2,y\n"));
    assert_int_equal(data->rows, 2);
    rl_data_free(data);
}

static void loads_pairs(void **state)
{
    (void)state;
    char x[1024], y[1024];
    rl_dataset *data = load(text("%s,%s", beside("x_f4.npy", x), beside("y_classes.npy", y)));
    assert_string_equal(data->name, "x_f4.npy");
    assert_int_equal(data->classes, 3);
    rl_data_free(data);
    data = load(text("%s,%s:regression", x, y));
    assert_int_equal(data->classes, 0);
    assert_same(data->y[0], 7);
    rl_data_free(data);
    data = load(text("%s,%s", beside("images.idx", x), beside("labels.idx", y)));
    assert_string_equal(data->name, "images.idx");
    assert_int_equal(data->features, 4);
    rl_data_free(data);
}

static void copy_file(const char *from, const char *to)
{
    char bytes[4096];
    FILE *file = fopen(from, "rb");
    assert_non_null(file);
    size_t size = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    write_file(to, bytes, size);
}

static void paths_may_hold_commas(void **state)
{
    (void)state;
    char x[1024], y[1024];
    copy_file(beside("x_f4.npy", x), inside("a,b.npy"));
    rl_dataset *data = load(text("%s,%s", inside("a,b.npy"), beside("y_classes.npy", y)));
    assert_int_equal(data->rows, 4);
    rl_data_free(data);
}

static void says_what_is_wrong_with_a_file(void **state)
{
    (void)state;
    const char *path = inside("absent.csv");
    refuse(path, RL_BAD_FILE, text("%s: No such file or directory", path));
    path = saved("plain.csv", "1,a\n2,b\n");
    refuse(text("%s/x.csv", path), RL_BAD_FILE, text("%s/x.csv: Not a directory", path));
    path = inside("folder.csv");
    assert_int_equal(mkdir(path, 0700), 0);
    refuse(path, RL_BAD_FILE, text("%s: is a folder, expected a file", path));
    path = inside("pipe.csv");
    assert_int_equal(mkfifo(path, 0600), 0);
    refuse(path, RL_BAD_FILE, text("%s: is not a regular file", path));
    path = saved("empty.csv", "");
    refuse(path, RL_BAD_FILE, text("%s: the file is empty, expected one example a line", path));
    path = saved("bad.csv", "a,b\n1,x\nabc,y\n");
    refuse(path, RL_BAD_FILE, text("%s line 3 field 1: expected a number, found \"abc\"", path));
    path = saved("locked.csv", "1,a\n2,b\n");
    assert_int_equal(chmod(path, 0), 0);
    if (geteuid() != 0) /* root may read everything */
        refuse(path, RL_BAD_FILE, text("%s: Permission denied", path));
}

/* Linux's sysfs says 4096 bytes of files that hold a few: as if they had shrunk while they were read. */
static void a_file_may_be_shorter_than_it_says(void **state)
{
    (void)state;
    static const char short_file[] = "/sys/devices/system/cpu/online";
    struct stat status;
    if (stat(short_file, &status) != 0 || status.st_size != 4096)
        skip(); /* no sysfs here */
    const char *path = inside("shrunk.csv");
    assert_int_equal(symlink(short_file, path), 0);
    refuse(path, RL_BAD_FILE, text("%s: the file shrank while it was read", path));
}

/* A file with a hole: a terabyte by its size, nothing on the disk. */
static void a_file_larger_than_memory_is_no_crash(void **state)
{
    (void)state;
    const char *path = saved("hole.csv", "");
    if (truncate(path, (off_t)1 << 40) != 0)
        skip();                       /* a file system without holes */
    counted small = { .fail_at = 2 }; /* the copy of SPEC, then the file: no test should really ask for it */
    rl_error err = { 0 };
    assert_null(rl_data_load(path, (rl_data_config){ .memory = counted_memory(&small) }, &err));
    assert_fails(err, RL_NO_MEMORY, text("%s: its 1099511627776 bytes do not fit in memory", path));
    assert_int_equal(small.living, 0);
    assert_int_equal(remove(path), 0);
}

static void one_class_is_no_task(void **state)
{
    (void)state;
    const char *path = saved("one.csv", "1,a\n2,a\n");
    refuse(path, RL_BAD_FILE, text("%s: expected at least two classes, found only \"a\" in 2 rows", path));
}

static void parses_what_is_in_memory(void **state)
{
    (void)state;
    const char *content = "a,b,kind\n1,2,x\n3,4,y\n5,6,x\n";
    rl_error err = { 0 };
    rl_dataset *file = rl_data_load(saved("mine.csv", content), (rl_data_config){ 0 }, &err);
    rl_dataset *text_set = rl_data_parse("mine.csv", content, strlen(content), false, (rl_data_config){ 0 }, &err);
    assert_non_null(file);
    assert_non_null(text_set);
    assert_string_equal(text_set->name, file->name);
    assert_int_equal(text_set->rows, 3);
    assert_int_equal(text_set->classes, 2);
    assert_memory_equal(text_set->x, file->x, 6 * sizeof *file->x);
    assert_memory_equal(text_set->y, file->y, 3 * sizeof *file->y);
    rl_data_free(file);
    rl_data_free(text_set);
    rl_dataset *real = rl_data_parse("r", "1,2.5", 5, true, (rl_data_config){ 0 }, &err);
    assert_non_null(real);
    assert_int_equal(real->classes, 0);
    assert_same(real->y[0], 2.5);
    rl_data_free(real);
    assert_null(rl_data_parse("pasted", "1,2\n1", 5, false, (rl_data_config){ 0 }, &err));
    assert_fails(err, RL_BAD_FILE, "pasted line 2: expected 2 fields as in line 1, found 1");
    err = (rl_error){ 0 };
    assert_null(rl_data_parse("pasted", "1,a", 3, false, (rl_data_config){ 0 }, &err));
    assert_fails(err, RL_BAD_FILE, "pasted: expected at least two classes, found only \"a\" in 1 rows");
}

static void takes_a_models_numbering(void **state)
{
    (void)state;
    char *names[] = { "c", "a", "b" };
    rl_data_config config = { .class_names = names, .classes = 3 };
    rl_error err = { 0 };
    rl_dataset *data = rl_data_load(saved("few.csv", "1,a\n2,a\n"), config, &err);
    assert_non_null(data);
    assert_int_equal(data->classes, 3);
    assert_string_equal(data->class_names[0], "c");
    assert_same(data->y[0], 1);
    rl_data_free(data);
    assert_null(rl_data_load(saved("more.csv", "1,a\n2,d\n"), config, &err));
    assert_fails(err, RL_BAD_SHAPE, "data set more.csv: unknown class \"d\", expected one of 3: \"c\" to \"b\"");
}

static void knows_no_such_thing(void **state)
{
    (void)state;
    static const char all[] =
        "breast_cancer, digits, iris, moons, circles, spirals, xor, blobs, ring, adding, dosage, fashion-mnist,"
        " fashion-mnist-test";
    refuse("digit", RL_BAD_CONFIG, "unknown data set \"digit\"; did you mean \"digits\"?");
    refuse("mons:20", RL_BAD_CONFIG, "unknown data set \"mons\"; did you mean \"moons\"?");
    refuse("Iris", RL_BAD_CONFIG, "unknown data set \"Iris\"; did you mean \"iris\"?");
    refuse("qqqqqqqqqqqq", RL_BAD_CONFIG, text("unknown data set \"qqqqqqqqqqqq\"; expected one of: %s", all));
    refuse("", RL_BAD_CONFIG, text("unknown data set \"\"; expected one of: %s", all));
    refuse("wine.xls", RL_BAD_CONFIG,
        "data \"wine.xls\": expected a data set's name, FILE.csv, X.npy,Y.npy or IMAGES.idx,LABELS.idx");
    refuse("a.npy,b.idx", RL_BAD_CONFIG,
        "a.npy,b.idx: expected a pair of files FEATURES,LABELS of one kind, found one or two kinds");
    refuse(
        "x.npy", RL_BAD_CONFIG, "x.npy: expected a pair of files FEATURES,LABELS of one kind, found one or two kinds");
}

/* ---- Fashion-MNIST ---------------------------------------------------------------------------------------- */

/* Ten images of 2 × 2, and labels 0 to 9 (or first … first + 9). */
static void write_fashion(const char *part, unsigned char first)
{
    unsigned char images[16 + 40] = { 0, 0, 8, 3, 0, 0, 0, 10, 0, 0, 0, 2, 0, 0, 0, 2 };
    unsigned char labels[8 + 10] = { 0, 0, 8, 1, 0, 0, 0, 10 };
    memset(images + 16, 200, 40);
    for (unsigned char i = 0; i < 10; i++)
        labels[8 + i] = first + i;
    write_file(inside(text("%s-images-idx3-ubyte", part)), images, sizeof images);
    write_file(inside(text("%s-labels-idx1-ubyte", part)), labels, sizeof labels);
}

static void finds_fashion_mnist_in_a_folder(void **state)
{
    (void)state;
    const char *spec = text("fashion-mnist:%s", folder);
    refuse(spec, RL_BAD_FILE,
        text("%s: expected train-images-idx3-ubyte or train-images-idx3-ubyte.gz in this folder, found neither",
            folder));
    write_fashion("train", 0);
    write_fashion("t10k", 1);
    rl_dataset *data = load(spec);
    assert_string_equal(data->name, "fashion-mnist");
    assert_int_equal(data->rows, 10);
    assert_int_equal(data->features, 4);
    assert_int_equal(data->classes, 10);
    assert_string_equal(data->class_names[0], "T-shirt/top");
    assert_string_equal(data->class_names[9], "Ankle boot");
    assert_same(data->x[5], 200);
    assert_same(data->y[9], 9);
    rl_data_free(data);

    spec = text("fashion-mnist-test:%s", folder);
    refuse(spec, RL_BAD_FILE,
        text("%s/t10k-images-idx3-ubyte: expected the ten classes 0 to 9 of Fashion-MNIST, found others", folder));
    write_fashion("t10k", 0);
    data = load(spec);
    assert_string_equal(data->name, "fashion-mnist-test");
    rl_data_free(data);
}

static void names_the_package_that_is_missing(void **state)
{
    (void)state;
    if (access("/usr/share/datasets/fashion-mnist", F_OK) == 0)
        skip(); /* it is installed here */
    refuse("fashion-mnist", RL_MISSING,
        "fashion-mnist is not in /usr/share/datasets/fashion-mnist; install Debian's package dataset-fashion-mnist, or"
        " give its folder (fashion-mnist:FOLDER)");
}

/* ---- Memory that runs out -------------------------------------------------------------------------------- */

static bool run(const char *spec, rl_memory memory, rl_error *err)
{
    rl_dataset *data = rl_data_load(spec, (rl_data_config){ .memory = memory }, err);
    rl_data_free(data);
    return data != NULL;
}

static bool match(const char *spec, rl_memory memory, rl_error *err)
{
    char *names[] = { "lower", "upper" };
    rl_data_config config = { .class_names = names, .classes = 2, .memory = memory };
    rl_dataset *data = rl_data_load(spec, config, err);
    rl_data_free(data);
    return data != NULL;
}

static bool copy_data(const char *spec, rl_memory memory, rl_error *err)
{
    rl_dataset *data = rl_data_load(spec, (rl_data_config){ .memory = memory }, err);
    rl_dataset *copy = data ? rl_data_copy(data, err) : NULL;
    rl_data_free(data);
    rl_data_free(copy);
    return copy != NULL;
}

static bool split(const char *spec, rl_memory memory, rl_error *err)
{
    rl_dataset *first = NULL, *second = NULL, *data = rl_data_load(spec, (rl_data_config){ .memory = memory }, err);
    bool done = data && rl_data_split(data, 0.5, 0, &first, &second, err);
    rl_data_free(data);
    assert_true(done == (first != NULL) && done == (second != NULL));
    rl_data_free(first);
    rl_data_free(second);
    return done;
}

static bool of_classes(const char *spec, rl_memory memory, rl_error *err)
{
    static const size_t wanted[] = { 1 };
    rl_dataset *data = rl_data_load(spec, (rl_data_config){ .memory = memory }, err);
    rl_dataset *part = data ? rl_data_of_classes(data, wanted, 1, err) : NULL;
    rl_data_free(data);
    rl_data_free(part);
    return part != NULL;
}

static bool scale(const char *spec, rl_memory memory, rl_error *err)
{
    rl_scaling scaling;
    rl_dataset *data = rl_data_load(spec, (rl_data_config){ .memory = memory }, err);
    bool done = data && rl_scaling_measure(data, &scaling, memory, err);
    if (done)
        rl_scaling_free(&scaling);
    rl_data_free(data);
    return done;
}

/* Fails the first allocation, then the second, … until the call goes through. */
static void fail_each(bool (*call)(const char *spec, rl_memory memory, rl_error *err), const char *spec)
{
    for (size_t n = 1;; n++) {
        counted memory = { .fail_at = n };
        rl_error err = { 0 };
        bool done = call(spec, counted_memory(&memory), &err);
        assert_int_equal(memory.living, 0);
        if (done) {
            assert_int_equal(err.code, RL_OK);
            assert_true(memory.calls < n); /* it did go through without a failure */
            assert_true(n > 4);
            return;
        }
        if (err.code != RL_NO_MEMORY)
            fail_msg("%s, allocation %zu: %s", spec, n, err.text);
    }
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    char x[1024], y[1024];
    write_fashion("train", 0);
    fail_each(run, "iris");
    fail_each(run, "dosage");
    fail_each(run, "moons:10");
    fail_each(run, text("fashion-mnist:%s", folder));
    fail_each(run, saved("names.csv",
                       "1,a\n1,b\n1,c\n1,d\n1,e\n1,f\n1,g\n1,h\n1,i\n1,j\n1,k\n1,l\n1,m\n1,n\n1,o\n1,p\n1,q\n1,r\n"));
    fail_each(run, text("%s:regression", saved("real.csv", "1,2\n3,4\n")));
    fail_each(run, text("%s,%s", beside("x_f4.npy", x), beside("y_classes.npy", y)));
    fail_each(run, text("%s,%s", beside("x_f4.npy", x), beside("y_real.npy", y)));
    fail_each(run, text("%s,%s", beside("images.idx", x), beside("labels.idx", y)));
    fail_each(match, "moons:10");
    fail_each(copy_data, "moons:10");
    fail_each(split, "moons:10");
    fail_each(split, "dosage");
    fail_each(of_classes, "moons:10");
    fail_each(scale, "moons:10");
}

static void every_allocation_of_gzip_may_fail(void **state)
{
    (void)state;
    char x[1024], y[1024];
    const char *spec = text("%s,%s", beside("images.idx.gz", x), beside("labels.idx.gz", y));
    rl_error err = { 0 };
    if (!run(spec, (rl_memory){ 0 }, &err)) {
        assert_int_equal(err.code, RL_MISSING); /* a build without zlib */
        skip();
    }
    fail_each(run, spec);
}

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    char path[512];
    DIR *files = opendir(folder);
    if (!files)
        return -1;
    for (struct dirent *entry = readdir(files); entry; entry = readdir(files)) {
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            remove(path);
    }
    closedir(files);
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_what_ships),
        cmocka_unit_test(knows_single_values),
        cmocka_unit_test(loads_csv),
        cmocka_unit_test(loads_pairs),
        cmocka_unit_test(paths_may_hold_commas),
        cmocka_unit_test(says_what_is_wrong_with_a_file),
        cmocka_unit_test(a_file_may_be_shorter_than_it_says),
        cmocka_unit_test(a_file_larger_than_memory_is_no_crash),
        cmocka_unit_test(one_class_is_no_task),
        cmocka_unit_test(parses_what_is_in_memory),
        cmocka_unit_test(takes_a_models_numbering),
        cmocka_unit_test(knows_no_such_thing),
        cmocka_unit_test(finds_fashion_mnist_in_a_folder),
        cmocka_unit_test(names_the_package_that_is_missing),
        cmocka_unit_test(every_allocation_may_fail),
        cmocka_unit_test(every_allocation_of_gzip_may_fail),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
