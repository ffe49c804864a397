#include "format/safetensors.h"

#include "format/file.h"
#include "format/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "arrays are copied as they are: little-endian machines only");

static const char METADATA[] = "__metadata__";
static const size_t MOST_HEADER = 100000000; /* as in the reference reader */
static const size_t MOST_FILE = (size_t)1 << 31;

static const struct {
    const char *name;
    size_t bytes;
} types[RL_TENSOR_TYPES] = {
    [RL_TENSOR_BOOL] = { "BOOL", 1 },
    [RL_TENSOR_U8] = { "U8", 1 },
    [RL_TENSOR_I8] = { "I8", 1 },
    [RL_TENSOR_U16] = { "U16", 2 },
    [RL_TENSOR_I16] = { "I16", 2 },
    [RL_TENSOR_F16] = { "F16", 2 },
    [RL_TENSOR_BF16] = { "BF16", 2 },
    [RL_TENSOR_U32] = { "U32", 4 },
    [RL_TENSOR_I32] = { "I32", 4 },
    [RL_TENSOR_F32] = { "F32", 4 },
    [RL_TENSOR_U64] = { "U64", 8 },
    [RL_TENSOR_I64] = { "I64", 8 },
    [RL_TENSOR_F64] = { "F64", 8 },
};

/* ---- Tensors ---- */

const char *rl_tensor_type_name(rl_tensor_type type)
{
    return types[type].name;
}

size_t rl_tensor_type_bytes(rl_tensor_type type)
{
    return types[type].bytes;
}

/* False if the product does not fit a size_t. A zero anywhere makes it zero, but only where the rest fits too. */
static bool count_values(int rank, const size_t *shape, size_t *count)
{
    *count = 1;
    bool empty = false;
    for (int i = 0; i < rank; i++) {
        empty = empty || shape[i] == 0;
        if (shape[i] > 0 && __builtin_mul_overflow(*count, shape[i], count))
            return false;
    }
    if (empty)
        *count = 0;
    return true;
}

size_t rl_tensor_count(const rl_tensor *tensor)
{
    size_t count = 0;
    return count_values(tensor->rank, tensor->shape, &count) ? count : 0;
}

bool rl_tensor_has_shape(const rl_tensor *tensor, int rank, const size_t *shape)
{
    if (tensor->rank != rank)
        return false;
    for (int i = 0; i < rank; i++)
        if (tensor->shape[i] != shape[i])
            return false;
    return true;
}

const char *rl_tensor_shape_text(int rank, const size_t *shape, char *text)
{
    int used = snprintf(text, RL_TENSOR_SHAPE_TEXT, "[");
    for (int i = 0; i < rank; i++)
        used += snprintf(text + used, (size_t)(RL_TENSOR_SHAPE_TEXT - used), i ? ", %zu" : "%zu", shape[i]);
    snprintf(text + used, (size_t)(RL_TENSOR_SHAPE_TEXT - used), "]");
    return text;
}

