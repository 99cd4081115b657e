#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

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
    ROGATORY_TRY_VOID(write_identities(directory / "user.txt", "the user identity: opens keyring.age",
                                       {&state.membership().identity}));
    ROGATORY_TRY(const auto* const keyring, state.keyring());
    std::vector<const age::HybridIdentity*> generations;
    for (const auto& identity : keyring->generations) generations.push_back(&identity);
    ROGATORY_TRY_VOID(write_identities(directory / "authority.txt",
                                       "the authority's generations, in order: open the grants", generations));
    exported.identities = 1 + generations.size();
    ROGATORY_TRY(const auto keyring_file, fetch_blob(state.environment, state.own().chain(),
                                                     *state.own().keyring(state.membership().authority)));
    ROGATORY_TRY_VOID(write_file(directory / "keyring.age", keyring_file));

    ROGATORY_TRY(const auto chains, own_dossiers(state));
    for (const auto& chain : chains) {
        ROGATORY_TRY(auto* const known, state.dossier(chain));
        const auto& dossier = known->replayed;
        if (!dossier.opened()) continue;
        const auto folder = directory / model::to_hex(chain).substr(0, 16);
        ROGATORY_TRY_VOID(make_private(folder));
        std::vector<std::uint64_t> held;
        for (const auto& epoch : dossier.epochs()) {
            if (dossier.holds(state.authority(), epoch.number)) held.push_back(epoch.number);
        }
        if (held.empty()) continue;
        std::vector<model::StatementId> fetched;
        for (const auto& item : dossier.items()) {
            if (!dossier.holds(state.authority(), item.epoch)) continue;
            const auto stem = "entry-" + std::to_string(item.seq);
            const auto body = fetch_blob(state.environment, chain, item.sealed);
            if (!body) {
                if (body.error().code() == ErrorCode::not_found) continue;
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
        // Whoever exports has it all: that is a fetch, and stands in the log before an identity is opened (protocol
        // §4).
        ROGATORY_TRY_VOID(sign_receipts(state, chain, record::Kind::fetched, fetched));
        ROGATORY_TRY(const auto* const receipted, state.dossier(chain));
        std::vector<age::HybridIdentity> identities;
        for (const auto number : held) {
            auto identity = open_epoch(state, *receipted, number);
            if (identity) identities.push_back(*std::move(identity));
        }
        if (identities.empty()) continue;
        std::vector<const age::HybridIdentity*> all;
        for (const auto& identity : identities) all.push_back(&identity);
        ROGATORY_TRY_VOID(
            write_identities(folder / "identities.txt", "the dossier's epochs: open everything beside this file", all));
        exported.identities += all.size();
    }
    return exported;
}

}  // namespace rogatory::agent
