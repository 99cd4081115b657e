#include "platform/service/cosigning.hpp"

#include <catch2/catch_test_macros.hpp>

#include "crypto/primitives/random.hpp"
#include "platform/ports/restored.hpp"
#include "tests/support/must.hpp"
#include "tests/unit/service/fixture.hpp"

using namespace rogatory;
using namespace rogatory::tests;
using service::Cosigning;
using test::key_of;
using test::must;
using Claim = Cosigning::Claim;

namespace {

constexpr UnixSeconds kNow = 1'800'000'000;

tlog::WitnessSigner new_witness(const std::string& name) {
    return must(tlog::WitnessSigner::make(name, crypto::SigningKey::generate(crypto::system_random())));
}

// A server under three witnesses, of whom two are needed; their keys are the test's.
struct Witnessed {
    Witnessed() {
        must(storage::create_storage(layout, clock, emergency));
        std::string policy, names;
        for (const auto* name : {"a", "b", "c"}) {
            witnesses.push_back(new_witness(name));
            policy += std::string{"witness "} + name + " " + witnesses.back().key().vkey() + "\n";
            names += std::string{" "} + name;
        }
        policy += "group all 2" + names + "\nquorum all\n";
        open_storage();
        const auto made = must(service::initialise(*store, clock, "test.example", policy));
        CHECK(made.log_policy.starts_with("log test.example/log/0+"));
        code = made.administrator_code;
        open();
        world = std::make_unique<ServerWorld>(*services, clock, [this] { clock.pass(31); });
    }
    void open_storage() {
        store = must(storage::SqlStore::open(layout, clock, emergency));
        blobs = std::make_unique<storage::DiskBlobStore>(layout.blobs(), emergency);
    }
    void open() {
        services = must(service::Services::open(*store, *blobs, clock, {}));
        if (world) world->use(*services);
    }
    void restart() {
        services.reset();
        store.reset();
        open_storage();
        open();
    }
    [[nodiscard]] Cosigning& cosigning() const { return services->cosigning; }
    void confirm() const {
        cosigning().heard(0, Claim::not_ahead);
        cosigning().heard(1, Claim::not_ahead);
    }
    Result<bool> cosign(std::size_t witness, UnixSeconds at = kNow) {
        const auto newest = must(cosigning().newest());
        return cosigning().keep(newest, {witnesses[witness].cosign(newest.checkpoint, at)});
    }
    [[nodiscard]] std::size_t signatures(const Bytes& note) const {
        return must(tlog::SignedCheckpoint::parse(as_text(note))).note.signatures.size();
    }
    TemporaryDirectory directory;
    TurnedClock clock;
    ThrowingEmergency emergency;
    storage::Layout layout{directory.path() / "data", {}};
    std::vector<tlog::WitnessSigner> witnesses;
    std::string code;
    std::unique_ptr<storage::SqlStore> store;
    std::unique_ptr<storage::DiskBlobStore> blobs;
    std::unique_ptr<service::Services> services;
    std::unique_ptr<ServerWorld> world;
};

}  // namespace

TEST_CASE("a checkpoint counts once the policy is met, and is served with what came", "[service][cosigning]") {
    Witnessed f;
    CHECK(key_of(f.services->log.witnessed_checkpoint({})) == "log.not_yet_witnessed");
    CHECK(f.signatures(must(f.services->log.checkpoint())) == 1);
    CHECK_FALSE(must(f.cosign(0)));
    CHECK(f.signatures(must(f.services->log.checkpoint())) == 2);
    CHECK(key_of(f.services->log.witnessed_checkpoint({})) == "log.not_yet_witnessed");
    CHECK(must(f.cosign(2, kNow + 1)));
    CHECK(f.signatures(must(f.services->log.witnessed_checkpoint({}))) == 3);

    // Again, later: the newest time of each is what stands; the first that met the policy stays as evidence.
    CHECK(must(f.cosign(0, kNow + 600)));
    CHECK(must(f.cosign(2, kNow - 50)));
    const auto newest = must(tlog::SignedCheckpoint::parse(as_text(must(f.services->log.witnessed_checkpoint({})))));
    CHECK(must(f.cosigning().policy().verify(newest)).quorum_time() == kNow + 1);
    const auto first = must(tlog::SignedCheckpoint::parse(as_text(must(f.services->log.witnessed_checkpoint(0)))));
    CHECK(must(f.cosigning().policy().verify(first)).quorum_time() == kNow);

    // What grows is not witnessed yet; the older stays.
    f.confirm();
    const auto admin = f.world->administrator(f.code);
    const auto founder = f.world->found(*admin, "SEN");
    const auto size = must(f.cosigning().newest()).checkpoint.head.size;
    REQUIRE(size > 0);
    CHECK(must(tlog::SignedCheckpoint::parse(as_text(must(f.services->log.witnessed_checkpoint({})))))
              .checkpoint.head.size == 0);
    CHECK(key_of(f.services->log.witnessed_checkpoint(size)) == "log.not_yet_witnessed");
    CHECK_FALSE(must(f.cosign(1)));
    CHECK(must(f.cosign(2)));
    CHECK(must(f.services->log.witnessed_checkpoint(size)) == must(f.services->log.witnessed_checkpoint({})));
}

