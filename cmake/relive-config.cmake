# find_package(relive) gives relive::relive. The library is static, so what it links to is looked for here.
include(CMakeFindDependencyMacro)
find_dependency(Threads)
find_dependency(PkgConfig)
pkg_check_modules(JANSSON QUIET REQUIRED IMPORTED_TARGET jansson)
pkg_check_modules(ZLIB QUIET REQUIRED IMPORTED_TARGET zlib)
include(${CMAKE_CURRENT_LIST_DIR}/relive-targets.cmake)
