/* Models: what is saved comes back to the bit, PyTorch agrees, and a file that does not fit is refused by name. */
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

static const char layers[] = "input 3; dense 4; prelu:0.25; dropout 0.25; dense 4 no_bias; leaky_relu:0.2; add 2; "
                             "prelu:0.5 shared; dense 2 @5";
static float means[] = { 0.1f, -1e-30f, 3e7f }, deviations[] = { 1.0f / 3, 1e-20f, 16777215 };
static char *names[] = { "malign \"M\"", "ü" };

static rl_net *new_net(const char *text, int lanes, uint64_t seed)
{
    rl_error err = { 0 };
    rl_net *net = rl_net_new((rl_net_config){ .lanes = lanes, .seed = seed }, &err);
    if (!rl_net_append(net, text, (rl_dense_config){ .bias = 0.5f }, &err))
        fail_msg("%s", err.text);
    return net;
}

static rl_model full_model(void)
{
    return (rl_model){ .net = new_net(layers, 1, UINT64_MAX),
        .scaling = { 3, means, deviations, libc },
        .loss = &rl_cross_entropy,
        .classes = 2,
        .class_names = names,
        .seed = UINT64_MAX };
}

static void save(const rl_model *model)
{
    rl_error err = { 0 };
    if (!rl_model_save(model, path, &err))
        fail_msg("%s", err.text);
}

static void assert_same_net(const rl_net *a, const rl_net *b)
{
    char text_a[1000], text_b[1000];
    rl_error err = { 0 };
    assert_true(rl_net_describe(a, 0, text_a, sizeof text_a, &err));
    assert_true(rl_net_describe(b, 0, text_b, sizeof text_b, &err));
    assert_string_equal(text_a, text_b);
    size_t count_a, count_b;
    const float *p = rl_parameters((rl_net *)a, &count_a), *q = rl_parameters((rl_net *)b, &count_b);
    assert_int_equal(count_a, count_b);
    assert_memory_equal(p, q, count_a * sizeof *p);
}

static void a_model_comes_back_to_the_bit(void **state)
{
    (void)state;
    rl_error err = { 0 };
    rl_model ours = full_model(), theirs;
    size_t count;
    float *parameters = rl_parameters(ours.net, &count);
    parameters[0] = NAN; /* a broken net is worth a look too */
    parameters[1] = -INFINITY;
    save(&ours);
    if (!rl_model_load(&theirs, path, libc, &err))
        fail_msg("%s", err.text);
    assert_same_net(ours.net, theirs.net);
    assert_int_equal(rl_net_seed(theirs.net, 0), UINT64_MAX);
    assert_true(theirs.seed == UINT64_MAX);
    assert_int_equal(theirs.scaling.features, 3);
    assert_memory_equal(theirs.scaling.mean, means, sizeof means);
    assert_memory_equal(theirs.scaling.deviation, deviations, sizeof deviations);
    assert_ptr_equal(theirs.loss, &rl_cross_entropy);
    assert_int_equal(theirs.classes, 2);
    assert_string_equal(theirs.class_names[0], names[0]);
    assert_string_equal(theirs.class_names[1], names[1]);
    rl_model_free(&theirs);
    rl_model_free(&theirs); /* empty by now */
    rl_net_free(ours.net);
}

static void a_bare_model_comes_back_bare(void **state)
{
    (void)state;
    rl_error err = { 0 };
    rl_model ours = { .net = new_net("input 2; dense 1", 1, 3) }, theirs;
    save(&ours);
    assert_true(rl_model_load(&theirs, path, libc, &err));
    assert_same_net(ours.net, theirs.net);
    assert_int_equal(theirs.scaling.features, 0);
    assert_null(theirs.loss);
    assert_int_equal(theirs.classes, 0);
    assert_null(theirs.class_names);
    rl_model_free(&theirs);
    ours.classes = 2; /* classes without names; two share one logit */
    save(&ours);
    assert_true(rl_model_load(&theirs, path, libc, &err));
    assert_int_equal(theirs.classes, 2);
    assert_null(theirs.class_names);
    rl_model_free(&theirs);
    rl_net_free(ours.net);
}

