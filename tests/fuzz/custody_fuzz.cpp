#include "platform/custody/archive.hpp"
#include "platform/custody/manifest.hpp"
#include "platform/custody/verify.hpp"
#include "tests/fuzz/property.hpp"

using namespace rogatory;

// A bundle comes from anybody. No input makes the reader crash or read beyond it; what passes has exactly one form.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const ByteView bytes{data, size};
    const custody::MemorySource source{bytes};
    const auto members = custody::read_archive(source);
    if (members) {
        std::uint64_t at = 0;
        for (const auto& member : *members) {
            require(custody::is_member_name(member.name));
            require(member.offset == at + custody::kTarBlock && member.size <= size &&
                    member.offset <= size - member.size);
            at = member.offset + member.size + custody::tar_padding(member.size);
        }
        require(at + custody::kTarEnd == size);
    }
    const auto manifest = custody::Manifest::parse(as_text(bytes));
    if (manifest) require(manifest->encode() == as_text(bytes));
    const auto found = custody::verify_bundle(source, {});
    // Nothing is told of a bundle that fails.
    require(found && (!found->failure || (found->entries.empty() && found->receipts.empty())));
    return 0;
}
