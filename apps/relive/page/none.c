/* In place of the playground's page in a program that was built without it. */
#include "../program.h"

const unsigned char playground_page[1];
const size_t playground_size = 0;
