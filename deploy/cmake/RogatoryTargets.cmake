# Targets of this project: one library a folder, named after it, with its public headers in a header set, so that an
# include that the link lines do not allow fails to be found, and every header is compiled on its own.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
if(ROGATORY_VERIFIER)
  # It is linked statically.
  set(CMAKE_FIND_LIBRARY_SUFFIXES .a)
else()
  find_package(OpenSSL 3.0 REQUIRED)
endif()
pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium>=1.0.22)

add_library(rogatory_options INTERFACE)
add_library(rogatory::options ALIAS rogatory_options)
target_compile_features(rogatory_options INTERFACE cxx_std_20)
target_compile_options(rogatory_options INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wold-style-cast -Wnon-virtual-dtor
  -Woverloaded-virtual -Wimplicit-fallthrough
  -fstack-protector-strong $<$<NOT:$<PLATFORM_ID:Windows>>:-fstack-clash-protection>
  $<$<CXX_COMPILER_ID:GNU>:-Wnull-dereference -Wduplicated-cond -Wlogical-op $<$<NOT:$<PLATFORM_ID:Windows>>:-fcf-protection> -ftrivial-auto-var-init=zero>)
target_compile_definitions(rogatory_options INTERFACE _GLIBCXX_ASSERTIONS)
target_link_options(rogatory_options INTERFACE $<$<NOT:$<PLATFORM_ID:Windows>>:-Wl,-z,relro,-z,now>)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_CXX_EXTENSIONS OFF)
if(ROGATORY_FUZZ)
  # Coverage in the code under test, not only in the target: without it libFuzzer finds nothing interesting.
  target_compile_options(rogatory_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(ROGATORY_SANITIZE)
  target_compile_options(rogatory_options INTERFACE -fsanitize=${ROGATORY_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(rogatory_options INTERFACE -fsanitize=${ROGATORY_SANITIZE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # gcc 12's flow warnings (null dereference, uninitialised, conversion) are false in instrumented code; the builds
    # without a sanitizer keep every warning, as an error.
    target_compile_options(rogatory_options INTERFACE -w)
  endif()
else()
  target_compile_options(rogatory_options INTERFACE $<$<NOT:$<CONFIG:Debug>>:-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3>)
endif()

# rogatory_alone(SOURCES…): compiled alone in builds that compile several sources of a target at once (presets asan and tsan: in about
# two thirds of the time): what such a source calls its own has the name of something beside it.
function(rogatory_alone)
  set_source_files_properties(${ARGN} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
endfunction()

# rogatory_library(NAME SOURCES … HEADERS … PUBLIC … PRIVATE …): library rogatory_NAME, alias rogatory::NAME.
function(rogatory_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;HEADERS;PUBLIC;PRIVATE" ${ARGN})
  add_library(rogatory_${name} STATIC ${arg_SOURCES})
  add_library(rogatory::${name} ALIAS rogatory_${name})
  target_sources(rogatory_${name} PUBLIC FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR} FILES ${arg_HEADERS})
  target_link_libraries(rogatory_${name} PUBLIC ${arg_PUBLIC} PRIVATE rogatory::options ${arg_PRIVATE})
  target_compile_features(rogatory_${name} PUBLIC cxx_std_20)
endfunction()

# rogatory_program(NAME SOURCES … LINK …): executable bin/NAME.
function(rogatory_program name)
  cmake_parse_arguments(arg "" "" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE rogatory::options ${arg_LINK})
endfunction()

# Every label has a target `tests_<label>` that builds what its tests need, so that `tests/run --only unit` builds no more.
# Label `threads` comes on top of another one: what the ThreadSanitizer lane runs.
set(ROGATORY_TEST_LABELS unit vectors contract integration functional fuzz lint faults bench web browser threads)
foreach(label IN LISTS ROGATORY_TEST_LABELS)
  if(NOT TARGET tests_${label})
    add_custom_target(tests_${label})
  endif()
endforeach()

# rogatory_test(NAME LABEL … [THREADS] [COST seconds] SOURCES … LINK …): a Catch2 program whose cases are counted under one label.
# What costs minutes begins with the long scripts; everything else is quick.
function(rogatory_test name)
  cmake_parse_arguments(arg "THREADS" "LABEL;COST" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE rogatory::options rogatory_places Catch2::Catch2WithMain ${arg_LINK})
  if(ROGATORY_SANITIZE)
    # Half of the time such a build takes, for test code that is run once; what is tested keeps its optimisation.
    target_compile_options(${name} PRIVATE -O0)
  endif()
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  # One CTest entry a program: its cases share start-up, and Catch2 counts them; tests/run reads its JUnit report.
  add_test(NAME ${name} COMMAND ${name} --reporter console --reporter junit::out=${CMAKE_BINARY_DIR}/reports/${name}.xml)
  set(labels ${arg_LABEL})
  if(arg_THREADS)
    list(APPEND labels threads)
  endif()
  # Two of the places that tests/support/run_tests.py gives: a program computes all the time, a script mostly waits.
  set_tests_properties(${name} PROPERTIES LABELS "${labels}" TIMEOUT 1200 PROCESSORS 2)
  if(arg_COST)
    set_tests_properties(${name} PROPERTIES COST ${arg_COST})
  endif()
  foreach(label IN LISTS labels)
    add_dependencies(tests_${label} ${name})
  endforeach()
  file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/reports)
endfunction()

# rogatory_script(NAME LABEL … [SERIAL] [LOCK name] [TIMEOUT seconds] COMMAND … NEEDS targets…): a test written as a script. It
# finds the programs in $ROGATORY_BIN_DIR and leaves $ROGATORY_REPORTS/NAME.xml (tests/support/cases.py does both); exit code 77
# means skipped. SERIAL is for what measures: nothing else runs beside it. Scripts of one LOCK share a folder and take turns.
# Those that may take longest begin first.
function(rogatory_script name)
  cmake_parse_arguments(arg "SERIAL" "LABEL;LOCK;TIMEOUT" "COMMAND;NEEDS" ${ARGN})
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 600)
  endif()
  add_test(NAME ${name} COMMAND ${arg_COMMAND} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
  # TIMEOUT is what it may take where nothing else runs; it is ended only where it hangs, however busy the machine.
  set(limit ${arg_TIMEOUT})
  if(limit LESS 1200)
    set(limit 1200)
  endif()
  set_tests_properties(${name} PROPERTIES LABELS ${arg_LABEL} TIMEOUT ${limit} SKIP_RETURN_CODE 77 ENVIRONMENT
    "ROGATORY_SOURCE_DIR=${PROJECT_SOURCE_DIR};ROGATORY_BUILD_DIR=${CMAKE_BINARY_DIR};ROGATORY_BIN_DIR=${CMAKE_RUNTIME_OUTPUT_DIRECTORY};ROGATORY_REPORTS=${CMAKE_BINARY_DIR}/reports;PYTHONDONTWRITEBYTECODE=1")
  set_tests_properties(${name} PROPERTIES COST ${arg_TIMEOUT})
  if(arg_LABEL MATCHES "^(web|browser)$")
    # A browser that draws without a graphics card computes as much as a program does.
    set_tests_properties(${name} PROPERTIES PROCESSORS 2)
  endif()
  if(arg_LOCK)
    set_tests_properties(${name} PROPERTIES RESOURCE_LOCK ${arg_LOCK})
  endif()
  if(arg_SERIAL)
    set_tests_properties(${name} PROPERTIES RUN_SERIAL ON)
  endif()
  if(arg_NEEDS)
    add_dependencies(tests_${arg_LABEL} ${arg_NEEDS})
  endif()
endfunction()
