#include <stop_token>

#include <catch2/catch_test_macros.hpp>

#include "crypto/age/file.hpp"
#include "crypto/tlog/log_proof.hpp"
#include "platform/record/chains.hpp"
#include "storage/sqlite/database.hpp"
#include "storage/sqlite/key.hpp"
#include "tests/unit/service/fixture.hpp"

using namespace rogatory;
using namespace rogatory::tests;

namespace {

std::uint64_t statements(ServerFixture& fixture) {
    return fixture.store->read([](const ports::Repositories& r) { return r.records().count_statements(); });
}

std::vector<Bytes> entry_with(ServerWorld& world, const model::ChainId& chain, record::Entry& body,
                              std::vector<record::AttachmentLine> attachments = {}) {
    std::vector<Bytes> blobs;
    body = world.entry(chain, std::move(attachments), blobs);
    return blobs;
}

}  // namespace

TEST_CASE("a Party is founded, a dossier opened, an entry added and read by its participants", "[service][append]") {
    PeopledFixture f;
    auto& world = *f.world;
    const auto chain = world.open(*f.senegal, {world.ref(*f.france)});
    const auto file = world.age_file(100'000);
    const auto line = world.upload(*f.senegal, chain, file);
    world.add_entry(*f.senegal, chain, {line});

    const auto reader = world.principal(*f.france);
    const auto page = f.services->chains.read(reader, chain, 0, 100).value();
    CHECK(page.head_seq == 1);
    REQUIRE(page.items.size() == 2);
    const auto list = f.services->chains.dossiers(reader, std::nullopt, {}).value();
    REQUIRE(list.items.size() == 1);
    CHECK(list.items[0].chain == chain);
    CHECK(list.items[0].participants.size() == 2);
    auto attachment = std::get<service::Attachment>(f.services->chains.attachment(reader, chain, line.id).value());
    CHECK(attachment.sha256 == line.sha256);
    Bytes back(file.size());
    CHECK(attachment.reader->read_at(0, back) == file.size());
    CHECK(back == file);
    CHECK(f.store->verify_log());
}

TEST_CASE("an append is answered with a proof under the log's signature, and idempotent by id", "[service][append]") {
    PeopledFixture f;
    auto& world = *f.world;
    const auto chain = world.open(*f.senegal, {world.ref(*f.france)});
    record::Entry body;
    const auto blobs = entry_with(world, chain, body);
    const auto statement = world.sign(*f.senegal, chain, body);
    const auto request = request_of(statement, blobs);
    const auto who = world.principal(*f.senegal);
    const auto first = f.services->append.append(who, request).value();
    const auto count = statements(f);

    const auto proof = tlog::LogProof::parse(first[0].proof).value();
    const tlog::Entry entry{tlog::entry_label(chain.value(), 1), crypto::Digest{statement.id().value()}};
    CHECK(proof.index == first[0].index);
    CHECK(tlog::verify_inclusion(entry.leaf_hash(), proof.index, proof.checkpoint.checkpoint.head, proof.path));

    const auto again = f.services->append.append(who, request).value();
    CHECK(again[0].id == first[0].id);
    CHECK(again[0].index == first[0].index);
    CHECK(statements(f) == count);
    // Also by somebody who did not keep the blobs.
    auto bare = request;
    bare.blobs.clear();
    CHECK(f.services->append.append(who, bare).value()[0].index == first[0].index);
}

TEST_CASE("what stands already is answered without the second factor being asked for once more", "[service][append]") {
    PeopledFixture f;
    auto& world = *f.world;
    const auto invitation = [&] {
        return record::Invited{record::random_id<model::InvitationId>(world.random),
                               record::InvitationPurpose::member,
                               f.senegal->authority,
                               record::random_id<model::MemberId>(world.random),
                               model::Role::reader,
                               false,
                               f.clock.now() + kDay,
                               record::random_id<model::Digest>(world.random)};
    };
    const auto asked_later = [&] {
        // In use all the time, so that the session goes on.
        for (int i = 0; i < 4; ++i) {
            f.clock.pass(10 * kMinute);
            (void)world.principal(*f.senegal);
            REQUIRE(f.store->write([](ports::Repositories&) -> Result<> { return {}; }));
        }
        const auto late = world.principal(*f.senegal);
        REQUIRE_FALSE(late.stepped_up());
        return late;
    };
    world.sign_in(*f.senegal);

    SECTION("a statement") {
        const auto rules = [&] {
            return world.sign(*f.senegal, f.senegal->register_chain,
                              record::Pinned{model::PartyCode::parse("FRA").value(), world.ref(*f.france).party,
                                             record::PinSource::note_verbale, false});
        };
        const auto sent = rules();
        const auto first = f.services->append.append(world.principal(*f.senegal), request_of(sent)).value();
        world.learn(sent, first[0].index);
        const auto count = statements(f);
        const auto late = asked_later();
        const auto again = f.services->append.append(late, request_of(sent));
        REQUIRE(again);
        CHECK(again->front().index == first[0].index);
        // Of another's act nobody is told anything; what does not stand needs the factor.
        world.sign_in(*f.france);
        CHECK(f.services->append.append(world.principal(*f.france), request_of(sent)).error().key() ==
              "statement.author");
        CHECK(f.services->append.append(late, request_of(rules())).error().key() == "session.step_up");
        service::AppendRequest both = request_of(sent);
        both.envelopes.push_back(to_bytes(rules().encode()));
        CHECK(f.services->append.append(late, both).error().key() == "session.step_up");
        CHECK(statements(f) == count);
    }
    SECTION("an invitation") {
        const auto body = invitation();
        const auto sent = world.sign(*f.senegal, f.senegal->register_chain, body);
        const service::InvitationRequest request{request_of(sent), body.invitation,
                                                 crypto::sha256(world.random.bytes<16>()), to_bytes("card"),
                                                 to_bytes("kept")};
        const auto first = f.services->invitations.invite(world.principal(*f.senegal), request).value();
        world.learn(sent, first[0].index);
        const auto late = asked_later();
        const auto again = f.services->invitations.invite(late, request);
        REQUIRE(again);
        CHECK(again->front().index == first[0].index);
        auto other = request;
        other.card = to_bytes("another");
        CHECK(f.services->invitations.invite(late, other).error().key() == "session.step_up");
        const auto next = invitation();
        other.append = request_of(world.sign(*f.senegal, f.senegal->register_chain, next));
        other.invitation = next.invitation;
        CHECK(f.services->invitations.invite(late, other).error().key() == "session.step_up");
        // Nor is his Party's standing a reason to call it refused.
        REQUIRE(f.store->write([&](ports::Repositories& repositories) -> Result<> {
            auto& accounts = repositories.accounts();
            const auto second = accounts.find_by_name(f.senegal->user_name)->id;
            accounts.add_membership(second, f.france->register_chain, f.france->member);
            auto& parties = repositories.parties();
            parties.suspend(parties.find("SEN")->id, f.clock.now(), "");
            return {};
        }));
        const auto suspended = f.services->invitations.invite(world.principal(*f.senegal), request);
        REQUIRE(suspended);
        CHECK(suspended->front().index == first[0].index);
    }
}

TEST_CASE("what an append must not be is refused, and leaves nothing", "[service][append]") {
    PeopledFixture f;
    auto& world = *f.world;
    const auto chain = world.open(*f.senegal, {world.ref(*f.france)});
    record::Entry body;
    auto blobs = entry_with(world, chain, body);
    auto draft = world.draft(*f.senegal, chain, body);
    const auto count = statements(f);
    const auto key_of = [&](const record::Statement& statement, const std::vector<Bytes>& with, Official& author) {
        const auto signed_one = record::sign(statement, author.key).value();
        const auto refused = f.services->append.append(world.principal(*f.senegal), request_of(signed_one, with));
        return refused ? std::string{"taken"} : refused.error().key();
    };
    auto& senegal = *f.senegal;

    SECTION("too old a clock") {
        draft.at -= 11 * kMinute;
        CHECK(key_of(draft, blobs, senegal) == "statement.clock");
    }
    SECTION("too fast a clock") {
        draft.at += 11 * kMinute;
        CHECK(key_of(draft, blobs, senegal) == "statement.clock");
    }
    SECTION("a seq that is taken says where the chain stands") {
        draft.seq = 0;
        draft.prev.reset();
        std::vector<Bytes> grants;
        draft.body = record::Opened{record::DossierKind::share, {}, world.epoch(1, {world.ref(senegal)}, grants), {}};
        CHECK(key_of(draft, grants, senegal) == "statement.seq_taken");
    }
    SECTION("a seq beyond the head") {
        draft.seq = 5;
        CHECK(key_of(draft, blobs, senegal) == "statement.seq_taken");
    }
    SECTION("another prev") {
        draft.prev = record::random_id<model::StatementId>(world.random);
        CHECK(key_of(draft, blobs, senegal) == "statement.seq_taken");
    }
    SECTION("a signature of another key") { CHECK(key_of(draft, blobs, *f.france) != "taken"); }
    SECTION("another member's name") {
        draft.author.member = f.france->member;
        CHECK(key_of(draft, blobs, senegal) == "statement.author");
    }
    SECTION("a checkpoint that the log never signed") {
        draft.seen.root = record::random_id<model::Digest>(world.random);
        CHECK(key_of(draft, blobs, senegal) == "void.seen_forged");
        CHECK_FALSE(f.services->read_only());
    }
    SECTION("a body that is missing") { CHECK(key_of(draft, {}, senegal) == "blob.missing"); }
    SECTION("a blob that nobody named") {
        blobs.push_back(world.age_file());
        CHECK(key_of(draft, blobs, senegal) == "blob.superfluous");
    }
    SECTION("a body that is no age file") {
        blobs[0] = to_bytes("plain text");
        body.sealed = crypto::sha256(blobs[0]);
        draft.body = body;
        CHECK(key_of(draft, blobs, senegal) == "blob.stanzas");
    }
    SECTION("a body for two recipients") {
        const std::vector two{age::HybridIdentity::generate(world.random).recipient(),
                              age::HybridIdentity::generate(world.random).recipient()};
        blobs[0] = age::seal(two, as_bytes("x"), world.random);
        body.sealed = crypto::sha256(blobs[0]);
        draft.body = body;
        CHECK(key_of(draft, blobs, senegal) == "blob.stanzas");
    }
    SECTION("an attachment that was never uploaded") {
        body.attachments.push_back({record::random_id<model::AttachmentId>(world.random), 5000,
                                    record::random_id<model::Digest>(world.random),
                                    record::random_id<model::Digest>(world.random)});
        draft.body = body;
        CHECK(key_of(draft, blobs, senegal) == "attachment.missing");
    }
    SECTION("an attachment of another digest, size or dossier") {
        auto line = world.upload(senegal, chain, world.age_file(3000));
        SECTION("digest") { line.sha256 = record::random_id<model::Digest>(world.random); }
        SECTION("size") { ++line.size; }
        SECTION("dossier") {
            line = world.upload(senegal, record::random_id<model::ChainId>(world.random), world.age_file());
        }
        body.attachments = {line};
        draft.body = body;
        CHECK(key_of(draft, blobs, senegal) == "attachment.missing");
    }
    SECTION("void by the judge") {
        draft.body = record::Entry{7, body.basis, body.sealed, {}, {}, {}};
        CHECK(key_of(draft, blobs, senegal).starts_with("void."));
    }
    SECTION("a blob that is not what its digest says") {
        auto request = request_of(record::sign(draft, senegal.key).value(), blobs);
        request.blobs[0].data.back() ^= 1;
        CHECK(f.services->append.append(world.principal(senegal), request).error().key() == "blob.digest");
    }
    SECTION("the first of two good, the second not: neither") {
        auto second = world.draft(senegal, senegal.register_chain,
                                  record::Unpinned{model::PartyCode::parse("KEN").value(), world.ref(*f.france).party});
        auto request = request_of(record::sign(draft, senegal.key).value(), blobs);
        request.envelopes.push_back(to_bytes(record::sign(second, senegal.key).value().encode()));
        CHECK_FALSE(f.services->append.append(world.principal(senegal), request));
    }
    SECTION("too many at once") {
        service::AppendRequest request;
        request.envelopes.assign(f.settings.max_append_statements + 1, to_bytes("{}"));
        CHECK(f.services->append.append(world.principal(senegal), request).error().key() == "statement.too_many");
    }
    CHECK(statements(f) == count);
    CHECK(f.store->verify_log());
    // And the chain goes on.
    world.add_entry(senegal, chain);
    CHECK(statements(f) == count + 1);
}

TEST_CASE("an attachment id is used once, and its dossier's participants alone append to it", "[service][append]") {
    PeopledFixture f;
    auto& world = *f.world;
    const auto kenya = world.found(*f.admin, "KEN");
    const auto chain = world.open(*f.senegal, {world.ref(*f.france)});
    const auto line = world.upload(*f.senegal, chain, world.age_file(2000));
    world.add_entry(*f.senegal, chain, {line});
    CHECK(f.services->uploads.create(world.principal(*f.senegal), {chain, line.id, f.senegal->authority, 2000})
              .error()
              .key() == "attachment.exists");

    record::Entry body;
    const auto blobs = entry_with(world, chain, body);
    // A stranger's append, with a right or a wrong seq, is not told that the chain is there.
    for (const auto seq : std::vector<std::uint64_t>{0, 1, 2, 9}) {
        auto draft = world.draft(*kenya, chain, body);
        draft.seq = seq;
        if (seq == 0) {
            draft.prev.reset();
            std::vector<Bytes> grants;
            draft.body =
                record::Opened{record::DossierKind::share, {}, world.epoch(1, {world.ref(*kenya)}, grants), {}};
        }
        const auto refused = f.services->append.append(world.principal(*kenya),
                                                       request_of(record::sign(draft, kenya->key).value(), blobs));
        REQUIRE_FALSE(refused);
        CHECK(refused.error().key() == "access.not_found");
    }
}

TEST_CASE("a statement that has seen a newer tree of this log makes the server read-only", "[service][append]") {
    PeopledFixture f;
    auto& world = *f.world;
    const auto chain = world.open(*f.senegal, {world.ref(*f.france)});
    // Back to an older copy: the last entry is lost, and a client has seen it.
    f.services.reset();
    f.blobs.reset();
    f.store.reset();
    const auto saved = f.directory.path() / "saved";
    std::filesystem::copy(f.layout.data, saved, std::filesystem::copy_options::recursive);
    f.open_storage();
    f.open_services();
    world.sign_in(*f.senegal);
    world.add_entry(*f.senegal, chain);
    const auto ahead = world.draft(*f.senegal, chain, record::Closed{});

    f.services.reset();
    f.blobs.reset();
    f.store.reset();
    std::filesystem::remove_all(f.layout.data);
    std::filesystem::copy(saved, f.layout.data, std::filesystem::copy_options::recursive);
    f.open_storage();
    f.open_services();
    world.sign_in(*f.senegal);
    CHECK_FALSE(f.services->read_only());
    auto older = ahead;
    older.seq = 1;
    older.prev = f.store->read([&](const ports::Repositories& r) { return r.records().find_chain(chain)->head; });
    const auto refused =
        f.services->append.append(world.principal(*f.senegal), request_of(record::sign(older, f.senegal->key).value()));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().key() == "log.read_only");
    CHECK(f.services->read_only());
    // Reading goes on.
    CHECK(f.services->chains.read(world.principal(*f.senegal), chain, 0, 10));
    CHECK_FALSE(f.services->ready());
}

