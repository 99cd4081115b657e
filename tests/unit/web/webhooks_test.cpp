#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>

#include <catch2/catch_test_macros.hpp>

#include "tests/unit/storage/temporary.hpp"
#include "tests/unit/web/contract.hpp"
#include "web/server/webhook_receivers.hpp"
#include "web/server/webhooks.hpp"
#include "web/server/words.hpp"

namespace rogatory::server {
namespace {

constexpr const char* kSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

std::vector<WebhookSecret> secrets(std::initializer_list<const char*> texts) {
    std::vector<WebhookSecret> out;
    for (const auto* const text : texts) out.push_back(WebhookSecret::parse(text).value());
    return out;
}

}  // namespace

TEST_CASE("a webhook is signed as Standard Webhooks' own example is", "[web][webhooks]") {
    CHECK(webhook_signature(secrets({kSecret}), "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330",
                            R"({"test": 2432232314})") == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    // While one secret takes the other's place, both sign: a receiver knows one of them.
    const auto both = webhook_signature(secrets({kSecret, "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}),
                                        "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", R"({"test": 2432232314})");
    CHECK(both.starts_with("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= v1,"));
    CHECK(both.size() == 2 * 47 + 1);
}

TEST_CASE("a secret is whsec_ and 24 to 64 bytes in canonical base 64", "[web][webhooks]") {
    CHECK(WebhookSecret::parse(kSecret).value().expose_secret().size() == 24);
    CHECK(WebhookSecret::parse("whsec_" + std::string(84, 'A') + "AA==").value().expose_secret().size() == 64);
    for (const auto& wrong :
         {std::string{}, std::string{"whsec_"}, std::string{"MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"},
          std::string{"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS"}, std::string{"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLQ=="},
          "whsec_" + std::string(88, 'A'), std::string{kSecret} + " ", "whpk_" + std::string(32, 'A')}) {
        INFO(wrong);
        CHECK_FALSE(WebhookSecret::parse(wrong).has_value());
    }
}

TEST_CASE("a webhook's address is https, a host and a plain path, to the letter", "[web][webhooks]") {
    const auto path = [](std::string_view url) {
        const auto address = WebhookAddress::parse(url);
        return address ? address->host.origin() + " " + address->path : std::string{"refused"};
    };
    CHECK(path("https://hooks.example") == "https://hooks.example /");
    CHECK(path("https://hooks.example:8443/a/B-._~9/") == "https://hooks.example:8443 /a/B-._~9/");
    CHECK(path("https://[2001:db8::1]/a") == "https://[2001:db8::1] /a");
    for (const auto& wrong : {"http://hooks.example/a",
                              "http://127.0.0.1:8080/a",
                              "HTTPS://hooks.example/a",
                              "hooks.example/a",
                              "https://",
                              "https:///a",
                              "https://user@hooks.example/a",
                              "https://user:secret@hooks.example/a",
                              "https://hooks.example/a?b=c",
                              "https://hooks.example/a#b",
                              "https://hooks.example/../a",
                              "https://hooks.example/a%2e",
                              "https://hooks.example/a b",
                              "https://hooks.example/a\r\nX: y",
                              "https://hooks.example:0/a",
                              "https://hooks.example:70000/a",
                              "https://hooks.example\\a",
                              "file:///etc/passwd",
                              "https://hooks.example?x",
                              "https://hooks.example#x",
                              "ftp://hooks.example/"}) {
        INFO(wrong);
        CHECK(path(wrong) == "refused");
    }
    CHECK(path("https://hooks.example/" + std::string(500, 'a')) == "refused");
}

TEST_CASE("what a Party's machine is told says that something is new, and its own code", "[web][webhooks]") {
    CHECK(webhook_body("SEN") == R"({"type":"something_new","party":"SEN"})");
    // As docs/api.md shows it.
    CHECK(webhook_signature(secrets({kSecret}), "msg_0f3c5a7e9b1d2c4e6f8091a2b3c4d5e6", "1793000000",
                            webhook_body("SEN")) == "v1,5sWojdCScc658BeAtJK3v70nPqkDgSZicY1XJ9ziSlk=");
}

TEST_CASE("the contract says of a webhook what the server does", "[web][webhooks][contract]") {
    const test::Contract contract;
    const auto& told = contract.webhook("something_new");
    const auto& content = told.at("requestBody").at("content").at("application/json").as_object();
    const auto& schema = content.at("schema").as_object();
    for (const auto* const party : {"SEN", "X-OTP"}) {
        const auto body = webhook_body(party);
        CHECK(contract.fault(test::json::parse(test::json::string_view{body}), schema) == "");
    }
    CHECK(contract.fault(content.at("example"), schema) == "");
    const auto seconds = [&told](const char* name) { return std::chrono::seconds{told.at(name).as_int64()}; };
    const Config config;
    CHECK(seconds("x-every") == config.webhooks_every);
    CHECK(seconds("x-deadline") == config.webhooks_deadline);
    CHECK(seconds("x-longest-pause") == Webhooks::kLongestPause);
    CHECK(static_cast<std::size_t>(told.at("x-largest-answer").as_int64()) == Webhooks::kLargestAnswer);
    // Each header that it names has a pattern or a value: functional/webhooks.py holds what is sent to these.
    const auto signature =
        webhook_signature(secrets({kSecret, "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}), "msg_1", "1", "{}");
    for (const auto& parameter : told.at("parameters").as_array()) {
        CHECK(parameter.at("in") == "header");
        const auto& header = parameter.at("schema").as_object();
        CHECK(header.contains("pattern") != header.contains("const"));
        if (parameter.at("name") != "webhook-signature") continue;
        CHECK(contract.fault(test::json::string_view{signature}, header) == "");
        CHECK(contract.fault(test::json::string_view{signature.substr(0, 47)}, header) == "");
        CHECK(contract.fault(test::json::string_view{signature.substr(0, 46)}, header) != "");
    }
}

TEST_CASE("each fault of a webhook in the configuration is said, and what to do, in both languages",
          "[web][webhooks]") {
    const tests::TemporaryDirectory directory;
    const auto file = [&directory](const std::string& name, const std::string& text, mode_t mode = 0600) {
        auto path = directory.path() / name;
        std::ofstream{path} << text;
        ::chmod(path.c_str(), mode);
        return path;
    };
    const auto good = file("secret", std::string{kSecret} + "\n");
    const auto keys = [](const std::vector<WebhookTo>& all) {
        std::string out;
        for (const auto& fault : webhook_faults(all)) {
            out += (out.empty() ? "" : " ") + fault.key();
            for (const auto* const language : {"en", "fr"}) {
                const auto said = explain(fault, language);
                INFO(fault.key() << " " << language);
                CHECK_FALSE(said.what.empty());
                CHECK((said.what + said.fix).find('{') == std::string::npos);
            }
        }
        return out;
    };
    const auto to = [&good](std::string party) { return WebhookTo{std::move(party), "https://h.example/", {}, good}; };
    CHECK(keys({to("SEN"), to("X-OTP")}).empty());
    CHECK(keys({to("SEN"), to("SEN")}) == "webhooks.twice");
    CHECK(keys({to("../SEN"), to("sen")}) == "webhooks.party webhooks.party");
    auto wrong = to("SEN");
    wrong.url = "http://h.example/";
    auto other = to("FRA");
    other.trust_anchors = good;
    CHECK(keys({wrong, other}) == "webhooks.url webhooks.ca");
    wrong = to("SEN");
    for (const auto& [path, key] : std::vector<std::pair<std::filesystem::path, std::string>>{
             {"", "webhooks.no_secret"},
             {directory.path() / "none", "secret_file.unreadable"},
             {file("open", std::string{kSecret} + "\n", 0640), "secret_file.mode"},
             {file("empty", ""), "secret_file.unreadable"},
             {file("short", "whsec_AAAA\n"), "webhooks.secret"},
             {file("second", std::string{kSecret} + "\npassword\n"), "webhooks.secret"},
             // Behind what is read, too: nothing would be signed with it.
             {file("third", std::string{kSecret} + "\n" + kSecret + "\n" + kSecret + "\n"), "webhooks.secret"},
             {file("behind", std::string{kSecret} + "\n\n" + kSecret + "\n"), "webhooks.secret"}}) {
        wrong.secret_file = path;
        INFO(path);
        CHECK(keys({wrong}) == key);
    }
    wrong.secret_file = file("two", std::string{kSecret} + "\nwhsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n\n");
    CHECK(webhook_receiver(wrong).value().secrets.size() == 2);
    Config config;
    config.webhooks_every = std::chrono::seconds{29};
    CHECK_FALSE(webhooks_too_often(config).has_value());
    config.webhooks = {wrong};
    CHECK(webhooks_too_often(config).value().arguments().at("seconds") == "29");
    config.webhooks_every = std::chrono::seconds{30};
    CHECK_FALSE(webhooks_too_often(config).has_value());
}

TEST_CASE("a secret handed over as systemd hands it to a unit with a user of its own is taken", "[web][webhooks]") {
    if (::geteuid() != 0) return;  // nobody else can make a file of root's
    const tests::TemporaryDirectory directory;
    const auto credential = directory.path() / "rogatory-webhook-SEN";
    std::ofstream{credential} << kSecret << "\n";
    const WebhookTo to{"SEN", "https://h.example/", {}, credential};
    const auto with_mode = [&](mode_t mode) {
        ::chmod(credential.c_str(), mode);
        const auto receiver = webhook_receiver(to);
        return receiver ? std::string{"taken"} : receiver.error().key();
    };
    CHECK(with_mode(0440) == "secret_file.mode");
    ::setenv("CREDENTIALS_DIRECTORY", "/run/credentials/of-another-place", 1);
    CHECK(with_mode(0440) == "secret_file.mode");
    ::setenv("CREDENTIALS_DIRECTORY", directory.path().c_str(), 1);
    CHECK(with_mode(0440) == "taken");
    CHECK(with_mode(0400) == "taken");
    CHECK(with_mode(0444) == "secret_file.mode");
    CHECK(with_mode(0460) == "secret_file.mode");
    ::unsetenv("CREDENTIALS_DIRECTORY");
}

}  // namespace rogatory::server
