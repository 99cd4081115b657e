#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "platform/agent/epoch.hpp"
#include "platform/agent/open.hpp"
#include "platform/base/try.hpp"

namespace rogatory::agent {
namespace {

namespace fs = std::filesystem;

Result<> write_file(const fs::path& path, ByteView bytes) {
    const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
    if (fd < 0) return fail(Error{ErrorCode::invalid_input, "output.not_writable"}.with("file", path.string()));
    auto rest = bytes;
    while (!rest.empty()) {
        const auto written = ::write(fd, rest.data(), rest.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) break;
        rest = rest.subspan(static_cast<std::size_t>(written));
    }
    const bool good = rest.empty() && ::fsync(fd) == 0;
    ::close(fd);
    if (!good) return fail(Error{ErrorCode::storage_full, "output.full"}.with("file", path.string()));
    return {};
}

Result<> make_private(const fs::path& directory) {
    if (::mkdir(directory.c_str(), S_IRWXU) != 0 && errno != EEXIST) {
        return fail(Error{ErrorCode::invalid_input, "output.not_writable"}.with("file", directory.string()));
    }
    return {};
}

// Identity files as stock age reads them: comments we write ourselves and one identity a line, never a file as it came
// (an identity file may name a plug-in program, and age runs it).
Result<> write_identities(const fs::path& path, std::string_view comment,
                          const std::vector<const age::HybridIdentity*>& identities) {
    crypto::SecretText text;
    text.append("# ");
    text.append(comment);
    text.append("\n");
    for (const auto* identity : identities) {
        text.append(identity->encode().expose_secret());
        text.append("\n");
    }
    return write_file(path, text.expose_secret_bytes());
}

// The epochs that this authority holds and that open, where there are any. How many.
Result<std::size_t> write_epochs(Agent::State& state, const model::ChainId& chain, const fs::path& folder) {
    ROGATORY_TRY(const auto* const known, state.dossier(chain));
    std::vector<age::HybridIdentity> identities;
    for (const auto& epoch : known->replayed.epochs()) {
        if (!known->replayed.holds(state.authority(), epoch.number)) continue;
        auto identity = open_epoch(state, *known, epoch.number);
        if (identity) identities.push_back(*std::move(identity));
    }
    if (identities.empty()) return std::size_t{0};
    std::vector<const age::HybridIdentity*> all;
    all.reserve(identities.size());
    for (const auto& identity : identities) all.push_back(&identity);
    ROGATORY_TRY_VOID(
        write_identities(folder / "identities.txt", "the dossier's epochs: open everything beside this file", all));
    return all.size();
}

}  // namespace

Result<Exported> export_everything(Agent& agent, const fs::path& directory) {
    auto& state = agent.state();
    ROGATORY_TRY_VOID(agent.synchronise());
    if (const auto access = state.own().access_policy(); access && access->export_refused) {
        return fail(ErrorCode::forbidden, "export.not_allowed");
    }
    Exported exported;
    exported.directory = directory;
    std::error_code error;
    fs::create_directories(directory.parent_path(), error);
    ROGATORY_TRY_VOID(make_private(directory));
    ROGATORY_TRY(const auto chains, own_dossiers(state));
    for (const auto& chain : chains) {
        ROGATORY_TRY(const auto* const known, state.dossier(chain));
        const auto& dossier = known->replayed;
        const auto& epochs = dossier.epochs();
        if (!dossier.opened() || std::none_of(epochs.begin(), epochs.end(), [&](const auto& epoch) {
                return dossier.holds(state.authority(), epoch.number);
            })) {
            continue;
        }
        const auto folder = directory / model::to_hex(chain).substr(0, 16);
        ROGATORY_TRY_VOID(make_private(folder));
        std::vector<model::StatementId> fetched;
        for (const auto& item : dossier.items()) {
            if (!dossier.holds(state.authority(), item.epoch)) continue;
            const auto stem = "entry-" + std::to_string(item.seq);
            const auto body = fetch_blob(state.environment, chain, item.sealed);
            if (!body) {
                // Withdrawn, it is gone at the server: nothing of it is left to be written down.
                const auto code = body.error().code();
                if (code == ErrorCode::not_found || code == ErrorCode::expired) continue;
                return fail(body.error());
            }
            if (item.kind == record::Kind::entry) fetched.push_back(item.id);
            ROGATORY_TRY_VOID(write_file(folder / (stem + ".json.age"), *body));
            ++exported.files;
            for (std::size_t i = 0; i < item.attachments.size() && !item.withdrawn; ++i) {
                ROGATORY_TRY(const auto path, fetch_attachment(state.environment, chain, item.attachments[i]));
                const auto target = folder / (stem + "-" + std::to_string(i + 1) + ".age");
                fs::copy_file(path, target, fs::copy_options::overwrite_existing, error);
                if (error) return fail(Error{ErrorCode::storage_full, "output.full"}.with("file", target.string()));
                ::chmod(target.c_str(), S_IRUSR | S_IWUSR);
                fs::remove(path, error);
                ++exported.files;
            }
        }
        // Whoever exports has it all: that is a fetch, and is in the log before an identity is used or lies anywhere.
        ROGATORY_TRY_VOID(sign_receipts(state, chain, record::Kind::fetched, fetched));
        ROGATORY_TRY(const auto count, write_epochs(state, chain, folder));
        exported.identities += count;
    }
    // These open every file there is here: last of all.
    ROGATORY_TRY(const auto* const keyring, state.keyring());
    std::vector<const age::HybridIdentity*> generations;
    for (const auto& identity : keyring->generations) generations.push_back(&identity);
    ROGATORY_TRY(const auto keyring_file, fetch_blob(state.environment, state.own().chain(),
                                                     *state.own().keyring(state.membership().authority)));
    ROGATORY_TRY_VOID(write_file(directory / "keyring.age", keyring_file));
    ROGATORY_TRY_VOID(write_identities(directory / "authority.txt",
                                       "the authority's generations, in order: open the grants", generations));
    ROGATORY_TRY_VOID(write_identities(directory / "user.txt", "the user identity: opens keyring.age",
                                       {&state.membership().identity}));
    exported.identities += 1 + generations.size();
    return exported;
}

}  // namespace rogatory::agent
