# What the library needs, found the same way when plumbline is built and when an installed plumbline is used. A static
# library hands on what it links to, so the private dependencies are here too.
# The includer sets plumbline_find_package to find_package or find_dependency.

cmake_language(CALL ${plumbline_find_package} Eigen3 REQUIRED)
cmake_language(CALL ${plumbline_find_package} nlohmann_json REQUIRED)
cmake_language(CALL ${plumbline_find_package} TBB REQUIRED)
cmake_language(CALL ${plumbline_find_package} ZLIB REQUIRED)
cmake_language(CALL ${plumbline_find_package} fmt REQUIRED)

# Highway: its own CMake package, or, where a distribution leaves that out, the header and the library by name.
find_package(HWY QUIET)
if(NOT TARGET hwy::hwy)
  find_path(HWY_INCLUDE_DIR hwy/highway.h REQUIRED)
  find_library(HWY_LIBRARY hwy REQUIRED)
  add_library(hwy::hwy UNKNOWN IMPORTED)
  set_target_properties(hwy::hwy PROPERTIES
    IMPORTED_LOCATION ${HWY_LIBRARY} INTERFACE_INCLUDE_DIRECTORIES ${HWY_INCLUDE_DIR})
endif()
