/* Fashion-MNIST (Xiao, Rasul, Vollgraf 2017): 28×28 grey images of clothes, values 0 to 255 as they are, in IDX files
 * with MNIST's names. Found where Debian's package puts it, or in a folder given after the name's colon. */
#include "data/file.h"
#include "data/idx.h"
#include "data/source.h"

#include <stdio.h>

enum { CLASSES = 10, LONGEST_PATH = 4096 };

static const char *const class_names[CLASSES] = { "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal",
    "Shirt", "Sneaker", "Bag", "Ankle boot" };
static const char package_folder[] = "/usr/share/datasets/fashion-mnist";

/* Writes the path of folder/file or folder/file.gz, whichever is there. */
static bool find(const char *folder, bool packaged, const char *file, char path[LONGEST_PATH], rl_error *err)
{
    static const char *const endings[] = { "", ".gz" };
    for (size_t i = 0; i < 2; i++) {
        int length = snprintf(path, LONGEST_PATH, "%s/%s%s", folder, file, endings[i]);
        if (length >= 0 && length < LONGEST_PATH && rl_file_exists(path))
            return true;
    }
    if (packaged)
        return rl_fail(err, RL_MISSING,
            "fashion-mnist is not in %s; install Debian's package dataset-fashion-mnist, or give its folder"
            " (fashion-mnist:FOLDER)",
            folder);
    return rl_fail(err, RL_BAD_FILE, "%.100s: expected %s or %s.gz in this folder, found neither", folder, file, file);
}

static bool check_classes(const rl_dataset *data, rl_error *err)
{
    bool ten = data->classes == CLASSES;
    for (size_t c = 0; ten && c < CLASSES; c++)
        ten = data->class_names[c][0] == (char)('0' + c) && data->class_names[c][1] == '\0';
    return ten || rl_fail(err, RL_BAD_FILE, "%.100s: expected the ten classes 0 to 9 of Fashion-MNIST, found others",
                      data->name);
}

static rl_dataset *load_part(
    const char *name, const char *part, const char *options, rl_data_config config, rl_error *err)
{
    char file[64], images_path[LONGEST_PATH], labels_path[LONGEST_PATH];
    const char *folder = options ? options : package_folder;
    rl_bytes images = { 0 }, labels = { 0 };
    rl_dataset *data = NULL;
    snprintf(file, sizeof file, "%s-images-idx3-ubyte", part);
    if (!find(folder, !options, file, images_path, err))
        return NULL;
    snprintf(file, sizeof file, "%s-labels-idx1-ubyte", part);
    if (!find(folder, !options, file, labels_path, err))
        return NULL;
    if (rl_file_read(images_path, config.memory, &images, err) &&
        rl_file_read(labels_path, config.memory, &labels, err))
        data = rl_idx_parse(images, labels, false, config.memory, err);
    rl_file_free(config.memory, &images);
    rl_file_free(config.memory, &labels);
    if (data && check_classes(data, err) && rl_data_name_classes(data, class_names, CLASSES, err) &&
        rl_data_rename(data, name, err))
        return data;
    rl_data_free(data);
    return NULL;
}

static rl_dataset *load_training(const char *options, rl_data_config config, rl_error *err)
{
    return load_part("fashion-mnist", "train", options, config, err);
}

static rl_dataset *load_test(const char *options, rl_data_config config, rl_error *err)
{
    return load_part("fashion-mnist-test", "t10k", options, config, err);
}

const rl_source rl_source_fashion_mnist = { "fashion-mnist", load_training };
const rl_source rl_source_fashion_mnist_test = { "fashion-mnist-test", load_test };
