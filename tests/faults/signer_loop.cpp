// The log's signer, struck down with kill -9 while officials append and three real witnesses cosign; the witnesses are
// struck, too. The kind `signer` of tests/faults/run: signer_loop ROGATORY ROUNDS SEED.
//
// What must hold after every death:
//   - each checkpoint that a witness has cosigned, ever, is a prefix of the tree that the next server has;
//   - each cosignature that the server was given is one that the witness still remembers, or a newer one of the same
//   tree;
//   - what an official was told is stored is there.
#include <cstdio>
#include <map>
#include <random>
#include <set>
#include <sstream>
#include <thread>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "crypto/encoding/hex.hpp"
#include "crypto/tlog/log_proof.hpp"
#include "crypto/tlog/proof.hpp"
#include "platform/base/log.hpp"
#include "platform/record/chains.hpp"
#include "platform/service/initialise.hpp"
#include "storage/blobs/disk_blob_store.hpp"
#include "storage/sql_store.hpp"
#include "tests/support/server_world.hpp"
#include "tests/unit/storage/temporary.hpp"
#include "web/server/cosigned_log.hpp"
#include "web/witness/witness.hpp"

using namespace rogatory;
using namespace rogatory::tests;

namespace {

constexpr std::size_t kWitnesses = 3;
constexpr std::size_t kThreads = 2;

void require(bool holds, const std::string& what) {
    if (!holds) throw std::runtime_error{what};
}

class ExitAtOnce final : public ports::Emergency {
public:
    [[noreturn]] void stop(std::string_view) override { ::_exit(74); }
};

struct Running {
    Running(const storage::Layout& layout, const ports::Clock& clock, ports::Emergency& emergency)
        : store{storage::SqlStore::open(layout, clock, emergency).value()},
          blobs{layout.blobs(), emergency},
          services{service::Services::open(*store, blobs, clock, {}).value()} {}
    std::unique_ptr<storage::SqlStore> store;
    storage::DiskBlobStore blobs;
    std::unique_ptr<service::Services> services;
};

// `rogatory witness serve` as a process of its own, always on the same port.
class WitnessProcess {
public:
    WitnessProcess(std::string program, std::filesystem::path folder, std::uint16_t port)
        : program_{std::move(program)}, folder_{std::move(folder)}, port_{port} {}
    ~WitnessProcess() { strike(); }
    WitnessProcess(WitnessProcess&&) = delete;

