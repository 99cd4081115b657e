#include "web/server/init_wizard.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "web/page/bundle.hpp"
#include "web/server/config.hpp"
#include "web/server/dialogue.hpp"
#include "web/server/setup_checks.hpp"
#include "web/server/system.hpp"
#include "web/server/words.hpp"

namespace rogatory::server {
namespace {

namespace fs = std::filesystem;

constexpr const char* kRecipientsName = "backup-recipients.txt";

fs::path path_of(const std::string& answer) {
    const char* const home = std::getenv("HOME");
    auto text = answer;
    if (home != nullptr && (text == "~" || text.starts_with("~/"))) text = home + text.substr(1);
    auto path = fs::absolute(text).lexically_normal();
    return path.has_filename() ? path : path.parent_path();
}

// A path that passes this check, as it is written from then on.
template <class Check>
auto path_that(Check check) {
    return [check](const std::string& answer) -> Result<fs::path> {
        auto path = path_of(answer);
        ROGATORY_TRY_VOID(check(path));
        return path;
    };
}

std::string name_of_this_machine() {
    std::array<char, 256> name{};
    if (::gethostname(name.data(), name.size() - 1) != 0) return {};
    const std::string text{name.data()};
    // A bare name is known in one network only.
    return text.find('.') != std::string::npos && split_host(text) ? text : std::string{};
}

std::string folder_to_offer() {
    const fs::path usual = "/var/lib/rogatory";
    return (check_data_folder(usual) ? usual : fs::current_path() / "rogatory-data").string();
}

class Wizard {
public:
    Wizard(InitOptions given, std::string_view language) : options_{std::move(given)}, dialogue_{language} {}

    Result<> run() {
        interrupt_says_nothing_written(dialogue_.french());
        dialogue_.say(
            dialogue_.french()
                ? "Ce qu’il faut savoir pour fonder un serveur. Rien n’est écrit avant la dernière question\u00a0; "
                  "Ctrl-C quitte à tout moment."
                : "What must be known to found a server. Nothing is written before the last question; Ctrl-C "
                  "leaves at any time.");
        ROGATORY_TRY_VOID(network());
        ROGATORY_TRY_VOID(files());
        ROGATORY_TRY_VOID(certificate());
        ROGATORY_TRY_VOID(management());
        ROGATORY_TRY_VOID(people());
        ROGATORY_TRY_VOID(mail());
        ROGATORY_TRY_VOID(backups());
        // Nothing may be found out when half is written: the server would read this file tomorrow.
        ROGATORY_TRY_VOID(parse_config(first_config(said_), options_.data));
        dialogue_.summary();
        ROGATORY_TRY(const bool wanted, dialogue_.yes_or_no("write"));
        if (!wanted) return fail(ErrorCode::conflict, "init.declined");
        interrupt_waits();
        options_.settings = said_;
        // Before the configuration that names it: a folder with a database and without this file could be neither
        // served from nor filled anew.
        ROGATORY_TRY_VOID(recipients_file());
        ROGATORY_TRY_VOID(init_or_take_back());
        next();
        return {};
    }

private:
    Result<> recipients_file() const {
        if (recipient_.empty()) return {};
        std::error_code error;
        if (::mkdir(options_.data.c_str(), S_IRWXU) != 0 && errno != EEXIST) {
            return fail(Error{ErrorCode::unavailable, "file.write"}.with("file", options_.data.string()));
        }
        auto written = write_new_file(options_.data / kRecipientsName, recipient_ + "\n");
        // Half of one is in the way of the next attempt; what was there before is not touched.
        if (!written && written.error().key() == "file.write") fs::remove(options_.data / kRecipientsName, error);
        return written;
    }

    Result<> init_or_take_back() const {
        const auto take_back = [this] {
            std::error_code error;
            if (recipient_.empty() || fs::exists(options_.data / kConfigName, error)) return;
            fs::remove(options_.data / kRecipientsName, error);
        };
        try {
            auto made = init(options_);
            if (!made) take_back();
            return made;
        } catch (...) {
            take_back();
            throw;
        }
    }

    Result<> network() {
        Dialogue::Ask name{.question = "host", .fallback = name_of_this_machine()};
        if (!options_.host.empty()) name.given = options_.host;
        ROGATORY_TRY(host_, dialogue_.ask(name, [this](const std::string& answer) -> Result<HostPort> {
            ROGATORY_TRY(auto made, split_host(answer));
            options_.host = answer;
            return made;
        }));
        ROGATORY_TRY(said_.address, dialogue_.ask({.question = "address", .fallback = said_.address},
                                                  [](const std::string& answer) -> Result<std::string> {
                                                      ROGATORY_TRY_VOID(check_address(answer));
                                                      return answer;
                                                  }));
        ROGATORY_TRY(said_.port, dialogue_.ask({.question = "port", .fallback = host_.port},
                                               [this](const std::string& answer) { return port(answer); }));
        return {};
    }

