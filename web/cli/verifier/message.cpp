#include "web/cli/verifier/message.hpp"

#include <algorithm>
#include <charconv>

namespace rogatory::cli::plain {
namespace {

bool all_digits(std::string_view text) {
    return !text.empty() && text.size() <= 18 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::string grouped(Language language, std::int64_t number) {
    auto digits = std::to_string(number);
    const std::string_view between = language == Language::fr ? "\u202f" : ",";
    for (auto at = digits.size(); at > 3 + (number < 0 ? 1U : 0U);) digits.insert(at -= 3, between);
    return digits;
}

// Unicode's plural rules for whole numbers: French counts nothing in the singular.
std::string_view plural_of(Language language, std::int64_t number) {
    return number == 1 || (language == Language::fr && number == 0) ? "one" : "other";
}

class Filling {
public:
    Filling(Language language, std::string_view pattern, const Arguments& arguments)
        : language_{language}, pattern_{pattern}, arguments_{arguments} {}

    // Up to the end, or to the brace that closes what it stands in.
    bool text(std::string& out, bool nested, std::optional<std::int64_t> counted) {
        if (++depth_ > kDeepest) return false;
        while (at_ < pattern_.size() && pattern_[at_] != '}') {
            if (pattern_[at_] == '{') {
                ++at_;
                if (!place(out, counted)) return false;
            } else if (pattern_[at_] == '#' && counted) {
                out += grouped(language_, *counted);
                ++at_;
            } else {
                out += pattern_[at_++];
            }
        }
        --depth_;
        return nested == (at_ < pattern_.size());
    }

private:
    static constexpr int kDeepest = 8;

    void skip_blanks() {
        while (at_ < pattern_.size() && (pattern_[at_] == ' ' || pattern_[at_] == '\n')) ++at_;
    }
    std::string_view word() {
        skip_blanks();
        const auto end = std::min(pattern_.find_first_of(" \n,{}", at_), pattern_.size());
        const auto found = pattern_.substr(at_, end - at_);
        at_ = end;
        skip_blanks();
        return found;
    }
    bool take(char c) {
        if (at_ >= pattern_.size() || pattern_[at_] != c) return false;
        ++at_;
        return true;
    }

    bool place(std::string& out, std::optional<std::int64_t> counted) {
        const auto argument = arguments_.find(std::string{word()});
        if (argument == arguments_.end()) return false;
        const auto* const number = std::get_if<std::int64_t>(&argument->second);
        if (take('}')) {
            out += number != nullptr ? grouped(language_, *number) : std::get<std::string>(argument->second);
            return true;
        }
        if (!take(',')) return false;
        const auto kind = word();
        if (!take(',')) return false;
        if (kind == "select") {
            const auto chosen = number != nullptr ? std::to_string(*number) : std::get<std::string>(argument->second);
            return choice(out, {chosen, {}}, counted);
        }
        if (kind != "plural") return false;
        std::int64_t count = 0;
        if (number != nullptr) {
            count = *number;
        } else {
            const auto& digits = std::get<std::string>(argument->second);
            if (!all_digits(digits)) return false;
            std::from_chars(digits.data(), digits.data() + digits.size(), count);
        }
        return choice(out, {plural_of(language_, count), "=" + std::to_string(count)}, count);
    }

    struct Wanted {
        std::string_view name;
        std::string exactly;  // goes before the name
    };
    // Branches up to the closing brace: the one that stands for exactly this value, else the named, else `other`.
    bool choice(std::string& out, const Wanted& wanted, std::optional<std::int64_t> counted) {
        std::optional<std::string> exact, named, other;
        for (skip_blanks(); !take('}'); skip_blanks()) {
            const auto name = word();
            std::string branch;
            if (name.empty() || !take('{') || !text(branch, true, counted) || !take('}')) return false;
            if (!wanted.exactly.empty() && name == wanted.exactly) exact = branch;
            if (name == wanted.name) named = branch;
            if (name == "other") other = branch;
        }
        const auto& chosen = exact ? exact : named ? named : other;
        if (!chosen) return false;
        out += *chosen;
        return true;
    }

    Language language_;
    std::string_view pattern_;
    const Arguments& arguments_;
    std::size_t at_ = 0;
    int depth_ = 0;
};

}  // namespace

std::optional<std::string> filled(Language language, std::string_view pattern, const Arguments& arguments) {
    std::string out;
    if (!Filling{language, pattern, arguments}.text(out, false, std::nullopt)) return std::nullopt;
    return out;
}

}  // namespace rogatory::cli::plain
