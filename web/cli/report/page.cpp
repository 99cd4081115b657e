#include "web/cli/report/page.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>

#include "platform/model/policy.hpp"
#include "web/cli/console/format.hpp"

namespace rogatory::cli {
namespace {

using custody::AttachmentFound;
using custody::Basis;
using custody::Verdict;

std::string spaced_hex(std::string_view hex) {
    std::string out;
    for (std::size_t i = 0; i < hex.size(); i += 16) {
        if (i > 0) out += ' ';
        out += hex.substr(i, 16);
    }
    return out;
}

class Builder {
public:
    Builder(const custody::Findings& found, Language language) : found_{found}, words_{language} {}

    Page build() {
        page_.language = words_.language();
        page_.title = say("title");
        page_.subtitle = say(found_.form == custody::Form::selective ? "subtitle_selective" : "subtitle_full",
                             {{"dossier", model::to_hex(found_.dossier).substr(0, 12)}});
        page_.foot = say("foot", {{"digest", model::to_hex(found_.manifest_sha256)}});
        result();
        parties();
        items();
        receipts();
        acts();
        log();
        limits();
        return std::move(page_);
    }

private:
    [[nodiscard]] std::string say(const std::string& key, const Arguments& arguments = {}) const {
        return words_.text("custody." + key, arguments);
    }
    [[nodiscard]] std::string word(const std::string& family, const std::string& code) const {
        const auto key = "word." + family + "." + code;
        return Catalogue::find(words_.language(), key) ? words_.text(key) : code;
    }
    template <class B>
    void add(B block) {
        page_.blocks.emplace_back(std::move(block));
    }

    // "SEN / CENTIF"; a mark where nobody compared the fingerprint.
    [[nodiscard]] std::string name_of(const custody::Label& label) const {
        if (label.code.empty()) return model::to_hex(label.ref.authority).substr(0, 12);
        auto name = label.code + (label.authority.empty() ? "" : " / " + printable(label.authority));
        for (const auto& party : found_.parties) {
            if (party.id == label.ref.party && party.basis == Basis::not_compared) name += " *";
        }
        return name;
    }
    [[nodiscard]] std::string name_of(const custody::Person& person) const {
        auto text = name_of(person.authority);
        if (!person.name.empty()) text += ", " + printable(person.name);
        if (!person.role.empty()) text += " (" + words_.text("word." + person.role) + ")";
        return text;
    }
    [[nodiscard]] std::string dated(const custody::Moment& when) const {
        auto text = utc_time(when.at);
        if (when.disputed) text += " " + say("date_disputed");
        return text;
    }
    [[nodiscard]] std::string cosigned(const custody::Moment& when) const {
        return when.cosigned_at ? say("not_later_than", {{"when", utc_time(*when.cosigned_at)}}) : say("not_cosigned");
    }
    [[nodiscard]] static std::string joined(const std::vector<std::string>& texts, std::string_view between) {
        std::string out;
        for (const auto& text : texts) out += (out.empty() ? "" : std::string{between}) + text;
        return out;
    }
    [[nodiscard]] std::string names_of(const std::vector<custody::Label>& labels) const {
        std::vector<std::string> names;
        for (const auto& label : labels) names.push_back(name_of(label));
        return joined(names, "; ");
    }
    [[nodiscard]] static std::string numbers_of(const std::vector<std::uint64_t>& numbers) {
        std::vector<std::string> texts;
        for (const auto number : numbers) texts.push_back(std::to_string(number));
        return joined(texts, ", ");
    }

    void result() {
        add(Heading{say("heading_result")});
        add(Paragraph{Paragraph::Style::strong, say("all_hold")});
        add(check_lines(found_, words_));
        Facts facts;
        facts.lines = {{say("maker"), name_of(found_.maker)},
                       {say("made_at"), utc_time(found_.made_at)},
                       {say("dossier"), spaced_hex(model::to_hex(found_.dossier))},
                       {say("digest"), spaced_hex(model::to_hex(found_.manifest_sha256))}};
        if (found_.kind) facts.lines.emplace_back(say("kind"), word("dossier_kind", *found_.kind));
        if (found_.opener) facts.lines.emplace_back(words_.text("custody.opener"), name_of(*found_.opener));
        if (found_.history) facts.lines.emplace_back(say("participants"), names_of(found_.participants));
        add(std::move(facts));
        if (found_.keys) add(Paragraph{Paragraph::Style::strong, say("holds_keys")});
    }

