#include "crypto/age/armor.hpp"

#include <algorithm>

#include "crypto/encoding/base64.hpp"

namespace rogatory::age {

namespace {

constexpr std::size_t kColumns = 64;
constexpr std::size_t kLineBytes = kColumns / 4 * 3;

bool is_space(char c) noexcept { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == '\f'; }

bool is_blank(std::string_view line) noexcept { return std::all_of(line.begin(), line.end(), is_space); }

void append_line(Bytes& out, ByteView bytes) {
    append(out, encoding::base64_encode(bytes));
    append(out, "\n");
}

}  // namespace

std::optional<bool> looks_armored(ByteView start) {
    auto text = as_text(start);
    const auto first = std::find_if_not(text.begin(), text.end(), is_space);
    const auto space = static_cast<std::size_t>(first - text.begin());
    if (space > kArmorWhitespaceBytes) return false;
    text.remove_prefix(space);
    if (text.size() >= kArmorBegin.size()) return text.starts_with(kArmorBegin);
    if (!kArmorBegin.starts_with(text)) return false;
    return std::nullopt;
}

void ArmorWriter::begin(Bytes& out) {
    if (begun_) return;
    begun_ = true;
    append(out, kArmorBegin);
    append(out, "\n");
}

void ArmorWriter::update(ByteView bytes, Bytes& out) {
    begin(out);
    if (!pending_.empty()) {
        const auto taken = std::min(kLineBytes - pending_.size(), bytes.size());
        append(pending_, bytes.first(taken));
        bytes = bytes.subspan(taken);
        if (pending_.size() < kLineBytes) return;
        append_line(out, pending_);
        pending_.clear();
    }
    for (; bytes.size() >= kLineBytes; bytes = bytes.subspan(kLineBytes)) append_line(out, bytes.first(kLineBytes));
    append(pending_, bytes);
}

void ArmorWriter::finish(Bytes& out) {
    begin(out);
    if (!pending_.empty()) append_line(out, pending_);
    pending_.clear();
    append(out, kArmorEnd);
    append(out, "\n");
}

Outcome<> ArmorReader::give_up() {
    failed_ = true;
    return failed(Failure::armor);
}

// A line without its line feed. RFC 7468 allows CRLF as well as LF.
Outcome<> ArmorReader::take_line(std::string_view line, Bytes& bytes) {
    if (where_ == Where::before || where_ == Where::after) {
        const auto with_end = line.size() + 1;
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (is_blank(line)) {
            whitespace_ += with_end;
            return whitespace_ > kArmorWhitespaceBytes ? give_up() : Outcome<>{};
        }
        if (where_ == Where::after || line != kArmorBegin) return give_up();
        where_ = Where::body;
        whitespace_ = 0;
        return {};
    }
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line == kArmorEnd) {
        where_ = Where::after;
        return {};
    }
    // Only the last line is short, and it is not empty: the encoding of a file is one.
    if (where_ == Where::last_line || line.empty() || line.size() > kColumns) return give_up();
    const auto decoded = encoding::base64_decode(line);
    if (!decoded) return give_up();
    if (decoded->size() < kLineBytes) where_ = Where::last_line;
    append(bytes, ByteView{*decoded});
    return {};
}

Outcome<> ArmorReader::update(ByteView armored, Bytes& bytes) {
    if (failed_) return failed(Failure::armor);
    auto text = as_text(armored);
    for (;;) {
        const auto end = text.find('\n');
        const auto part = text.substr(0, end);
        // No line is longer than this, the white space around the armor included.
        if (pending_.size() + part.size() > kArmorWhitespaceBytes + kColumns) return give_up();
        if (end == std::string_view::npos) {
            pending_ += part;
            return {};
        }
        Outcome<> taken;
        if (pending_.empty()) {
            taken = take_line(part, bytes);
        } else {
            pending_ += part;
            taken = take_line(pending_, bytes);
            pending_.clear();
        }
        if (!taken) return taken;
        text.remove_prefix(end + 1);
    }
}

Outcome<> ArmorReader::finish(Bytes& bytes) {
    if (failed_) return failed(Failure::armor);
    // The line feed behind the last line may be missing.
    if (!pending_.empty()) {
        if (auto taken = take_line(pending_, bytes); !taken) return taken;
        pending_.clear();
    }
    return where_ == Where::after ? Outcome<>{} : give_up();
}

}  // namespace rogatory::age
