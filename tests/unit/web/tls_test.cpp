#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdlib.h>

#include <array>
#include <catch2/catch_test_macros.hpp>
#include <filesystem>

#include "tests/unit/web/raw_client.hpp"
#include "tests/unit/web/sample_server.hpp"
#include "web/transport/self_signed.hpp"

namespace rogatory::test {
namespace {

namespace fs = std::filesystem;

class Folder {
public:
    Folder() {
        std::string pattern = (fs::temp_directory_path() / "rogatory-tls-XXXXXX").string();
        path = ::mkdtemp(pattern.data());
    }
    ~Folder() { fs::remove_all(path); }
    fs::path path;
};

struct Handshake {
    bool done = false;
    int version = 0;
    std::string serial;
    std::string reply;
    std::string protocol;
    bool resumed_ticket = false;
};

struct Client {
    int max_version = TLS1_3_VERSION;
    int min_version = 0;
    std::string alpn;
    std::string ciphers;
};

Handshake connect(std::uint16_t port, const fs::path& trusted, const Client& wish, SSL** keep = nullptr,
                  RawClient* over = nullptr) {
    Handshake result;
    SSL_CTX* const context = SSL_CTX_new(TLS_client_method());
    SSL_CTX_load_verify_locations(context, trusted.c_str(), nullptr);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_max_proto_version(context, wish.max_version);
    SSL_CTX_set_min_proto_version(context, wish.min_version);
    if (!wish.ciphers.empty()) SSL_CTX_set_cipher_list(context, wish.ciphers.c_str());
    std::unique_ptr<RawClient> own;
    if (over == nullptr) {
        own = std::make_unique<RawClient>(port);
        over = own.get();
    }
    SSL* const session = SSL_new(context);
    SSL_set_fd(session, over->descriptor());
    SSL_set1_host(session, "localhost");
    if (!wish.alpn.empty()) {
        const std::string offered = static_cast<char>(wish.alpn.size()) + wish.alpn;
        SSL_set_alpn_protos(session, reinterpret_cast<const unsigned char*>(offered.data()),
                            static_cast<unsigned>(offered.size()));
    }
    if (SSL_connect(session) == 1) {
        constexpr std::string_view kRequest = "GET /hello HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        constexpr std::string_view kKept = "GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n";
        const auto request = keep != nullptr ? kKept : kRequest;
        SSL_write(session, request.data(), static_cast<int>(request.size()));
        std::array<char, 4096> text{};
        const int got = SSL_read(session, text.data(), static_cast<int>(text.size()));
        if (got > 0) {
            result.done = true;
            result.reply.assign(text.data(), static_cast<std::size_t>(got));
        }
        result.version = SSL_version(session);
        const unsigned char* chosen = nullptr;
        unsigned length = 0;
        SSL_get0_alpn_selected(session, &chosen, &length);
        if (length != 0) result.protocol.assign(reinterpret_cast<const char*>(chosen), length);
        X509* const peer = SSL_get1_peer_certificate(session);
        BIGNUM* const number = ASN1_INTEGER_to_BN(X509_get0_serialNumber(peer), nullptr);
        char* const hex = BN_bn2hex(number);
        result.serial = hex;
        OPENSSL_free(hex);
        BN_free(number);
        X509_free(peer);
        result.resumed_ticket = SSL_SESSION_has_ticket(SSL_get0_session(session)) == 1;
    }
    ERR_clear_error();
    if (keep != nullptr) {
        *keep = session;
    } else {
        SSL_free(session);
    }
    SSL_CTX_free(context);
    return result;
}

}  // namespace

TEST_CASE("a self-signed certificate serves its host over TLS 1.3, without tickets", "[web][tls]") {
    const Folder folder;
    const auto certificate = folder.path / "server.pem";
    const auto key = folder.path / "server.key";
    REQUIRE(transport::write_self_signed("localhost", certificate, key).has_value());
    CHECK((fs::status(key).permissions() & fs::perms::mask) == (fs::perms::owner_read | fs::perms::owner_write));
    CHECK(transport::write_self_signed("localhost", certificate, key).error().key() == "tls.exists");

    const auto tls = transport::TlsContext::load({certificate, key, {}, {}, false});
    REQUIRE(tls.has_value());
    SampleServer server{{}, tls->get()};

    const auto good = connect(server.port(), certificate, {.alpn = "http/1.1", .ciphers = {}});
    CHECK(good.done);
    CHECK(good.version == TLS1_3_VERSION);
    CHECK(good.protocol == "http/1.1");
    CHECK_FALSE(good.resumed_ticket);
    CHECK(good.reply.ends_with("hello"));
    CHECK_FALSE(connect(server.port(), certificate, {.max_version = TLS1_2_VERSION, .alpn = {}, .ciphers = {}}).done);
    CHECK_FALSE(connect(server.port(), certificate, {.alpn = "h2", .ciphers = {}}).done);
    const auto plain = RawClient{server.port()}.ask("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK_FALSE(plain.has_value());
    CHECK(server.handled == 1);
}

TEST_CASE("TLS 1.2 is spoken only where it is switched on, and then with AEAD and ECDHE alone", "[web][tls]") {
    const Folder folder;
    const auto certificate = folder.path / "server.pem";
    const auto key = folder.path / "server.key";
    REQUIRE(transport::write_self_signed("localhost", certificate, key).has_value());
    const auto tls = transport::TlsContext::load({certificate, key, {}, {}, true});
    SampleServer server{{}, tls->get()};
    const auto twelve = [&](const std::string& ciphers) {
        return connect(server.port(), certificate, {.max_version = TLS1_2_VERSION, .alpn = {}, .ciphers = ciphers})
            .done;
    };
    CHECK(twelve("ECDHE-ECDSA-AES128-GCM-SHA256"));
    CHECK_FALSE(twelve("ECDHE-ECDSA-AES128-SHA"));
    CHECK_FALSE(twelve("ECDHE-ECDSA-AES256-CCM"));
    CHECK_FALSE(connect(server.port(), certificate, {.max_version = TLS1_1_VERSION, .alpn = {}, .ciphers = {}}).done);
}

TEST_CASE("a new certificate is served without a restart, and open connections go on", "[web][tls]") {
    const Folder folder;
    const auto certificate = folder.path / "server.pem";
    const auto key = folder.path / "server.key";
    REQUIRE(transport::write_self_signed("localhost", certificate, key).has_value());
    const auto tls = transport::TlsContext::load({certificate, key, {}, {}, false});
    SampleServer server{{}, tls->get()};
    RawClient kept{server.port()};
    SSL* session = nullptr;
    const auto before = connect(server.port(), certificate, {.alpn = {}, .ciphers = {}}, &session, &kept);
    REQUIRE(before.done);

    fs::remove(certificate);
    fs::remove(key);
    CHECK_FALSE((*tls)->reload().has_value());
    CHECK(transport::write_self_signed("localhost", certificate, key).has_value());
    CHECK((*tls)->reload().has_value());

    const auto after = connect(server.port(), certificate, {.alpn = {}, .ciphers = {}});
    CHECK(after.done);
    CHECK(after.serial != before.serial);
    constexpr std::string_view kAgain = "GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n";
    SSL_write(session, kAgain.data(), static_cast<int>(kAgain.size()));
    std::array<char, 4096> text{};
    CHECK(SSL_read(session, text.data(), static_cast<int>(text.size())) > 0);
    SSL_free(session);
}

TEST_CASE("a key that does not fit its certificate is refused at the start", "[web][tls]") {
    const Folder folder;
    REQUIRE(transport::write_self_signed("localhost", folder.path / "a.pem", folder.path / "a.key").has_value());
    REQUIRE(transport::write_self_signed("localhost", folder.path / "b.pem", folder.path / "b.key").has_value());
    CHECK(transport::TlsContext::load({folder.path / "a.pem", folder.path / "b.key", {}, {}, false}).error().key() ==
          "tls.key");
    CHECK(transport::TlsContext::load({folder.path / "none.pem", folder.path / "a.key", {}, {}, false}).error().key() ==
          "tls.certificate");
}

TEST_CASE("a peer that never speaks TLS is cut when its handshake's time is over", "[web][tls]") {
    const Folder folder;
    REQUIRE(transport::write_self_signed("localhost", folder.path / "a.pem", folder.path / "a.key").has_value());
    const auto tls = transport::TlsContext::load({folder.path / "a.pem", folder.path / "a.key", {}, {}, false});
    transport::ListenOptions options;
    options.limits.handshake = std::chrono::milliseconds{200};
    SampleServer server{options, tls->get()};
    RawClient client{server.port()};
    CHECK(client.closed_within(std::chrono::seconds{8}));
}

}  // namespace rogatory::test
