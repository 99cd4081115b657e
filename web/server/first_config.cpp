#include "web/server/first_config.hpp"

#include <algorithm>

#include "web/http/problem.hpp"

namespace rogatory::server {
namespace {

// A string of JSON is one of TOML.
void add(std::string& text, std::string_view name, const std::string& value) {
    if (!value.empty()) text += std::string{name} + " = " + http::json_string(value) + "\n";
}

}  // namespace

Result<HostPort> split_host(const std::string& text) {
    HostPort out;
    const auto bracket = text.rfind(']');
    const auto colon = text.find(':', bracket == std::string::npos ? 0 : bracket);
    out.host = text.substr(0, colon);
    if (colon != std::string::npos) out.port = text.substr(colon + 1);
    if (out.host.starts_with('[') && out.host.ends_with(']')) out.host = out.host.substr(1, out.host.size() - 2);
    const auto wrong_host = [](char c) {
        return !((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == ':');
    };
    const bool digits = !out.port.empty() && out.port.size() <= 5 &&
                        out.port.find_first_not_of("0123456789") == std::string::npos && std::stoul(out.port) <= 65535;
    if (out.host.empty() || out.host.size() > 253 || std::ranges::any_of(out.host, wrong_host) || !digits) {
        return fail(ErrorCode::invalid_input, "init.host");
    }
    return out;
}

std::filesystem::path web_client_beside_program() {
    std::error_code error;
    const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
    if (error) return {};
    for (const auto* const place : {"pages", "share/rogatory/web"}) {
        auto folder = program.parent_path().parent_path() / place;
        if (std::filesystem::exists(folder / "manifest.json", error)) return folder;
    }
    return {};
}

std::string first_config(const FirstConfig& said) {
    std::string text =
        "# rogatoryd. Paths are taken from the folder of this file. A name that is not known is refused.\n";
    text += "data = \".\"\n";
    add(text, "name", said.name.empty() && said.training ? "Rogatory (training)" : said.name);
    if (said.training) text += "training = true\n";
    text += "\n[listen]\n";
    add(text, "address", said.address);
    text += "port = " + said.port + "\n";
    add(text, "certificate", said.certificate);
    add(text, "private_key", said.private_key);
    text += "\n[management]\naddress = \"127.0.0.1\"\nport = " + std::to_string(said.management_port) + "\n\n";
    text += "# The web client; without it this server answers programs only.\n[web]\n";
    if (said.web.empty()) text += "# folder = \"/usr/share/rogatory/web\"\n";
    add(text, "folder", said.web.string());
    if (!said.mail_url.empty()) {
        text += "\n[mail]\n";
        add(text, "url", said.mail_url);
        add(text, "from", said.mail_from);
        add(text, "user", said.mail_user);
        add(text, "password_file", said.mail_password_file);
        if (said.mail_plain) text += "plain_on_this_machine = true\n";
    }
    if (!said.backup_recipients_file.empty()) {
        text += "\n[backup]\n";
        add(text, "recipients_file", said.backup_recipients_file);
        add(text, "log_key_recipients_file", said.backup_log_key_recipients_file);
    }
    return text;
}

}  // namespace rogatory::server
