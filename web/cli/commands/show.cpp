#include "web/cli/commands/show.hpp"

#include <chrono>
#include <cstdio>

#include "crypto/encoding/hex.hpp"
#include "web/cli/console/format.hpp"

namespace rogatory::cli {
namespace {

constexpr std::size_t kShort = 12;

void say(const Console& console, const std::string& line, std::size_t indent = 0) { console.answer_line(line, indent); }

void show_entry(const Console& console, const agent::EntryView& entry) {
    const auto language = console.language();
    console.answer_text("");
    say(console,
        console.text("dossier.entry_head", {{"seq", std::to_string(entry.seq)},
                                            {"who", authority_text(console, entry.author)},
                                            {"member", printable(entry.author_name.empty() ? "–" : entry.author_name)},
                                            {"when", format_time(language, entry.at)}}));
    if (entry.outcome != "ok") say(console, word(console, "outcome", entry.outcome), 2);
    for (const auto& warning : entry.warnings) say(console, problem_text(console, "warning", warning), 2);
    if (!entry.title.empty()) say(console, printable(entry.title), 2);
    if (!entry.message.empty()) {
        // A message has lines of its own; everything else in it is made visible.
        std::string_view rest{entry.message};
        while (!rest.empty()) {
            const auto end = rest.find('\n');
            say(console, printable(rest.substr(0, end)), 4);
            rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
        }
    }
    for (const auto& line : policy_lines(console, entry.policy)) say(console, line, 2);
    Table files{{{"", Narrow::keep}, {"", Narrow::cut}, {"", Narrow::keep, Align::right}, {"", Narrow::keep}}};
    for (const auto& file : entry.attachments) {
        const auto name = file.name.empty() ? console.text("dossier.unopened_file") : file.name;
        files.row({"   ", name, format_bytes(language, file.size == 0 ? file.sealed_size : file.size),
                   file.state == "available" ? "" : word(console, "attachment", file.state)});
    }
    console.answer(files);
}

}  // namespace

std::string hex_text(ByteView bytes) { return encoding::hex_encode(bytes); }
std::string short_hex(ByteView bytes) { return hex_text(bytes).substr(0, kShort); }

std::string word(const Console& console, std::string_view family, std::string_view code) {
    const auto key = "word." + std::string{family} + "." + std::string{code};
    return Catalogue::find(console.language(), key) ? console.text(key) : std::string{code};
}

std::string problem_text(const Console& console, std::string_view family, std::string_view key) {
    for (const auto& prefix : {std::string{family}, std::string{"error"}}) {
        const auto whole = prefix + "." + std::string{key};
        if (Catalogue::find(console.language(), whole)) return console.text(whole);
    }
    return std::string{key};
}

std::string authority_text(const Console& console, const agent::AuthorityLabel& authority) {
    if (authority.party_code.empty())
        return console.text("party.not_checked_short", {{"id", short_hex(authority.authority)}});
    if (authority.authority_name.empty()) return authority.party_code;
    return authority.party_code + "/" + printable(authority.authority_name);
}

Json authority_json(const agent::AuthorityLabel& authority) {
    Json out;
    out.add("party", authority.party_code)
        .add("authority", authority.authority_name)
        .add("authority_id", hex_text(authority.authority));
    out.add("founded_id", hex_text(authority.founded_id));
    return out;
}

bool restricts(const agent::PolicyView& policy) {
    return !policy.caveats.empty() || policy.onward == "participants_only" || policy.onward == "source_consent";
}

std::vector<std::string> policy_lines(const Console& console, const agent::PolicyView& policy) {
    std::vector<std::string> out;
    for (const auto& caveat : policy.caveats)
        out.push_back(console.text("policy.caveat", {{"caveat", word(console, "caveat", caveat)}}));
    if (!policy.onward.empty()) out.push_back(word(console, "onward", policy.onward));
    for (const auto& code : policy.handling)
        out.push_back(console.text("policy.handling", {{"code", printable(code)}}));
    if (!policy.words.empty()) out.push_back(printable(policy.words));
    if (policy.review_at)
        out.push_back(console.text("policy.review", {{"date", format_date(console.language(), *policy.review_at)}}));
    if (policy.expires_at)
        out.push_back(console.text("policy.expires", {{"date", format_date(console.language(), *policy.expires_at)}}));
    return out;
}

Json policy_json(const agent::PolicyView& policy) {
    Json out;
    out.add("onward", policy.onward)
        .add("caveats", Json::array(policy.caveats))
        .add("handling", Json::array(policy.handling));
    if (!policy.words.empty()) out.add("words", policy.words);
    if (policy.review_at) out.add("review_at", *policy.review_at);
    if (policy.expires_at) out.add("expires_at", *policy.expires_at);
    return out;
}

Json entry_json(const agent::EntryView& entry) {
    Json out;
    out.add("seq", entry.seq)
        .add("id", hex_text(entry.id))
        .add("index", entry.index)
        .add("author", authority_json(entry.author));
    out.add("author_name", entry.author_name)
        .add("at", entry.at)
        .add("epoch", entry.epoch)
        .add("outcome", entry.outcome);
    out.add("counting", entry.counting).add("unread", entry.unread).add("opened", entry.opened);
    if (entry.opened) out.add("title", entry.title).add("message", entry.message);
    std::vector<Json> files;
    for (const auto& file : entry.attachments) {
        Json one;
        one.add("attachment", hex_text(file.attachment)).add("sealed_size", file.sealed_size).add("state", file.state);
        if (!file.name.empty()) one.add("name", file.name).add("type", file.type).add("size", file.size);
        files.push_back(one);
    }
    out.add("files", Json::array(files))
        .add("policy", policy_json(entry.policy))
        .add("warnings", Json::array(entry.warnings));
    return out;
}

Json dossier_json(const agent::DossierView& dossier) {
    Json out;
    out.add("dossier", hex_text(dossier.chain))
        .add("kind", dossier.kind)
        .add("draft", dossier.draft)
        .add("title", dossier.title)
        .add("state", dossier.state);
    out.add("opener", authority_json(dossier.opener));
    std::vector<Json> participants;
    for (const auto& one : dossier.participants) participants.push_back(authority_json(one));
    out.add("participants", Json::array(participants)).add("epoch", dossier.epoch).add("opened_at", dossier.opened_at);
    out.add("last_at", dossier.last_at)
        .add("unread", static_cast<std::uint64_t>(dossier.unread))
        .add("policy", policy_json(dossier.policy));
    std::vector<Json> entries;
    for (const auto& entry : dossier.entries) entries.push_back(entry_json(entry));
    out.add("entries", Json::array(entries));
    std::vector<Json> acts;
    for (const auto& act : dossier.acts) {
        Json one;
        one.add("seq", act.seq)
            .add("id", hex_text(act.id))
            .add("kind", act.kind)
            .add("author", authority_json(act.author));
        one.add("at", act.at).add("void", act.void_).add("about", act.about);
        acts.push_back(one);
    }
    out.add("acts", Json::array(acts)).add("warnings", Json::array(dossier.warnings));
    return out;
}

Json party_json(const agent::PartyView& party) {
    Json out;
    out.add("code", party.code).add("name", party.name).add("state", party.state).add("fingerprint", party.fingerprint);
    out.add("pinned", party.pinned).add("problem", party.problem);
    out.add("succeeds", party.succeeds).add("note_verbale", party.note_verbale);
    out.add("succeeded_by", party.succeeded_by);
    std::vector<Json> authorities;
    for (const auto& authority : party.authorities) {
        Json one;
        one.add("authority", hex_text(authority.authority)).add("name", authority.name).add("kind", authority.kind);
        one.add("generation", authority.generation).add("custodians", static_cast<std::uint64_t>(authority.custodians));
        one.add("live", authority.live).add("root", authority.root);
        authorities.push_back(one);
    }
    return out.add("authorities", Json::array(authorities));
}

void show_dossier_text(const Console& console, const agent::DossierView& dossier) {
    const auto language = console.language();
    const auto title = dossier.title.empty() ? console.text("dossier.untitled") : printable(dossier.title);
    say(console, console.text("dossier.head", {{"id", short_hex(dossier.chain)}, {"title", title}}));
    say(console,
        console.text("dossier.opened_by", {{"who", authority_text(console, dossier.opener)},
                                           {"when", format_time(language, dossier.opened_at)}}),
        2);
    std::string who;
    for (const auto& one : dossier.participants) who += (who.empty() ? "" : ", ") + authority_text(console, one);
    say(console, console.text("dossier.participants", {{"who", who}}), 2);
    if (dossier.state != "open") say(console, word(console, "dossier_state", dossier.state), 2);
    for (const auto& line : policy_lines(console, dossier.policy)) say(console, line, 2);
    for (const auto& warning : dossier.warnings) say(console, problem_text(console, "warning", warning), 2);
    for (const auto& entry : dossier.entries) show_entry(console, entry);
    if (dossier.acts.empty()) return;
    console.answer_text("");
    say(console, console.text("dossier.acts"));
    Table acts{{{"", Narrow::keep}, {"", Narrow::keep}, {"", Narrow::keep}, {"", Narrow::cut}, {"", Narrow::cut}}};
    for (const auto& act : dossier.acts) {
        acts.row({" ", format_time(language, act.at),
                  word(console, "act", act.kind) + (act.void_ ? " (" + word(console, "outcome", "void") + ")" : ""),
                  authority_text(console, act.author), act.about});
    }
    console.answer(acts);
}

Result<UnixSeconds> parse_date(std::string_view text) {
    int year = 0;
    unsigned month = 0;
    unsigned day = 0;
    int read = 0;
    const std::string copy{text};
    const auto invalid = [&] {
        return fail(Error{ErrorCode::invalid_input, "usage.date"}.with("text", copy.substr(0, 40)));
    };
    if (copy.size() != 10 || std::sscanf(copy.c_str(), "%4d-%2u-%2u%n", &year, &month, &day, &read) != 3 || read != 10)
        return invalid();
    const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{day}};
    if (!date.ok()) return invalid();
    return std::chrono::sys_days{date}.time_since_epoch() / std::chrono::seconds{1} + kDay - 1;
}

}  // namespace rogatory::cli
