#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "platform/base/bytes.hpp"

namespace rogatory::api {

// JSON written from left to right into one text, for replies of many rows: building a tree of values only to write it
// out costs several times as much. Whoever uses it opens and closes in order; what is written where is the same as
// boost::json::serialize would write.
class JsonText {
public:
    JsonText& open(char bracket);   // '{' or '['
    JsonText& close(char bracket);  // '}' or ']'
    // Names are ours: nothing in them needs escaping.
    JsonText& name(std::string_view name);
    JsonText& text(std::string_view value);
    JsonText& hex(ByteView value);
    JsonText& number(std::uint64_t value);
    JsonText& number(std::int64_t value);

    [[nodiscard]] std::string take() { return std::move(out_); }

private:
    void separate();

    std::string out_;
    bool first_ = true;  // in what was opened last, or behind a name: no comma
};

}  // namespace rogatory::api
