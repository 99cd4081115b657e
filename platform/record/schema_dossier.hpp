#pragma once

#include "platform/record/dossier_bodies.hpp"
#include "platform/record/schema_register.hpp"
#include "platform/record/schema_request.hpp"

// The bodies of a dossier chain and of its receipts in JSON.
namespace rogatory::record::codec {

template <>
struct Names<DossierKind> {
    static constexpr std::string_view list[] = {"share", "request", "library", "internal"};
};
template <>
struct Names<UnreadableReason> {
    static constexpr std::string_view list[] = {"grant", "sealed_body", "attachment"};
};

template <>
struct Schema<model::HandlingPolicy> {
    using B = model::HandlingPolicy;
    static constexpr auto fields() {
        return std::tuple{field("onward", &B::onward), field("review_at", &B::review_at),
                          field("expires_at", &B::expires_at)};
    }
};

template <>
struct Schema<GrantLine> {
    using B = GrantLine;
    static constexpr auto fields() {
        return std::tuple{field("party", &B::party), field("authority", &B::authority),
                          field("generation", &B::generation), field("grant", &B::grant)};
    }
};

template <>
struct Schema<NewEpoch> {
    using B = NewEpoch;
    static constexpr auto fields() {
        return std::tuple{field("epoch", &B::epoch), field("recipient", &B::recipient),
                          field("grants", &B::grants, 1, 700)};
    }
    static bool valid(const B& body) {
        return strictly_rising(body.grants, [](const GrantLine& line) { return line.to(); });
    }
};

template <>
struct Schema<Opened> {
    using B = Opened;
    static constexpr auto fields() {
        return std::tuple{field("kind", &B::kind), field("policy", &B::policy), field("epoch", &B::epoch),
                          field("sealed", &B::sealed)};
    }
};

template <>
struct Schema<AttachmentLine> {
    using B = AttachmentLine;
    static constexpr auto fields() {
        return std::tuple{field("id", &B::id), field("size", &B::size), field("sha256", &B::sha256),
                          field("commit", &B::commit)};
    }
};

template <>
struct Schema<Entry> {
    using B = Entry;
    static constexpr auto fields() {
        return std::tuple{field("epoch", &B::epoch),   field("basis", &B::basis),
                          field("sealed", &B::sealed), field("attachments", &B::attachments, 0, 1000),
                          field("policy", &B::policy), field("routing", &B::routing)};
    }
};

template <>
struct Schema<Granted::EpochGrant> {
    using B = Granted::EpochGrant;
    static constexpr auto fields() { return std::tuple{field("epoch", &B::epoch), field("grant", &B::grant)}; }
};

template <>
struct Schema<Granted> {
    using B = Granted;
    static constexpr auto fields() {
        return std::tuple{field("party", &B::party),           field("authority", &B::authority),
                          field("generation", &B::generation), field("basis", &B::basis),
                          field("grants", &B::grants, 1, 700), field("consents", &B::consents, 0, 100),
                          field("sealed", &B::sealed)};
    }
    static bool valid(const B& body) {
        return strictly_rising(body.grants, [](const Granted::EpochGrant& grant) { return grant.epoch; }) &&
               strictly_rising(body.consents, [](const model::StatementId& id) { return id; });
    }
};

template <>
struct Schema<EpochStarted> {
    using B = EpochStarted;
    static constexpr auto fields() {
        return std::tuple{field("epoch", &B::epoch), field("policy", &B::policy), field("sealed", &B::sealed)};
    }
};

template <>
struct Schema<Revoked> {
    using B = Revoked;
    static constexpr auto fields() {
        return std::tuple{field("party", &B::party), field("authority", &B::authority), field("epoch", &B::epoch),
                          field("sealed", &B::sealed)};
    }
};

template <>
struct Schema<PolicyChanged> {
    using B = PolicyChanged;
    static constexpr auto fields() {
        return std::tuple{field("policy", &B::policy), field("epoch", &B::epoch), field("sealed", &B::sealed)};
    }
};

template <>
struct Schema<Closed> {
    using B = Closed;
    static constexpr auto fields() { return std::tuple{field("sealed", &B::sealed)}; }
};

template <>
struct Schema<Reopened> {
    using B = Reopened;
    static constexpr auto fields() { return std::tuple{field("sealed", &B::sealed)}; }
};

template <>
struct Schema<Approved> {
    using B = Approved;
    static constexpr auto fields() { return std::tuple{field("entry", &B::entry), field("digest", &B::digest)}; }
};

// Ids in rising order, each once.
inline constexpr auto ids_rise = [](const std::vector<model::StatementId>& ids) {
    return strictly_rising(ids, [](const model::StatementId& id) { return id; });
};

template <>
struct Schema<Consented> {
    using B = Consented;
    static constexpr auto fields() {
        return std::tuple{field("entries", &B::entries, 0, 1000),
                          field("epochs", &B::epochs, 0, 700),
                          field("up_to", &B::up_to),
                          field("party", &B::party),
                          field("authority", &B::authority),
                          field("grant_before", &B::grant_before),
                          field("access_until", &B::access_until),
                          field("sealed", &B::sealed)};
    }
    static bool valid(const B& body) {
        return body.entries.empty() != body.epochs.empty() && ids_rise(body.entries) &&
               strictly_rising(body.epochs, [](std::uint64_t epoch) { return epoch; });
    }
};

template <>
struct Schema<Released> {
    using B = Released;
    static constexpr auto fields() {
        return std::tuple{field("entries", &B::entries, 1, 1000), field("policy", &B::policy),
                          field("sealed", &B::sealed)};
    }
    static bool valid(const B& body) { return ids_rise(body.entries); }
};

template <>
struct Schema<Withdrawn> {
    using B = Withdrawn;
    static constexpr auto fields() {
        return std::tuple{field("entries", &B::entries, 1, 1000), field("sealed", &B::sealed)};
    }
    static bool valid(const B& body) { return ids_rise(body.entries); }
};

template <>
struct Schema<Fetched> {
    using B = Fetched;
    static constexpr auto fields() {
        return std::tuple{field("dossier", &B::dossier), field("entries", &B::entries, 1, 1000)};
    }
    static bool valid(const B& body) { return ids_rise(body.entries); }
};

template <>
struct Schema<OpenedReceipt> {
    using B = OpenedReceipt;
    static constexpr auto fields() {
        return std::tuple{field("dossier", &B::dossier), field("entries", &B::entries, 1, 1000)};
    }
    static bool valid(const B& body) { return ids_rise(body.entries); }
};

template <>
struct Schema<Unreadable> {
    using B = Unreadable;
    static constexpr auto fields() {
        return std::tuple{field("dossier", &B::dossier), field("entries", &B::entries, 1, 1000),
                          field("reason", &B::reason)};
    }
    static bool valid(const B& body) { return ids_rise(body.entries); }
};

}  // namespace rogatory::record::codec
