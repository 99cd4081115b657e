#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "platform/base/result.hpp"

namespace rogatory::client {

struct SmtpOptions {
    std::string url;   // "smtp://host:587" (STARTTLS) or "smtps://host:465"
    std::string from;  // the address that mails come from, and to which a mail server returns them
    std::optional<std::string> user;
    std::optional<std::string> password;
    std::optional<std::filesystem::path> trust_anchors;  // PEM, beside the system's
    // Plain text is for a mail server on the same machine alone: smtp://127.0.0.1, smtp://[::1] or smtp://localhost.
    bool plain_on_this_machine = false;
    long seconds = 60;  // for one message
};

// Hands mails to one mail server over TLS, whose certificate is always verified.
class Smtp {
public:
    // invalid_input "mail.url" or "mail.plain".
    [[nodiscard]] static Result<Smtp> make(SmtpOptions options);
    ~Smtp();
    Smtp(Smtp&&) noexcept;
    Smtp& operator=(Smtp&&) noexcept;

    // `message`: headers and body, lines ended by CRLF. invalid_input "mail.refused" {reply} when the server will not
    // take this recipient (a reply of the 5xx kind to it); unavailable "mail.failed" {reply} for anything else, `reply`
    // being its three digits or "connection".
    // `cancelled` is asked every now and then while it is under way, also while a name is looked up; true ends it.
    [[nodiscard]] Result<> send(const std::string& to, const std::string& message,
                                const std::function<bool()>& cancelled = {});

private:
    struct Handle;
    explicit Smtp(std::unique_ptr<Handle> handle);
    std::unique_ptr<Handle> handle_;
};

}  // namespace rogatory::client
