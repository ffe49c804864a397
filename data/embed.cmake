# Turns every FOLDER/*.csv into C, so that an installed program has its data sets without any files:
#     cmake -DOUT=embedded_data.c -DFOLDER=data -P embed.cmake
# One array of bytes a file, and the table that src/data/embedded.h declares. The file's name without .csv is
# the data set's name.
include(${CMAKE_CURRENT_LIST_DIR}/../cmake/bytes.cmake)
file(GLOB FILES ${FOLDER}/*.csv)
list(SORT FILES)
set(ARRAYS "")
set(TABLE "")
set(COUNT 0)
foreach(FILE IN LISTS FILES)
  get_filename_component(NAME ${FILE} NAME_WE)
  bytes_of(${FILE} BYTES SIZE)
  string(APPEND ARRAYS "static const unsigned char file_${COUNT}[] = {\n${BYTES}\n};\n\n")
  string(APPEND TABLE "    { \"${NAME}\", file_${COUNT}, ${SIZE} },\n")
  math(EXPR COUNT "${COUNT} + 1")
endforeach()
file(WRITE ${OUT} "/* Made by data/embed.cmake from the files in data/. */\n#include \"data/embedded.h\"\n\n${ARRAYS}"
  "const rl_bytes rl_embedded[] = {\n${TABLE}};\nconst size_t rl_embedded_count = ${COUNT};\n")
