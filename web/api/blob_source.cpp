#include "web/api/blob_source.hpp"

#include <algorithm>

#include "web/http/fields.hpp"

namespace rogatory::api {

std::size_t BlobSource::read(MutableByteView into) {
    const auto wanted = std::min<std::uint64_t>(into.size(), end_ - at_);
    const auto got = reader_->read_at(at_, into.first(static_cast<std::size_t>(wanted)));
    at_ += got;
    return got;
}

std::size_t BlobSource::read_ready(MutableByteView into) {
    const auto wanted = std::min<std::uint64_t>(into.size(), end_ - at_);
    const auto got = reader_->read_ready(at_, into.first(static_cast<std::size_t>(wanted)));
    at_ += got;
    return got;
}

bool has_tag(const http::Request& request, std::string_view field, std::string_view tag) {
    const auto value = request.headers.find(field);
    const auto tags = value ? http::parse_entity_tags(*value) : std::nullopt;
    return tags && std::ranges::any_of(*tags, [tag](const std::string& known) { return known == tag || known == "*"; });
}

http::Response not_modified(std::string_view tag) {
    auto response = http::Response::empty(304);
    response.headers.add("ETag", std::string{tag});
    return response;
}

}  // namespace rogatory::api