TEST_CASE("cosignatures of strangers, over something else, or under another tree are not kept",
          "[service][cosigning][attacks]") {
    Witnessed f;
    const auto newest = must(f.cosigning().newest());
    const auto stranger = new_witness("a");
    CHECK_FALSE(must(f.cosigning().keep(newest, {stranger.cosign(newest.checkpoint, kNow)})));
    auto other = newest.checkpoint;
    other.head.size = 5;
    CHECK_FALSE(must(f.cosigning().keep(newest, {f.witnesses[0].cosign(other, kNow)})));
    CHECK(f.signatures(must(f.services->log.checkpoint())) == 1);
    // One witness twice is one witness.
    CHECK_FALSE(must(f.cosigning().keep(
        newest, {f.witnesses[0].cosign(newest.checkpoint, kNow), f.witnesses[0].cosign(newest.checkpoint, kNow + 1)})));
    auto forged = newest;
    forged.checkpoint.head.root = crypto::sha256(as_bytes("another tree"));
    CHECK(key_of(f.cosigning().keep(forged, {})) == "log.inconsistent");
}

TEST_CASE("after a start nothing is appended before n - k + 1 witnesses have confirmed", "[service][cosigning]") {
    Witnessed f;
    CHECK(f.services->closed_because() == "log.unconfirmed");
    CHECK_FALSE(f.services->ready());
    f.cosigning().heard(2, Claim::not_ahead);
    f.cosigning().heard(2, Claim::not_ahead);
    CHECK(f.services->closed_because() == "log.unconfirmed");
    f.cosigning().heard(0, Claim::not_ahead);
    CHECK(f.services->closed_because().empty());
    const auto admin = f.world->administrator(f.code);
    auto founder = f.world->found(*admin, "SEN");

    f.restart();
    f.world->sign_in(*founder);
    CHECK(f.services->closed_because() == "log.unconfirmed");
    CHECK_THROWS(f.world->open(*founder, {}));
    f.confirm();
    CHECK_NOTHROW(f.world->open(*founder, {}));
}

TEST_CASE("one false witness does not make a server read only; more than n - k do, until they take it back",
          "[service][cosigning][attacks]") {
    Witnessed f;
    f.confirm();
    f.cosigning().heard(2, Claim::ahead);
    CHECK(f.services->closed_because().empty());
    f.cosigning().heard(1, Claim::ahead);
    CHECK(f.services->closed_because() == "log.read_only");
    f.cosigning().heard(1, Claim::not_ahead);
    CHECK(f.services->closed_because().empty());
}

