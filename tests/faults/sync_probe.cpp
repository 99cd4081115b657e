// Makes something durable in an initialised directory and says so. Run where fsync or fdatasync is made to fail
// (sync_failure_test.cpp): it must end there and then, and must not say it.
#include <cstdio>
#include <string>

#include <unistd.h>

#include "storage/blobs/disk_blob_store.hpp"
#include "storage/sql_store.hpp"
#include "tests/unit/storage/temporary.hpp"

using namespace rogatory;

namespace {

class ExitAtOnce final : public ports::Emergency {
public:
    [[noreturn]] void stop(std::string_view) override { ::_exit(74); }
};

void acknowledge() {
    std::puts("acknowledged");
    std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) return 2;
    ExitAtOnce emergency;
    const storage::Layout layout{argv[1], {}};
    const std::string what = argv[2];
    if (what == "database") {
        const tests::TurnedClock clock;
        auto store = storage::SqlStore::open(layout, clock, emergency).value();
        const auto kept = store->write([](ports::Repositories& repositories) -> Result<> {
            // Another value each time: SQLite writes no page that stays as it was, and then has nothing to sync.
            repositories.journal().set_value("probe", as_bytes(std::to_string(::getpid())));
            return {};
        });
        if (kept) acknowledge();
    } else {
        storage::DiskBlobStore blobs{layout.blobs(), emergency};
        const ports::UploadId id{ByteArray<16>{1}};
        if (!blobs.open(id) && !blobs.create(id)) return 3;
        auto writer = blobs.resume(id, 0).value();
        if (!writer->write(as_bytes("bytes"))) return 3;
        writer->sync();
        acknowledge();
    }
    return 0;
}