    [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
    [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
    void start() {
        if (child_ > 0) return;
        child_ = ::fork();
        if (child_ != 0) return;
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        const int nowhere = ::open("/dev/null", O_RDWR);
        for (const int stream : {0, 1, 2}) ::dup2(nowhere, stream);
        const auto listen = "127.0.0.1:" + std::to_string(port_);
        ::execl(program_.c_str(), "rogatory", "witness", "serve", folder_.c_str(), "--listen", listen.c_str(), "--rate",
                "10000", nullptr);
        ::_exit(127);
    }
    void strike() {
        if (child_ <= 0) return;
        ::kill(child_, SIGKILL);
        ::waitpid(child_, nullptr, 0);
        child_ = -1;
    }

private:
    const std::string program_;
    const std::filesystem::path folder_;
    const std::uint16_t port_;
    pid_t child_ = -1;
};

struct Cosigned {
    std::size_t witness{};
    tlog::TreeHead head;
};

// Tells the parent of each cosignature as soon as it has come, before anything is done with it.
class TellingLog final : public witness::CosignedLog {
public:
    TellingLog(service::Cosigning& cosigning, const ports::Clock& clock, std::function<void(const std::string&)> say)
        : inner_{cosigning, clock, done_, heard_}, say_{std::move(say)} {
        heard_.name(std::vector<std::string>(kWitnesses), clock.now());
    }
    const tlog::Policy& policy() const override { return inner_.policy(); }
    Result<tlog::SignedCheckpoint> newest() override { return inner_.newest(); }
    Result<tlog::ProofPath> consistency(std::uint64_t old_size, std::uint64_t size) override {
        return inner_.consistency(old_size, size);
    }
    Result<bool> keep(const tlog::SignedCheckpoint& checkpoint,
                      const std::vector<tlog::NoteSignature>& lines) override {
        const auto& head = checkpoint.checkpoint.head;
        for (std::size_t i = 0; i < policy().witnesses().size(); ++i) {
            for (const auto& line : lines) {
                if (!line.may_be_of(policy().witnesses()[i].key)) continue;
                say_("C " + std::to_string(i) + " " + std::to_string(head.size) + " " +
                     encoding::hex_encode(head.root.value()) + "\n");
            }
        }
        auto kept = inner_.keep(checkpoint, lines);
        if (kept && *kept) say_("Q " + std::to_string(head.size) + "\n");
        return kept;
    }
    void heard(std::size_t witness, bool ahead) override {
        if (ahead) say_("ahead " + std::to_string(witness) + "\n");
        inner_.heard(witness, ahead);
    }
    void shown(const tlog::SignedCheckpoint& newer) override { inner_.shown(newer); }

private:
    server::LastDone done_;
    server::CosignersHeard heard_;
    server::ServedLog inner_;
    std::function<void(const std::string&)> say_;
};

class Loop {
public:
    Loop(const std::string& program, std::uint64_t seed) : random_{seed} {
        layout_.data = directory_.path() / "data";
        std::string policy, names;
        const auto base = std::uniform_int_distribution<int>{20'000, 50'000}(random_);
        for (std::size_t i = 0; i < kWitnesses; ++i) {
            const auto name = "w" + std::to_string(i);
            const auto folder = directory_.path() / name;
            const auto key = witness::Witness::create(folder, name + ".example").value();
            witnesses_.push_back(std::make_unique<WitnessProcess>(
                program, folder, static_cast<std::uint16_t>(base + static_cast<int>(i))));
            policy += "witness " + name + " " + key + " " + witnesses_.back()->url() + "\n";
            names += " " + name;
        }
        policy += "group all 2" + names + "\nquorum all\n";
        require(storage::create_storage(layout_, clock_, emergency_).has_value(), "create_storage");
        std::string code;
        {
            auto store = storage::SqlStore::open(layout_, clock_, emergency_).value();
            code = service::initialise(*store, clock_, "test.example", policy).value().administrator_code;
            const auto key = tlog::NoteKey::parse(store->log_identity().value().verifier_key).value();
            for (const auto& one : witnesses_)
                require(witness::Witness::follow(one->folder(), {key, {}}).has_value(), "follow");
        }
        // The set-up appends before any witness is there: it counts them as heard.
        const Running running{layout_, clock_, emergency_};
        for (std::size_t i = 0; i < kWitnesses; ++i) {
            running.services->cosigning.heard(i, service::Cosigning::Claim::not_ahead);
        }
        world_ = std::make_unique<ServerWorld>(*running.services, clock_, [this] { clock_.pass(31); });
        author_ = world_->found(*world_->administrator(code), "SEN");
        for (std::size_t i = 0; i < kThreads; ++i) chains_.push_back(world_->open(*author_, {}));
    }

    void round() {
        for (const auto& one : witnesses_) one->start();
        int ends[2];
        require(::pipe(ends) == 0, "pipe");
        const auto child = ::fork();
        if (child == 0) {
            ::close(ends[0]);
            ::prctl(PR_SET_PDEATHSIG, SIGKILL);
            work(ends[1]);
        }
        ::close(ends[1]);
        std::string said;
        char piece[4096];
        const auto listen = [&] {
            const auto got = ::read(ends[0], piece, sizeof piece);
            if (got > 0) said.append(piece, static_cast<std::size_t>(got));
            return got > 0;
        };
        // From the first statement of this life on: strikes before that find nothing to break.
        while (said.find("\nS ") == std::string::npos && listen()) {
        }
        const auto most = 1 << std::uniform_int_distribution<int>{10, 17}(random_);
        std::this_thread::sleep_for(std::chrono::microseconds{std::uniform_int_distribution<int>{0, most}(random_)});
        // A witness first, the server first, or the server alone.
        const auto which = random_() % (kWitnesses + 2);
        if (which < kWitnesses) witnesses_[which]->strike();
        if (which < kWitnesses && random_() % 2 == 0) {
            std::this_thread::sleep_for(std::chrono::microseconds{random_() % 20'000});
        }
        ::kill(child, SIGKILL);
        while (listen()) {
        }
        ::waitpid(child, nullptr, 0);
        ::close(ends[0]);
        const auto failed = said.find("failed");
        require(failed == std::string::npos, said.substr(std::min(failed, said.size()), 300));
        require(said.find("ahead") == std::string::npos, "a witness was said to be ahead");
        note(said);
        verify();
    }

    [[nodiscard]] std::string summary() const {
        std::uint64_t most = 0;
        for (const auto& one : cosigned_) most = std::max(most, one.second.head.size);
        return std::to_string(acknowledged_.size()) + " statements acknowledged, " + std::to_string(given_) +
               " cosignatures given over " + std::to_string(cosigned_.size()) + " checkpoints of a witness, " +
               std::to_string(quorums_) + " times the policy met, " + std::to_string(most) + " leaves cosigned";
    }
    [[nodiscard]] bool worked() const { return !acknowledged_.empty() && given_ > 0 && quorums_ > 0; }

private:
    [[noreturn]] void work(int out) {
        ExitAtOnce emergency;
        std::mutex one_at_a_time;
        const auto say = [out, &one_at_a_time](const std::string& line) {
            const std::lock_guard lock{one_at_a_time};
            if (::write(out, line.data(), line.size()) < 0) ::_exit(1);
        };
        try {
            Running running{layout_, clock_, emergency};
            world_->use(*running.services);
            TellingLog log{running.services->cosigning, clock_, say};
            witness::CosignerSettings settings;
            settings.batch = std::chrono::milliseconds{2};
            settings.first_retry = std::chrono::milliseconds{10};
            settings.last_retry = std::chrono::milliseconds{50};
            settings.deadline = std::chrono::seconds{5};
            say("begun\n");
            witness::Cosigner cosigner{log, settings};
            running.store->when_log_grows([&cosigner] { cosigner.notify(); });
            std::vector<std::thread> threads;
            for (const auto& chain : chains_) threads.emplace_back([&, chain] { official(chain, say); });
            for (auto& thread : threads) thread.join();
        } catch (const std::exception& failure) {
            say(std::string{"failed "} + failure.what() + "\n");
        }
        ::_exit(1);
    }

    template <class Say>
    void official(const model::ChainId& chain, const Say& say) {
        try {
            while (true) {
                std::vector<Bytes> blobs;
                const record::Body body = world_->entry(chain, {}, blobs);
                const auto statement = world_->sign(*author_, chain, body);
                const auto stored = world_->try_append(*author_, statement, blobs);
                if (!stored && stored.error().key() == "log.unconfirmed") {
                    std::this_thread::sleep_for(std::chrono::milliseconds{2});
                    continue;
                }
                require(stored.has_value(), stored ? "" : stored.error().key());
                const auto proof = tlog::LogProof::parse(stored->front().proof).value();
                const auto& head = proof.checkpoint.checkpoint.head;
                say("S " + model::to_hex(statement.id()) + " " + std::to_string(stored->front().index) + " " +
                    std::to_string(head.size) + " " + encoding::hex_encode(head.root.value()) + "\n");
            }
        } catch (const std::exception& failure) {
            say(std::string{"failed "} + failure.what() + "\n");
        }
    }

    void note(const std::string& said) {
        std::istringstream lines{said};
        std::string line;
        while (std::getline(lines, line)) {
            if (lines.eof()) break;  // cut in the middle
            std::istringstream words{line};
            std::string what, id, root;
            words >> what;
            if (what == "S") {
                std::uint64_t index = 0, size = 0;
                words >> id >> index >> size >> root;
                acknowledged_[model::parse_hex<model::StatementId>(id).value()] = index;
                signed_[size] = tlog::Hash{encoding::hex_decode_array<32>(root).value()};
            } else if (what == "C") {
                Cosigned one;
                words >> one.witness >> one.head.size >> root;
                one.head.root = tlog::Hash{encoding::hex_decode_array<32>(root).value()};
                auto& known = cosigned_.try_emplace({one.witness, one.head.size}, one).first->second;
                require(known.head == one.head, "a witness cosigned two trees of one size");
                ++given_;
            } else if (what == "Q") {
                ++quorums_;
            }
        }
    }

    void verify() {
        const Running running{layout_, clock_, emergency_};
        world_->use(*running.services);
        require(running.services->closed_because() != "log.read_only", "the tree is not what was signed");
        running.store->read([&](const ports::Repositories& repositories) {
            const auto& log = repositories.log();
            const tlog::TreeHead now{log.size(), log.root(log.size())};
            const auto prefix = [&](const tlog::TreeHead& head, const char* what) {
                require(head.size <= now.size, std::string{what} + ": lost leaves that were signed");
                const auto proof = log.consistency(head.size, now.size).value();
                require(tlog::verify_consistency(head, now, proof), std::string{what} + ": a fork");
            };
            std::size_t number = 0;
            for (const auto& [place, one] : cosigned_) {
                // The newest each time, of the older ones some.
                if (one.head.size + 100 < now.size && ++number % 16 != 0) continue;
                prefix(one.head, "a cosigned checkpoint");
            }
            for (const auto& [size, root] : signed_) {
                if (size + 100 >= now.size) prefix({size, root}, "a checkpoint given to an official");
            }
            for (std::size_t i = 0; i < kWitnesses; ++i) {
                const auto state = witness::Witness::look(witnesses_[i]->folder()).value();
                const auto newest = state.newest.find("test.example/log/0");
                std::uint64_t given = 0;
                for (auto at = cosigned_.lower_bound({i, 0}); at != cosigned_.end() && at->first.first == i; ++at) {
                    given = at->first.second;
                }
                if (newest == state.newest.end()) {
                    require(given == 0, "a witness has forgotten what it cosigned");
                    continue;
                }
                const auto& head = newest->second.checkpoint.head;
                require(head.size >= given, "a witness gave a cosignature that it did not keep");
                prefix(head, "what a witness holds");
            }
            learn(repositories);
            return true;
        });
    }

    void learn(const ports::Repositories& repositories) {
        for (const auto& chain : chains_) {
            const auto known = world_->head(chain).length;
            for (const auto& row : repositories.records().statements(chain, known, 1'000'000)) {
                world_->learn(record::SignedStatement::parse(as_text(row.envelope)).value(), row.index);
            }
        }
        for (const auto& [id, index] : acknowledged_) {
            if (index + 200 < repositories.log().size()) continue;
            const auto stored = repositories.records().find_statement(id);
            require(stored && stored->index == index, "an acknowledged statement is lost");
        }
    }

    TemporaryDirectory directory_;
    std::mt19937_64 random_;
    TurnedClock clock_;
    ThrowingEmergency emergency_;
    storage::Layout layout_;
    std::vector<std::unique_ptr<WitnessProcess>> witnesses_;
    std::unique_ptr<ServerWorld> world_;
    OfficialPtr author_;
    std::vector<model::ChainId> chains_;
    std::map<model::StatementId, std::uint64_t> acknowledged_;
    std::map<std::uint64_t, tlog::Hash> signed_;
    std::map<std::pair<std::size_t, std::uint64_t>, Cosigned> cosigned_;
    std::size_t given_ = 0;
    std::size_t quorums_ = 0;
};

}  // namespace

int main(int count, char** values) {
    try {
        log::set_level(log::Level::error);
        require(count == 4, "signer_loop ROGATORY ROUNDS SEED");
        const auto rounds = std::stoul(values[2]);
        Loop loop{values[1], std::stoull(values[3])};
        for (std::size_t i = 0; i < rounds; ++i) {
            loop.round();
            std::printf("%zu rounds\n", i + 1);
            std::fflush(stdout);
        }
        std::puts(loop.summary().c_str());
        require(loop.worked(), "nothing was cosigned");
        return 0;
    } catch (const std::exception& failure) {
        std::fprintf(stderr, "signer_loop: %s\n", failure.what());
        return 1;
    }
}
