#include "crypto/ssh/allowed_signers.hpp"
#include "crypto/ssh/signature.hpp"
#include "tests/fuzz/property.hpp"

using namespace rogatory;

// Signatures and files of signers come from anybody's disk. Nothing that is taken covers what nobody signed, and no
// list lets a key sign that it does not hold.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = as_text(ByteView{data, size});
    if (const auto signature = ssh::FileSignature::parse(text)) {
        require(!signature->purpose().empty() && signature->purpose().size() < size);
        require(!signature->covers(as_bytes("nobody signed this")));
    }
    if (const auto signers = ssh::AllowedSigners::parse(text)) {
        require(!signers->name_of(crypto::VerifyKey{{9}}, "rogatory-release", 0));
    }
    if (const auto at = ssh::parse_signer_time(text)) require(*at > -62167219201 && *at < 253402300800);
    const auto half = text.substr(0, size / 2);
    // A pattern that refuses refuses whatever stands beside it.
    require(!ssh::fits_patterns(half, std::string{text} + ",!*"));
    require(ssh::fits_patterns(half, "*"));
    return 0;
}
