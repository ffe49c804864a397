# bytes_of(FILE BYTES SIZE): a file's content as the middle of a C array, and how long it is.
function(bytes_of file bytes size)
  file(SIZE ${file} count)
  file(READ ${file} digits HEX)
  string(REGEX REPLACE "(..)" "0x\\1," list "${digits}")
  string(REPEAT "." 120 line) # 24 bytes of 5 characters
  string(REGEX REPLACE "(${line})" "\\1\n" list "${list}")
  set(${bytes} "${list}" PARENT_SCOPE)
  set(${size} ${count} PARENT_SCOPE)
endfunction()
