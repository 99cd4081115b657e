#pragma once

#include "platform/base/result.hpp"
#include "storage/failure.hpp"

namespace rogatory::server {

// What `verify` says of the stored log. What storage cannot read is read once more, since a device may fail once; then
// `close` is called, for what cannot be read cannot be shown to be what was signed, and the exception goes on. That
// there was no memory, no room or a lock says nothing of the log.
template <class Verify, class Close>
Result<> verify_or_close(Verify verify, Close close) {
    for (bool again = false;; again = true) {
        try {
            return verify();
        } catch (const storage::StorageFull&) {
            throw;
        } catch (const storage::StorageBusy&) {
            throw;
        } catch (const storage::StorageFailure&) {
            if (!again) continue;
            close();
            throw;
        }
    }
}

}  // namespace rogatory::server