static void tensors_are_named_as_in_torch(void **state)
{
    (void)state;
    rl_error err = { 0 };
    rl_model model = full_model();
    save(&model);
    rl_safetensors file;
    assert_true(rl_safetensors_read(&file, path, libc, &err));
    static const struct {
        const char *name;
        int rank;
        size_t shape[2];
    } expected[] = {
        { "0.bias", 1, { 4 } },
        { "0.weight", 2, { 4, 3 } },
        { "1.weight", 1, { 4 } },
        { "3.weight", 2, { 4, 4 } },
        { "6.weight", 1, { 1 } },
        { "7.bias", 1, { 2 } },
        { "7.weight", 2, { 2, 4 } },
    };
    assert_int_equal(file.tensor_count, sizeof expected / sizeof *expected);
    for (size_t i = 0; i < file.tensor_count; i++) {
        assert_string_equal(file.tensors[i].name, expected[i].name);
        assert_true(rl_tensor_has_shape(&file.tensors[i], expected[i].rank, expected[i].shape));
    }
    float bias[4];
    rl_tensor_floats(rl_safetensors_find(&file, "0.bias"), bias);
    assert_true(bias[0] == 0.5f && bias[3] == 0.5f);
    assert_string_equal(rl_safetensors_metadata(&file, "relive.version"), RL_VERSION);
    char text[1000];
    assert_true(rl_net_describe(model.net, 0, text, sizeof text, &err));
    assert_string_equal(rl_safetensors_metadata(&file, "relive.net"), text);
    assert_string_equal(rl_safetensors_metadata(&file, "relive.seed"), "18446744073709551615");
    assert_string_equal(rl_safetensors_metadata(&file, "relive.classes"), "[\"malign \\\"M\\\"\",\"ü\"]");
    assert_string_equal(rl_safetensors_metadata(&file, "relive.loss"), "cross_entropy");
    assert_string_equal(rl_safetensors_metadata(&file, "relive.standardize"),
        "{\"mean\":[0.1,-1e-30,30000000],\"deviation\":[0.33333334,1e-20,16777215]}");
    rl_safetensors_free(&file);
    rl_net_free(model.net);
}

static void parameters_go_into_every_lane(void **state)
{
    (void)state;
    rl_error err = { 0 };
    rl_model model = full_model();
    save(&model);
    rl_net *pack = new_net(layers, 4, 1);
    assert_true(rl_model_load_parameters(pack, path, &err));
    size_t count;
    const float *one = rl_parameters(model.net, &count), *four = rl_parameters(pack, NULL);
    for (size_t i = 0; i < count; i++)
        for (int lane = 0; lane < 4; lane++)
            assert_true(four[4 * i + (size_t)lane] == one[i]);
    rl_net_free(pack);
    rl_net_free(model.net);
}

/* ---- What does not fit ---- */

static const float numbers[64];
static const rl_tensor weight = {
    .name = "0.weight", .type = RL_TENSOR_F32, .rank = 2, .shape = { 2, 3 }, .data = numbers
};
static const rl_tensor bias = { .name = "0.bias", .type = RL_TENSOR_F32, .rank = 1, .shape = { 2 }, .data = numbers };

static void assert_misfit(const rl_tensor *tensors, size_t count, const char *says)
{
    rl_error err = { 0 };
    assert_true(rl_safetensors_write(path, tensors, count, NULL, 0, libc, &err));
    rl_net *net = new_net("input 3; dense 2", 1, 5), *untouched = new_net("input 3; dense 2", 1, 5);
    assert_false(rl_model_load_parameters(net, path, &err));
    assert_int_equal(err.code, RL_BAD_FILE);
    if (!strstr(err.text, says) || !strstr(err.text, path))
        fail_msg("expected \"%s\": %s", says, err.text);
    assert_same_net(net, untouched);
    rl_net_free(net);
    rl_net_free(untouched);
}

static void misfits_are_named(void **state)
{
    (void)state;
    assert_misfit(&weight, 1, "no tensor \"0.bias\", expected one of shape [2]");
    assert_misfit(&bias, 1, "no tensor \"0.weight\", expected one of shape [2, 3]");
    rl_tensor turned = weight;
    turned.shape[0] = 3;
    turned.shape[1] = 2;
    assert_misfit((rl_tensor[]){ turned, bias }, 2, "\"0.weight\" has shape [3, 2], expected [2, 3]");
    rl_tensor flat = { .name = "0.weight", .type = RL_TENSOR_F32, .rank = 1, .shape = { 6 }, .data = numbers };
    assert_misfit((rl_tensor[]){ flat, bias }, 2, "\"0.weight\" has shape [6], expected [2, 3]");
    rl_tensor whole = weight;
    whole.type = RL_TENSOR_I32;
    assert_misfit((rl_tensor[]){ whole, bias }, 2, "\"0.weight\" has dtype I32, expected F32");
    rl_tensor extra = { .name = "0.scale", .type = RL_TENSOR_F32, .rank = 0, .data = numbers };
    assert_misfit(
        (rl_tensor[]){ weight, bias, extra }, 3, "\"0.scale\" of shape [] has no place in the net, expected 2 tensors");
}

