#include "platform/service/log_repair.hpp"

#include <map>

#include "crypto/age/file.hpp"
#include "crypto/tlog/succession.hpp"
#include "platform/base/ensure.hpp"
#include "platform/base/log.hpp"
#include "platform/base/try.hpp"
#include "platform/record/peek.hpp"
#include "platform/service/access.hpp"
#include "platform/service/append_job.hpp"
#include "platform/service/context_state.hpp"
#include "platform/service/log_repair_state.hpp"

namespace rogatory::service {
namespace {

constexpr const char* kRefused = "log.resubmission_refused";

LogRepair::Status status_of(const Context& context, const ports::Repositories& repositories) {
    LogRepair::Status status;
    const auto& log = repositories.log();
    const auto& repair = repositories.repair();
    status.behind = context.behind();
    status.damaged = context.damaged;
    status.restored = context.restored;
    status.size = tlog::place_of(log.number(), log.size());
    status.entries = status.size + repair.count_entries();
    status.lost = repair.count_lost();
    if (const auto first = repair.lost(1); !first.empty()) status.lost_from = first.front().index;
    const auto ahead = read_ahead(repositories);
    if (!status.behind || !ahead || status.damaged) return status;
    if (ahead->size > log.size()) {
        status.target = tlog::place_of(log.number(), ahead->size);
        status.missing = repair.count_missing();
        status.ranges = repair.missing(LogRepair::kMostRanges);
    } else {
        status.contradicted = log.root(ahead->size) != model::Digest{ahead->root};
    }
    return status;
}

Result<> fits(const record::NeededBlob& need, ByteView data) {
    // How many recipients a keyring had to have was checked when the log took it.
    const auto limit = need.kind == record::BlobKind::keyring ? age::Profile::keyring(0).header_bytes
                                                              : age::Profile::single().header_bytes;
    const auto seen = age::inspect(data, limit);
    if (!seen || !*seen) return fail(ErrorCode::invalid_input, "blob.stanzas");
    return {};
}

// Where a restored statement waits for an age file.
Result<bool> give_back(ports::Repositories& repositories, const record::SignedStatement& statement,
                       const record::NeededBlob& need, ByteView data) {
    const auto& chain = statement.statement().chain;
    if (!repositories.repair().find_lost(chain, need.sha256)) return false;
    ROGATORY_TRY_VOID(fits(need, data));
    ports::InlineBlobRow row{.sha256 = need.sha256,
                             .kind = ports::BlobKind::body,
                             .authority = need.reader,
                             .member = need.holder,
                             .data = to_bytes(data),
                             .withdrawn_at = std::nullopt};
    switch (need.kind) {
        case record::BlobKind::keyring:
            row.kind = ports::BlobKind::keyring;
            break;
        case record::BlobKind::grant:
            row.kind = ports::BlobKind::grant;
            break;
        case record::BlobKind::share:
            row.kind = ports::BlobKind::share;
            break;
        case record::BlobKind::sealed_body:
            break;
    }
    if (!repositories.records().add_blob(chain, row)) return false;
    repositories.repair().remove_lost(chain, need.sha256);
    return true;
}

// Everything at once, or nothing. `spoilt` is the place whose envelope is not what the log took: its signature does not
// hold.
Result<std::uint64_t> restore_all(Context& context, ports::Repositories& repositories,
                                  std::optional<std::uint64_t>& spoilt) {
    const auto ahead = read_ahead(repositories);
    if (!ahead) return fail(ErrorCode::unavailable, "repair.not_behind");
    LogTiles tiles{repositories.log()};
    const auto stored_size = repositories.log().size();
    ROGATORY_TRY(const auto builder, tlog::TileBuilder::restore(stored_size, tiles));
    auto tree = builder.frontier();
    std::map<std::uint64_t, model::Digest> roots;
    const auto root_of = [&](std::uint64_t size) {
        return size <= stored_size ? repositories.log().root(size) : roots.at(size);
    };
    const ParsedAppend nothing;
    const std::vector<Membership> nobody;
    Appender appender{"-", Scope::full, AccountKind::member, nobody, std::nullopt, std::nullopt, true};
    AppendJob job{context, repositories, appender, nothing};
    const auto number = repositories.log().number();
    for (auto index = tlog::place_of(number, stored_size); index < tlog::place_of(number, ahead->size); ++index) {
        const auto known = repositories.repair().find_entry(index);
        const auto envelopes = repositories.repair().envelopes(index);
        if (!known || envelopes.empty()) return fail(ErrorCode::unavailable, "repair.incomplete");
        const auto entry = repair_entry(*known);
        ROGATORY_TRY(const auto statement, at_its_place(index, envelopes.front().envelope, entry));
        if (auto restored = job.restore(statement, entry, root_of); !restored) {
            spoilt = index;
            return fail(std::move(restored).error());
        }
        // Somebody else's for this place with another signature was not needed, and is told of all the same.
        for (const auto& other : envelopes) {
            if (other.envelope != envelopes.front().envelope) {
                context.audit(repositories, other.account, kRefused, std::to_string(index) + " broken.signature");
            }
        }
        tree.append(entry.leaf_hash());
        roots.emplace(tree.size(), model::Digest{tree.root()});
    }
    ensure(tree.head() == tlog::TreeHead{ahead->size, ahead->root}, "every entry was verified when it was brought");
    repositories.repair().clear();
    context.audit(repositories, "-", "log.repaired", std::to_string(ahead->size));
    context.time.keep(repositories);
    return ahead->size;
}

}  // namespace

LogRepair::Status LogRepair::status() {
    return context_.store.read(
        [&](const ports::Repositories& repositories) { return status_of(context_, repositories); });
}

Result<> LogRepair::nothing_newer(std::uint64_t size) {
    if (!context_.restored) return fail(ErrorCode::conflict, "restored.not");
    if (context_.behind()) return fail(ErrorCode::unavailable, "log.read_only");
    if (!context_.policy.quorum_none()) return fail(ErrorCode::conflict, "restored.cosigners");
    const auto held =
        context_.store.read([](const ports::Repositories& repositories) { return repositories.log().size(); });
    if (held != size) {
        return fail(Error{ErrorCode::conflict, "restored.size"}.with("size", std::to_string(held)));
    }
    return context_.settle_restored("operator");
}

Result<LogRepair::Status> LogRepair::entries(std::uint64_t from, const std::vector<tlog::Entry>& entries,
                                             const tlog::ProofPath& consistency) {
    return context_.store.write([&](ports::Repositories& repositories) -> Result<Status> {
        const auto now = status_of(context_, repositories);
        if (now.target == 0) return fail(ErrorCode::unavailable, "repair.not_behind");
        if (from > now.entries) {
            return fail(Error{ErrorCode::conflict, "repair.gap"}.with("next", std::to_string(now.entries)));
        }
        // What is known already was verified; only what comes after it is looked at.
        if (from + entries.size() <= now.entries) return now;
        if (from + entries.size() > now.target) return fail(ErrorCode::invalid_input, "repair.beyond");
        const auto ahead = read_ahead(repositories);
        ROGATORY_TRY(auto tree, brought_tree(repositories));
        for (auto i = now.entries - from; i < entries.size(); ++i) {
            tree.append(entries[i].leaf_hash());
            repositories.repair().add_entry(from + i, entries[i].bytes());
        }
        if (!tlog::verify_consistency(tree.head(), {ahead->size, ahead->root}, consistency)) {
            return fail(ErrorCode::integrity, "repair.other_history");
        }
        return status_of(context_, repositories);
    });
}

Result<LogRepair::Placed> LogRepair::statements(const Principal& principal, const std::vector<Envelope>& envelopes,
                                                const std::vector<InlineBlob>& blobs) {
    ROGATORY_TRY_VOID(permit(principal, Act::use_account));
    std::map<model::Digest, const InlineBlob*> brought;
    for (const auto& blob : blobs) {
        if (crypto::sha256(blob.data) != blob.sha256) return fail(ErrorCode::invalid_input, "blob.digest");
        brought.emplace(blob.sha256, &blob);
    }
    ROGATORY_TRY(auto placed, context_.store.write([&](ports::Repositories& repositories) -> Result<Placed> {
        Placed done;
        const auto size = repositories.log().next_index();
        for (const auto& one : envelopes) {
            const bool stored = one.index < size;
            const auto known = stored ? std::optional<ByteArray<64>>{} : repositories.repair().find_entry(one.index);
            if (!stored && !known) {
                return fail(Error{ErrorCode::conflict, "repair.no_entry"}.with("index", std::to_string(one.index)));
            }
            auto entry = tlog::Entry{};
            if (stored) {
                // By what it says of itself; that this is what stands there is looked up next.
                ROGATORY_TRY(const auto parsed, record::SignedStatement::parse(as_text(one.envelope)));
                const auto row = repositories.records().find_statement(parsed.id());
                if (!row || row->index != one.index) {
                    return fail(Error{ErrorCode::invalid_input, "repair.not_this_entry"}.with(
                        "index", std::to_string(one.index)));
                }
                entry = repair_entry(row->entry);
            } else {
                entry = repair_entry(*known);
            }
            ROGATORY_TRY(const auto statement, at_its_place(one.index, one.envelope, entry));
            if (!stored) {
                if (repositories.repair().envelopes(one.index).empty()) ++done.placed;
                repositories.repair().add_envelope(one.index, {principal.user_name(), one.envelope});
            }
            const auto& chain = statement.statement().chain;
            const auto needs = record::needs(statement.statement());
            for (const auto& need : needs.blobs) {
                const auto here = brought.find(need.sha256);
                if (stored) {
                    if (here != brought.end()) {
                        ROGATORY_TRY(const bool given, give_back(repositories, statement, need, here->second->data));
                        done.blobs += given ? 1 : 0;
                    }
                    if (const auto lost = repositories.repair().find_lost(chain, need.sha256))
                        done.wanted.push_back(*lost);
                    continue;
                }
                const bool waits = repositories.repair().find_blob(need.sha256).has_value();
                if (here != brought.end() && !waits) {
                    ROGATORY_TRY_VOID(fits(need, here->second->data));
                    repositories.repair().add_blob(need.sha256, here->second->data);
                    ++done.blobs;
                } else if (!waits) {
                    done.wanted.push_back({chain, need.sha256, one.index, std::nullopt});
                }
            }
            for (const auto& line : needs.attachments) {
                if (const auto lost = repositories.repair().find_lost(chain, line.sha256)) done.wanted.push_back(*lost);
            }
        }
        if (done.placed + done.blobs > 0) {
            context_.audit(repositories, principal.user_name(), "log.resubmitted", std::to_string(done.placed));
        }
        return done;
    }));
    if (placed.placed > 0) ROGATORY_TRY_VOID(finish());
    placed.status = status();
    return placed;
}

Result<> LogRepair::finish() {
    while (true) {
        const auto now = status();
        if (now.target == 0 || now.entries < now.target || now.missing > 0) return {};
        std::optional<std::uint64_t> spoilt;
        const auto repaired = context_.store.write([&](ports::Repositories& repositories) {
            spoilt.reset();
            return restore_all(context_, repositories, spoilt);
        });
        if (repaired) {
            if (!context_.caught_up(*repaired)) continue;
            // What they claimed was of the tree before; nothing is written until they have answered about this one.
            context_.witnesses_ahead = false;
            take_offered(context_);
            log::Line{log::Level::info, "the log is whole again"}.add(log::Field::count, *repaired);
            return {};
        }
        if (!spoilt) return fail(repaired.error());
        // Who brought it is in the audit trail; the next one's is tried, or waited for.
        log::Line{log::Level::error, "an envelope that was brought back is not what the log took"}
            .add(log::Field::count, *spoilt)
            .add(log::Field::key, repaired.error().key());
        ROGATORY_TRY_VOID(context_.store.write([&](ports::Repositories& repositories) -> Result<> {
            const auto envelopes = repositories.repair().envelopes(*spoilt);
            if (envelopes.empty()) return {};
            repositories.repair().remove_envelope(*spoilt, envelopes.front().account);
            context_.audit(repositories, envelopes.front().account, kRefused,
                           std::to_string(*spoilt) + " " + repaired.error().key());
            return {};
        }));
    }
}

}  // namespace rogatory::service
