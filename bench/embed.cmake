# Turns a text file into C, so that an installed program carries it:
#     cmake -DOUT=rivals.c -DFILE=rivals.py -DNAME=bench_rivals -P embed.cmake
file(READ ${FILE} DIGITS HEX)
string(REGEX REPLACE "(..)" "0x\\1," BYTES "${DIGITS}")
string(REPEAT "." 120 LINE)
string(REGEX REPLACE "(${LINE})" "\\1\n" BYTES "${BYTES}")
file(WRITE ${OUT} "/* Made by bench/embed.cmake from ${NAME}'s file. */\n#include \"bench/rivals.h\"\n\n"
  "const char ${NAME}[] = {\n${BYTES}0\n};\n")
