#include "web/cli/verify/bundle.hpp"

#include <array>
#include <fstream>
#include <sstream>

#include "platform/base/try.hpp"
#include "platform/custody/verify.hpp"
#include "web/cli/report/html.hpp"
#include "web/cli/verify/disk.hpp"

namespace rogatory::cli {
namespace {

namespace fs = std::filesystem;

Json label_json(const custody::Label& label) {
    return Json{}
        .add("party", label.code)
        .add("authority", label.authority)
        .add("authority_id", model::to_hex(label.ref.authority))
        .add("founded_id", model::to_hex(label.ref.party));
}

Json person_json(const custody::Person& person) {
    return label_json(person.authority)
        .add("member", model::to_hex(person.member))
        .add("member_name", person.name)
        .add("role", person.role);
}

Json moment_json(const custody::Moment& when) {
    Json out;
    out.add("at", when.at).add("index", when.index).add("checkpoint", when.checkpoint_size);
    if (when.cosigned_at) out.add("cosigned_at", *when.cosigned_at);
    return out.add("disputed", when.disputed);
}

Json restrictions_json(const custody::EntryFound& entry) {
    Json out;
    if (entry.policy) {
        out.add("onward", model::to_text(entry.policy->onward));
        if (entry.policy->review_at) out.add("review_at", *entry.policy->review_at);
        if (entry.policy->expires_at) out.add("expires_at", *entry.policy->expires_at);
    }
    if (entry.caveats) {
        out.add("caveats",
                Json::array(std::vector<std::string>{entry.caveats->articles.begin(), entry.caveats->articles.end()}));
        out.add("handling",
                Json::array(std::vector<std::string>{entry.caveats->handling.begin(), entry.caveats->handling.end()}));
        if (!entry.caveats->words.empty()) out.add("words", entry.caveats->words);
        out.add("proven", entry.caveats_proven);
    }
    return out;
}

Json entry_json(const custody::EntryFound& entry) {
    static constexpr std::array<const char*, 4> kEvidence{"statement", "ciphertext", "plain_file", "opened"};
    std::vector<Json> files;
    for (const auto& one : entry.attachments) {
        Json file;
        file.add("attachment", model::to_hex(one.id)).add("sealed_size", one.sealed_size);
        file.add("sealed_sha256", model::to_hex(one.sealed_sha256));
        file.add("evidence", kEvidence[static_cast<std::size_t>(one.evidence)]);
        if (one.file) {
            file.add("name", one.file->name).add("type", one.file->type).add("size", one.file->size);
            file.add("sha256", model::to_hex(one.file->sha256));
        }
        files.push_back(file);
    }
    Json out;
    out.add("seq", entry.seq).add("id", model::to_hex(entry.id)).add("author", person_json(entry.author));
    out.add("when", moment_json(entry.when)).add("effective", entry.effective).add("withdrawn", entry.withdrawn);
    if (!entry.void_reason.empty()) out.add("void", entry.void_reason);
    if (entry.title) out.add("title", *entry.title);
    return out.add("restrictions", restrictions_json(entry)).add("files", Json::array(files));
}

Json checks_json(const custody::Findings& found) {
    static constexpr std::array<const char*, 3> kVerdicts{"passed", "unproven", "failed"};
    std::vector<Json> checks;
    for (const auto& check : found.checks) {
        Json one;
        one.add("check", check.key).add("result", kVerdicts[static_cast<std::size_t>(check.verdict)]);
        for (const auto& [name, value] : check.arguments) one.add(name, value);
        checks.push_back(one);
    }
    return Json::array(checks);
}

Json findings_json(const custody::Findings& found) {
    static constexpr std::array<const char*, 4> kBasis{"given", "pinned", "vouched", "not_compared"};
    Json out;
    out.add("verified", !found.failure).add("checks", checks_json(found));
    if (found.failure) return out.add("problem", found.failure->key());
    std::vector<Json> parties, entries, acts, receipts, cosigners, participants;
    for (const auto& one : found.parties) {
        Json party;
        party.add("code", one.code).add("name", one.name).add("founded_id", model::to_hex(one.id));
        party.add("fingerprint", one.digits).add("basis", kBasis[static_cast<std::size_t>(one.basis)]);
        parties.push_back(party.add("by", one.by));
    }
    for (const auto& one : found.entries) entries.push_back(entry_json(one));
    for (const auto& one : found.acts) {
        Json act;
        act.add("seq", one.seq).add("id", model::to_hex(one.id)).add("kind", one.kind);
        act.add("author", person_json(one.author)).add("when", moment_json(one.when));
        std::vector<Json> to;
        for (const auto& label : one.to) to.push_back(label_json(label));
        acts.push_back(act.add("effective", one.effective).add("to", Json::array(to)));
    }
    for (const auto& one : found.receipts) {
        Json receipt;
        receipt.add("kind", one.kind).add("entry", one.entry_seq).add("who", person_json(one.who));
        receipts.push_back(receipt.add("when", moment_json(one.when)));
    }
    for (const auto& one : found.cosigners) cosigners.push_back(Json{}.add("name", one.name).add("at", one.at));
    for (const auto& one : found.participants) participants.push_back(label_json(one));
    out.add("form", custody::to_text(found.form)).add("history", found.history).add("keys", found.keys);
    out.add("dossier", model::to_hex(found.dossier)).add("left_out", found.left_out);
    out.add("manifest_sha256", model::to_hex(found.manifest_sha256));
    out.add("maker", person_json(found.maker)).add("made_at", found.made_at);
    Json log;
    log.add("origin", found.log_origin).add("size", found.log_size).add("root", model::to_hex(found.log_root));
    log.add("quorum", std::uint64_t{found.quorum}).add("of", std::uint64_t{found.witnesses});
    out.add("log", log.add("cosigned_by", Json::array(cosigners)).add("complete", found.complete_log));
    out.add("parties", Json::array(parties)).add("participants", Json::array(participants));
    out.add("entries", Json::array(entries)).add("acts", Json::array(acts)).add("receipts", Json::array(receipts));
    return out.add("proof_bytes", found.proof_bytes).add("bytes", found.total_bytes);
}

struct PageShower {
    const Console& console;

