// What a day's work needs: a server's data with Parties, their people and what some of them will append, signed
// beforehand. For tests/bench/day.
//
//   day_world DATA HOST [people] [authors] [appends of each author]
//
// DATA holds what `rogatoryd init` made and HOST is the one it was given: its database is made anew. Prints a line for
// each of the people: the token of a session, the dossier it reads, and "author" with the Upload-Metadata's chain and
// authority where it also writes; an author's line is followed by the bodies it will append, in order.
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include "crypto/encoding/base64.hpp"
#include "crypto/encoding/hex.hpp"
#include "platform/service/initialise.hpp"
#include "platform/service/services.hpp"
#include "storage/blobs/disk_blob_store.hpp"
#include "storage/sql_store.hpp"
#include "tests/bench/open_session.hpp"
#include "tests/support/server_world.hpp"
#include "tests/unit/storage/temporary.hpp"

using namespace rogatory;

namespace {

constexpr std::array kParties{"SEN", "KEN", "FRA", "DEU", "BRA", "JPN", "CAN", "ITA", "ESP", "ZAF"};

template <class Id>
std::string hex(const Id& id) {
    return encoding::hex_encode(id.value());
}

// An envelope is JSON within JSON.
std::string json_string(std::string_view text) {
    std::string out{"\""};
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + '"';
}

std::string body_of(const record::SignedStatement& statement, const std::vector<Bytes>& blobs) {
    std::string body = R"({"statements":[{"envelope":)" + json_string(statement.encode()) + "}],\"blobs\":[";
    for (const auto& blob : blobs) {
        body += &blob == &blobs.front() ? "" : ",";
        body += R"({"sha256":")" + hex(crypto::sha256(blob)) + R"(","data":")" + encoding::base64_encode(blob) + "\"}";
    }
    return body + "]}";
}

