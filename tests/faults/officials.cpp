#include "tests/faults/officials.hpp"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <stdexcept>

#include "crypto/password.hpp"
#include "crypto/primitives/sha256.hpp"
#include "crypto/tlog/log_proof.hpp"
#include "platform/record/chains.hpp"
#include "platform/service/totp.hpp"
#include "storage/blobs/disk_blob_store.hpp"
#include "storage/sql_store.hpp"
#include "tests/unit/storage/temporary.hpp"

namespace rogatory::tests {

namespace {

constexpr std::chrono::milliseconds kAgain{20};

void pause() { std::this_thread::sleep_for(kAgain); }

}  // namespace

UnixSeconds FaultWorld::now() const { return std::time(nullptr) + clock_seconds; }

std::unique_ptr<client::HttpsServer> FaultWorld::connect() const {
    client::HttpsOptions options;
    options.trust_anchors = certificate;
    options.connect_seconds = 5;
    options.stall_seconds = 5;
    auto server = std::make_unique<client::HttpsServer>(client::Origin::parse(origin).value(), options);
    server->use_session(author->token);
    return server;
}

std::unique_ptr<FaultWorld> set_up(const std::filesystem::path& data, const std::string& origin,
                                   const std::filesystem::path& certificate, const std::string& code,
                                   std::size_t chains) {
    // Each sign-in lets the clock pass half a minute: what is signed here must not lie in the future.
    TurnedClock clock{std::time(nullptr) - 120};
    ThrowingEmergency emergency;
    const storage::Layout layout{data, {}};
    auto store = storage::SqlStore::open(layout, clock, emergency).value();
    storage::DiskBlobStore blobs{layout.blobs(), emergency};
    service::Settings settings;
    settings.origin = origin;
    const auto services = service::Services::open(*store, blobs, clock, settings).value();
    std::unique_ptr<FaultWorld> made{new FaultWorld{data,
                                                    origin,
                                                    certificate,
                                                    nullptr,
                                                    nullptr,
                                                    {},
                                                    {},
                                                    tlog::NoteKey::parse(services->log.server().log_key).value()}};
    made->world = std::make_unique<ServerWorld>(
        *services, clock, [&clock] { clock.pass(31); }, origin);
    auto& world = *made->world;
    const auto administrator = world.administrator(code);
    made->author = world.found(*administrator, "SEN");
    for (std::size_t i = 0; i < chains; ++i) made->chains.push_back(world.open(*made->author, {}));
    made->files = {world.age_file(30'000), world.age_file(400'000), world.age_file(1), world.age_file(2'500'000)};
    return made;
}

// What one official does, on a connection of his own.
class Officials::Work {
public:
    Work(Officials& of, model::ChainId chain, std::uint64_t seed)
        : of_{of}, world_{of.world_}, ledger_{of.ledger_}, chain_{chain}, random_{seed}, server_{world_.connect()} {}

    void run() {
        pick_up();
        while (!of_.finishing_) {
            if (random_() % 8 == 0 && withdraw()) continue;
            for (auto wanted = random_() % 3; ready_.size() < wanted && !of_.finishing_;) {
                if (open_.empty() && !begin()) continue;
                if (!open_.empty() && push(open_.back())) {
                    ready_.push_back(open_.back());
                    open_.pop_back();
                }
            }
            if (!of_.finishing_) append();
        }
    }

private:
    // What an earlier life has left half done: uploads that want the rest of their bytes, complete ones that no entry
    // lists.
    void pick_up() {
        const std::lock_guard lock{ledger_.guard};
        for (const auto& upload : ledger_.uploads) {
            if (upload->chain != chain_ || upload->attached || upload->entry) continue;
            open_.push_back(upload);
        }
    }

    // An answer that comes when none is believed any more is none, a refusal likewise.
    template <class T>
    Result<T> believed(Result<T> answer) {
        if (of_.doubting_) return fail(ErrorCode::unavailable, "doubted");
        return answer;
    }

    // True: answered. What is no answer is waited out, what is a refusal is noted.
    bool answered(const Error& error) {
        if (error.code() == ErrorCode::unauthenticated) {
            [[maybe_unused]] const auto ignored = of_.sign_in(*server_);
            return false;
        }
        pause();
        return error.code() != ErrorCode::unavailable && error.code() != ErrorCode::too_many;
    }

    void acknowledge(SentUpload& upload, std::uint64_t offset) {
        ++of_.answers_;
        const std::lock_guard lock{ledger_.guard};
        ++ledger_.acknowledged_offsets;
        upload.acknowledged = std::max(upload.acknowledged, offset);
        ledger_.say("U " + model::to_hex(upload.line.id) + " " + std::to_string(upload.file) + " " +
                    std::to_string(offset));
    }

