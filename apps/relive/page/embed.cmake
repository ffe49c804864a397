# Turns the playground's page into C, so that an installed program has it without any files:
#     cmake -DOUT=page.c -DPAGE=playground.html -P embed.cmake
include(${CMAKE_CURRENT_LIST_DIR}/../../../cmake/bytes.cmake)
bytes_of(${PAGE} BYTES SIZE)
file(WRITE ${OUT} "/* Made by apps/relive/page/embed.cmake. */\n#include \"program.h\"\n\n"
  "const unsigned char playground_page[] = {\n${BYTES}\n};\nconst size_t playground_size = ${SIZE};\n")
