#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "platform/service/services.hpp"
#include "storage/blobs/disk_blob_store.hpp"
#include "storage/sql_store.hpp"
#include "tests/support/memory_platform.hpp"
#include "tests/unit/storage/temporary.hpp"

// What was done on a platform in memory, put through the use cases of a real server over a real database: each
// statement in the order of the log, by the session of whoever signed it, judged once more, at the hour at which it was
// signed. The server has the log key that the people of that year know, so that its tree must come out as theirs.
namespace rogatory::test {

class RealStore {
public:
    // `data` holds what `rogatoryd init` made; its database is made anew.
    RealStore(const MemoryPlatform& platform, const std::filesystem::path& data);
    ~RealStore();

    // Everything that the platform has and this server has not. Throws, naming the statement, what is refused.
    void catch_up();

    [[nodiscard]] std::uint64_t statements() const { return done_; }
    [[nodiscard]] std::uint64_t uploads() const { return uploads_; }

private:
    void take(const record::SignedStatement& statement, const MemoryStatement& stored);
    void found(const record::SignedStatement& statement, const std::string& user_name);
    void upload(const service::Principal& who, const record::Statement& said);
    [[nodiscard]] service::AppendRequest request_of(const record::SignedStatement& statement) const;
    [[nodiscard]] std::string user_of(const record::Author& author) const;
    [[nodiscard]] std::int64_t account_of(const std::string& user_name, ports::AccountKindRow kind);
    // A session of this hour.
    [[nodiscard]] service::Principal principal(std::int64_t account);

    const MemoryPlatform& platform_;
    storage::Layout layout_;
    tests::TurnedClock clock_;
    tests::ThrowingEmergency emergency_;
    std::unique_ptr<storage::SqlStore> store_;
    std::unique_ptr<storage::DiskBlobStore> blobs_;
    std::unique_ptr<service::Services> services_;
    std::map<std::string, std::int64_t> accounts_;
    std::uint64_t done_ = 0;
    std::uint64_t uploads_ = 0;
};

// What a data folder holds against what the platform has.
struct Comparison {
    std::uint64_t chains = 0;
    std::uint64_t statements = 0;
    std::uint64_t blobs = 0;
    std::uint64_t attachments = 0;
    std::uint64_t entries = 0;
    std::vector<std::string> differences;
};
[[nodiscard]] Comparison compare(const MemoryPlatform& platform, const std::filesystem::path& data);

}  // namespace rogatory::test
