#include <utility>

#include "crypto/encoding/hex.hpp"
#include "crypto/primitives/memory.hpp"
#include "platform/base/ensure.hpp"
#include "platform/record/key_files.hpp"
#include "platform/record/lines.hpp"

namespace rogatory::record {
namespace {

using Use = UserBundle::RecipientUse;

constexpr std::string_view kBundle = "# rogatory/v1/bundle";
constexpr std::string_view kRecipient = "# recipient: ";
constexpr std::string_view kUses[] = {"unlock", "kit", "passkey"};

// One unlock recipient, then one of the kit, then passkeys: a list has one spelling, and nothing is forgotten. A
// service account's key file alone has neither kit nor passkeys.
bool in_order(const std::vector<UserBundle::BundleRecipient>& recipients) {
    if (recipients.empty() || recipients.size() > UserBundle::kMaxRecipients) return false;
    for (std::size_t i = 0; i < recipients.size(); ++i) {
        const auto expected = i == 0 ? Use::unlock : i == 1 ? Use::kit : Use::passkey;
        if (recipients[i].use != expected) return false;
        for (std::size_t k = 0; k < i; ++k) {
            if (recipients[k].recipient == recipients[i].recipient) return false;
        }
    }
    return true;
}

// Two words with one space between them.
std::optional<std::pair<std::string_view, std::string_view>> split(std::string_view text) {
    const auto space = text.find(' ');
    if (space == std::string_view::npos) return std::nullopt;
    return std::pair{text.substr(0, space), text.substr(space + 1)};
}

std::optional<UserBundle::BundleRecipient> parse_recipient(std::string_view text) {
    const auto words = split(text);
    if (!words) return std::nullopt;
    for (std::size_t use = 0; use < std::size(kUses); ++use) {
        if (words->first != kUses[use]) continue;
        auto recipient = age::HybridRecipient::parse(words->second);
        if (!recipient) return std::nullopt;
        return UserBundle::BundleRecipient{static_cast<Use>(use), *std::move(recipient)};
    }
    return std::nullopt;
}

std::optional<UserBundle::Membership> parse_membership(Lines& lines) {
    const auto ids = split(lines.next("# membership: ").value_or(""));
    const auto authority_and_member = ids ? split(ids->second) : std::nullopt;
    if (!authority_and_member) return std::nullopt;
    const auto register_chain = parse_id<model::ChainId>(ids->first);
    const auto authority = parse_id<model::AuthorityId>(authority_and_member->first);
    const auto member = parse_id<model::MemberId>(authority_and_member->second);
    const auto party = parse_id<model::PartyId>(lines.next("# party: ").value_or(""));
    const auto checkpoint = split(lines.next("# checkpoint: ").value_or(""));
    const auto size = checkpoint ? parse_number(checkpoint->first) : std::nullopt;
    const auto root = checkpoint ? parse_id<model::Digest>(checkpoint->second) : std::nullopt;
    auto seed = parse_seed(lines.next("# signing-key: ").value_or(""));
    const auto identity_line = lines.next();
    if (!register_chain || !authority || !member || !party || !size || !root || !seed || !identity_line) {
        return std::nullopt;
    }
    auto identity = age::HybridIdentity::parse(*identity_line);
    if (!identity) return std::nullopt;
    return UserBundle::Membership{*register_chain, *authority, *member,          *party,
                                  *size,           *root,      *std::move(seed), *std::move(identity)};
}

std::optional<UserBundle> parse_bundle(std::string_view text) {
    Lines lines{text};
    if (!lines.take(kBundle)) return std::nullopt;
    const auto version = parse_number(lines.next("# version: ").value_or(""));
    if (!version || *version == 0) return std::nullopt;
    UserBundle out{*version, {}, {}};
    while (lines.next_starts_with(kRecipient)) {
        auto recipient = parse_recipient(lines.next(kRecipient).value_or(""));
        if (!recipient) return std::nullopt;
        out.recipients.push_back(*std::move(recipient));
    }
    if (!in_order(out.recipients)) return std::nullopt;
    do {
        auto membership = parse_membership(lines);
        if (!membership || out.memberships.size() == UserBundle::kMaxMemberships) return std::nullopt;
        out.memberships.push_back(*std::move(membership));
    } while (!lines.done());
    return out;
}

}  // namespace

std::optional<crypto::Ed25519Seed> parse_seed(std::string_view text) {
    auto bytes = encoding::hex_decode(text);
    if (!bytes) return std::nullopt;
    auto seed = crypto::Ed25519Seed::from(*bytes);
    crypto::wipe(*bytes);
    return seed;
}

Result<UserBundle> UserBundle::parse(ByteView plaintext) {
    auto bundle = parse_bundle(as_text(plaintext));
    if (!bundle) return fail(ErrorCode::integrity, "bundle.malformed");
    return *std::move(bundle);
}

crypto::SecretText UserBundle::encode() const {
    ensure(version > 0 && in_order(recipients), "a bundle has a version and its recipients in order");
    ensure(!memberships.empty() && memberships.size() <= kMaxMemberships, "a bundle has memberships");
    crypto::SecretText out;
    const auto line = [&out](std::string_view prefix, std::string_view value) {
        out.append(prefix);
        out.append(value);
        out.append("\n");
    };
    line(kBundle, "");
    line("# version: ", std::to_string(version));
    for (const auto& recipient : recipients) {
        out.append(kRecipient);
        out.append(kUses[static_cast<std::size_t>(recipient.use)]);
        line(" ", recipient.recipient.text());
    }
    for (const auto& membership : memberships) {
        line("# membership: ", model::to_hex(membership.register_chain) + ' ' + model::to_hex(membership.authority) +
                                   ' ' + model::to_hex(membership.member));
        line("# party: ", model::to_hex(membership.party));
        line("# checkpoint: ",
             std::to_string(membership.checkpoint_size) + ' ' + model::to_hex(membership.checkpoint_root));
        line("# signing-key: ",
             crypto::SecretText{encoding::hex_encode(membership.signing_seed.expose_secret())}.expose_secret());
        line("", membership.identity.encode().expose_secret());
    }
    return out;
}

}  // namespace rogatory::record
