#include "crypto/age/header.hpp"

#include <algorithm>

#include "crypto/encoding/base64.hpp"
#include "platform/base/ensure.hpp"

namespace rogatory::age {

namespace {

constexpr std::size_t kColumns = 64;
constexpr std::string_view kStanzaMark = "->";
constexpr std::string_view kEndMark = "---";

bool is_visible(char c) noexcept { return c > ' ' && c <= '~'; }

// One line after the other; the limit is the size of the text it is given.
class Lines {
public:
    explicit Lines(std::string_view text) : text_{text} {}

    // Without its line feed; nothing when the text ends first.
    std::optional<std::string_view> next() {
        const auto end = text_.find('\n', position_);
        if (end == std::string_view::npos) return std::nullopt;
        const auto line = text_.substr(position_, end - position_);
        position_ = end + 1;
        return line;
    }

    [[nodiscard]] std::size_t position() const noexcept { return position_; }
    [[nodiscard]] std::string_view rest() const noexcept { return text_.substr(position_); }

private:
    std::string_view text_;
    std::size_t position_ = 0;
};

// arg-line = "-> " argument *(SP argument) LF, argument = 1*VCHAR
std::optional<std::vector<std::string>> parse_arguments(std::string_view line) {
    if (!line.starts_with("-> ")) return std::nullopt;
    line.remove_prefix(3);
    std::vector<std::string> arguments;
    for (;;) {
        const auto space = std::min(line.find(' '), line.size());
        const auto argument = line.substr(0, space);
        if (argument.empty() || !std::all_of(argument.begin(), argument.end(), is_visible)) return std::nullopt;
        arguments.emplace_back(argument);
        if (space == line.size()) return arguments;
        line.remove_prefix(space + 1);
    }
}

enum class Step { done, more, bad };

Step parse_stanza(Lines& lines, Stanza& stanza) {
    const auto first = lines.next();
    if (!first) return Step::more;
    auto arguments = parse_arguments(*first);
    if (!arguments) return Step::bad;
    stanza.arguments = *std::move(arguments);
    for (;;) {
        const auto line = lines.next();
        if (!line) return Step::more;
        if (line->size() > kColumns) return Step::bad;
        const auto part = encoding::base64_decode(*line, encoding::Base64::unpadded);
        if (!part) return Step::bad;
        append(stanza.body, ByteView{*part});
        // age, "Recipient stanza": the last line of a body is shorter than 64 columns, so a full one must be followed
        // by another, if empty. Accepting its absence would give one stanza two encodings.
        if (line->size() < kColumns) return Step::done;
    }
}

// Reads on until the header is complete.
Step parse(Lines& lines, Header& header) {
    const auto version = lines.next();
    if (!version) return kVersionLine.starts_with(lines.rest()) ? Step::more : Step::bad;
    if (*version != kVersionLine.substr(0, kVersionLine.size() - 1)) return Step::bad;
    for (;;) {
        if (lines.rest().size() < kEndMark.size()) return Step::more;
        if (lines.rest().starts_with(kEndMark)) break;
        if (!lines.rest().starts_with(kStanzaMark)) return Step::bad;
        Stanza stanza;
        if (const auto step = parse_stanza(lines, stanza); step != Step::done) return step;
        header.stanzas.push_back(std::move(stanza));
    }
    header.mac_text = lines.position() + kEndMark.size();
    const auto end = lines.next();
    if (!end) return lines.rest().size() > kEndMark.size() + 1 + 43 ? Step::bad : Step::more;
    // end = "--- " 43base64char LF; header = v1-line 1*stanza end
    if (end->size() != kEndMark.size() + 1 + 43 || (*end)[kEndMark.size()] != ' ' || header.stanzas.empty()) {
        return Step::bad;
    }
    const auto mac = encoding::base64_decode(end->substr(kEndMark.size() + 1), encoding::Base64::unpadded);
    ByteArray<32> bytes;
    if (!mac || mac->size() != bytes.size()) return Step::bad;
    std::copy(mac->begin(), mac->end(), bytes.begin());
    header.mac = crypto::Mac{bytes};
    header.size = lines.position();
    return Step::done;
}

}  // namespace

Outcome<std::optional<Header>> parse_header(ByteView start, std::size_t limit_bytes) {
    Lines lines{as_text(start.first(std::min(start.size(), limit_bytes)))};
    Header header;
    switch (parse(lines, header)) {
        case Step::done:
            return header;
        case Step::more:
            break;
        case Step::bad:
            return failed(Failure::header);
    }
    if (start.size() >= limit_bytes) return failed(Failure::header);
    return std::optional<Header>{};
}

std::string write_header_before_mac(std::span<const Stanza> stanzas) {
    ensure(!stanzas.empty(), "an age header has a stanza");
    std::string text{kVersionLine};
    for (const auto& stanza : stanzas) {
        ensure(!stanza.arguments.empty(), "a stanza has a type");
        text += kStanzaMark;
        for (const auto& argument : stanza.arguments) {
            ensure(!argument.empty() && std::all_of(argument.begin(), argument.end(), is_visible),
                   "a stanza's argument is visible characters");
            text += ' ';
            text += argument;
        }
        text += '\n';
        const auto body = encoding::base64_encode(stanza.body, encoding::Base64::unpadded);
        for (std::size_t at = 0; at < body.size(); at += kColumns) {
            text += std::string_view{body}.substr(at, kColumns);
            text += '\n';
        }
        if (body.size() % kColumns == 0) text += '\n';
    }
    text += kEndMark;
    return text;
}

std::string write_header_end(const crypto::Mac& mac) {
    return " " + encoding::base64_encode(mac.bytes(), encoding::Base64::unpadded) + "\n";
}

}  // namespace rogatory::age