    void operator()(const Heading& one) const {
        console.answer_text("");
        console.answer_line(one.text, 0);
    }
    void operator()(const Paragraph& one) const { console.answer_line(one.text, 2); }
    void operator()(const Facts& one) const {
        Table table{{{""}, {"", Narrow::wrap}}};
        for (const auto& [label, value] : one.lines) {
            auto rest = std::string_view{value};
            auto shown = "  " + label;
            do {
                const auto end = rest.find('\n');
                table.row({shown, std::string{rest.substr(0, end)}});
                shown.clear();
                rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
            } while (!rest.empty());
        }
        console.answer(table);
    }
    void operator()(const Rows& one) const {
        std::vector<Column> columns;
        for (const auto& title : one.columns) columns.push_back({title, Narrow::wrap, Align::left});
        Table table{std::move(columns)};
        for (const auto& row : one.rows) table.row(row);
        console.answer(table);
    }
    void operator()(const CheckLines& one) const {
        for (const auto& line : one.lines) console.answer_line(std::string{mark_of(line.verdict)} + " " + line.text, 2);
    }
};

void show_page(const Console& console, const Page& page) {
    console.answer_line(page.title, 0);
    console.answer_line(page.subtitle, 0);
    for (const auto& block : page.blocks) std::visit(PageShower{console}, block);
}

Result<custody::Trust> trust_of(const BundleToCheck& options) {
    custody::Trust trust;
    for (const auto& text : options.parties) {
        ROGATORY_TRY(auto given, custody::Trust::parse(text));
        trust.parties.push_back(std::move(given));
    }
    if (!options.sheet) return trust;
    std::ifstream file{*options.sheet, std::ios::binary};
    std::ostringstream text;
    text << file.rdbuf();
    if (!file) return fail(Error{ErrorCode::not_found, "custody.no_file"}.with("file", name_of(*options.sheet)));
    ROGATORY_TRY(const auto sheet, record::FoundingSheet::parse(text.str()));
    trust.add(sheet);
    return trust;
}

// Both languages, whatever the screen speaks.
Result<> write_reports(const Console& console, const BundleToCheck& options, const PdfMaker& pdf,
                       const custody::Findings& found) {
    if (options.reports.empty()) return {};
    const std::vector<Page> pages{custody_page(found, Language::en), custody_page(found, Language::fr)};
    for (const auto& path : options.reports) {
        std::string bytes;
        if (path.extension() == ".html") {
            bytes = html_report(pages);
        } else if (path.extension() == ".pdf") {
            if (!pdf) return fail(ErrorCode::unavailable, "custody.pdf");
            ROGATORY_TRY(bytes, pdf(pages));
        } else {
            return fail(Error{ErrorCode::invalid_input, "custody.report_kind"}.with("file", name_of(path)));
        }
        ROGATORY_TRY_VOID(
            make_file({path, options.overwrite, [&](const custody::Sink& sink) { return sink(as_bytes(bytes)); }}));
        console.note("custody.report_written", {{"file", name_of(path)}});
    }
    return {};
}

Result<> extract(const Console& console, const BundleToCheck& options, const custody::Source& source,
                 const custody::Findings& found) {
    if (!options.extract) return {};
    std::error_code error;
    fs::create_directories(*options.extract, error);
    for (const auto& entry : found.entries) {
        for (const auto& one : entry.attachments) {
            if (!one.file || one.evidence != custody::AttachmentFound::Evidence::plain_file) continue;
            // The name was checked to be one when the manifest was read; another system may have fewer of them.
            if (!is_name_here(one.file->name)) {
                return fail(Error{ErrorCode::invalid_input, "custody.name_here"}.with("name", one.file->name));
            }
            const auto path = *options.extract / path_of(one.file->name);
            const auto write = [&](const custody::Sink& sink) {
                return custody::extract_file(source, *one.file, sink);
            };
            ROGATORY_TRY_VOID(make_file({path, options.overwrite, write}));
            console.note("custody.extracted", {{"file", name_of(path)}});
        }
    }
    return {};
}

}  // namespace

Result<ExitCode> check_bundle(const Console& console, const BundleToCheck& options, const PdfMaker& pdf) {
    ROGATORY_TRY(const auto trust, trust_of(options));
    ROGATORY_TRY(const auto source, open_source(options.file));
    ROGATORY_TRY(const auto found, custody::verify_bundle(*source, trust));
    console.print(findings_json(found));
    if (found.failure) {
        PageShower{console}(check_lines(found, console.catalogue()));
        return fail(*found.failure);
    }
    show_page(console, custody_page(found, console.language()));
    ROGATORY_TRY_VOID(write_reports(console, options, pdf, found));
    ROGATORY_TRY_VOID(extract(console, options, *source, found));
    return ExitCode::ok;
}

}  // namespace rogatory::cli
