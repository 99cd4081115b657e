#include "tests/faults/ledger.hpp"

#include <stdexcept>

#include <unistd.h>

namespace rogatory::tests {

Ledger::Ledger(const std::filesystem::path& journal) : journal_{std::fopen(journal.c_str(), "ae")} {
    if (journal_ == nullptr) throw std::runtime_error{"journal"};
}

Ledger::~Ledger() { std::fclose(journal_); }

void Ledger::say(const std::string& line) {
    std::fputs((line + "\n").c_str(), journal_);
    if (std::fflush(journal_) != 0 || ::fdatasync(::fileno(journal_)) != 0) throw std::runtime_error{"journal"};
}

void Ledger::carry_out(const SentStatement& stands) {
    if (!stands.withdraws) return;
    auto& target = statements.at(*stands.withdraws);
    target.withdrawn = target.fresh = true;
    for (const auto& upload : uploads) {
        if (upload->entry == *stands.withdraws) upload->withdrawn = upload->fresh = true;
    }
}

}  // namespace rogatory::tests
