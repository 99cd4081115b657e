#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "platform/base/time.hpp"
#include "platform/service/services.hpp"
#include "web/client/smtp.hpp"

namespace rogatory::server {

// The one thing that mails of this server say, in the person's language: that there is something new, and not what. No
// link: whoever is used to one follows the next.
[[nodiscard]] std::string notice_mail(std::string_view from, std::string_view to, std::string_view language,
                                      UnixSeconds now);

// Sends what is due, in a thread of its own.
class Mail {
public:
    // `done` is called after each round in which the mail server was there.
    Mail(
        service::Services& services, client::Smtp smtp, std::string from, std::chrono::seconds every,
        std::function<void()> done = [] {});
    ~Mail();
    Mail(const Mail&) = delete;
    Mail& operator=(const Mail&) = delete;

    // Breaks off what is under way; who got no mail gets one after the next start.
    void stop();

private:
    void run(const std::stop_token& stopping);
    // True where the next round has something to take up at once.
    [[nodiscard]] bool send_due(const std::stop_token& stopping);

    service::Services& services_;
    client::Smtp smtp_;
    const std::string from_;
    const std::chrono::seconds every_;
    const std::function<void()> done_;
    std::mutex guard_;
    std::condition_variable_any wait_;
    std::jthread thread_;
};

}  // namespace rogatory::server
