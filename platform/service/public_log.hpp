#pragma once

#include <cstdint>
#include <string>

#include "platform/base/bytes.hpp"
#include "platform/base/result.hpp"
#include "platform/base/time.hpp"
#include "platform/service/context.hpp"

namespace rogatory::service {

struct ServerInfo {
    std::string name;
    std::string version;
    std::string log_origin;  // <host>/log/<n>
    std::string log_key;     // a C2SP verifier key ("vkey")
    UnixSeconds time{};
};

// What anybody may read without a session: GET server, and the log as C2SP tlog-tiles.
class PublicLog {
public:
    explicit PublicLog(Context& context) : context_{context} {}

    [[nodiscard]] ServerInfo server();
    [[nodiscard]] Result<Bytes> checkpoint();  // signed note
    // `width` 1 to 255 for a partial tile (".p/<W>"), 256 for a full one. Never more than the signed checkpoint covers:
    // not_found beyond it.
    [[nodiscard]] Result<Bytes> tile(std::uint32_t level, std::uint64_t index, std::uint32_t width);
    [[nodiscard]] Result<Bytes> entries(std::uint64_t index, std::uint32_t width);

private:
    Context& context_;
};

}  // namespace rogatory::service
