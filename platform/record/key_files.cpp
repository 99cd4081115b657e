#include "platform/record/key_files.hpp"

#include <utility>

#include "platform/base/ensure.hpp"
#include "platform/record/lines.hpp"

namespace rogatory::record {
namespace {

constexpr std::string_view kGrant = "# rogatory/v1/grant";
constexpr std::string_view kKeyring = "# rogatory/v1/keyring";
constexpr std::string_view kGeneration = "# generation: ";
constexpr std::string_view kAuthority = "# authority: ";

// An identity on a line of its own: the written form again must be the same, so no other spelling passes.
std::optional<age::HybridIdentity> parse_identity(std::optional<std::string_view> line) {
    if (!line) return std::nullopt;
    auto identity = age::HybridIdentity::parse(*line);
    if (!identity) return std::nullopt;
    return *std::move(identity);
}

void add_line(crypto::SecretText& to, std::string_view prefix, std::string_view value) {
    to.append(prefix);
    to.append(value);
    to.append("\n");
}

void add_identity(crypto::SecretText& to, const age::HybridIdentity& identity) {
    to.append(identity.encode().expose_secret());
    to.append("\n");
}

std::optional<GrantFile> parse_grant(std::string_view text) {
    Lines lines{text};
    if (!lines.take(kGrant)) return std::nullopt;
    const auto chain = parse_id<model::ChainId>(lines.next("# chain: ").value_or(""));
    const auto epoch = parse_number(lines.next("# epoch: ").value_or(""));
    const auto authority = parse_id<model::AuthorityId>(lines.next(kAuthority).value_or(""));
    const auto generation = parse_number(lines.next(kGeneration).value_or(""));
    const auto policy = parse_id<model::StatementId>(lines.next("# policy: ").value_or(""));
    auto identity = parse_identity(lines.next());
    if (!chain || !epoch || !authority || !generation || !policy || !identity || !lines.done()) return std::nullopt;
    return GrantFile{*chain, *epoch, *authority, *generation, *policy, *std::move(identity)};
}

std::optional<KeyringFile> parse_keyring(std::string_view text) {
    Lines lines{text};
    if (!lines.take(kKeyring)) return std::nullopt;
    const auto authority = parse_id<model::AuthorityId>(lines.next(kAuthority).value_or(""));
    if (!authority) return std::nullopt;
    KeyringFile out{*authority, {}};
    do {
        const auto generation = parse_number(lines.next(kGeneration).value_or(""));
        auto identity = parse_identity(lines.next());
        const bool in_order = generation && *generation == out.generations.size() + 1;
        if (!in_order || !identity || *generation > KeyringFile::kMaxGenerations) return std::nullopt;
        out.generations.push_back(*std::move(identity));
    } while (!lines.done());
    return out;
}

}  // namespace

Result<GrantFile> GrantFile::parse(ByteView plaintext) {
    auto grant = parse_grant(as_text(plaintext));
    if (!grant) return fail(ErrorCode::integrity, "grant.malformed");
    return *std::move(grant);
}

crypto::SecretText GrantFile::encode() const {
    crypto::SecretText out;
    add_line(out, kGrant, "");
    add_line(out, "# chain: ", model::to_hex(chain));
    add_line(out, "# epoch: ", std::to_string(epoch));
    add_line(out, kAuthority, model::to_hex(authority));
    add_line(out, kGeneration, std::to_string(generation));
    add_line(out, "# policy: ", model::to_hex(policy));
    add_identity(out, identity);
    return out;
}

Result<> GrantFile::check(const Expected& expected) const {
    const bool equal = chain == expected.chain && epoch == expected.epoch && authority == expected.authority &&
                       generation == expected.generation && policy == expected.policy &&
                       identity.recipient() == expected.recipient;
    if (!equal) return fail(ErrorCode::integrity, "grant.mismatch");
    return {};
}

Result<KeyringFile> KeyringFile::parse(ByteView plaintext) {
    auto keyring = parse_keyring(as_text(plaintext));
    if (!keyring) return fail(ErrorCode::integrity, "keyring.malformed");
    return *std::move(keyring);
}

crypto::SecretText KeyringFile::encode() const {
    ensure(!generations.empty() && generations.size() <= kMaxGenerations, "a keyring has generations");
    crypto::SecretText out;
    add_line(out, kKeyring, "");
    add_line(out, kAuthority, model::to_hex(authority));
    std::size_t number = 0;
    for (const auto& identity : generations) {
        add_line(out, kGeneration, std::to_string(++number));
        add_identity(out, identity);
    }
    return out;
}

Result<> KeyringFile::check(const model::AuthorityId& of, const std::vector<age::HybridRecipient>& recipients) const {
    bool equal = authority == of && generations.size() == recipients.size();
    for (std::size_t i = 0; equal && i < generations.size(); ++i) {
        equal = generations[i].recipient() == recipients[i];
    }
    if (!equal) return fail(ErrorCode::integrity, "keyring.mismatch");
    return {};
}

}  // namespace rogatory::record