    Result<std::string> port(const std::string& answer) const {
        ROGATORY_TRY(const auto found, check_port(said_.address, answer));
        if (found == PortIs::for_systemd) {
            dialogue_.explain_error(Error{ErrorCode::forbidden, "init.port_low"}.with("port", answer));
        }
        return answer;
    }

    Result<> files() {
        Dialogue::Ask folder{.question = "data", .fallback = folder_to_offer()};
        if (!options_.data.empty()) folder.given = options_.data.string();
        ROGATORY_TRY(options_.data, dialogue_.ask(folder, path_that(check_data_folder)));
        const auto whole = [](const fs::path& web) -> Result<> {
            ROGATORY_TRY_VOID(page::Bundle::read(web));
            return {};
        };
        if (!options_.web && !web_client_beside_program().empty()) return {};
        Dialogue::Ask web{.question = "web", .optional = true};
        if (options_.web) web.given = options_.web->string();
        ROGATORY_TRY(const auto found, dialogue_.ask(web, path_that(whole)));
        options_.web.reset();
        if (!found.empty()) options_.web = found;
        return {};
    }

    Result<> certificate() {
        bool own = !options_.self_signed;
        if (own) {
            ROGATORY_TRY(own, dialogue_.ask({.question = "tls", .fallback = "1"},
                                            [this](const std::string& answer) { return own_certificate(answer); }));
            const auto made_now = (options_.data / "server.pem").string();
            dialogue_.last_answer_means(own ? "1" : made_now);
        }
        options_.self_signed = !own;
        if (!own) return {};
        ROGATORY_TRY(const auto chain,
                     dialogue_.ask({.question = "certificate"}, path_that([this](const fs::path& file) {
                                       return check_certificate(file, host_.host);
                                   })));
        ROGATORY_TRY(const auto key,
                     dialogue_.ask({.question = "private_key"}, path_that([&chain](const fs::path& file) {
                                       return check_private_key(file, chain);
                                   })));
        said_.certificate = chain.string();
        said_.private_key = key.string();
        return {};
    }

    Result<bool> own_certificate(const std::string& answer) const {
        if (answer == "1") return true;
        if (answer != "2") return fail(ErrorCode::invalid_input, "init.one_of");
        for (const auto* const name : {"server.pem", "server.key"}) {
            std::error_code error;
            const auto file = options_.data / name;
            if (fs::exists(file, error)) {
                return fail(Error{ErrorCode::conflict, "tls.exists"}.with("file", file.string()));
            }
        }
        return false;
    }

    Result<> management() {
        ROGATORY_TRY(
            said_.management_port,
            dialogue_.ask({.question = "management", .fallback = std::to_string(said_.management_port)},
                          [this](const std::string& answer) -> Result<std::uint16_t> {
                              if (answer == "0") return std::uint16_t{0};
                              if (answer == said_.port) {
                                  return fail(Error{ErrorCode::conflict, "init.same_port"}.with("port", answer));
                              }
                              ROGATORY_TRY(const auto found, check_port("127.0.0.1", answer));
                              if (found != PortIs::free) return fail(ErrorCode::invalid_input, "init.port");
                              return static_cast<std::uint16_t>(std::stoul(answer));
                          }));
        return {};
    }

    Result<> people() {
        if (!options_.training) {
            ROGATORY_TRY(options_.training, dialogue_.yes_or_no("training"));
        }
        said_.training = options_.training;
        ROGATORY_TRY(
            said_.name,
            dialogue_.ask({.question = "name", .fallback = options_.training ? "Rogatory (training)" : "Rogatory"},
                          [](const std::string& answer) -> Result<std::string> { return answer; }));
        Dialogue::Ask policy{.question = "policy", .optional = true};
        if (options_.policy) policy.given = options_.policy->string();
        ROGATORY_TRY(const auto file, dialogue_.ask(policy, path_that([this](const fs::path& path) -> Result<> {
                                                        const auto read = read_policy(path, options_.host + "/log/0");
                                                        if (read) return {};
                                                        return fail(Error{ErrorCode::invalid_input, "init.policy"}
                                                                        .with("file", path.string())
                                                                        .with("reason", read.error().key()));
                                                    })));
        options_.policy.reset();
        if (!file.empty()) options_.policy = file;
        ROGATORY_TRY(options_.admin_code_out,
                     out("admin_code", std::exchange(options_.admin_code_out, std::nullopt), "admin-code.txt"));
        ROGATORY_TRY(options_.sheet_out, out("sheet", options_.sheet_out, "founding-sheet.txt"));
        return {};
    }

