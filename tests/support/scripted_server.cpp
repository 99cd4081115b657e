#include "tests/support/scripted_server.hpp"

#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <stdexcept>

#include <arpa/inet.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace rogatory::support {
namespace {

template <class T, void (*Free)(T*)>
struct Freer {
    void operator()(T* one) const noexcept { Free(one); }
};
using Key = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY, EVP_PKEY_free>>;
using X509Ptr = std::unique_ptr<X509, Freer<X509, X509_free>>;

bool readable(int socket, int milliseconds) {
    pollfd one{socket, POLLIN, 0};
    return ::poll(&one, 1, milliseconds) == 1;
}

// Enough of HTTP to know where a request ends.
bool complete(const std::string& request) {
    const auto head = request.find("\r\n\r\n");
    if (head == std::string::npos) return false;
    const auto at = request.find("ontent-Length: ");
    if (at == std::string::npos || at > head) return true;
    return request.size() >= head + 4 + std::stoul(request.substr(at + 15));
}

}  // namespace

struct ScriptedServer::Tls {
    Tls(const Certificate& wanted, const std::filesystem::path& path)
        : key{EVP_EC_gen("P-256")}, certificate{X509_new()}, context{SSL_CTX_new(TLS_server_method())} {
        X509_set_version(certificate.get(), 2);
        ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()),
                         std::chrono::steady_clock::now().time_since_epoch().count() & 0xffffff);
        X509_gmtime_adj(X509_getm_notBefore(certificate.get()), wanted.valid_from_days * 86400);
        X509_gmtime_adj(X509_getm_notAfter(certificate.get()), wanted.valid_to_days * 86400);
        X509_set_pubkey(certificate.get(), key.get());
        auto* name = X509_get_subject_name(certificate.get());
        X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                                   reinterpret_cast<const unsigned char*>(wanted.name.c_str()), -1, -1, 0);
        X509_set_issuer_name(certificate.get(), name);
        const auto alternative = "DNS:" + wanted.name;
        auto* extension = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, alternative.c_str());
        X509_add_ext(certificate.get(), extension, -1);
        X509_EXTENSION_free(extension);
        X509_sign(certificate.get(), key.get(), EVP_sha256());
        SSL_CTX_use_certificate(context.get(), certificate.get());
        SSL_CTX_use_PrivateKey(context.get(), key.get());
        std::FILE* file = std::fopen(path.c_str(), "w");
        if (file == nullptr) throw std::runtime_error{"the certificate cannot be written"};
        PEM_write_X509(file, certificate.get());
        std::fclose(file);
    }

    Key key;
    X509Ptr certificate;
    std::unique_ptr<SSL_CTX, Freer<SSL_CTX, SSL_CTX_free>> context;
};

ScriptedServer::ScriptedServer(Script script, Speaks speaks, const Certificate& certificate)
    : script_{std::move(script)}, speaks_{speaks} {
    // SSL_write has no MSG_NOSIGNAL: a client that hangs up must not end the tests.
    std::signal(SIGPIPE, SIG_IGN);
    auto name = (std::filesystem::temp_directory_path() / "rogatory-test-XXXXXX").string();
    const int file = ::mkstemp(name.data());
    if (file < 0) throw std::runtime_error{"no temporary file"};
    ::close(file);
    certificate_ = name;
    tls_ = std::make_unique<Tls>(certificate, certificate_);
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener_, 16) != 0)
        throw std::runtime_error{"no port"};
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread{[this] { serve(); }};
}

ScriptedServer::~ScriptedServer() {
    stop_ = true;
    thread_.join();
    ::close(listener_);
    std::error_code ignored;
    std::filesystem::remove(certificate_, ignored);
}

std::vector<std::string> ScriptedServer::requests() const {
    const std::lock_guard guard{mutex_};
    return requests_;
}

void ScriptedServer::serve() {
    while (!stop_) {
        if (!readable(listener_, 50)) continue;
        const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (socket < 0) continue;
        talk(socket);
        ::close(socket);
    }
}

void ScriptedServer::talk(int socket) {
    std::unique_ptr<SSL, Freer<SSL, SSL_free>> tls;
    if (speaks_ == Speaks::tls) {
        tls.reset(SSL_new(tls_->context.get()));
        SSL_set_fd(tls.get(), socket);
        if (SSL_accept(tls.get()) != 1) return;
    }
    const auto read = [&](char* to, int room) {
        return tls ? SSL_read(tls.get(), to, room)
                   : static_cast<int>(::recv(socket, to, static_cast<std::size_t>(room), 0));
    };
    std::string request;
    std::array<char, 65536> piece{};
    while (!stop_) {
        const bool waiting = tls && SSL_pending(tls.get()) > 0;
        if (!waiting && !readable(socket, 50)) continue;
        const int got = read(piece.data(), static_cast<int>(piece.size()));
        if (got <= 0) return;
        request.append(piece.data(), static_cast<std::size_t>(got));
        if (!complete(request)) continue;
        {
            const std::lock_guard guard{mutex_};
            requests_.push_back(request);
        }
        const auto reply = script_(request);
        request.clear();
        if (reply.bytes.empty() && !reply.hang) return;  // the line goes dead
        const auto size = static_cast<int>(reply.bytes.size());
        if (size > 0 &&
            (tls ? SSL_write(tls.get(), reply.bytes.data(), size)
                 : static_cast<int>(::send(socket, reply.bytes.data(), reply.bytes.size(), MSG_NOSIGNAL))) <= 0)
            return;
        if (reply.hang) {
            while (!stop_ && !readable(socket, 50)) {
            }
            return;
        }
        if (reply.bytes.find("Connection: close") != std::string::npos) return;
    }
}

std::string http_reply(int status, const std::string& body, const std::string& headers) {
    return "HTTP/1.1 " + std::to_string(status) + " Said\r\n" + headers +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string problem_reply(int status, const std::string& key, const std::string& arguments) {
    return http_reply(status,
                      R"({"type":"urn:rogatory:problem:)" + key + R"(","title":"No","status":)" +
                          std::to_string(status) + R"(,"arguments":)" + arguments +
                          R"(,"request_id":"0011223344556677"})",
                      "Content-Type: application/problem+json\r\n");
}

}  // namespace rogatory::support