    bool begin() {
        auto upload = std::make_shared<SentUpload>();
        upload->file = random_() % world_.files.size();
        const auto& file = world_.files[upload->file];
        upload->chain = chain_;
        auto& random = world_.world->random;
        upload->line = {record::random_id<model::AttachmentId>(random), file.size(), crypto::sha256(file),
                        record::random_id<model::Digest>(random)};
        const bool at_once = random_() % 2 == 0;
        const auto begun = at_once ? begin_at_once(*upload, file) : begin_bare(*upload, file);
        if (!begun) {
            // Nobody has its ticket: whether it was made does not matter to anybody.
            if (answered(begun.error())) refused("begin", begun.error());
            return false;
        }
        upload->ticket = begun->ticket;
        {
            const std::lock_guard lock{ledger_.guard};
            ledger_.uploads.push_back(upload);
        }
        acknowledge(*upload, begun->offset);
        open_.push_back(upload);
        return true;
    }

    Result<ports::remote::UploadBegun> begin_bare(const SentUpload& upload, const Bytes& file) {
        auto ticket = believed(server_->begin_upload(chain_.value(), upload.line.id.value(),
                                                     world_.author->authority.value(), file.size()));
        if (!ticket) return fail(std::move(ticket).error());
        return ports::remote::UploadBegun{*std::move(ticket), 0};
    }

    // With all its bytes. Whoever is not answered asks for the same upload again, without them, and goes on from what
    // there is: all of it, a part or nothing.
    Result<ports::remote::UploadBegun> begin_at_once(SentUpload& upload, const Bytes& file) {
        upload.sent = file.size();
        auto begun = believed(
            server_->upload_at_once(chain_.value(), upload.line.id.value(), world_.author->authority.value(), file));
        while (!begun && !answered(begun.error()) && !of_.stopping_) begun = begin_bare(upload, file);
        return begun;
    }

    // True: it is complete.
    bool push(const SentUploadPtr& upload) {
        const auto& file = world_.files[upload->file];
        std::optional<std::uint64_t> offset;
        while (!of_.stopping_) {
            if (!offset) {
                const auto there = believed(server_->upload_offset(upload->ticket));
                if (!there) {
                    if (answered(there.error())) {
                        surprise("offset", there.error());
                        open_.erase(std::find(open_.begin(), open_.end(), upload));
                        return false;
                    }
                    continue;
                }
                acknowledge(*upload, *there);
                offset = *there;
            }
            if (*offset == file.size()) return true;
            if (of_.finishing_) return false;
            const auto piece = std::min<std::uint64_t>(file.size() - *offset, 1 + random_() % file.size());
            {
                const std::lock_guard lock{ledger_.guard};
                upload->sent = std::max(upload->sent, *offset + piece);
            }
            const auto taken =
                believed(server_->upload(upload->ticket, *offset, ByteView{file}.subspan(*offset, piece)));
            if (taken) {
                acknowledge(*upload, *taken);
                offset = *taken;
                continue;
            }
            const auto was = taken.error();
            if (answered(was) && was.code() != ErrorCode::conflict) refused("upload", was);
            offset.reset();
        }
        return false;
    }

    void append() {
        std::vector<record::AttachmentLine> lines;
        for (const auto& upload : ready_) lines.push_back(upload->line);
        std::sort(lines.begin(), lines.end(), [](const auto& a, const auto& b) { return a.id.value() < b.id.value(); });
        std::vector<Bytes> blobs;
        const record::Body body = world_.world->entry(chain_, lines, blobs);
        const auto statement = sign(body);
        if (!statement) return;
        {
            const std::lock_guard lock{ledger_.guard};
            for (const auto& upload : ready_) upload->entry = statement->id();
            ledger_.statements.emplace(statement->id(), SentStatement{.statement = *statement, .blobs = blobs});
            ledger_.say("sent " + model::to_hex(statement->id()));
        }
        if (deliver(*statement, blobs) && !lines.empty()) mine_.push_back(statement->id());
    }

    // Takes back an entry with files of this life; true when there was one.
    bool withdraw() {
        if (mine_.empty()) return false;
        const auto statement = sign(record::Withdrawn{{mine_.back()}, std::nullopt});
        if (!statement) return true;
        const SentStatement sent{.statement = *statement, .blobs = {}, .withdraws = mine_.back()};
        mine_.pop_back();
        {
            const std::lock_guard lock{ledger_.guard};
            ledger_.statements.emplace(statement->id(), sent);
            ledger_.say("sent " + model::to_hex(statement->id()));
        }
        deliver(*statement, {});
        return true;
    }

    std::optional<record::SignedStatement> sign(record::Body body) {
        if (!seen_ && !look()) return std::nullopt;
        const auto& author = *world_.author;
        const auto at = world_.world->head(chain_);
        return record::sign({chain_,
                             at.length,
                             at.last,
                             {author.register_chain, author.authority, author.member, author.key.verify_key().digest()},
                             world_.now(),
                             record::random_id<model::Nonce>(world_.world->random),
                             {seen_->checkpoint.head.size, seen_->checkpoint.head.root,
                              tlog::log_signature(world_.log_key, *seen_).value()},
                             std::move(body)},
                            author.key)
            .value();
    }

    bool look() {
        const auto note = server_->checkpoint(0);
        if (!note) {
            if (answered(note.error())) surprise("checkpoint", note.error());
            return false;
        }
        seen_ = tlog::SignedCheckpoint::parse(as_text(*note)).value();
        return true;
    }

