#pragma once

#include <string>

#include "crypto/encoding/canonical_json.hpp"

namespace rogatory::tests {

// A JSON text for people and diffs: the members of the outermost object on lines of their own, the elements of its
// lists too; everything inside them canonical.
[[nodiscard]] inline std::string json_text(const encoding::Json::Object& object) {
    std::string out = "{\n";
    bool first_member = true;
    for (const auto& [key, value] : object) {
        if (!first_member) out += ",\n";
        first_member = false;
        out += ' ' + encoding::encode_canonical_json(encoding::Json{key}) + ": ";
        const auto* list = value.array();
        if (list == nullptr) {
            out += encoding::encode_canonical_json(value);
            continue;
        }
        out += '[';
        for (std::size_t i = 0; i < list->size(); ++i) {
            out += i == 0 ? "\n  " : ",\n  ";
            out += encoding::encode_canonical_json((*list)[i]);
        }
        out += "\n ]";
    }
    return out + "\n}\n";
}

}  // namespace rogatory::tests