TEST_CASE("damage that is found while serving ends the adding, and nothing else", "[service][append]") {
    PeopledFixture f;
    auto& world = *f.world;
    const auto chain = world.open(*f.senegal, {world.ref(*f.france)});
    CHECK(f.services->verify_log({}));
    CHECK_FALSE(f.services->read_only());
    {
        auto key = storage::read_database_key(f.layout.key()).value();
        storage::Database other{f.layout.database(), key, storage::Database::Access::write, f.emergency};
        other.execute("UPDATE statement SET entry = zeroblob(64) WHERE log_index = 0");
    }
    // Asked to stop, it says nothing.
    std::stop_source stopped;
    stopped.request_stop();
    CHECK(f.services->verify_log(stopped.get_token()).error().key() == "server.stopping");
    CHECK_FALSE(f.services->read_only());

    CHECK(f.services->verify_log({}).error().key() == "log.behind");
    CHECK(f.services->read_only());
    CHECK(f.services->repair.status().damaged);
    CHECK(f.services->chains.read(world.principal(*f.senegal), chain, 0, 10));
    const auto refused = f.services->append.append(world.principal(*f.senegal),
                                                   request_of(world.sign(*f.senegal, chain, record::Closed{})));
    CHECK(refused.error().key() == "log.read_only");
}

TEST_CASE("chain states survive a restart and a small cache alike", "[service][append]") {
    PeopledFixture f;
    auto& world = *f.world;
    const auto chain = world.open(*f.senegal, {world.ref(*f.france)});
    world.add_entry(*f.senegal, chain);
    f.restart();
    world.sign_in(*f.senegal);
    world.add_entry(*f.senegal, chain);
    CHECK(world.head(chain).length == 3);
    CHECK_FALSE(f.services->read_only());
}

TEST_CASE("audit trail and outbox tell of each statement, and of nothing sealed", "[service][append]") {
    PeopledFixture f;
    auto& world = *f.world;
    const auto chain = world.open(*f.senegal, {world.ref(*f.france)});
    const auto rows =
        f.store->read([](const ports::Repositories& r) { return r.journal().audit_before(1 << 30, 1000); });
    CHECK(rows.front().action == "statement.appended");
    CHECK(rows.front().actor == "sen.first");
    CHECK(rows.front().object == "opened " + model::to_hex(chain) + " 0");
    const auto outbox = f.store->read([](const ports::Repositories& r) { return r.journal().outbox_after(0, 1000); });
    CHECK(outbox.back().kind == "chain.changed");
    CHECK(outbox.back().subject == model::to_hex(chain));
}