static void false_metadata_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *net, *key, *value, *says;
    } cases[] = {
        { NULL, NULL, NULL, "no metadata \"relive.net\", expected a model that relive has saved" },
        { "", NULL, NULL, "names no layers" },
        { "input 3; dense two", NULL, NULL, "relive.net: layers: \"dense two\"" },
        { "input 3; lense 2", NULL, NULL, "relive.net: " },
        { "input 3; dense 4", NULL, NULL, "\"0.weight\" has shape [2, 3], expected [4, 3]" },
        { "input 3; dense 2; dense 2", NULL, NULL, "no tensor \"1.weight\", expected one of shape [2, 2]" },
        { "input 1000000000; dense 1000000000", NULL, NULL, "describes a larger net than the file holds" },
        { "input 70000; dense 70000", NULL, NULL, "describes a larger net than the file holds" },
        { "input 3; dense 2", "relive.seed", "-1", "relive.seed is \"-1\", expected a whole number" },
        { "input 3; dense 2", "relive.seed", "", "relive.seed is \"\"" },
        { "input 3; dense 2", "relive.seed", "18446744073709551616", "expected a whole number" },
        { "input 3; dense 2", "relive.loss", "squard", "did you mean \"squared\"?" },
        { "input 3; dense 2", "relive.classes", "3", "3 classes do not fit the net's 2 outputs" },
        { "input 3; dense 2", "relive.classes", "0", "0 classes do not fit" },
        { "input 3; dense 2", "relive.classes", "[]", "0 classes do not fit" },
        { "input 3; dense 2", "relive.classes", "[\"a\",\"b\",\"c\"]", "3 classes do not fit" },
        { "input 3; dense 2", "relive.classes", "[\"a\",2]", "name 2 is not a text" },
        { "input 3; dense 2", "relive.classes", "{\"a\":2}", "is not a list of names" },
        { "input 3; dense 2", "relive.classes", "[\"a\"", "not valid JSON" },
        { "input 3; dense 2", "relive.standardize", "[]", "relive.standardize: mean: 0 numbers, expected 3" },
        { "input 3; dense 2", "relive.standardize", "nonsense", "relive.standardize: not valid JSON" },
        { "input 3; dense 2", "relive.standardize", "{\"mean\":[1,2],\"deviation\":[1,2,3]}",
            "mean: 2 numbers, expected 3" },
        { "input 3; dense 2", "relive.standardize", "{\"mean\":[1,2,3]}", "deviation: 0 numbers, expected 3" },
        { "input 3; dense 2", "relive.standardize", "{\"mean\":{\"a\":1,\"b\":2,\"c\":3}}",
            "mean: 3 numbers, expected 3" },
        { "input 3; dense 2", "relive.standardize", "{\"mean\":[1,2,\"3\"]}", "mean: number 3 is not a finite float" },
        { "input 3; dense 2", "relive.standardize", "{\"mean\":[1,2,1e39]}", "mean: number 3 is not a finite float" },
        { "input 3; dense 2", "relive.standardize", "{\"mean\":[1,2,3],\"deviation\":[1,0,1]}",
            "deviation: number 2 is not a finite float above 0" },
        { "input 3; dense 2", "relive.standardize", "{\"mean\":[1,2,3],\"deviation\":[1,1e-60,1]}",
            "deviation: number 2" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rl_error err = { 0 };
        rl_metadata metadata[2] = { { "relive.net", cases[i].net }, { cases[i].key, cases[i].value } };
        size_t count = !cases[i].net ? 0 : cases[i].key ? 2 : 1;
        assert_true(rl_safetensors_write(path, (rl_tensor[]){ weight, bias }, 2, metadata, count, libc, &err));
        rl_model model;
        assert_false(rl_model_load(&model, path, libc, &err));
        assert_int_equal(err.code, RL_BAD_FILE);
        if (!strstr(err.text, cases[i].says) || !strstr(err.text, path))
            fail_msg("%s: %s: %s", cases[i].net, cases[i].value, err.text);
        assert_null(model.net);
        rl_model_free(&model);
    }
}

