#pragma once

#include <stdexcept>
#include <string>

namespace rogatory::storage {

// The environment broke (device, file, database): nothing a caller could decide about. Caught where a request, a
// background task or the program ends. The text names operation and error number, never a value, a key or content.
class StorageFailure : public std::runtime_error {
public:
    explicit StorageFailure(const std::string& what, int code = 0) : std::runtime_error{what}, code_{code} {}
    [[nodiscard]] int code() const noexcept { return code_; }

private:
    int code_;
};

// No room on the device, or over its quota. Becomes ErrorCode::storage_full where the work was started.
class StorageFull final : public StorageFailure {
public:
    using StorageFailure::StorageFailure;
};

// Another connection held the lock longer than the busy time-out. Becomes ErrorCode::unavailable.
class StorageBusy final : public StorageFailure {
public:
    using StorageFailure::StorageFailure;
};

// The database's files could not be opened: no descriptors are left, or one of them is not there.
class StorageUnopened final : public StorageFailure {
public:
    using StorageFailure::StorageFailure;
};

// What is stored is not what was written: a page that does not authenticate, a value that nobody writes. Anything else
// says nothing of what is stored.
class StorageDamaged final : public StorageFailure {
public:
    using StorageFailure::StorageFailure;
};

// A UNIQUE constraint held: thrown by Query::run(), a value of Query::try_run().
class UniqueViolation final : public StorageFailure {
public:
    using StorageFailure::StorageFailure;
};

}  // namespace rogatory::storage