static float float_of_bits(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static float from_f64(const char *at)
{
    double value;
    memcpy(&value, at, sizeof value);
    return (float)value;
}

static float from_f32(const char *at)
{
    uint32_t bits;
    memcpy(&bits, at, sizeof bits);
    return float_of_bits(bits);
}

/* bfloat16 is the upper half of a float. */
static float from_bf16(const char *at)
{
    uint16_t half;
    memcpy(&half, at, sizeof half);
    return float_of_bits((uint32_t)half << 16);
}

/* IEEE binary16: a sign, 5 bits of exponent (bias 15), 10 of fraction; every value is exact as a float. */
static float from_f16(const char *at)
{
    uint16_t half;
    memcpy(&half, at, sizeof half);
    uint32_t sign = (uint32_t)(half >> 15) << 31, exponent = half >> 10 & 0x1F, fraction = half & 0x3FF;
    if (exponent == 0x1F)
        return float_of_bits(sign | 0x7F800000u | fraction << 13);
    if (exponent > 0)
        return float_of_bits(sign | (exponent + 127 - 15) << 23 | fraction << 13);
    float small = (float)fraction * 0x1p-24f;
    return sign ? -small : small;
}

static float (*const float_readers[RL_TENSOR_TYPES])(const char *at) = {
    [RL_TENSOR_F64] = from_f64,
    [RL_TENSOR_F32] = from_f32,
    [RL_TENSOR_F16] = from_f16,
    [RL_TENSOR_BF16] = from_bf16,
};

bool rl_tensor_holds_floats(const rl_tensor *tensor)
{
    return float_readers[tensor->type] != NULL;
}

bool rl_tensor_floats(const rl_tensor *tensor, float *out)
{
    if (!rl_tensor_holds_floats(tensor))
        return false;
    size_t count = rl_tensor_count(tensor), bytes = types[tensor->type].bytes;
    for (size_t i = 0; i < count; i++)
        out[i] = float_readers[tensor->type]((const char *)tensor->data + i * bytes);
    return true;
}

/* ---- Writing ---- */

/* Wider types first; within a type in the caller's order. Calls do for each tensor in the order of the file. */
static void in_file_order(
    const rl_tensor *tensors, size_t count, void (*visit)(void *self, const rl_tensor *), void *self)
{
    for (size_t width = 8; width > 0; width /= 2)
        for (size_t i = 0; i < count; i++)
            if (types[tensors[i].type].bytes == width)
                visit(self, &tensors[i]);
}

typedef struct {
    rl_json *json;
    size_t offset;
    bool overflow;
} header;

static void describe(void *self, const rl_tensor *tensor)
{
    header *to = self;
    size_t count, bytes, end = 0;
    to->overflow = to->overflow || !count_values(tensor->rank, tensor->shape, &count) ||
                   __builtin_mul_overflow(count, types[tensor->type].bytes, &bytes) ||
                   __builtin_add_overflow(to->offset, bytes, &end);
    rl_json *shape = rl_json_array(), *offsets = rl_json_array(), *entry = rl_json_object();
    for (int i = 0; i < tensor->rank; i++)
        rl_json_push(&shape, rl_json_count(tensor->shape[i]));
    rl_json_push(&offsets, rl_json_count(to->offset));
    rl_json_push(&offsets, rl_json_count(end));
    rl_json_set(&entry, "dtype", rl_json_text(types[tensor->type].name));
    rl_json_set(&entry, "shape", shape);
    rl_json_set(&entry, "data_offsets", offsets);
    rl_json_set(&to->json, tensor->name, entry);
    to->offset = end;
}

/* The header's JSON, to be freed with free(). */
static char *header_text(
    const rl_tensor *tensors, size_t tensor_count, const rl_metadata *metadata, size_t metadata_count, rl_error *err)
{
    header to = { .json = rl_json_object() };
    if (metadata_count > 0) {
        rl_json *strings = rl_json_object();
        for (size_t i = 0; i < metadata_count; i++)
            rl_json_set(&strings, metadata[i].key, rl_json_text(metadata[i].value));
        rl_json_set(&to.json, METADATA, strings);
    }
    in_file_order(tensors, tensor_count, describe, &to);
    if (to.overflow)
        rl_fail(err, RL_BAD_SHAPE, "tensors too large for one file");
    char *text = rl_json_line(to.json, err);
    rl_json_free(to.json);
    return text;
}

typedef struct {
    rl_draft *draft;
    rl_error *err;
} sink;

static void write_data(void *self, const rl_tensor *tensor)
{
    sink *to = self;
    rl_draft_write(to->draft, tensor->data, rl_tensor_count(tensor) * types[tensor->type].bytes, to->err);
}

bool rl_safetensors_write(const char *path, const rl_tensor *tensors, size_t tensor_count, const rl_metadata *metadata,
    size_t metadata_count, rl_memory memory, rl_error *err)
{
    if (rl_failed(err))
        return false;
    char *text = header_text(tensors, tensor_count, metadata, metadata_count, err);
    rl_draft *draft = text ? rl_draft_open(path, memory, err) : NULL;
    if (draft) {
        size_t length = strlen(text),
               padding = (8 - length % 8) % 8; /* spaces, which JSON ignores: data starts aligned */
        uint64_t header_bytes = length + padding;
        rl_draft_write(draft, &header_bytes, sizeof header_bytes, err);
        rl_draft_write(draft, text, length, err);
        rl_draft_write(draft, "       ", padding, err);
        in_file_order(tensors, tensor_count, write_data, &(sink){ draft, err });
        rl_draft_publish(draft, err);
    }
    free(text);
    return !rl_failed(err);
}

/* ---- Reading ---- */

typedef struct {
    const char *bytes; /* of all tensors */
    size_t count;
    const char *where;
} data_part;

static bool read_type(const rl_json *entry, rl_tensor *tensor, const char *where, rl_error *err)
{
    const char *name = rl_json_as_text(rl_json_get(entry, "dtype"));
    if (!name)
        return rl_fail(err, RL_BAD_FILE, "%s: tensor \"%.60s\" has no dtype, expected a text such as \"F32\"", where,
            tensor->name);
    for (int i = 0; i < RL_TENSOR_TYPES; i++)
        if (!strcmp(name, types[i].name)) {
            tensor->type = (rl_tensor_type)i;
            return true;
        }
    return rl_fail(err, RL_BAD_FILE,
        "%s: tensor \"%.60s\" has dtype \"%.20s\", expected F32, F64, F16, BF16 or whole numbers", where, tensor->name,
        name);
}

static bool read_shape(const rl_json *entry, rl_tensor *tensor, const char *where, rl_error *err)
{
    const rl_json *shape = rl_json_get(entry, "shape");
    if (!rl_json_is_array(shape))
        return rl_fail(
            err, RL_BAD_FILE, "%s: tensor \"%.60s\" has no shape, expected a list of sizes", where, tensor->name);
    size_t rank = rl_json_length(shape);
    if (rank > RL_TENSOR_RANK)
        return rl_fail(err, RL_BAD_FILE, "%s: tensor \"%.60s\" has %zu dimensions, expected at most %d", where,
            tensor->name, rank, RL_TENSOR_RANK);
    tensor->rank = (int)rank;
    for (size_t i = 0; i < rank; i++) {
        uint64_t size;
        if (!rl_json_as_count(rl_json_at(shape, i), &size) || size > SIZE_MAX)
            return rl_fail(err, RL_BAD_FILE,
                "%s: tensor \"%.60s\": size %zu of its shape is not a whole number, 0 or more", where, tensor->name,
                i + 1);
        tensor->shape[i] = (size_t)size;
    }
    return true;
}

static bool read_place(const rl_json *entry, rl_tensor *tensor, const data_part *data, rl_error *err)
{
    const rl_json *offsets = rl_json_get(entry, "data_offsets");
    uint64_t begin, end;
    size_t values, bytes;
    char shape[RL_TENSOR_SHAPE_TEXT];
    if (!rl_json_is_array(offsets) || rl_json_length(offsets) != 2 ||
        !rl_json_as_count(rl_json_at(offsets, 0), &begin) || !rl_json_as_count(rl_json_at(offsets, 1), &end))
        return rl_fail(err, RL_BAD_FILE, "%s: tensor \"%.60s\" has no data_offsets, expected [begin, end]", data->where,
            tensor->name);
    if (begin > end || end > data->count)
        return rl_fail(err, RL_BAD_FILE, "%s: tensor \"%.60s\" lies at bytes %llu to %llu, expected within 0 to %zu",
            data->where, tensor->name, (unsigned long long)begin, (unsigned long long)end, data->count);
    rl_tensor_shape_text(tensor->rank, tensor->shape, shape);
    if (!count_values(tensor->rank, tensor->shape, &values) ||
        __builtin_mul_overflow(values, types[tensor->type].bytes, &bytes))
        return rl_fail(
            err, RL_BAD_FILE, "%s: tensor \"%.60s\": shape %s is too large", data->where, tensor->name, shape);
    if (bytes != end - begin)
        return rl_fail(err, RL_BAD_FILE, "%s: tensor \"%.60s\" has %llu bytes, expected %zu for %s of shape %s",
            data->where, tensor->name, (unsigned long long)(end - begin), bytes, types[tensor->type].name, shape);
    tensor->data = data->bytes + begin;
    return true;
}

static bool read_metadata(rl_safetensors *file, const rl_json *strings, const char *where, rl_error *err)
{
    if (!rl_json_is_object(strings))
        return rl_fail(err, RL_BAD_FILE, "%s: __metadata__ is not an object, expected texts by name", where);
    file->metadata = rl_new(file->memory, rl_json_length(strings), sizeof *file->metadata, err);
    if (!file->metadata)
        return false;
    for (void *at = rl_json_first(strings); at; at = rl_json_next(strings, at)) {
        rl_metadata *entry = &file->metadata[file->metadata_count++];
        *entry = (rl_metadata){ rl_json_key(at), rl_json_as_text(rl_json_member(at)) };
        if (!entry->value)
            return rl_fail(err, RL_BAD_FILE, "%s: metadata \"%.60s\" is not a text", where, entry->key);
    }
    return true;
}

static int by_place(const void *a, const void *b)
{
    const rl_tensor *x = *(const rl_tensor *const *)a, *y = *(const rl_tensor *const *)b;
    if (x->data != y->data)
        return (const char *)x->data < (const char *)y->data ? -1 : 1;
    size_t x_count = rl_tensor_count(x), y_count = rl_tensor_count(y);
    return x_count < y_count ? -1 : x_count > y_count; /* empty ones stand before what begins there */
}

/* Sorted by place, each tensor must begin where the one before it ended, and the last one end with the file. */
static bool check_cover(const rl_safetensors *file, const data_part *data, rl_error *err)
{
    const rl_tensor **sorted = rl_new(file->memory, file->tensor_count, sizeof *sorted, err);
    if (!sorted)
        return false;
    for (size_t i = 0; i < file->tensor_count; i++)
        sorted[i] = &file->tensors[i];
    qsort(sorted, file->tensor_count, sizeof *sorted, by_place);
    size_t covered = 0;
    for (size_t i = 0; i < file->tensor_count && !rl_failed(err); i++) {
        size_t begin = (size_t)((const char *)sorted[i]->data - data->bytes);
        if (begin != covered)
            rl_fail(err, RL_BAD_FILE, "%s: tensor \"%.60s\" begins at byte %zu, expected %zu: %s", data->where,
                sorted[i]->name, begin, covered, begin < covered ? "tensors overlap" : "bytes that no tensor owns");
        covered = begin + rl_tensor_count(sorted[i]) * types[sorted[i]->type].bytes;
    }
    if (covered != data->count)
        rl_fail(err, RL_BAD_FILE, "%s: %zu bytes of data, expected %zu: bytes that no tensor owns", data->where,
            data->count, covered);
    rl_free(file->memory, sorted);
    return !rl_failed(err);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const rl_tensor *)a)->name, ((const rl_tensor *)b)->name);
}

