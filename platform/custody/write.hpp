#pragma once

#include <string>
#include <utility>
#include <vector>

#include "crypto/sign.hpp"
#include "crypto/tlog/proof.hpp"
#include "platform/custody/manifest.hpp"
#include "platform/custody/source.hpp"

// Writing a bundle: members are gathered, then the manifest lists and signs them.
namespace rogatory::custody {

class Draft {
public:
    // Bytes held in memory.
    void add(std::string name, std::string bytes);
    // Bytes read when the archive is written; the digest must be theirs, or write() fails.
    void add(std::string name, std::uint64_t size, const model::Digest& sha256, const Source& source);

    // The archive. `manifest.members` is filled in here. Errors: the sink's and the sources'; integrity
    // "custody.altered" where a source does not give what was announced: what was written is no bundle then.
    [[nodiscard]] Result<> write(Manifest manifest, const crypto::SigningKey& key, const Sink& sink) const;

private:
    struct Member {
        std::string name;
        std::string bytes;
        std::uint64_t size = 0;
        model::Digest sha256;
        const Source* source = nullptr;
    };
    std::vector<Member> members_;
};

// "old <size>", then a hash a line in base64.
[[nodiscard]] std::string consistency_text(std::uint64_t older_size, const tlog::ProofPath& path);

}  // namespace rogatory::custody
