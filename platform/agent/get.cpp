#include <algorithm>
#include <map>

#include "platform/agent/epoch.hpp"
#include "platform/agent/inbox.hpp"
#include "platform/agent/open.hpp"
#include "platform/agent/policy_text.hpp"
#include "platform/agent/recipients.hpp"
#include "platform/agent/successor.hpp"
#include "platform/base/try.hpp"

namespace rogatory::agent {
namespace {

using Item = record::Dossier::Item;

// The entries asked for, and the policy statements whose sealed halves bind them.
struct Wanted {
    std::vector<const Item*> entries;
    std::vector<const Item*> policies;

    [[nodiscard]] std::vector<const Item*> all() const {
        auto items = policies;
        items.insert(items.end(), entries.begin(), entries.end());
        return items;
    }
};

Result<Wanted> wanted(const DossierBook::Known& known, const std::optional<std::uint64_t>& seq) {
    Wanted found;
    for (const auto& item : known.replayed.items()) {
        if (item.kind != record::Kind::entry || (seq && item.seq != *seq)) continue;
        found.entries.push_back(&item);
        for (const auto& id : policy_items_for(known, item)) {
            const auto* policy = known.replayed.item(id);
            if (policy != nullptr &&
                std::find(found.policies.begin(), found.policies.end(), policy) == found.policies.end()) {
                found.policies.push_back(policy);
            }
        }
        // What its owner released it to may be sealed, too.
        for (std::size_t i = 0; i < known.copy.items().size(); ++i) {
            const auto& statement = known.copy.items()[i].statement;
            const auto* released = statement.body<record::Released>();
            if (released == nullptr || !known.outcomes[i].effective()) continue;
            if (std::find(released->entries.begin(), released->entries.end(), item.id) == released->entries.end())
                continue;
            if (const auto* body = known.replayed.item(statement.id())) found.policies.push_back(body);
        }
    }
    if (seq && found.entries.empty())
        return fail(Error{ErrorCode::not_found, "entry.unknown"}.with("entry", std::to_string(*seq)));
    return found;
}

bool is_network(const Error& error) {
    return error.code() == ErrorCode::unavailable || error.code() == ErrorCode::unauthenticated ||
           error.code() == ErrorCode::storage_full;
}

bool is_refused_here(const Error& error) {
    return error.key() == "attachment.refused_here" || error.key() == "attachment.refused_there" ||
           error.key() == "attachment.altered_here" || error.key() == "attachment.altered_there";
}

class Getter {
public:
    Getter(Agent::State& state, const GetOrder& order) : state_{state}, order_{order}, chain_{order.chain} {}

    Result<Got> run() {
        // Receipts are a member's; who was removed has none to give.
        ROGATORY_TRY([[maybe_unused]] const auto self, state_.self());
        ROGATORY_TRY(const auto* const first, state_.dossier(chain_));
        // Somebody of several authorities may be shown it for the sake of another one than he acts for.
        if (!first->replayed.opened() ||
            first->replayed.standing(state_.authority()) == record::Dossier::Standing::none) {
            return fail(ErrorCode::not_found, "dossier.unknown");
        }
        ROGATORY_TRY_VOID(state_.require_complete(*first));
        ROGATORY_TRY(auto items, wanted(*first, order_.seq));
        ROGATORY_TRY(auto cache, ContentCache::load(state_, chain_));
        const auto pending = items.all();
        if (std::any_of(pending.begin(), pending.end(),
                        [&](const auto* item) { return item->index >= state_.log.counting_size(); })) {
            ROGATORY_TRY([[maybe_unused]] const auto all, state_.wait_for_cosigning());
        }
        ROGATORY_TRY_VOID(fetch(*first, items));

        // The receipt that says "fetched" is in the log before the identity is used (protocol §4).
        std::vector<model::StatementId> entries;
        for (const auto* item : items.entries) {
            if (was_fetched(*item)) entries.push_back(item->id);
        }
        ROGATORY_TRY_VOID(sign_receipts(state_, chain_, record::Kind::fetched, entries));
        ROGATORY_TRY(auto* const known, state_.dossier(chain_));
        ROGATORY_TRY(items, wanted(*known, order_.seq));
        ROGATORY_TRY_VOID(open_bodies(*known, items, cache));
        ROGATORY_TRY_VOID(cache.save(state_));
        // What got its name before something failed was opened all the same, and its sender is told.
        auto files = open_files(*known, items, cache);
        auto told = tell_senders();
        if (!files) return fail(std::move(files).error());
        if (!told) return fail(std::move(told).error());
        ROGATORY_TRY(auto* const now, state_.dossier(chain_));
        for (const auto* item : items.entries) got_.entries.push_back(view_of_entry(state_, *now, cache, *item));
        return std::move(got_);
    }

private:
    Result<> tell_senders() {
        ROGATORY_TRY_VOID(sign_receipts(state_, chain_, record::Kind::opened_receipt, opened_));
        for (const auto& [id, reason] : unreadable_) {
            ROGATORY_TRY_VOID(sign_receipts(state_, chain_, record::Kind::unreadable, {id}, reason));
        }
        return {};
    }

