# bench/NAME.cpp becomes the program bench_NAME.

find_package(benchmark REQUIRED)
file(GLOB bench_sources CONFIGURE_DEPENDS bench/*.cpp)
foreach(source IN LISTS bench_sources)
  get_filename_component(name ${source} NAME_WE)
  add_executable(bench_${name} ${source})
  target_link_libraries(bench_${name} PRIVATE plumbline_library benchmark::benchmark fmt::fmt plumbline_flags)
endforeach()
