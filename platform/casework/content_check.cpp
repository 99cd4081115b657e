#include "platform/casework/content_check.hpp"

#include <optional>
#include <string_view>
#include <utility>

#include "platform/casework/identifiers.hpp"

namespace rogatory::casework {
namespace {

class Found {
public:
    using Check = Checked (*)(std::string_view);

    void check(const std::string& row, Check checked, const std::optional<std::string>& value) {
        if (value) add(row, checked(*value).warnings);
    }
    void add(const std::string& row, const Findings& warnings) {
        for (const auto& one : warnings) all_.push_back({row, one});
    }
    void money(const std::string& row, const std::optional<model::Money>& value) {
        if (value) add(row, check_currency(value->currency).warnings);
    }
    std::vector<RowFinding> take() { return std::move(all_); }

private:
    std::vector<RowFinding> all_;
};

}  // namespace

std::vector<RowFinding> check_content(const model::RequestContent& content) {
    Found found;
    for (const auto& one : content.persons)
        for (const auto& country : one.nationalities) found.add(one.key, check_country(country.text).warnings);
    for (const auto& one : content.entities) {
        found.check(one.key, check_country, one.country);
        found.check(one.key, check_lei, one.lei);
    }
    for (const auto& one : content.accounts) {
        found.check(one.key, check_bic, one.bic);
        found.check(one.key, check_iban, one.iban);
        found.check(one.key, check_country, one.country);
        found.check(one.key, check_currency, one.currency);
        found.add(one.key, check_account(one.iban.value_or(""), one.institution.value_or(""), one.number.value_or("")));
    }
    for (const auto& one : content.transactions) found.money(one.key, one.amount);
    for (const auto& one : content.assets) {
        found.check(one.key, check_country, one.country);
        found.money(one.key, one.value);
    }
    for (const auto& one : content.measures) found.money(one.key, one.value);
    return found.take();
}

}  // namespace rogatory::casework
