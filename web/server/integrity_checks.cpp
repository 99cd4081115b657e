#include "web/server/integrity_checks.hpp"

#include "platform/base/log.hpp"
#include "storage/failure.hpp"

namespace rogatory::server {

bool IntegrityChecks::ended(const std::function<void()>& check) const {
    try {
        check();
        return true;
    } catch (const std::exception& broken) {
        log::Line{log::Level::error, parts_.reads_only() ? "what is stored was not verified: reading only"
                                                         : "what is stored was not verified"}
            .add(log::Field::error, broken.what());
        return false;
    }
}

// Damage that ends the reading is found as much as what differs.
Result<> IntegrityChecks::verify_log(const std::stop_token& stopping) const {
    try {
        return parts_.verify_log(stopping);
    } catch (const storage::StorageDamaged& damage) {
        return fail(ErrorCode::integrity, "storage.damaged", damage.what());
    }
}

void IntegrityChecks::at_start(const std::stop_token& stopping) {
    log_unread_ = !ended([&] { whole_log(stopping); });
    parts_.metrics.integrity_unchecked(log_unread_);
}

void IntegrityChecks::run(const std::stop_token& stopping) {
    if (log_unread_) log_unread_ = !ended([&] { whole_log(stopping); });
    if (night()) {
        night_unended_ = !ended([&] { nightly(stopping); });
        log_unread_ = log_unread_ && night_unended_;
    }
    parts_.metrics.integrity_unchecked(log_unread_ || night_unended_);
}

bool IntegrityChecks::night() const {
    const auto now = parts_.clock.now();
    return now / kHour % 24 == parts_.hour && (!checked_at_ || now - *checked_at_ >= 2 * kHour);
}

// What lies before the end of the log, which was verified at opening: seconds for a million statements, in which nobody
// is kept waiting. Damage there forks nothing, since what is added grows from a tree that is the signed one.
void IntegrityChecks::whole_log(const std::stop_token& stopping) {
    const auto whole = verify_log(stopping);
    if (stopping.stop_requested()) return;
    if (whole) {
        parts_.last_done.note(LastDone::Job::integrity, parts_.clock.now());
        return;
    }
    parts_.metrics.integrity_faults(true);
    log::Line{log::Level::error, "the log is not what was signed: reading only"}.add(log::Field::key,
                                                                                     whole.error().key());
}

// Every page of the database, and the whole tree against what was signed. A reader does it while others write. What it
// finds is for a person.
void IntegrityChecks::nightly(const std::stop_token& stopping) {
    const auto faults = parts_.database_faults();
    // Whatever becomes of the rest.
    if (!faults.empty()) parts_.metrics.integrity_faults(true);
    const auto tree = verify_log(stopping);
    if (stopping.stop_requested()) return;
    checked_at_ = parts_.clock.now();
    parts_.metrics.integrity_faults(!faults.empty() || !tree);
    parts_.last_done.note(LastDone::Job::integrity, *checked_at_);
    if (faults.empty() && tree) {
        log::Line{log::Level::info, "the nightly check found nothing wrong"}.add(log::Field::count, 0);
        return;
    }
    log::Line line{log::Level::error, "the nightly check found damage"};
    if (!faults.empty()) line.add(log::Field::detail, "database");
    if (!tree) line.add(log::Field::key, tree.error().key());
}

}  // namespace rogatory::server
