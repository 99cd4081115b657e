#include "tests/casework/load/real_store.hpp"

#include <algorithm>
#include <stdexcept>

#include "crypto/encoding/hex.hpp"
#include "crypto/primitives/sha256.hpp"
#include "crypto/tlog/checkpoint.hpp"
#include "platform/record/peek.hpp"
#include "platform/service/totp.hpp"
#include "storage/log/sql_log.hpp"
#include "storage/sqlite/key.hpp"
#include "tests/bench/open_session.hpp"
#include "tests/support/must.hpp"
#include "tests/support/naive_log.hpp"

namespace rogatory::test {
namespace {

template <class Id>
std::string hex(const Id& id) {
    return encoding::hex_encode(id);
}

// A database whose log is the platform's: its origin, its key. Nobody co-signs it here: what the year's co-signers
// signed is the tree, and that is compared.
void make_database(const MemoryPlatform& platform, const storage::Layout& layout, const ports::Clock& clock,
                   ports::Emergency& emergency) {
    for (const auto* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(layout.database().string() + suffix);
    must(storage::create_storage(layout, clock, emergency));
    const auto key = must(storage::read_database_key(layout.key()));
    storage::Database database{layout.database(), key, storage::Database::Access::write, emergency};
    storage::TreeMemory memory;
    storage::SqlLog log{database, memory};
    const auto signing_key = [&] {
        return crypto::SigningKey::from_seed(crypto::Ed25519Seed::from(platform.log_seed()).value());
    };
    const auto signer = must(tlog::LogSigner::make(platform.log_origin(), signing_key()));
    log.create(signer, signing_key(), tlog::Policy::unwitnessed(signer.key()).format());
}

// Sessions are of one hour of a year, and one account is several people's here: nothing is too often.
service::Settings settings() {
    service::Settings out;
    out.open_uploads_per_member = 100'000;
    return out;
}

UnixSeconds first_hour(const MemoryPlatform& platform) {
    for (const auto& [chain, statements] : platform.chains) {
        if (!statements.empty() && statements.front().index == 0) {
            return must(record::SignedStatement::parse(as_text(statements.front().envelope))).statement().at;
        }
    }
    throw std::runtime_error{"nothing has been signed yet"};
}

// Which statement stands at each place of the log.
std::map<std::uint64_t, std::pair<Hash, std::uint64_t>> places(const MemoryPlatform& platform) {
    std::map<std::uint64_t, std::pair<Hash, std::uint64_t>> out;
    for (const auto& [chain, statements] : platform.chains) {
        for (std::size_t seq = 0; seq < statements.size(); ++seq)
            out.emplace(statements[seq].index, std::pair{chain, seq});
    }
    return out;
}

}  // namespace

RealStore::RealStore(const MemoryPlatform& platform, const std::filesystem::path& data)
    : platform_{platform}, layout_{data, {}}, clock_{first_hour(platform)} {
    make_database(platform, layout_, clock_, emergency_);
    store_ = must(storage::SqlStore::open(layout_, clock_, emergency_));
    blobs_ = std::make_unique<storage::DiskBlobStore>(layout_.blobs(), emergency_);
    services_ = must(service::Services::open(*store_, *blobs_, clock_, settings()));
}
RealStore::~RealStore() = default;

void RealStore::catch_up() {
    for (const auto& [index, place] : places(platform_)) {
        if (index < done_) continue;
        const auto& stored = platform_.chains.at(place.first).at(place.second);
        const auto statement = must(record::SignedStatement::parse(as_text(stored.envelope)));
        try {
            take(statement, stored);
        } catch (const std::exception& failure) {
            throw std::runtime_error{"entry " + std::to_string(index) + ", " +
                                     std::string{record::to_text(statement.kind())} + ": " + failure.what()};
        }
        ++done_;
    }
}

void RealStore::take(const record::SignedStatement& statement, const MemoryStatement& stored) {
    const auto& said = statement.statement();
    clock_.pass(std::max<UnixSeconds>(said.at - clock_.now(), 0));
    const auto user_name = user_of(said.author);
    if (statement.kind() == record::Kind::founded) return found(statement, user_name);
    const auto account = account_of(user_name, ports::AccountKindRow::member);
    must(store_->write([&](ports::Repositories& repositories) -> Result<> {
        const auto held = repositories.accounts().memberships(account);
        const bool known = std::ranges::any_of(held, [&](const auto& one) { return one.member == said.author.member; });
        if (!known) repositories.accounts().add_membership(account, said.author.register_chain, said.author.member);
        return {};
    }));
    const auto who = principal(account);
    upload(who, said);
    const auto appended = must(services_->append.append(who, request_of(statement)));
    if (appended.size() != 1 || appended.front().index != stored.index) {
        throw std::runtime_error{"it stands at another place of the log"};
    }
}

// As the platform's administrator and the founder did it.
void RealStore::found(const record::SignedStatement& statement, const std::string& user_name) {
    const auto* const founded = statement.body<record::Founded>();
    const auto administrator = principal(account_of("administrator", ports::AccountKindRow::administrator));
    const auto code = founded->code.text();
    must(services_->administration.create_party(administrator, code, founded->name.text()));
    const auto redeem = crypto::system_random().bytes<16>();
    service::FirstInvitation invitation;
    invitation.code = code;
    invitation.invitation = ports::InvitationId{crypto::system_random().bytes<16>()};
    invitation.member = founded->member;
    invitation.redeem_sha256 = crypto::sha256(redeem);
    invitation.not_after = clock_.now() + kDay;
    must(services_->administration.invite_first(administrator, invitation));
    const auto redeemed = must(services_->enrolment.redeem(redeem, "192.0.2.1"));
    const auto session = must(services_->authenticator.authenticate(redeemed.session.token));
    const auto secret = must(services_->enrolment.totp_secret(session));
    const auto& account = platform_.accounts.at(user_name);
    service::EnrolmentRequest request;
    request.user_name = user_name;
    request.language = account.language;
    request.sign_in_key = account.sign_in_key;
    request.kit_key = account.kit_key;
    request.bundle = account.bundle;
    request.totp = service::totp_code(secret, clock_.now());
    request.append = request_of(statement);
    const auto appended = must(services_->enrolment.enrol(session, request));
    if (appended.size() != 1) throw std::runtime_error{"it was not founded"};
}

void RealStore::upload(const service::Principal& who, const record::Statement& said) {
    for (const auto& line : record::needs(said).attachments) {
        const auto& bytes = platform_.attachments.at(line.id.value()).bytes;
        const auto made =
            must(services_->uploads.create(who, {said.chain, line.id, said.author.authority, bytes.size()}));
        const auto sink = must(services_->uploads.open(made.ticket, made.upload, 0, std::nullopt));
        must(sink->write(bytes));
        must(sink->finish());
        ++uploads_;
    }
}

service::AppendRequest RealStore::request_of(const record::SignedStatement& statement) const {
    service::AppendRequest request;
    request.envelopes.push_back(to_bytes(statement.encode()));
    for (const auto& need : record::needs(statement.statement()).blobs) {
        request.blobs.push_back({need.sha256, platform_.blobs.at(need.sha256.value())});
    }
    return request;
}

std::string RealStore::user_of(const record::Author& author) const {
    for (const auto& [name, account] : platform_.accounts) {
        for (const auto& membership : account.memberships) {
            if (membership.member == author.member.value()) return name;
        }
    }
    throw std::runtime_error{"nobody has an account for " + hex(author.member.value())};
}

std::int64_t RealStore::account_of(const std::string& user_name, ports::AccountKindRow kind) {
    const auto known = accounts_.find(user_name);
    if (known != accounts_.end()) return known->second;
    std::int64_t id = 0;
    must(store_->write([&](ports::Repositories& repositories) -> Result<> {
        if (const auto there = repositories.accounts().find_by_name(user_name)) {
            id = there->id;
            return {};
        }
        ports::AccountRow row;
        row.user_name = user_name;
        row.kind = kind;
        row.language = "en";
        row.created_at = clock_.now();
        const auto of_the_year = platform_.accounts.find(user_name);
        if (of_the_year != platform_.accounts.end()) {
            row.sign_in_key = of_the_year->second.sign_in_key;
            row.kit_key = of_the_year->second.kit_key;
        }
        auto made = repositories.accounts().create(row);
        if (!made) return fail(made.error());
        id = *made;
        if (of_the_year != platform_.accounts.end()) {
            repositories.accounts().set_bundle(id, 1, of_the_year->second.bundle);
        }
        return {};
    }));
    accounts_.emplace(user_name, id);
    return id;
}

service::Principal RealStore::principal(std::int64_t account) {
    std::string token;
    must(store_->write([&](ports::Repositories& repositories) -> Result<> {
        repositories.sessions().remove_of_account(account, std::nullopt);
        token = bench::open_session(repositories, account, clock_.now());
        return {};
    }));
    return must(services_->authenticator.authenticate(token));
}

namespace {

class Comparing {
public:
    Comparing(const MemoryPlatform& platform, storage::SqlStore& store, storage::DiskBlobStore& blobs)
        : platform_{platform}, store_{store}, blobs_{blobs} {}

