# fuzz/NAME_fuzz.cpp becomes the program fuzz_NAME. The library is built with whatever sanitizers the preset names, and
# the rooms that parse with coverage counters (a third of the compile time where nothing is parsed); only these programs
# link libFuzzer's main().

set(parsing_sources ${library_sources})
list(FILTER parsing_sources INCLUDE REGEX "/plumbline/(core|data|models)/")
# What -fsanitize=fuzzer-no-link stands for; that name does not go together with precompiled headers.
set_property(SOURCE ${parsing_sources} APPEND PROPERTY COMPILE_OPTIONS
  -fsanitize-coverage=inline-8bit-counters,indirect-calls,trace-cmp,pc-table)

file(GLOB fuzz_sources CONFIGURE_DEPENDS fuzz/*_fuzz.cpp)
foreach(source IN LISTS fuzz_sources)
  get_filename_component(name ${source} NAME_WE)
  string(REGEX REPLACE "_fuzz$" "" name ${name})
  add_executable(fuzz_${name} ${source})
  target_include_directories(fuzz_${name} PRIVATE tests)
  target_link_libraries(fuzz_${name} PRIVATE plumbline_library fmt::fmt plumbline_flags)
  target_compile_definitions(fuzz_${name} PRIVATE PLUMBLINE_SOURCE_DIR="${CMAKE_CURRENT_SOURCE_DIR}")
  target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
endforeach()