    void parties() {
        add(Heading{say("heading_parties")});
        Rows table{{say("column_party"), say("column_fingerprint"), say("column_basis")}, {0.26, 0.44, 0.30}, {}};
        bool unknown = false;
        for (const auto& party : found_.parties) {
            unknown = unknown || party.basis == Basis::not_compared;
            static constexpr std::array<const char*, 4> kBasis{"basis_given", "basis_pinned", "basis_vouched",
                                                               "basis_not_compared"};
            table.rows.push_back({party.code + " – " + printable(party.name), party.digits,
                                  say(kBasis[static_cast<std::size_t>(party.basis)], {{"by", party.by}})});
        }
        add(std::move(table));
        if (unknown) add(Paragraph{Paragraph::Style::strong, say("compare_these")});
    }

    [[nodiscard]] std::string restrictions(const custody::EntryFound& entry) const {
        std::vector<std::string> lines;
        if (entry.policy) {
            lines.push_back(word("onward", std::string{model::to_text(entry.policy->onward)}));
            if (entry.policy->review_at) lines.push_back(say("review", {{"when", utc_time(*entry.policy->review_at)}}));
            if (entry.policy->expires_at)
                lines.push_back(say("expires", {{"when", utc_time(*entry.policy->expires_at)}}));
        } else {
            lines.push_back(say("policy_not_shown"));
        }
        if (!entry.caveats) {
            lines.push_back(say("caveats_sealed"));
            return joined(lines, "\n");
        }
        const auto& caveats = *entry.caveats;
        for (const auto& article : caveats.articles) lines.push_back(word("caveat", article));
        for (const auto& code : caveats.handling) lines.push_back(say("handling", {{"code", code}}));
        if (caveats.evaluation) lines.push_back(say("evaluation", {{"code", *caveats.evaluation}}));
        if (!caveats.words.empty()) lines.push_back("« " + printable(caveats.words) + " »");
        lines.push_back(say(entry.caveats_proven ? "caveats_proven" : "caveats_stated"));
        return joined(lines, "\n");
    }

    [[nodiscard]] std::string file_text(const AttachmentFound& one) const {
        static constexpr std::array<const char*, 4> kEvidence{"evidence_statement", "evidence_ciphertext",
                                                              "evidence_plain_file", "evidence_opened"};
        const auto evidence = say(kEvidence[static_cast<std::size_t>(one.evidence)]);
        if (!one.file) {
            return say("file_untold", {{"id", model::to_hex(one.id).substr(0, 12)},
                                       {"size", format_bytes(words_.language(), one.sealed_size)}}) +
                   "\n" + evidence;
        }
        return printable(one.file->name) + " – " + format_bytes(words_.language(), one.file->size) + " (" +
               std::to_string(one.file->size) + ")\nSHA-256 " + spaced_hex(model::to_hex(one.file->sha256)) + "\n" +
               evidence;
    }

    void items() {
        add(Heading{say("heading_items")});
        if (found_.left_out > 0) {
            add(Paragraph{Paragraph::Style::plain,
                          say("left_out", {{"count", static_cast<std::int64_t>(found_.left_out)}})});
        }
        for (const auto& entry : found_.entries) {
            Facts facts;
            auto& lines = facts.lines;
            lines.emplace_back(say("item"), std::to_string(entry.seq) +
                                                (entry.title ? " – " + printable(*entry.title) : std::string{}));
            lines.emplace_back(say("from"), name_of(entry.author));
            lines.emplace_back(say("to"), found_.history ? recipients(entry) : say("to_not_shown"));
            lines.emplace_back(say("date"), dated(entry.when));
            lines.emplace_back(say("cosigned"), cosigned(entry.when));
            if (!entry.effective) {
                const auto key = "error." + entry.void_reason;
                lines.emplace_back(say("no_effect"), words_.text(key));
            }
            if (entry.withdrawn) lines.emplace_back(say("state"), word("attachment", "withdrawn"));
            lines.emplace_back(say("restrictions"), restrictions(entry));
            for (const auto& one : entry.attachments) lines.emplace_back(say("file"), file_text(one));
            lines.emplace_back(say("statement"), spaced_hex(model::to_hex(entry.id)));
            lines.emplace_back(say("place"), std::to_string(entry.when.index));
            add(std::move(facts));
        }
    }

    // Everybody with access now, but the source itself.
    [[nodiscard]] std::string recipients(const custody::EntryFound& entry) const {
        std::vector<custody::Label> others;
        for (const auto& one : found_.participants) {
            if (one.ref != entry.author.authority.ref) others.push_back(one);
        }
        return names_of(others);
    }

    void receipts() {
        if (found_.receipts.empty()) return;
        add(Heading{say("heading_receipts")});
        Rows table{{say("column_item"), say("column_what"), say("column_who"), say("column_date"), say("column_log")},
                   {0.08, 0.15, 0.41, 0.24, 0.12},
                   {}};
        for (const auto& one : found_.receipts) {
            table.rows.push_back({std::to_string(one.entry_seq), word("receipt", one.kind), name_of(one.who),
                                  dated(one.when), std::to_string(one.when.index)});
        }
        add(std::move(table));
        add(Paragraph{Paragraph::Style::small, say("receipts_mean")});
    }