    Comparison run() {
        store_.read([&](const ports::Repositories& repositories) {
            counts(repositories);
            log(repositories.log());
            for (const auto& [id, statements] : platform_.chains) chain(repositories, id, statements);
            for (const auto& [id, attachment] : platform_.attachments) file(repositories, id, attachment);
            return 0;
        });
        if (const auto whole = store_.verify_log(); !whole) differs("the log: " + whole.error().key());
        return std::move(found_);
    }

private:
    void differs(std::string what) {
        constexpr std::size_t kShown = 20;
        if (found_.differences.size() < kShown) found_.differences.push_back(std::move(what));
    }

    void counts(const ports::Repositories& repositories) {
        if (repositories.records().count_chains() != platform_.chains.size()) differs("another number of chains");
        if (repositories.records().count_statements() != platform_.log.size()) differs("another number of statements");
    }

    void log(const ports::Log& log) {
        if (log.size() != platform_.log.size()) return differs("the log: another size");
        if (log.root(log.size()).value() != naive_log::root(platform_.log)) differs("the log: another root");
        found_.entries = log.size();
    }

    void chain(const ports::Repositories& repositories, const Hash& id,
               const std::vector<MemoryStatement>& statements) {
        const ports::ChainId chain{id};
        const auto stand = repositories.records().statements(chain, 0, statements.size() + 1);
        ++found_.chains;
        if (stand.size() != statements.size()) return differs("chain " + hex(id) + ": another length");
        for (std::size_t seq = 0; seq < stand.size(); ++seq) {
            const auto& there = stand[seq];
            const auto& was = statements[seq];
            const bool same = there.seq == seq && there.id.value() == was.id && there.index == was.index &&
                              there.envelope == was.envelope && there.entry == platform_.log.at(was.index);
            ++found_.statements;
            if (!same) differs("chain " + hex(id) + ", statement " + std::to_string(seq));
            const auto parsed = must(record::SignedStatement::parse(as_text(was.envelope)));
            for (const auto& need : record::needs(parsed.statement()).blobs) {
                const auto blob = repositories.records().find_blob(chain, need.sha256);
                ++found_.blobs;
                if (!blob || blob->data != platform_.blobs.at(need.sha256.value())) {
                    differs("chain " + hex(id) + ", age file " + hex(need.sha256.value()));
                }
            }
        }
    }

    void file(const ports::Repositories& repositories, const Id& id, const MemoryAttachment& was) {
        ++found_.attachments;
        const auto row = repositories.attachments().find_attachment(ports::AttachmentId{id});
        const auto reader = row ? blobs_.open(row->id) : fail(ErrorCode::not_found, "attachment.missing");
        Bytes bytes(was.bytes.size() + 1);
        const auto size = reader ? (*reader)->read_at(0, bytes) : 0;
        bytes.resize(size);
        if (!reader || bytes != was.bytes) differs("attachment " + hex(id));
    }

    const MemoryPlatform& platform_;
    storage::SqlStore& store_;
    storage::DiskBlobStore& blobs_;
    Comparison found_;
};

}  // namespace

Comparison compare(const MemoryPlatform& platform, const std::filesystem::path& data) {
    tests::TurnedClock clock{platform.now};
    tests::ThrowingEmergency emergency;
    const storage::Layout layout{data, {}};
    const auto store = must(storage::SqlStore::open(layout, clock, emergency));
    storage::DiskBlobStore blobs{layout.blobs(), emergency};
    return Comparing{platform, *store, blobs}.run();
}

}  // namespace rogatory::test
