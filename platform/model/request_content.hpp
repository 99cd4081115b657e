#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/model/ids.hpp"
#include "platform/model/request.hpp"

// What a request, or an answer to one, says beyond its message: the six blocks of Art. 96(2), subjects, assets and
// measures. It lives in sealed bodies alone. Texts are kept as they were typed: a number that fails its check is shown
// as not verified, never refused.
namespace rogatory::model {

// Art. 96(2)(a) to (f), in its order.
struct RequestBlocks {
    std::optional<std::string> assistance;    // (a) purpose, assistance sought, legal basis and grounds
    std::optional<std::string> location;      // (b) location or identification of persons, places, things
    std::optional<std::string> facts;         // (c) the essential facts
    std::optional<std::string> procedure;     // (d) reasons for and details of a procedure
    std::optional<std::string> national_law;  // (e) what the requested State's law requires
    std::optional<std::string> other;         // (f)
    friend bool operator==(const RequestBlocks&, const RequestBlocks&) = default;
};

// One line in a list: a name, an alias, the key of a subject.
struct Line {
    std::string text;
    friend bool operator==(const Line&, const Line&) = default;
};

// An amount as written: "1250000.50", a currency, and of which day.
struct Money {
    std::string amount;
    std::string currency;  // ISO 4217
    std::optional<std::string> date;
    friend bool operator==(const Money&, const Money&) = default;
};

// `key` names a row for the others of the same content: "p1", "acc-2".
struct Person {
    std::string key;
    std::string name;
    std::vector<Line> aliases;
    std::optional<std::string> born;  // a day, a month or a year
    std::vector<Line> nationalities;
    std::optional<std::string> identifier;  // passport, national number, as its document says it
    std::optional<std::string> address;
    std::optional<std::string> note;
    friend bool operator==(const Person&, const Person&) = default;
};

struct Entity {
    std::string key;
    std::string name;
    std::vector<Line> aliases;
    std::optional<std::string> country;  // of its register
    std::optional<std::string> number;   // there
    std::optional<std::string> lei;
    std::optional<std::string> address;
    std::optional<std::string> note;
    friend bool operator==(const Entity&, const Entity&) = default;
};

struct Account {
    std::string key;
    std::optional<std::string> institution;
    std::optional<std::string> bic;
    std::optional<std::string> iban;
    std::optional<std::string> number;
    std::optional<std::string> country;
    std::optional<std::string> currency;
    std::optional<std::string> holder;
    std::vector<Line> signatories;
    std::optional<std::string> note;
    friend bool operator==(const Account&, const Account&) = default;
};

struct Transaction {
    std::string key;
    std::optional<std::string> date;
    std::optional<Money> amount;
    std::optional<std::string> from;
    std::optional<std::string> to;
    std::optional<std::string> reference;
    std::optional<std::string> note;
    friend bool operator==(const Transaction&, const Transaction&) = default;
};

enum class AssetKind : std::uint8_t {
    bank_account,
    securities,
    crypto_asset,
    real_estate,
    vehicle,
    vessel,
    aircraft,
    company_share,
    trust_interest,
    insurance,
    cash,
    valuables,
    receivable,
    intellectual_property,
    other,
};
enum class AssetRole : std::uint8_t { proceeds, instrumentality };

struct Asset {
    std::string key;
    AssetKind kind = AssetKind::other;
    std::optional<AssetRole> role;
    std::string description;
    std::optional<std::string> country;
    std::optional<std::string> identifier;  // plate, IMO number, land register, wallet
    std::optional<std::string> holder;
    std::optional<Money> value;
    std::optional<std::string> note;
    friend bool operator==(const Asset&, const Asset&) = default;
};

enum class MeasureKind : std::uint8_t { freeze, seizure };
enum class MeasureAct : std::uint8_t {
    ordered,
    executed,
    notified,
    notice_deferred,
    extended,
    partly_lifted,
    lifted,
    converted,  // to confiscation
    claim,      // of a third party
    costs,
};

struct MeasureEvent {
    MeasureAct act{};
    std::string date;
    std::optional<std::string> until;  // the new expiry of an extension, the end of a deferral
    std::optional<Money> amount;
    std::optional<std::string> asked_by;
    std::optional<std::string> note;
    friend bool operator==(const MeasureEvent&, const MeasureEvent&) = default;
};

struct Measure {
    std::string key;
    MeasureKind kind{};
    std::optional<std::string> order;  // its number
    std::optional<std::string> ordered_by;
    std::optional<std::string> date;
    std::optional<std::string> legal_basis;
    std::vector<Line> items;  // keys of assets and accounts
    std::optional<Money> value;
    std::optional<std::string> start;
    std::optional<std::string> expiry;
    std::optional<std::string> managed_by;
    std::vector<MeasureEvent> events;
    friend bool operator==(const Measure&, const Measure&) = default;
};

// The enquiry that a request follows: the dossier in which it was asked, and the entry.
struct FollowedEnquiry {
    ChainId dossier;
    StatementId entry;
    friend bool operator==(const FollowedEnquiry&, const FollowedEnquiry&) = default;
};

struct RequestContent {
    std::optional<RequestBlocks> blocks;
    std::vector<Person> persons;
    std::vector<Entity> entities;
    std::vector<Account> accounts;
    std::vector<Transaction> transactions;
    std::vector<Asset> assets;
    std::vector<Measure> measures;
    std::optional<std::string> no_notice_before;  // a day: do not notify the holder before
    std::vector<Line> no_contact;                 // do not contact
    std::optional<std::string> order;             // number of the Chamber's decision the request rests on
    std::optional<std::string> transmitted_by;    // for whom a team's request is forwarded
    std::optional<std::string> law_reason;        // why it is sent although the law check says it may come back
    std::optional<FollowedEnquiry> enquiry;
    friend bool operator==(const RequestContent&, const RequestContent&) = default;
};

// An obstacle in words: what is in the way, and what would help.
struct ObstacleWords {
    Obstacle code{};
    std::optional<std::string> text;
    std::optional<std::string> help;
    friend bool operator==(const ObstacleWords&, const ObstacleWords&) = default;
};

// 1 to 32 of a-z, 0-9 and "-", beginning with a letter.
[[nodiscard]] bool is_content_key(std::string_view text) noexcept;
// "2026", "2026-11" or "2026-11-28", and such a day exists.
[[nodiscard]] bool is_day_or_less(std::string_view text) noexcept;
[[nodiscard]] bool is_day(std::string_view text) noexcept;
// Digits, at most 20, and after a point at most 18 more: "1250000.50".
[[nodiscard]] bool is_amount(std::string_view text) noexcept;
// Three capital letters: a currency, or a country.
[[nodiscard]] bool is_three_letters(std::string_view text) noexcept;

}  // namespace rogatory::model