    void missing(const std::string& what, std::string key) { got_.missing.emplace_back(what, std::move(key)); }

    Result<> fetch(const DossierBook::Known& known, const Wanted& items) {
        for (const auto* item : items.all()) {
            // A statement of a Party that is not pinned is listed, its content is not opened.
            if (!may_read_of(state_, item->owner.party)) {
                missing(model::to_hex(item->id), "party.not_pinned");
                continue;
            }
            if (const auto counting = state_.require_counts(item->index, item->at); !counting) {
                missing(model::to_hex(item->id), counting.error().key());
                continue;
            }
            const auto grants = known.replayed.grants(state_.authority());
            const auto of_epoch = [&](const auto& grant) { return grant.epoch == item->epoch; };
            if (std::none_of(grants.begin(), grants.end(), of_epoch)) {
                missing(model::to_hex(item->id), "epoch.not_granted");
                continue;
            }
            // No receipt for what a grant that does not count yet would open.
            if (std::none_of(grants.begin(), grants.end(), [&](const auto& grant) {
                    return of_epoch(grant) && grant.since < state_.log.counting_size();
                })) {
                missing(model::to_hex(item->id), "log.not_yet_witnessed");
                continue;
            }
            auto body = fetch_blob(state_.environment, chain_, item->sealed);
            if (!body) {
                if (is_network(body.error()) || body.error().code() == ErrorCode::integrity)
                    return fail(std::move(body).error());
                missing(model::to_hex(item->id), item->withdrawn ? "attachment.withdrawn" : "attachment.withheld");
                continue;
            }
            for (const auto& line : item->attachments) {
                if (item->withdrawn) {
                    missing(model::to_hex(line.id), "attachment.withdrawn");
                    continue;
                }
                auto path = fetch_attachment(state_.environment, chain_, line);
                if (path) {
                    fetched_[line.id] = *std::move(path);
                    continue;
                }
                if (is_network(path.error()) || path.error().code() == ErrorCode::integrity)
                    return fail(std::move(path).error());
                missing(model::to_hex(line.id), "attachment.withheld");
            }
            ids_.push_back(item->id);
        }
        return {};
    }

    Result<const age::HybridIdentity*> identity(const DossierBook::Known& known, std::uint64_t epoch) {
        const auto found = identities_.find(epoch);
        if (found != identities_.end()) return &found->second;
        ROGATORY_TRY(auto opened, open_epoch(state_, known, epoch));
        return &identities_.emplace(epoch, std::move(opened)).first->second;
    }

    [[nodiscard]] bool was_fetched(const Item& item) const {
        return std::find(ids_.begin(), ids_.end(), item.id) != ids_.end();
    }

    void unreadable(const Item& item, record::UnreadableReason reason, std::string key) {
        missing(model::to_hex(item.id), std::move(key));
        // Receipts name entries alone; what else does not open is shown.
        if (item.kind == record::Kind::entry) unreadable_.emplace_back(item.id, reason);
    }

