#pragma once

#include <string>
#include <string_view>

#include "crypto/sign.hpp"
#include "platform/base/result.hpp"

namespace rogatory::ssh {

// A signature as `ssh-keygen -Y sign` writes it: OpenSSH's PROTOCOL.sshsig, armoured, by an ssh-ed25519 key.
// The key says nothing of whose it is: allowed_signers.hpp does.
class FileSignature {
public:
    // Exactly what ssh-keygen writes, but for where its lines are broken.
    //   invalid_input "ssh.signature_malformed"; unsupported "ssh.signature_kind" {kind}, "ssh.signature_version".
    [[nodiscard]] static Result<FileSignature> parse(std::string_view armoured);

    [[nodiscard]] const crypto::VerifyKey& key() const noexcept { return key_; }
    // What the signer said it was for. It is signed: see covers().
    [[nodiscard]] const std::string& purpose() const noexcept { return purpose_; }

    // Whether the key signed exactly this message, for the purpose that stands here.
    [[nodiscard]] bool covers(ByteView message) const;

private:
    enum class Hash { sha256, sha512 };
    FileSignature(const crypto::VerifyKey& key, std::string purpose, Hash hash, const crypto::Signature& signature)
        : key_{key}, purpose_{std::move(purpose)}, hash_{hash}, signature_{signature} {}

    crypto::VerifyKey key_;
    std::string purpose_;
    Hash hash_;
    crypto::Signature signature_;
};

}  // namespace rogatory::ssh
