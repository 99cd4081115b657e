#include "platform/service/support_codes.hpp"

#include <iterator>

#include "crypto/primitives/random.hpp"

namespace rogatory::service {

namespace {

constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t kLength = 8;  // 40 bits: looked up ten times a minute at most, by administrators

std::string make_code() {
    std::string code;
    for (const auto byte : crypto::system_random().bytes<kLength>()) code += kAlphabet[byte & 31U];
    return code;
}

std::optional<std::string> read_code(std::string_view text) {
    std::string code;
    for (char c : text) {
        if (c == '-' || c == ' ') continue;
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
        if (c == 'O') c = '0';
        if (c == 'I' || c == 'L') c = '1';
        if (kAlphabet.find(c) == std::string_view::npos || code.size() == kLength) return std::nullopt;
        code += c;
    }
    return code.size() == kLength ? std::optional{code} : std::nullopt;
}

}  // namespace

std::string SupportCodes::give(Refusal refusal, std::string_view from) {
    const std::lock_guard guard{mutex_};
    const std::string address{from};
    auto& own = of_address_[address];
    // By copy: forget() takes it out of the queue, and with its last one the queue.
    if (own.size() >= kMostOfOneAddress) forget(std::string{own.front()});
    if (kept_.size() >= kMost) forget(std::string{oldest_first_.front()});
    auto code = make_code();
    while (kept_.contains(code)) code = make_code();
    oldest_first_.push_back(code);
    of_address_[address].push_back(code);
    kept_.emplace(code, Kept{std::move(refusal), address, std::prev(oldest_first_.end())});
    return code.substr(0, kLength / 2) + "-" + code.substr(kLength / 2);
}

std::optional<Refusal> SupportCodes::find(std::string_view text, UnixSeconds now) {
    const auto code = read_code(text);
    if (!code) return std::nullopt;
    const std::lock_guard guard{mutex_};
    const auto found = kept_.find(*code);
    if (found == kept_.end()) return std::nullopt;
    if (now - found->second.refusal.at > kLife) {
        forget(*code);
        return std::nullopt;
    }
    return found->second.refusal;
}

void SupportCodes::forget(const std::string& code) {
    const auto found = kept_.find(code);
    if (found == kept_.end()) return;
    if (const auto own = of_address_.find(found->second.from); own != of_address_.end()) {
        std::erase(own->second, code);
        if (own->second.empty()) of_address_.erase(own);
    }
    oldest_first_.erase(found->second.place);
    kept_.erase(found);
}

}  // namespace rogatory::service
