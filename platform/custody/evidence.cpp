#include "platform/custody/evidence.hpp"

#include <algorithm>
#include <optional>

#include "crypto/encoding/hex.hpp"
#include "crypto/tlog/fork_proof.hpp"
#include "platform/base/try.hpp"
#include "platform/custody/tar.hpp"

namespace rogatory::custody {

std::string evidence_file(std::string_view piece) {
    if (piece.ends_with("_entry")) return std::string{piece} + ".bin";
    if (piece.ends_with("_proof")) return std::string{piece} + ".tlog-proof";
    if (piece == "smaller" || piece == "larger" || piece == "checkpoint" || piece == "verified_before") {
        return std::string{piece} + ".note";
    }
    if (piece == "statement" || piece == "envelope") return std::string{piece} + ".dsse.json";
    if (piece == "consistency" || piece == "log_key") return std::string{piece} + ".txt";
    return std::string{piece} + ".bin";
}

namespace {

std::optional<std::string_view> text_of(const TarFiles& files, std::string_view piece) {
    const auto found =
        std::find_if(files.begin(), files.end(), [&](const auto& file) { return file.first == evidence_file(piece); });
    if (found == files.end()) return std::nullopt;
    return as_text(found->second);
}

std::optional<tlog::Entry> entry_of(const TarFiles& files, std::string_view piece) {
    const auto text = text_of(files, piece);
    if (!text || text->size() != tlog::Entry::kBytes) return std::nullopt;
    return tlog::Entry::from(std::span<const std::uint8_t, tlog::Entry::kBytes>{as_bytes(*text)});
}

tl::unexpected<Error> malformed() { return fail(ErrorCode::invalid_input, "evidence.malformed"); }

Result<EvidenceVerdict> verify_fork(const TarFiles& files, const tlog::NoteKey& log) {
    const auto smaller = text_of(files, "smaller");
    const auto larger = text_of(files, "larger");
    const auto consistency = text_of(files, "consistency");
    if (!smaller || !larger || !consistency) return malformed();
    ROGATORY_TRY(const auto proof, tlog::ForkProof::parse(*smaller, *larger, *consistency));
    ROGATORY_TRY_VOID(tlog::verify_fork_proof(proof, log));
    EvidenceVerdict verdict;
    verdict.proven = true;
    verdict.finding = "two_histories";
    const auto& one = proof.smaller.checkpoint.head;
    verdict.facts = {{"size", std::to_string(one.size)},
                     {"signed_root", encoding::hex_encode(one.root.value())},
                     {"other_root", encoding::hex_encode(proof.root_within.value())},
                     {"larger_size", std::to_string(proof.larger.checkpoint.head.size)}};
    return verdict;
}

Result<EvidenceVerdict> verify_two_for_one(const TarFiles& files, const tlog::NoteKey& log) {
    const auto first = text_of(files, "first_proof");
    const auto second = text_of(files, "second_proof");
    const auto first_entry = entry_of(files, "first_entry");
    const auto second_entry = entry_of(files, "second_entry");
    if (!first || !second || !first_entry || !second_entry) return malformed();
    ROGATORY_TRY(const auto one, tlog::LogProof::parse(*first));
    ROGATORY_TRY(const auto other, tlog::LogProof::parse(*second));
    ROGATORY_TRY_VOID(tlog::verify_repeated_label(one, *first_entry, other, *second_entry, log));
    EvidenceVerdict verdict;
    verdict.proven = true;
    verdict.finding = "two_statements";
    verdict.facts = {{"first_index", std::to_string(one.index)},
                     {"first_statement", encoding::hex_encode(first_entry->id.value())},
                     {"second_index", std::to_string(other.index)},
                     {"second_statement", encoding::hex_encode(second_entry->id.value())}};
    return verdict;
}

}  // namespace

Result<EvidenceVerdict> verify_evidence(ByteView archive) {
    ROGATORY_TRY(const auto files, read_tar(archive));
    const auto what =
        std::find_if(files.begin(), files.end(), [](const auto& row) { return row.first == "alarm.txt"; });
    if (what == files.end()) return malformed();
    auto key = std::string{as_text(what->second)};
    if (!key.empty() && key.back() == '\n') key.pop_back();
    const auto key_text = text_of(files, "log_key");
    EvidenceVerdict verdict;
    if (key_text && (key == "log.forked" || key == "chain.forked")) {
        ROGATORY_TRY(const auto log, tlog::NoteKey::parse(*key_text));
        if (key == "log.forked") {
            ROGATORY_TRY(verdict, verify_fork(files, log));
        } else {
            ROGATORY_TRY(verdict, verify_two_for_one(files, log));
        }
        verdict.log_key = log.vkey();
    } else {
        // Kept for people: what the server sent, on the word of whoever kept it.
        verdict.finding = "testimony";
    }
    verdict.what = key;
    return verdict;
}

}  // namespace rogatory::custody