class World {
public:
    World(const std::filesystem::path& data, const std::string& host) : layout_{data, {}} {
        for (const auto* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(layout_.database().string() + suffix);
        if (!storage::create_storage(layout_, clock_, emergency_)) throw std::runtime_error{"create_storage"};
        store_ = storage::SqlStore::open(layout_, clock_, emergency_).value();
        blobs_ = std::make_unique<storage::DiskBlobStore>(layout_.blobs(), emergency_);
        code_ = service::initialise(*store_, clock_, host).value().administrator_code;
        service::Settings settings;
        settings.session_idle = settings.session_absolute;  // the clock is turned for each one-time code
        services_ = service::Services::open(*store_, *blobs_, clock_, settings).value();
        world_ = std::make_unique<tests::ServerWorld>(
            *services_, clock_, [this] { clock_.pass(31); }, "https://" + host);
    }

    void people(std::size_t count, std::size_t authors) {
        const auto administrator = world_->administrator(code_);
        for (const auto* const party : kParties) founders_.push_back(world_->found(*administrator, party));
        pin_next();
        for (std::size_t i = 0; i < authors; ++i) {
            auto& founder = *founders_[i % founders_.size()];
            world_->sign_in(founder);  // the clock has been turned since
            const auto user = founder.user_name.substr(0, 3) + ".crf." + std::to_string(i);
            authors_.push_back(world_->join(founder, model::Role::officer, user));
        }
        for (std::size_t i = 0; i < authors_.size(); ++i) {
            const auto& other = *founders_[(i + 1) % founders_.size()];
            auto& author = *authors_[i];
            world_->sign_in(author);
            const auto with = author.register_chain == other.register_chain ? std::vector<model::AuthorityRef>{}
                                                                            : std::vector{world_->ref(other)};
            dossiers_.push_back(world_->open(author, with));
        }
        // Everybody else reads for an authority as one of its members does; who signs for it matters to nobody here.
        while (authors_.size() + readers_.size() < count) readers_.push_back(readers_.size() % authors_.size());
    }

    void print(std::size_t appends) {
        // From here on it is the time that it is.
        clock_.pass(std::max<UnixSeconds>(std::time(nullptr) - clock_.now(), 0));
        for (std::size_t i = 0; i < authors_.size(); ++i) {
            auto& author = *authors_[i];
            const auto& chain = dossiers_[i];
            std::printf("%s %s author %s %s\n", session(author, author.user_name).c_str(), hex(chain).c_str(),
                        encoded(hex(chain)).c_str(), encoded(hex(author.authority)).c_str());
            for (std::size_t n = 0; n < appends; ++n) {
                std::vector<Bytes> blobs;
                const auto statement = world_->sign(author, chain, world_->entry(chain, {}, blobs));
                world_->learn(statement, 100'000'000 + n);
                std::puts(body_of(statement, blobs).c_str());
            }
        }
        for (std::size_t i = 0; i < readers_.size(); ++i) {
            const auto& like = *authors_[readers_[i]];
            std::printf("%s %s\n", session(like, "reader." + std::to_string(i)).c_str(),
                        hex(dossiers_[readers_[i]]).c_str());
        }
    }

private:
    // Each Party knows the one that its dossiers are opened with: whoever is not pinned is let in nowhere.
    void pin_next() {
        for (std::size_t i = 0; i < founders_.size(); ++i) {
            auto& founder = *founders_[i];
            world_->sign_in(founder);
            const auto& next = *world_->by_chain(founders_[(i + 1) % founders_.size()]->register_chain);
            world_->append(founder, world_->sign(founder, founder.register_chain,
                                                 record::Pinned{next.code(), next.party(),
                                                                record::PinSource::note_verbale, false}));
        }
    }

    static std::string encoded(const std::string& text) { return encoding::base64_encode(as_bytes(text)); }

    // A session of that person, who gets an account where there is none.
    std::string session(const tests::Official& like, const std::string& user_name) {
        std::string token;
        const auto now = clock_.now();
        const auto done = store_->write([&](ports::Repositories& repositories) -> Result<> {
            auto& accounts = repositories.accounts();
            std::int64_t id = 0;
            if (const auto known = accounts.find_by_name(user_name)) {
                id = known->id;
            } else {
                ports::AccountRow row;
                row.user_name = user_name;
                row.language = "en";
                row.created_at = now;
                auto made = accounts.create(row);
                if (!made) return fail(made.error());
                id = *made;
                accounts.add_membership(id, like.register_chain, like.member);
            }
            token = bench::open_session(repositories, id, now);
            return {};
        });
        if (!done) throw std::runtime_error{done.error().key()};
        return token;
    }

    storage::Layout layout_;
    // So far back that all the one-time codes lie in the past.
    tests::TurnedClock clock_{std::time(nullptr) - 12 * 3600};
    tests::ThrowingEmergency emergency_;
    std::unique_ptr<storage::SqlStore> store_;
    std::unique_ptr<storage::DiskBlobStore> blobs_;
    std::string code_;
    std::unique_ptr<service::Services> services_;
    std::unique_ptr<tests::ServerWorld> world_;
    std::vector<tests::OfficialPtr> founders_;
    std::vector<tests::OfficialPtr> authors_;
    std::vector<model::ChainId> dossiers_;
    std::vector<std::size_t> readers_;
};

std::size_t number(int argc, char** argv, int at, std::size_t otherwise) {
    return argc > at ? std::strtoull(argv[at], nullptr, 10) : otherwise;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 3) {
        std::fprintf(stderr, "day_world: usage: see its head\n");
        return 2;
    }
    try {
        World world{argv[1], argv[2]};
        world.people(number(argc, argv, 3, 10'000), number(argc, argv, 4, 300));
        world.print(number(argc, argv, 5, 20));
    } catch (const std::exception& failure) {
        std::fprintf(stderr, "day_world: %s\n", failure.what());
        return 1;
    }
    return 0;
}
