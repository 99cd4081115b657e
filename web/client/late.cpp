#include "web/client/late.hpp"

#include <dlfcn.h>

#include <stdexcept>
#include <string>

namespace rogatory::client {

void* late_symbol(const char* soname, const char* name) {
    // dlopen() counts, locks and gives the same handle again; a name is looked up once for each function.
    void* const library = ::dlopen(soname, RTLD_NOW | RTLD_LOCAL);
    void* const symbol = library == nullptr ? nullptr : ::dlsym(library, name);
    if (symbol == nullptr) {
        const char* const why = ::dlerror();
        throw std::runtime_error{std::string{soname} + ": " + (why == nullptr ? name : why)};
    }
    return symbol;
}

}  // namespace rogatory::client