    // True: acknowledged.
    bool deliver(const record::SignedStatement& statement, const std::vector<Bytes>& blobs) {
        ports::remote::Append append;
        append.envelopes.push_back(to_bytes(statement.encode()));
        for (const auto& blob : blobs) append.blobs.push_back({crypto::sha256(blob).value(), blob});
        while (!of_.stopping_) {
            const auto stored = believed(server_->append(append));
            if (stored) {
                acknowledged(statement, stored->front());
                return true;
            }
            if (!answered(stored.error())) continue;
            {
                const std::lock_guard lock{ledger_.guard};
                ledger_.statements.at(statement.id()).standing = Standing::refused;
                for (const auto& upload : ready_) upload->entry.reset();
            }
            refused("append", stored.error());
            return false;
        }
        return false;
    }

    void acknowledged(const record::SignedStatement& statement, const ports::remote::Appended& stored) {
        ++of_.answers_;
        const auto proof = tlog::LogProof::parse(as_text(stored.proof)).value();
        const tlog::Entry entry{tlog::entry_label(statement.statement().chain.value(), statement.statement().seq),
                                crypto::Digest{statement.id().value()}};
        const auto verified = tlog::verify_log_proof(proof, entry, tlog::Policy::unwitnessed(world_.log_key));
        const std::lock_guard lock{ledger_.guard};
        if (!verified || proof.index != stored.index)
            ledger_.surprises.push_back("append: a proof that proves nothing");
        seen_ = proof.checkpoint;
        const auto& head = seen_->checkpoint.head;
        const auto known = ledger_.heads.try_emplace(head.size, head.root).first->second;
        if (known != head.root) ledger_.surprises.push_back("append: two trees of one size were signed");
        auto& sent = ledger_.statements.at(statement.id());
        sent.standing = Standing::acknowledged;
        sent.index = stored.index;
        ++ledger_.acknowledged_statements;
        ledger_.say("S " + model::to_hex(statement.id()) + " " + std::to_string(stored.index) + " " +
                    std::to_string(head.size) + " " + model::to_hex(head.root));
        if (!sent.withdraws) {
            for (const auto& upload : ready_) upload->attached = true;
            ready_.clear();
        }
        ledger_.carry_out(sent);
        world_.world->learn(statement, model::LogIndex{stored.index});
    }

    void refused(const std::string& what, const Error& error) {
        const std::lock_guard lock{ledger_.guard};
        ++ledger_.refusals[what + " " + error.key()];
    }
    void surprise(const std::string& what, const Error& error) {
        const std::lock_guard lock{ledger_.guard};
        ledger_.surprises.push_back(what + ": " + error.key());
    }

    Officials& of_;
    FaultWorld& world_;
    Ledger& ledger_;
    const model::ChainId chain_;
    std::mt19937_64 random_;
    std::unique_ptr<client::HttpsServer> server_;
    std::vector<SentUploadPtr> open_, ready_;
    std::vector<model::StatementId> mine_;  // entries with files, not taken back
    std::optional<tlog::SignedCheckpoint> seen_;
};

void Officials::start() {
    finishing_ = stopping_ = doubting_ = false;
    answers_ = 0;
    for (const auto& chain : world_.chains) {
        threads_.emplace_back([this, work = std::make_shared<Work>(*this, chain, ++seed_)] {
            try {
                work->run();
            } catch (const std::exception& failure) {
                const std::lock_guard lock{ledger_.guard};
                ledger_.surprises.push_back(std::string{"a client broke: "} + failure.what());
            }
        });
    }
}

void Officials::stop() {
    stopping_ = true;
    finish();
}

void Officials::finish() {
    finishing_ = true;
    join();
}

void Officials::join() {
    for (auto& thread : threads_) thread.join();
    threads_.clear();
}

Result<> Officials::sign_in(client::HttpsServer& server) {
    const std::lock_guard lock{session_};
    auto& author = *world_.author;
    // Somebody else of us has done it meanwhile.
    if (server.session_token() != author.token) {
        server.use_session(author.token);
        return {};
    }
    for (int tries = 0; tries < 4 && (!stopping_ || threads_.empty()); ++tries) {
        auto challenge = server.challenge(author.user_name);
        if (!challenge) return fail(std::move(challenge).error());
        const auto signature =
            author.sign_in_key.sign(crypto::sign_in_text(world_.origin, author.user_name, challenge->challenge))
                .value();
        const auto answer = server.sign_in({author.user_name, challenge->challenge, ports::remote::SignInKey::sign_in,
                                            signature, service::totp_code(author.totp, world_.now())});
        if (answer && answer->session) {
            author.token = server.session_token();
            return {};
        }
        // A code is good once: the next one is another at most half a minute later.
        for (const auto step = world_.now() / 30; world_.now() / 30 == step && (!stopping_ || threads_.empty());)
            pause();
        if (answer || answer.error().code() != ErrorCode::unauthenticated) {
            return fail(answer ? Error{ErrorCode::unauthenticated, "sign_in.refused"} : answer.error());
        }
    }
    return fail(ErrorCode::unavailable, "stopped");
}

}  // namespace rogatory::tests
