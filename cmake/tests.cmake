# Each folder tests/ROOM with *_test.cpp files becomes the program test_ROOM, and each of its tests one of ctest's.
# Those of tests/long carry the label "long": `make test` leaves them to `make test-long`.

find_package(GTest REQUIRED)
find_package(rapidcheck REQUIRED)
include(GoogleTest)

# The tests' own code is compiled once and run once: what an optimiser costs there is never earned back. The library
# keeps the flags of its configuration.
set(PLUMBLINE_TEST_OPTIMIZATION -O0 CACHE STRING "Optimisation of the tests' own code")

# Under a sanitizer a process costs more than most tests: there each room's tests run in so many processes.
set(PLUMBLINE_TEST_SHARDS 0 CACHE STRING "Processes a room's tests are dealt to; 0: one for each test")

# What all rooms compile with, so that they can share one set of precompiled headers.
add_library(test_settings INTERFACE)
target_include_directories(test_settings INTERFACE tests)
target_link_libraries(test_settings INTERFACE
  plumbline_library GTest::gtest rapidcheck fmt::fmt ZLIB::ZLIB plumbline_flags)
target_compile_options(test_settings INTERFACE ${PLUMBLINE_TEST_OPTIMIZATION})
target_compile_definitions(test_settings INTERFACE PLUMBLINE_SOURCE_DIR="${CMAKE_CURRENT_SOURCE_DIR}")
if(NOT PLUMBLINE_ROOMS)
  target_link_libraries(test_settings INTERFACE plumbline_cli)
  target_compile_definitions(test_settings INTERFACE PLUMBLINE_PROGRAM="$<TARGET_FILE:plumbline_program>")
endif()
if(PLUMBLINE_PRECOMPILE)
  file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/test_precompiled.cpp "")
  add_library(test_precompiled OBJECT ${CMAKE_CURRENT_BINARY_DIR}/test_precompiled.cpp)
  target_link_libraries(test_precompiled PRIVATE test_settings)
  target_precompile_headers(test_precompiled PRIVATE
    <gtest/gtest.h> <rapidcheck.h> <nlohmann/json.hpp> <Eigen/Dense> <fmt/format.h> <algorithm> <cmath> <filesystem>
    <fstream> <functional> <memory> <optional> <string> <variant> <vector>)
endif()

function(add_test_room room)
  file(GLOB sources CONFIGURE_DEPENDS tests/${room}/*_test.cpp)
  if(NOT sources)
    return()
  endif()
  batch_sources(sources)
  add_executable(test_${room} ${sources})
  target_link_libraries(test_${room} PRIVATE test_settings GTest::gtest_main)
  if(NOT PLUMBLINE_ROOMS)
    add_dependencies(test_${room} plumbline_program)
  endif()
  if(PLUMBLINE_PRECOMPILE)
    target_precompile_headers(test_${room} REUSE_FROM test_precompiled)
  endif()
  set(labels fast)
  set(timeout 300)
  if(room STREQUAL "long")
    set(labels long)
    set(timeout 7200)
  endif()
  if(PLUMBLINE_TEST_SHARDS GREATER 0)
    math(EXPR last "${PLUMBLINE_TEST_SHARDS} - 1")
    foreach(shard RANGE ${last})
      add_test(NAME ${room}/shard_${shard} COMMAND test_${room} --gtest_brief=1)
      set_tests_properties(${room}/shard_${shard} PROPERTIES TIMEOUT 900 LABELS ${labels} ENVIRONMENT
        "RC_PARAMS=seed=1;GTEST_TOTAL_SHARDS=${PLUMBLINE_TEST_SHARDS};GTEST_SHARD_INDEX=${shard}")
    endforeach()
    return()
  endif()
  gtest_discover_tests(test_${room} TEST_PREFIX ${room}/ DISCOVERY_MODE PRE_TEST
    PROPERTIES TIMEOUT ${timeout} LABELS ${labels} ENVIRONMENT "RC_PARAMS=seed=1")
endfunction()

file(GLOB rooms RELATIVE ${CMAKE_CURRENT_SOURCE_DIR}/tests CONFIGURE_DEPENDS tests/*)
if(PLUMBLINE_ROOMS)
  set(rooms ${PLUMBLINE_ROOMS})
endif()
foreach(room IN LISTS rooms)
  add_test_room(${room})
endforeach()
if(PLUMBLINE_ROOMS)
  return()
endif()

# The lines of docs/tour.md and docs/diagnostics.md print what stands there; lessons is the library's part of it.
add_executable(lessons examples/lessons.cpp)
target_link_libraries(lessons PRIVATE plumbline_library plumbline_flags)
# A primitive, a model and a loss of one's own: what docs/autodiff.md prints, and the first two checked here as well.
add_executable(autodiff examples/autodiff.cpp)
target_link_libraries(autodiff PRIVATE plumbline_library plumbline_flags)
add_test(NAME examples/autodiff_primitive COMMAND autodiff primitive)
add_test(NAME examples/autodiff_model COMMAND autodiff model)
set_tests_properties(examples/autodiff_primitive PROPERTIES LABELS fast PASS_REGULAR_EXPRESSION "differ by 1e-08")
set_tests_properties(examples/autodiff_model PROPERTIES LABELS fast
  PASS_REGULAR_EXPRESSION "height 2.000, base -1.000, place 0.200, width 0.300")
if(CMAKE_BUILD_TYPE STREQUAL "Release")  # seconds there, minutes under a sanitizer
  foreach(page tour diagnostics inference explain calibration autodiff networks)
    add_test(NAME docs/${page}
      COMMAND python3 ${CMAKE_CURRENT_SOURCE_DIR}/docs/refresh_tour.py
              --page ${CMAKE_CURRENT_SOURCE_DIR}/docs/${page}.md --program $<TARGET_FILE:plumbline_program>)
    set_tests_properties(docs/${page} PROPERTIES LABELS fast TIMEOUT 300)
  endforeach()
endif()

# A project of its own uses what `cmake --install` leaves behind: it is configured, built and run.
set(consumer_dir ${CMAKE_CURRENT_BINARY_DIR}/consumer)
add_test(NAME consumer/install
  COMMAND ${CMAKE_COMMAND} --install ${CMAKE_CURRENT_BINARY_DIR} --prefix ${consumer_dir}/prefix)
add_test(NAME consumer/build_and_run
  COMMAND ${CMAKE_CTEST_COMMAND} --build-and-test ${CMAKE_CURRENT_SOURCE_DIR}/tests/consumer ${consumer_dir}/build
    --build-generator ${CMAKE_GENERATOR}
    --build-options -DCMAKE_PREFIX_PATH=${consumer_dir}/prefix -DCMAKE_CXX_COMPILER=${CMAKE_CXX_COMPILER}
      -DCMAKE_CXX_FLAGS=${CMAKE_CXX_FLAGS} -DCMAKE_BUILD_TYPE=${CMAKE_BUILD_TYPE}
    --test-command ${consumer_dir}/build/consumer)
set_tests_properties(consumer/install PROPERTIES FIXTURES_SETUP installed_plumbline LABELS fast)
set_tests_properties(consumer/build_and_run PROPERTIES FIXTURES_REQUIRED installed_plumbline LABELS fast TIMEOUT 300)
