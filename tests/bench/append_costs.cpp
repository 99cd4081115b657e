// Signed statements that sixteen people append at once: judged, logged, durable and answered with their proofs, by the
// use cases over the real storage. Signed beforehand; what a client pays is not in it.
//
//   append_costs FOLDER [statements of each]
//
// Prints {"statements", "seconds", "commits"}. The folder should lie on the kind of disk one asks about.
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <unistd.h>

#include "platform/service/initialise.hpp"
#include "platform/service/services.hpp"
#include "storage/blobs/disk_blob_store.hpp"
#include "storage/sql_store.hpp"
#include "tests/support/server_world.hpp"
#include "tests/unit/storage/temporary.hpp"

using namespace rogatory;

namespace {

constexpr std::size_t kPeople = 16;

struct Turn {
    tests::OfficialPtr author;
    std::vector<service::AppendRequest> requests;
};

void measure(const std::filesystem::path& folder, std::size_t each) {
    tests::TurnedClock clock{std::time(nullptr)};
    tests::ThrowingEmergency emergency;
    const storage::Layout layout{folder / "data", {}};
    if (!storage::create_storage(layout, clock, emergency)) throw std::runtime_error{"create_storage"};
    const auto store = storage::SqlStore::open(layout, clock, emergency, kPeople).value();
    storage::DiskBlobStore blobs{layout.blobs(), emergency};
    const auto code = service::initialise(*store, clock, "test.example").value().administrator_code;
    service::Settings settings;
    settings.session_idle = settings.session_absolute;  // the clock is turned for each one-time code
    const auto services = service::Services::open(*store, blobs, clock, settings).value();
    tests::ServerWorld world{*services, clock, [&clock] { clock.pass(31); }};
    const auto administrator = world.administrator(code);
    const auto senegal = world.found(*administrator, "SEN");

    std::vector<Turn> turns;
    for (std::size_t i = 0; i < kPeople; ++i) {
        const auto author = world.join(*senegal, model::Role::officer, "sen.crf." + std::to_string(i + 2));
        turns.push_back({author, {}});
    }
    for (auto& turn : turns) {
        const auto chain =
            world.open(*turn.author, {}, {model::Onward::participants_only, {}, {}}, record::DossierKind::internal);
        for (std::size_t i = 0; i < each; ++i) {
            std::vector<Bytes> bodies;
            const auto statement = world.sign(*turn.author, chain, world.entry(chain, {}, bodies));
            turn.requests.push_back(tests::request_of(statement, bodies));
            world.learn(statement, 1'000'000 + i);
        }
    }
    const auto commits = store->writer_counts().commits;
    const auto start = std::chrono::steady_clock::now();
    std::vector<std::thread> threads;
    std::atomic<std::size_t> refused{0};
    for (auto& turn : turns) {
        threads.emplace_back([&, who = world.principal(*turn.author)] {
            for (auto& request : turn.requests) {
                const auto stored = services->append.append(who, std::move(request));
                if (!stored || stored->front().proof.empty()) ++refused;
            }
        });
    }
    for (auto& thread : threads) thread.join();
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
    if (refused != 0) throw std::runtime_error{"statements were refused"};
    std::printf("{\"statements\":%zu,\"seconds\":%.6f,\"commits\":%llu}\n", kPeople * each, taken.count(),
                static_cast<unsigned long long>(store->writer_counts().commits - commits));
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        std::fprintf(stderr, "append_costs: usage: see its head\n");
        return 2;
    }
    const auto folder = std::filesystem::path{argv[1]} / ("rogatory-append-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder);
    int code = 0;
    try {
        measure(folder, argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 100);
    } catch (const std::exception& failure) {
        std::fprintf(stderr, "append_costs: %s\n", failure.what());
        code = 1;
    }
    std::filesystem::remove_all(folder);
    return code;
}
