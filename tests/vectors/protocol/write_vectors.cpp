#include <filesystem>
#include <fstream>
#include <iostream>

#include "tests/vectors/protocol/vectors.hpp"

// write_protocol_vectors DIRECTORY: writes the protocol's vectors anew. They are committed; protocol_vectors_test holds
// the code to the committed files.
int main(int argc, char** argv) {
    if (argc != 2) {
        std::cerr << "usage: write_protocol_vectors DIRECTORY\n";
        return 2;
    }
    const std::filesystem::path folder{argv[1]};
    for (const auto& [name, text] : rogatory::tests::protocol_vectors()) {
        std::ofstream file{folder / name, std::ios::binary | std::ios::trunc};
        file << text;
        if (!file.flush()) return 1;
        std::cout << name << ' ' << text.size() << '\n';
    }
    return 0;
}
