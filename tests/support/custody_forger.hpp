#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "platform/custody/archive.hpp"
#include "platform/custody/layout.hpp"
#include "platform/custody/manifest.hpp"
#include "platform/custody/verify.hpp"
#include "platform/custody/write.hpp"
#include "tests/support/must.hpp"

// A bundle taken apart, changed, and put together again by a maker who lies: digests, order and signature are right,
// so that only the evidence itself can give the change away.
namespace rogatory::test {

struct Forger {
    custody::Manifest manifest;
    std::vector<std::pair<std::string, std::string>> members;  // after the signature, in order

    explicit Forger(const std::string& bundle) {
        const custody::MemorySource source{as_bytes(bundle)};
        for (const auto& member : must(custody::read_archive(source))) {
            auto bytes = bundle.substr(static_cast<std::size_t>(member.offset), static_cast<std::size_t>(member.size));
            if (member.name == custody::kManifestName) manifest = must(custody::Manifest::parse(bytes));
            members.emplace_back(member.name, std::move(bytes));
        }
        members.erase(members.begin(), members.begin() + 3);
    }

    std::string& operator[](const std::string& name) {
        const auto found =
            std::find_if(members.begin(), members.end(), [&](const auto& member) { return member.first == name; });
        if (found == members.end()) throw std::runtime_error{"no member " + name};
        return found->second;
    }
    void drop(const std::string& name) {
        std::erase_if(members, [&](const auto& member) { return member.first == name; });
    }
    void add(std::string name, std::string bytes) { members.emplace_back(std::move(name), std::move(bytes)); }
    custody::ChainLine& chain(custody::ChainUse use) {
        for (auto& line : manifest.chains) {
            if (line.use == use) return line;
        }
        throw std::runtime_error{"no such chain"};
    }
    // The first member whose name has both parts.
    std::string name_like(std::string_view start, std::string_view end) const {
        for (const auto& [name, bytes] : members) {
            if (name.starts_with(start) && name.ends_with(end)) return name;
        }
        throw std::runtime_error{"no member like that"};
    }

    std::string signed_by(const crypto::SigningKey& key) const {
        custody::Draft draft;
        for (const auto& [name, bytes] : members) draft.add(name, bytes);
        std::string out;
        must(draft.write(manifest, key, [&](ByteView piece) -> Result<> {
            out += as_text(piece);
            return {};
        }));
        return out;
    }
};

inline custody::Findings verified(const std::string& bundle, const custody::Trust& trust = {}) {
    const custody::MemorySource source{as_bytes(bundle)};
    return must(custody::verify_bundle(source, trust));
}
// The key of what did not hold; "" where all did.
inline std::string flaw_of(const std::string& bundle, const custody::Trust& trust = {}) {
    const auto findings = verified(bundle, trust);
    return findings.failure ? findings.failure->key() : std::string{};
}

}  // namespace rogatory::test
