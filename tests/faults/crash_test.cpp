// A server's use cases, struck down at random while officials append and upload, started again and asked. The parent
// knows what was acknowledged; the child does the work in three threads and says each acknowledgement on a pipe.
#include <atomic>
#include <cstdlib>
#include <map>
#include <random>
#include <sstream>
#include <thread>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <catch2/catch_test_macros.hpp>

#include <csignal>

#include "crypto/primitives/sha256.hpp"
#include "crypto/tlog/log_proof.hpp"
#include "platform/record/chains.hpp"
#include "platform/record/peek.hpp"
#include "platform/service/initialise.hpp"
#include "storage/blobs/disk_blob_store.hpp"
#include "storage/sql_store.hpp"
#include "tests/faults/ground.hpp"
#include "tests/support/server_world.hpp"
#include "tests/unit/storage/temporary.hpp"

using namespace rogatory;
using namespace rogatory::tests;

namespace {

constexpr std::size_t kThreads = 3;

class ExitAtOnce final : public ports::Emergency {
public:
    [[noreturn]] void stop(std::string_view) override { ::_exit(74); }
};

// Storage and use cases over one directory.
struct Running {
    Running(const storage::Layout& layout, const ports::Clock& clock, ports::Emergency& emergency)
        : store{storage::SqlStore::open(layout, clock, emergency).value()},
          blobs{layout.blobs(), emergency},
          services{service::Services::open(*store, blobs, clock, {}).value()} {}
    std::unique_ptr<storage::SqlStore> store;
    storage::DiskBlobStore blobs;
    std::unique_ptr<service::Services> services;
};

struct Acknowledged {
    struct Statement {
        std::uint64_t index{}, tree_size{};
        model::Digest root;
    };
    struct Upload {
        std::size_t file{};
        std::uint64_t offset{};
    };
    std::map<model::StatementId, Statement> statements;
    std::map<std::string, Upload> uploads;  // by attachment
};

class Crash {
public:
    Crash(std::unique_ptr<Ground> ground, std::uint64_t seed) : ground_{std::move(ground)}, random_{seed} {
        layout_.data = ground_->directory() / "data";
        if (!storage::create_storage(layout_, clock_, emergency_)) throw std::runtime_error{"create_storage"};
        {
            auto store = storage::SqlStore::open(layout_, clock_, emergency_).value();
            code_ = service::initialise(*store, clock_, "test.example").value().administrator_code;
        }
        const Running running{layout_, clock_, emergency_};
        world_ = std::make_unique<ServerWorld>(*running.services, clock_, [this] { clock_.pass(31); });
        const auto admin = world_->administrator(code_);
        author_ = world_->found(*admin, "SEN");
        for (std::size_t i = 0; i < kThreads; ++i) chains_.push_back(world_->open(*author_, {}));
        files_ = {world_->age_file(30'000), world_->age_file(400'000), world_->age_file(1)};
        chains_.push_back(author_->register_chain);
    }

    // One life and one death of the server.
    void round() {
        int ends[2];
        if (::pipe(ends) != 0) throw std::runtime_error{"pipe"};
        const auto seed = random_();
        const auto child = ::fork();
        if (child == 0) {
            ::close(ends[0]);
            ::prctl(PR_SET_PDEATHSIG, SIGKILL);
            work(ends[1], seed);
        }
        ::close(ends[1]);
        std::string said;
        char piece[4096];
        const auto listen = [&] {
            const auto got = ::read(ends[0], piece, sizeof piece);
            if (got > 0) said.append(piece, static_cast<std::size_t>(got));
            return got > 0;
        };
        while (said.find("ready\n") == std::string::npos && listen()) {
        }
        // From a few milliseconds to half a second, each magnitude as often as the others.
        const auto most = 1 << std::uniform_int_distribution<int>{12, 19}(random_);
        const auto wait = std::chrono::microseconds{std::uniform_int_distribution<int>{0, most}(random_)};
        std::this_thread::sleep_for(wait);
        ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
        while (listen()) {
        }
        const auto heard_before = said.size();
        ::fcntl(ends[0], F_SETFL, 0);
        ground_->strike(child);
        while (listen()) {
        }
        ::close(ends[0]);
        REQUIRE(said.find("ready\n") != std::string::npos);
        REQUIRE(said.find("refused") == std::string::npos);
        const auto before = acknowledged_.statements.size();
        const auto counts = ground_->late_answers_count() ? said.size() : heard_before;
        note(said.substr(0, counts));
        std::size_t late = 0;
        for (auto at = said.find("\nS ", counts == 0 ? 0 : counts - 1); at != std::string::npos;
             at = said.find("\nS ", at + 1))
            ++late;
        verify(acknowledged_.statements.size() - before, late);
    }

