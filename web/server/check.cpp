#include "web/server/check.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>

#include "platform/base/loopback.hpp"
#include "platform/service/server_time.hpp"
#include "storage/sql_store.hpp"
#include "storage/sqlite/key.hpp"
#include "web/page/bundle.hpp"
#include "web/server/system.hpp"
#include "web/server/webhook_receivers.hpp"
#include "web/transport/certificate.hpp"
#include "web/transport/tls_context.hpp"

namespace rogatory::server {
namespace {

constexpr mode_t kOthers = S_IRWXG | S_IRWXO;

class Check {
public:
    explicit Check(const CheckOptions& options) : options_{options} {}

    Report run() {
        auto config = read_config(options_.config);
        if (!config) {
            error(std::move(config).error());
            return std::move(report_);
        }
        config_ = *std::move(config);
        permissions();
        certificate();
        if (!config_.web_folder.empty()) take(page::Bundle::read(config_.web_folder));
        if (!config_.mail_password_file.empty()) take(read_secret_line(config_.mail_password_file));
        for (auto& fault : webhook_faults(config_.webhooks)) error(std::move(fault));
        if (auto often = webhooks_too_often(config_)) warn(*std::move(often));
        machine();
        if (std::filesystem::is_directory(config_.data)) {
            disk();
            try {
                storage();
            } catch (const std::exception& broken) {  // storage throws where it cannot say more than what SQLite says
                error(Error{ErrorCode::integrity, "storage.key_or_file", broken.what()});
            }
        }
        return std::move(report_);
    }

private:
    void error(Error what) { report_.findings.push_back({Finding::Weight::error, std::move(what)}); }
    void warn(Error what) { report_.findings.push_back({Finding::Weight::warning, std::move(what)}); }
    template <class T>
    void take(const Result<T>& result) {
        if (!result) error(result.error());
    }
    static Error about(const char* key, const std::filesystem::path& file) {
        return Error{ErrorCode::invalid_input, key}.with("file", file.string());
    }

    void permissions() {
        struct stat status {};
        // Who may write it decides what this server trusts.
        if (::stat(options_.config.c_str(), &status) == 0 && (status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
            error(about("check.config_mode", options_.config));
        }
        if (::stat(config_.data.c_str(), &status) != 0 || !S_ISDIR(status.st_mode)) {
            error(about("check.data_missing", config_.data));
            return;
        }
        if ((status.st_mode & kOthers) != 0) error(about("check.data_mode", config_.data));
        if (status.st_uid != ::geteuid()) error(about("check.data_owner", config_.data));
        const storage::Layout layout{config_.data, config_.database_key};
        take(storage::read_database_key(storage::credential_or("rogatory-database-key", layout.key())));
        if (::stat(config_.tls.private_key.c_str(), &status) == 0 && (status.st_mode & kOthers) != 0) {
            error(about("check.key_mode", config_.tls.private_key));
        }
    }

    void certificate() {
        const auto loaded = transport::TlsContext::load(config_.tls);
        if (!loaded) {
            const auto& key = loaded.error().key();
            const auto& file = key == "tls.key"            ? config_.tls.private_key
                               : key == "tls.client_hints" ? config_.tls.client_hints
                                                           : config_.tls.certificate_chain;
            error(Error{loaded.error()}.with("file", file.string()));
            return;
        }
        loaded_ = true;
        const auto facts = transport::certificate_facts(config_.tls.certificate_chain);
        if (!facts) return error(facts.error());
        constexpr std::int64_t kSoonDays = 21;
        const auto now = SystemClock{}.now();
        const auto days = std::to_string((facts->not_after - now) / kDay);
        auto of = about("check.certificate_soon", config_.tls.certificate_chain).with("days", days);
        if (now >= facts->not_after) {
            error(about("check.certificate_expired", config_.tls.certificate_chain));
        } else if (now < facts->not_before) {
            error(about("check.certificate_not_yet", config_.tls.certificate_chain));
        } else if (facts->not_after - now < kSoonDays * kDay) {
            warn(std::move(of));
        }
        if (!config_.origin.empty()) certificate_for(host_of(config_.origin.substr(config_.origin.find("//") + 2)));
    }

    static std::string host_of(std::string authority) {
        authority = authority.substr(0, authority.find('/'));
        if (authority.starts_with('[')) return authority.substr(1, authority.find(']') - 1);
        return authority.substr(0, authority.find(':'));
    }
    void certificate_for(const std::string& host) {
        if (!loaded_ || transport::certificate_is_for(config_.tls.certificate_chain, host)) return;
        error(about("check.certificate_host", config_.tls.certificate_chain).with("host", host));
    }

    void machine() {
        rlimit files{};
        // A connection whose body comes or goes holds the file of that, too.
        const auto needed = 2 * config_.listen.limits.connections + 512;
        if (::getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_max < needed) {
            warn(Error{ErrorCode::invalid_input, "check.open_files"}
                     .with("have", std::to_string(files.rlim_max))
                     .with("need", std::to_string(needed)));
        }
        timex clock{};
        if (::adjtimex(&clock) == TIME_ERROR) warn(Error{ErrorCode::invalid_input, "check.clock_unsynchronised"});
        if (const auto& address = config_.management_address; config_.management_port != 0 && !is_loopback(address)) {
            error(Error{ErrorCode::invalid_input, "check.management_address"}.with("address", address));
        }
    }

    void disk() {
        struct statvfs space {};
        if (::statvfs(config_.data.c_str(), &space) == 0) {
            const auto free = static_cast<std::uint64_t>(space.f_bavail) * space.f_frsize;
            const auto whole = static_cast<std::uint64_t>(space.f_blocks) * space.f_frsize;
            constexpr std::uint64_t kMiB = 1 << 20;
            auto of = Error{ErrorCode::storage_full, "check.disk_full"}
                          .with("free", std::to_string(free / kMiB))
                          .with("need", std::to_string(config_.service.reserve_bytes / kMiB));
            if (free <= config_.service.reserve_bytes) {
                error(std::move(of));
            } else if (free < whole / 20) {
                warn(Error{ErrorCode::storage_full, "check.disk_space"}.with("free", std::to_string(free / kMiB)));
            }
        }
        struct statfs kind {};
        // Where a copy in memory is taken for a disk, or another machine says what is durable.
        constexpr std::array<long, 3> kNoDisk{0x01021994 /* tmpfs */, 0x6969 /* NFS */, 0x65735546 /* FUSE */};
        if (::statfs(config_.data.c_str(), &kind) == 0 &&
            std::ranges::find(kNoDisk, static_cast<long>(kind.f_type)) != kNoDisk.end()) {
            warn(about("check.filesystem", config_.data));
        }
        fsync_speed();
    }

    void fsync_speed() {
        constexpr std::size_t kTries = 11;
        constexpr std::uint64_t kSlowUs = 30'000;
        const auto path = config_.data / ".check-fsync";
        const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
        if (file < 0) return error(about("check.data_unwritable", config_.data));
        std::array<std::uint64_t, kTries> took{};
        bool good = true;
        for (auto& one : took) {
            const std::array<char, 4096> page{};
            const auto begun = std::chrono::steady_clock::now();
            good = good && ::pwrite(file, page.data(), page.size(), 0) == static_cast<ssize_t>(page.size()) &&
                   ::fdatasync(file) == 0;
            const auto spent = std::chrono::steady_clock::now() - begun;
            one = static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(spent).count());
        }
        ::close(file);
        ::unlink(path.c_str());
        if (!good) return error(about("check.data_unwritable", config_.data));
        std::ranges::sort(took);
        const auto median = took[kTries / 2];
        if (median > kSlowUs) {
            warn(Error{ErrorCode::unavailable, "check.fsync_slow"}.with("ms", std::to_string(median / 1000)));
        }
    }

