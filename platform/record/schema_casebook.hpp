#pragma once

#include "platform/model/casebook.hpp"
#include "platform/record/casebook_bodies.hpp"
#include "platform/record/schema_content.hpp"

// A casebook's statements, and what is sealed in them, in JSON.
namespace rogatory::record::codec {

template <>
struct Names<model::LinkRelation> : ModelNames<model::LinkRelation> {};

template <>
struct Schema<Note> {
    using B = Note;
    static constexpr auto fields() {
        return std::tuple{field("generation", &B::generation), field("sealed", &B::sealed)};
    }
    static bool valid(const B& body) { return body.generation > 0; }
};

template <>
struct Schema<model::Assigned> {
    using B = model::Assigned;
    static constexpr auto fields() {
        return std::tuple{field("dossier", &B::dossier), field("member", &B::member), field("deputy", &B::deputy)};
    }
    static bool valid(const B& body) { return !body.deputy || (body.member && body.deputy != body.member); }
};

template <>
struct Schema<model::Deputised> {
    using B = model::Deputised;
    static constexpr auto fields() {
        return std::tuple{field("member", &B::member), field("deputy", &B::deputy), field("from", &B::from, 10, 10),
                          field("until", &B::until, 10, 10)};
    }
    static bool valid(const B& body) {
        return model::is_day(body.from) && model::is_day(body.until) && body.from <= body.until &&
               body.deputy != body.member;
    }
};

template <>
struct Schema<model::Linked> {
    using B = model::Linked;
    static constexpr auto fields() {
        return std::tuple{field("dossier", &B::dossier), field("other", &B::other), field("relation", &B::relation)};
    }
    static bool valid(const B& body) { return body.dossier != body.other; }
};

template <>
struct Schema<model::Remarked> {
    using B = model::Remarked;
    static constexpr auto fields() {
        return std::tuple{field("dossier", &B::dossier), field("text", &B::text, 1, kNote)};
    }
};

template <>
struct Schema<model::HandedOver> {
    using B = model::HandedOver;
    static constexpr auto fields() { return std::tuple{field("from", &B::from), field("to", &B::to)}; }
    static bool valid(const B& body) { return body.to != body.from; }
};

// Exactly one of them.
struct NoteText {
    std::optional<model::Assigned> assigned;
    std::optional<model::Deputised> deputy;
    std::optional<model::Linked> link;
    std::optional<model::Remarked> remark;
    std::optional<model::HandedOver> hand_over;
};
template <>
struct Schema<NoteText> {
    using B = NoteText;
    static constexpr auto fields() {
        return std::tuple{field("assigned", &B::assigned), field("deputy", &B::deputy), field("link", &B::link),
                          field("remark", &B::remark), field("hand_over", &B::hand_over)};
    }
    static bool valid(const B& body) {
        return body.assigned.has_value() + body.deputy.has_value() + body.link.has_value() + body.remark.has_value() +
                   body.hand_over.has_value() ==
               1;
    }
};

[[nodiscard]] inline NoteText text_of(const model::CasebookNote& note) {
    NoteText out;
    if (const auto* assigned = std::get_if<model::Assigned>(&note)) out.assigned = *assigned;
    if (const auto* deputised = std::get_if<model::Deputised>(&note)) out.deputy = *deputised;
    if (const auto* linked = std::get_if<model::Linked>(&note)) out.link = *linked;
    if (const auto* remarked = std::get_if<model::Remarked>(&note)) out.remark = *remarked;
    if (const auto* handed_over = std::get_if<model::HandedOver>(&note)) out.hand_over = *handed_over;
    return out;
}
[[nodiscard]] inline model::CasebookNote value_of(NoteText&& text) {
    if (text.assigned) return *text.assigned;
    if (text.deputy) return *std::move(text.deputy);
    if (text.link) return *text.link;
    if (text.remark) return *std::move(text.remark);
    return *text.hand_over;
}

}  // namespace rogatory::record::codec
