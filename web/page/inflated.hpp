#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "platform/base/bytes.hpp"

struct z_stream_s;

namespace rogatory::page {

// What a gzip file (RFC 1952) of one member holds, made as it is asked for, with 40 KiB of memory. The file outlives
// it.
class Inflated {
public:
    explicit Inflated(std::string_view gzip);

    // Fills `into` as far as there is something; fewer bytes, or none: it has ended, or is damaged from here on.
    [[nodiscard]] std::size_t read(MutableByteView into);
    // Everything was read, its checksum was right, and nothing stands behind it.
    [[nodiscard]] bool whole() const noexcept { return whole_; }

private:
    struct Free {
        void operator()(z_stream_s* stream) const;
    };
    std::unique_ptr<z_stream_s, Free> stream_;
    bool going_ = true;
    bool whole_ = false;
};

}  // namespace rogatory::page
