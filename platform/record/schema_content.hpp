#pragma once

#include <algorithm>
#include <set>
#include <string>

#include "platform/model/request_content.hpp"
#include "platform/record/schema_request.hpp"
#include "platform/record/sealed_body.hpp"

// The typed content of a request in sealed bodies, in JSON. Every text has a bound, every list too; unknown fields are
// refused; what names another row must name one that is there.
namespace rogatory::record::codec {

template <>
struct Names<model::AssetKind> : ModelNames<model::AssetKind> {};
template <>
struct Names<model::AssetRole> : ModelNames<model::AssetRole> {};
template <>
struct Names<model::MeasureKind> : ModelNames<model::MeasureKind> {};
template <>
struct Names<model::MeasureAct> : ModelNames<model::MeasureAct> {};

inline constexpr std::size_t kLine = 300;         // a name, a number, a place
inline constexpr std::size_t kNote = 4096;        // a few sentences
inline constexpr std::size_t kBlock = 64 * 1024;  // a block of Art. 96(2)
inline constexpr std::size_t kRows = 500;         // of one kind
inline constexpr std::size_t kLines = 100;        // aliases, signatories

template <>
struct Value<model::Line> {
    static std::optional<model::Line> read(const Json& json) {
        auto text = read_text(json, 1, kLine);
        if (!text) return std::nullopt;
        return model::Line{*std::move(text)};
    }
    static Json write(const model::Line& line) { return Json{line.text}; }
};

[[nodiscard]] inline bool day_or_none(const std::optional<std::string>& text) { return !text || model::is_day(*text); }
[[nodiscard]] inline bool letters_or_none(const std::optional<std::string>& text) {
    return !text || model::is_three_letters(*text);
}

template <>
struct Schema<model::RequestBlocks> {
    using B = model::RequestBlocks;
    static constexpr auto fields() {
        return std::tuple{field("assistance", &B::assistance, 1, kBlock),
                          field("location", &B::location, 1, kBlock),
                          field("facts", &B::facts, 1, kBlock),
                          field("procedure", &B::procedure, 1, kBlock),
                          field("national_law", &B::national_law, 1, kBlock),
                          field("other", &B::other, 1, kBlock)};
    }
};

template <>
struct Schema<model::Money> {
    using B = model::Money;
    static constexpr auto fields() {
        return std::tuple{field("amount", &B::amount, 1, 40), field("currency", &B::currency, 3, 3),
                          field("date", &B::date, 10, 10)};
    }
    static bool valid(const B& body) {
        return model::is_amount(body.amount) && model::is_three_letters(body.currency) && day_or_none(body.date);
    }
};

template <>
struct Schema<model::Person> {
    using B = model::Person;
    static constexpr auto fields() {
        return std::tuple{field("key", &B::key, 1, 32),
                          field("name", &B::name, 1, kLine),
                          field("aliases", &B::aliases, 0, kLines),
                          field("born", &B::born, 4, 10),
                          field("nationalities", &B::nationalities, 0, 20),
                          field("identifier", &B::identifier, 1, kLine),
                          field("address", &B::address, 1, kNote),
                          field("note", &B::note, 1, kNote)};
    }
    static bool valid(const B& body) {
        return model::is_content_key(body.key) && (!body.born || model::is_day_or_less(*body.born)) &&
               std::all_of(body.nationalities.begin(), body.nationalities.end(),
                           [](const model::Line& line) { return model::is_three_letters(line.text); });
    }
};

template <>
struct Schema<model::Entity> {
    using B = model::Entity;
    static constexpr auto fields() {
        return std::tuple{field("key", &B::key, 1, 32),
                          field("name", &B::name, 1, kLine),
                          field("aliases", &B::aliases, 0, kLines),
                          field("country", &B::country, 3, 3),
                          field("number", &B::number, 1, kLine),
                          field("lei", &B::lei, 1, kLine),
                          field("address", &B::address, 1, kNote),
                          field("note", &B::note, 1, kNote)};
    }
    static bool valid(const B& body) { return model::is_content_key(body.key) && letters_or_none(body.country); }
};

template <>
struct Schema<model::Account> {
    using B = model::Account;
    static constexpr auto fields() {
        return std::tuple{field("key", &B::key, 1, 32),
                          field("institution", &B::institution, 1, kLine),
                          field("bic", &B::bic, 1, kLine),
                          field("iban", &B::iban, 1, kLine),
                          field("number", &B::number, 1, kLine),
                          field("country", &B::country, 3, 3),
                          field("currency", &B::currency, 3, 3),
                          field("holder", &B::holder, 1, kLine),
                          field("signatories", &B::signatories, 0, kLines),
                          field("note", &B::note, 1, kNote)};
    }
    static bool valid(const B& body) {
        return model::is_content_key(body.key) && letters_or_none(body.country) && letters_or_none(body.currency) &&
               (body.iban || body.number || body.institution);
    }
};

template <>
struct Schema<model::Transaction> {
    using B = model::Transaction;
    static constexpr auto fields() {
        return std::tuple{field("key", &B::key, 1, 32),     field("date", &B::date, 10, 10),
                          field("amount", &B::amount),      field("from", &B::from, 1, kLine),
                          field("to", &B::to, 1, kLine),    field("reference", &B::reference, 1, kLine),
                          field("note", &B::note, 1, kNote)};
    }
    static bool valid(const B& body) { return model::is_content_key(body.key) && day_or_none(body.date); }
};

template <>
struct Schema<model::Asset> {
    using B = model::Asset;
    static constexpr auto fields() {
        return std::tuple{field("key", &B::key, 1, 32),
                          field("kind", &B::kind),
                          field("role", &B::role),
                          field("description", &B::description, 1, kNote),
                          field("country", &B::country, 3, 3),
                          field("identifier", &B::identifier, 1, kLine),
                          field("holder", &B::holder, 1, kLine),
                          field("value", &B::value),
                          field("note", &B::note, 1, kNote)};
    }
    static bool valid(const B& body) { return model::is_content_key(body.key) && letters_or_none(body.country); }
};

template <>
struct Schema<model::MeasureEvent> {
    using B = model::MeasureEvent;
    static constexpr auto fields() {
        return std::tuple{
            field("act", &B::act),       field("date", &B::date, 10, 10),           field("until", &B::until, 10, 10),
            field("amount", &B::amount), field("asked_by", &B::asked_by, 1, kLine), field("note", &B::note, 1, kNote)};
    }
    static bool valid(const B& body) { return model::is_day(body.date) && day_or_none(body.until); }
};

template <>
struct Schema<model::Measure> {
    using B = model::Measure;
    static constexpr auto fields() {
        return std::tuple{field("key", &B::key, 1, 32),
                          field("kind", &B::kind),
                          field("order", &B::order, 1, kLine),
                          field("ordered_by", &B::ordered_by, 1, kLine),
                          field("date", &B::date, 10, 10),
                          field("legal_basis", &B::legal_basis, 1, kNote),
                          field("items", &B::items, 0, kRows),
                          field("value", &B::value),
                          field("start", &B::start, 10, 10),
                          field("expiry", &B::expiry, 10, 10),
                          field("managed_by", &B::managed_by, 1, kLine),
                          field("events", &B::events, 0, kLines)};
    }
    static bool valid(const B& body) {
        return model::is_content_key(body.key) && day_or_none(body.date) && day_or_none(body.start) &&
               day_or_none(body.expiry);
    }
};

// With its version in front: a reader of another version says so instead of guessing.
struct ContentText {
    std::uint64_t v = 0;
    std::optional<model::RequestBlocks> blocks;
    std::vector<model::Person> persons;
    std::vector<model::Entity> entities;
    std::vector<model::Account> accounts;
    std::vector<model::Transaction> transactions;
    std::vector<model::Asset> assets;
    std::vector<model::Measure> measures;
    std::optional<std::string> no_notice_before;
    std::vector<model::Line> no_contact;
    std::optional<std::string> order;
    std::optional<std::string> transmitted_by;
    std::optional<std::string> law_reason;
    std::optional<model::FollowedEnquiry> enquiry;
};
template <>
struct Schema<model::FollowedEnquiry> {
    using B = model::FollowedEnquiry;
    static constexpr auto fields() { return std::tuple{field("dossier", &B::dossier), field("entry", &B::entry)}; }
};
template <>
struct Schema<ContentText> {
    using B = ContentText;
    static constexpr auto fields() {
        return std::tuple{field("v", &B::v),
                          field("blocks", &B::blocks),
                          field("persons", &B::persons, 0, kRows),
                          field("entities", &B::entities, 0, kRows),
                          field("accounts", &B::accounts, 0, kRows),
                          field("transactions", &B::transactions, 0, kRows),
                          field("assets", &B::assets, 0, kRows),
                          field("measures", &B::measures, 0, kRows),
                          field("no_notice_before", &B::no_notice_before, 10, 10),
                          field("no_contact", &B::no_contact, 0, kLines),
                          field("order", &B::order, 1, kLine),
                          field("transmitted_by", &B::transmitted_by, 1, kLine),
                          field("law_reason", &B::law_reason, 1, kNote),
                          field("enquiry", &B::enquiry)};
    }
    static bool valid(const B& body) {
        // A key names one row, of whatever kind.
        std::set<std::string> keys;
        const auto fresh = [&keys](const auto& rows) {
            return std::all_of(rows.begin(), rows.end(), [&](const auto& row) { return keys.insert(row.key).second; });
        };
        return body.v == 1 && fresh(body.persons) && fresh(body.entities) && fresh(body.accounts) &&
               fresh(body.transactions) && fresh(body.assets) && fresh(body.measures) &&
               day_or_none(body.no_notice_before);
    }
};

[[nodiscard]] inline ContentText text_of(const model::RequestContent& content) {
    return {1,
            content.blocks,
            content.persons,
            content.entities,
            content.accounts,
            content.transactions,
            content.assets,
            content.measures,
            content.no_notice_before,
            content.no_contact,
            content.order,
            content.transmitted_by,
            content.law_reason,
            content.enquiry};
}
[[nodiscard]] inline model::RequestContent value_of(ContentText&& text) {
    return {std::move(text.blocks),
            std::move(text.persons),
            std::move(text.entities),
            std::move(text.accounts),
            std::move(text.transactions),
            std::move(text.assets),
            std::move(text.measures),
            std::move(text.no_notice_before),
            std::move(text.no_contact),
            std::move(text.order),
            std::move(text.transmitted_by),
            std::move(text.law_reason),
            text.enquiry};
}

template <>
struct Schema<model::ObstacleWords> {
    using B = model::ObstacleWords;
    static constexpr auto fields() {
        return std::tuple{field("code", &B::code), field("text", &B::text, 1, kNote),
                          field("help", &B::help, 1, kNote)};
    }
};

template <>
struct Schema<SealedBody::SealedRouting> {
    using B = SealedBody::SealedRouting;
    static constexpr auto fields() { return std::tuple{field("routing", &B::routing), field("salt", &B::salt)}; }
};

}  // namespace rogatory::record::codec
