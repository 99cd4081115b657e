#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace rogatory::support {

// A server on the loopback address that says over TLS, byte for byte, what a test tells it to: for what an honest
// server would never do. Its certificate is made for one run and lies in certificate().
class ScriptedServer {
public:
    struct Reply {
        std::string bytes;  // the whole HTTP reply, head and body
        bool hang = false;  // then say nothing more and keep the line open until the server goes
    };
    using Script = std::function<Reply(const std::string& request)>;

    enum class Speaks { tls, plain };  // plain: a proxy that answers CONNECT itself
    struct Certificate {
        long valid_from_days = -1;
        long valid_to_days = 2;
        std::string name = "localhost";
    };

    explicit ScriptedServer(Script script) : ScriptedServer{std::move(script), Speaks::tls, Certificate{}} {}
    ScriptedServer(Script script, Speaks speaks, const Certificate& certificate);
    ~ScriptedServer();
    ScriptedServer(const ScriptedServer&) = delete;
    ScriptedServer& operator=(const ScriptedServer&) = delete;

    [[nodiscard]] std::string url() const { return "https://localhost:" + std::to_string(port_); }
    [[nodiscard]] unsigned port() const noexcept { return port_; }
    [[nodiscard]] const std::filesystem::path& certificate() const noexcept { return certificate_; }
    [[nodiscard]] std::vector<std::string> requests() const;  // heads and bodies as received

private:
    struct Tls;
    void serve();
    void talk(int socket);

    Script script_;
    Speaks speaks_;
    std::filesystem::path certificate_;
    std::unique_ptr<Tls> tls_;
    int listener_ = -1;
    unsigned port_ = 0;
    std::atomic<bool> stop_{false};
    mutable std::mutex mutex_;
    std::vector<std::string> requests_;
    std::thread thread_;
};

// "HTTP/1.1 <status> …" with a body and its length.
[[nodiscard]] std::string http_reply(int status, const std::string& body,
                                     const std::string& headers = "Content-Type: application/json\r\n");
[[nodiscard]] std::string problem_reply(int status, const std::string& key, const std::string& arguments = "{}");

}  // namespace rogatory::support
