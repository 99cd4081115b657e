#include "web/server/setup_checks.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cstring>
#include <optional>

#include "crypto/age/keys.hpp"
#include "platform/base/try.hpp"
#include "storage/sql_store.hpp"
#include "web/client/smtp.hpp"
#include "web/server/backup_commands.hpp"
#include "web/server/commands.hpp"
#include "web/server/system.hpp"
#include "web/transport/certificate.hpp"
#include "web/transport/tls_context.hpp"

namespace rogatory::server {
namespace {

struct Endpoint {
    sockaddr_storage address{};
    socklen_t size = 0;
};

std::optional<Endpoint> endpoint(const std::string& address, std::uint16_t port) {
    Endpoint out;
    sockaddr_in four{};
    sockaddr_in6 six{};
    if (inet_pton(AF_INET, address.c_str(), &four.sin_addr) == 1) {
        four.sin_family = AF_INET;
        four.sin_port = htons(port);
        std::memcpy(&out.address, &four, sizeof four);
        out.size = sizeof four;
        return out;
    }
    if (inet_pton(AF_INET6, address.c_str(), &six.sin6_addr) != 1) return std::nullopt;
    six.sin6_family = AF_INET6;
    six.sin6_port = htons(port);
    std::memcpy(&out.address, &six, sizeof six);
    out.size = sizeof six;
    return out;
}

// 0, or why this address and port cannot be had now. Nobody is listened to.
int try_to_bind(const Endpoint& endpoint) {
    const int one = ::socket(endpoint.address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (one < 0) return errno;
    const int on = 1;
    ::setsockopt(one, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    const int why = ::bind(one, reinterpret_cast<const sockaddr*>(&endpoint.address), endpoint.size) == 0 ? 0 : errno;
    ::close(one);
    return why;
}

Error of_folder(const char* key, const std::filesystem::path& folder) {
    return Error{ErrorCode::invalid_input, key}.with("folder", folder.string());
}
Error of_file(const char* key, const std::filesystem::path& file) {
    return Error{ErrorCode::invalid_input, key}.with("file", file.string());
}

bool writable(const std::filesystem::path& folder) {
    return ::faccessat(AT_FDCWD, folder.c_str(), W_OK | X_OK, AT_EACCESS) == 0;
}

// The folder that a new thing would lie in.
Result<> check_folder_of(const std::filesystem::path& thing) {
    const auto folder = thing.parent_path();
    std::error_code error;
    if (!std::filesystem::is_directory(folder, error)) return fail(of_folder("init.no_folder", folder));
    if (!writable(folder)) return fail(of_folder("init.unwritable", folder));
    return {};
}

}  // namespace

Result<> check_address(const std::string& address) {
    const auto where = endpoint(address, 0);
    if (!where) return fail(ErrorCode::invalid_input, "init.address");
    if (try_to_bind(*where) != 0) {
        return fail(Error{ErrorCode::invalid_input, "init.not_ours"}.with("address", address));
    }
    return {};
}

Result<PortIs> check_port(const std::string& address, const std::string& port) {
    std::uint16_t number = 0;
    const auto* const end = port.data() + port.size();
    const auto read = std::from_chars(port.data(), end, number);
    if (read.ec != std::errc{} || read.ptr != end || number == 0) return fail(ErrorCode::invalid_input, "init.port");
    const auto where = endpoint(address, number);
    if (!where) return fail(ErrorCode::invalid_input, "init.address");
    const int why = try_to_bind(*where);
    if (why == EACCES) return PortIs::for_systemd;
    if (why != 0) return fail(Error{ErrorCode::conflict, "init.port_taken"}.with("port", port));
    return PortIs::free;
}

Result<> check_data_folder(const std::filesystem::path& data) {
    struct stat status {};
    if (::stat(data.c_str(), &status) != 0) return check_folder_of(data);
    if (!S_ISDIR(status.st_mode)) return fail(of_folder("init.not_folder", data));
    if (status.st_uid != ::geteuid()) return fail(of_file("check.data_owner", data));
    if (!writable(data)) return fail(of_folder("init.unwritable", data));
    if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) return fail(of_file("check.data_mode", data));
    std::error_code error;
    const storage::Layout layout{data, {}};
    if (std::filesystem::exists(layout.database(), error) || std::filesystem::exists(data / kConfigName, error)) {
        return fail(ErrorCode::conflict, "init.done");
    }
    return {};
}

Result<> check_new_file(const std::filesystem::path& file, const std::filesystem::path& data) {
    struct stat status {};
    if (::lstat(file.c_str(), &status) == 0) return fail(of_file("file.exists", file));
    if (file.parent_path() == data) return {};
    return check_folder_of(file);
}

Result<> check_certificate(const std::filesystem::path& chain, const std::string& host) {
    const auto facts = transport::certificate_facts(chain);
    if (!facts) return fail(of_file("tls.certificate", chain));
    const auto now = SystemClock{}.now();
    if (now >= facts->not_after) return fail(of_file("check.certificate_expired", chain));
    if (now < facts->not_before) return fail(of_file("check.certificate_not_yet", chain));
    if (!transport::certificate_is_for(chain, host)) {
        return fail(of_file("check.certificate_host", chain).with("host", host));
    }
    return {};
}

Result<> check_private_key(const std::filesystem::path& key, const std::filesystem::path& chain) {
    struct stat status {};
    if (::stat(key.c_str(), &status) != 0) return fail(of_file("file.unreadable", key));
    if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) return fail(of_file("check.key_mode", key));
    transport::TlsSettings settings;
    settings.certificate_chain = chain;
    settings.private_key = key;
    const auto loaded = transport::TlsContext::load(std::move(settings));
    // Its own file is in order: what is wrong otherwise is the chain behind it.
    if (!loaded) return fail(of_file(loaded.error().key().c_str(), loaded.error().key() == "tls.key" ? key : chain));
    return {};
}

Result<> check_mail_server(const std::string& url, bool plain) {
    client::SmtpOptions options;
    options.url = url;
    options.plain_on_this_machine = plain;
    ROGATORY_TRY_VOID(client::Smtp::make(std::move(options)));
    return {};
}

Result<> check_recipients(const std::filesystem::path& file) {
    const auto count = count_backup_recipients(file);
    if (count && *count > 0) return {};
    if (!count && count.error().key() == "file.unreadable") return fail(of_file("file.unreadable", file));
    return fail(of_file("init.recipients", file));
}

bool is_recipient(const std::string& text) {
    const auto parsed = age::parse_recipient(text);
    return parsed && std::holds_alternative<age::HybridRecipient>(*parsed);
}

}  // namespace rogatory::server
