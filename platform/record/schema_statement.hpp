#pragma once

#include "platform/record/schema_dossier.hpp"
#include "platform/record/statement.hpp"

// What every statement has, in JSON.
namespace rogatory::record::codec {

template <>
struct Schema<Author> {
    static constexpr auto fields() {
        return std::tuple{field("register", &Author::register_chain), field("authority", &Author::authority),
                          field("member", &Author::member), field("key", &Author::key)};
    }
};

template <>
struct Schema<Seen> {
    static constexpr auto fields() {
        return std::tuple{field("size", &Seen::size), field("root", &Seen::root), field("signature", &Seen::signature)};
    }
};

}  // namespace rogatory::record::codec
