/* safetensors: named arrays in a file, without code in it (Hugging Face, "Safetensors format").
 *
 *     8 bytes   N, little-endian
 *     N bytes   JSON: { "__metadata__": { text: text, … },
 *                       "name": { "dtype": "F32", "shape": [16, 2], "data_offsets": [begin, end] }, … }
 *     the rest  the arrays' bytes, little-endian, row by row; offsets count from here
 *
 * A file is hostile until shown otherwise: every tensor's bytes must lie inside the file and number what its shape
 * says, and all together must cover the data exactly, without gap or overlap. */
#ifndef RL_FORMAT_SAFETENSORS_H
#define RL_FORMAT_SAFETENSORS_H

#include "base/memory.h"

enum { RL_TENSOR_RANK = 4, RL_TENSOR_SHAPE_TEXT = 96 };

typedef enum {
    RL_TENSOR_BOOL,
    RL_TENSOR_U8,
    RL_TENSOR_I8,
    RL_TENSOR_U16,
    RL_TENSOR_I16,
    RL_TENSOR_F16,
    RL_TENSOR_BF16,
    RL_TENSOR_U32,
    RL_TENSOR_I32,
    RL_TENSOR_F32,
    RL_TENSOR_U64,
    RL_TENSOR_I64,
    RL_TENSOR_F64,
    RL_TENSOR_TYPES
} rl_tensor_type;

typedef struct {
    const char *name;
    rl_tensor_type type;
    int rank; /* 0: one value */
    size_t shape[RL_TENSOR_RANK];
    const void *data; /* may be unaligned when it comes out of a file */
} rl_tensor;

typedef struct {
    const char *key, *value;
} rl_metadata;

const char *rl_tensor_type_name(rl_tensor_type type); /* "F32" */
size_t rl_tensor_type_bytes(rl_tensor_type type);
size_t rl_tensor_count(const rl_tensor *tensor); /* values; the product of its shape, already found to fit */
bool rl_tensor_has_shape(const rl_tensor *tensor, int rank, const size_t *shape);
/* "[16, 2]", for errors; text has room for RL_TENSOR_SHAPE_TEXT. Returns text. */
const char *rl_tensor_shape_text(int rank, const size_t *shape, char *text);
/* F32, F64, F16 or BF16; and its values as floats: out [count], false for other types. */
bool rl_tensor_holds_floats(const rl_tensor *tensor);
bool rl_tensor_floats(const rl_tensor *tensor, float *out);

/* Written whole or not at all. Wider types come first, which keeps every array aligned. */
bool rl_safetensors_write(const char *path, const rl_tensor *tensors, size_t tensor_count, const rl_metadata *metadata,
    size_t metadata_count, rl_memory memory, rl_error *err);

typedef struct {
    rl_tensor *tensors; /* [tensor_count], sorted by name */
    size_t tensor_count;
    rl_metadata *metadata; /* [metadata_count] */
    size_t metadata_count;
    struct json_t *header; /* owns the names */
    char *bytes;           /* owns the data, if it was read from a file */
    rl_memory memory;
} rl_safetensors;

/* bytes are borrowed and must outlive *file. where names them in errors. On failure *file is empty. */
bool rl_safetensors_parse(
    rl_safetensors *file, const void *bytes, size_t count, const char *where, rl_memory memory, rl_error *err);
bool rl_safetensors_read(rl_safetensors *file, const char *path, rl_memory memory, rl_error *err);
void rl_safetensors_free(rl_safetensors *file);
const rl_tensor *rl_safetensors_find(const rl_safetensors *file, const char *name); /* NULL if absent */
const char *rl_safetensors_metadata(const rl_safetensors *file, const char *key);   /* NULL if absent */

#endif
