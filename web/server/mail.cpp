#include "web/server/mail.hpp"

#include <array>
#include <ctime>

#include "crypto/encoding/base64.hpp"
#include "crypto/encoding/hex.hpp"
#include "crypto/primitives/random.hpp"
#include "platform/base/log.hpp"

namespace rogatory::server {
namespace {

struct Words {
    std::string_view subject;  // ASCII, so that it needs no encoding
    std::string_view body;
};

constexpr Words kEnglish{"You have something new in Rogatory",
                         "You have something new in Rogatory.\r\n\r\n"
                         "Sign in the way you always do to see what it is.\r\n\r\n"
                         "Messages of this platform never say more than this and never hold a link. If one does, it "
                         "does not come from us.\r\n"};
constexpr Words kFrench{"Vous avez du nouveau dans Rogatory",
                        "Vous avez du nouveau dans Rogatory.\r\n\r\n"
                        "Connectez-vous comme vous le faites d’habitude pour en prendre connaissance.\r\n\r\n"
                        "Les messages de cette plateforme n’en disent jamais plus et ne contiennent jamais de lien. Si "
                        "l’un d’eux en contient "
                        "un, il ne vient pas de nous.\r\n"};

std::string mail_date(UnixSeconds now) {
    const auto seconds = static_cast<std::time_t>(now);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    std::array<char, 40> text{};
    return {text.data(), std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S +0000", &parts)};
}

}  // namespace

std::string notice_mail(std::string_view from, std::string_view to, std::string_view language, UnixSeconds now) {
    const auto& words = language == "fr" ? kFrench : kEnglish;
    const auto domain = from.substr(from.find('@') + 1);
    const auto id = encoding::hex_encode(crypto::system_random().bytes<16>());
    std::string mail;
    const auto field = [&mail](std::string_view name, std::string_view value) {
        mail.append(name).append(": ").append(value).append("\r\n");
    };
    field("From", "Rogatory <" + std::string{from} + ">");
    field("To", "<" + std::string{to} + ">");
    field("Subject", words.subject);
    field("Date", mail_date(now));
    field("Message-ID", "<" + id + "@" + std::string{domain} + ">");
    field("Auto-Submitted", "auto-generated");
    field("MIME-Version", "1.0");
    field("Content-Type", "text/plain; charset=utf-8");
    field("Content-Language", language == "fr" ? "fr" : "en");
    field("Content-Transfer-Encoding", "base64");
    mail += "\r\n";
    constexpr std::size_t kLine = 76;
    const auto body = encoding::base64_encode(as_bytes(words.body));
    for (std::size_t at = 0; at < body.size(); at += kLine) mail += body.substr(at, kLine) + "\r\n";
    return mail;
}

Mail::Mail(service::Services& services, client::Smtp smtp, std::string from, std::chrono::seconds every,
           std::function<void()> done)
    : services_{services}, smtp_{std::move(smtp)}, from_{std::move(from)}, every_{every}, done_{std::move(done)} {
    thread_ = std::jthread{[this](const std::stop_token& stopping) { run(stopping); }};
}

Mail::~Mail() { stop(); }

void Mail::stop() {
    if (!thread_.joinable()) return;
    thread_.request_stop();
    wait_.notify_all();
    thread_.join();
}

// A background task's boundary, like tidying: what is thrown here costs one round.
void Mail::run(const std::stop_token& stopping) {
    std::unique_lock lock{guard_};
    bool more = false;
    const auto pause = [&] { return more ? std::chrono::seconds{0} : every_; };
    while (!wait_.wait_for(lock, stopping, pause(), [&stopping] { return stopping.stop_requested(); })) {
        more = false;
        try {
            more = send_due(stopping);
        } catch (const std::exception& broken) {
            log::Line{log::Level::error, "sending mails failed"}.add(log::Field::error, broken.what());
        }
    }
}

bool Mail::send_due(const std::stop_token& stopping) {
    constexpr std::size_t kAtOnce = 100;
    // Where much has come together, when mails are switched on late, some of it is sent while the rest waits.
    constexpr int kStretches = 200;
    bool more = true;
    for (int i = 0; more && i < kStretches && !stopping.stop_requested(); ++i) more = services_.notices.take_up();
    std::uint64_t sent = 0;
    for (const auto& notice : services_.notices.due(kAtOnce)) {
        if (stopping.stop_requested()) break;
        const auto done =
            smtp_.send(notice.address, notice_mail(from_, notice.address, notice.language, std::time(nullptr)),
                       [&stopping] { return stopping.stop_requested(); });
        if (done) {
            services_.notices.told(notice.account);
            ++sent;
            continue;
        }
        // Broken off by us, which is nobody's failure: the mail stays due.
        if (stopping.stop_requested()) return false;
        const auto& reply = done.error().arguments().at("reply");
        const bool refused = done.error().code() == ErrorCode::invalid_input;
        services_.notices.failed(notice.account, reply, refused);
        log::Line{log::Level::warning, "a mail was not taken"}
            .add(log::Field::key, done.error().key())
            .add(log::Field::detail, reply);
        // A mail server that is not there is not there for the next one either.
        if (!refused && reply == "connection") return false;
    }
    done_();
    if (sent != 0) log::Line{log::Level::info, "mails sent"}.add(log::Field::count, sent);
    return more;
}

}  // namespace rogatory::server
