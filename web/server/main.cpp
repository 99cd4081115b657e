#include <unistd.h>

#include <cstdio>
#include <exception>

#include "web/server/command_list.hpp"
#include "web/server/dialogue.hpp"
#include "web/server/lines.hpp"
#include "web/server/system.hpp"
#include "web/server/words.hpp"

namespace rogatory::server {
namespace {

int run(int argc, char** argv) {
    CommandTree tree{language_of_environment(), terminal_columns(STDOUT_FILENO), ROGATORY_VERSION};
    add_commands(tree, Dialogue::possible());
    if (const auto status = tree.parse(argc, argv)) return *status;
    harden_process();
    const auto done = tree.chosen()();
    if (done) return *done;
    tell(done.error());
    // It was made, or pruned, and whoever watches the timer sees that this is not all there is.
    const auto& key = done.error().key();
    return key == "backup.incomplete" || key == "backup.beyond_told" || key == "backup.clock_unsure" ? 3 : 1;
}

}  // namespace
}  // namespace rogatory::server

int main(int argc, char** argv) {
    try {
        return rogatory::server::run(argc, argv);
    } catch (const std::exception& broken) {  // the last of the three places where exceptions end
        std::fprintf(stderr, "rogatoryd: %s\n", broken.what());
    } catch (...) {
        std::fputs("rogatoryd: it broke off\n", stderr);
    }
    return 1;
}