static void a_description_may_not_be_endless(void **state)
{
    (void)state;
    static char endless[40000];
    strcpy(endless, "input 3; dense 2");
    while (strlen(endless) < 20000)
        strcat(endless, "; relu; relu; relu; relu; relu; relu; relu; relu; relu; relu; relu; relu; relu");
    rl_error err = { 0 };
    rl_metadata metadata = { "relive.net", endless };
    assert_true(rl_safetensors_write(path, (rl_tensor[]){ weight, bias }, 2, &metadata, 1, libc, &err));
    rl_model model;
    assert_false(rl_model_load(&model, path, libc, &err));
    assert_non_null(strstr(err.text, "too long a metadata \"relive.net\""));
    remove(path);
    err = (rl_error){ 0 };
    model = (rl_model){ .net = new_net(endless, 1, 1) };
    assert_false(rl_model_save(&model, path, &err)); /* what could not be loaded is not saved */
    assert_int_equal(err.code, RL_BAD_CONFIG);
    assert_int_equal(access(path, F_OK), -1);
    rl_net_free(model.net);
}

static bool full_disk_is_an_error(void)
{
    rl_error err = { 0 };
    rl_model model = { .net = new_net("input 2; dense 2", 1, 1) };
    return !rl_model_save(&model, "/dev/full", &err) && err.code == RL_MISSING;
}

static void models_that_cannot_be_saved(void **state)
{
    (void)state;
    rl_error err = { 0 };
    rl_model model = { .net = new_net("input 3; dense 2", 4, 1) };
    assert_false(rl_model_save(&model, path, &err));
    assert_non_null(strstr(err.text, "one lane"));
    rl_net_free(model.net);
    err = (rl_error){ 0 };
    model = (rl_model){ .net = new_net("input 2; dense 2", 1, 1), .scaling = { 3, means, deviations, libc } };
    assert_false(rl_model_save(&model, path, &err));
    assert_int_equal(err.code, RL_BAD_SHAPE);
    model.scaling.features = 0;
    err = (rl_error){ 0 };
    assert_true(as_nobody(full_disk_is_an_error));
    assert_false(rl_model_save(&model, folder, &err));
    assert_int_equal(err.code, RL_BAD_FILE);
    assert_false(rl_model_save(&model, path, &err)); /* the error stays */
    assert_false(rl_model_load_parameters(model.net, path, &err));
    rl_model other;
    assert_false(rl_model_load(&other, path, libc, &err));
    assert_null(other.net);
    assert_int_equal(access(path, F_OK), -1);
    rl_net_free(model.net);
}

/* ---- Memory ---- */

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
    rl_model ours = full_model(), theirs;
    bool saved = false, loaded = false, taken = false;
    long n = 0, plenty = 1000000;
    for (; n < 500 && !saved; n++) {
        rl_error err = { 0 };
        long left = n;
        ours.memory = (rl_memory){ failing, &left };
        saved = rl_model_save(&ours, path, &err);
        assert_int_equal(err.code, saved ? RL_OK : RL_NO_MEMORY);
        assert_true(saved || access(path, F_OK) != 0);
    }
    for (n = 0; n < 500 && !loaded; n++) {
        rl_error err = { 0 };
        long left = n;
        loaded = rl_model_load(&theirs, path, (rl_memory){ failing, &left }, &err);
        assert_int_equal(err.code, loaded ? RL_OK : RL_NO_MEMORY);
        rl_model_free(&theirs);
    }
    long left = plenty;
    rl_error err = { 0 };
    rl_net *net = rl_net_new((rl_net_config){ .seed = 1, .memory = { failing, &left } }, &err);
    assert_true(rl_net_append(net, layers, (rl_dense_config){ 0 }, &err));
    for (n = 0; n < 500 && !taken; n++) {
        err = (rl_error){ 0 };
        left = n;
        taken = rl_model_load_parameters(net, path, &err);
        assert_int_equal(err.code, taken ? RL_OK : RL_NO_MEMORY);
    }
    assert_same_net(net, ours.net);
    assert_true(saved && loaded && taken);
    left = plenty;
    rl_net_free(net);
    rl_net_free(ours.net);
}

