#pragma once

#include <sys/types.h>

#include "platform/base/bytes.hpp"

struct bio_st;

namespace rogatory::transport {

// A connected socket, read and written without waiting.
class Wire {
public:
    explicit Wire(int descriptor) : descriptor_{descriptor} {}

    // As recv(2) and send(2) say it. After a read that took all there was, the next says EAGAIN without asking the
    // kernel, until look_again(): whoever is told so waits for an event, which comes at once if there is something.
    [[nodiscard]] ssize_t receive(MutableByteView into) noexcept;
    [[nodiscard]] ssize_t send(ByteView bytes) noexcept;
    void look_again() noexcept { drained_ = false; }
    // More is written right after what is written now: TCP need not send a segment that is not full.
    void more_follows(bool more) noexcept { more_ = more; }

    [[nodiscard]] int descriptor() const noexcept { return descriptor_; }

private:
    int descriptor_;
    bool drained_ = false;
    bool more_ = false;
};

// OpenSSL's way to the sockets, one for all sessions of a thread instead of one with a lock of its own for each:
// whatever it reads or writes is that of the wire that was chosen last on this thread. A handshake pushes its buffer
// onto the BIO and overwrites the way back (BIO's prev_bio), which OpenSSL never follows from a session's BIO.
[[nodiscard]] bio_st* bio_of_this_thread();
void choose(Wire& wire) noexcept;

}  // namespace rogatory::transport
