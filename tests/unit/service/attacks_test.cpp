// What one Party, a removed member, or somebody with an overheard code tries against others, through honest routes.
#include <filesystem>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "crypto/age/file.hpp"
#include "platform/record/chains.hpp"
#include "platform/record/invitation.hpp"
#include "platform/service/totp.hpp"
#include "tests/unit/service/fixture.hpp"

using namespace rogatory;
using namespace rogatory::tests;
using namespace rogatory::record;

namespace {

template <class T>
std::string key(const Result<T>& result) {
    return result ? std::string{"yes"} : result.error().key();
}

Bytes keyring_for(ServerWorld& world, std::size_t members) {
    std::vector<age::HybridRecipient> recipients;
    for (std::size_t i = 0; i < members; ++i) {
        recipients.push_back(age::HybridIdentity::generate(world.random).recipient());
    }
    return age::seal(recipients, as_bytes("keyring"), world.random);
}

}  // namespace

TEST_CASE("nobody makes another's sealed body or grant his own and withdraws it", "[service][attacks]") {
    PeopledFixture f;
    auto& world = *f.world;
    const auto chain = world.open(*f.senegal, {world.ref(*f.france)});
    std::vector<Bytes> blobs;
    const auto body = world.entry(chain, {}, blobs);
    world.append(*f.senegal, world.sign(*f.senegal, chain, body), blobs);
    const auto read = f.services->chains.blob(world.principal(*f.france), chain, body.sealed).value();

    // His own entry around the bytes he read, and around a grant; the second of his own around his first.
    CHECK_FALSE(world.try_append(*f.france, world.sign(*f.france, chain, body), {read}));
    auto grant = body;
    grant.sealed = world.dossier(chain).grants(world.ref(*f.france)).front().file;
    const auto grant_file = f.services->chains.blob(world.principal(*f.france), chain, grant.sealed).value();
    CHECK_FALSE(world.try_append(*f.france, world.sign(*f.france, chain, grant), {grant_file}));
    // Nor after it was withdrawn.
    const auto entry = world.dossier(chain).items().back().id;
    CHECK(f.services->chains.blob(world.principal(*f.senegal), chain, body.sealed));
    world.append(*f.senegal, world.sign(*f.senegal, chain, Withdrawn{{entry}, std::nullopt}));
    CHECK_FALSE(world.try_append(*f.france, world.sign(*f.france, chain, body), {read}));
    CHECK(key(f.services->chains.blob(world.principal(*f.senegal), chain, body.sealed)) == "blob.withdrawn");
}

TEST_CASE("an id that an invitation announced is its register's, for everybody else it is taken",
          "[service][attacks]") {
    PeopledFixture f;
    auto& world = *f.world;
    const auto pending = world.answer_invitation(*f.senegal, model::Role::reader, "sen.reader");
    const auto announced = pending.official->member;  // every member of every Party can read it

    const Invited squat{random_id<model::InvitationId>(world.random),
                        InvitationPurpose::member,
                        f.france->authority,
                        announced,
                        model::Role::reader,
                        false,
                        f.clock.now() + kDay,
                        random_id<model::Digest>(world.random)};
    CHECK(key(world.try_append(*f.france, world.sign(*f.france, f.france->register_chain, squat))) ==
          "statement.id_taken");
    const Invited authority{random_id<model::InvitationId>(world.random),
                            InvitationPurpose::authority,
                            f.senegal->authority,
                            random_id<model::MemberId>(world.random),
                            model::Role::custodian,
                            false,
                            f.clock.now() + kDay,
                            random_id<model::Digest>(world.random)};
    CHECK(key(world.try_append(*f.france, world.sign(*f.france, f.france->register_chain, authority))) ==
          "statement.id_taken");
    // Its own register confirms it.
    world.approve(*f.senegal, pending);
    world.sign_in(*pending.official);
}

