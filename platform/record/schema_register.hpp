#pragma once

#include <algorithm>

#include "platform/record/log_policy.hpp"
#include "platform/record/register_bodies.hpp"
#include "platform/record/schema_record.hpp"

// The bodies of a Party register in JSON.
namespace rogatory::record::codec {

template <>
struct Names<InvitationPurpose> {
    static constexpr std::string_view list[] = {"member", "authority", "rekey"};
};
template <>
struct Names<RekeyReason> {
    static constexpr std::string_view list[] = {"rotated", "lost", "compromised"};
};

// Sorted by what `key` gives, each once: a list has one spelling.
template <class List, class Key>
[[nodiscard]] bool strictly_rising(const List& list, Key key) {
    return std::adjacent_find(list.begin(), list.end(),
                              [&](const auto& a, const auto& b) { return !(key(a) < key(b)); }) == list.end();
}

template <>
struct Schema<AuthorityDescription> {
    using B = AuthorityDescription;
    static constexpr auto fields() {
        return std::tuple{field("id", &B::id), field("kind", &B::kind), field("name", &B::name)};
    }
};

template <>
struct Schema<NewGeneration> {
    using B = NewGeneration;
    static constexpr auto fields() {
        return std::tuple{field("generation", &B::generation), field("recipient", &B::recipient)};
    }
};

template <>
struct Schema<Founded::Succeeds> {
    using B = Founded::Succeeds;
    static constexpr auto fields() {
        return std::tuple{field("party", &B::party), field("note_verbale", &B::note_verbale, 1, 200)};
    }
};

template <>
struct Schema<Founded> {
    using B = Founded;
    static constexpr auto fields() {
        return std::tuple{field("code", &B::code),
                          field("name", &B::name),
                          field("log_policy", &B::log_policy, 1, kMaxLogPolicyBytes),
                          field("authority", &B::authority),
                          field("recipient", &B::recipient),
                          field("keyring", &B::keyring),
                          field("member", &B::member),
                          field("display_name", &B::display_name),
                          field("key", &B::key),
                          field("member_recipient", &B::member_recipient),
                          field("succeeds", &B::succeeds)};
    }
};

template <>
struct Schema<AuthorityAdded> {
    using B = AuthorityAdded;
    static constexpr auto fields() {
        return std::tuple{field("authority", &B::authority), field("record", &B::record)};
    }
};

template <>
struct Schema<Pinned> {
    using B = Pinned;
    static constexpr auto fields() {
        return std::tuple{field("code", &B::code), field("party", &B::party), field("basis", &B::basis),
                          field("accepts_vouches", &B::accepts_vouches)};
    }
};
template <>
struct Names<PinSource> {
    static constexpr std::string_view list[] = {"note_verbale"};
};

template <>
struct Schema<Unpinned> {
    using B = Unpinned;
    static constexpr auto fields() { return std::tuple{field("code", &B::code), field("party", &B::party)}; }
};

template <>
struct Schema<Vouch> {
    using B = Vouch;
    static constexpr auto fields() { return std::tuple{field("code", &B::code), field("party", &B::party)}; }
};

template <>
struct Schema<VouchesSet> {
    using B = VouchesSet;
    static constexpr auto fields() { return std::tuple{field("vouches", &B::vouches, 0, 1000)}; }
    static bool valid(const B& body) {
        return strictly_rising(body.vouches, [](const Vouch& vouch) { return vouch.code; });
    }
};

template <>
struct Schema<LogPolicySet> {
    using B = LogPolicySet;
    static constexpr auto fields() { return std::tuple{field("log_policy", &B::log_policy, 1, kMaxLogPolicyBytes)}; }
};

// A list of texts in a body: address ranges.
template <>
struct Value<std::string> {
    static std::optional<std::string> read(const Json& json) { return read_text(json, 1, 64); }
    static Json write(const std::string& text) { return Json{text}; }
};

template <>
struct Schema<AccessPolicySet> {
    using B = AccessPolicySet;
    static constexpr auto fields() {
        return std::tuple{
            field("client_ca", &B::client_ca, 1, 16 * 1024), field("address_ranges", &B::address_ranges, 0, 256),
            field("native_only", &B::native_only),           field("passkey_refused", &B::passkey_refused),
            field("totp_refused", &B::totp_refused),         field("session_idle", &B::session_idle),
            field("session_absolute", &B::session_absolute), field("export_refused", &B::export_refused)};
    }
    static bool valid(const B& body) {
        return body.session_idle >= 1 && body.session_idle <= 900 && body.session_absolute >= body.session_idle &&
               body.session_absolute <= 43200 && !(body.passkey_refused && body.totp_refused);
    }
};

template <>
struct Schema<PublisherSet> {
    using B = PublisherSet;
    static constexpr auto fields() {
        return std::tuple{field("authority", &B::authority), field("publisher", &B::publisher)};
    }
};

template <>
struct Names<VisaAct> {
    static constexpr std::string_view list[] = {"request", "reply", "share"};
};
template <>
struct Schema<VisaSet> {
    using B = VisaSet;
    static constexpr auto fields() {
        return std::tuple{field("authority", &B::authority), field("acts", &B::acts, 0, 3)};
    }
    static bool valid(const B& body) {
        return strictly_rising(body.acts, [](VisaAct act) { return act; });
    }
};

template <>
struct Schema<Invited> {
    using B = Invited;
    static constexpr auto fields() {
        return std::tuple{
            field("invitation", &B::invitation), field("purpose", &B::purpose), field("authority", &B::authority),
            field("member", &B::member),         field("role", &B::role),       field("service", &B::service),
            field("not_after", &B::not_after),   field("commit", &B::commit)};
    }
};

template <>
struct Schema<MemberAdded> {
    using B = MemberAdded;
    static constexpr auto fields() { return std::tuple{field("record", &B::record), field("keyring", &B::keyring)}; }
};

template <>
struct Schema<MemberRemoved> {
    using B = MemberRemoved;
    static constexpr auto fields() {
        return std::tuple{field("authority", &B::authority), field("member", &B::member), field("next", &B::next),
                          field("keyring", &B::keyring)};
    }
};

template <>
struct Schema<RoleChanged> {
    using B = RoleChanged;
    static constexpr auto fields() {
        return std::tuple{field("authority", &B::authority), field("member", &B::member), field("role", &B::role)};
    }
};

template <>
struct Schema<AuthorityRekeyed> {
    using B = AuthorityRekeyed;
    static constexpr auto fields() {
        return std::tuple{field("authority", &B::authority), field("next", &B::next), field("keyring", &B::keyring)};
    }
};

template <>
struct Schema<MemberRekeyed> {
    using B = MemberRekeyed;
    static constexpr auto fields() {
        return std::tuple{field("reason", &B::reason), field("record", &B::record), field("next", &B::next),
                          field("keyring", &B::keyring)};
    }
    static bool valid(const B& body) {
        const bool rotated = body.reason == RekeyReason::rotated;
        return rotated != body.next.has_value() && rotated != body.record.record.invitation.has_value();
    }
};

template <>
struct Schema<RecoveryShare::Holder> {
    using B = RecoveryShare::Holder;
    static constexpr auto fields() {
        return std::tuple{field("authority", &B::authority), field("member", &B::member)};
    }
};

template <>
struct Schema<RecoveryShare> {
    using B = RecoveryShare;
    static constexpr auto fields() {
        return std::tuple{field("holder", &B::holder), field("file", &B::file), field("share", &B::share)};
    }
    static bool valid(const B& body) { return body.holder.has_value() == body.file.has_value(); }
};

template <>
struct Schema<RecoverySet> {
    using B = RecoverySet;
    static constexpr auto fields() {
        return std::tuple{field("authority", &B::authority), field("recipient", &B::recipient),
                          field("threshold", &B::threshold), field("shares", &B::shares, 3, 32),
                          field("keyring", &B::keyring)};
    }
};

template <>
struct Schema<RecoveryDrilled> {
    using B = RecoveryDrilled;
    static constexpr auto fields() {
        return std::tuple{field("authority", &B::authority), field("recovery_set", &B::recovery_set)};
    }
};

template <>
struct Schema<RecoveryApproved> {
    using B = RecoveryApproved;
    static constexpr auto fields() {
        return std::tuple{field("authority", &B::authority), field("record", &B::record), field("share", &B::share)};
    }
};

template <>
struct Schema<RecoveryRefused> {
    using B = RecoveryRefused;
    static constexpr auto fields() {
        return std::tuple{field("authority", &B::authority), field("record", &B::record)};
    }
};

template <>
struct Schema<AuthorityRecovered::Reference> {
    using B = AuthorityRecovered::Reference;
    static constexpr auto fields() {
        return std::tuple{field("approval", &B::approval), field("checkpoint", &B::checkpoint, 1, 16 * 1024)};
    }
};

template <>
struct Schema<AuthorityRecovered> {
    using B = AuthorityRecovered;
    static constexpr auto fields() {
        return std::tuple{field("record", &B::record), field("next", &B::next), field("keyring", &B::keyring),
                          field("refs", &B::refs, 1, 32)};
    }
    static bool valid(const B& body) { return !body.record.record.invitation.has_value(); }
};

}  // namespace rogatory::record::codec
