// Speed of crypto/age inside one process, from a file in memory to nowhere: what threads and digests cost.
//
//   age_core [MiB] [rounds]
//
// Prints one JSON object a line: {"what", "unit", "threads", "file_sha256", "plaintext_sha256", "ours",
// "cpu_seconds_per_gb", "rounds"}, the best of the rounds, which are interleaved. Nothing is asserted.
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <thread>

#include "crypto/age/descriptor.hpp"
#include "crypto/age/parallel.hpp"

namespace {

using namespace rogatory;

class Nowhere final : public age::Sink {
public:
    Result<> write(ByteView) override { return {}; }
    bool positioned() const override { return true; }
    Result<> write_at(std::uint64_t, ByteView) override { return {}; }
};

int memory_file(std::size_t bytes) {
    const int descriptor = ::memfd_create("age_core", MFD_CLOEXEC);
    Bytes piece(1 << 20, 7);
    for (std::size_t done = 0; done < bytes; done += piece.size()) {
        ensure(::write(descriptor, piece.data(), piece.size()) == static_cast<ssize_t>(piece.size()),
               "there is memory");
    }
    ensure(::lseek(descriptor, 0, SEEK_SET) == 0, "a file in memory has a position");
    return descriptor;
}

struct Cost {
    double seconds = 1e9;
    double cpu_seconds = 1e9;
};

double cpu_seconds() {
    timespec now{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

// Keeps the best of the rounds. On a machine that others use, the processor time says more than the clock.
template <class Work>
void measure(Cost& best, Work&& work) {
    const auto started = std::chrono::steady_clock::now();
    const auto cpu_started = cpu_seconds();
    ensure(work().has_value(), "the work succeeds");
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - started;
    best.seconds = std::min(best.seconds, taken.count());
    best.cpu_seconds = std::min(best.cpu_seconds, cpu_seconds() - cpu_started);
}

}  // namespace

int main(int count, char** values) {
    const auto mebibytes = count > 1 ? std::strtoull(values[1], nullptr, 10) : 512;
    const int rounds = count > 2 ? std::atoi(values[2]) : 3;
    const auto bytes = static_cast<std::size_t>(mebibytes) << 20;
    auto& random = crypto::system_random();
    const auto identity = age::HybridIdentity::generate(random);
    const std::span to{&identity.recipient(), 1};
    const int plain = memory_file(bytes);
    const int sealed = ::memfd_create("sealed", MFD_CLOEXEC);
    ensure(
        age::seal_stream(to, *age::source_of_descriptor(plain), *age::sink_of_descriptor(sealed), random).has_value(),
        "sealing succeeds");

    Nowhere nowhere;
    std::map<std::string, Cost> best;
    const auto cores = std::max(1U, std::thread::hardware_concurrency());
    for (int round = 0; round < rounds; ++round) {
        for (const auto threads : {1U, cores}) {
            for (const int digests : {0, 1, 2}) {
                age::ParallelOptions options;
                options.threads = threads;
                options.file_sha256 = digests >= 1;
                options.plaintext_sha256 = digests == 2;
                const auto name = [&](const char* what) {
                    return R"("what": ")" + std::string{what} + R"(", "unit": "GB/s", "threads": )" +
                           std::to_string(threads) + R"(, "file_sha256": )" + (options.file_sha256 ? "true" : "false") +
                           R"(, "plaintext_sha256": )" + (options.plaintext_sha256 ? "true" : "false");
                };
                measure(best[name("age core seal")], [&] {
                    return age::seal_stream(to, *age::source_of_descriptor(plain), nowhere, random, options);
                });
                measure(best[name("age core open")], [&] {
                    return age::open_stream(identity, age::Profile::single(), *age::source_of_descriptor(sealed),
                                            nowhere, options);
                });
            }
        }
    }
    const auto gigabytes = static_cast<double>(bytes) / 1e9;
    for (const auto& [key, cost] : best) {
        std::printf("{%s, \"ours\": %.3f, \"cpu_seconds_per_gb\": %.3f, \"rounds\": %d}\n", key.c_str(),
                    gigabytes / cost.seconds, cost.cpu_seconds / gigabytes, rounds);
    }
    return 0;
}