    [[nodiscard]] std::size_t statements() const { return acknowledged_.statements.size(); }
    [[nodiscard]] std::size_t uploads() const { return acknowledged_.uploads.size(); }
    [[nodiscard]] std::size_t unanswered() const { return unanswered_; }
    [[nodiscard]] std::size_t cut_uploads() const { return cut_uploads_; }

private:
    // --- the child
    // -----------------------------------------------------------------------------------------------------
    [[noreturn]] void work(int out, std::uint64_t seed) {
        ExitAtOnce emergency;
        const auto say = [out](const std::string& line) {
            if (::write(out, line.data(), line.size()) < 0) ::_exit(1);
        };
        try {
            Running running{layout_, clock_, emergency};
            world_->use(*running.services);
            say("ready\n");
            std::vector<std::thread> threads;
            for (std::size_t i = 0; i < kThreads; ++i) {
                threads.emplace_back([&, i] { official(chains_[i], seed + i, say); });
            }
            for (auto& thread : threads) thread.join();
        } catch (const std::exception& failure) {
            say(std::string{"failed "} + failure.what() + "\n");
        }
        ::_exit(1);
    }

    template <class Say>
    void official(const model::ChainId& chain, std::uint64_t seed, const Say& say) try {
        std::mt19937_64 random{seed};
        std::vector<model::StatementId> with_files;
        while (true) {
            std::vector<record::AttachmentLine> lines;
            for (auto wanted = random() % 3; wanted > 0; --wanted) lines.push_back(upload(chain, random, say));
            std::vector<Bytes> blobs;
            record::Body body = world_->entry(chain, lines, blobs);
            if (!with_files.empty() && random() % 4 == 0) {
                blobs.clear();
                body = record::Withdrawn{{with_files.back()}, std::nullopt};
                with_files.pop_back();
            }
            const auto statement = world_->sign(*author_, chain, std::move(body));
            const auto stored = world_->try_append(*author_, statement, blobs);
            if (!stored) {
                say("refused " + stored.error().key() + "\n");
                ::_exit(1);
            }
            const auto proof = tlog::LogProof::parse(stored->front().proof).value();
            const auto& head = proof.checkpoint.checkpoint.head;
            say("S " + model::to_hex(statement.id()) + " " + std::to_string(stored->front().index) + " " +
                std::to_string(head.size) + " " + model::to_hex(head.root) + "\n");
            if (!lines.empty() && std::holds_alternative<record::Entry>(statement.statement().body)) {
                with_files.push_back(statement.id());
            }
        }
    } catch (const std::exception& failure) {
        // The power is off: nothing can be said any more.
        ::_exit(75);
    }

