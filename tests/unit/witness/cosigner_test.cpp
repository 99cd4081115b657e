#include "web/witness/cosigner.hpp"

#include <atomic>
#include <catch2/catch_test_macros.hpp>
#include <functional>
#include <memory>

#include "tests/support/must.hpp"
#include "tests/unit/storage/temporary.hpp"
#include "tests/unit/witness/grown_log.hpp"
#include "web/http/handler.hpp"
#include "web/transport/listener.hpp"
#include "web/witness/service.hpp"

using namespace rogatory;
using namespace rogatory::tests;
using namespace std::chrono_literals;
using test::must;
using witness::Answer;

namespace {

constexpr const char* kOrigin = "log.example/log/0";

// Waits until `holds`, at most so long.
bool soon(const std::function<bool()>& holds, std::chrono::milliseconds most = 30s) {
    const auto until = std::chrono::steady_clock::now() + most;
    while (!holds()) {
        if (std::chrono::steady_clock::now() > until) return false;
        std::this_thread::sleep_for(5ms);
    }
    return true;
}

// A witness that answers what a test wants.
class ScriptedExchange final : public http::Exchange {
public:
    ScriptedExchange(http::Request head, std::function<Answer(const std::string&)> answer)
        : request_{std::move(head)}, answer_{std::move(answer)} {}
    http::Request& request() override { return request_; }
    http::BodyPolicy body_policy() const override { return http::BodyPolicy::buffered(100'000); }
    std::optional<http::Response> admit() override { return std::nullopt; }
    http::Response respond() override {
        const auto answer = answer_(request_.method == http::Method::post ? request_.body : std::string{});
        return http::Response::text(answer.status, std::string{answer.type}, answer.body);
    }
    http::StreamStart open_stream() override { return respond(); }
    void done(int, std::uint64_t) override {}

private:
    http::Request request_;
    std::function<Answer(const std::string&)> answer_;
};

struct Scripted final : http::Application {
    explicit Scripted(std::function<Answer(const std::string&)> what) : answer{std::move(what)} {}
    std::unique_ptr<http::Exchange> begin(http::Request head) override {
        return std::make_unique<ScriptedExchange>(std::move(head), answer);
    }
    http::Response refuse(int status, std::string_view) override { return http::Response::empty(status); }
    std::function<Answer(const std::string&)> answer;
};

// An application on a port of this machine.
struct Served {
    explicit Served(http::Application& application) {
        transport::ListenOptions options;
        options.limits.stop = 100ms;
        listener = must(transport::Listener::open(application, workers, nullptr, options));
    }
    [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(listener->port()); }
    transport::Workers workers{2};
    std::unique_ptr<transport::Listener> listener;
};

// A real one, in this process.
struct RealWitness {
    RealWitness(const std::filesystem::path& folder, const tlog::NoteKey& log) {
        must(witness::Witness::create(folder, folder.filename().string()));
        must(witness::Witness::follow(folder, {log, {}}));
        one = must(witness::Witness::open(folder));
        service = std::make_unique<witness::WitnessService>(*one, nullptr, http::Rate{1000, 1000}, [] {});
        served = std::make_unique<Served>(*service);
    }
    std::unique_ptr<witness::Witness> one;
    std::unique_ptr<witness::WitnessService> service;
    std::unique_ptr<Served> served;
};

class TestLog final : public witness::CosignedLog {
public:
    TestLog(GrownLog& log, const tlog::Policy& policy) : log_{log}, policy_{policy} { grow(0); }

    tlog::SignedCheckpoint grow(std::size_t count) {
        const std::lock_guard lock{guard_};
        newest_ = log_.grow(count);
        return *newest_;
    }
    const tlog::Policy& policy() const override { return policy_; }
    Result<tlog::SignedCheckpoint> newest() override {
        const std::lock_guard lock{guard_};
        return *newest_;
    }
    Result<tlog::ProofPath> consistency(std::uint64_t old_size, std::uint64_t size) override {
        const std::lock_guard lock{guard_};
        return tlog::prove_consistency(old_size, size, log_.log);
    }
    Result<bool> keep(const tlog::SignedCheckpoint& checkpoint,
                      const std::vector<tlog::NoteSignature>& cosignatures) override {
        const std::lock_guard lock{guard_};
        auto& kept = kept_.try_emplace(checkpoint.checkpoint.head.size, checkpoint).first->second;
        for (const auto& line : cosignatures) kept.note.signatures.push_back(line);
        ++times_;
        return must(policy_.verify(kept)).counts();
    }
    void heard(std::size_t witness, bool ahead) override {
        const std::lock_guard lock{guard_};
        ahead_[witness] = ahead;
    }
    void shown(const tlog::SignedCheckpoint& newer) override {
        const std::lock_guard lock{guard_};
        shown_ = newer.checkpoint.head.size;
    }
    bool counts(std::uint64_t size) {
        const std::lock_guard lock{guard_};
        const auto found = kept_.find(size);
        return found != kept_.end() && must(policy_.verify(found->second)).counts();
    }
    std::optional<bool> ahead(std::size_t witness) {
        const std::lock_guard lock{guard_};
        const auto found = ahead_.find(witness);
        return found == ahead_.end() ? std::nullopt : std::optional{found->second};
    }
    std::uint64_t shown_size() {
        const std::lock_guard lock{guard_};
        return shown_;
    }
    std::size_t times() {
        const std::lock_guard lock{guard_};
        return times_;
    }

private:
    std::mutex guard_;
    GrownLog& log_;
    const tlog::Policy& policy_;
    std::optional<tlog::SignedCheckpoint> newest_;
    std::map<std::uint64_t, tlog::SignedCheckpoint> kept_;
    std::map<std::size_t, bool> ahead_;
    std::uint64_t shown_ = 0;
    std::size_t times_ = 0;
};

struct Scene {
    // Two real witnesses of three, and one that does what it is told.
    explicit Scene(std::function<Answer(const std::string&)> third) : scripted{std::move(third)}, served{scripted} {
        stranger = tlog::WitnessSigner::make("third", crypto::SigningKey::generate(crypto::system_random())).value();
        std::string text = "log " + log.signer.key().vkey() + "\n";
        text += "witness first " + first.one->key().vkey() + " " + first.served->url() + "\n";
        text += "witness second " + second.one->key().vkey() + " " + second.served->url() + "\n";
        text += "witness third " + stranger->key().vkey() + " " + served.url() + "/somewhere/\n";
        text += "group all 2 first second third\nquorum all\n";
        policy = must(tlog::Policy::parse(text));
        must(policy->require_protocol_form());
        tested = std::make_unique<TestLog>(log, *policy);
    }
    static witness::CosignerSettings quick() {
        witness::CosignerSettings settings;
        settings.batch = 5ms;
        settings.first_retry = 20ms;
        settings.last_retry = 40ms;
        settings.deadline = 2s;
        return settings;
    }
    TemporaryDirectory directory;
    GrownLog log{kOrigin};
    RealWitness first{directory.path() / "first", log.signer.key()};
    RealWitness second{directory.path() / "second", log.signer.key()};
    std::optional<tlog::WitnessSigner> stranger;
    Scripted scripted;
    Served served;
    std::optional<tlog::Policy> policy;
    std::unique_ptr<TestLog> tested;
};

const auto kDead = [](const std::string&) { return Answer{500, "broken\n", "text/plain", {}}; };

}  // namespace

TEST_CASE("what is new is cosigned at once, one round after the other", "[witness][cosigner]") {
    Scene scene{kDead};
    witness::Cosigner cosigner{*scene.tested, Scene::quick()};
    CHECK(soon([&] { return scene.tested->counts(0); }));
    for (int i = 0; i < 5; ++i) {
        const auto size = scene.tested->grow(100).checkpoint.head.size;
        cosigner.notify();
        CHECK(soon([&] { return scene.tested->counts(size); }));
    }
    CHECK(scene.tested->ahead(0) == false);
    CHECK(scene.tested->ahead(2) == std::nullopt);
}

TEST_CASE("with nothing new it is cosigned again now and then", "[witness][cosigner]") {
    Scene scene{kDead};
    auto settings = Scene::quick();
    settings.refresh = 30ms;
    const witness::Cosigner cosigner{*scene.tested, settings};
    CHECK(soon([&] { return scene.tested->times() >= 8; }));
}

TEST_CASE("one witness that answers 409 with 10^9 stops nobody", "[witness][cosigner][attacks]") {
    Scene scene{[](const std::string&) { return Answer{409, "1000000000\n", witness::kSizeType, {}}; }};
    witness::Cosigner cosigner{*scene.tested, Scene::quick()};
    const auto size = scene.tested->grow(3).checkpoint.head.size;
    cosigner.notify();
    CHECK(soon([&] { return scene.tested->counts(size); }));
    CHECK(soon([&] { return scene.tested->ahead(2) == true; }));
    CHECK(scene.tested->ahead(0) == false);
}

TEST_CASE("a witness that holds a newer checkpoint is asked to show it", "[witness][cosigner]") {
    GrownLog* log = nullptr;
    Scene scene{[&log](const std::string& body) {
        if (!body.empty()) return Answer{409, "9\n", witness::kSizeType, {}};
        return Answer{200, log->sign({9, crypto::sha256(as_bytes("lost in a restore"))}).format(), "text/plain", {}};
    }};
    log = &scene.log;
    const witness::Cosigner cosigner{*scene.tested, Scene::quick()};
    CHECK(soon([&] { return scene.tested->shown_size() == 9; }));
}

TEST_CASE("a witness that never ends its answer delays nobody", "[witness][cosigner][attacks]") {
    std::atomic<bool> release{false};
    Scene scene{[&release](const std::string&) {
        soon([&release] { return release.load(); }, 300s);
        return Answer{500, {}, "text/plain", {}};
    }};
    // Far longer than the others are waited for.
    auto settings = Scene::quick();
    settings.deadline = 250s;
    {
        witness::Cosigner cosigner{*scene.tested, settings};
        for (int i = 0; i < 3; ++i) {
            const auto size = scene.tested->grow(10).checkpoint.head.size;
            cosigner.notify();
            CHECK(soon([&] { return scene.tested->counts(size); }));
        }
        release = true;
    }
}

TEST_CASE("a cosignature over something else, or by somebody else, is not taken", "[witness][cosigner][attacks]") {
    tlog::WitnessSigner* signer = nullptr;
    Scene scene{[&signer](const std::string& body) {
        const auto request = witness::AddCheckpoint::parse(body);
        if (!request) return Answer{404, {}, "text/plain", {}};
        auto other = request->checkpoint.checkpoint;
        ++other.head.size;
        return Answer{200, signer->cosign(other, 1'800'000'000).line(), "text/plain", {}};
    }};
    signer = &*scene.stranger;
    scene.second.served->listener->stop();
    witness::Cosigner cosigner{*scene.tested, Scene::quick()};
    const auto size = scene.tested->grow(1).checkpoint.head.size;
    cosigner.notify();
    CHECK(soon([&] { return scene.tested->ahead(0) == false; }));
    std::this_thread::sleep_for(200ms);
    CHECK_FALSE(scene.tested->counts(size));
    CHECK(scene.tested->ahead(2) == std::nullopt);
}

TEST_CASE("a witness that comes back is asked again", "[witness][cosigner]") {
    std::atomic<bool> up{false};
    tlog::WitnessSigner* signer = nullptr;
    Scene scene{[&](const std::string& body) {
        const auto request = witness::AddCheckpoint::parse(body);
        if (!up || !request) return Answer{503, {}, "text/plain", {}};
        return Answer{200, signer->cosign(request->checkpoint.checkpoint, 1'800'000'000).line(), "text/plain", {}};
    }};
    signer = &*scene.stranger;
    scene.second.served->listener->stop();
    const witness::Cosigner cosigner{*scene.tested, Scene::quick()};
    CHECK(soon([&] { return scene.tested->ahead(0) == false; }));
    CHECK_FALSE(scene.tested->counts(0));
    up = true;
    CHECK(soon([&] { return scene.tested->counts(0); }));
}