TEST_CASE("what was found behind stays read-only over a restart, and signs nothing", "[service][attacks]") {
    PeopledFixture f;
    auto& world = *f.world;
    const auto chain = world.open(*f.senegal, {world.ref(*f.france)});
    const auto close = [&] {
        f.services.reset();
        f.blobs.reset();
        f.store.reset();
    };
    const auto open = [&] {
        f.open_storage();
        f.open_services();
        world.sign_in(*f.senegal);
    };
    close();
    const auto saved = f.directory.path() / "saved";
    const auto later = f.directory.path() / "later";
    std::filesystem::copy(f.layout.data, saved, std::filesystem::copy_options::recursive);
    open();
    const auto older_seen = world.draft(*f.senegal, chain, Closed{});
    world.add_entry(*f.senegal, chain);
    auto newer_seen = world.draft(*f.senegal, chain, Closed{});
    close();
    std::filesystem::copy(f.layout.data, later, std::filesystem::copy_options::recursive);
    std::filesystem::remove_all(f.layout.data);
    std::filesystem::copy(saved, f.layout.data, std::filesystem::copy_options::recursive);
    open();
    newer_seen.seq = older_seen.seq;
    newer_seen.prev = older_seen.prev;
    const auto attempt = [&](const Statement& statement) {
        return key(f.services->append.append(world.principal(*f.senegal),
                                             request_of(record::sign(statement, f.senegal->key).value())));
    };
    CHECK(attempt(newer_seen) == "log.read_only");
    const auto checkpoint = f.services->log.checkpoint().value();
    f.restart();
    world.sign_in(*f.senegal);
    CHECK(f.services->read_only());
    CHECK(attempt(older_seen) == "log.read_only");
    CHECK(f.services->log.checkpoint().value() == checkpoint);

    // The newer copy is put back: it holds what was missing, so there is nothing to forget.
    close();
    std::filesystem::remove_all(f.layout.data);
    std::filesystem::copy(later, f.layout.data, std::filesystem::copy_options::recursive);
    open();
    CHECK_FALSE(f.services->read_only());
}

TEST_CASE("rows beyond the signed tree are never signed by somebody else's write", "[service][attacks]") {
    PeopledFixture f;
    const auto size = f.store->read([](const ports::Repositories& r) { return r.log().size(); });
    f.services.reset();
    f.blobs.reset();
    f.store.reset();
    {
        const auto database_key = storage::read_database_key(f.layout.key()).value();
        storage::Database database{f.layout.database(), database_key, storage::Database::Access::write, f.emergency};
        database.execute(
            "INSERT INTO statement (log_index, id, chain_id, seq, entry, envelope, appended_at) "
            "SELECT max(log_index) + 1, randomblob(32), 1, 1000, zeroblob(64), x'', 1 FROM statement");
    }
    f.open_storage();
    f.open_services();
    CHECK(f.services->read_only());
    f.world->sign_in(*f.senegal);
    CHECK(f.store->read([](const ports::Repositories& r) { return r.log().size(); }) == size);
}

