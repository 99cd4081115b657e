#include "platform/service/log_succession.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "crypto/tlog/succession.hpp"
#include "platform/base/ensure.hpp"
#include "platform/base/try.hpp"
#include "platform/record/chains.hpp"
#include "platform/service/append_job.hpp"
#include "platform/service/context_state.hpp"
#include "platform/service/log_repair_state.hpp"

namespace rogatory::service {

// The checkpoint with which the log ends, and with what it is worth.
struct LogSuccession::End {
    tlog::SignedCheckpoint last;
    std::uint64_t signed_size = 0;
    std::vector<std::pair<std::string, std::uint64_t>> cosigners;
};

// Envelopes that were brought and do not hold, by place and who brought them.
struct LogSuccession::Refused {
    std::set<std::pair<std::uint64_t, std::string>> envelopes;
    std::optional<std::pair<std::uint64_t, std::string>> spoilt;  // found by the run that failed
};

namespace {

// Signature lines of the same text come together: a quorum may be spread over several copies.
void merge(std::map<std::string, tlog::SignedCheckpoint>& known, const tlog::NoteKey& log, ByteView note) {
    auto parsed = tlog::SignedCheckpoint::parse(as_text(note));
    if (!parsed || !tlog::log_signature(log, *parsed)) return;
    const auto text = parsed->note.text;
    const auto [place, fresh] = known.emplace(text, *parsed);
    if (fresh) return;
    auto& lines = place->second.note.signatures;
    for (auto& line : parsed->note.signatures) {
        if (std::find(lines.begin(), lines.end(), line) == lines.end()) lines.push_back(std::move(line));
    }
}

model::Digest label_of(const model::ChainId& chain, std::uint64_t seq) {
    return model::Digest{tlog::entry_label(chain.value(), seq).value()};
}

void find_cuts(const ports::Repositories& repositories, LogSuccession::Plan& plan) {
    std::uint64_t attributed = 0;
    for (const auto& row : repositories.records().chains()) {
        LogSuccession::Cut cut{row.kind, row.chain, {}, row.head_seq + 1, 0};
        while (repositories.log().is_lost(label_of(row.chain, cut.length + cut.lost))) ++cut.lost;
        if (cut.lost == 0) continue;
        attributed += cut.lost;
        if (row.kind == ports::ChainKind::party_register) {
            if (const auto party = repositories.parties().find_by_register(row.chain)) cut.party = party->code;
        } else if (row.party) {
            if (const auto party = repositories.parties().find_by_founded(*row.party)) cut.party = party->code;
        }
        plan.cuts.push_back(std::move(cut));
    }
    plan.in_unknown_chains = plan.lost - std::min(plan.lost, attributed);
}

}  // namespace

Result<LogSuccession::End> LogSuccession::find_end(const ports::Repositories& repositories,
                                                   const std::vector<Bytes>& notes) {
    const auto& log = repositories.log();
    std::map<std::string, tlog::SignedCheckpoint> known;
    for (const auto& note : notes) merge(known, context_.log_key, note);
    if (const auto kept = repositories.journal().value(kOfferedCheckpoint)) merge(known, context_.log_key, *kept);
    if (const auto kept = log.cosigned(log.size())) merge(known, context_.log_key, kept->note);
    merge(known, context_.log_key, log.checkpoint());

    End end;
    for (const auto& one : context_.policy.witnesses()) end.cosigners.emplace_back(one.name, 0);
    const auto ahead = read_ahead(repositories);
    end.signed_size = std::max(log.size(), ahead ? ahead->size : 0);
    // Of what is held nothing may be left out, and what is claimed beyond it must be known entry by entry.
    ROGATORY_TRY(const auto brought, brought_tree(repositories));
    std::map<std::uint64_t, tlog::SignedCheckpoint> candidates;
    std::vector<tlog::TreeHead> heads;
    if (ahead) heads.push_back({ahead->size, ahead->root});
    for (auto& [text, checkpoint] : known) {
        const auto size = checkpoint.checkpoint.head.size;
        end.signed_size = std::max(end.signed_size, size);
        heads.push_back(checkpoint.checkpoint.head);
        const auto worth = context_.policy.verify(checkpoint);
        if (worth) {
            for (const auto& one : worth->cosignatures()) {
                auto& largest = end.cosigners.at(one.witness).second;
                largest = std::max(largest, size);
            }
        }
        if (size >= log.size() && size <= brought.size() && worth && worth->counts()) {
            candidates.emplace(size, std::move(checkpoint));
        }
    }
    // What two checkpoints of the log's own signature say of one size must be one tree: of a log that told two
    // histories there is no end that everybody could go on from.
    std::map<std::uint64_t, tlog::Hash> roots;
    const auto one_history = [&](const tlog::TreeHead& head) -> Result<> {
        const bool other = !roots.emplace(head.size, head.root).second && roots.at(head.size) != head.root;
        if (!other && (head.size > log.size() || log.root(head.size) == head.root)) return {};
        return fail(Error{ErrorCode::integrity, "succeed.two_histories"}.with("size", std::to_string(head.size)));
    };
    for (const auto& head : heads) ROGATORY_TRY_VOID(one_history(head));

    LogTiles tiles{log};
    ROGATORY_TRY(auto builder, tlog::TileBuilder::restore(log.size(), tiles));
    auto tree = builder.frontier();
    std::optional<tlog::SignedCheckpoint> best;
    while (true) {
        if (const auto known_root = roots.find(tree.size()); known_root != roots.end()) {
            ROGATORY_TRY_VOID(one_history(tree.head()));
        }
        const auto candidate = candidates.find(tree.size());
        if (candidate != candidates.end() && candidate->second.checkpoint.head == tree.head()) best = candidate->second;
        if (tree.size() == brought.size()) break;
        const auto entry = repositories.repair().find_entry(tlog::place_of(log.number(), tree.size()));
        ensure(entry.has_value(), "entries that were brought have no gap");
        tree.append(tlog::leaf_hash(*entry));
    }
    if (!best) {
        return fail(Error{ErrorCode::unavailable, "succeed.no_checkpoint"}
                        .with("size", std::to_string(brought.size()))
                        .with("target", std::to_string(end.signed_size)));
    }
    end.last = *std::move(best);
    return end;
}

// Everything that comes back at its place, and the bare entries of what does not.
Result<LogSuccession::Plan> LogSuccession::file(ports::Repositories& repositories, const End& end, Refused& refused) {
    refused.spoilt.reset();
    auto& log = repositories.log();
    Plan plan;
    plan.origin = context_.log.origin;
    ROGATORY_TRY(plan.next, tlog::successor_origin(plan.origin));
    plan.end = end.last.checkpoint.head;
    plan.signed_size = end.signed_size;
    plan.cosigners = end.cosigners;
    plan.held = log.size();
    plan.whole = !context_.reads_only() && end.signed_size == log.size();

    const auto stored = log.size();
    LogTiles tiles{log};
    ROGATORY_TRY(const auto builder, tlog::TileBuilder::restore(stored, tiles));
    auto tree = builder.frontier();
    std::map<std::uint64_t, model::Digest> roots;
    const auto root_of = [&](std::uint64_t size) { return size <= stored ? log.root(size) : roots.at(size); };
    const ParsedAppend nothing;
    const std::vector<Membership> nobody;
    Appender appender{"-", Scope::full, AccountKind::member, nobody, std::nullopt, std::nullopt, true};
    AppendJob job{context_, repositories, appender, nothing};
    for (auto size = stored; size < plan.end.size; ++size) {
        const auto place = tlog::place_of(log.number(), size);
        const auto known = repositories.repair().find_entry(place);
        ensure(known.has_value(), "the log ends where its entries are known");
        const auto entry = repair_entry(*known);
        bool filed = false;
        for (const auto& brought : repositories.repair().envelopes(place)) {
            if (refused.envelopes.contains({place, brought.account})) continue;
            const auto statement = at_its_place(place, brought.envelope, entry);
            if (!statement) continue;
            // What follows something that is lost is lost with it, though its envelope is here.
            const auto chain = repositories.records().find_chain(statement->statement().chain);
            if (statement->statement().seq != (chain ? chain->head_seq + 1 : 0)) continue;
            if (auto restored = job.restore(*statement, entry, root_of); !restored) {
                refused.spoilt = {place, brought.account};
                return fail(std::move(restored).error());
            }
            filed = true;
            break;
        }
        if (filed) {
            ++plan.restored;
        } else {
            log.add_lost(entry.bytes());
            ++plan.lost;
        }
        tree.append(entry.leaf_hash());
        roots.emplace(tree.size(), model::Digest{tree.root()});
    }
    // Signed, and beyond the end: of these not even the entries are known.
    plan.lost += plan.signed_size - std::min(plan.signed_size, plan.end.size);
    find_cuts(repositories, plan);
    return plan;
}

Result<LogSuccession::Plan> LogSuccession::plan(const std::vector<Bytes>& notes) {
    if (context_.damaged) return fail(ErrorCode::integrity, "succeed.damaged");
    Refused refused;
    while (true) {
        std::optional<Plan> found;
        // Done, and undone: only so it is known what holds.
        const auto undone = context_.store.write([&](ports::Repositories& repositories) -> Result<> {
            found.reset();
            ROGATORY_TRY(const auto end, find_end(repositories, notes));
            ROGATORY_TRY(found, file(repositories, end, refused));
            return fail(ErrorCode::conflict, "succeed.planned");
        });
        if (found) return *std::move(found);
        if (!refused.spoilt) return fail(undone.error());
        refused.envelopes.insert(*std::exchange(refused.spoilt, std::nullopt));
    }
}

Result<LogSuccession::Done> LogSuccession::succeed(const std::vector<Bytes>& notes, const std::string& witnesses,
                                                   std::uint64_t lost) {
    if (context_.damaged) return fail(ErrorCode::integrity, "succeed.damaged");
    Refused refused;
    while (true) {
        Done done;
        auto founded = context_.store.succeed_log(
            witnesses, [&](ports::Repositories& repositories) -> Result<ports::Store::LogEnd> {
                ROGATORY_TRY(const auto end, find_end(repositories, notes));
                ROGATORY_TRY(done.plan, file(repositories, end, refused));
                if (done.plan.lost != lost) {
                    return fail(Error{ErrorCode::conflict, "succeed.lost_differs"}.with(
                        "lost", std::to_string(done.plan.lost)));
                }
                repositories.repair().clear();
                // What showed it to be behind has been answered.
                repositories.journal().set_value(Context::kLogAhead, {});
                repositories.journal().set_value(kOfferedCheckpoint, {});
                context_.audit(
                    repositories, "-", "log.succeeded",
                    done.plan.next + " " + std::to_string(done.plan.end.size) + " " + std::to_string(done.plan.lost));
                context_.time.keep(repositories);
                return ports::Store::LogEnd{{done.plan.end.size, to_bytes(end.last.format()), true}};
            });
        if (founded) {
            done.log = *std::move(founded);
            return done;
        }
        if (!refused.spoilt) return fail(std::move(founded).error());
        refused.envelopes.insert(*std::exchange(refused.spoilt, std::nullopt));
    }
}

}  // namespace rogatory::service
