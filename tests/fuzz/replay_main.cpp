// Runs a fuzz target once on each file of the folders (or files) named, for compilers without libFuzzer.
//
//   NAME_fuzz FOLDER|FILE… [--mutate ROUNDS]
//
// --mutate also runs ROUNDS small random changes of the corpus: no coverage guidance, but enough to find a careless
// parser under gcc's sanitizers where clang is not installed. The seed is fixed, so a finding can be had again.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using Input = std::vector<std::uint8_t>;

Input read_file(const std::filesystem::path& path) {
    std::ifstream file{path, std::ios::binary};
    if (!file) {
        std::cerr << "cannot read a corpus file\n";
        std::exit(1);
    }
    return {std::istreambuf_iterator<char>{file}, std::istreambuf_iterator<char>{}};
}

void run(const Input& input) {
    // An exact copy on the heap, so that AddressSanitizer sees the first byte read past the end.
    const Input exact(input.begin(), input.end());
    (void)LLVMFuzzerTestOneInput(exact.data(), exact.size());
}

Input mutated(Input input, const std::vector<Input>& corpus, std::mt19937_64& random) {
    const auto changes = 1 + random() % 4;
    for (std::uint64_t i = 0; i < changes; ++i) {
        const auto at = input.empty() ? 0 : random() % input.size();
        const auto position = input.begin() + static_cast<std::ptrdiff_t>(at);
        switch (random() % 6) {
            case 0:
                if (!input.empty()) input[at] = static_cast<std::uint8_t>(input[at] ^ (1U << random() % 8));
                break;
            case 1:
                if (!input.empty()) input[at] = static_cast<std::uint8_t>(random());
                break;
            case 2:
                input.insert(position, static_cast<std::uint8_t>(random()));
                break;
            case 3:
                if (!input.empty()) input.erase(position);
                break;
            case 4:
                input.resize(at);
                break;
            default: {
                const auto& other = corpus[random() % corpus.size()];
                if (!other.empty())
                    input.insert(position, other.begin() + static_cast<std::ptrdiff_t>(random() % other.size()),
                                 other.end());
            }
        }
    }
    return input;
}

}  // namespace

int main(int argc, char** argv) {
    const std::vector<std::string_view> arguments(argv + 1, argv + argc);
    std::vector<std::filesystem::path> files;
    std::uint64_t rounds = 0;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        if (arguments[i] == "--mutate" && i + 1 < arguments.size()) {
            rounds = std::stoull(std::string{arguments[++i]});
        } else if (std::filesystem::is_directory(arguments[i])) {
            for (const auto& entry : std::filesystem::recursive_directory_iterator{arguments[i]}) {
                if (entry.is_regular_file()) files.push_back(entry.path());
            }
        } else {
            files.emplace_back(arguments[i]);
        }
    }
    // A replay of nothing proves nothing.
    if (files.empty()) {
        std::cerr << "no corpus files\n";
        return 1;
    }
    std::sort(files.begin(), files.end());

    std::vector<Input> corpus;
    for (const auto& file : files) corpus.push_back(read_file(file));
    run({});
    for (const auto& input : corpus) run(input);
    std::mt19937_64 random{20260101};
    for (std::uint64_t i = 0; i < rounds; ++i) run(mutated(corpus[random() % corpus.size()], corpus, random));
    std::cout << "replayed " << files.size() << " inputs, " << rounds << " changes of them\n";
    return 0;
}
