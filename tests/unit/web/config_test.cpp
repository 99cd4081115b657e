#include <catch2/catch_test_macros.hpp>

#include "web/server/config.hpp"

namespace rogatory::server {
namespace {

const std::string kLeast = "data = \"data\"\n[listen]\ncertificate = \"a.pem\"\nprivate_key = \"/etc/a.key\"\n";

std::string refusal(const std::string& text) {
    const auto parsed = parse_config(text, "/somewhere");
    if (parsed) return "accepted";
    const auto& arguments = parsed.error().arguments();
    return parsed.error().key() + (arguments.contains("name") ? " " + arguments.at("name") : "");
}

}  // namespace

TEST_CASE("a configuration of three lines is enough, with paths from its own folder", "[web][config]") {
    const auto config = parse_config(kLeast, "/somewhere");
    REQUIRE(config.has_value());
    CHECK(config->data == "/somewhere/data");
    CHECK(config->tls.certificate_chain == "/somewhere/a.pem");
    CHECK(config->tls.private_key == "/etc/a.key");
    CHECK_FALSE(config->tls.allow_tls_1_2);
    CHECK(config->management_address == "127.0.0.1");
    CHECK(config->service.session_idle == 15 * kMinute);
}

TEST_CASE("every setting is read into its place", "[web][config]") {
    const auto config = parse_config(kLeast +
                                         "port = 8443\nio_threads = 3\nallow_tls_1_2 = true\n[management]\nport = 0\n"
                                         "[limits]\nconnections_per_address = 7\nhead_seconds = 4\nupload_bytes = 99\n"
                                         "requests_per_second_and_address = 11\n[log]\nlevel = \"warning\"\n",
                                     "/");
    REQUIRE(config.has_value());
    CHECK(config->listen.port == 8443);
    CHECK(config->listen.io_threads == 3);
    CHECK(config->tls.allow_tls_1_2);
    CHECK(config->management_port == 0);
    CHECK(config->listen.limits.connections_per_address == 7);
    CHECK(config->listen.limits.head == std::chrono::seconds{4});
    CHECK(config->service.max_upload == 99);
    CHECK(config->per_address.per_second == 11);
    CHECK(config->log_level == log::Level::warning);
}

TEST_CASE("the use cases know who tells that something is new: for these it is kept", "[web][config]") {
    const auto sends = [](const std::string& more) {
        const auto config = parse_config(kLeast + more, "/");
        REQUIRE(config.has_value());
        return std::pair{config->service.sends_mails, config->service.sends_webhooks};
    };
    CHECK(sends("") == std::pair{false, false});
    CHECK(sends("[webhooks]\nevery_seconds = 60\n") == std::pair{false, false});
    CHECK(sends("[mail]\nurl = \"smtps://mail.example\"\nfrom = \"a@b.example\"\n") == std::pair{true, false});
    CHECK(sends("[[webhooks.to]]\nparty = \"SEN\"\nurl = \"https://hooks.example/\"\n") == std::pair{false, true});
}

TEST_CASE("a slip of the pen in the configuration is said, never passed over", "[web][config]") {
    CHECK(refusal("") == "config.missing data");
    CHECK(refusal("data = \"a\"") == "config.missing listen.certificate");
    CHECK(refusal(kLeast + "prot = 1") == "config.unknown listen.prot");
    CHECK(refusal("dta = \"a\"\n" + kLeast) == "config.unknown dta");
    CHECK(refusal(kLeast + "port = 65536") == "config.value listen.port");
    CHECK(refusal(kLeast + "port = \"8443\"") == "config.value listen.port");
    CHECK(refusal(kLeast + "[limits]\nhead_seconds = 0") == "config.value limits.head_seconds");
    CHECK(refusal(kLeast + "[limits]\nhead_seconds = 1.5") == "config.value limits.head_seconds");
    CHECK(refusal(kLeast + "[log]\nlevel = \"loud\"") == "config.value log.level");
    CHECK(refusal("data = ") == "config.malformed");
    CHECK(refusal("data = \"a\"\ndata = \"b\"") == "config.malformed");
    CHECK(refusal(std::string(100'000, '#')) == "config.malformed");
    CHECK(refusal(kLeast + "[webhooks.to]\nparty = \"SEN\"\nurl = \"https://a.example\"") ==
          "config.value webhooks.to");
    CHECK(refusal(kLeast + "[webhooks]\nto = [\"SEN\"]") == "config.value webhooks.to");
    CHECK(refusal(kLeast + "[[webhooks.to]]\nurl = \"https://a.example\"") == "config.missing webhooks.to.party");
    CHECK(refusal(kLeast + "[[webhooks.to]]\nparty = \"SEN\"") == "config.missing webhooks.to.url");
    CHECK(refusal(kLeast + "[[webhooks.to]]\nparty = \"SEN\"\nsecret = \"x\"") == "config.unknown webhooks.to.secret");
    CHECK(refusal(kLeast + "[[webhooks.to]]\nparty = 3") == "config.value webhooks.to.party");
}

TEST_CASE("of tables of which there may be several, each is read by itself", "[web][config]") {
    const auto config =
        parse_config(kLeast +
                         "[webhooks]\nevery_seconds = 5\n"
                         "[[webhooks.to]]\nparty = \"SEN\"\nurl = \"https://a.example\"\nca = \"ca.pem\"\n"
                         "secret_file = \"s\"\n[[webhooks.to]]\nparty = \"X-OTP\"\nurl = \"https://b\"\n",
                     "/somewhere");
    REQUIRE(config.has_value());
    CHECK(config->webhooks_every == std::chrono::seconds{5});
    REQUIRE(config->webhooks.size() == 2);
    CHECK(config->webhooks[0].party == "SEN");
    CHECK(config->webhooks[0].trust_anchors == "/somewhere/ca.pem");
    CHECK(config->webhooks[0].secret_file == "/somewhere/s");
    CHECK(config->webhooks[1].party == "X-OTP");
    CHECK(config->webhooks[1].url == "https://b");
    // Nothing is left over from the one before.
    CHECK_FALSE(config->webhooks[1].trust_anchors.has_value());
    CHECK(config->webhooks[1].secret_file.empty());
}

}  // namespace rogatory::server
