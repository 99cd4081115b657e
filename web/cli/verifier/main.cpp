#include <clocale>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "web/cli/exit_code.hpp"
#include "web/cli/verifier/command.hpp"

int main(int count, char** values) {
    std::setlocale(LC_ALL, "");
    std::setlocale(LC_NUMERIC, "C");
    try {
        return rogatory::cli::run_verifier({values + (count > 0 ? 1 : 0), values + count}, rogatory::cli::Language::en);
    } catch (const std::exception& bug) {
        // The last boundary: a fault of ours or of the machine. What it says is for us and holds nothing of the user's.
        std::fprintf(stderr, "rogatory: %s\n", bug.what());
        return static_cast<int>(rogatory::cli::ExitCode::unexpected);
    }
}
