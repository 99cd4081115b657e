// The server's use cases and its mails beside a real SMTP server, for mails.py: reads a line, does it, answers with
// one.
#include <chrono>
#include <cstdio>
#include <iostream>
#include <sstream>

#include "tests/unit/service/fixture.hpp"
#include "web/server/mail.hpp"

using namespace rogatory;
using namespace rogatory::tests;

namespace {

std::string shown(const service::NoticeSetting& setting) {
    if (setting.refused) return "refused " + setting.failure;
    if (setting.failed_at) return "failed " + setting.failure;
    return "well";
}

}  // namespace

int main(int, char** argv) {
    PeopledFixture f;
    auto& world = *f.world;
    const auto author = world.join(*f.senegal, model::Role::officer, "sen.second");
    const auto dossier = world.open(*author, {world.ref(*f.france)});
    f.clock.pass(1200);  // everybody's session is over
    client::SmtpOptions options;
    options.url = "smtp://127.0.0.1:" + std::string{argv[1]};
    options.from = "rogatory@exchange.example";
    options.plain_on_this_machine = true;
    options.seconds = 60;
    auto smtp = client::Smtp::make(options).value();
    server::Mail mail{*f.services, std::move(smtp), options.from, std::chrono::seconds{1}};

    std::string line;
    while (std::getline(std::cin, line)) {
        std::istringstream words{line};
        std::string verb, who, address;
        words >> verb;
        std::string answer = "ok";
        if (verb == "entry") {
            world.sign_in(*author);
            (void)world.add_entry(*author, dossier);
        } else if (verb == "due") {
            // None: whoever is to have a mail by now has been told.
            while (f.services->notices.take_up()) {
            }
            answer = std::to_string(f.services->notices.due(100).size());
        } else if (verb == "pass") {
            UnixSeconds seconds = 0;
            words >> seconds;
            f.clock.pass(seconds);
        } else {
            words >> who;
            auto& official = who == "sen" ? *f.senegal : *f.france;
            // Signed in, and out again: whoever is there needs no mail.
            world.sign_in(official);
            const auto principal = world.principal(official);
            if (verb == "show") {
                answer = shown(f.services->notices.get(principal).value());
            } else {
                service::NoticeSetting wanted;
                words >> wanted.address;
                if (verb == "quiet") {
                    std::string from;
                    int minutes = 0;
                    words >> from >> minutes;
                    const auto minute = static_cast<int>(f.clock.now() / kMinute % 1440);
                    wanted.quiet_from = minute;
                    wanted.quiet_until = (minute + minutes) % 1440;
                } else {
                    words >> wanted.every;
                }
                if (!f.services->notices.set(principal, wanted)) answer = "refused";
            }
            f.services->sign_in.sign_out(principal);
        }
        std::cout << answer << std::endl;
    }
    mail.stop();
    return 0;
}
