#pragma once

#include <memory>

#include "platform/base/try.hpp"
#include "platform/service/services.hpp"
#include "storage/blobs/disk_blob_store.hpp"
#include "storage/sql_store.hpp"
#include "web/server/config.hpp"
#include "web/server/system.hpp"

namespace rogatory::server {

// The storage of a server that does not run, with its use cases.
struct OfflineServer {
    SystemClock clock;
    EndProcess emergency;
    std::unique_ptr<storage::SqlStore> store;
    std::unique_ptr<ports::BlobStore> blobs;
    std::unique_ptr<service::Services> services;

    // unavailable "storage.locked" when it runs.
    [[nodiscard]] Result<> open(const Config& config) {
        const storage::Layout layout{config.data, config.database_key};
        ROGATORY_TRY(store, storage::SqlStore::open(layout, clock, emergency, 1));
        blobs = std::make_unique<storage::DiskBlobStore>(layout.blobs(), emergency, config.service.reserve_bytes);
        ROGATORY_TRY(services, service::Services::open(*store, *blobs, clock, config.service));
        return {};
    }
};

}  // namespace rogatory::server
