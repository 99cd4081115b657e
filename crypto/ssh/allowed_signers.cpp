#include "crypto/ssh/allowed_signers.hpp"

#include <algorithm>
#include <array>
#include <chrono>

#include "crypto/encoding/base64.hpp"
#include "crypto/ssh/wire.hpp"
#include "platform/base/try.hpp"

namespace rogatory::ssh {
namespace {

constexpr std::string_view kBlank = " \t";

tl::unexpected<Error> refused(std::string key, std::size_t line) {
    return fail(Error{ErrorCode::invalid_input, std::move(key)}.with("line", std::to_string(line)));
}

// The next word; a quoted part of it may hold blanks. Nothing where a quote is not closed.
std::optional<std::string_view> take_word(std::string_view& rest) {
    rest.remove_prefix(std::min(rest.find_first_not_of(kBlank), rest.size()));
    bool quoted = false;
    std::size_t end = 0;
    for (; end < rest.size() && (quoted || kBlank.find(rest[end]) == std::string_view::npos); ++end) {
        if (rest[end] == '"') quoted = !quoted;
    }
    if (quoted) return std::nullopt;
    const auto word = rest.substr(0, end);
    rest.remove_prefix(end);
    return word;
}

// Kinds of keys that OpenSSH knows and that sign nothing here.
bool is_other_kind(std::string_view word) {
    return word.starts_with("ssh-") || word.starts_with("ecdsa-sha2-") || word.starts_with("sk-");
}

struct Options {
    bool authority = false;
    std::optional<std::string> purposes;
    std::optional<UnixSeconds> after, before;
};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// NAME="VALUE", names in any case; each at most once.
Result<> take_option(std::string_view text, Options& into, std::size_t line) {
    const auto equals = text.find('=');
    std::string name{text.substr(0, equals)};
    std::ranges::transform(name, name.begin(), lower);
    if (equals == std::string_view::npos) {
        if (name != "cert-authority" || into.authority) return refused("ssh.signers_malformed", line);
        into.authority = true;
        return {};
    }
    auto value = text.substr(equals + 1);
    if (value.size() < 2 || value.front() != '"' || value.back() != '"') return refused("ssh.signers_malformed", line);
    value = value.substr(1, value.size() - 2);
    if (value.empty() || value.find_first_of("\"\\") != std::string_view::npos) {
        return refused("ssh.signers_malformed", line);
    }
    if (name == "namespaces" && !into.purposes) {
        into.purposes = value;
        return {};
    }
    auto* const when = name == "valid-after" ? &into.after : name == "valid-before" ? &into.before : nullptr;
    if (when == nullptr || *when) return refused("ssh.signers_malformed", line);
    *when = parse_signer_time(value);
    if (*when) return {};
    return refused(parse_signer_time(std::string{value} + "Z") ? "ssh.signers_zone" : "ssh.signers_malformed", line);
}

// Options with commas between; a comma inside quotes belongs to a value.
Result<Options> parse_options(std::string_view text, std::size_t line) {
    Options out;
    bool quoted = false;
    std::size_t begin = 0;
    for (std::size_t i = 0; i <= text.size(); ++i) {
        if (i < text.size() && text[i] == '"') quoted = !quoted;
        if (i < text.size() && (quoted || text[i] != ',')) continue;
        ROGATORY_TRY_VOID(take_option(text.substr(begin, i - begin), out, line));
        begin = i + 1;
    }
    return out;
}

// '*' goes back to where it last stood: work is bounded by the product of the lengths.
bool fits(std::string_view text, std::string_view pattern) {
    std::size_t t = 0, p = 0, star = std::string_view::npos, from = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            from = t;
        } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
            ++p;
            ++t;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            t = ++from;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

}  // namespace

bool fits_patterns(std::string_view text, std::string_view patterns) {
    bool fitting = false;
    while (!patterns.empty()) {
        const auto comma = patterns.find(',');
        auto pattern = patterns.substr(0, comma);
        patterns.remove_prefix(comma == std::string_view::npos ? patterns.size() : comma + 1);
        const bool against = pattern.starts_with('!');
        if (against) pattern.remove_prefix(1);
        if (!fits(text, pattern)) continue;
        if (against) return false;
        fitting = true;
    }
    return fitting;
}

std::optional<UnixSeconds> parse_signer_time(std::string_view text) {
    if (!text.ends_with('Z')) return std::nullopt;
    text.remove_suffix(1);
    if (text.size() != 8 && text.size() != 12 && text.size() != 14) return std::nullopt;
    if (!std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; })) return std::nullopt;
    const auto part = [&](std::size_t at, std::size_t length) {
        unsigned out = 0;
        for (const char c : text.substr(std::min(at, text.size()), length))
            out = out * 10 + static_cast<unsigned>(c - '0');
        return out;
    };
    const std::chrono::year_month_day day{std::chrono::year{static_cast<int>(part(0, 4))},
                                          std::chrono::month{part(4, 2)}, std::chrono::day{part(6, 2)}};
    const auto hours = part(8, 2), minutes = part(10, 2), seconds = part(12, 2);
    if (!day.ok() || hours > 23 || minutes > 59 || seconds > 59) return std::nullopt;
    return std::chrono::sys_days{day}.time_since_epoch().count() * kDay + hours * kHour + minutes * kMinute + seconds;
}

