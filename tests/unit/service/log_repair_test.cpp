#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "crypto/tlog/log_proof.hpp"
#include "crypto/tlog/log_tree.hpp"
#include "crypto/tlog/succession.hpp"
#include "platform/record/peek.hpp"
#include "tests/unit/service/fixture.hpp"

// A store that is put back to an older copy, and what clients bring back to it.
namespace rogatory::tests {
namespace {

using Envelope = service::LogRepair::Envelope;

struct Kept {
    std::vector<Envelope> envelopes;
    std::vector<tlog::Entry> entries;
    std::map<model::Digest, Bytes> blobs;
    Bytes checkpoint;
};

template <class T>
std::string key_of(const Result<T>& result) {
    return result ? std::string{} : result.error().key();
}

struct RestoredFixture : PeopledFixture {
    model::ChainId chain;
    std::uint64_t before = 0;
    Kept kept;
    std::vector<Bytes> later;  // blobs of what came after the copy

    RestoredFixture() {
        chain = world->open(*senegal, {world->ref(*france)});
        before = size();
        const auto saved = directory.path() / "saved";
        services.reset();
        blobs.reset();
        store.reset();
        std::filesystem::copy(layout.data, saved, std::filesystem::copy_options::recursive);
        open_storage();
        open_services();
        world->sign_in(*senegal);
        world->sign_in(*france);
        first_entry = world->add_entry(*senegal, chain);
        world->add_entry(*senegal, chain);
        world->append(*senegal, world->sign(*senegal, chain, record::Withdrawn{{first_entry}, std::nullopt}));
        world->add_entry(*france, chain);
        remember();

        services.reset();
        blobs.reset();
        store.reset();
        std::filesystem::remove_all(layout.data);
        std::filesystem::copy(saved, layout.data, std::filesystem::copy_options::recursive);
        open_storage();
        open_services();
        world->sign_in(*senegal);
        world->sign_in(*france);
    }
    model::StatementId first_entry;

