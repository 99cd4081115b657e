# Toolchain file: Windows on x86-64, by Debian's mingw-w64 with POSIX threads. ROGATORY_SYSROOT is the folder that
# deploy/verifier filled with libsodium and the headers that need no library.
set(CMAKE_SYSTEM_NAME Windows)
set(CMAKE_SYSTEM_PROCESSOR x86_64)
set(CMAKE_C_COMPILER x86_64-w64-mingw32-gcc-posix)
set(CMAKE_CXX_COMPILER x86_64-w64-mingw32-g++-posix)
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES ROGATORY_SYSROOT)
set(CMAKE_FIND_ROOT_PATH ${ROGATORY_SYSROOT})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
