#include "platform/custody/evidence.hpp"
#include "platform/custody/tar.hpp"
#include "tests/fuzz/property.hpp"

using namespace rogatory;

// An archive of evidence has one form, and whatever it says it is judged without harm.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const ByteView input{data, size};
    const auto verdict = custody::verify_evidence(input);
    const auto files = custody::read_tar(input);
    if (files) require(custody::write_tar(*files) == to_bytes(input));
    if (verdict) require(files.has_value() && (!verdict->proven || !verdict->log_key.empty()));
    return 0;
}