    [[nodiscard]] std::uint64_t size() {
        return store->read([](const ports::Repositories& r) { return r.log().size(); });
    }
    void remember() {
        store->read([&](const ports::Repositories& r) {
            kept.checkpoint = r.log().checkpoint();
            for (const auto& row : r.records().statements(chain, 1, 100)) {
                kept.envelopes.push_back({row.index, row.envelope});
                kept.entries.push_back(tlog::Entry::from(std::span<const std::uint8_t, 64>{row.entry}));
                const auto parsed = record::SignedStatement::parse(as_text(row.envelope)).value();
                for (const auto& need : record::needs(parsed.statement()).blobs) {
                    if (const auto blob = r.records().find_blob(chain, need.sha256))
                        kept.blobs[need.sha256] = blob->data;
                }
            }
            return 0;
        });
        REQUIRE(kept.envelopes.front().index == before);
    }
    void show() { static_cast<void>(services->log.offer(kept.checkpoint)); }
    [[nodiscard]] std::vector<service::InlineBlob> all_blobs() const {
        std::vector<service::InlineBlob> out;
        for (const auto& [digest, data] : kept.blobs) {
            if (!data.empty()) out.push_back({digest, data});
        }
        return out;
    }
};

}  // namespace

TEST_CASE("a log that was put back is whole again once every place has its statement", "[service][repair]") {
    RestoredFixture f;
    auto& repair = f.services->repair;
    CHECK(repair.entries(f.before, f.kept.entries, {}).error().key() == "repair.not_behind");
    f.show();
    auto status = repair.status();
    CHECK((status.behind && status.target == f.before + 4 && status.entries == f.before && status.missing == 0));

    // Entries first, and only those that the log has signed.
    const auto who = f.world->principal(*f.senegal);
    CHECK(repair.statements(who, f.kept.envelopes, {}).error().key() == "repair.no_entry");
    auto wrong = f.kept.entries;
    std::swap(wrong[1], wrong[2]);
    CHECK(repair.entries(f.before, wrong, {}).error().key() == "repair.other_history");
    CHECK(repair.entries(f.before + 1, f.kept.entries, {}).error().key() == "repair.gap");
    auto beyond = f.kept.entries;
    beyond.push_back(beyond.front());
    CHECK(repair.entries(f.before, beyond, {}).error().key() == "repair.beyond");
    // A part of them needs a proof; the empty one is none.
    const std::vector<tlog::Entry> part{f.kept.entries.begin(), f.kept.entries.begin() + 2};
    CHECK(repair.entries(f.before, part, {}).error().key() == "repair.other_history");
    REQUIRE(repair.entries(f.before, f.kept.entries, {}));
    CHECK(repair.entries(f.before, part, {}));  // known already
    status = repair.status();
    CHECK((status.missing == 4 && status.ranges.size() == 1 && status.ranges.front().first == f.before));

    // A statement at another's place, and one that nobody logged.
    auto misplaced = f.kept.envelopes;
    std::swap(misplaced[0].index, misplaced[1].index);
    CHECK(repair.statements(who, misplaced, {}).error().key() == "repair.not_this_entry");
    const auto other = f.world->sign(*f.senegal, f.chain, record::Closed{});
    CHECK(repair.statements(who, {{f.before, to_bytes(other.encode())}}, {}).error().key() == "repair.not_this_entry");
    CHECK(repair.statements(who, {}, {{model::Digest{}, Bytes{1}}}).error().key() == "blob.digest");

    // Two people, neither of whom has everything.
    const std::vector<Envelope> of_senegal{f.kept.envelopes.begin(), f.kept.envelopes.begin() + 3};
    const auto first = repair.statements(who, of_senegal, f.all_blobs());
    REQUIRE(first);
    CHECK((first->placed == 3 && first->status.missing == 1 && f.size() == f.before));
    const auto last = repair.statements(f.world->principal(*f.france), {f.kept.envelopes[3]}, f.all_blobs());
    REQUIRE(last);
    CHECK((last->placed == 1 && !last->status.behind && last->status.size == f.before + 4));
    CHECK_FALSE(f.services->read_only());
    CHECK(f.services->log.checkpoint().value() == f.kept.checkpoint);
    CHECK(f.store->verify_log());
    // What was withdrawn is a tombstone, the rest is here, nothing waits any more.
    const auto& withdrawn = f.world->dossier(f.chain).item(f.first_entry)->sealed;
    CHECK(f.services->chains.blob(who, f.chain, withdrawn).error().key() == "blob.withdrawn");
    CHECK((last->status.lost == 0 && repair.status().entries == f.before + 4));
    f.world->add_entry(*f.senegal, f.chain);
    f.restart();
    CHECK_FALSE(f.services->read_only());
}

TEST_CASE("a forged signature is thrown out when the log is put together, and spoils nobody else's",
          "[service][repair]") {
    RestoredFixture f;
    // Whichever of the two is looked at first.
    const bool france_lies = GENERATE(true, false);
    const auto& liar = france_lies ? *f.france : *f.senegal;
    const auto& honest_one = france_lies ? *f.senegal : *f.france;
    auto& repair = f.services->repair;
    f.show();
    REQUIRE(repair.entries(f.before, f.kept.entries, {}));
    auto forged = f.kept.envelopes;
    for (auto& one : forged) {
        auto text = std::string{as_text(one.envelope)};
        const auto at = text.find("\"sig\":\"") + 10;
        text[at] = text[at] == 'A' ? 'B' : 'A';
        one.envelope = to_bytes(text);
    }
    // The id of a statement is of its content alone, so they are taken for now.
    const auto done = repair.statements(f.world->principal(liar), forged, f.all_blobs());
    REQUIRE(done);
    CHECK((done->status.behind && done->status.missing == 1 && f.size() == f.before));
    const auto honest = repair.statements(f.world->principal(honest_one), f.kept.envelopes, f.all_blobs());
    REQUIRE(honest);
    CHECK((!honest->status.behind && f.size() == f.before + 4));
    const auto rows =
        f.store->read([](const ports::Repositories& r) { return r.journal().audit_before(1 << 30, 1000); });
    const auto named = std::count_if(rows.begin(), rows.end(), [&](const ports::AuditRow& row) {
        return row.action == "log.resubmission_refused" && row.actor == liar.user_name;
    });
    CHECK(named == 4);
}

TEST_CASE("an age file that nobody brought may come later, unless it was withdrawn meanwhile", "[service][repair]") {
    RestoredFixture f;
    auto& repair = f.services->repair;
    f.show();
    REQUIRE(repair.entries(f.before, f.kept.entries, {}));
    const auto who = f.world->principal(*f.senegal);
    const auto whole = repair.statements(who, f.kept.envelopes, {});
    REQUIRE(whole);
    CHECK_FALSE(whole->status.behind);
    CHECK((whole->status.lost == 2 && whole->status.lost_from == f.before + 1));
    // It stands, and what it lists is not here.
    const auto& items = f.world->dossier(f.chain).items();
    const auto& sealed = items.back().sealed;
    CHECK(f.services->chains.blob(who, f.chain, sealed).error().code() == ErrorCode::not_found);
    const auto later = repair.statements(who, f.kept.envelopes, f.all_blobs());
    REQUIRE(later);
    CHECK((later->placed == 0 && later->blobs == 2 && later->wanted.empty() && later->status.lost == 0));
    CHECK(f.services->chains.blob(who, f.chain, sealed));
    CHECK(f.services->chains.blob(who, f.chain, items.front().sealed).error().key() == "blob.withdrawn");
}

TEST_CASE("a log that went on in another way is not repaired", "[service][repair]") {
    RestoredFixture f;
    // Nobody told it: it takes something, and by that signs another tree.
    const auto shorter = f.store->read([&](const ports::Repositories& r) { return r.records().find_chain(f.chain); });
    auto draft = f.world->draft(*f.france, f.chain, record::Closed{});
    draft.seq = shorter->head_seq + 1;
    draft.prev = shorter->head;
    f.store->read([&](const ports::Repositories& r) {
        const auto note = tlog::SignedCheckpoint::parse(as_text(r.log().checkpoint())).value();
        const auto key = tlog::NoteKey::parse(f.services->log.server().log_key).value();
        draft.seen = {note.checkpoint.head.size, model::Digest{note.checkpoint.head.root},
                      *tlog::log_signature(key, note)};
        return 0;
    });
    draft.author = f.world->draft(*f.senegal, f.chain, record::Closed{}).author;
    REQUIRE(f.services->append.append(f.world->principal(*f.senegal),
                                      request_of(record::sign(draft, f.senegal->key).value())));
    f.show();
    CHECK(f.services->repair.status().behind);
    const std::vector<tlog::Entry> rest{f.kept.entries.begin() + 1, f.kept.entries.end()};
    CHECK(f.services->repair.entries(f.before + 1, rest, {}).error().key() == "repair.other_history");
}

TEST_CASE("what nobody has any more ends the log; a new one goes on, and each Party adopts it",
          "[service][succession]") {
    RestoredFixture f;
    CHECK(f.services->succession.plan({})->whole);
    f.show();
    // As long as its entries are not known it would end before them, and all of them are lost.
    CHECK(f.services->succession.plan({})->lost == 4);
    CHECK(f.services->succession.plan({})->end.size == f.before);
    CHECK(f.services->succession.plan({})->signed_size == f.before + 4);
    REQUIRE(f.services->repair.entries(f.before, f.kept.entries, {}));
    const auto who = f.world->principal(*f.senegal);
    // Two of four come back, and one whose chain lacks what stands before it.
    auto brought = f.kept.envelopes;
    brought.erase(brought.begin() + 2);
    REQUIRE(f.services->repair.statements(who, brought, f.all_blobs()));
    const auto plan = f.services->succession.plan({});
    REQUIRE(plan);
    CHECK((plan->end.size == f.before + 4 && plan->held == f.before && plan->restored == 2 && plan->lost == 2));
    CHECK_FALSE(plan->whole);
    REQUIRE(plan->cuts.size() == 1);
    CHECK((plan->cuts.front().chain == f.chain && plan->cuts.front().lost == 2 && plan->in_unknown_chains == 0));
    CHECK(f.size() == f.before);  // nothing was done
    CHECK(f.services->repair.status().missing == 1);
    CHECK(key_of(f.services->succession.succeed({}, "", 1)) == "succeed.lost_differs");

    const auto stale =
        f.world->sign(*f.senegal, f.senegal->register_chain, record::PublisherSet{f.senegal->authority, true});
    const auto done = f.services->succession.succeed({}, "", 2);
    REQUIRE(done);
    CHECK(done->log.origin == "test.example/log/1");
    f.restart();
    CHECK_FALSE(f.services->read_only());
    CHECK(f.store->verify_log());
    // The body of the entry that was withdrawn had gone with the withdrawal; nobody could bring it.
    CHECK((!f.services->repair.status().behind && f.services->repair.status().lost == 1));

    // The old one is served as it ended, the new one begins with it.
    CHECK(f.services->log.checkpoint(0).value() == f.kept.checkpoint);
    CHECK(f.services->log.witnessed_checkpoint({}, 0).value() == f.kept.checkpoint);
    CHECK(f.services->log.successor(0).value() == done->log.verifier_key + "\n");
    CHECK(f.services->log.successor(1).error().code() == ErrorCode::not_found);
    CHECK(f.services->log.checkpoint(2).error().code() == ErrorCode::not_found);
    CHECK(f.services->log.offer(f.kept.checkpoint, 0));  // of a log that ended nothing is behind
    CHECK_FALSE(f.services->read_only());

    // The place of what was lost is closed; what was given back stands.
    CHECK(key_of(f.world->try_append(*f.senegal, f.world->sign(*f.senegal, f.chain, record::Closed{}))) ==
          "chain.lost");
    const auto second = record::SignedStatement::parse(as_text(f.kept.envelopes.at(1).envelope)).value().id();
    const auto& sealed = f.world->dossier(f.chain).item(second)->sealed;
    CHECK(f.services->chains.blob(f.world->principal(*f.senegal), f.chain, sealed));
    // Whoever has seen only the old log, or writes for a Party that has not adopted the new one, is refused.
    CHECK(key_of(f.world->try_append(*f.senegal, stale)) == "log.moved");
    const auto publish = [&] {
        return f.world->sign(*f.senegal, f.senegal->register_chain, record::PublisherSet{f.senegal->authority, true});
    };
    CHECK(key_of(f.world->try_append(*f.senegal, publish())) == "void.seen_forged");
    const auto adopted = f.world->append(
        *f.senegal, f.world->sign(*f.senegal, f.senegal->register_chain, record::LogPolicySet{done->log.policy}));
    CHECK(adopted.index == tlog::place_of(1, 1));
    CHECK(tlog::LogProof::parse(adopted.proof)->index == 1);
    f.world->append(*f.senegal, publish());
    const auto fresh = f.world->open(*f.senegal, {f.world->ref(*f.france)});
    f.world->add_entry(*f.senegal, fresh);
    CHECK(key_of(f.world->try_append(*f.france, f.world->sign(*f.france, fresh, record::Closed{}))) ==
          "void.seen_forged");  // France has not adopted it
    // What was taken into the old log and is sent again is proven there.
    const auto again =
        f.services->append.append(f.world->principal(*f.senegal), {{f.kept.envelopes.front().envelope}, {}});
    REQUIRE(again);
    CHECK(again->front().index == f.before);
    CHECK(tlog::LogProof::parse(again->front().proof)->checkpoint.checkpoint.origin == "test.example/log/0");
    f.restart();
    CHECK(f.store->verify_log());
    CHECK(key_of(f.services->succession.succeed({}, "", 0)).empty());  // even a second time
}

}  // namespace rogatory::tests
