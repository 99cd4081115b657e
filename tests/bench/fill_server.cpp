// A server's data folder as years of work leave it, for tests/bench/compare: opens a session of an account and adds
// dossiers, each with one statement, between that account's authority and others in turn. The server is stopped
// meanwhile. What is added can be listed and counted, not opened: no envelope in it says anything.
//
//   fill_server DATA USER [DOSSIERS [AUTHORITIES [ATTACHMENTS BYTES]]]
//
// AUTHORITIES share the dossiers evenly (125 unless told), USER's being the first. ATTACHMENTS files of BYTES random
// bytes lie beside them, as uploads that a statement lists. Prints {"token", "authority"}.
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <stdexcept>
#include <string>
#include <vector>

#include "crypto/encoding/hex.hpp"
#include "crypto/primitives/random.hpp"
#include "crypto/primitives/sha256.hpp"
#include "crypto/tlog/entry.hpp"
#include "storage/blobs/disk_blob_store.hpp"
#include "storage/sql_store.hpp"
#include "tests/bench/open_session.hpp"
#include "tests/unit/storage/temporary.hpp"

using namespace rogatory;

namespace {

constexpr std::uint64_t kAtOnce = 20'000;      // in one commit
constexpr std::size_t kEnvelopeBytes = 1'500;  // of an entry without documents

class WallClock final : public ports::Clock {
public:
    UnixSeconds now() const override { return std::time(nullptr); }
    std::chrono::nanoseconds elapsed() const override { return std::chrono::steady_clock::now().time_since_epoch(); }
};

struct Whose {
    std::int64_t account = 0;
    ports::PartyId party;
    ports::AuthorityId authority;
};

Whose find(storage::SqlStore& store, const std::string& user) {
    return store.read([&](const ports::Repositories& repositories) {
        const auto account = repositories.accounts().find_by_name(user);
        if (!account) throw std::runtime_error{"no such account"};
        const auto memberships = repositories.accounts().memberships(account->id);
        if (memberships.empty()) throw std::runtime_error{"a member of nothing"};
        const auto& first = memberships.front();
        const auto member = repositories.parties().find_member(first.register_chain, first.member);
        const auto party = repositories.parties().find_by_register(first.register_chain);
        if (!member || !party || !party->founded_id) throw std::runtime_error{"a member of nothing that stands"};
        return Whose{account->id, *party->founded_id, member->authority};
    });
}

std::string open_session(storage::SqlStore& store, const ports::Clock& clock, const Whose& whose) {
    std::string token;
    const auto done = store.write([&](ports::Repositories& repositories) -> Result<> {
        token = bench::open_session(repositories, whose.account, clock.now());
        return {};
    });
    if (!done) throw std::runtime_error{done.error().key()};
    return token;
}

void attach(storage::SqlStore& store, storage::DiskBlobStore& blobs, const Whose& whose, std::uint64_t count,
            std::size_t bytes) {
    std::vector<ports::UploadRow> rows;
    Bytes content(bytes);
    for (std::uint64_t i = 0; i < count; ++i) {
        ports::UploadRow row;
        row.id = ports::UploadId{crypto::system_random().bytes<16>()};
        row.account = whose.account;
        row.authority = whose.authority;
        row.party = whose.party;
        row.chain = ports::ChainId{crypto::system_random().bytes<32>()};
        row.attachment = ports::AttachmentId{crypto::system_random().bytes<16>()};
        row.length = bytes;
        crypto::system_random().fill(content);
        row.sha256 = crypto::sha256(content);
        const auto made = blobs.create(row.id);
        auto writer = blobs.resume(row.id, 0);
        if (!made || !writer || !(*writer)->write(content) || !blobs.seal(row.id)) {
            throw std::runtime_error{"no room for attachments"};
        }
        rows.push_back(row);
    }
    const auto kept = store.write([&](ports::Repositories& repositories) -> Result<> {
        for (const auto& row : rows) {
            auto created = repositories.attachments().create(row);
            if (!created) return created;
            repositories.attachments().set_sealed(row.id, *row.sha256);
            repositories.attachments().set_attached(row.id, 0);
        }
        return {};
    });
    if (!kept) throw std::runtime_error{kept.error().key()};
}

class Filling {
public:
    Filling(storage::SqlStore& store, const ports::Clock& clock, const Whose& whose, std::size_t authorities)
        : store_{store}, clock_{clock} {
        readers_.push_back({whose.party, whose.authority});
        while (readers_.size() < std::max<std::size_t>(authorities, 2)) {
            readers_.push_back({ports::PartyId{crypto::system_random().bytes<32>()},
                                ports::AuthorityId{crypto::system_random().bytes<16>()}});
        }
    }

    void add(std::uint64_t dossiers) {
        for (std::uint64_t done = 0; done < dossiers;) {
            const auto now = std::min(kAtOnce, dossiers - done);
            const auto kept = store_.write([&](ports::Repositories& repositories) -> Result<> {
                for (std::uint64_t i = 0; i < now; ++i) add_one(repositories, done + i);
                return {};
            });
            if (!kept) throw std::runtime_error{kept.error().key()};
            done += now;
        }
    }

private:
    void add_one(ports::Repositories& repositories, std::uint64_t number) const {
        const ports::ChainId chain{crypto::system_random().bytes<32>()};
        const ports::StatementId id{crypto::system_random().bytes<32>()};
        const auto index = repositories.log().next_index();
        const auto& opener = readers_[number % readers_.size()];
        const auto& other = readers_[(number + 1 + number / readers_.size() % (readers_.size() - 1)) % readers_.size()];
        auto& records = repositories.records();
        records.create_chain({chain, ports::ChainKind::dossier, {}, {}, 0, id, index});
        records.create_dossier(chain, "share", clock_.now(), opener.party, opener.authority);
        const tlog::Entry entry{tlog::entry_label(chain.value(), 0), crypto::Digest{id.value()}};
        records.add_statement({index, id, chain, 0, entry.bytes(), envelope_, clock_.now()});
        records.set_reader(chain, {opener.party, opener.authority, true, {}});
        records.set_reader(chain, {other.party, other.authority, true, {}});
    }

    struct Reader {
        ports::PartyId party;
        ports::AuthorityId authority;
    };
    storage::SqlStore& store_;
    const ports::Clock& clock_;
    std::vector<Reader> readers_;
    Bytes envelope_ = Bytes(kEnvelopeBytes, ' ');
};

}  // namespace

int main(int argc, char** argv) {
    if (argc < 3) {
        std::fprintf(stderr, "fill_server: usage: see its head\n");
        return 2;
    }
    try {
        const WallClock clock;
        tests::ThrowingEmergency emergency;
        const auto store = storage::SqlStore::open({argv[1], {}}, clock, emergency).value();
        const auto whose = find(*store, argv[2]);
        Filling filling{*store, clock, whose, argc > 4 ? std::strtoull(argv[4], nullptr, 10) : 125};
        if (argc > 3) filling.add(std::strtoull(argv[3], nullptr, 10));
        if (argc > 6) {
            storage::DiskBlobStore blobs{storage::Layout{argv[1], {}}.blobs(), emergency};
            attach(*store, blobs, whose, std::strtoull(argv[5], nullptr, 10), std::strtoull(argv[6], nullptr, 10));
        }
        const auto token = open_session(*store, clock, whose);
        std::printf("{\"token\":\"%s\",\"authority\":\"%s\"}\n", token.c_str(),
                    encoding::hex_encode(whose.authority.value()).c_str());
    } catch (const std::exception& failure) {
        std::fprintf(stderr, "fill_server: %s\n", failure.what());
        return 1;
    }
    return 0;
}