static bool read_header(rl_safetensors *file, const data_part *data, rl_error *err)
{
    if (!rl_json_is_object(file->header))
        return rl_fail(err, RL_BAD_FILE, "%s: the header is not a JSON object", data->where);
    file->tensors = rl_new(file->memory, rl_json_length(file->header), sizeof *file->tensors, err);
    if (!file->tensors)
        return false;
    for (void *at = rl_json_first(file->header); at; at = rl_json_next(file->header, at)) {
        const rl_json *entry = rl_json_member(at);
        if (!strcmp(rl_json_key(at), METADATA)) {
            if (!read_metadata(file, entry, data->where, err))
                return false;
            continue;
        }
        rl_tensor *tensor = &file->tensors[file->tensor_count++];
        tensor->name = rl_json_key(at);
        if (!rl_json_is_object(entry))
            return rl_fail(err, RL_BAD_FILE, "%s: tensor \"%.60s\" is not an object", data->where, tensor->name);
        if (!read_type(entry, tensor, data->where, err) || !read_shape(entry, tensor, data->where, err) ||
            !read_place(entry, tensor, data, err))
            return false;
    }
    qsort(file->tensors, file->tensor_count, sizeof *file->tensors, by_name);
    return check_cover(file, data, err);
}

bool rl_safetensors_parse(
    rl_safetensors *file, const void *bytes, size_t count, const char *where, rl_memory memory, rl_error *err)
{
    *file = (rl_safetensors){ .memory = memory };
    uint64_t length;
    if (rl_failed(err))
        return false;
    if (count < sizeof length)
        return rl_fail(err, RL_BAD_FILE, "%s: %zu bytes, expected a safetensors file of at least %zu", where, count,
            sizeof length);
    memcpy(&length, bytes, sizeof length);
    if (length > MOST_HEADER || length > count - sizeof length)
        return rl_fail(err, RL_BAD_FILE,
            "%s: a header of %llu bytes, expected at most %zu: cut short, or no safetensors file", where,
            (unsigned long long)length, count - sizeof length < MOST_HEADER ? count - sizeof length : MOST_HEADER);
    const char *text = (const char *)bytes + sizeof length;
    data_part data = { text + length, count - sizeof length - (size_t)length, where };
    file->header = rl_json_parse(text, (size_t)length, where, err);
    if (file->header && read_header(file, &data, err))
        return true;
    rl_safetensors_free(file);
    return false;
}

