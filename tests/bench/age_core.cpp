// Speed of crypto/age inside one process, from a file in memory to nowhere: what threads and digests cost.
//
//   age_core [MiB] [rounds]
//
//   age_core [MiB] [rounds] --limit
//
// With --limit one object alone: sealing from memory to memory beside OpenSSL's ChaCha20-Poly1305 over as many bytes in
// pieces of 64 KiB, both on all cores, round by round: {"ours": […], "openssl": […], "unit", "threads"}.
//
// Prints one JSON object a line: {"what", "unit", "threads", "file_sha256", "plaintext_sha256", "ours",
// "cpu_seconds_per_gb", "rounds"}, the best of the rounds, which are interleaved. Nothing is asserted.
#include <openssl/evp.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

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

class Memory final : public age::Sink {
public:
    explicit Memory(std::size_t bytes) : held_(bytes) {}
    Result<> write(ByteView bytes) override { return write_at(written_, bytes); }
    bool positioned() const override { return true; }
    Result<> write_at(std::uint64_t at, ByteView bytes) override {
        ensure(at + bytes.size() <= held_.size(), "an age file is little longer than what it holds");
        std::copy(bytes.begin(), bytes.end(), held_.begin() + static_cast<std::ptrdiff_t>(at));
        written_ = at + bytes.size();
        return {};
    }

private:
    Bytes held_;
    std::uint64_t written_ = 0;
};

// Read anywhere, as a file is, but without the kernel between.
class FromMemory final : public age::Source {
public:
    explicit FromMemory(ByteView held) : held_{held} {}
    Result<std::size_t> read(MutableByteView) override { return 0; }
    std::optional<std::uint64_t> size() const override { return held_.size(); }
    Result<std::size_t> read_at(std::uint64_t at, MutableByteView into) override {
        const auto part = held_.subspan(at, std::min<std::size_t>(into.size(), held_.size() - at));
        std::copy(part.begin(), part.end(), into.begin());
        return part.size();
    }

private:
    ByteView held_;
};

// What a core can do at most: the cipher and nothing else, from memory to memory.
void seal_with_openssl_alone(ByteView plain, MutableByteView sealed) {
    constexpr std::size_t kPiece = 64 * 1024;
    EVP_CIPHER_CTX* const context = EVP_CIPHER_CTX_new();
    const ByteArray<32> key{1};
    ByteArray<12> nonce{};
    ByteArray<16> tag{};
    int taken = 0;
    ensure(EVP_EncryptInit_ex(context, EVP_chacha20_poly1305(), nullptr, key.data(), nonce.data()) == 1, "a cipher");
    for (std::size_t at = 0; at < plain.size(); at += kPiece) {
        const auto length = std::min(kPiece, plain.size() - at);
        nonce[0] = static_cast<std::uint8_t>(at >> 16U);
        ensure(EVP_EncryptInit_ex(context, nullptr, nullptr, nullptr, nonce.data()) == 1 &&
                   EVP_EncryptUpdate(context, &sealed[at], &taken, &plain[at], static_cast<int>(length)) == 1 &&
                   EVP_EncryptFinal_ex(context, &sealed[at], &taken) == 1 &&
                   EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, 16, tag.data()) == 1,
               "OpenSSL seals");
    }
    EVP_CIPHER_CTX_free(context);
}

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

int beside_openssl(std::size_t bytes, int rounds, std::span<const age::HybridRecipient> to) {
    const auto cores = std::max(1U, std::thread::hardware_concurrency());
    age::ParallelOptions options;  // as stock age: without digests
    options.threads = cores;
    options.file_sha256 = false;
    Memory sink{bytes + bytes / 1024 + (1 << 20)};
    const Bytes from(bytes, 7);
    FromMemory source{from};
    Bytes into(bytes);
    std::string ours;
    std::string theirs;
    for (int round = 0; round <= rounds; ++round) {
        Cost product;
        measure(product, [&] { return age::seal_stream(to, source, sink, crypto::system_random(), options); });
        Cost limit;
        measure(limit, [&]() -> Result<> {
            std::vector<std::thread> threads;
            const auto share = bytes / cores;
            for (unsigned i = 0; i < cores; ++i) {
                threads.emplace_back([&, i] {
                    const ByteView part{&from[i * share], share};
                    seal_with_openssl_alone(part, {&into[i * share], share});
                });
            }
            for (auto& thread : threads) thread.join();
            return {};
        });
        if (round == 0) continue;  // memory that is touched for the first time
        const auto separator = round == 1 ? "" : ", ";
        ours += separator + std::to_string(static_cast<double>(bytes) / product.seconds / 1e9);
        theirs += separator + std::to_string(static_cast<double>(bytes) / limit.seconds / 1e9);
    }
    std::printf(R"({"ours": [%s], "openssl": [%s], "unit": "GB/s", "threads": %u})"
                "\n",
                ours.c_str(), theirs.c_str(), cores);
    return 0;
}

}  // namespace

int main(int count, char** values) {
    const auto mebibytes = count > 1 ? std::strtoull(values[1], nullptr, 10) : 512;
    const int rounds = count > 2 ? std::atoi(values[2]) : 3;
    const auto bytes = static_cast<std::size_t>(mebibytes) << 20;
    auto& random = crypto::system_random();
    const auto identity = age::HybridIdentity::generate(random);
    const std::span to{&identity.recipient(), 1};
    if (count > 3 && std::string_view{values[3]} == "--limit") return beside_openssl(bytes, rounds, to);
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