TEST_CASE("a newer checkpoint with the log's own signature is proof enough, and outlives a restart",
          "[service][cosigning]") {
    Witnessed f;
    f.confirm();
    const auto signer =
        must(tlog::LogSigner::make("test.example/log/0", crypto::SigningKey::generate(crypto::system_random())));
    const tlog::TreeHead newer{9, crypto::sha256(as_bytes("lost"))};
    CHECK_FALSE(f.cosigning().prove_behind(must(tlog::SignedCheckpoint::parse(signer.sign(newer)))));
    CHECK_FALSE(f.cosigning().prove_behind(must(f.cosigning().newest())));
    CHECK(f.services->closed_because().empty());

    // An older copy of the data is put back.
    f.services.reset();
    f.store.reset();
    const auto saved = f.directory.path() / "saved";
    std::filesystem::copy(f.layout.data, saved, std::filesystem::copy_options::recursive);
    f.open_storage();
    f.open();
    f.confirm();
    f.world->found(*f.world->administrator(f.code), "SEN");
    const auto shown = must(f.cosigning().newest());
    f.services.reset();
    f.store.reset();
    std::filesystem::remove_all(f.layout.data);
    std::filesystem::copy(saved, f.layout.data, std::filesystem::copy_options::recursive);
    f.open_storage();
    f.open();
    f.confirm();
    // Whoever has verified it, a client for instance, holds it against the log.
    CHECK(f.services->log.offer(as_bytes(must(f.cosigning().newest()).format())).has_value());
    CHECK(f.services->log.offer(as_bytes(signer.sign(newer))).has_value());
    CHECK(key_of(f.services->log.offer(as_bytes("nothing"))) != "");
    CHECK(f.services->closed_because().empty());
    CHECK(key_of(f.services->log.offer(as_bytes(shown.format()))) == "log.read_only");
    CHECK(f.services->closed_because() == "log.read_only");
    f.restart();
    f.confirm();
    CHECK(f.services->closed_because() == "log.read_only");
}

TEST_CASE("a policy that could not protect anybody is not taken", "[service][cosigning]") {
    const auto attempt = [](const std::string& policy) {
        TemporaryDirectory directory;
        TurnedClock clock;
        ThrowingEmergency emergency;
        const storage::Layout layout{directory.path() / "data", {}};
        must(storage::create_storage(layout, clock, emergency));
        const auto store = must(storage::SqlStore::open(layout, clock, emergency));
        return key_of(service::initialise(*store, clock, "test.example", policy));
    };
    const auto line = [](const std::string& name) {
        return "witness " + name + " " + new_witness(name).key().vkey() + "\n";
    };
    const auto three = line("a") + line("b") + line("c");
    const auto four = three + line("d");
    CHECK(attempt(three + "group g 2 a b c\nquorum g\n").empty());
    CHECK(attempt(four + "group g 2 a b c d\nquorum g\n") == "log.policy_not_ours");  // no majority
    CHECK(attempt(three + "group g 3 a b c\nquorum g\n") == "log.policy_not_ours");   // none to spare
    CHECK(attempt(three + "group g 2 a b c\nquorum none\n") == "log.policy_not_ours");
    CHECK(attempt(three + "quorum a\n") == "log.policy_not_ours");
    CHECK(attempt(three) == "log.policy_malformed");
    const auto key =
        must(tlog::LogSigner::make("other.example/log/0", crypto::SigningKey::generate(crypto::system_random())));
    CHECK(attempt("log " + key.key().vkey() + "\n" + three + "group g 2 a b c\nquorum g\n") == "log.policy_not_ours");
    const auto earlier =
        must(tlog::LogSigner::make("test.example/log/0", crypto::SigningKey::generate(crypto::system_random())));
    CHECK(attempt("log " + earlier.key().vkey() + "\n" + three + "group g 2 a b c\nquorum g\n").empty());
}

TEST_CASE("a restored log is settled by the same witnesses, and by nobody's word", "[service][cosigning][restored]") {
    Witnessed f;
    must(f.store->write([](ports::Repositories& repositories) -> Result<> {
        repositories.journal().set_value(ports::kRestoredValue, Bytes(40, 1));
        return {};
    }));
    f.restart();
    CHECK(f.services->closed_because() == "log.unconfirmed");
    CHECK(key_of(f.services->repair.nothing_newer(0)) == "restored.cosigners");
    f.cosigning().heard(0, Claim::not_ahead);
    f.cosigning().heard(1, Claim::ahead);
    CHECK(f.services->repair.status().restored);
    f.cosigning().heard(2, Claim::not_ahead);
    CHECK(f.services->closed_because().empty());
    CHECK_FALSE(f.services->repair.status().restored);
    f.restart();
    f.confirm();
    CHECK(f.services->closed_because().empty());
}