    template <class Say>
    record::AttachmentLine upload(const model::ChainId& chain, std::mt19937_64& random, const Say& say) {
        const auto number = random() % files_.size();
        const auto& file = files_[number];
        const record::AttachmentLine line{record::random_id<model::AttachmentId>(world_->random), file.size(),
                                          crypto::sha256(file), record::random_id<model::Digest>(world_->random)};
        auto& uploads = world_->services().uploads;
        const auto created =
            uploads.create(world_->principal(*author_), {chain, line.id, author_->authority, file.size()}).value();
        std::uint64_t offset = 0;
        const auto acknowledge = [&] {
            say("U " + model::to_hex(line.id) + " " + std::to_string(number) + " " + std::to_string(offset) + "\n");
        };
        acknowledge();
        while (offset < file.size()) {
            auto sink = uploads.open(created.ticket, created.upload, offset, std::nullopt).value();
            auto piece = std::min<std::uint64_t>(file.size() - offset, 1 + random() % file.size());
            while (piece > 0) {
                const auto now = std::min<std::uint64_t>(piece, 1 + random() % 65'536);
                if (!sink->write(ByteView{file}.subspan(offset, now))) ::_exit(1);
                offset += now;
                piece -= now;
            }
            if (sink->finish().value().offset != offset) ::_exit(1);
            acknowledge();
        }
        return line;
    }

    // --- the parent --------------------------------------------------------------------------------------------------
    void note(const std::string& said) {
        std::istringstream lines{said};
        std::string line;
        while (std::getline(lines, line)) {
            if (lines.eof()) break;  // cut in the middle: not acknowledged
            std::istringstream words{line};
            std::string what, first;
            words >> what >> first;
            if (what == "S") {
                std::string root;
                Acknowledged::Statement statement;
                words >> statement.index >> statement.tree_size >> root;
                statement.root = model::parse_hex<model::Digest>(root).value();
                acknowledged_.statements[model::parse_hex<model::StatementId>(first).value()] = statement;
            } else if (what == "U") {
                auto& upload = acknowledged_.uploads[first];
                words >> upload.file >> upload.offset;
            }
        }
    }

    void verify(std::size_t newly_acknowledged, std::size_t late) {
        Running running{layout_, clock_, emergency_};
        world_->use(*running.services);
        REQUIRE_FALSE(running.services->read_only());
        running.store->read([&](const ports::Repositories& repositories) {
            verify_statements(repositories);
            verify_chains(repositories, newly_acknowledged, late);
            verify_uploads(repositories, running.blobs);
            return true;
        });
    }

    void verify_statements(const ports::Repositories& repositories) {
        std::size_t number = 0;
        for (const auto& [id, said] : acknowledged_.statements) {
            // All of the new ones are among the last; of the old ones every seventh, another each time.
            if (said.index + 200 < repositories.log().size() && ++number % 7 != 0) continue;
            const auto stored = repositories.records().find_statement(id);
            REQUIRE(stored);
            REQUIRE(stored->index == said.index);
            REQUIRE(repositories.log().size() >= said.tree_size);
            REQUIRE(repositories.log().root(said.tree_size) == said.root);
        }
    }

    // Everything that is stored is whole, and no more is stored than was under way.
    void verify_chains(const ports::Repositories& repositories, std::size_t newly_acknowledged, std::size_t late) {
        std::size_t stored_now = 0;
        for (const auto& chain : chains_) {
            const auto row = repositories.records().find_chain(chain);
            REQUIRE(row);
            const auto known = world_->head(chain).length;
            const auto fresh = repositories.records().statements(chain, known, 1'000'000);
            REQUIRE(known + fresh.size() == row->head_seq + 1);
            for (const auto& statement : fresh) {
                const auto parsed = record::SignedStatement::parse(as_text(statement.envelope)).value();
                REQUIRE(parsed.id() == statement.id);
                world_->learn(parsed, statement.index);
                for (const auto& need : record::needs(parsed.statement()).blobs) {
                    const auto blob = repositories.records().find_blob(chain, need.sha256);
                    REQUIRE(blob);
                    if (!blob->withdrawn_at) REQUIRE(crypto::sha256(blob->data) == need.sha256);
                }
                for (const auto& line : record::needs(parsed.statement()).attachments) {
                    const auto upload = repositories.attachments().find_attachment(line.id);
                    REQUIRE(upload);
                    REQUIRE(upload->stage >= ports::UploadStage::attached);
                    REQUIRE(upload->entry_seq == statement.seq);
                }
                ++stored_now;
            }
        }
        REQUIRE(stored_now >= newly_acknowledged);
        REQUIRE(stored_now - newly_acknowledged <= kThreads + late);
        unanswered_ += stored_now - newly_acknowledged;
        std::size_t told = 0;
        for (const auto& row : repositories.journal().audit_before(1ULL << 40, 1'000'000)) {
            told += row.action == "statement.appended";
        }
        REQUIRE(told == repositories.records().count_statements());
        REQUIRE(repositories.log().size() == repositories.records().count_statements());
    }

