#pragma once

#include <string_view>

namespace rogatory::ports {

// What is left to do when the disk has lied: a failed fsync may have dropped bytes that later reads still show, so
// nothing this process says about them would be true. The next start recovers from what is really there.
class Emergency {
public:
    virtual ~Emergency() = default;
    // Ends the process at once, without writing anything more. `why` names the operation, never content.
    [[noreturn]] virtual void stop(std::string_view why) = 0;
};

}  // namespace rogatory::ports
