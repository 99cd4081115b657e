#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/sign.hpp"
#include "platform/base/result.hpp"
#include "platform/base/time.hpp"

namespace rogatory::ssh {

// Who may sign what, and when: the file that ssh-keygen(1) calls allowed signers. A line for each key:
//
//   NAME[,NAME…] [namespaces="a,b"] [valid-after="20260101Z"] [valid-before="20270101Z"] ssh-ed25519 AAAA… [remark]
//
// Lines of other kinds of keys are passed over, and so are those of certificate authorities (cert-authority): no
// signature that is taken here can be theirs. Everything else that is not understood refuses the whole file, times
// without a Z among it: what they mean would depend on whose computer reads them.
class AllowedSigners {
public:
    // invalid_input "ssh.signers_malformed" {line}, "ssh.signers_zone" {line}, "ssh.signers_none".
    [[nodiscard]] static Result<AllowedSigners> parse(std::string_view text);

    // The first name of the first line that lets this key sign for this purpose at this time.
    //   integrity "ssh.signer_unknown", "ssh.signer_other_purpose" {name, purpose}, "ssh.signer_not_now" {name}.
    [[nodiscard]] Result<std::string> name_of(const crypto::VerifyKey& key, std::string_view purpose,
                                              UnixSeconds at) const;

private:
    struct Line {
        std::string name;
        crypto::VerifyKey key;
        std::optional<std::string> purposes;  // patterns, comma between
        std::optional<UnixSeconds> after, before;
    };
    [[nodiscard]] static Result<std::optional<Line>> parse_line(std::string_view line, std::size_t number);

    std::vector<Line> lines_;
};

// OpenSSH's lists of patterns: '*' and '?' stand for others, a '!' before a pattern refuses what fits it.
[[nodiscard]] bool fits_patterns(std::string_view text, std::string_view patterns);

// "20260131Z", "202601312359Z", "20260131235958Z".
[[nodiscard]] std::optional<UnixSeconds> parse_signer_time(std::string_view text);

}  // namespace rogatory::ssh