    void verify_uploads(const ports::Repositories& repositories, ports::BlobStore& blobs) {
        for (const auto& [attachment, said] : acknowledged_.uploads) {
            const auto row =
                repositories.attachments().find_attachment(model::parse_hex<model::AttachmentId>(attachment).value());
            REQUIRE(row);
            REQUIRE(row->received >= said.offset);
            if (row->stage >= ports::UploadStage::withdrawn) {
                // Opening the services finished what the death interrupted.
                REQUIRE(row->stage == ports::UploadStage::gone);
                REQUIRE_FALSE(blobs.open(row->id));
                continue;
            }
            if (looked_at_.contains(attachment) && row->stage != ports::UploadStage::receiving) continue;
            const auto& file = files_[said.file];
            auto reader = blobs.open(row->id).value();
            Bytes stored(row->received);
            REQUIRE(reader->read_at(0, stored) == row->received);
            REQUIRE(std::equal(stored.begin(), stored.end(), file.begin()));
            if (row->stage == ports::UploadStage::receiving) ++cut_uploads_;
            if (row->stage != ports::UploadStage::receiving) {
                REQUIRE(row->sha256 == crypto::sha256(file));
                REQUIRE(row->received == file.size());
                looked_at_.insert(attachment);
            }
        }
        // Uploads that were cut are left as they are: nobody has their tickets any more. They need not be asked again.
        std::erase_if(acknowledged_.uploads, [&](const auto& one) { return !looked_at_.contains(one.first); });
    }

    std::unique_ptr<Ground> ground_;
    std::mt19937_64 random_;
    TurnedClock clock_;
    ThrowingEmergency emergency_;
    storage::Layout layout_;
    std::string code_;
    std::unique_ptr<ServerWorld> world_;
    OfficialPtr author_;
    std::vector<model::ChainId> chains_;
    std::vector<Bytes> files_;
    Acknowledged acknowledged_;
    std::set<std::string> looked_at_;
    std::size_t unanswered_{0};
    std::size_t cut_uploads_{0};
};

std::size_t rounds(std::size_t otherwise) {
    const char* wanted = std::getenv("ROGATORY_CRASH_ROUNDS");
    return wanted == nullptr ? otherwise : std::stoul(wanted);
}

std::uint64_t chosen_seed() {
    const char* wanted = std::getenv("ROGATORY_CRASH_SEED");
    return wanted == nullptr ? std::random_device{}() : std::stoull(wanted);
}

void run(std::unique_ptr<Ground> ground, std::size_t how_often) {
    const auto seed = chosen_seed();
    INFO("ROGATORY_CRASH_SEED=" << seed);
    Crash crash{std::move(ground), seed};
    for (std::size_t i = 0; i < how_often; ++i) {
        INFO("round " << i);
        crash.round();
    }
    WARN(how_often << " rounds: " << crash.statements() << " statements and " << crash.uploads()
                   << " uploads acknowledged and there; " << crash.unanswered()
                   << " statements durable whose answer was cut; " << crash.cut_uploads() << " uploads cut midway");
    CHECK(crash.statements() > 0);
}

}  // namespace

TEST_CASE("kill -9: nothing acknowledged is lost, nothing is half there", "[faults][crash]") {
    run(Ground::killed(), rounds(60));
}

TEST_CASE("a power cut: nothing acknowledged is lost, nothing is half there", "[faults][crash]") {
    auto ground = Ground::power_cut();
    if (!ground) SKIP("mounting a file system of one's own is not allowed here");
    run(std::move(ground), rounds(30));
}
