#pragma once

#include "platform/record/codec.hpp"
#include "platform/record/enrolment_record.hpp"

// The enrolment record in JSON.
namespace rogatory::record::codec {

template <>
struct Schema<EnrolmentRecord::FirstGeneration> {
    using B = EnrolmentRecord::FirstGeneration;
    static constexpr auto fields() {
        return std::tuple{field("recipient", &B::recipient), field("keyring", &B::keyring)};
    }
};

template <>
struct Schema<EnrolmentRecord> {
    using B = EnrolmentRecord;
    static constexpr auto fields() {
        return std::tuple{field("invitation", &B::invitation),
                          field("party", &B::party),
                          field("authority", &B::authority),
                          field("member", &B::member),
                          field("role", &B::role),
                          field("service", &B::service),
                          field("display_name", &B::display_name),
                          field("key", &B::key),
                          field("recipient", &B::recipient),
                          field("first_generation", &B::first_generation)};
    }
};

template <>
struct Schema<SignedRecord> {
    using B = SignedRecord;
    static constexpr auto fields() {
        return std::tuple{field("record", &B::record), field("signature", &B::signature)};
    }
};

}  // namespace rogatory::record::codec
