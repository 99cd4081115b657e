#pragma once

#include <memory>
#include <string_view>

#include "platform/ports/blob_store.hpp"
#include "web/http/message.hpp"

namespace rogatory::api {

// `length` bytes of a blob from `first` on, as a reply's body.
class BlobSource final : public http::BodySource {
public:
    BlobSource(std::unique_ptr<ports::BlobReader> reader, std::uint64_t first, std::uint64_t length)
        : reader_{std::move(reader)}, at_{first}, end_{first + length}, length_{length} {}

    [[nodiscard]] std::uint64_t size() const override { return length_; }
    [[nodiscard]] std::size_t read(MutableByteView into) override;
    [[nodiscard]] std::size_t read_ready(MutableByteView into) override;

private:
    std::unique_ptr<ports::BlobReader> reader_;
    std::uint64_t at_;
    std::uint64_t end_;
    std::uint64_t length_;
};

// Whether a field of entity tags names this one ("*" names every one that is there).
[[nodiscard]] bool has_tag(const http::Request& request, std::string_view field, std::string_view tag);
[[nodiscard]] http::Response not_modified(std::string_view tag);

}  // namespace rogatory::api