    [[nodiscard]] std::string about(const custody::ActFound& act) const {
        std::vector<std::string> parts;
        if (!act.to.empty()) parts.push_back(names_of(act.to));
        if (!act.entries.empty()) parts.push_back(say("about_items", {{"items", numbers_of(act.entries)}}));
        if (!act.consents.empty()) parts.push_back(say("about_consents", {{"acts", numbers_of(act.consents)}}));
        if (act.policy) parts.push_back(word("onward", std::string{model::to_text(act.policy->onward)}));
        if (act.before) parts.push_back(say("about_before", {{"when", utc_time(*act.before)}}));
        if (act.until) parts.push_back(say("about_until", {{"when", utc_time(*act.until)}}));
        if (!act.effective) parts.push_back(words_.text("error." + act.void_reason));
        return joined(parts, "; ");
    }

    void acts() {
        if (found_.acts.empty()) return;
        add(Heading{say("heading_acts")});
        Rows table{
            {say("column_number"), say("column_act"), say("column_who"), say("column_date"), say("column_about")},
            {0.06, 0.15, 0.27, 0.20, 0.32},
            {}};
        for (const auto& act : found_.acts) {
            table.rows.push_back(
                {std::to_string(act.seq), word("act", act.kind), name_of(act.author), dated(act.when), about(act)});
        }
        add(std::move(table));
    }

    void log() {
        add(Heading{say("heading_log")});
        Facts facts;
        facts.lines = {{say("log_origin"), found_.log_origin},
                       {say("log_size"), std::to_string(found_.log_size)},
                       {say("log_root"), spaced_hex(model::to_hex(found_.log_root))}};
        for (const auto& one : found_.cosigners)
            facts.lines.emplace_back(say("cosigner"), printable(one.name) + " – " + utc_time(one.at));
        if (!found_.witnessed) facts.lines.emplace_back(say("cosigner"), say("no_cosigner"));
        facts.lines.emplace_back(say("proof_size"), format_bytes(words_.language(), found_.proof_bytes));
        add(std::move(facts));
    }

    // What no offline check can know, said plainly.
    void limits() {
        add(Heading{say("heading_limits")});
        const auto line = [&](const char* key) { add(Paragraph{Paragraph::Style::small, "– " + say(key)}); };
        line("limit_dates");
        if (!found_.complete_log) line("limit_later");
        if (!found_.witnessed) line("limit_witness");
        if (!found_.history) line("limit_history");
        for (const auto& entry : found_.entries) {
            if (entry.caveats && !entry.caveats_proven) {
                line("limit_caveats");
                break;
            }
        }
        line("limit_content");
        line("limit_people");
    }

    const custody::Findings& found_;
    Catalogue words_;
    Page page_;
};

}  // namespace

Page custody_page(const custody::Findings& findings, Language language) { return Builder{findings, language}.build(); }

CheckLines check_lines(const custody::Findings& findings, const Catalogue& words) {
    static constexpr std::array<const char*, 3> kVerdicts{"passed", "unproven", "failed"};
    CheckLines out;
    for (const auto& check : findings.checks) {
        Arguments arguments;
        for (const auto& [name, value] : check.arguments) arguments.emplace(name, printable(value));
        auto key = "custody.check." + check.key + "." + kVerdicts[static_cast<std::size_t>(check.verdict)];
        if (check.verdict == Verdict::failed) key = "custody.check_failed." + check.key;
        out.lines.push_back({check.verdict, words.text(key, arguments)});
    }
    return out;
}

std::string utc_time(UnixSeconds at) {
    namespace chrono = std::chrono;
    const chrono::sys_seconds moment{chrono::seconds{at}};
    const auto midnight = chrono::floor<chrono::days>(moment);
    const chrono::year_month_day day{midnight};
    const auto digits = [](unsigned number, std::size_t width) {
        const auto text = std::to_string(number);
        return std::string(width - std::min(width, text.size()), '0') + text;
    };
    const auto seconds = static_cast<unsigned>((moment - midnight).count());
    const auto year = static_cast<int>(day.year());
    return (year < 0 ? "-" : "") + digits(static_cast<unsigned>(std::abs(year)), 4) + "-" +
           digits(static_cast<unsigned>(day.month()), 2) + "-" + digits(static_cast<unsigned>(day.day()), 2) + " " +
           digits(seconds / 3600, 2) + ":" + digits(seconds / 60 % 60, 2) + ":" + digits(seconds % 60, 2) + " UTC";
}

std::string_view mark_of(Verdict verdict) {
    return verdict == Verdict::passed ? "✓" : verdict == Verdict::unproven ? "–" : "✗";
}

}  // namespace rogatory::cli