TEST_CASE("a rekey code alone neither opens nor closes an account", "[service][attacks]") {
    PeopledFixture f;
    auto& world = *f.world;
    const auto member = world.join(*f.senegal, model::Role::officer, "sen.officer");
    const auto redeem = world.random.bytes<16>();
    const Invited body{random_id<model::InvitationId>(world.random),
                       InvitationPurpose::rekey,
                       member->authority,
                       member->member,
                       model::Role::officer,
                       false,
                       f.clock.now() + kDay,
                       random_id<model::Digest>(world.random)};
    const auto invited = world.sign(*f.senegal, f.senegal->register_chain, body);
    const auto posted = f.services->invitations.invite(
        world.principal(*f.senegal),
        {request_of(invited), body.invitation, crypto::sha256(redeem), to_bytes("card"), to_bytes("kept")});
    REQUIRE(key(posted) == "yes");
    world.learn(invited, posted->front().index);

    auto new_sign_in = crypto::SigningKey::generate(world.random);
    auto new_key = crypto::SigningKey::generate(world.random);
    const auto identity = age::HybridIdentity::generate(world.random);
    const auto old_bundle = f.services->account.bundle(world.principal(*member)).value();
    const auto session =
        f.services->authenticator.authenticate(f.services->enrolment.redeem(redeem, "a").value().session.token).value();
    const auto secret = f.services->enrolment.totp_secret(session).value();
    const auto answer =
        record::sign(EnrolmentRecord{body.invitation, world.ref(*f.senegal).party, body.authority, body.member,
                                     body.role, false, model::DisplayName::parse("FIU-07").value(),
                                     new_key.verify_key(), identity.recipient(), std::nullopt},
                     new_key);
    service::EnrolmentRequest request;
    request.language = "fr";
    request.record = to_bytes(encode(answer));
    request.bundle = world.age_file();
    request.sign_in_key = new_sign_in.verify_key().bytes();
    request.kit_key = new_sign_in.verify_key().bytes();
    request.totp = service::totp_code(secret, f.clock.now());
    const bool same_name = GENERATE(true, false);
    request.user_name = same_name ? "sen.officer" : "sen.again";
    if (same_name) {
        // The same account is at home in another State, too: that is not Senegal's to hand on.
        const auto abroad = world.join(*f.france, model::Role::officer, "fra.officer");
        REQUIRE(f.store->write([&](ports::Repositories& repositories) -> Result<> {
            auto& accounts = repositories.accounts();
            accounts.add_membership(accounts.find_by_name("sen.officer")->id, abroad->register_chain, abroad->member);
            return {};
        }));
        REQUIRE(world.principal(*member).memberships().size() == 2);
    }
    REQUIRE(key(f.services->enrolment.enrol(session, request)) == "yes");
    CHECK(key(f.services->enrolment.enrol(session, request)) == "yes");

    // Answered, not approved: the old keys open as before, the new ones open nothing.
    CHECK(world.authenticate(*member));
    world.sign_in(*member);
    CHECK(f.services->account.bundle(world.principal(*member)).value().bytes == old_bundle.bytes);
    Official renewed{request.user_name,
                     std::move(new_key),
                     age::HybridIdentity::generate(world.random),
                     std::move(new_sign_in),
                     crypto::SigningKey::generate(world.random),
                     secret,
                     member->register_chain,
                     member->authority,
                     member->member,
                     {}};
    CHECK(key(world.try_sign_in(renewed)) == "sign_in.refused");

    // Compared and appended: the other way round.
    const auto keyring = keyring_for(world, 2);
    const NewGeneration next{world.by_chain(f.senegal->register_chain)->generation(member->authority)->number + 1,
                             age::HybridIdentity::generate(world.random).recipient()};
    world.sign_in(*f.senegal);
    world.append(*f.senegal,
                 world.sign(*f.senegal, f.senegal->register_chain,
                            MemberRekeyed{RekeyReason::lost, answer, next, crypto::sha256(keyring)}),
                 {keyring});
    CHECK_FALSE(world.authenticate(*member));
    CHECK(key(world.try_sign_in(*member)) == "sign_in.refused");
    world.sign_in(renewed);
    CHECK(f.services->account.bundle(world.principal(renewed)).value().bytes == request.bundle);
    REQUIRE(world.principal(renewed).memberships().size() == 1);
    CHECK(world.principal(renewed).memberships().at(0).member == member->member);
}

TEST_CASE("a removed member's ticket takes no more bytes", "[service][attacks]") {
    PeopledFixture f;
    auto& world = *f.world;
    const auto member = world.join(*f.senegal, model::Role::officer, "sen.officer");
    const auto upload =
        f.services->uploads
            .create(world.principal(*member), {random_id<model::ChainId>(world.random),
                                               random_id<model::AttachmentId>(world.random), member->authority, 5000})
            .value();
    REQUIRE(f.services->uploads.state(upload.ticket, upload.upload));
    world.remove(*f.senegal, *member);
    CHECK(key(f.services->uploads.state(upload.ticket, upload.upload)) == "upload.not_found");
    CHECK(key(f.services->uploads.open(upload.ticket, upload.upload, 0, std::nullopt)) == "upload.not_found");
}

TEST_CASE("statements and what travels in them count against the quota", "[service][attacks]") {
    service::Settings settings;
    settings.bytes_per_authority = 200'000;
    PeopledFixture f{settings};
    auto& world = *f.world;
    const auto chain = world.open(*f.senegal, {world.ref(*f.france)});
    std::string refusal;
    std::size_t taken = 0;
    for (; taken < 20 && refusal.empty(); ++taken) {
        std::vector<Bytes> blobs;
        auto body = world.entry(chain, {}, blobs);
        blobs[0] = world.age_file(50'000);
        body.sealed = crypto::sha256(blobs[0]);
        const auto answer = world.try_append(*f.senegal, world.sign(*f.senegal, chain, body), blobs);
        if (!answer) refusal = answer.error().key();
    }
    CHECK(refusal == "upload.quota");
    CHECK(taken < 5);
    CHECK(key(f.services->uploads.create(world.principal(*f.senegal),
                                         {chain, random_id<model::AttachmentId>(world.random), f.senegal->authority,
                                          60'000})) == "upload.space_authority");
    // Another authority goes on.
    world.add_entry(*f.france, chain);
}
