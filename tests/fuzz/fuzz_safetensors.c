/* Fuzzes the safetensors reader: whatever the bytes, it refuses them in one line or gives tensors that lie inside
 * them, every byte of which can be read. */
#include <stdlib.h>
#include <string.h>

#include "format/safetensors.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);

/* Most random bytes fail at the first eight; so inputs of an odd length are taken as a header alone and get its length
 * put in front, and as much data behind it as their first byte says. */
static void parse(const char *bytes, size_t count)
{
    rl_error err = { 0 };
    rl_safetensors file;
    if (!rl_safetensors_parse(&file, bytes, count, "fuzz", (rl_memory){ 0 }, &err)) {
        if (err.code != RL_BAD_FILE || !err.text[0] || strchr(err.text, '\n'))
            abort();
        return;
    }
    size_t total = 0;
    for (size_t i = 0; i < file.tensor_count; i++) {
        const rl_tensor *tensor = &file.tensors[i];
        size_t values = rl_tensor_count(tensor);
        float *out = malloc(values * sizeof *out + 1);
        if (rl_tensor_floats(tensor, out) != rl_tensor_holds_floats(tensor))
            abort();
        free(out);
        if (rl_safetensors_find(&file, tensor->name) != tensor)
            abort();
        total += values * rl_tensor_type_bytes(tensor->type);
    }
    if (total > count)
        abort();
    for (size_t i = 0; i < file.metadata_count; i++)
        if (!rl_safetensors_metadata(&file, file.metadata[i].key))
            abort();
    rl_safetensors_free(&file);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
    if (count % 2 == 0 || count < 3) {
        parse((const char *)bytes, count);
        return 0;
    }
    uint64_t length = count - 1;
    size_t data = bytes[0];
    char *framed = calloc(1, 8 + (size_t)length + data);
    memcpy(framed, &length, 8);
    memcpy(framed + 8, bytes + 1, (size_t)length);
    parse(framed, 8 + (size_t)length + data);
    free(framed);
    return 0;
}