/* ---- PyTorch, which reads what we wrote, and we what it wrote ---- */

enum { ROWS = 50 };

static void forward(const rl_net *net, const float *x, float *y)
{
    rl_error err = { 0 };
    rl_pass *pass = rl_pass_new(net, ROWS, &err);
    assert_non_null(pass);
    rl_forward(net, pass, x, ROWS);
    memcpy(y, rl_output(pass), ROWS * (size_t)rl_net_outputs(net) * sizeof *y);
    rl_pass_free(pass);
}

static void pytorch_agrees_on(const char *text, size_t inputs)
{
    enum { MOST_INPUTS = 24 };
    rl_error err = { 0 };
    rl_model model = { .net = new_net(text, 1, 11), .loss = &rl_cross_entropy };
    float x[ROWS * MOST_INPUTS], y[ROWS * 3], theirs[ROWS * 3];
    assert_int_equal(rl_net_inputs(model.net), inputs);
    for (size_t i = 0; i < ROWS * inputs; i++)
        x[i] = (float)(i * 37 % 101) / 25 - 2;
    forward(model.net, x, y);
    assert_true(rl_model_save(&model, in_folder("ours.safetensors"), &err));
    rl_tensor data[2] = {
        { .name = "x", .type = RL_TENSOR_F32, .rank = 2, .shape = { ROWS, inputs }, .data = x },
        { .name = "y", .type = RL_TENSOR_F32, .rank = 2, .shape = { ROWS, 3 }, .data = y },
    };
    assert_true(rl_safetensors_write(in_folder("inputs.safetensors"), data, 2, NULL, 0, libc, &err));

    char command[512];
    snprintf(command, sizeof command, "/usr/bin/python3 -B '%s/tools/safetensors.py' agree %s >&2", RELIVE_TESTS_FOLDER,
        folder);
    assert_int_equal(system(command), 0);

    static const char *const kinds[] = { "f32", "f64", "f16" };
    char name[64];
    for (size_t k = 0; k < 3; k++) {
        snprintf(name, sizeof name, "theirs_%s.safetensors", kinds[k]);
        if (!rl_model_load_parameters(model.net, in_folder(name), &err))
            fail_msg("%s", err.text);
        remove(in_folder(name));
        snprintf(name, sizeof name, "outputs_%s.safetensors", kinds[k]);
        rl_safetensors file;
        assert_true(rl_safetensors_read(&file, in_folder(name), libc, &err));
        remove(in_folder(name));
        rl_tensor_floats(rl_safetensors_find(&file, "y"), theirs);
        rl_safetensors_free(&file);
        forward(model.net, x, y);
        for (size_t i = 0; i < ROWS * 3; i++)
            assert_true(fabsf(y[i] - theirs[i]) <= 1e-6f);
    }
    remove(in_folder("ours.safetensors"));
    remove(in_folder("inputs.safetensors"));
    rl_net_free(model.net);
}

static void pytorch_agrees(void **state)
{
    (void)state;
    pytorch_agrees_on("input 5; dense 16; relu; dropout 0.5; dense 8; prelu:0.1; dense 8 no_bias; leaky_relu:0.2; "
                      "dense 6; prelu:0.3 shared; dense 6; tanh; dense 3",
        5);
    pytorch_agrees_on("input 5x4; rnn 6 relu; gru 5 no_bias; lstm 4; rnn 3 tanh; last; dense 3", 20);
    pytorch_agrees_on("input 5x4; layer_norm; gru 5; layer_norm; last; layer_norm; tanh; batch_norm; dense 3", 20);
    pytorch_agrees_on(
        "input 2x3x4; batch_norm; conv_transposed 3 2; batch_norm; layer_norm; relu; flatten; batch_norm; "
        "dense 3",
        24);
    pytorch_agrees_on("input 5x4; lstm 4 no_bias; rnn 3 no_bias; gru 6; tanh; flatten; dense 3", 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_model_comes_back_to_the_bit, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(a_bare_model_comes_back_bare, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(tensors_are_named_as_in_torch, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(parameters_go_into_every_lane, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(misfits_are_named, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(false_metadata_is_named, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(a_description_may_not_be_endless, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(models_that_cannot_be_saved, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(lost_memory_is_an_error, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(pytorch_agrees, make_folder, remove_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
