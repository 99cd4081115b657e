#pragma once

#include "platform/record/request_bodies.hpp"
#include "platform/record/schema_register.hpp"

// The bodies of a request in JSON.
namespace rogatory::record::codec {

// The words that platform/model lists.
template <class Enum>
struct ModelNames {
    static inline const std::span<const std::string_view> list = model::names_of<Enum>();
};
template <>
struct Names<model::RequestStatus> : ModelNames<model::RequestStatus> {};
template <>
struct Names<model::Obstacle> : ModelNames<model::Obstacle> {};
template <>
struct Names<model::Nature> : ModelNames<model::Nature> {};
template <>
struct Names<model::Assistance> : ModelNames<model::Assistance> {};
template <>
struct Names<model::Urgency> : ModelNames<model::Urgency> {};
template <>
struct Names<model::OffPlatformAct> : ModelNames<model::OffPlatformAct> {};
template <>
struct Names<model::Medium> : ModelNames<model::Medium> {};

inline constexpr auto values_rise = [](const auto& values) {
    return strictly_rising(values, [](const auto& value) { return value; });
};

template <>
struct Schema<model::RequestRouting> {
    using B = model::RequestRouting;
    static constexpr auto fields() {
        return std::tuple{field("reference", &B::reference, 1, 64),
                          field("nature", &B::nature),
                          field("kinds", &B::kinds, 1, 8),
                          field("situation", &B::situation, 1, 32),
                          field("urgency", &B::urgency),
                          field("language", &B::language, 2, 3)};
    }
    static bool valid(const B& body) {
        return model::is_reference(body.reference) && values_rise(body.kinds) &&
               (!body.situation || model::is_situation(*body.situation)) && model::is_language(body.language);
    }
};

// Until the year 2200: what no reader's calendar can show would break the lists of whoever is asked.
[[nodiscard]] inline bool due_or_none(const std::optional<UnixSeconds>& due) {
    constexpr UnixSeconds kEnd = 7'258'118'400;
    return !due || *due < kEnd;
}

template <>
struct Schema<Routing> {
    using B = Routing;
    static constexpr auto fields() {
        return std::tuple{field("party", &B::party),  field("authority", &B::authority),
                          field("code", &B::code),    field("status", &B::status),
                          field("due", &B::due),      field("clear", &B::clear),
                          field("commit", &B::commit)};
    }
    static bool valid(const B& body) {
        const bool urgent = !body.clear || body.clear->urgency == model::Urgency::urgent;
        return due_or_none(body.due) && body.party.has_value() == body.authority.has_value() &&
               body.party.has_value() != body.code.has_value() && body.clear.has_value() != body.commit.has_value() &&
               model::is_initial(body.status) && (body.status != model::RequestStatus::urgent_unconfirmed || urgent);
    }
};

template <>
struct Schema<model::AssemblyRemark> {
    using B = model::AssemblyRemark;
    static constexpr auto fields() { return std::tuple{field("text", &B::text, 1, 2000), field("named", &B::named)}; }
};

template <>
struct Schema<StatusSet> {
    using B = StatusSet;
    static constexpr auto fields() {
        return std::tuple{field("from", &B::from),
                          field("to", &B::to),
                          field("obstacles", &B::obstacles, 0, 17),
                          field("in_part", &B::in_part),
                          field("refs", &B::refs, 0, 100),
                          field("basis", &B::basis),
                          field("remark", &B::remark),
                          field("sealed", &B::sealed)};
    }
    static bool valid(const B& body) {
        return values_rise(body.obstacles) && values_rise(body.refs) &&
               (!body.in_part || body.to == model::RequestStatus::refused);
    }
};

template <>
struct Schema<Reminded> {
    using B = Reminded;
    static constexpr auto fields() { return std::tuple{field("number", &B::number), field("sealed", &B::sealed)}; }
};

template <>
struct Schema<DueProposed> {
    using B = DueProposed;
    static constexpr auto fields() { return std::tuple{field("due", &B::due), field("sealed", &B::sealed)}; }
    static bool valid(const B& body) { return due_or_none(body.due); }
};

template <>
struct Schema<DueAgreed> {
    using B = DueAgreed;
    static constexpr auto fields() { return std::tuple{field("proposal", &B::proposal), field("sealed", &B::sealed)}; }
};

template <>
struct Schema<OffPlatform> {
    using B = OffPlatform;
    static constexpr auto fields() {
        return std::tuple{field("act", &B::act), field("medium", &B::medium), field("date", &B::date),
                          field("entry", &B::entry), field("sealed", &B::sealed)};
    }
};

template <>
struct Schema<OffPlatformConfirmed> {
    using B = OffPlatformConfirmed;
    static constexpr auto fields() { return std::tuple{field("act", &B::act), field("sealed", &B::sealed)}; }
};

template <>
struct Schema<RoutingDisclosed> {
    using B = RoutingDisclosed;
    static constexpr auto fields() { return std::tuple{field("routing", &B::routing), field("salt", &B::salt)}; }
};

}  // namespace rogatory::record::codec
