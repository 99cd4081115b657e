#include "platform/record/peek.hpp"

#include <algorithm>
#include <variant>

#include "platform/record/judging.hpp"

namespace rogatory::record {

namespace {

// Everything in the order of the body, as often as it stands there.
Needs collect(const Statement& statement) {
    Needs out;
    const auto add = [&out](NeededBlob blob) { out.blobs.push_back(std::move(blob)); };
    const auto keyring = [&](const model::Digest& sha256, const model::AuthorityId& reader) {
        add({BlobKind::keyring, sha256, reader, std::nullopt, std::nullopt});
    };
    const auto epoch = [&](const NewEpoch& begun) {
        for (const auto& line : begun.grants) {
            add({BlobKind::grant, line.grant, line.authority, line.party, std::nullopt});
        }
    };
    const auto sealed = [&](const std::optional<model::Digest>& sha256) {
        if (sha256) add({BlobKind::sealed_body, *sha256, std::nullopt, std::nullopt, std::nullopt});
    };
    std::visit(
        Overloaded{
            [&](const Founded& body) { keyring(body.keyring, body.authority.id); },
            [&](const AuthorityAdded& body) {
                if (body.record.record.first_generation) {
                    keyring(body.record.record.first_generation->keyring, body.authority.id);
                }
            },
            [&](const MemberAdded& body) { keyring(body.keyring, body.record.record.authority); },
            [&](const MemberRemoved& body) { keyring(body.keyring, body.authority); },
            [&](const AuthorityRekeyed& body) { keyring(body.keyring, body.authority); },
            [&](const MemberRekeyed& body) { keyring(body.keyring, body.record.record.authority); },
            [&](const RecoverySet& body) {
                keyring(body.keyring, body.authority);
                for (const auto& share : body.shares) {
                    if (!share.holder) continue;
                    add({BlobKind::share, *share.file, share.holder->authority, std::nullopt, share.holder->member});
                }
            },
            [&](const RecoveryApproved& body) {
                add({BlobKind::share, body.share, body.authority, std::nullopt, std::nullopt});
            },
            [&](const AuthorityRecovered& body) { keyring(body.keyring, body.record.record.authority); },
            [&](const Entry& body) {
                sealed(body.sealed);
                out.attachments = body.attachments;
            },
            [&](const Granted& body) {
                for (const auto& grant : body.grants) {
                    add({BlobKind::grant, grant.grant, body.authority, body.party, std::nullopt});
                }
                sealed(body.sealed);
            },
            [&](const Note& body) {
                add({BlobKind::sealed_body, body.sealed, statement.author.authority, std::nullopt, std::nullopt});
            },
            [&](const auto& body) {
                if constexpr (requires { body.epoch.grants; }) epoch(body.epoch);
                if constexpr (requires { body.sealed; }) sealed(body.sealed);
            }},
        statement.body);
    return out;
}

}  // namespace

Needs needs(const Statement& statement) {
    auto all = collect(statement);
    Needs out;
    out.attachments = std::move(all.attachments);
    for (auto& blob : all.blobs) {
        const bool known = std::any_of(out.blobs.begin(), out.blobs.end(),
                                       [&](const NeededBlob& other) { return other.sha256 == blob.sha256; });
        if (!known) out.blobs.push_back(std::move(blob));
    }
    return out;
}

std::vector<model::Digest> listed_files(const Statement& statement) {
    std::vector<model::Digest> out;
    for (const auto& blob : collect(statement).blobs) out.push_back(blob.sha256);
    return out;
}

std::vector<model::PartyId> named_parties(const Statement& statement) {
    std::vector<model::PartyId> out;
    std::visit(
        [&out](const auto& body) {
            if constexpr (requires { body.epoch.grants; }) {
                for (const auto& line : body.epoch.grants) out.push_back(line.party);
            }
            using T = std::decay_t<decltype(body)>;
            if constexpr (std::is_same_v<T, Granted> || std::is_same_v<T, Revoked> || std::is_same_v<T, Consented>) {
                out.push_back(body.party);
            }
        },
        statement.body);
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

std::optional<model::ChainId> dossier_of(const Statement& statement) {
    return std::visit(
        [](const auto& body) -> std::optional<model::ChainId> {
            if constexpr (requires { body.dossier; }) {
                return body.dossier;
            } else {
                return std::nullopt;
            }
        },
        statement.body);
}

Introduced introduces(const Statement& statement) {
    Introduced out;
    std::visit(Overloaded{[&](const Founded& body) {
                              out.authorities = {body.authority.id};
                              out.members = {body.member};
                          },
                          [&](const AuthorityAdded& body) {
                              out.authorities = {body.authority.id};
                              out.members = {body.record.record.member};
                          },
                          [&](const MemberAdded& body) { out.members = {body.record.record.member}; },
                          [&](const AuthorityRecovered& body) { out.members = {body.record.record.member}; },
                          [&](const Invited& body) { out.invitations = {body.invitation}; },
                          [&](const Entry& body) {
                              for (const auto& line : body.attachments) out.attachments.push_back(line.id);
                          },
                          [](const auto& /*names what is there already*/) {}},
               statement.body);
    return out;
}

}  // namespace rogatory::record
