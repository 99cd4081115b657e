#pragma once

#include <algorithm>
#include <utility>

#include "platform/record/codec.hpp"
#include "platform/record/schema_dossier.hpp"
#include "platform/record/schema_request.hpp"
#include "platform/record/sealed_body.hpp"

// What sealed bodies and custody bundles both say of files and caveats, in JSON.
namespace rogatory::record::codec {

struct SaltTag;
using Salt = Strong<SaltTag, ByteArray<32>>;

struct FileLine {
    model::AttachmentId id;
    std::string name;
    std::string type;
    std::uint64_t size = 0;
    model::Digest sha256;
    Salt salt;
};
template <>
struct Schema<FileLine> {
    using B = FileLine;
    static constexpr auto fields() {
        return std::tuple{field("id", &B::id),     field("name", &B::name, 1, 255), field("type", &B::type, 0, 127),
                          field("size", &B::size), field("sha256", &B::sha256),     field("salt", &B::salt)};
    }
    static bool valid(const B& file) {
        return is_file_name(file.name) &&
               std::all_of(file.type.begin(), file.type.end(), [](char c) { return c > ' ' && c < '\x7F'; });
    }
};

struct CaveatsText {
    std::vector<std::string> articles;
    std::vector<std::string> handling;
    std::optional<std::string> evaluation;
    std::optional<std::string> words;
};
template <>
struct Schema<CaveatsText> {
    using B = CaveatsText;
    static constexpr auto fields() {
        return std::tuple{field("articles", &B::articles, 0, 32), field("handling", &B::handling, 0, 4),
                          field("evaluation", &B::evaluation, 2, 2), field("words", &B::words, 1, 16 * 1024)};
    }
    static bool valid(const B& body) {
        const auto itself = [](const std::string& text) -> const std::string& { return text; };
        return strictly_rising(body.articles, itself) && strictly_rising(body.handling, itself) &&
               std::all_of(body.articles.begin(), body.articles.end(), model::is_caveat_article) &&
               std::all_of(body.handling.begin(), body.handling.end(), model::is_handling_code) &&
               (!body.evaluation || model::is_evaluation(*body.evaluation));
    }
};

template <>
struct Names<model::WorkKind> : ModelNames<model::WorkKind> {};

template <>
struct Schema<model::LibraryVersion> {
    using B = model::LibraryVersion;
    static constexpr auto fields() {
        return std::tuple{field("kind", &B::kind),
                          field("title_en", &B::title_en, 1, 1024),
                          field("title_fr", &B::title_fr, 1, 1024),
                          field("version", &B::version, 1, 64),
                          field("date", &B::date, 10, 10),
                          field("languages", &B::languages, 1, 1000),
                          field("replaces", &B::replaces),
                          field("summary_en", &B::summary_en, 1, 4096),
                          field("summary_fr", &B::summary_fr, 1, 4096)};
    }
    static bool valid(const B& body) {
        return (body.title_en || body.title_fr) && model::is_day(body.date) &&
               std::all_of(body.languages.begin(), body.languages.end(), model::is_language);
    }
};

template <>
struct Names<model::VersionState> : ModelNames<model::VersionState> {};
template <>
struct Names<model::EnquiryKind> : ModelNames<model::EnquiryKind> {};
template <>
struct Names<model::EnquiryReply> : ModelNames<model::EnquiryReply> {};

template <>
struct Schema<model::LanguageVersion> {
    using B = model::LanguageVersion;
    static constexpr auto fields() {
        return std::tuple{field("of", &B::of),
                          field("language", &B::language, 2, 3),
                          field("translator", &B::translator, 1, 300),
                          field("due", &B::due, 10, 10),
                          field("state", &B::state),
                          field("authentic", &B::authentic)};
    }
    static bool valid(const B& body) {
        // What is not there yet is nobody's authentic text, and what is there is awaited no more.
        const bool asked = body.state == model::VersionState::asked;
        return model::is_language(body.language) && (asked ? !body.authentic : !body.due) &&
               (!body.due || model::is_day(*body.due));
    }
};

template <>
struct Schema<model::Enquiry> {
    using B = model::Enquiry;
    static constexpr auto fields() {
        return std::tuple{field("kinds", &B::kinds, 1, 5), field("answer_by", &B::answer_by, 10, 10)};
    }
    static bool valid(const B& body) {
        return values_rise(body.kinds) && (!body.answer_by || model::is_day(*body.answer_by));
    }
};

template <>
struct Schema<model::EnquiryAnswer> {
    using B = model::EnquiryAnswer;
    static constexpr auto fields() { return std::tuple{field("answer", &B::answer)}; }
};

struct DraftText {
    std::vector<SealedBody::Draft::To> to;
    bool together = false;
    model::HandlingPolicy policy;
    std::optional<CaveatsText> caveats;
    std::vector<model::AttachmentId> kept;
};
template <>
struct Schema<SealedBody::Draft::To> {
    using B = SealedBody::Draft::To;
    static constexpr auto fields() { return std::tuple{field("code", &B::code), field("authority", &B::authority)}; }
};
template <>
struct Schema<DraftText> {
    using B = DraftText;
    static constexpr auto fields() {
        return std::tuple{field("to", &B::to, 0, 200), field("together", &B::together), field("policy", &B::policy),
                          field("caveats", &B::caveats), field("kept", &B::kept, 0, 1000)};
    }
    static bool valid(const B& body) {
        return strictly_rising(body.kept, [](const model::AttachmentId& id) { return id; });
    }
};

[[nodiscard]] inline FileLine text_of(const SealedBody::File& file) {
    return {file.id, file.name, file.type, file.size, file.sha256, Salt{file.salt}};
}
[[nodiscard]] inline SealedBody::File value_of(FileLine&& text) {
    return {text.id, std::move(text.name), std::move(text.type), text.size, text.sha256, text.salt.value()};
}

[[nodiscard]] inline CaveatsText text_of(const model::Caveats& caveats) {
    return {{caveats.articles.begin(), caveats.articles.end()},
            {caveats.handling.begin(), caveats.handling.end()},
            caveats.evaluation,
            caveats.words.empty() ? std::nullopt : std::optional{caveats.words}};
}
[[nodiscard]] inline model::Caveats value_of(CaveatsText&& text) {
    return {{text.articles.begin(), text.articles.end()},
            {text.handling.begin(), text.handling.end()},
            std::move(text.evaluation),
            text.words.value_or("")};
}

[[nodiscard]] inline DraftText text_of(const SealedBody::Draft& draft) {
    return {draft.to, draft.together, draft.policy,
            draft.caveats ? std::optional{text_of(*draft.caveats)} : std::nullopt, draft.kept};
}
[[nodiscard]] inline SealedBody::Draft value_of(DraftText&& text) {
    return {std::move(text.to), text.together, text.policy,
            text.caveats ? std::optional{value_of(*std::move(text.caveats))} : std::nullopt, std::move(text.kept)};
}

}  // namespace rogatory::record::codec
