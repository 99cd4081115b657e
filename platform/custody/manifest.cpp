#include "platform/custody/manifest.hpp"

#include <utility>

#include "platform/record/schema_sealed.hpp"
#include "platform/record/schema_statement.hpp"

namespace rogatory::record::codec {

template <>
struct Names<custody::Form> {
    static constexpr std::string_view list[] = {"full", "selective"};
};
template <>
struct Names<custody::ChainUse> {
    static constexpr std::string_view list[] = {"register", "dossier", "receipts"};
};

template <>
struct Schema<custody::LeftOut> {
    using B = custody::LeftOut;
    static constexpr auto fields() { return std::tuple{field("seq", &B::seq), field("id", &B::id)}; }
};

template <>
struct Schema<custody::ChainLine> {
    using B = custody::ChainLine;
    static constexpr auto fields() {
        return std::tuple{field("chain", &B::chain),         field("use", &B::use),
                          field("length", &B::length),       field("party", &B::party),
                          field("authority", &B::authority), field("left_out", &B::left_out, 0, 100'000)};
    }
    static bool valid(const B& line) {
        const bool receipts = line.use == custody::ChainUse::receipts;
        return line.length > 0 && line.party.has_value() == receipts && line.authority.has_value() == receipts &&
               (line.left_out.empty() || line.use != custody::ChainUse::party_register) &&
               strictly_rising(line.left_out, [](const custody::LeftOut& one) { return one.seq; }) &&
               (line.left_out.empty() || line.left_out.back().seq < line.length);
    }
};

struct DisclosedText {
    model::StatementId entry;
    FileLine file;
};
template <>
struct Schema<DisclosedText> {
    using B = DisclosedText;
    static constexpr auto fields() { return std::tuple{field("entry", &B::entry), field("file", &B::file)}; }
};

struct StatedText {
    model::StatementId entry;
    CaveatsText caveats;
};
template <>
struct Schema<StatedText> {
    using B = StatedText;
    static constexpr auto fields() { return std::tuple{field("entry", &B::entry), field("caveats", &B::caveats)}; }
};

template <>
struct Schema<custody::MemberLine> {
    using B = custody::MemberLine;
    static constexpr auto fields() {
        return std::tuple{field("name", &B::name, 1, 100), field("size", &B::size), field("sha256", &B::sha256)};
    }
};

struct ManifestText {
    std::uint64_t v = 0;
    custody::Form form{};
    model::ChainId dossier;
    Author author;
    UnixSeconds at = 0;
    std::uint64_t log_size = 0;
    std::vector<custody::ChainLine> chains;
    std::vector<DisclosedText> files;
    std::vector<StatedText> caveats;
    std::vector<custody::MemberLine> members;
};
template <>
struct Schema<ManifestText> {
    using B = ManifestText;
    static constexpr auto fields() {
        return std::tuple{field("v", &B::v),
                          field("form", &B::form),
                          field("dossier", &B::dossier),
                          field("author", &B::author),
                          field("at", &B::at),
                          field("log_size", &B::log_size),
                          field("chains", &B::chains, 1, 10'000),
                          field("files", &B::files, 0, 100'000),
                          field("caveats", &B::caveats, 0, 100'000),
                          field("members", &B::members, 1, custody::Manifest::kMaxMembers)};
    }
    static bool valid(const B& text) {
        return text.v == 1 && strictly_rising(text.chains, [](const custody::ChainLine& line) { return line.chain; }) &&
               strictly_rising(text.files, [](const DisclosedText& line) { return line.file.id; }) &&
               strictly_rising(text.caveats, [](const StatedText& line) { return line.entry; }) &&
               strictly_rising(text.members, [](const custody::MemberLine& line) { return line.name; });
    }
};

}  // namespace rogatory::record::codec

namespace rogatory::custody {

namespace codec = record::codec;

std::string_view to_text(Form form) noexcept { return codec::Names<Form>::list[static_cast<std::size_t>(form)]; }
std::string_view to_text(ChainUse use) noexcept { return codec::Names<ChainUse>::list[static_cast<std::size_t>(use)]; }

std::string Manifest::encode() const {
    codec::ManifestText text{1, form, dossier, author, at, log_size, chains, {}, {}, members};
    for (const auto& one : files) text.files.push_back({one.entry, codec::text_of(one.file)});
    for (const auto& one : caveats) text.caveats.push_back({one.entry, codec::text_of(one.caveats)});
    return encoding::encode_canonical_json(codec::write_object(text));
}

Result<Manifest> Manifest::parse(std::string_view text) {
    const auto json = encoding::parse_canonical_json(text, kMaxBytes);
    auto parsed = json ? codec::read_object<codec::ManifestText>(*json) : std::nullopt;
    if (!parsed) return fail(Error{ErrorCode::integrity, "custody.malformed"}.with("where", "manifest"));
    Manifest out{parsed->form,
                 parsed->dossier,
                 parsed->author,
                 parsed->at,
                 parsed->log_size,
                 std::move(parsed->chains),
                 {},
                 {},
                 std::move(parsed->members)};
    for (auto& one : parsed->files) out.files.push_back({one.entry, codec::value_of(std::move(one.file))});
    for (auto& one : parsed->caveats) out.caveats.push_back({one.entry, codec::value_of(std::move(one.caveats))});
    return out;
}

crypto::Labelled manifest_signed_text(std::string_view manifest_json) {
    return crypto::Labelled{"rogatory/v1/custody"}.variable(manifest_json);
}

}  // namespace rogatory::custody
