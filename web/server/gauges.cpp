#include "web/server/gauges.hpp"

#include <unistd.h>

#include <ctime>
#include <fstream>

#include "crypto/tlog/checkpoint.hpp"
#include "storage/backup/create.hpp"
#include "web/middleware/metrics.hpp"
#include "web/transport/certificate.hpp"

namespace rogatory::server {
namespace {

using middleware::write_histogram;
using middleware::write_metric;
using middleware::write_value;

void gauge(std::string& out, std::string_view name, std::string_view help, double value) {
    write_metric(out, name, "gauge", help);
    write_value(out, name, value);
}
void counter(std::string& out, std::string_view name, std::string_view help, double value) {
    write_metric(out, name, "counter", help);
    write_value(out, name, value);
}

std::uint64_t size_of(const std::filesystem::path& file) {
    std::error_code error;
    const auto size = std::filesystem::file_size(file, error);
    return error ? 0 : size;
}

double cpu_seconds() {
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

std::size_t open_files() {
    std::error_code error;
    std::size_t count = 0;
    for (std::filesystem::directory_iterator at{"/proc/self/fd", error}, end; !error && at != end;
         at.increment(error)) {
        ++count;
    }
    return count;
}

std::uint64_t resident_bytes() {
    std::ifstream in{"/proc/self/statm"};
    std::uint64_t whole = 0;
    std::uint64_t resident = 0;
    in >> whole >> resident;
    return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace

void CosignersHeard::name(std::vector<std::string> names, UnixSeconds now) {
    const std::lock_guard lock{guard_};
    heard_.clear();
    for (auto& one : names) heard_.emplace_back(std::move(one), now);
}

void CosignersHeard::note(std::size_t cosigner, UnixSeconds at) {
    const std::lock_guard lock{guard_};
    if (cosigner < heard_.size()) heard_[cosigner].second = at;
}

std::vector<std::pair<std::string, UnixSeconds>> CosignersHeard::all() const {
    const std::lock_guard lock{guard_};
    return heard_;
}

std::string Gauges::text() {
    std::string out;
    write_metric(out, "rogatory_build_info", "gauge", "Which program runs.");
    write_value(out, "rogatory_build_info", 1, "version=\"" + from_.services.log.server().version + "\"");
    work(out);
    log(out);
    storage(out);
    process(out);
    return out;
}

void Gauges::work(std::string& out) {
    gauge(out, "rogatory_connections", "Connections of clients.", static_cast<double>(from_.connections()));
    gauge(out, "rogatory_live_streams", "Pages that wait for news.", static_cast<double>(from_.live_streams()));
    write_metric(out, "rogatory_mode", "gauge", "1 for the mode that the operator has set.");
    const auto mode = from_.mode->state().mode;
    for (const auto one : {middleware::Mode::normal, middleware::Mode::read_only, middleware::Mode::maintenance}) {
        write_value(out, "rogatory_mode", mode == one ? 1 : 0,
                    "mode=\"" + std::string{middleware::mode_name(one)} + "\"");
    }
    gauge(out, "rogatory_read_only",
          "1 while nothing is appended: the log is behind what it has signed, or is not what was signed.",
          from_.services.read_only() ? 1 : 0);
    gauge(out, "rogatory_unconfirmed", "1 while too few co-signers have been heard since the start.",
          from_.services.closed_because() == "log.unconfirmed" ? 1 : 0);
    write_metric(out, "rogatory_job_last_done_timestamp_seconds", "gauge",
                 "When each thing that the server does by itself was last done; its start, where not since then.");
    for (std::size_t job = 0; job < LastDone::kNames.size(); ++job) {
        if (from_.done.at(job) == 0) continue;
        write_value(out, "rogatory_job_last_done_timestamp_seconds", static_cast<double>(from_.done.at(job)),
                    "job=\"" + std::string{LastDone::kNames.at(job)} + "\"");
    }
    counter(out, "rogatory_webhooks_taken_total", "How often a Party's machine was told that something is new.",
            static_cast<double>(from_.webhooks.taken));
    counter(out, "rogatory_webhooks_failed_total", "How often one could not be told; it is tried again.",
            static_cast<double>(from_.webhooks.failed));
    gauge(out, "rogatory_webhooks_failing", "Machines that could not be told the last time.",
          static_cast<double>(from_.webhooks.failing));
    const auto facts = transport::certificate_facts(from_.certificate);
    gauge(out, "rogatory_certificate_not_after_timestamp_seconds",
          "When the certificate on disk ends; 0: it cannot be read.",
          facts ? static_cast<double>(facts->not_after) : 0);
}

void Gauges::log(std::string& out) {
    const auto note = from_.services.log.checkpoint();
    const auto parsed =
        note ? tlog::SignedCheckpoint::parse(as_text(*note)) : Result<tlog::SignedCheckpoint>{fail(note.error())};
    gauge(out, "rogatory_log_size", "Entries of the public log.",
          parsed ? static_cast<double>(parsed->checkpoint.head.size) : 0);
    write_metric(out, "rogatory_cosigner_heard_timestamp_seconds", "gauge",
                 "When each co-signer of the policy last answered; the start, where not since then.");
    for (const auto& [name, at] : from_.cosigners.all()) {
        write_value(out, "rogatory_cosigner_heard_timestamp_seconds", static_cast<double>(at),
                    "cosigner=\"" + name + "\"");
    }
}

void Gauges::storage(std::string& out) {
    const auto last = from_.store.read([](const ports::Repositories& repositories) {
        return repositories.journal().value(rogatory::storage::kBackupLastValue);
    });
    std::uint64_t taken_at = 0;
    for (const auto byte : last.value_or(Bytes{})) taken_at = (taken_at << 8) | byte;
    gauge(out, "rogatory_backup_last_timestamp_seconds", "When the last backup was taken; 0: none was ever made.",
          static_cast<double>(taken_at));
    const auto writer = from_.store.writer_counts();
    counter(out, "rogatory_commits_total", "Transactions of the writer.", static_cast<double>(writer.commits));
    counter(out, "rogatory_commit_jobs_total", "Writes that they carried together.", static_cast<double>(writer.jobs));
    write_metric(out, "rogatory_commit_duration_seconds", "histogram",
                 "From a transaction's first write until it was durable: mostly the disk's fsync.");
    write_histogram(out, "rogatory_commit_duration_seconds", from_.store.commit_durations());
    const std::lock_guard lock{guard_};
    constexpr UnixSeconds kCountAgain = kMinute;
    if (const auto now = from_.clock.now(); !counted_at_ || now - *counted_at_ >= kCountAgain || now < *counted_at_) {
        from_.store.read([this](const ports::Repositories& repositories) {
            const auto usage = repositories.attachments().usage();
            blob_bytes_ = usage.bytes;
            counts_.open_uploads = usage.open_uploads;
            counts_.sessions = repositories.sessions().count();
            counts_.accounts = repositories.accounts().count();
            counts_.parties = repositories.parties().count();
            return true;
        });
        counted_at_ = now;
    }
    gauge(out, "rogatory_parties", "States and bodies.", static_cast<double>(counts_.parties));
    gauge(out, "rogatory_accounts", "Accounts.", static_cast<double>(counts_.accounts));
    gauge(out, "rogatory_sessions", "Sessions that are open.", static_cast<double>(counts_.sessions));
    gauge(out, "rogatory_uploads_open", "Uploads begun and in no entry yet.",
          static_cast<double>(counts_.open_uploads));
    gauge(out, "rogatory_blob_bytes", "Encrypted files, all together.", static_cast<double>(blob_bytes_));
    const auto database = from_.data / "rogatory.db";
    gauge(out, "rogatory_database_bytes", "The database on disk.", static_cast<double>(size_of(database)));
    gauge(out, "rogatory_database_wal_bytes", "What it has not folded in yet.",
          static_cast<double>(size_of(database.string() + "-wal")));
    gauge(out, "rogatory_disk_free_bytes", "What uploads may still take: free on the disk, less limits.reserve_bytes.",
          static_cast<double>(from_.blobs.free_bytes()));
    gauge(out, "rogatory_disk_reserve_bytes", "limits.reserve_bytes.", static_cast<double>(from_.reserve_bytes));
}

void Gauges::process(std::string& out) const {
    gauge(out, "process_resident_memory_bytes", "Memory in use.", static_cast<double>(resident_bytes()));
    gauge(out, "process_open_fds", "Files and sockets that are open.", static_cast<double>(open_files()));
    counter(out, "process_cpu_seconds_total", "Processor time.", cpu_seconds());
}

}  // namespace rogatory::server
