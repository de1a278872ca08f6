# Headers, library, program and the CMake package: find_package(plumbline) gives plumbline::plumbline.

include(CMakePackageConfigHelpers)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/plumbline)

install(TARGETS plumbline_library EXPORT plumblineTargets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
if(TARGET plumbline_program)
  install(TARGETS plumbline_program RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
install(DIRECTORY plumbline DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
  FILES_MATCHING PATTERN "*.hpp" PATTERN "plumbline/cli" EXCLUDE)
install(EXPORT plumblineTargets NAMESPACE plumbline:: DESTINATION ${package_dir})

configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/plumblineConfig.cmake.in
  ${CMAKE_CURRENT_BINARY_DIR}/plumblineConfig.cmake INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/plumblineConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES
  ${CMAKE_CURRENT_BINARY_DIR}/plumblineConfig.cmake
  ${CMAKE_CURRENT_BINARY_DIR}/plumblineConfigVersion.cmake
  ${CMAKE_CURRENT_LIST_DIR}/plumblineDependencies.cmake
  DESTINATION ${package_dir})
