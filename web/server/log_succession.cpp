#include "web/server/log_succession.hpp"

#include <cstdio>
#include <fstream>
#include <iostream>

#include "crypto/encoding/hex.hpp"
#include "crypto/tlog/note.hpp"
#include "crypto/tlog/succession.hpp"
#include "platform/base/try.hpp"
#include "platform/record/successor_sheet.hpp"
#include "web/server/commands.hpp"
#include "web/server/offline.hpp"
#include "web/server/words.hpp"

namespace rogatory::server {
namespace {

Result<Bytes> read_note(const std::filesystem::path& file) {
    std::ifstream in{file, std::ios::binary};
    std::string text(tlog::kMaxNoteBytes + 1, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (in.bad() || (in.fail() && !in.eof())) {
        return fail(Error{ErrorCode::invalid_input, "file.unreadable"}.with("file", file.filename().string()));
    }
    text.resize(static_cast<std::size_t>(in.gcount()));
    if (text.size() > tlog::kMaxNoteBytes) {
        return fail(Error{ErrorCode::invalid_input, "file.too_large"}.with("file", file.filename().string()));
    }
    return to_bytes(text);
}

std::string kind_of(const service::LogSuccession::Cut& cut) {
    switch (cut.kind) {
        case ports::ChainKind::party_register:
            return "register " + cut.party + " of";
        case ports::ChainKind::dossier:
            return "dossier";
        case ports::ChainKind::notices:
            return "notice board " + cut.party + " of";
        case ports::ChainKind::casebook:
            return "casebook of an authority";
        case ports::ChainKind::receipts:
            break;
    }
    return "receipts";
}

std::string after_it(const service::LogSuccession::Cut& cut) {
    switch (cut.kind) {
        case ports::ChainKind::party_register:
            return "this Party founds anew";
        case ports::ChainKind::dossier:
            return "a new dossier is opened";
        case ports::ChainKind::notices:
            return "this Party's notices can no longer be changed: it founds anew";
        case ports::ChainKind::casebook:
            return "that authority can note nothing further: it becomes another one";
        case ports::ChainKind::receipts:
            break;
    }
    return "that authority gives no more receipts in that dossier: a new one is opened";
}

Result<std::string> sheet_of(service::Services& services) {
    const auto server = services.log.server();
    const auto before = tlog::predecessor_origin(server.log_origin);
    if (!before) return fail(ErrorCode::not_found, "succeed.none");
    ROGATORY_TRY(const auto note, services.log.checkpoint(tlog::log_number(*before)));
    ROGATORY_TRY(const auto last, tlog::SignedCheckpoint::parse(as_text(note)));
    record::SuccessorSheet sheet;
    sheet.date = today();
    sheet.server = "https://" + server.log_origin.substr(0, server.log_origin.find('/'));
    sheet.last = last.checkpoint;
    sheet.log_policy = services.cosigning.policy().format();
    return sheet.encode();
}

bool confirmed(const std::string& next) {
    std::printf("%s ", said("said.no_way_back", language_of_environment()).c_str());
    std::fflush(stdout);
    std::string line;
    return std::getline(std::cin, line) && line == next;
}

}  // namespace

std::string succession_text(const service::LogSuccession::Plan& plan) {
    const auto line = [](const char* name, const std::string& value) { return std::string{name} + " " + value + "\n"; };
    const auto number = [](std::uint64_t value) { return std::to_string(value); };
    std::string text = line("log", plan.origin) + line("ends-with", number(plan.end.size));
    text += line("root", encoding::hex_encode(plan.end.root.value()));
    text += line("new-log", plan.next) + line("held", number(plan.held)) + line("restored", number(plan.restored));
    text += line("lost", number(plan.lost));
    if (plan.signed_size > plan.end.size) {
        text += "warning: this log has signed " + number(plan.signed_size) +
                " entries. Devices that have seen more than " + number(plan.end.size) +
                " of them count will refuse the new log. Have them give back what they have first (rogatory log "
                "resubmit), or take the entries from a mirror (rogatoryd log repair from-mirror)\n";
    }
    for (const auto& [name, size] : plan.cosigners) {
        text +=
            "co-signer " + name + ": " + (size == 0 ? "nothing of his is known here" : "up to " + number(size)) + "\n";
    }
    for (const auto& cut : plan.cuts) {
        text += "cut " + kind_of(cut) + " " + model::to_hex(cut.chain) + ": readable up to " + number(cut.length) +
                ", lost " + number(cut.lost) + "; " + after_it(cut) + "\n";
    }
    if (plan.in_unknown_chains > 0) {
        text += "lost " + number(plan.in_unknown_chains) + " in chains that began after the older copy\n";
    }
    return text;
}

Result<> succeed_log(const SucceedOptions& options) {
    ROGATORY_TRY(const auto config, read_config(options.config));
    std::vector<Bytes> notes;
    for (const auto& file : options.checkpoints) {
        ROGATORY_TRY(auto note, read_note(file));
        notes.push_back(std::move(note));
    }
    OfflineServer server;
    ROGATORY_TRY_VOID(server.open(config));
    auto& succession = server.services->succession;
    ROGATORY_TRY(const auto plan, succession.plan(notes));
    std::fputs(succession_text(plan).c_str(), stdout);
    if (plan.whole && !options.whole) return fail(ErrorCode::conflict, "succeed.whole");
    std::string witnesses;
    if (options.policy) {
        ROGATORY_TRY(witnesses, read_policy(*options.policy, plan.next));
    }
    if (!options.lost) {
        const auto lost = std::to_string(plan.lost);
        const Places places{{"log", plan.next}, {"lost", lost}};
        std::printf("%s\n", said("said.nothing_done", language_of_environment(), places).c_str());
        return {};
    }
    if (*options.lost != plan.lost) {
        return fail(Error{ErrorCode::conflict, "succeed.lost_differs"}.with("lost", std::to_string(plan.lost)));
    }
    // What a co-signer has signed beyond the end or otherwise, nobody here can know without him.
    if (!plan.cosigners.empty() && !options.cosigners_asked) {
        std::string names;
        for (const auto& [name, size] : plan.cosigners) names += (names.empty() ? "" : ",") + name;
        return fail(Error{ErrorCode::conflict, "succeed.cosigners_not_asked"}.with("names", names));
    }
    if (options.sheet_out && std::filesystem::exists(*options.sheet_out)) {
        return fail(Error{ErrorCode::conflict, "file.exists"}.with("file", options.sheet_out->filename().string()));
    }
    if (!options.yes && !confirmed(plan.next)) return fail(ErrorCode::invalid_input, "succeed.not_confirmed");
    ROGATORY_TRY(const auto done, succession.succeed(notes, witnesses, *options.lost));
    std::printf("founded %s\n", done.log.origin.c_str());
    server.services.reset();
    // As the new log has it from now on.
    ROGATORY_TRY(server.services, service::Services::open(*server.store, *server.blobs, server.clock, config.service));
    ROGATORY_TRY(const auto sheet, sheet_of(*server.services));
    if (options.sheet_out) return write_new_file(*options.sheet_out, sheet);
    std::printf("%s\n%s\n", said("said.successor_sheet", language_of_environment()).c_str(), sheet.c_str());
    return {};
}

Result<> successor_sheet(const std::filesystem::path& file) {
    ROGATORY_TRY(const auto config, read_config(file));
    OfflineServer server;
    ROGATORY_TRY_VOID(server.open(config));
    ROGATORY_TRY(const auto sheet, sheet_of(*server.services));
    std::fputs(sheet.c_str(), stdout);
    return {};
}

}  // namespace rogatory::server
