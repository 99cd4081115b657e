#include "web/client/smtp.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

#include "platform/base/ensure.hpp"
#include "web/client/curl.hpp"

namespace rogatory::client {
namespace {

struct FreeList {
    void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
};

bool is_this_machine(std::string_view url) {
    constexpr std::array<std::string_view, 3> kHosts{"smtp://127.0.0.1", "smtp://[::1]", "smtp://localhost"};
    return std::ranges::any_of(kHosts, [url](std::string_view host) {
        return url.starts_with(host) && (url.size() == host.size() || url[host.size()] == ':');
    });
}

struct Reading {
    std::string_view left;
    static std::size_t read(char* into, std::size_t size, std::size_t count, void* self) {
        auto& reading = *static_cast<Reading*>(self);
        const auto taken = std::min(size * count, reading.left.size());
        std::memcpy(into, reading.left.data(), taken);
        reading.left.remove_prefix(taken);
        return taken;
    }
};

int on_progress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    return (*static_cast<const std::function<bool()>*>(user))() ? 1 : 0;
}

}  // namespace

struct Smtp::Handle {
    SmtpOptions options;
    CURL* easy = nullptr;
    ~Handle() {
        // libcurl would take its leave of the mail server, and wait for an answer, minutes where it has stopped giving
        // any.
        curl_socket_t kept = CURL_SOCKET_BAD;
        if (curl_easy_getinfo(easy, CURLINFO_ACTIVESOCKET, &kept) == CURLE_OK && kept != CURL_SOCKET_BAD) {
            ::shutdown(kept, SHUT_RDWR);
        }
        curl_easy_cleanup(easy);
    }
};

Smtp::Smtp(std::unique_ptr<Handle> handle) : handle_{std::move(handle)} {}
Smtp::~Smtp() = default;
Smtp::Smtp(Smtp&&) noexcept = default;
Smtp& Smtp::operator=(Smtp&&) noexcept = default;

Result<Smtp> Smtp::make(SmtpOptions options) {
    const bool smtp = options.url.starts_with("smtp://");
    const auto blank = [](char c) { return c <= ' ' || c == '@' || c == '"' || c == 0x7f; };
    if ((!smtp && !options.url.starts_with("smtps://")) || std::ranges::any_of(options.url, blank)) {
        return fail(ErrorCode::invalid_input, "mail.url");
    }
    if (options.plain_on_this_machine && !is_this_machine(options.url)) {
        return fail(ErrorCode::invalid_input, "mail.plain");
    }
    initialise_libcurl();
    auto handle = std::make_unique<Handle>();
    handle->options = std::move(options);
    handle->easy = curl_easy_init();
    ensure(handle->easy != nullptr, "libcurl gives a handle");
    return Smtp{std::move(handle)};
}

Result<> Smtp::send(const std::string& to, const std::string& message, const std::function<bool()>& cancelled) {
    auto* const easy = handle_->easy;
    const auto& options = handle_->options;
    curl_easy_reset(easy);
    std::array<char, CURL_ERROR_SIZE> why{};
    const std::unique_ptr<curl_slist, FreeList> recipients{curl_slist_append(nullptr, ("<" + to + ">").c_str())};
    const auto sender = "<" + options.from + ">";
    Reading reading{message};
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_URL, options.url.c_str());
    curl_easy_setopt(easy, CURLOPT_USE_SSL,
                     static_cast<long>(options.plain_on_this_machine ? CURLUSESSL_NONE : CURLUSESSL_ALL));
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    if (options.trust_anchors) curl_easy_setopt(easy, CURLOPT_CAINFO, options.trust_anchors->c_str());
    if (options.user) curl_easy_setopt(easy, CURLOPT_USERNAME, options.user->c_str());
    if (options.password) curl_easy_setopt(easy, CURLOPT_PASSWORD, options.password->c_str());
    curl_easy_setopt(easy, CURLOPT_TIMEOUT, options.seconds);
    // A name that is still being looked up holds up nobody who waits for this thread.
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
    if (cancelled) {
        curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
        curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, &on_progress);
        curl_easy_setopt(easy, CURLOPT_XFERINFODATA, static_cast<const void*>(&cancelled));
    }
    curl_easy_setopt(easy, CURLOPT_MAIL_FROM, sender.c_str());
    curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, recipients.get());
    curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(easy, CURLOPT_READFUNCTION, &Reading::read);
    curl_easy_setopt(easy, CURLOPT_READDATA, &reading);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, why.data());
    const auto outcome = curl_easy_perform(easy);
    if (outcome == CURLE_OK) return {};
    long code = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &code);
    const auto reply = code >= 400 && code <= 599 ? std::to_string(code) : std::string{"connection"};
    // Only what is said to the recipient's own address is about him; a wrong password or sender is the operator's.
    const bool refused = std::string_view{why.data()}.starts_with("RCPT failed") && code >= 500;
    // libcurl's own words name hosts and codes, never an address of a person.
    auto detail = std::string{curl_easy_strerror(outcome)};
    if (refused) return fail(Error{ErrorCode::invalid_input, "mail.refused", std::move(detail)}.with("reply", reply));
    return fail(Error{ErrorCode::unavailable, "mail.failed", std::move(detail)}.with("reply", reply));
}

}  // namespace rogatory::client