bool rl_safetensors_read(rl_safetensors *file, const char *path, rl_memory memory, rl_error *err)
{
    *file = (rl_safetensors){ .memory = memory };
    size_t count;
    char *bytes = rl_read_file(path, MOST_FILE, &count, memory, err);
    if (!bytes)
        return false;
    if (!rl_safetensors_parse(file, bytes, count, path, memory, err)) {
        rl_free(memory, bytes);
        return false;
    }
    file->bytes = bytes;
    return true;
}

void rl_safetensors_free(rl_safetensors *file)
{
    rl_free(file->memory, file->tensors);
    rl_free(file->memory, file->metadata);
    rl_free(file->memory, file->bytes);
    rl_json_free(file->header);
    *file = (rl_safetensors){ .memory = file->memory };
}

const rl_tensor *rl_safetensors_find(const rl_safetensors *file, const char *name)
{
    rl_tensor wanted = { .name = name };
    return file->tensor_count ? bsearch(&wanted, file->tensors, file->tensor_count, sizeof wanted, by_name) : NULL;
}

const char *rl_safetensors_metadata(const rl_safetensors *file, const char *key)
{
    for (size_t i = 0; i < file->metadata_count; i++)
        if (!strcmp(file->metadata[i].key, key))
            return file->metadata[i].value;
    return NULL;
}