    Result<std::optional<fs::path>> out(std::string_view question, const std::optional<fs::path>& given,
                                        const char* name) {
        Dialogue::Ask file{.question = question, .fallback = (options_.data / name).string()};
        if (given) file.given = given->string();
        return dialogue_.ask(file, [this](const std::string& answer) -> Result<std::optional<fs::path>> {
            if (answer == "-") return std::optional<fs::path>{};
            auto path = path_of(answer);
            ROGATORY_TRY_VOID(check_new_file(path, options_.data));
            if (path == options_.admin_code_out) {
                return fail(Error{ErrorCode::conflict, "file.exists"}.with("file", path.string()));
            }
            return std::optional{path};
        });
    }

    Result<> mail() {
        const auto as_is = [](const std::string& answer) -> Result<std::string> { return answer; };
        ROGATORY_TRY(said_.mail_url, dialogue_.ask({.question = "mail", .optional = true},
                                                   [](const std::string& answer) -> Result<std::string> {
                                                       ROGATORY_TRY_VOID(check_mail_server(answer, false));
                                                       return answer;
                                                   }));
        if (said_.mail_url.empty()) return {};
        // What is on another machine must offer TLS, and nobody is asked.
        if (check_mail_server(said_.mail_url, true)) {
            ROGATORY_TRY(said_.mail_plain, dialogue_.yes_or_no("mail_plain"));
        }
        ROGATORY_TRY(said_.mail_from, dialogue_.ask({.question = "mail_from", .fallback = "rogatory@" + host_.host},
                                                    [](const std::string& answer) -> Result<std::string> {
                                                        const auto at = answer.find('@');
                                                        if (at == 0 || at == std::string::npos ||
                                                            at + 1 == answer.size() ||
                                                            answer.find('@', at + 1) != std::string::npos ||
                                                            answer.find_first_of(" \t<>\"\\") != std::string::npos) {
                                                            return fail(ErrorCode::invalid_input, "init.mail_from");
                                                        }
                                                        return answer;
                                                    }));
        ROGATORY_TRY(said_.mail_user, dialogue_.ask({.question = "mail_user", .optional = true}, as_is));
        if (said_.mail_user.empty()) return {};
        ROGATORY_TRY(const auto password,
                     dialogue_.ask({.question = "mail_password"}, path_that([](const fs::path& file) -> Result<> {
                                       ROGATORY_TRY_VOID(read_secret_line(file));
                                       return {};
                                   })));
        said_.mail_password_file = password.string();
        return {};
    }

    Result<> backups() {
        ROGATORY_TRY(
            said_.backup_recipients_file,
            dialogue_.ask({.question = "backup", .optional = true},
                          [this](const std::string& answer) -> Result<std::string> {
                              if (is_recipient(answer)) {
                                  ROGATORY_TRY_VOID(check_new_file(options_.data / kRecipientsName, options_.data));
                                  recipient_ = answer;
                                  return std::string{kRecipientsName};
                              }
                              const auto file = path_of(answer);
                              ROGATORY_TRY_VOID(check_recipients(file));
                              return file.string();
                          }));
        if (said_.backup_recipients_file.empty()) return {};
        ROGATORY_TRY(const auto log_key,
                     dialogue_.ask({.question = "backup_log_key", .optional = true}, path_that(check_recipients)));
        said_.backup_log_key_recipients_file = log_key.string();
        return {};
    }

    void next() const {
        const bool french = dialogue_.french();
        const auto config = (options_.data / kConfigName).string();
        const auto line = [](const std::string& command) { std::fprintf(stderr, "   %s\n", command.c_str()); };
        std::fprintf(stderr, "\n");
        dialogue_.say((french ? "Écrit\u00a0: " : "Written: ") + config);
        dialogue_.say(french ? "Tous les autres réglages, avec leur sens\u00a0: `rogatoryd config example`."
                             : "All other settings, with their meaning: `rogatoryd config example`.");
        std::fprintf(stderr, "\n");
        dialogue_.say(french ? "La suite\u00a0:" : "Next:");
        line("rogatoryd check --config " + config);
        line(options_.data == "/var/lib/rogatory" ? "systemctl enable --now rogatoryd.socket rogatoryd"
                                                  : "rogatoryd serve --config " + config);
        line("rogatory " + (options_.self_signed ? "--ca " + (options_.data / "server.pem").string() + " " : "") +
             "admin enrol --server https://" + options_.host + " --user " + (french ? "NOM" : "NAME"));
        line("rogatoryd backup create --config " + config +
             (said_.backup_recipients_file.empty() ? " --recipient age1pq1…" : "") + (french ? " DOSSIER" : " FOLDER"));
        dialogue_.say(french ? "Gardez une copie de database.key à part des sauvegardes."
                             : "Keep a copy of database.key apart from the backups.");
    }

    InitOptions options_;
    Dialogue dialogue_;
    HostPort host_;
    FirstConfig said_;
    std::string recipient_;  // typed, and not a file yet
};

}  // namespace

Result<> init_by_questions(InitOptions given) { return Wizard{std::move(given), language_of_environment()}.run(); }

}  // namespace rogatory::server
