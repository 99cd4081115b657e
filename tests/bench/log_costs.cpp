// What an append to the real store costs as the log grows, and what its proofs cost: 10^3 to 10^6 leaves, with the
// growth exponent (0: the cost does not depend on the size; 1: it grows as the size does). Figures only, one JSON
// object.
//
//   log_costs [largest power of ten] [samples] [folder]
//
// The folder should lie on the kind of disk one asks about: an append ends with an fsync.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include <unistd.h>

#include "crypto/tlog/entry.hpp"
#include "platform/record/chains.hpp"
#include "storage/sql_store.hpp"
#include "tests/unit/storage/temporary.hpp"

using namespace rogatory;

namespace {

// What only makes the log long: many in one commit, and short, for no figure reads them. What is measured is appended
// as the server does.
constexpr std::uint64_t kFilledAtOnce = 20'000;
constexpr std::size_t kFilledBytes = 100;

class Log {
public:
    explicit Log(const std::filesystem::path& folder) {
        const storage::Layout layout{folder / "data", {}};
        if (!storage::create_storage(layout, clock_, emergency_)) throw std::runtime_error{"create_storage"};
        store_ = storage::SqlStore::open(layout, clock_, emergency_).value();
        if (!store_->create_log("bench.example/log/0", {})) throw std::runtime_error{"create_log"};
    }

    [[nodiscard]] std::uint64_t size() const { return size_; }
    // So many statements in one commit. The envelope has the length of a short entry's.
    void append(std::uint64_t count) { append(count, envelope_); }
    void fill(std::uint64_t to) {
        const Bytes shorter(kFilledBytes, ' ');
        while (size_ < to) append(std::min(kFilledAtOnce, to - size_), shorter);
    }
    std::string proof(std::uint64_t index) {
        return store_->read([&](const ports::Repositories& repositories) { return repositories.log().proof(index); })
            .value();
    }
    std::vector<ports::Digest> consistency(std::uint64_t old_size) {
        return store_
            ->read([&](const ports::Repositories& repositories) {
                return repositories.log().consistency(old_size, size_);
            })
            .value();
    }

private:
    void append(std::uint64_t count, const Bytes& envelope) {
        const auto done = store_->write([&](ports::Repositories& repositories) -> Result<> {
            for (std::uint64_t i = 0; i < count; ++i) {
                const ports::StatementId id{crypto::system_random().bytes<32>()};
                const auto index = repositories.log().next_index();
                if (index == 0) {
                    repositories.records().create_chain({chain_, ports::ChainKind::dossier, {}, {}, 0, id, 0});
                }
                const tlog::Entry entry{tlog::entry_label(chain_.value(), index), crypto::Digest{id.value()}};
                repositories.records().add_statement({index, id, chain_, index, entry.bytes(), envelope, clock_.now()});
            }
            return {};
        });
        if (!done) throw std::runtime_error{done.error().key()};
        size_ += count;
    }

    tests::TurnedClock clock_;
    tests::ThrowingEmergency emergency_;
    std::unique_ptr<storage::SqlStore> store_;
    ports::ChainId chain_{crypto::system_random().bytes<32>()};
    Bytes envelope_ = Bytes(1'500, ' ');
    std::uint64_t size_ = 0;
};

// The median of what a work costs, in microseconds.
template <class Work>
double median(std::size_t samples, Work&& work) {
    std::vector<double> spent;
    for (std::size_t i = 0; i < samples; ++i) {
        const auto start = std::chrono::steady_clock::now();
        work(i);
        spent.push_back(std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count());
    }
    std::nth_element(spent.begin(), spent.begin() + static_cast<std::ptrdiff_t>(samples / 2), spent.end());
    return spent[samples / 2];
}

using Row = std::map<std::string, double>;

Row measure(Log& log, std::size_t samples) {
    Row row;
    const auto some = [&](std::size_t i) { return (i * 7919 + 13) % log.size(); };
    // The first time each tile is read, decrypted and hashed; after that its nodes stand in memory.
    row["proof_first_us"] = median(samples, [&](std::size_t i) { static_cast<void>(log.proof(some(i))); });
    row["proof_us"] = median(samples, [&](std::size_t i) { static_cast<void>(log.proof(some(i))); });
    row["consistency_us"] = median(samples, [&](std::size_t i) { static_cast<void>(log.consistency(some(i) + 1)); });
    const auto text = log.proof(log.size() / 2);
    row["proof_bytes"] = static_cast<double>(text.size());
    row["append_us"] = median(samples, [&](std::size_t) { log.append(1); });
    row["append_of_100_us"] = median(std::max<std::size_t>(samples / 20, 3), [&](std::size_t) { log.append(100); });
    return row;
}

}  // namespace

int main(int argc, char** argv) {
    const int powers = argc > 1 ? std::atoi(argv[1]) : 6;
    const auto samples = static_cast<std::size_t>(argc > 2 ? std::atoi(argv[2]) : 200);
    auto folder = argc > 3 ? std::filesystem::path{argv[3]} : std::filesystem::temp_directory_path();
    folder /= "rogatory-log-costs-" + std::to_string(::getpid());
    std::filesystem::create_directories(folder);
    std::vector<std::pair<std::uint64_t, Row>> rows;
    try {
        Log log{folder};
        for (int power = 3; power <= powers; ++power) {
            log.fill(static_cast<std::uint64_t>(std::pow(10, power)));
            const auto size = log.size();
            rows.emplace_back(size, measure(log, samples));
        }
    } catch (const std::exception& failure) {
        std::fprintf(stderr, "log_costs: %s\n", failure.what());
        std::filesystem::remove_all(folder);
        return 1;
    }
    std::filesystem::remove_all(folder);
    std::printf("{\"samples\":%zu,\"rows\":[", samples);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        std::printf("%s\n  {\"leaves\":%llu", i == 0 ? "" : ",", static_cast<unsigned long long>(rows[i].first));
        for (const auto& [name, value] : rows[i].second) std::printf(",\"%s\":%.1f", name.c_str(), value);
        std::printf("}");
    }
    std::printf("],\n \"growth_exponents\":{");
    bool comma = false;
    for (const auto& [name, value] : rows.front().second) {
        if (rows.size() < 2) break;
        const auto growth = std::log10(rows.back().second.at(name) / value) / static_cast<double>(rows.size() - 1);
        std::printf("%s\"%s\":%.3f", comma ? "," : "", name.c_str(), growth);
        comma = true;
    }
    std::printf("}}\n");
    return 0;
}
