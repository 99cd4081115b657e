#include "crypto/age/keys.hpp"

#include <algorithm>

#include "crypto/age/scrypt.hpp"
#include "platform/base/try.hpp"

namespace rogatory::age {

namespace {

// Calls `take(line)` for each line that holds a key.
template <class Take>
Result<> for_each_key(std::string_view text, Take&& take) {
    for (std::size_t number = 1; !text.empty(); ++number) {
        const auto end = std::min(text.find('\n'), text.size());
        auto line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (line.empty() || line.starts_with('#')) continue;
        if (Result<> taken = take(line); !taken) {
            return fail(std::move(taken).error().with("line", std::to_string(number)));
        }
    }
    return {};
}

// "age1<name>1…": the name of a plugin stands before the last "1". Bech32's own alphabet has no "1".
bool names_plugin(std::string_view recipient) {
    return recipient.starts_with("age1") && recipient.substr(4).find('1') != std::string_view::npos;
}

class IdentitiesOpen final : public Opens {
public:
    explicit IdentitiesOpen(std::vector<Identity> identities) : identities_{std::move(identities)} {}

    Outcome<FileKey> unwrap(const Header& header) override {
        for (const auto& identity : identities_) {
            for (const auto& stanza : header.stanzas) {
                auto key = std::visit([&](const auto& one) { return one.unwrap(stanza); }, identity);
                if (key || key.error() != Failure::no_match) return key;
            }
        }
        return failed(Failure::no_match);
    }

private:
    std::vector<Identity> identities_;
};

class PassphraseOpens final : public Opens {
public:
    explicit PassphraseOpens(std::function<crypto::SecretText()> ask) : ask_{std::move(ask)} {}

    Outcome<FileKey> unwrap(const Header& header) override {
        const auto wanted = wants_passphrase(header);
        if (!wanted) return failed(wanted.error());
        if (!*wanted) return failed(Failure::no_match);
        const auto passphrase = ask_();
        if (passphrase.empty()) return failed(Failure::no_match);
        return scrypt_unwrap(header.stanzas.front(), passphrase);
    }

private:
    std::function<crypto::SecretText()> ask_;
};

}  // namespace

Result<Recipient> parse_recipient(std::string_view text) {
    if (text.starts_with("ssh-")) return fail(ErrorCode::unsupported, "age.ssh");
    if (text.starts_with("age1pq1")) {
        ROGATORY_TRY(auto recipient, HybridRecipient::parse(text));
        return recipient;
    }
    if (names_plugin(text)) return fail(ErrorCode::unsupported, "age.plugin");
    ROGATORY_TRY(auto recipient, X25519Recipient::parse(text));
    return recipient;
}

Result<Identity> parse_identity(std::string_view text) {
    if (text.starts_with("AGE-PLUGIN-")) return fail(ErrorCode::unsupported, "age.plugin");
    if (text.starts_with("-----BEGIN")) return fail(ErrorCode::unsupported, "age.ssh");
    if (text.starts_with("AGE-SECRET-KEY-PQ-1")) {
        ROGATORY_TRY(auto identity, HybridIdentity::parse(text));
        return identity;
    }
    ROGATORY_TRY(auto identity, X25519Identity::parse(text));
    return identity;
}

std::string text_of(const Recipient& recipient) {
    return std::visit([](const auto& one) { return one.text(); }, recipient);
}

crypto::SecretText encode(const Identity& identity) {
    return std::visit([](const auto& one) { return one.encode(); }, identity);
}

Recipient recipient_of(const Identity& identity) {
    return std::visit([](const auto& one) -> Recipient { return one.recipient(); }, identity);
}

Result<std::vector<Recipient>> parse_recipients(std::string_view text) {
    std::vector<Recipient> all;
    ROGATORY_TRY_VOID(for_each_key(text, [&](std::string_view line) -> Result<> {
        ROGATORY_TRY(auto one, parse_recipient(line));
        all.push_back(std::move(one));
        return {};
    }));
    if (all.empty()) return fail(ErrorCode::invalid_input, "age.no_recipients");
    return all;
}

Result<std::vector<Identity>> parse_identities(std::string_view text) {
    std::vector<Identity> all;
    ROGATORY_TRY_VOID(for_each_key(text, [&](std::string_view line) -> Result<> {
        ROGATORY_TRY(auto one, parse_identity(line));
        all.push_back(std::move(one));
        return {};
    }));
    if (all.empty()) return fail(ErrorCode::invalid_input, "age.no_identities");
    return all;
}

Result<FileStart> start_file(std::span<const Recipient> recipients, crypto::Random& random) {
    if (recipients.empty()) return fail(ErrorCode::invalid_input, "age.no_recipients");
    const auto same_kind = [&](const Recipient& one) { return one.index() == recipients.front().index(); };
    if (!std::all_of(recipients.begin(), recipients.end(), same_kind)) {
        return fail(ErrorCode::invalid_input, "age.mixed_recipients");
    }
    const auto file_key = FileKey::random(random);
    std::vector<Stanza> stanzas;
    for (const auto& recipient : recipients) {
        stanzas.push_back(std::visit([&](const auto& one) { return one.wrap(file_key, random); }, recipient));
    }
    return start_file(stanzas, file_key, random);
}

FileStart start_file(const crypto::SecretText& passphrase, crypto::Random& random) {
    const auto file_key = FileKey::random(random);
    const std::vector<Stanza> stanzas{scrypt_wrap(file_key, passphrase, random)};
    return start_file(stanzas, file_key, random);
}

std::unique_ptr<Opens> opens_with(std::vector<Identity> identities) {
    return std::make_unique<IdentitiesOpen>(std::move(identities));
}

std::unique_ptr<Opens> opens_with_passphrase(std::function<crypto::SecretText()> ask) {
    return std::make_unique<PassphraseOpens>(std::move(ask));
}

Unwrap unwrap_with(std::span<const std::unique_ptr<Opens>> all) {
    return [all](const Header& header) -> Outcome<FileKey> {
        if (const auto wanted = wants_passphrase(header); !wanted) return failed(wanted.error());
        for (const auto& one : all) {
            auto key = one->unwrap(header);
            if (key || key.error() != Failure::no_match) return key;
        }
        return failed(Failure::no_match);
    };
}

}  // namespace rogatory::age
