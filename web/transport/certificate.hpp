#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "platform/base/result.hpp"
#include "platform/base/time.hpp"

namespace rogatory::transport {

// What stands in the first certificate of a PEM file.
struct CertificateFacts {
    UnixSeconds not_before{};
    UnixSeconds not_after{};
    std::vector<std::string> names;  // of hosts and addresses that it is for
};
// invalid_input "tls.certificate" when there is none.
[[nodiscard]] Result<CertificateFacts> certificate_facts(const std::filesystem::path& chain);

// Whether a client that wants this host name or address would take it.
[[nodiscard]] bool certificate_is_for(const std::filesystem::path& chain, const std::string& host);

}  // namespace rogatory::transport