    Result<> open_bodies(const DossierBook::Known& known, const Wanted& items, ContentCache& cache) {
        for (const auto* item : items.all()) {
            if (!was_fetched(*item)) continue;
            auto key = identity(known, item->epoch);
            if (!key) {
                if (is_network(key.error()) || key.error().key() == "blob.digest") return fail(std::move(key).error());
                if (is_grant_fault(key.error())) {
                    unreadable(*item, record::UnreadableReason::grant, key.error().key());
                } else {
                    missing(model::to_hex(item->id), key.error().key());
                }
                continue;
            }
            auto body = open_body(state_, known, *item, **key);
            if (!body) {
                // It came and was receipted: where it went since is not its author's affair.
                if (body.error().code() != ErrorCode::integrity || body.error().key() == "blob.digest")
                    return fail(std::move(body).error());
                unreadable(*item, record::UnreadableReason::sealed_body, body.error().key());
                continue;
            }
            cache.put(item->id, *std::move(body));
        }
        return {};
    }

    [[nodiscard]] bool is_unreadable(const Item& item) const {
        return std::any_of(unreadable_.begin(), unreadable_.end(),
                           [&](const auto& row) { return row.first == item.id; });
    }

    Result<> open_files(const DossierBook::Known& known, const Wanted& items, const ContentCache& cache) {
        for (const auto* item : items.entries) {
            if (!was_fetched(*item) || is_unreadable(*item)) continue;
            const auto* body = cache.find(item->id);
            if (body == nullptr) continue;
            const auto caveats = caveats_in_force(known, cache, *item);
            const auto policy = view_of(item->in_force, caveats ? &*caveats : nullptr);
            const auto owner = text_of(label_of(state_, item->owner));
            bool all = true;
            for (std::size_t i = 0; i < item->attachments.size(); ++i) {
                const auto& line = item->attachments[i];
                const auto staged = fetched_.find(line.id);
                if (staged == fetched_.end()) {
                    all = false;  // withheld: nobody says "opened" of what did not come
                    continue;
                }
                const auto& file = body->files[i];
                OpenOrder open{staged->second, line, file, order_.directory, order_.overwrite, {}, order_.examine};
                if (is_restricted(policy)) {
                    open.sheet = [&](const std::string& name) {
                        return restriction_sheet(
                            {name, model::to_hex(file.sha256), owner, model::to_hex(chain_), state_.now(), policy});
                    };
                }
                ROGATORY_TRY(const auto* const key, identity(known, item->epoch));
                auto opened = open_attachment(state_.environment, *key, open);
                if (!opened) {
                    // Nobody is told "opened" of it, and nobody else's fault it is: the ciphertext stays for another
                    // try.
                    if (is_refused_here(opened.error())) {
                        missing(model::to_hex(line.id), opened.error().key());
                        all = false;
                        continue;
                    }
                    if (opened.error().code() != ErrorCode::integrity || opened.error().key() == "attachment.digest") {
                        return fail(std::move(opened).error());
                    }
                    unreadable(*item, record::UnreadableReason::attachment, opened.error().key());
                    all = false;
                    continue;
                }
                got_.files.push_back({opened->path, file.name, file.size, file.sha256.value(), opened->sheet, item->seq,
                                      opened->already_there});
                // The plain file has its name; the ciphertext has served.
                std::error_code ignored;
                std::filesystem::remove(staged->second, ignored);
            }
            if (all) opened_.push_back(item->id);
        }
        return {};
    }

    Agent::State& state_;
    const GetOrder& order_;
    model::ChainId chain_;
    Got got_;
    std::vector<model::StatementId> ids_;  // whose ciphertext is here
    std::vector<model::StatementId> opened_;
    std::vector<std::pair<model::StatementId, record::UnreadableReason>> unreadable_;
    std::map<model::AttachmentId, std::filesystem::path> fetched_;
    std::map<std::uint64_t, age::HybridIdentity> identities_;
};

}  // namespace

Result<Got> get(Agent& agent, const GetOrder& order) {
    ROGATORY_TRY_VOID(agent.synchronise());
    return Getter{agent.state(), order}.run();
}

}  // namespace rogatory::agent