    void storage() {
        if (std::ranges::any_of(report_.findings,
                                [](const Finding& one) { return one.error.key().starts_with("database_key."); })) {
            return;
        }
        SystemClock clock;
        EndProcess emergency;
        const storage::Layout layout{config_.data, config_.database_key};
        const auto found = storage::inspect_storage(layout, emergency, !options_.quick);
        if (!found) {
            // A server that runs has it, and reads it all every night by itself.
            if (found.error().key() == "storage.locked") return warn(Error{ErrorCode::unavailable, "check.running"});
            return error(found.error());
        }
        if (!found->faults.empty()) error(Error{ErrorCode::integrity, "storage.damaged", found->faults});
        report_.database = !options_.quick;
        // To open it as the server does would bring it forward.
        if (found->steps_to_come > 0) {
            return warn(Error{ErrorCode::conflict, "schema.older"}.with("steps", std::to_string(found->steps_to_come)));
        }
        auto opened = storage::SqlStore::open(layout, clock, emergency, 1);
        if (!opened) return error(std::move(opened).error());
        auto& store = **opened;
        if (const auto log = store.log_identity()) {
            certificate_for(host_of(log->origin));
        } else {
            error(log.error());
        }
        const auto latest =
            store.read([](const ports::Repositories& repositories) { return service::ServerTime::kept(repositories); });
        for (const auto& to : config_.webhooks) {
            const auto there = store.read([&to](const ports::Repositories& repositories) {
                return repositories.parties().find(to.party).has_value();
            });
            if (!there) warn(Error{ErrorCode::invalid_input, "webhooks.nobody"}.with("party", to.party));
        }
        constexpr std::int64_t kSlack = 5 * kMinute;
        if (clock.now() + kSlack < latest) {
            error(Error{ErrorCode::invalid_input, "check.clock_back"}.with(
                "minutes", std::to_string((latest - clock.now()) / kMinute)));
        }
        if (options_.quick) return;
        take(store.verify_log());
        report_.log = true;
    }

    const CheckOptions& options_;
    Config config_;
    bool loaded_ = false;  // the certificate
    Report report_;
};

}  // namespace

Report find_faults(const CheckOptions& options) { return Check{options}.run(); }

}  // namespace rogatory::server
