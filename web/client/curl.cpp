#include "web/client/curl.hpp"

#include <stdexcept>
#include <string_view>

#include "platform/base/ensure.hpp"

namespace rogatory::client {

void initialise_libcurl() {
    static const bool kDone = [] {
        ensure(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK, "libcurl initialises");
        const auto& found = *curl_version_info(CURLVERSION_NOW);
        const bool over_openssl =
            found.ssl_version != nullptr && std::string_view{found.ssl_version}.starts_with("OpenSSL");
        if (found.version_num < 0x075800 || !over_openssl) {
            throw std::runtime_error{std::string{kLibcurl} + " is not of 7.88 or later over OpenSSL: " +
                                     (found.version == nullptr ? "" : found.version)};
        }
        return true;
    }();
    static_cast<void>(kDone);
}

}  // namespace rogatory::client
