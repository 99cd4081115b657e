#include "platform/service/chains.hpp"

#include <algorithm>

#include "platform/base/try.hpp"
#include "platform/service/access.hpp"
#include "platform/service/context_state.hpp"
#include "platform/service/cursor.hpp"
#include "platform/service/party_list.hpp"

namespace rogatory::service {

namespace {

constexpr std::uint64_t kNewest = std::uint64_t{1} << 62;

// How a caller stands to a dossier by the best of his memberships, and how far he reads.
struct Standing {
    Tie tie{Tie::none};
    std::optional<Role> role;
    std::uint64_t until_seq{~std::uint64_t{0}};
};

// `reader_of` gives the row of an authority as a reader of the dossier, or nothing.
template <class ReaderOf>
Standing best_standing(const Principal& principal, ReaderOf&& reader_of) {
    Standing best;
    for (const auto& membership : principal.memberships()) {
        if (membership.suspended) continue;
        const std::optional<ports::ReaderRow> reader = reader_of(membership.authority);
        if (!reader || reader->party != membership.party) continue;
        const auto tie = reader->until_seq ? Tie::revoked : reader->participant ? Tie::participant : Tie::past_reader;
        if (tie > best.tie) {
            best = {tie, membership.role, reader->until_seq.value_or(~std::uint64_t{0})};
        } else if (tie == Tie::revoked && best.tie == Tie::revoked) {
            best.until_seq = std::max(best.until_seq, *reader->until_seq);
        }
    }
    return best;
}

Standing standing_in(const ports::Repositories& repositories, const Principal& principal, model::ChainId dossier) {
    return best_standing(principal, [&](const ports::AuthorityId& authority) {
        return repositories.records().find_reader(dossier, authority);
    });
}

Standing standing_in(const ports::DossierRow& dossier, const Principal& principal) {
    return best_standing(principal, [&](const ports::AuthorityId& authority) -> std::optional<ports::ReaderRow> {
        const auto found = std::ranges::find(dossier.readers, authority, &ports::ReaderRow::authority);
        return found == dossier.readers.end() ? std::nullopt : std::optional{*found};
    });
}

// The authorities a list is for: all of the caller's, or the one he names if it is his.
std::vector<ports::AuthorityId> listing_authorities(const Principal& principal,
                                                    const std::optional<ports::AuthorityId>& authority) {
    std::vector<ports::AuthorityId> authorities;
    for (const auto& membership : principal.memberships()) {
        if (!membership.suspended && (!authority || membership.authority == *authority)) {
            authorities.push_back(membership.authority);
        }
    }
    return authorities;
}

// The standing that a chain of any kind asks for. Receipts go with their dossier; a revoked authority reads no further
// receipts, for they say what others read after it left.
Result<Standing> reading(const ports::Repositories& repositories, const Principal& principal,
                         const ports::ChainRow& chain) {
    if (chain.kind == ports::ChainKind::party_register) {
        const bool inviting = principal.inviting_register() == chain.chain;
        // Whoever is let in reads every register; who is kept out and may set rules anew, those of his own Parties.
        const auto& own = principal.memberships();
        const bool his =
            principal.scope() == Scope::rules && std::ranges::any_of(own, [&](const Membership& membership) {
                return membership.register_chain == chain.chain;
            });
        const auto tie = inviting ? Tie::inviting_register : his ? Tie::authority : Tie::none;
        ROGATORY_TRY_VOID(permit(principal, Act::read_register, tie));
        return Standing{};
    }
    if (chain.kind == ports::ChainKind::notices) {
        ROGATORY_TRY_VOID(permit(principal, Act::read_notices));
        return Standing{};
    }
    if (chain.kind == ports::ChainKind::casebook) {
        const bool own = chain.authority && principal.membership_in(*chain.authority) != nullptr;
        ROGATORY_TRY_VOID(permit(principal, Act::read_for_authority, own ? Tie::authority : Tie::none));
        return Standing{};
    }
    auto standing = standing_in(repositories, principal, chain.dossier.value_or(chain.chain));
    if (chain.dossier && standing.tie == Tie::revoked) return not_there();
    ROGATORY_TRY_VOID(permit(principal, Act::read_envelopes, standing.tie, standing.role));
    return standing;
}

}  // namespace

Result<ChainPage> Chains::read(const Principal& principal, ports::ChainId chain, std::uint64_t from,
                               std::size_t limit) {
    return context_.store.read([&](const ports::Repositories& repositories) -> Result<ChainPage> {
        const auto row = repositories.records().find_chain(chain);
        if (!row) return not_there();
        ROGATORY_TRY(const auto standing, reading(repositories, principal, *row));
        ChainPage page;
        page.head_seq = std::min(row->head_seq, standing.until_seq);
        if (from > page.head_seq) return page;
        const auto room = std::min<std::uint64_t>(std::clamp<std::size_t>(limit, 1, context_.settings.max_page),
                                                  page.head_seq - from + 1);
        std::size_t bytes = 0;
        for (auto& statement : repositories.records().statements(chain, from, static_cast<std::size_t>(room))) {
            bytes += statement.envelope.size();
            // A page of large statements is cut short, not refused: the reader asks on from what it got.
            if (bytes > context_.settings.max_append_bytes && !page.items.empty()) break;
            page.items.push_back({statement.seq, statement.id, statement.index, std::move(statement.envelope)});
        }
        return page;
    });
}

Result<Bytes> Chains::blob(const Principal& principal, ports::ChainId chain, const ports::Digest& sha256) {
    return context_.store.read([&](const ports::Repositories& repositories) -> Result<Bytes> {
        const auto row = repositories.records().find_chain(chain);
        const auto blob = row ? repositories.records().find_blob(chain, sha256) : std::nullopt;
        if (!blob) return not_there();
        if (blob->member) {
            const auto& memberships = principal.memberships();
            const bool named = std::any_of(memberships.begin(), memberships.end(), [&](const Membership& membership) {
                return !membership.suspended && membership.member == *blob->member;
            });
            ROGATORY_TRY_VOID(permit(principal, Act::read_for_member, named ? Tie::named : Tie::none));
        } else if (blob->authority) {
            const auto* const membership = principal.membership_in(*blob->authority);
            const auto& candidacies = principal.candidacies();
            const bool candidate = std::any_of(candidacies.begin(), candidacies.end(), [&](const Candidacy& candidacy) {
                return candidacy.register_chain == chain && candidacy.authority == *blob->authority;
            });
            const auto tie = membership ? Tie::authority : candidate ? Tie::candidate : Tie::none;
            ROGATORY_TRY_VOID(permit(principal, Act::read_for_authority, tie));
            // A grant of a dossier that his authority was revoked from opens nothing new; it is not there any more.
            if (row->kind == ports::ChainKind::dossier) {
                const auto standing = standing_in(repositories, principal, chain);
                ROGATORY_TRY_VOID(permit(principal, Act::read_sealed_body, standing.tie, standing.role));
            }
        } else {
            const auto standing = standing_in(repositories, principal, row->dossier.value_or(chain));
            ROGATORY_TRY_VOID(permit(principal, Act::read_sealed_body, standing.tie, standing.role));
        }
        if (blob->withdrawn_at) return fail(ErrorCode::expired, "blob.withdrawn");
        return blob->data;
    });
}

Result<std::variant<Attachment, Tombstone>> Chains::attachment(const Principal& principal, ports::ChainId chain,
                                                               ports::AttachmentId attachment) {
    using Found = std::variant<Attachment, Tombstone>;
    ROGATORY_TRY(const auto upload,
                 context_.store.read([&](const ports::Repositories& repositories) -> Result<ports::UploadRow> {
                     const auto found = repositories.attachments().find_attachment(attachment);
                     // What no statement lists does not exist.
                     if (!found || found->chain != chain || found->stage < ports::UploadStage::attached)
                         return not_there();
                     const auto standing = standing_in(repositories, principal, chain);
                     ROGATORY_TRY_VOID(permit(principal, Act::read_attachment, standing.tie, standing.role));
                     return *found;
                 }));
    if (upload.withdrawn_at) return Found{Tombstone{*upload.withdrawn_at}};
    auto reader = context_.blobs.open(upload.id);
    if (!reader) {
        // Withdrawn between the two looks, or lost: a blob missing without a withdrawal must not look like one.
        return fail(ErrorCode::unavailable, "attachment.withheld");
    }
    return Found{Attachment{*upload.sha256, std::move(*reader)}};
}

Result<Page<DossierItem>> Chains::dossiers(const Principal& principal, std::optional<ports::AuthorityId> authority,
                                           const PageRequest& page) {
    const auto authorities = listing_authorities(principal, authority);
    ROGATORY_TRY_VOID(permit(principal, Act::list_dossiers, authorities.empty() ? Tie::none : Tie::authority));
    ROGATORY_TRY(const auto before, number_cursor(page.cursor, kNewest));
    const auto limit = page_size(page, context_.settings.max_page);
    return context_.store.read([&](const ports::Repositories& repositories) -> Result<Page<DossierItem>> {
        Page<DossierItem> items;
        for (const auto& row : repositories.records().dossiers(authorities, before, limit)) {
            const auto standing = standing_in(row, principal);
            DossierItem item{.chain = row.chain,
                             .kind = row.kind,
                             .opened_at = row.opened_at,
                             .head_seq = std::min(row.head_seq, standing.until_seq),
                             .last_index = row.last_index,
                             .opener = {row.opener_party, row.opener},
                             .participants = {}};
            for (const auto& reader : row.readers) {
                if (reader.participant) item.participants.push_back({reader.party, reader.authority});
            }
            items.items.push_back(std::move(item));
        }
        if (items.items.size() == limit) items.next_cursor = std::to_string(items.items.back().last_index);
        return items;
    });
}

Result<Page<RequestItem>> Chains::requests(const Principal& principal, RequestQuery query, const PageRequest& page) {
    const auto authorities = listing_authorities(principal, query.authority);
    ROGATORY_TRY_VOID(permit(principal, Act::list_dossiers, authorities.empty() ? Tie::none : Tie::authority));
    ROGATORY_TRY(const auto before, number_cursor(page.cursor, kNewest));
    const auto limit = page_size(page, context_.settings.max_page);
    const auto now = context_.time.now();
    if (query.overdue) query.filter.overdue_at = now;
    return context_.store.read([&](const ports::Repositories& repositories) -> Result<Page<RequestItem>> {
        Page<RequestItem> items;
        for (auto& row : repositories.requests().list(authorities, query.filter, before, limit)) {
            const bool overdue = row.due && *row.due < now && !model::is_over(row.status);
            items.items.push_back({std::move(row), overdue});
        }
        if (items.items.size() == limit) items.next_cursor = std::to_string(items.items.back().row.last_index);
        return items;
    });
}

Result<Page<PartyItem>> Chains::parties(const Principal& principal, const PageRequest& page) {
    ROGATORY_TRY_VOID(permit(principal, Act::see_directory));
    return list_parties(context_, page);
}

Page<PartyItem> list_parties(Context& context, const PageRequest& page) {
    const auto limit = page_size(page, context.settings.max_page);
    return context.store.read([&](const ports::Repositories& repositories) {
        Page<PartyItem> items;
        std::string last;
        for (const auto& row : repositories.parties().list(page.cursor, limit)) {
            last = row.place;
            const auto* const state = row.suspended_at     ? "suspended"
                                      : row.succeeded      ? "succeeded"
                                      : row.register_chain ? "founded"
                                                           : "empty";
            items.items.push_back({row.code, row.name, row.register_chain, row.founded_id, state});
        }
        if (items.items.size() == limit) items.next_cursor = last;
        return items;
    });
}

}  // namespace rogatory::service