Result<std::optional<AllowedSigners::Line>> AllowedSigners::parse_line(std::string_view line, std::size_t number) {
    const auto names = take_word(line);
    auto word = take_word(line);
    if (!names || !word || word->empty()) return refused("ssh.signers_malformed", number);
    const bool plain =
        std::ranges::all_of(*names, [](unsigned char c) { return c > ' ' && c < 0x7f && c != '"' && c != '!'; });
    const auto name = names->substr(0, names->find(','));
    if (!plain || name.empty()) return refused("ssh.signers_malformed", number);
    Options options;
    if (!is_other_kind(*word)) {
        ROGATORY_TRY(options, parse_options(*word, number));
        word = take_word(line);
        if (!word || !is_other_kind(*word)) return refused("ssh.signers_malformed", number);
    }
    if (*word != kEd25519 || options.authority) return std::optional<Line>{};
    const auto key_text = take_word(line);
    const auto blob = key_text ? encoding::base64_decode(*key_text) : std::nullopt;
    const auto bytes = blob ? of_kind(as_text(*blob), kEd25519) : std::nullopt;
    const auto key = bytes ? crypto::VerifyKey::from(as_bytes(*bytes)) : std::nullopt;
    if (!key) return refused("ssh.signers_malformed", number);
    return std::optional<Line>{Line{std::string{name}, *key, options.purposes, options.after, options.before}};
}

Result<AllowedSigners> AllowedSigners::parse(std::string_view text) {
    AllowedSigners out;
    for (std::size_t number = 1; !text.empty(); ++number) {
        const auto end = text.find('\n');
        auto line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        // Such a file is edited by hand, on whatever system.
        if (line.ends_with('\r')) line.remove_suffix(1);
        line.remove_prefix(std::min(line.find_first_not_of(kBlank), line.size()));
        if (line.empty() || line.front() == '#') continue;
        ROGATORY_TRY(auto signer, parse_line(line, number));
        if (signer) out.lines_.push_back(*std::move(signer));
    }
    if (out.lines_.empty()) return fail(ErrorCode::invalid_input, "ssh.signers_none");
    return out;
}

Result<std::string> AllowedSigners::name_of(const crypto::VerifyKey& key, std::string_view purpose,
                                            UnixSeconds at) const {
    // Of a key that may not, what it lacks least is told.
    std::string elsewhere, other_time;
    for (const auto& line : lines_) {
        if (line.key != key) continue;
        if (line.purposes && !fits_patterns(purpose, *line.purposes)) {
            elsewhere = line.name;
        } else if ((line.after && at < *line.after) || (line.before && at > *line.before)) {
            other_time = line.name;
        } else {
            return line.name;
        }
    }
    if (!other_time.empty()) return fail(Error{ErrorCode::integrity, "ssh.signer_not_now"}.with("name", other_time));
    if (elsewhere.empty()) return fail(ErrorCode::integrity, "ssh.signer_unknown");
    return fail(Error{ErrorCode::integrity, "ssh.signer_other_purpose"}
                    .with("name", elsewhere)
                    .with("purpose", std::string{purpose}));
}

}  // namespace rogatory::ssh
