#include "platform/record/enrolment_record.hpp"
#include "platform/record/invitation.hpp"
#include "platform/record/sealed_body.hpp"
#include "platform/record/state_file.hpp"
#include "tests/fuzz/property.hpp"

using namespace rogatory;

namespace {

// A key nobody has: signatures and seals fail, parsing does not get worse by it.
const model::VerifyKey kNobody{ByteArray<32>{}};

}  // namespace

// The canonical texts that come out of seals and from strangers: sealed bodies, enrolment records, state files, cards.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const ByteView input{data, size};
    const auto text = as_text(input);
    if (const auto body = record::SealedBody::parse(input)) {
        const auto again = body->encode();
        require(again && as_text(*again) == text);
        for (const auto& file : body->files) require(record::is_file_name(file.name));
    }
    if (const auto record = record::EnrolmentRecord::parse(text)) require(record->encode() == text);
    if (const auto record = record::parse_signed_record(text)) {
        require(record::encode(*record) == text);
        (void)record->signature_holds();
    }
    require(!record::StateFile::open(text, kNobody));
    return 0;
}
