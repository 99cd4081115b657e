#include "platform/record/enrolment_record.hpp"

#include <array>

#include "crypto/labels.hpp"
#include "crypto/primitives/sha256.hpp"
#include "platform/record/schema_record.hpp"

namespace rogatory::record {
namespace {

constexpr std::size_t kMaxRecordBytes = 16 * 1024;

crypto::Labelled signed_text(const EnrolmentRecord& record) {
    return crypto::Labelled{"rogatory/v1/enrolment-record"}.variable(record.encode());
}

template <class T>
Result<T> parse_json(std::string_view text) {
    if (text.size() > kMaxRecordBytes) return fail(ErrorCode::too_large, "record.malformed");
    const auto json = encoding::parse_canonical_json(text, kMaxRecordBytes);
    if (!json) return fail(ErrorCode::invalid_input, "record.malformed");
    auto record = codec::read_object<T>(*json);
    if (!record) return fail(ErrorCode::invalid_input, "record.malformed");
    return *std::move(record);
}

}  // namespace

Result<EnrolmentRecord> EnrolmentRecord::parse(std::string_view canonical_json) {
    return parse_json<EnrolmentRecord>(canonical_json);
}

std::string EnrolmentRecord::encode() const { return encoding::encode_canonical_json(codec::write_object(*this)); }

model::Digest EnrolmentRecord::digest() const { return crypto::sha256(as_bytes(encode())); }

bool SignedRecord::signature_holds() const { return record.key.verify(signed_text(record), signature); }

SignedRecord sign(EnrolmentRecord record, const crypto::SigningKey& key) {
    const auto signature = key.sign(signed_text(record));
    return {std::move(record), signature};
}

std::string encode(const SignedRecord& record) { return encoding::encode_canonical_json(codec::write_object(record)); }

Result<SignedRecord> parse_signed_record(std::string_view canonical_json) {
    return parse_json<SignedRecord>(canonical_json);
}

std::string comparison_digits(const EnrolmentRecord& record) {
    const auto digest = record.digest().value();
    std::string out;
    for (std::size_t group = 0; group < 4; ++group) {
        const unsigned value = digest[2 * group] * 256U + digest[2 * group + 1];
        const auto digits = std::to_string(value);
        if (group > 0) out += ' ';
        out.append(5 - digits.size(), '0').append(digits);
    }
    return out;
}

}  // namespace rogatory::record
